// SPDX-License-Identifier: MIT
#include "core/journal/tail_writer.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/journal/system.hpp"

namespace sheaf::journal {
namespace {

// What may lie between a buffer's end and a write that joins it: room for index blocks.
constexpr std::uint64_t reach = std::uint64_t{64} << 10U;
constexpr std::uint64_t writing_step = std::uint64_t{8} << 20U;

std::uint64_t first_block(std::uint64_t address) noexcept {
  return address / block_size * block_size;
}

}  // namespace

bool TailWriter::Buffer::copy(std::uint64_t address, std::byte* data, std::size_t size) const {
  const std::uint64_t from = std::max(address, start);
  const std::uint64_t to = std::min(address + size, end);
  if (from < to) std::memcpy(data + (from - address), at(from), to - from);
  return from < to && to - from == size;
}

TailWriter::TailWriter(const int& descriptor, const std::string& name, const TailBuffers& buffers)
    : descriptor_(descriptor), name_(name), buffers_(buffers) {
  spare_.reserve(buffers_.count + 1);  // the thread mustn't throw
}

TailWriter::~TailWriter() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  if (direct_ >= 0) system().close(direct_);
}

void TailWriter::begin(std::uint64_t size) {
  written_ = whole_blocks(size);
  started_ = size;
}

void TailWriter::write(std::uint64_t address, const std::byte* data, std::size_t size) {
  raise();
  if (!is_direct_) empty_plainly();
  while (size > 0) {
    std::size_t done = size;
    if (is_near(address) ||
        (size >= buffers_.worth && is_direct_ && (filling_.empty() || address >= filling_.end))) {
      if (!is_near(address) || address >= filling_.start + buffers_.bytes) start_buffer(address);
      done = put(address, data, size);
    } else {
      if (!filling_.empty() && address < filling_.start) {
        done = std::min<std::uint64_t>(size, filling_.start - address);
      }
      write_plainly(address, data, done);
    }
    address += done;
    data += done;
    size -= done;
  }
}

// Never over blocks of which the file may know: they would have to be read.
bool TailWriter::is_near(std::uint64_t address) const noexcept {
  if (filling_.empty() || address < filling_.start) return false;
  return address <= filling_.end || (filling_.end >= written_ && address <= filling_.end + reach);
}

void TailWriter::start_buffer(std::uint64_t address) {
  submit();
  if (!filling_.blocks) {
    filling_.blocks = std::make_unique_for_overwrite<AlignedBlock[]>(buffers_.bytes / block_size);
  }
  filling_.start = filling_.end = first_block(address);
}

// As much as has room.
std::size_t TailWriter::put(std::uint64_t address, const std::byte* data, std::size_t size) {
  const std::size_t taken =
      std::min<std::uint64_t>(size, filling_.start + buffers_.bytes - address);
  enter(address, address + taken);
  std::memcpy(filling_.at(address), data, taken);
  return taken;
}

// Takes in the blocks up to `end`, with what they hold where that isn't about to be overwritten.
void TailWriter::enter(std::uint64_t address, std::uint64_t end) {
  const std::uint64_t last = whole_blocks(end);
  if (last <= filling_.end) return;
  if (is_in_flight(filling_.end, last)) wait(0);
  for (std::uint64_t block = filling_.end; block < last; block += block_size) {
    if (address <= block && block + block_size <= end) continue;
    std::memset(filling_.at(block), 0, block_size);
    if (block < written_) {
      system().read(descriptor_, name_, block, filling_.at(block), block_size);
    }
  }
  filling_.end = last;
  written_ = std::max(written_, last);
}

void TailWriter::write_plainly(std::uint64_t address, const std::byte* data, std::size_t size) {
  const std::uint64_t end = whole_blocks(address + size);
  if (is_in_flight(first_block(address), end)) wait(0);
  system().write(descriptor_, name_, address, data, size);
  written_ = std::max(written_, end);
  // What a commit will wait for is on its way by then.
  if (address + size < started_ + writing_step) return;
  system().start_writing(descriptor_, started_, address + size - started_);
  started_ = address + size;
}

