// SPDX-License-Identifier: MIT
#pragma once
// Writes the tail of a file, large parts of it past the page cache.
//
//   file   … ─ in flight ─┬─ in flight ─┬─ being filled ─ · · ·
//                 └ a thread writes these, one after the other, with O_DIRECT
//
// Model: a large write begins a buffer of whole blocks; what follows it closely joins it. A full
// one goes to a thread of its own; the caller waits when too many are in flight. Everything else,
// and a buffer that never became full, is written in the ordinary way. No block is ever written
// both ways at once: who touches one that is in flight waits for it. Where the file system refuses
// direct writes, all are ordinary ones.
// Threads: one calls, one writes. Failure: Error, that of the thread by the next write() or
// flush(); what it couldn't write is still read from here, until drop().

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/journal/redo_log.hpp"

namespace sheaf::journal {

struct TailBuffers {
  std::size_t bytes = std::size_t{2} << 20U;   // of each, whole blocks
  std::size_t count = 3;                       // of which one is being filled; 1: no write overlaps
  std::size_t worth = std::size_t{32} << 10U;  // of a write that begins one
};

class TailWriter {
 public:
  // `name` is the file's in messages; both are the caller's, and stay.
  TailWriter(const int& descriptor, const std::string& name, const TailBuffers& buffers);
  TailWriter(const TailWriter&) = delete;
  TailWriter& operator=(const TailWriter&) = delete;
  ~TailWriter();

  // The file has `size` bytes: behind them everything is zero.
  void begin(std::uint64_t size);
  void write(std::uint64_t address, const std::byte* data, std::size_t size);
  // Behind the end of the file are zeros.
  void read(std::uint64_t address, std::byte* data, std::size_t size);
  // Until all of it is in the file.
  void flush();
  // Forgets what isn't in the file yet, and what failed; begin() comes next.
  void drop() noexcept;

 private:
  struct alignas(block_size) AlignedBlock : Block {};
  struct Buffer {
    std::uint64_t start = 0;  // in the file
    std::uint64_t end = 0;    // the same as start: nothing is in it
    std::unique_ptr<AlignedBlock[]> blocks{};
    [[nodiscard]] bool empty() const noexcept { return start == end; }
    [[nodiscard]] std::byte* at(std::uint64_t address) const {
      return blocks[0].data() + (address - start);
    }
    // What it holds of these bytes; whether that is all of them.
    bool copy(std::uint64_t address, std::byte* data, std::size_t size) const;
  };

  [[nodiscard]] bool is_near(std::uint64_t address) const noexcept;
  void start_buffer(std::uint64_t address);
  [[nodiscard]] std::size_t put(std::uint64_t address, const std::byte* data, std::size_t size);
  void enter(std::uint64_t address, std::uint64_t end);
  void write_plainly(std::uint64_t address, const std::byte* data, std::size_t size);
  void empty_plainly();
  [[nodiscard]] bool open_direct();
  [[nodiscard]] bool has_thread();
  void submit();

  [[nodiscard]] bool is_in_flight(std::uint64_t address, std::uint64_t end);
  [[nodiscard]] bool settle(std::uint64_t address, std::byte* data, std::size_t size);
  void wait(std::size_t left);
  void raise();
  void run() noexcept;
  void write_out(const Buffer& buffer);

  const int& descriptor_;
  const std::string& name_;
  const TailBuffers buffers_;
  Buffer filling_;
  std::uint64_t written_ = 0;           // behind it everything is zero; whole blocks
  std::uint64_t started_ = 0;           // the disk was told of ordinary writes before it
  std::atomic<bool> is_direct_ = true;  // as far as is known
  int direct_ = -1;

  std::mutex mutex_;  // over what follows
  std::condition_variable changed_;
  std::deque<Buffer> in_flight_;  // the first one is being written, or couldn't be
  std::vector<Buffer> spare_;
  std::exception_ptr problem_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace sheaf::journal
