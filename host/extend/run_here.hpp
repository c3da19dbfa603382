// SPDX-License-Identifier: MIT
#pragma once
// Extensions called in this process: a worker, or the host of somebody who asked for that.
//
// Model: each function makes the ABI's structs of what the host has, calls the plugin, and makes
// values of what it gave. A canvas and results are checked while they are filled.
// Threads: any, one call each; a TransformHere one at a time. Failure: Error (Invalid) that names
// the feature or transform, with the plugin's own message.

#include <memory>
#include <string>
#include <vector>

#include "core/read/row_transform.hpp"
#include "host/extend/extensions.hpp"
#include "host/plugin/bridge.hpp"

namespace sheaf::host::extend {

// What remains of a PreviewRequest once it was checked against what the feature declares.
struct Rendering {
  std::uint32_t kind = 0;
  std::uint32_t width = 0, height = 0;
  std::vector<plugin::ParamValue> params;
};

[[nodiscard]] Picture render_here(const plugin::Feature& feature, StoredSource& source,
                                  const Rendering& wanted, const plugin::Services& services);
[[nodiscard]] Results call_here(const plugin::Feature& feature, const std::string& method,
                                const std::vector<plugin::ParamValue>& params,
                                const std::vector<StoredSource*>& sources,
                                const plugin::Services& services);

// An open transform.
class TransformHere {
 public:
  TransformHere(const sheaf_transform& transform, const std::vector<plugin::ParamValue>& params,
                const read::RowType& input, const plugin::Services& services);

  [[nodiscard]] Dtype dtype() const noexcept { return dtype_; }
  [[nodiscard]] Shape item_shape(const Shape& item_shape);
  void apply(const Shape& item_shape, std::int64_t rows, std::span<const std::byte> in,
             std::span<std::byte> out);

 private:
  struct Closer {
    const sheaf_transform* transform;
    void operator()(void* instance) const { transform->close(instance); }
  };
  void throw_if_error(const char* stage, const plugin::Outcome& outcome) const;

  plugin::CallState state_;
  Dtype from_;
  Dtype dtype_;
  std::unique_ptr<void, Closer> instance_;
};

// What a plugin may give at most.
inline constexpr std::size_t most_text = std::size_t{16} << 20U;      // bytes of a picture
inline constexpr std::size_t most_results = std::size_t{256} << 20U;  // bytes of all results
inline constexpr std::uint32_t most_pixels = 16384;                   // of a side of a picture

// Throw Error (Invalid) for what wasn't asked for.
void check_picture(const Picture& picture, const Rendering& wanted);
void check_results(const Results& results);

}  // namespace sheaf::host::extend