void TailWriter::empty_plainly() {
  if (filling_.empty()) return;
  write_plainly(filling_.start, filling_.at(filling_.start), filling_.end - filling_.start);
  filling_.end = filling_.start;
}

void TailWriter::read(std::uint64_t address, std::byte* data, std::size_t size) {
  if (size == 0 || filling_.copy(address, data, size) || settle(address, data, size)) return;
  const std::size_t got = system().read(descriptor_, name_, address, data, size);
  std::memset(data + got, 0, size - got);
  const std::lock_guard lock(mutex_);
  for (const Buffer& failed : in_flight_) failed.copy(address, data, size);
  filling_.copy(address, data, size);
}

void TailWriter::flush() {
  raise();
  if (thread_.joinable()) submit();
  empty_plainly();
  wait(0);
}

void TailWriter::drop() noexcept {
  filling_.end = filling_.start;
  std::unique_lock lock(mutex_);
  if (in_flight_.size() > 1) in_flight_.erase(in_flight_.begin() + 1, in_flight_.end());
  changed_.wait(lock, [&] { return in_flight_.empty() || problem_; });
  in_flight_.clear();
  problem_ = nullptr;
}

bool TailWriter::open_direct() {
  if (is_direct_ && direct_ < 0) {
    direct_ = system().open_direct(descriptor_);
    is_direct_ = direct_ >= 0;
  }
  return is_direct_;
}

bool TailWriter::has_thread() {
  try {
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    is_direct_ = false;
  }
  return is_direct_;
}

void TailWriter::submit() {
  if (filling_.empty()) return;
  if (!open_direct() || !has_thread()) return empty_plainly();
  {
    const std::lock_guard lock(mutex_);
    in_flight_.push_back(std::exchange(filling_, {}));
    if (!spare_.empty()) {
      filling_.blocks = std::move(spare_.back().blocks);
      spare_.pop_back();
    }
  }
  changed_.notify_all();
  wait(buffers_.count - 1);
}

bool TailWriter::is_in_flight(std::uint64_t address, std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  return std::any_of(in_flight_.begin(), in_flight_.end(), [&](const Buffer& buffer) {
    return address < buffer.end && end > buffer.start;
  });
}

// True when one buffer in flight holds all of it, which is copied then. Else none that isn't
// written yet has any of it: the file isn't read where it is just being written.
bool TailWriter::settle(std::uint64_t address, std::byte* data, std::size_t size) {
  std::unique_lock lock(mutex_);
  bool is_touched = false;
  for (const Buffer& buffer : in_flight_) {
    if (buffer.copy(address, data, size)) return true;
    is_touched = is_touched || (address < buffer.end && address + size > buffer.start);
  }
  if (is_touched) changed_.wait(lock, [&] { return in_flight_.empty() || problem_; });
  return false;
}

void TailWriter::wait(std::size_t left) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return in_flight_.size() <= left || problem_; });
  if (problem_) std::rethrow_exception(problem_);
}

void TailWriter::raise() {
  const std::lock_guard lock(mutex_);
  if (problem_) std::rethrow_exception(problem_);
}

// The thread. After a failure nothing is written any more.
void TailWriter::run() noexcept {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return is_ending_ || (!in_flight_.empty() && !problem_); });
    if (is_ending_) return;
    const Buffer& buffer = in_flight_.front();
    lock.unlock();
    std::exception_ptr problem;
    try {
      write_out(buffer);
    } catch (...) {
      problem = std::current_exception();
    }
    lock.lock();
    if (problem) {
      problem_ = problem;
    } else {
      spare_.push_back(std::move(in_flight_.front()));
      in_flight_.pop_front();
    }
    changed_.notify_all();
  }
}

void TailWriter::write_out(const Buffer& buffer) {
  const std::size_t size = buffer.end - buffer.start;
  const std::byte* const data = buffer.at(buffer.start);
  if (is_direct_ && system().write_direct(direct_, name_, buffer.start, data, size)) return;
  is_direct_ = false;
  system().write(descriptor_, name_, buffer.start, data, size);
}

}  // namespace sheaf::journal
