// SPDX-License-Identifier: MIT
#include "core/array/sorting/run_writer.hpp"

#include <algorithm>

#include "core/array/options.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t least_unit = 1 << 16;  // elements of one write

}  // namespace

RunWriter::RunWriter(NodePtr to) : to_(std::move(to)) {
  const Shape grain = to_->grain();
  if (!grain.empty()) unit_ = grain[0] * std::max<std::int64_t>(1, least_unit / grain[0]);
}

bool RunWriter::has_room() const {
  return static_cast<std::size_t>(unit_) <= options().max_memory / 32 / to_->dtype().size();
}

void RunWriter::write(std::int64_t first, const Buffer& run) {
  if (unit_ == 0) return to_->write({{first}, {run.count()}}, run);
  for (std::int64_t done = 0; done < run.count();) {
    const std::int64_t at = first + done;
    const std::int64_t unit = at / unit_;
    const std::int64_t count = std::min(run.count() - done, (unit + 1) * unit_ - at);
    write_part(unit, at - unit * unit_, run, done, count);
    done += count;
  }
}

void RunWriter::write_part(std::int64_t unit, std::int64_t first, const Buffer& run,
                           std::int64_t from, std::int64_t count) {
  const std::int64_t size = std::min(unit_, to_->size() - unit * unit_);
  std::shared_ptr<Buffer> values;
  {
    const std::lock_guard lock(mutex_);
    Part& part = parts_[unit];
    if (!part.values) {
      part.values = std::make_shared<Buffer>();
      part.values->reset(to_->dtype(), size);
    }
    values = part.values;
  }
  copy_elements(run, from, *values, first, count);  // nobody else writes there
  {
    const std::lock_guard lock(mutex_);
    Part& part = parts_[unit];
    part.filled += count;
    if (part.filled < size) return;
    parts_.erase(unit);
  }
  to_->write({{unit * unit_}, {size}}, *values);
}

}  // namespace sheaf::np
