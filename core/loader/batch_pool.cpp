// SPDX-License-Identifier: MIT
#include "core/loader/batch_pool.hpp"

#include <utility>

namespace sheaf::loader {

BatchPtr BatchPool::take() {
  std::unique_ptr<Batch> batch;
  {
    const std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      batch = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (!batch) batch = std::make_unique<Batch>();
  return {batch.release(),
          [pool = shared_from_this()](Batch* done) { pool->put(std::unique_ptr<Batch>(done)); }};
}

void BatchPool::put(std::unique_ptr<Batch> batch) noexcept {
  const std::lock_guard lock(mutex_);
  if (spare_.size() < most_kept_) spare_.push_back(std::move(batch));
}

void BatchPool::close() noexcept {
  std::vector<std::unique_ptr<Batch>> dropped;
  const std::lock_guard lock(mutex_);
  most_kept_ = 0;
  dropped.swap(spare_);
}

}  // namespace sheaf::loader
