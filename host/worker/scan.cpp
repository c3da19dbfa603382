// SPDX-License-Identifier: MIT
#include "host/worker/scan.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "host/ownership.hpp"
#include "host/plugin/search.hpp"
#include "host/worker/protocol.hpp"
#include "host/xdg.hpp"

namespace sheaf::host::worker {
namespace {

constexpr std::uint64_t scan_memory = std::uint64_t{4} << 30U;
constexpr std::string_view cache_head = "sheaf plugins " SHEAF_VERSION " 2\n";

// A manifest that was read lives as long as the process, as descriptors do.
const sheaf_plugin& keep(std::string_view bytes) {
  static auto* const kept = new std::deque<plugin::Manifest>();
  return kept->emplace_back(bytes).descriptor();
}

std::string fingerprint(const std::filesystem::path& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) return {};
  return fmt::format("{}:{}:{}:{}.{}:{}.{}:{}", info.st_dev, info.st_ino, info.st_size,
                     info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec,
                     info.st_ctim.tv_nsec, file.string());
}

std::filesystem::path cache_path() {
  const auto folder = xdg_folder("XDG_CACHE_HOME", ".cache");
  return folder.empty() ? folder : folder / "sheaf" / "plugins";
}

}  // namespace

WorkerScanner::WorkerScanner(std::chrono::milliseconds longest)
    : longest_(longest), cache_file_(cache_path()) {
  read_cache();
}

WorkerScanner::~WorkerScanner() {
  if (used_ != cache_) write_cache();
}

void WorkerScanner::read_cache() {
  // What others could have written says nothing about a plugin.
  if (cache_file_.empty() || !writable_by_others(cache_file_).empty()) return;
  std::ifstream file(cache_file_, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!bytes.starts_with(cache_head)) return;
  try {
    wire::In in(std::string_view(bytes).substr(cache_head.size()));
    for (std::size_t left = in.count(); left > 0; --left) {
      std::string key = in.string();
      cache_.emplace(std::move(key), in.string());
    }
  } catch (const Error&) {  // damaged: as if there were none
    cache_.clear();
  }
}

void WorkerScanner::write_cache() const {
  if (cache_file_.empty()) return;
  wire::Out out;
  out.put(static_cast<std::uint64_t>(used_.size()));
  for (const auto& [key, manifest] : used_) {
    out.text(key);
    out.text(manifest);
  }
  // A cache that can't be written costs the next run some time and nothing else.
  std::error_code error;
  std::filesystem::create_directories(cache_file_.parent_path(), error);
  std::string name = cache_file_.string() + ".XXXXXX";
  const Descriptor made(mkstemp(name.data()));
  if (!made) return;
  std::ofstream file(name, std::ios::binary);
  file << cache_head << out.bytes();
  file.close();
  if (file) std::filesystem::rename(name, cache_file_, error);
  if (!file || error) std::filesystem::remove(name, error);
}

plugin::Scanned WorkerScanner::scan(const std::filesystem::path& file, const plugin::Note& note) {
  const std::string key = fingerprint(file);
  std::string manifest;
  if (const auto known = cache_.find(key); known != cache_.end()) {
    manifest = known->second;
  } else {
    auto answer = ask(file, note);
    if (answer.index() == 1) return std::get<1>(std::move(answer));
    manifest = std::get<0>(std::move(answer));
  }
  try {
    const sheaf_plugin& descriptor = keep(manifest);
    // Checked in the worker too; but between there and here was third-party code.
    const std::string problem = plugin::check_descriptor(descriptor, note);
    if (!problem.empty()) return "has a malformed descriptor: " + problem;
    if (!key.empty()) used_.emplace(key, std::move(manifest));
    return &descriptor;
  } catch (const Error&) {
    child_.reset();
    return std::string("sent a descriptor that makes no sense while it was scanned");
  }
}

std::variant<std::string, std::string> WorkerScanner::ask(const std::filesystem::path& file,
                                                          const plugin::Note& note) {
  using Answer = std::variant<std::string, std::string>;
  const auto refused = [this](std::string reason) {
    child_.reset();
    return Answer(std::in_place_index<1>, std::move(reason));
  };
  // A worker can start a loader's Python only before it is confined for its first plugin.
  if (plugin::is_python(file)) child_.reset();
  const bool is_alone = !child_;
  if (!child_) child_ = Child::start();
  Channel& channel = child_->channel();
  worker::send(channel, Kind::Scan,
               put(ScanMessage{{true, 0, scan_memory}, {file.string(), note.id, note.version}}));
  const auto limit = std::chrono::steady_clock::now() + longest_;
  while (std::chrono::steady_clock::now() < limit) {
    pollfd waits{channel.descriptor(), POLLIN, 0};
    poll(&waits, 1, 100);
    child_->read_lines([](bool /*is_err*/, std::string_view /*line*/) {});
    while (auto message = channel.receive(false)) {
      const auto kind = static_cast<Kind>(message->kind);
      if (kind == Kind::Manifest) return Answer(std::in_place_index<0>, std::move(message->bytes));
      if (kind == Kind::Refused) return Answer(std::in_place_index<1>, std::move(message->bytes));
    }
    if (!channel.is_open()) {
      const std::string how = child_->reap();
      child_.reset();
      if (!is_alone) return ask(file, note);  // it may have been one that was scanned before
      return refused("ended its worker while it was scanned: " + how);
    }
  }
  return refused(fmt::format("was scanned for {} s without an answer",
                             std::chrono::duration<double>(longest_).count()));
}

plugin::Catalog scan_in_workers() {
  WorkerScanner scanner;
  return plugin::Catalog::scan(scanner);
}

}  // namespace sheaf::host::worker
