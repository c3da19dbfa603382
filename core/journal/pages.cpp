// SPDX-License-Identifier: MIT
#include "core/journal/pages.hpp"

#include <utility>

namespace sheaf::journal {

bool Pages::has_any(std::uint64_t first, std::uint64_t last) const {
  const auto found = pages_.lower_bound(first);
  return found != pages_.end() && found->first <= last;
}

void Pages::read(std::uint64_t number, const RedoLog* log, Block& block) const {
  const Page& page = pages_.at(number);
  if (page.memory) {
    block = *page.memory;
  } else {
    log->read(*page.in_log, block);
  }
}

Block& Pages::bring(std::uint64_t number, const RedoLog* log) {
  Page& page = pages_[number];
  if (!page.memory) {
    page.memory = std::make_unique<Block>();
    ++in_memory_;
    if (page.in_log) log->read(*page.in_log, *page.memory);
  }
  page.in_log.reset();
  return *page.memory;
}

void Pages::spill(RedoLog& log) {
  for (auto& [number, page] : pages_) {
    if (!page.memory) continue;
    if (!page.in_log) page.in_log = log.append(number, *page.memory);
    page.memory.reset();
    --in_memory_;
  }
}

std::vector<Entry> Pages::entries() const {
  std::vector<Entry> entries;
  entries.reserve(pages_.size());
  for (const auto& [number, page] : pages_) entries.push_back(*page.in_log);
  return entries;
}

void Pages::merge(Pages&& newer) {
  for (auto& [number, page] : newer.pages_) {
    Page& here = pages_[number];
    if (here.memory) --in_memory_;
    if (page.memory) ++in_memory_;
    here = std::move(page);
  }
  newer.clear();
}

void Pages::clear() noexcept {
  pages_.clear();
  in_memory_ = 0;
}

}  // namespace sheaf::journal
