// SPDX-License-Identifier: MIT
#pragma once
// The preview that the feature of a place in a file brings.
//
// Model: the file says which feature wrote the place, the installed plugins are asked for it, and
// its preview runs in a worker. Threads: one. Failure: Error that names file, path and id.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/read/file.hpp"
#include "host/extend/extensions.hpp"
#include "host/extend/stored.hpp"
#include "host/plugin/catalog.hpp"
#include <sheaf/preview.h>

namespace sheaf::host::cli {

class Painter {
 public:
  // `path` is that of an array, or of a feature with several of them. Throws where there is none.
  Painter(std::shared_ptr<read::File> file, const std::string& path);

  // As the file has it; "" where it doesn't say.
  [[nodiscard]] const std::string& feature() const noexcept { return name_; }
  // SHEAF_PREVIEW_…; 0: none, and why_none() says why.
  [[nodiscard]] std::uint32_t kinds() const noexcept { return kinds_; }
  [[nodiscard]] const std::string& why_none() const noexcept { return why_none_; }
  // The array itself, or the feature's first one.
  [[nodiscard]] const read::Output& output() const noexcept { return *output_; }
  [[nodiscard]] extend::Picture paint(std::size_t source,
                                      const extend::PreviewRequest& request) const;

 private:
  std::shared_ptr<read::File> file_;
  const read::Output* output_ = nullptr;
  std::string name_, why_none_;
  std::optional<extend::StoredFeature> rows_;  // where the file says which feature it is
  plugin::Catalog catalog_;
  const plugin::Feature* feature_ = nullptr;
  std::uint32_t kinds_ = 0;
};

}  // namespace sheaf::host::cli
