// SPDX-License-Identifier: MIT
#include "core/array/array.hpp"

#include <algorithm>
#include <numeric>

#include "core/array/elementwise/call.hpp"
#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {

const Array& Array::operator=(const Array& values) const&& {
  write(values);
  return *this;
}

Array Array::T() const {
  Shape axes(ndim());
  std::iota(axes.rbegin(), axes.rend(), 0);
  return Array(transposed(node_, axes));
}

Array Array::astype(Dtype dtype) const { return Array(as_dtype(node_, dtype)); }
Value Array::load() const { return np::load(node_); }

void Array::write(const Array& values) const {
  if (!node_->is_writable()) {
    throw Error(ErrorCode::Invalid, "array",
                "can't be written: it is computed, repeats elements, or its file is open for "
                "reading only");
  }
  NodePtr given = as_dtype(values.node(), dtype());
  if (values.ndim() > ndim()) {  // of leading axes with one index each
    const auto more = static_cast<long>(values.ndim() - ndim());
    if (std::all_of(values.shape().begin(), values.shape().begin() + more,
                    [](std::int64_t extent) { return extent == 1; })) {
      given = reshaped(given, {values.shape().begin() + more, values.shape().end()});
    }
  }
  assign(node_, broadcast(given, shape()));
}

const Array& Array::update(const Array& outcome) const {
  if (!can_cast_same_kind(outcome.dtype(), dtype())) {
    throw Error(ErrorCode::Invalid, "array",
                "of " + dtype().name() + " can't hold an outcome of " + outcome.dtype().name() +
                    " in place; write() converts it, astype() makes another array");
  }
  write(outcome);
  return *this;
}

const Array& Array::operator+=(const Array& other) const { return update(*this + other); }
const Array& Array::operator-=(const Array& other) const { return update(*this - other); }
const Array& Array::operator*=(const Array& other) const { return update(*this * other); }
const Array& Array::operator/=(const Array& other) const { return update(*this / other); }
const Array& Array::operator%=(const Array& other) const { return update(*this % other); }
const Array& Array::operator&=(const Array& other) const { return update(*this & other); }
const Array& Array::operator|=(const Array& other) const { return update(*this | other); }
const Array& Array::operator^=(const Array& other) const { return update(*this ^ other); }
const Array& Array::operator<<=(const Array& other) const { return update(*this << other); }
const Array& Array::operator>>=(const Array& other) const { return update(*this >> other); }

Array operator+(const Array& a, const Array& b) { return call("add", a, b); }
Array operator-(const Array& a, const Array& b) { return call("subtract", a, b); }
Array operator*(const Array& a, const Array& b) { return call("multiply", a, b); }
Array operator/(const Array& a, const Array& b) { return call("divide", a, b); }
Array operator%(const Array& a, const Array& b) { return call("remainder", a, b); }
Array operator&(const Array& a, const Array& b) { return call("bitwise_and", a, b); }
Array operator|(const Array& a, const Array& b) { return call("bitwise_or", a, b); }
Array operator^(const Array& a, const Array& b) { return call("bitwise_xor", a, b); }
Array operator<<(const Array& a, const Array& b) { return call("left_shift", a, b); }
Array operator>>(const Array& a, const Array& b) { return call("right_shift", a, b); }
Array operator~(const Array& a) { return call("invert", a); }
Array operator-(const Array& a) { return call("negative", a); }
Array operator==(const Array& a, const Array& b) { return call("equal", a, b); }
Array operator!=(const Array& a, const Array& b) { return call("not_equal", a, b); }
Array operator<(const Array& a, const Array& b) { return call("less", a, b); }
Array operator<=(const Array& a, const Array& b) { return call("less_equal", a, b); }
Array operator>(const Array& a, const Array& b) { return call("greater", a, b); }
Array operator>=(const Array& a, const Array& b) { return call("greater_equal", a, b); }

Array store(const objects::Item& item, const Array& array, const Storage& storage) {
  prepare({array.node()});
  const NewDataset dataset(item, array.node(), storage);
  assign_new(dataset.node(), array.node());
  dataset.put();
  return Array(item);
}

}  // namespace sheaf::np
