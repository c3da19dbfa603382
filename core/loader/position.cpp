// SPDX-License-Identifier: MIT
#include "core/loader/position.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "core/error.hpp"

namespace sheaf::loader {
namespace {

constexpr std::string_view head = "sheaf-loader/1 ";
constexpr std::string_view any_head = "sheaf-loader/";

// Cuts "name=value" and the blank behind it off the text.
std::optional<std::string_view> take(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name) || text.substr(name.size(), 1) != "=") return {};
  text.remove_prefix(name.size() + 1);
  const std::string_view value = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(value.size() + 1, text.size()));
  return value;
}

std::optional<std::int64_t> take_number(std::string_view& text, std::string_view name) {
  const std::optional<std::string_view> digits = take(text, name);
  std::int64_t number = 0;
  if (!digits) return {};
  const char* end = digits->data() + digits->size();
  const auto result = std::from_chars(digits->data(), end, number);
  if (result.ec != std::errc() || result.ptr != end || number < 0) return {};
  return number;
}

}  // namespace

std::string Position::text() const {
  return std::string(head) + "epoch=" + std::to_string(epoch) + " batch=" + std::to_string(batch) +
         " data=" + data + " configuration=" + configuration;
}

Position Position::parse(std::string_view text, const Position& here, const std::string& object) {
  const auto fail = [&](const char* why) {
    throw Error(ErrorCode::Invalid, object, std::string("can't go on from this state: ") + why);
  };
  if (!text.starts_with(head)) {
    fail(text.starts_with(any_head) ? "another version of Sheaf made it"
                                    : "it isn't a loader's state");
  }
  text.remove_prefix(head.size());
  const auto epoch = take_number(text, "epoch");
  const auto batch = take_number(text, "batch");
  const auto data = take(text, "data");
  const auto configuration = take(text, "configuration");
  if (!epoch || !batch || !data || !configuration || !text.empty()) {
    fail("it was cut off or changed");
  }
  if (*configuration != here.configuration) {
    fail("the inputs or options were others (batch size, sampling, seed, world size, getters …)");
  }
  if (*data != here.data) fail("the file had other sources or rows then");
  return {*epoch, *batch, here.data, here.configuration};
}

}  // namespace sheaf::loader
