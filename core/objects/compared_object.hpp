// SPDX-License-Identifier: MIT
#pragma once
// What an object is, in the words that a comparison tells it with.
//
// Model: none is none and bytes are bytes, whatever dataset they are stored in. Failure: Error.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/hdf5/elements.hpp"
#include "core/hdf5/handle.hpp"
#include "core/objects/reading.hpp"

namespace sheaf::objects {

// "dictionary of 3 entries", "float64 (3, 4)", "float64 0.5", "none".
[[nodiscard]] std::string describe_object(Places& places, hdf5::Object object);
[[nodiscard]] std::string describe_group(Kind kind, std::int64_t size);

// Types that were seen last: a file has many objects of few types.
class KnownElements {
 public:
  [[nodiscard]] std::shared_ptr<const hdf5::Elements> elements_of(const hdf5::Datatype& stored);

 private:
  struct Known {
    hdf5::Datatype stored;
    std::shared_ptr<const hdf5::Elements> elements;
  };
  std::vector<Known> known_;  // the last one used comes last
};

// A dataset or an attribute.
struct ComparedValue {
  std::shared_ptr<const hdf5::Elements> elements;
  Shape shape;
  std::optional<Tree> tree;  // where it is none or bytes

  [[nodiscard]] const hdf5::ElementType& type() const noexcept { return elements->type; }
};
[[nodiscard]] ComparedValue look_at_value(KnownElements& types, const hdf5::Dataset& dataset);
[[nodiscard]] ComparedValue look_at_value(KnownElements& types, hid_t object,
                                          const std::string& attribute);
[[nodiscard]] std::string describe_value(const ComparedValue& value);

// Chunks, filters, byte order, how far it may grow.
[[nodiscard]] std::string describe_storage(const hdf5::Dataset& dataset);

}  // namespace sheaf::objects
