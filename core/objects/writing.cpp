// SPDX-License-Identifier: MIT
#include "core/objects/writing.hpp"

#include <algorithm>
#include <charconv>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/strings.hpp"
#include "core/objects/names.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/pickle.hpp"

namespace sheaf::objects {
namespace {

// Code points: bytes that don't continue one.
std::size_t letters(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::size_t longest_of(const Value& texts) {
  std::size_t longest = 1;
  for (const std::string& text : texts.strings) longest = std::max(longest, letters(text));
  return longest;
}

void check_value(const Value& value, const std::string& object) {
  const std::size_t elements = value.dtype.is_string()  ? value.strings.size()
                               : value.dtype.size() > 0 ? value.bytes.size() / value.dtype.size()
                                                        : 0;
  if (!has_elements(value.shape, static_cast<std::int64_t>(elements))) {
    throw Error(ErrorCode::Invalid, object,
                "has " + std::to_string(elements) + " elements, not those of the shape " +
                    to_string(value.shape));
  }
  if (value.shape.size() > 32) {
    throw Error(ErrorCode::Unsupported, object, "has more than HDF5's 32 axes");
  }
  hdf5::check_strings(value.strings, object);
}

hdf5::Object make_pickle(hdf5::Maker& maker, hid_t file, const std::vector<std::byte>& pickle) {
  hdf5::Object object(maker.opaque(file, pickle).release());
  maker.attribute(object.get(), names::type_attr, Value::of(names::pickle));
  return object;
}

}  // namespace

void check(const Tree& tree, const std::string& object) {
  if (const Value* value = tree.value()) return check_value(*value, object);
  if (tree.unreadable() != nullptr) {
    throw Error(
        ErrorCode::Invalid, object,
        "can't be stored: it stands for what couldn't be read (" + tree.unreadable()->reason + ")");
  }
  if (tree.list_items() != nullptr) {
    for (const Tree& item : *tree.list_items()) check(item, object);
  }
  if (tree.entries() == nullptr) return;
  for (const auto& [name, value] : *tree.entries()) {
    check_name(name, object);
    check(value, object);
  }
}

hdf5::Object make_list(hdf5::Maker& maker, hid_t file) {
  hdf5::Object group(maker.group(file, false).release());
  maker.attribute(group.get(), names::type_attr, Value::of(names::list));
  return group;
}

void mark_dtype(hdf5::Maker& maker, hid_t dataset, const Value& value) {
  if (!value.dtype.is_string() || value.shape.empty()) return;
  maker.attribute(dataset, names::dtype_attr, Value::of("<U" + std::to_string(longest_of(value))));
}

void widen_dtype(hdf5::Maker& maker, hid_t dataset, const Value& part) {
  if (!part.dtype.is_string() || !hdf5::has_attribute(dataset, names::dtype_attr)) return;
  const Value marked = hdf5::read_attribute(dataset, names::dtype_attr);
  if (marked.strings.size() != 1 || !marked.strings[0].starts_with("<U")) return;
  const std::string& digits = marked.strings[0];
  std::size_t longest = 0;
  std::from_chars(digits.data() + 2, digits.data() + digits.size(), longest);
  if (longest_of(part) > longest) mark_dtype(maker, dataset, part);
}

hdf5::Object make(hdf5::Maker& maker, hid_t file, const Tree& tree) {
  if (const Value* value = tree.value()) {
    hdf5::Object dataset(maker.value(file, *value).release());
    mark_dtype(maker, dataset.get(), *value);
    return dataset;
  }
  if (tree.is_none()) return make_pickle(maker, file, pickle_of_none());
  if (const Bytes* bytes = tree.bytes()) {
    return make_pickle(maker, file, bytes->is_pickle ? bytes->data : pickle_of(bytes->data));
  }
  if (const Tree::List* items = tree.list_items()) {
    hdf5::Object group = make_list(maker, file);
    for (std::size_t at = 0; at < items->size(); ++at) {
      maker.link(make(maker, file, (*items)[at]).get(), group.get(), std::to_string(at));
    }
    return group;
  }
  hdf5::Object group(maker.group(file, true).release());
  for (const auto& [name, value] : *tree.entries()) {
    maker.link(make(maker, file, value).get(), group.get(), name);
  }
  return group;
}

void check_attribute(const std::string& name, const Tree& value, const std::string& object) {
  if (name.empty() || name.find('\0') != std::string::npos) {
    throw Error(ErrorCode::Invalid, object, "an attribute's name is text without a NUL byte");
  }
  check(value, object);
  if (value.list_items() == nullptr && value.entries() == nullptr) return;
  throw Error(
      ErrorCode::Invalid, object,
      "the attribute '" + name + "' can't be a list or a dictionary; store that as an entry");
}

void write_attribute(hdf5::Maker& maker, const hdf5::ObjectAt& object, const std::string& name,
                     const Tree& value) {
  if (const Value* plain = value.value()) return maker.attribute(object, name, *plain);
  if (const Bytes* bytes = value.bytes()) return maker.attribute(object, name, bytes->data);
  maker.attribute(object, name, Value::of(names::none_text));
}

}  // namespace sheaf::objects
