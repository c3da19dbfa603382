// SPDX-License-Identifier: MIT
// sheaf_bench_decode MODE FOLDER THREADS [FILE]: decodes every JPEG below FOLDER. What an ingest is
// held against.
//
//   opencv      read the file, cv::imdecode, BGR to RGB, forget it
//   turbojpeg   read the file, decode it with libjpeg-turbo into a buffer, forget it
//   bare        the same, and chunks of 64 KiB (at least one image) go to a dataset of FILE by
//               H5Dwrite_chunk: no ids, no order, no check. All images have the size of the first.
//
// Any size of image will do. Prints {"sources": …, "seconds": …}.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <turbojpeg.h>
#include <unistd.h>
#include <vector>

#include <hdf5.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sys/stat.h>

namespace {

using Paths = std::vector<std::string>;

constexpr std::size_t chunk_bytes = 65536;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "sheaf_bench_decode: %s\n", what.c_str());
  std::exit(1);
}

Paths jpegs_below(const char* folder) {
  Paths paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".jpg") paths.push_back(entry.path().string());
  }
  if (paths.empty()) fail(std::string(folder) + ": holds no .jpg");
  std::ranges::sort(paths);
  return paths;
}

void read(const std::string& path, std::vector<unsigned char>& bytes) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info {};
  if (file < 0 || fstat(file, &info) != 0) fail(path + ": can't be read");
  bytes.resize(static_cast<std::size_t>(info.st_size));
  if (::read(file, bytes.data(), bytes.size()) != info.st_size) fail(path + ": can't be read");
  close(file);
}

// A handle and a buffer for what is read, used again for each file.
class Turbo {
 public:
  Turbo() = default;
  ~Turbo() { tjDestroy(handle_); }
  Turbo(const Turbo&) = delete;
  Turbo& operator=(const Turbo&) = delete;

  void open(const std::string& path) {
    read(path, bytes_);
    int subsampling = 0, colorspace = 0;
    if (tjDecompressHeader3(handle_, bytes_.data(), bytes_.size(), &width, &height, &subsampling,
                            &colorspace) != 0) {
      fail(path + ": " + tjGetErrorStr2(handle_));
    }
  }
  void decode(unsigned char* to) {
    if (tjDecompress2(handle_, bytes_.data(), bytes_.size(), to, width, 0, height, TJPF_RGB, 0) !=
        0) {
      fail(tjGetErrorStr2(handle_));
    }
  }
  [[nodiscard]] std::size_t size() const { return std::size_t{3} * width * height; }

  int width = 0, height = 0;

 private:
  tjhandle handle_ = tjInitDecompress();
  std::vector<unsigned char> bytes_;
};

// Runs `work(first, last)` for batches of images until none is left.
void share_out(std::size_t count, std::size_t batch, std::atomic<std::size_t>& next,
               const std::function<void(std::size_t, std::size_t)>& work) {
  for (std::size_t first; (first = next.fetch_add(batch)) < count;) {
    work(first, std::min(first + batch, count));
  }
}

std::size_t batch_of(const Paths& paths) { return paths.size() < 1000 ? 1 : 64; }

void opencv(const Paths& paths, std::atomic<std::size_t>& next) {
  std::vector<unsigned char> bytes;
  cv::Mat bgr, rgb;
  share_out(paths.size(), batch_of(paths), next, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      read(paths[i], bytes);
      cv::imdecode(bytes, cv::IMREAD_COLOR, &bgr);
      cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    }
  });
}

void turbojpeg(const Paths& paths, std::atomic<std::size_t>& next) {
  Turbo turbo;
  std::vector<unsigned char> pixels;
  share_out(paths.size(), batch_of(paths), next, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      turbo.open(paths[i]);
      if (pixels.size() < turbo.size()) pixels.resize(turbo.size());
      turbo.decode(pixels.data());
    }
  });
}

// A file with one dataset; HDF5 as Debian has it serves one thread at a time.
class Target {
 public:
  Target(const char* file, std::size_t count, const Turbo& first)
      : item_(first.size()), rows_(std::max<std::size_t>(1, chunk_bytes / item_)) {
    const auto height = static_cast<hsize_t>(first.height);
    const auto width = static_cast<hsize_t>(first.width);
    const hsize_t extents[] = {count, height, width, 3};
    const hsize_t chunk[] = {rows_, height, width, 3};
    file_ = H5Fcreate(file, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(4, extents, nullptr);
    const hid_t options = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(options, 4, chunk);
    dataset_ =
        H5Dcreate2(file_, "image", H5T_NATIVE_UINT8, space, H5P_DEFAULT, options, H5P_DEFAULT);
    if (dataset_ < 0) fail(std::string(file) + ": can't be written");
    H5Pclose(options);
    H5Sclose(space);
  }
  ~Target() {
    H5Dclose(dataset_);
    H5Fclose(file_);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  void write(std::size_t row, const std::vector<unsigned char>& chunk) {
    const hsize_t offset[] = {row, 0, 0, 0};
    const std::lock_guard lock(mutex_);
    if (H5Dwrite_chunk(dataset_, H5P_DEFAULT, 0, offset, rows_ * item_, chunk.data()) < 0) {
      fail("a chunk can't be written");
    }
  }
  [[nodiscard]] std::size_t item() const { return item_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  std::size_t item_, rows_;
  hid_t file_ = -1, dataset_ = -1;
  std::mutex mutex_;
};

void bare(const Paths& paths, std::atomic<std::size_t>& next, Target& target) {
  Turbo turbo;
  std::vector<unsigned char> chunk(target.rows() * target.item());
  share_out(paths.size(), target.rows(), next, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      turbo.open(paths[i]);
      if (turbo.size() != target.item()) fail(paths[i] + ": has another size than the first");
      turbo.decode(chunk.data() + (i - first) * target.item());
    }
    target.write(first, chunk);
  });
}

double seconds_of(int threads, const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back(work);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double bare_seconds(const Paths& paths, int threads, const char* file) {
  std::atomic<std::size_t> next = 0;
  const auto begin = std::chrono::steady_clock::now();
  {
    Turbo first;
    first.open(paths.front());
    Target target(file, paths.size(), first);
    seconds_of(threads, [&] { bare(paths, next, target); });
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const bool stores = mode == "bare";
  if (argc != (stores ? 5 : 4) || !(stores || mode == "opencv" || mode == "turbojpeg")) {
    std::fputs(
        "usage: sheaf_bench_decode opencv|turbojpeg FOLDER THREADS\n"
        "       sheaf_bench_decode bare FOLDER THREADS FILE\n",
        stderr);
    return 2;
  }
  cv::setNumThreads(1);
  const Paths paths = jpegs_below(argv[2]);
  const int threads = std::atoi(argv[3]);
  std::atomic<std::size_t> next = 0;
  const double seconds = stores ? bare_seconds(paths, threads, argv[4]) : seconds_of(threads, [&] {
    mode == "opencv" ? opencv(paths, next) : turbojpeg(paths, next);
  });
  std::printf("{\"sources\": %zu, \"seconds\": %.6f}\n", paths.size(), seconds);
  return 0;
}
