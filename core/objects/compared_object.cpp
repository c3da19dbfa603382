// SPDX-License-Identifier: MIT
#include "core/objects/compared_object.hpp"

#include <algorithm>

#include "core/hdf5/attribute.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/types.hpp"
#include "core/objects/python_text.hpp"

namespace sheaf::objects {
namespace {

std::string of_entries(const char* what, std::int64_t count) {
  return std::string(what) + " of " + std::to_string(count) + (count == 1 ? " entry" : " entries");
}

constexpr std::size_t most_known = 8;

bool is_opaque(const hdf5::ElementType& type) {
  return type.kind == hdf5::ElementType::Kind::Raw && type.text.starts_with("opaque");
}

std::string layout_text(const hdf5::Dataset& dataset) {
  const Shape chunks = hdf5::chunks_of(dataset);
  if (!chunks.empty()) return "chunks " + to_string(chunks);
  switch (hdf5::place_of(dataset)) {
    case hdf5::Place::Compact:
      return "in its header";
    case hdf5::Place::Contiguous:
      return "in one piece";
    default:
      return "elsewhere";
  }
}

}  // namespace

std::shared_ptr<const hdf5::Elements> KnownElements::elements_of(const hdf5::Datatype& stored) {
  const auto found = std::find_if(known_.rbegin(), known_.rend(), [&](const Known& known) {
    return hdf5::equal(known.stored, stored);
  });
  if (found != known_.rend()) {
    std::rotate(known_.rbegin(), found, found + 1);
    return known_.back().elements;
  }
  if (known_.size() == most_known) known_.erase(known_.begin());
  known_.push_back(
      {hdf5::copy_of(stored), std::make_shared<const hdf5::Elements>(hdf5::elements_of(stored))});
  return known_.back().elements;
}

std::string describe_group(Kind kind, std::int64_t size) {
  const char* what = kind == Kind::List ? "list" : kind == Kind::Object ? "object" : "dictionary";
  return of_entries(what, size);
}

std::string describe_object(Places& places, hdf5::Object object) {
  if (hdf5::is_dataset(object.get())) {
    const hdf5::Dataset dataset(object.release());
    KnownElements types;
    const std::string text = describe_value(look_at_value(types, dataset));
    const hdf5::Description what = hdf5::describe_dataset(dataset);
    if (what.content != hdf5::Content::Value || !what.shape.empty()) return text;
    return text + " " + repr(hdf5::read_value(dataset, what), 0);
  }
  if (!hdf5::is_group(object.get())) return "named datatype";
  const GroupPtr group = places.as_group(std::move(object));
  return describe_group(group->kind, group->size());
}

ComparedValue look_at_value(KnownElements& types, const hdf5::Dataset& dataset) {
  ComparedValue value{types.elements_of(hdf5::type_of(dataset)), {}, {}};
  const hdf5::Dataspace space = hdf5::space_of(dataset);
  const bool is_empty = hdf5::is_null(space);
  if (!is_empty) value.shape = hdf5::shape_of(space);
  const bool is_bytes = value.shape.empty() && is_opaque(value.type());
  if (!is_empty && !is_bytes) return value;
  Look look;
  look.what.content = is_empty ? hdf5::Content::Empty : hdf5::Content::Opaque;
  look.dataset = hdf5::open_dataset(dataset.get(), ".");
  value.tree = read(look);
  return value;
}

ComparedValue look_at_value(KnownElements& types, hid_t object, const std::string& name) {
  const hdf5::Attribute attribute = hdf5::open_attribute(object, name);
  ComparedValue value{types.elements_of(hdf5::type_of(attribute)), {}, {}};
  const hdf5::Dataspace space = hdf5::space_of(attribute);
  const bool is_empty = hdf5::is_null(space);
  if (!is_empty) value.shape = hdf5::shape_of(space);
  const bool may_be_none =
      value.shape.empty() && (value.type().text == utf8.name() || is_opaque(value.type()));
  if (!is_empty && !may_be_none) return value;
  Tree tree = read_attribute(object, name);
  if (tree.is_none() || tree.bytes() != nullptr) value.tree = std::move(tree);
  return value;
}

std::string describe_value(const ComparedValue& value) {
  if (value.tree) {
    if (value.tree->is_none()) return "none";
    const Bytes& bytes = *value.tree->bytes();
    return std::string(bytes.is_pickle ? "pickle" : "bytes") + " of length " +
           std::to_string(bytes.data.size());
  }
  const std::string& type = value.type().text;
  return value.shape.empty() ? type : type + " " + to_string(value.shape);
}

std::string describe_storage(const hdf5::Dataset& dataset) {
  std::string text = layout_text(dataset);
  for (const std::string& filter : hdf5::filters_of(dataset)) text += ", " + filter;
  text += ", " + hdf5::storage_of(hdf5::type_of(dataset));
  const hdf5::Dataspace space = hdf5::space_of(dataset);
  if (hdf5::is_null(space)) return text;
  const Shape limits = hdf5::limits_of(space);
  if (limits != hdf5::shape_of(space)) {
    text += ", may grow to (";
    for (std::size_t axis = 0; axis < limits.size(); ++axis) {
      text += (axis == 0 ? "" : ", ") +
              (limits[axis] == hdf5::unlimited ? "any" : std::to_string(limits[axis]));
    }
    text += ")";
  }
  if (const auto fill = hdf5::fill_value_of(dataset)) text += ", filled with " + repr(*fill, 0);
  return text;
}

}  // namespace sheaf::objects
