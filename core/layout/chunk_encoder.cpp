// SPDX-License-Identifier: MIT
#include "core/layout/chunk_encoder.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace sheaf::layout {
namespace {

constexpr std::size_t largest_kept = std::size_t{256} << 10U;

}  // namespace

ChunkEncoder::ChunkEncoder(unsigned threads)
    : thread_count_(threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency())) {}

ChunkEncoder::~ChunkEncoder() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    work_.clear();
  }
  has_work_.notify_all();
  threads_.clear();
}

codecs::Buffer ChunkEncoder::take_buffer() {
  return spare_jobs_.empty() ? codecs::Buffer() : std::move(spare_jobs_.back()->chunk);
}

void ChunkEncoder::submit(const hdf5::Dataset& dataset, std::int64_t row,
                          std::shared_ptr<const codecs::Pipeline> pipeline, codecs::Buffer chunk) {
  const std::size_t bytes = chunk.size();
  while (!jobs_.empty() && (jobs_.size() >= most_chunks || waiting_bytes_ + bytes > most_bytes)) {
    write_oldest();
  }
  start();
  std::unique_ptr<Job> job;
  if (spare_jobs_.empty()) {
    job = std::make_unique<Job>();
  } else {
    job = std::move(spare_jobs_.back());
    spare_jobs_.pop_back();
  }
  job->dataset = &dataset;
  job->row = row;
  job->pipeline = std::move(pipeline);
  job->chunk = std::move(chunk);
  job->is_done = false;
  waiting_bytes_ += bytes;
  jobs_.push_back(std::move(job));
  {
    const std::lock_guard lock(mutex_);
    work_.push_back(jobs_.back().get());
  }
  has_work_.notify_one();
}

void ChunkEncoder::drain() {
  while (!jobs_.empty()) write_oldest();
}

void ChunkEncoder::start() {
  while (threads_.size() < thread_count_) {
    try {
      threads_.emplace_back([this] { encode_jobs(); });
    } catch (const std::system_error& error) {
      // Fewer do as well.
      if (threads_.empty()) throw system_error(error.code().value(), "encoder", "start a thread");
      thread_count_ = static_cast<unsigned>(threads_.size());
    }
  }
}

void ChunkEncoder::encode_jobs() {
  codecs::Buffer spare;
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [this] { return is_ending_ || !work_.empty(); });
    if (is_ending_) return;
    Job& job = *work_.front();
    work_.pop_front();
    lock.unlock();
    try {
      job.mask = job.pipeline->encode(job.chunk.bytes(), job.encoded, spare);
    } catch (...) {
      job.error = std::current_exception();
    }
    lock.lock();
    job.is_done = true;
    has_result_.notify_one();
  }
}

void ChunkEncoder::write_oldest() {
  Job& job = *jobs_.front();
  {
    std::unique_lock lock(mutex_);
    has_result_.wait(lock, [&job] { return job.is_done; });
  }
  if (job.error) std::rethrow_exception(job.error);
  const codecs::Bytes bytes = job.encoded.bytes();
  hdf5::write_chunk(*job.dataset, job.row, bytes.data(), bytes.size(), job.mask);
  waiting_bytes_ -= job.chunk.size();
  job.pipeline.reset();
  // Setting up a large one again costs little beside its encoding; many of them would add up.
  if (job.chunk.size() <= largest_kept) spare_jobs_.push_back(std::move(jobs_.front()));
  jobs_.pop_front();
}

}  // namespace sheaf::layout
