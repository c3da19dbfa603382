// SPDX-License-Identifier: MIT
#pragma once
// Batches that come back and are filled again.
//
// Model: whoever holds a BatchPtr keeps the batch, however many; what they let go is kept for the
// next one, up to a limit. The pool lives as long as its last batch. Threads: any.

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "core/loader/batch.hpp"

namespace sheaf::loader {

class BatchPool : public std::enable_shared_from_this<BatchPool> {
 public:
  explicit BatchPool(std::size_t most_kept) : most_kept_(most_kept) { spare_.reserve(most_kept); }

  // One that holds anything: what it was used for before, or nothing.
  [[nodiscard]] BatchPtr take();
  // From now on nothing is kept.
  void close() noexcept;

 private:
  void put(std::unique_ptr<Batch> batch) noexcept;

  std::mutex mutex_;
  std::size_t most_kept_;
  std::vector<std::unique_ptr<Batch>> spare_;
};

}  // namespace sheaf::loader
