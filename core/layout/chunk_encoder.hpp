// SPDX-License-Identifier: MIT
#pragma once
// Applies filters to chunks in threads of its own, and writes them in the order they came.
//
//   column ──► submit ──► │ chunk │ chunk │ chunk │ … ──► encoder threads
//                         └ the oldest is written when a limit below is reached, or by drain()
//
// Model: one queue for all columns of a file. HDF5 is called by the thread that calls this, never
// by an encoder. When a chunk is written depends on what was submitted after it, not on when it was
// ready or on how many threads there are: so the sequence of HDF5's calls, and with it the file,
// is the same for any number of them. The threads start with the first chunk.
// Threads: one at a time. Failure: Error, of an encoder or of HDF5; then only destruction is left.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/codecs/pipeline.hpp"
#include "core/hdf5/dataset.hpp"

namespace sheaf::layout {

class ChunkEncoder {
 public:
  // Chunks that wait are at most so many, and so many bytes unless one alone is larger.
  static constexpr std::size_t most_chunks = 256;
  static constexpr std::size_t most_bytes = std::size_t{64} << 20U;

  // 0 is as many as the machine has cores.
  explicit ChunkEncoder(unsigned threads);
  ChunkEncoder(const ChunkEncoder&) = delete;
  ChunkEncoder& operator=(const ChunkEncoder&) = delete;
  // Forgets what isn't written.
  ~ChunkEncoder();

  // Room for the next chunk: that of one which was written.
  [[nodiscard]] codecs::Buffer take_buffer();
  // `dataset` must be open, and have the chunk in its extent, until drain(); the pipeline is kept.
  void submit(const hdf5::Dataset& dataset, std::int64_t row,
              std::shared_ptr<const codecs::Pipeline> pipeline, codecs::Buffer chunk);
  // Writes everything that was submitted.
  void drain();

 private:
  struct Job {
    const hdf5::Dataset* dataset = nullptr;
    std::int64_t row = 0;
    std::shared_ptr<const codecs::Pipeline> pipeline;
    codecs::Buffer chunk;
    codecs::Buffer encoded;
    std::uint32_t mask = 0;
    std::exception_ptr error;
    bool is_done = false;  // under the lock
  };

  void start();
  void encode_jobs();
  void write_oldest();

  unsigned thread_count_;
  std::size_t waiting_bytes_ = 0;
  std::deque<std::unique_ptr<Job>> jobs_;  // the oldest first; the pipeline thread's own
  std::vector<std::unique_ptr<Job>> spare_jobs_;

  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_result_;
  std::deque<Job*> work_;  // nobody has begun with
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace sheaf::layout
