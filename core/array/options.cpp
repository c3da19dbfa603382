// SPDX-License-Identifier: MIT
#include "core/array/options.hpp"

#include <charconv>
#include <mutex>
#include <string>

#include "core/error.hpp"

namespace sheaf::np {
namespace {

std::mutex mutex;
Options& common() {
  static Options options;
  return options;
}
thread_local const Options* scoped = nullptr;

[[noreturn]] void refuse(std::string_view text) {
  throw Error(ErrorCode::Invalid, "max_memory",
              "'" + std::string(text) + "' is no size; write 250M, 2G or a number of bytes");
}

}  // namespace

Options options() {
  if (scoped != nullptr) return *scoped;
  const std::lock_guard lock(mutex);
  return common();
}

void check_stop() {
  const std::atomic<bool>* stop = scoped != nullptr ? scoped->stop : options().stop;
  if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
    throw Error(ErrorCode::Cancelled, "arrays", "interrupted");
  }
}

void set_options(const Options& options) {
  const std::lock_guard lock(mutex);
  common() = options;
}

std::size_t parse_size(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !(number >= 0)) refuse(text);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit.ends_with('B') || unit.ends_with('b')) unit.remove_suffix(1);
  if (unit.size() == 2 && unit.ends_with('i')) unit.remove_suffix(1);
  constexpr std::string_view units = "KkMmGgTt";
  if (!unit.empty()) {
    const std::size_t power = units.find(unit);
    if (unit.size() != 1 || power == std::string_view::npos) refuse(text);
    for (std::size_t at = 0; at <= power / 2; ++at) number *= 1024;
  }
  if (number > 0x1p62) refuse(text);
  return static_cast<std::size_t>(number);
}

OptionsScope::OptionsScope(const Options& options) : outer_(scoped), options_(options) {
  scoped = &options_;
}

OptionsScope::~OptionsScope() { scoped = outer_; }

}  // namespace sheaf::np
