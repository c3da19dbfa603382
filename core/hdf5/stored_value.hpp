// SPDX-License-Identifier: MIT
#pragma once
// Datasets and attributes of any file, as a whole or a part of them.
//
// Model: what Dtype has a match for is a Value, one opaque element bytes, a dataspace without
// elements (h5py.Empty) nothing; the rest is told by name. Failure: Error.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

enum class Content : std::uint8_t { Value, Opaque, Empty, Other };

struct Description {
  Content content = Content::Other;
  Dtype dtype;  // of a Value
  Shape shape;
  std::string type;  // "float64", "compound"
};

[[nodiscard]] Description describe_dataset(const Dataset& dataset);
[[nodiscard]] Description describe_attribute(hid_t object, const std::string& name);

// All of one; nothing where the object has no such attribute.
struct StoredAttribute {
  Description what;
  Value value{};                    // where it is a Value
  std::vector<std::byte> opaque{};  // where it is Opaque
};
[[nodiscard]] std::optional<StoredAttribute> find_attribute(hid_t object, const std::string& name);

// `what` is what describe_…() said of it, Value or Opaque.
[[nodiscard]] Value read_value(const Dataset& dataset, const Description& what);
[[nodiscard]] std::vector<std::byte> read_opaque(const Dataset& dataset);
[[nodiscard]] std::vector<std::byte> read_opaque(hid_t object, const std::string& attribute);
// `count` elements an axis from `first` on.
[[nodiscard]] Value read_box(const Dataset& dataset, const Description& what, const Shape& first,
                             const Shape& count);
void write_box(const Dataset& dataset, const Shape& first, const Value& value);

}  // namespace sheaf::hdf5
