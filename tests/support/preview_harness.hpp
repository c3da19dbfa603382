// SPDX-License-Identifier: MIT
#pragma once
// The smallest host for previews: rows in memory, pictures in memory.
//
//   StoredRows rows{"a.png", {{"image", array}}, {{"channels", text("RGB")}}};
//   Preview made = preview(plugin.feature("sheaf.image"), rows, {SHEAF_PREVIEW_RGBA, 200, 100});
//
// Model: as the real host it checks what is asked of it: rows that are there, sizes of buffers, a
// picture within the request, and one only. Failure: as in plugin_harness.hpp. Threads: one.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/plugin_harness.hpp"
#include <sheaf/preview.h>

namespace sheaf::test {

struct StoredRows {
  std::string id;
  std::vector<std::pair<std::string, Array>> outputs;
  Attrs attrs = {};
};

struct PreviewRequest {
  std::uint32_t kind, width, height;
  std::vector<Param> params = {};
};

struct Preview : Outcome {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
  std::string text;
  std::int64_t most_rows = 0;  // of one read
};

// What the feature brings; throws std::logic_error where it brings none.
[[nodiscard]] const sheaf_preview& preview_of(const sheaf_feature& feature);
[[nodiscard]] Preview preview(const sheaf_feature& feature, const StoredRows& rows,
                              const PreviewRequest& request);

}  // namespace sheaf::test
