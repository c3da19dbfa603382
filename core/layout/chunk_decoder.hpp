// SPDX-License-Identifier: MIT
#pragma once
// Decodes chunks in threads of its own, to see whether they can be decoded.
//
// Model: the counterpart of ChunkEncoder. submit() waits while too much is on its way; drain()
// waits for all and says which chunks failed, in the order of their rows. The threads start with
// the first chunk. Threads: one at a time. Failure: Error, for what isn't a chunk's fault.

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/codecs/pipeline.hpp"
#include "core/value.hpp"

namespace sheaf::layout {

class ChunkDecoder {
 public:
  static constexpr std::size_t most_bytes = std::size_t{64} << 20U;

  struct Chunk {
    Shape first;
    codecs::Buffer stored;
    std::uint32_t mask = 0;
    std::size_t bytes = 0;  // decoded
    std::shared_ptr<const codecs::Pipeline> pipeline;
  };
  struct Failed {
    Shape first;
    std::string message;
  };

  // 0 is as many as the machine has cores.
  explicit ChunkDecoder(unsigned threads);
  ChunkDecoder(const ChunkDecoder&) = delete;
  ChunkDecoder& operator=(const ChunkDecoder&) = delete;
  ~ChunkDecoder();

  [[nodiscard]] codecs::Buffer take_buffer();
  void submit(Chunk chunk);
  [[nodiscard]] std::vector<Failed> drain();

 private:
  void start();
  void decode_chunks();
  void decode(Chunk& chunk, codecs::Buffer& out, codecs::Buffer& spare);

  unsigned thread_count_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  std::deque<Chunk> work_;
  std::vector<codecs::Buffer> buffers_;
  std::vector<Failed> failed_;
  std::exception_ptr error_;
  std::size_t bytes_ = 0;  // on their way, counted as they will be in memory
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace sheaf::layout
