// SPDX-License-Identifier: MIT
#include "host/dispatch/request.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/error.hpp"

namespace sheaf::host {
namespace {

// The start of the next "name=" behind a comma, or npos.
std::size_t next_parameter(const std::string& text, std::size_t from) {
  static const RE2 start(R"(^[a-z][a-z0-9_]*=)");
  for (std::size_t comma = text.find(',', from); comma != std::string::npos;
       comma = text.find(',', comma + 1)) {
    if (RE2::PartialMatch(text.substr(comma + 1), start)) return comma;
  }
  return std::string::npos;
}

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw Error(ErrorCode::Invalid, fmt::format("-f {}", text),
              why + "; write FEATURE[=PATH][:param=value,…], as in -f image=data/image:size=64x64");
}

}  // namespace

FeatureRequest parse_request(const std::string& text) {
  FeatureRequest request;
  const std::size_t colon = text.find(':');
  const std::string head = text.substr(0, colon);
  const std::size_t equals = head.find('=');
  request.name = head.substr(0, equals);
  if (request.name.empty()) refuse(text, "names no feature");
  if (equals != std::string::npos) {
    request.path = head.substr(equals + 1);
    if (request.path.empty()) refuse(text, "has an empty path");
  }
  if (colon == std::string::npos) return request;
  const std::string params = text.substr(colon + 1);
  std::size_t start = 0;
  while (true) {
    const std::size_t comma = next_parameter(params, start);
    const std::string param = params.substr(start, comma - start);
    const std::size_t sign = param.find('=');
    if (sign == std::string::npos || sign == 0) {
      refuse(text, fmt::format("'{}' is no param=value", param));
    }
    if (!request.params.emplace(param.substr(0, sign), param.substr(sign + 1)).second) {
      refuse(text, fmt::format("gives '{}' twice", param.substr(0, sign)));
    }
    if (comma == std::string::npos) return request;
    start = comma + 1;
  }
}

}  // namespace sheaf::host
