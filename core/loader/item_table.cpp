// SPDX-License-Identifier: MIT
#include "core/loader/item_table.hpp"

#include <algorithm>
#include <limits>

#include "core/error.hpp"

namespace sheaf::loader {
namespace {

// Steps for which the source has all inputs; 1 where there is no window.
Steps steps_of_all(const std::vector<Field>& fields,
                   const std::vector<std::optional<Window>>& windows, std::size_t cell) {
  Steps steps{0, std::numeric_limits<std::int64_t>::max()};
  bool has_window = false;
  for (std::size_t input = 0; input < fields.size(); ++input) {
    if (!fields[input].has(cell)) return {0, -1};
    const std::optional<Window>& window = windows[input];
    if (!window) continue;
    has_window = true;
    const Steps own = steps_of(*window, fields[input].extent(cell, window->axis));
    steps.first = std::max(steps.first, own.first);
    steps.last = std::min(steps.last, own.last);
  }
  return has_window ? steps : Steps{0, 0};
}

[[noreturn]] void fail_empty(const read::File& file, bool has_sources) {
  throw Error(ErrorCode::Invalid, file.name(),
              has_sources ? "no source has all of these inputs, and rows enough for their slices"
                          : "has fewer rows than the inputs' slices ask for");
}

}  // namespace

ItemTable::ItemTable(const read::File& file, bool has_sources, std::vector<Field>& fields,
                     const std::vector<std::optional<Window>>& windows)
    : has_sources_(has_sources) {
  const std::size_t all = has_sources ? file.ids().size() : 1;
  bool is_even = true;
  for (std::size_t cell = 0; cell < all; ++cell) {
    const Steps steps = steps_of_all(fields, windows, cell);
    if (steps.count() == 0) continue;
    if (sources_.empty()) {
      even_ = steps.count();
      first_ = steps.first;  // the windows' own: of an extent only the last step depends
    }
    is_even = is_even && steps.count() == even_;
    items_ += steps.count();
    ends_.push_back(items_);
    sources_.push_back(static_cast<std::int64_t>(cell));
  }
  cells_ = sources_.size();
  if (cells_ == 0) fail_empty(file, has_sources);
  for (Field& field : fields) field.keep(sources_);
  if (is_even) ends_ = {};
  if (cells_ == all) sources_ = {};
}

ItemTable::Item ItemTable::find(std::int64_t item) const noexcept {
  if (ends_.empty()) {
    if (even_ == 1) return {static_cast<std::size_t>(item), first_};
    return {static_cast<std::size_t>(item / even_), first_ + item % even_};
  }
  const auto cell =
      static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), item) - ends_.begin());
  return {cell, first_ + item - number(cell, 0)};
}

}  // namespace sheaf::loader
