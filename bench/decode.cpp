// SPDX-License-Identifier: MIT
// sheaf_bench_decode FOLDER THREADS: decodes every JPEG below FOLDER and stores nothing.
//
// The floor of an ingest of images: read the file, cv::imdecode, BGR to RGB, forget it. Prints
// {"sources": …, "seconds": …}.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sys/stat.h>

namespace {

constexpr std::size_t batch = 64;

std::vector<std::string> jpegs_below(const char* folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".jpg") paths.push_back(entry.path().string());
  }
  return paths;
}

void read(const std::string& path, std::vector<unsigned char>& bytes) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info {};
  if (file < 0 || fstat(file, &info) != 0) std::abort();
  bytes.resize(static_cast<std::size_t>(info.st_size));
  if (::read(file, bytes.data(), bytes.size()) != info.st_size) std::abort();
  close(file);
}

void decode(const std::vector<std::string>& paths, std::atomic<std::size_t>& next) {
  std::vector<unsigned char> bytes;
  cv::Mat bgr, rgb;
  for (std::size_t first = next.fetch_add(batch); first < paths.size();
       first = next.fetch_add(batch)) {
    for (std::size_t i = first; i < std::min(first + batch, paths.size()); ++i) {
      read(paths[i], bytes);
      cv::imdecode(bytes, cv::IMREAD_COLOR, &bgr);
      cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: sheaf_bench_decode FOLDER THREADS\n", stderr);
    return 2;
  }
  cv::setNumThreads(1);
  const std::vector<std::string> paths = jpegs_below(argv[1]);
  std::atomic<std::size_t> next = 0;
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < std::atoi(argv[2]); ++i) threads.emplace_back([&] { decode(paths, next); });
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("{\"sources\": %zu, \"seconds\": %.6f}\n", paths.size(), seconds.count());
  return 0;
}
