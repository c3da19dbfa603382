// SPDX-License-Identifier: MIT
#pragma once
// Where a Loader stands, as a line of text.
//
//   sheaf-loader/1 epoch=3 batch=17 data=xxh128:… configuration=xxh128:…
//
// Model: the two digests say for which sources and rows, and for which inputs and options, the
// numbers hold. Threads: any. Failure: Error (Invalid) with what doesn't fit.

#include <cstdint>
#include <string>
#include <string_view>

namespace sheaf::loader {

struct Position {
  std::int64_t epoch = 0;
  std::int64_t batch = 0;
  std::string data;
  std::string configuration;

  [[nodiscard]] std::string text() const;
  // `here` is the reader's own; `object` is named in errors.
  [[nodiscard]] static Position parse(std::string_view text, const Position& here,
                                      const std::string& object);
};

}  // namespace sheaf::loader
