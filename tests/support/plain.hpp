// SPDX-License-Identifier: MIT
#pragma once
// What the harnesses hand to plugins: their own values as the ABI has them.
//
// Model: views, whose values must stay. Failure: std::logic_error where a test gives a parameter
// that a host would refuse. Threads: any.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/memory_sink.hpp"
#include "tests/support/plugin_harness.hpp"
#include <sheaf/plugin.h>

namespace sheaf::test {

// A sheaf_array over an Array, which must stay.
class View {
 public:
  explicit View(const Array& array) {
    for (const std::string& text : array.strings) texts_.push_back(view(std::string_view(text)));
    const void* data = array.bytes.data();
    if (array.dtype.code == SHEAF_UTF8) data = texts_.data();
    plain_ = {array.dtype, static_cast<std::uint32_t>(array.shape.size()), array.shape.data(),
              data};
  }
  [[nodiscard]] const sheaf_array& plain() const noexcept { return plain_; }

 private:
  std::vector<sheaf_string> texts_;
  sheaf_array plain_{};
};

// Stored attributes, which must stay.
class PlainAttrs {
 public:
  explicit PlainAttrs(const Attrs& attrs) {
    for (const auto& [name, value] : attrs) {
      names_.push_back(view(std::string_view(name)));
      views_.emplace_back(value);
    }
    for (const View& value : views_) values_.push_back(value.plain());
  }
  [[nodiscard]] const std::vector<sheaf_string>& names() const noexcept { return names_; }
  [[nodiscard]] const std::vector<sheaf_array>& values() const noexcept { return values_; }

 private:
  std::vector<View> views_;
  std::vector<sheaf_string> names_;
  std::vector<sheaf_array> values_;
};

// What is given, and the defaults of what isn't.
[[nodiscard]] std::vector<sheaf_param_value> to_plain(std::span<const sheaf_param* const> params,
                                                      const std::vector<Param>& given);

}  // namespace sheaf::test
