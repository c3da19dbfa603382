// SPDX-License-Identifier: MIT
#include "core/objects/array.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/strings.hpp"
#include "core/objects/convert.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"

namespace sheaf::objects {
namespace {

Look look_at_array(Places& places, const std::string& path) {
  Look look = look_at(places, path);
  if (look.kind == Kind::Absent) (void)places.open(path);
  if (look.what.content == hdf5::Content::Value) return look;
  throw Error(
      ErrorCode::Unsupported, places.describe(path),
      look.dataset ? "holds elements without a match here: " + look.what.type : "is no array");
}

void check_box(const Look& look, const Shape& first, const Shape& extents,
               const std::string& object) {
  const Shape& shape = look.what.shape;
  bool is_inside = first.size() == shape.size() && extents.size() == shape.size();
  for (std::size_t axis = 0; is_inside && axis < shape.size(); ++axis) {
    is_inside = first[axis] >= 0 && extents[axis] >= 0 && first[axis] <= shape[axis] &&
                extents[axis] <= shape[axis] - first[axis];
  }
  if (is_inside) return;
  throw Error(ErrorCode::Invalid, object,
              "a box of " + to_string(extents) + " from " + to_string(first) +
                  " on isn't inside its shape " + to_string(shape));
}

void write_box(Places& places, const std::string& path, const Shape* first, const Value& value) {
  const Look look = look_at_array(places, path);
  const std::string object = places.describe(path);
  check(value, object);
  if (first == nullptr && value.shape != look.what.shape) {
    throw Error(ErrorCode::Invalid, object,
                "has the shape " + to_string(look.what.shape) + ", and " + to_string(value.shape) +
                    " was given; resize it, or set the item instead");
  }
  const Shape from = first != nullptr ? *first : Shape(value.shape.size(), 0);
  check_box(look, from, value.shape, object);
  hdf5::write_box(look.dataset, from, converted(value, look.what.dtype, object));
  widen_dtype(places.maker(), look.dataset.get(), value);
}

}  // namespace

Array::Array(std::shared_ptr<Store> store, std::string path)
    : store_(std::move(store)), path_(std::move(path)) {}

Shape Array::shape() const {
  return store_->look([&](Places& places) {
    const Look look = look_at(places, path_);
    if (!look.dataset) (void)look_at_array(places, path_);
    return look.what.shape;
  });
}

Dtype Array::dtype() const {
  return store_->look([&](Places& places) { return look_at_array(places, path_).what.dtype; });
}

std::int64_t Array::size() const { return element_count(shape()); }

Value Array::read() const {
  return store_->look([&](Places& places) {
    const Look look = look_at_array(places, path_);
    return hdf5::read_value(look.dataset, look.what);
  });
}

Value Array::read(const Shape& first, const Shape& extents) const {
  return store_->look([&](Places& places) {
    const Look look = look_at_array(places, path_);
    check_box(look, first, extents, places.describe(path_));
    return hdf5::read_box(look.dataset, look.what, first, extents);
  });
}

void Array::write(const Value& value) const {
  store_->change([&](Places& places) { write_box(places, path_, nullptr, value); });
}

void Array::write(const Shape& first, const Value& value) const {
  store_->change([&](Places& places) { write_box(places, path_, &first, value); });
}

void Array::resize(const Shape& shape) const {
  store_->change([&](Places& places) {
    const Look look = look_at_array(places, path_);
    const Shape limits = hdf5::limits_of(hdf5::space_of(look.dataset));
    bool fits = shape.size() == limits.size() && !hdf5::chunks_of(look.dataset).empty();
    for (std::size_t axis = 0; fits && axis < shape.size(); ++axis) {
      fits = shape[axis] >= 0 && (limits[axis] == hdf5::unlimited || shape[axis] <= limits[axis]);
    }
    if (!fits) {
      throw Error(ErrorCode::Invalid, places.describe(path_),
                  "can't be resized from " + to_string(look.what.shape) + " to " +
                      to_string(shape) + "; make_array() makes arrays that can");
    }
    hdf5::set_shape(look.dataset, shape);
  });
}

Attributes Array::attrs() const { return {store_, path_}; }

}  // namespace sheaf::objects
