// SPDX-License-Identifier: MIT
#include "core/layout/chunk_decoder.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace sheaf::layout {
namespace {

constexpr std::size_t most_buffers = 64;

std::size_t weight_of(const ChunkDecoder::Chunk& chunk) {
  return chunk.stored.size() + chunk.bytes;
}

}  // namespace

ChunkDecoder::ChunkDecoder(unsigned threads)
    : thread_count_(threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency())) {}

ChunkDecoder::~ChunkDecoder() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_all();
  threads_.clear();
}

codecs::Buffer ChunkDecoder::take_buffer() {
  const std::lock_guard lock(mutex_);
  if (buffers_.empty()) return {};
  codecs::Buffer buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void ChunkDecoder::submit(Chunk chunk) {
  start();
  {
    std::unique_lock lock(mutex_);
    const std::size_t weight = weight_of(chunk);
    has_room_.wait(lock, [&] { return bytes_ == 0 || bytes_ + weight <= most_bytes; });
    bytes_ += weight;
    work_.push_back(std::move(chunk));
  }
  has_work_.notify_one();
}

std::vector<ChunkDecoder::Failed> ChunkDecoder::drain() {
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [this] { return bytes_ == 0; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  std::ranges::sort(failed_, {}, &Failed::first);
  return std::exchange(failed_, {});
}

void ChunkDecoder::start() {
  while (threads_.size() < thread_count_) {
    try {
      threads_.emplace_back([this] { decode_chunks(); });
    } catch (const std::system_error& error) {
      // Fewer do as well.
      if (threads_.empty()) throw system_error(error.code().value(), "decoder", "start a thread");
      thread_count_ = static_cast<unsigned>(threads_.size());
    }
  }
}

void ChunkDecoder::decode_chunks() {
  codecs::Buffer out;
  codecs::Buffer spare;
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [this] { return is_ending_ || !work_.empty(); });
    if (is_ending_) return;
    Chunk chunk = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    const std::size_t weight = weight_of(chunk);
    decode(chunk, out, spare);
    lock.lock();
    bytes_ -= weight;
    if (buffers_.size() < most_buffers) buffers_.push_back(std::move(chunk.stored));
    has_room_.notify_one();
  }
}

void ChunkDecoder::decode(Chunk& chunk, codecs::Buffer& out, codecs::Buffer& spare) {
  try {
    chunk.pipeline->decode(chunk.stored.bytes(), chunk.mask, chunk.bytes, out, spare);
  } catch (const Error& error) {
    const std::lock_guard lock(mutex_);
    failed_.push_back({std::move(chunk.first), error.what()});
  } catch (...) {
    const std::lock_guard lock(mutex_);
    error_ = std::current_exception();
  }
}

}  // namespace sheaf::layout
