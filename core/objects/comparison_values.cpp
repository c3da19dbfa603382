// SPDX-License-Identifier: MIT
// The part of the walk that looks into datasets and attributes.
#include <algorithm>
#include <set>
#include <utility>

#include "core/hdf5/attribute.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/types.hpp"
#include "core/objects/compare_datasets.hpp"
#include "core/objects/comparison.hpp"
#include "core/objects/names.hpp"
#include "core/objects/python_text.hpp"

namespace sheaf::objects {
namespace {

// What the format notes about a value, which says nothing that isn't compared anyway: what it is,
// and how long its longest text.
bool is_notation(hid_t object, const std::string& name) {
  if (name != names::type_attr && name != names::dtype_attr) return false;
  const Value value = hdf5::read_attribute(object, name);
  if (value.strings.size() != 1) return false;
  const std::string& text = value.strings[0];
  if (name == names::dtype_attr) return hdf5::is_dataset(object) && text.starts_with("<U");
  return text == names::list || text == names::object || text == names::pickle;
}

// The root itself, where the path is empty.
hdf5::Object open_below(Places& places, hid_t root, const std::string& link) {
  return link.empty() ? hdf5::open_object(root, ".") : places.maker().open(root, link);
}

}  // namespace

std::string Comparison::where() const {
  return Difference{.path = at_.path, .attribute = at_.attribute}.where();
}

void Comparison::tell(Difference difference) {
  difference.path = at_.path;
  difference.attribute = at_.attribute;
  ++summary_.differences;
  sink_.differs(difference);
}

void Comparison::tell(What what, std::string a, std::string b) {
  Difference difference;
  difference.what = what;
  difference.a = std::move(a);
  difference.b = std::move(b);
  tell(std::move(difference));
}

void Comparison::tell_values(const ElementComparison& comparison, const Shape& shape) {
  if (comparison.found().differing == 0) return;
  Difference difference = comparison.found();
  difference.shape = shape;
  difference.elements = element_count(shape);
  tell(std::move(difference));
}

void Comparison::fail(const Error& error) {
  ++summary_.failed;
  if (!is_deep()) return sink_.failed(where(), error);
  sink_.failed(where(), Error(error.code(), error.object() + ":" + where(), error.message(),
                              error.hdf5_stack()));
}

bool Comparison::have_same_form(const ComparedValue& a, const ComparedValue& b) {
  if (a.tree && b.tree) {
    if (*a.tree == *b.tree) return false;
    const Bytes* one = a.tree->bytes();
    const Bytes* other = b.tree->bytes();
    if (one != nullptr && other != nullptr && one->is_pickle == other->is_pickle) {
      Difference difference;
      difference.differing = 1;
      difference.first.push_back({{}, *a.tree, *b.tree});
      tell(std::move(difference));
      return false;
    }
  }
  if (a.tree || b.tree) {
    tell(What::Kind, describe_value(a), describe_value(b));
    return false;
  }
  const bool is_one_type = a.type().text == b.type().text;
  if (!is_one_type) tell(What::Dtype, a.type().text, b.type().text);
  if (a.shape != b.shape) tell(What::Shape, to_string(a.shape), to_string(b.shape));
  return is_one_type && a.shape == b.shape;
}

bool Comparison::is_put_off(const ComparedValue& value) {
  if (is_later_ || !value.type().has_references()) return false;
  later_.push_back(at_);
  return true;
}

void Comparison::compare_datasets(const hdf5::Dataset& a, const hdf5::Dataset& b) {
  if (options_.storage && !is_later_) {
    std::string one = describe_storage(a);
    std::string other = describe_storage(b);
    if (one != other) tell(What::Storage, std::move(one), std::move(other));
  }
  try {
    const ComparedValue one = look_at_value(types_, a);
    const ComparedValue other = look_at_value(types_, b);
    if (have_same_form(one, other) && !is_put_off(one)) compare_elements(a, one, b, other);
  } catch (const Error& error) {
    fail(error);
  }
}

// What was found before something can't be read is told, too.
void Comparison::compare_elements(const hdf5::Dataset& a, const ComparedValue& one,
                                  const hdf5::Dataset& b, const ComparedValue& other) {
  ElementComparison comparison(one.type(), other.type(), options_, &pairs_);
  pairs_.set_places(a.get(), b.get());
  try {
    objects::compare_datasets({a, *one.elements}, {b, *other.elements}, one.shape,
                              options_.only_whether, comparison);
  } catch (const Error&) {
    tell_values(comparison, one.shape);
    throw;
  }
  tell_values(comparison, one.shape);
}

void Comparison::compare_types(hid_t a, hid_t b) {
  std::string one = hdf5::elements_of(hdf5::named_type(a)).type.text;
  std::string other = hdf5::elements_of(hdf5::named_type(b)).type.text;
  if (one != other) tell(What::Dtype, std::move(one), std::move(other));
}

void Comparison::compare_attributes(hid_t a, hid_t b) {
  const std::vector<std::string> of_a = attribute_names(a);
  const std::vector<std::string> of_b = attribute_names(b);
  const std::set<std::string_view> in_a(of_a.begin(), of_a.end());
  const std::set<std::string_view> in_b(of_b.begin(), of_b.end());
  const auto each = [&](const std::string& name, const auto& step) {
    at_.attribute = name;
    try {
      if (!is_over() && !is_ignored()) step(name);
    } catch (const Error& error) {
      fail(error);
    }
    at_.attribute.reset();
  };
  const auto is_left_out = [&](hid_t object, const std::string& name) {
    return !options_.storage && is_notation(object, name);
  };
  for (const std::string& name : of_a) {
    if (is_left_out(a, name) && (!in_b.contains(name) || is_left_out(b, name))) continue;
    each(name, [&](const std::string& of) {
      in_b.contains(of) ? compare_attribute(a, b, of) : tell_only_attribute(a, of, What::OnlyInA);
    });
  }
  for (const std::string& name : of_b) {
    if (in_a.contains(name) || is_left_out(b, name)) continue;
    each(name, [&](const std::string& of) { tell_only_attribute(b, of, What::OnlyInB); });
  }
}

void Comparison::tell_only_attribute(hid_t object, const std::string& name, What what) {
  const ComparedValue value = look_at_value(types_, object, name);
  const bool is_plain =
      value.tree || hdf5::describe_attribute(object, name).content == hdf5::Content::Value;
  std::string text = is_plain ? repr(read_attribute(object, name)) : describe_value(value);
  what == What::OnlyInA ? tell(what, std::move(text), {}) : tell(what, {}, std::move(text));
}

void Comparison::compare_attribute(hid_t a, hid_t b, const std::string& name) {
  const ComparedValue one = look_at_value(types_, a, name);
  const ComparedValue other = look_at_value(types_, b, name);
  if (!have_same_form(one, other) || is_put_off(one)) return;
  hdf5::ElementBlock of_a(*one.elements);
  hdf5::ElementBlock of_b(*other.elements);
  of_a.read(hdf5::open_attribute(a, name), one.shape);
  of_b.read(hdf5::open_attribute(b, name), other.shape);
  ElementComparison comparison(one.type(), other.type(), options_, &pairs_);
  pairs_.set_places(a, b);
  comparison.compare(of_a.data(), of_b.data(), Shape(one.shape.size(), 0), one.shape);
  tell_values(comparison, one.shape);
}

void Comparison::compare_put_off(hid_t root_a, hid_t root_b) {
  hdf5::Object a = open_below(places_a_, root_a, at_.link_a);
  hdf5::Object b = open_below(places_b_, root_b, at_.link_b);
  if (at_.attribute) return compare_attribute(a.get(), b.get(), *at_.attribute);
  compare_datasets(hdf5::Dataset(a.release()), hdf5::Dataset(b.release()));
}

}  // namespace sheaf::objects
