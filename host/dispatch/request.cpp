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

[[noreturn]] void refuse(const std::string& text, const std::string& option,
                         const std::string& why) {
  const char* const form = option == "-f" ? "FEATURE[=PATH][:param=value,…], as in -f "
                                            "image=data/image:size=64x64"
                                          : "NAME[:param=value,…]";
  throw Error(ErrorCode::Invalid, fmt::format("{} {}", option, text),
              fmt::format("{}; write {}", why, form));
}

}  // namespace

NamedParams parse_named_params(const std::string& text, const std::string& option) {
  const std::size_t colon = text.find(':');
  NamedParams parsed{text.substr(0, colon), {}};
  if (parsed.name.empty()) {
    refuse(text, option, option == "-f" ? "names no feature" : "names nothing");
  }
  if (colon == std::string::npos) return parsed;
  const std::string params = text.substr(colon + 1);
  std::size_t start = 0;
  while (true) {
    const std::size_t comma = next_parameter(params, start);
    const std::string param = params.substr(start, comma - start);
    const std::size_t sign = param.find('=');
    if (sign == std::string::npos || sign == 0) {
      refuse(text, option, fmt::format("'{}' is no param=value", param));
    }
    if (!parsed.params.emplace(param.substr(0, sign), param.substr(sign + 1)).second) {
      refuse(text, option, fmt::format("gives '{}' twice", param.substr(0, sign)));
    }
    if (comma == std::string::npos) return parsed;
    start = comma + 1;
  }
}

FeatureRequest parse_request(const std::string& text) {
  NamedParams parsed = parse_named_params(text, "-f");
  FeatureRequest request;
  request.params = std::move(parsed.params);
  const std::size_t equals = parsed.name.find('=');
  request.name = parsed.name.substr(0, equals);
  if (request.name.empty()) refuse(text, "-f", "names no feature");
  if (equals != std::string::npos) {
    request.path = parsed.name.substr(equals + 1);
    if (request.path.empty()) refuse(text, "-f", "has an empty path");
  }
  return request;
}

}  // namespace sheaf::host
