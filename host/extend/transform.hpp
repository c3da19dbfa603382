// SPDX-License-Identifier: MIT
#pragma once
// Transforms of plugins, for rows on their way out of a file.
//
//   const auto catalog = worker::scan_in_workers();
//   auto file = read::transformed(read::File::open("photos.h5"),
//                                 {{"image", open_transforms(catalog, {"to_float"})}});
//
// Model: an OpenTransform (core/read/row_transform.hpp) opens the plugin's transform on rows of a
// kind and applies it: in a worker process of its own, to which rows are sent and which one thread
// at a time may use; or, Options::in_process, in this process without a copy, an instance for each
// thread that is at work: the plugin is trusted then as a library that one links to. That is the
// choice for training. Threads: any. Failure: Error that names the transform.

#include <string>
#include <string_view>
#include <vector>

#include "core/read/row_transform.hpp"
#include "host/extend/extensions.hpp"
#include "host/plugin/catalog.hpp"

namespace sheaf::host::extend {

// A transform and the plugin that brings it.
struct Transform {
  const sheaf_transform* descriptor = nullptr;
  const plugin::Plugin* plugin = nullptr;

  [[nodiscard]] std::string_view name() const;        // "sheaf.to_float"
  [[nodiscard]] std::string_view short_name() const;  // "to_float"
};

[[nodiscard]] std::vector<Transform> transforms(const plugin::Catalog& catalog);
// By full or short name. Throws Error: NotFound that lists them, Invalid where a short name is that
// of several.
[[nodiscard]] Transform find_transform(const plugin::Catalog& catalog, std::string_view name);

// The plugin of `transform` stays loaded, or known, as long as the process: its catalog needn't
// live.
[[nodiscard]] read::OpenTransform open_transform(const Transform& transform,
                                                 const plugin::ParamInputs& params,
                                                 const Options& options = {});
// "NAME[:param=value,…]" each, as `--transform` has them, in order.
[[nodiscard]] read::OpenTransforms open_transforms(const plugin::Catalog& catalog,
                                                   const std::vector<std::string>& texts,
                                                   const Options& options = {});

}  // namespace sheaf::host::extend
