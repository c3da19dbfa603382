// SPDX-License-Identifier: MIT
#pragma once
// What a table looks like: its head and first rows, in columns (preview.cpp).

#include <sheaf/sdk.hpp>

namespace sheaf::table {

class TablePreview {
 public:
  static void declare(sdk::Preview<TablePreview>& preview) { preview.makes(SHEAF_PREVIEW_TEXT); }
  void render(const sdk::Stored& stored, sdk::Canvas& canvas) const;
};

}  // namespace sheaf::table
