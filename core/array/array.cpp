// SPDX-License-Identifier: MIT
#include "core/array/array.hpp"

#include <numeric>

#include "core/array/evaluate.hpp"
#include "core/array/ufunc.hpp"
#include "core/array/view.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

Array of(std::string_view name, const Array& a, const Array& b) {
  return Array(apply(ufunc(name), {a.node(), b.node()}));
}

}  // namespace

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
  assign(node_, as_dtype(broadcast(values.node(), shape()), dtype()));
}

const Array& Array::operator+=(const Array& other) const {
  write(*this + other);
  return *this;
}
const Array& Array::operator-=(const Array& other) const {
  write(*this - other);
  return *this;
}
const Array& Array::operator*=(const Array& other) const {
  write(*this * other);
  return *this;
}
const Array& Array::operator/=(const Array& other) const {
  write(*this / other);
  return *this;
}

Array operator+(const Array& a, const Array& b) { return of("add", a, b); }
Array operator-(const Array& a, const Array& b) { return of("subtract", a, b); }
Array operator*(const Array& a, const Array& b) { return of("multiply", a, b); }
Array operator/(const Array& a, const Array& b) { return of("divide", a, b); }
Array operator-(const Array& a) { return Array(apply(ufunc("negative"), {a.node()})); }
Array operator==(const Array& a, const Array& b) { return of("equal", a, b); }
Array operator!=(const Array& a, const Array& b) { return of("not_equal", a, b); }
Array operator<(const Array& a, const Array& b) { return of("less", a, b); }
Array operator<=(const Array& a, const Array& b) { return of("less_equal", a, b); }
Array operator>(const Array& a, const Array& b) { return of("greater", a, b); }
Array operator>=(const Array& a, const Array& b) { return of("greater_equal", a, b); }

Array store(const objects::Item& item, const Array& array, const Storage& storage) {
  prepare({array.node()});
  const NodePtr dataset = make_dataset(item, array.dtype(), array.shape(), storage);
  assign(dataset, array.node());
  return Array(dataset);
}

}  // namespace sheaf::np
