// SPDX-License-Identifier: MIT
#include "core/array/engine/strided.hpp"

#include <algorithm>

namespace sheaf::np {
namespace {

struct Walk {
  Shape count;
  Shape steps;        // of the strided side
  Shape dense_steps;  // of the other
};

// Axes of one element go, and axes that are one behind the other become one.
Walk collapse(const Shape& count, const Shape& steps) {
  const Shape dense = strides_of(count);
  Walk loop;
  for (std::size_t axis = 0; axis < count.size(); ++axis) {
    if (count[axis] == 1) continue;
    if (!loop.count.empty() && loop.steps.back() == steps[axis] * count[axis]) {
      loop.count.back() *= count[axis];
      loop.steps.back() = steps[axis];
      loop.dense_steps.back() = dense[axis];
      continue;
    }
    loop.count.push_back(count[axis]);
    loop.steps.push_back(steps[axis]);
    loop.dense_steps.push_back(dense[axis]);
  }
  if (loop.count.empty()) loop = {{1}, {1}, {1}};
  return loop;
}

// Calls row(strided place, dense place) for each run of the last axis.
template <class Row>
void for_each_row(const Walk& loop, std::int64_t strided_at, Row row) {
  const std::size_t axes = loop.count.size() - 1;
  Shape at(axes, 0);
  std::int64_t dense_at = 0;
  while (true) {
    row(strided_at, dense_at);
    std::size_t axis = axes;
    while (axis > 0) {
      --axis;
      strided_at += loop.steps[axis];
      dense_at += loop.dense_steps[axis];
      if (++at[axis] < loop.count[axis]) break;
      strided_at -= loop.steps[axis] * loop.count[axis];
      dense_at -= loop.dense_steps[axis] * loop.count[axis];
      at[axis] = 0;
      if (axis == 0) return;
    }
    if (axes == 0) return;
  }
}

template <std::size_t Size>
struct Word {
  std::byte bytes[Size];
};

template <class T>
void gather_row(const T* from, std::int64_t step, std::int64_t count, T* out) {
  for (std::int64_t at = 0; at < count; ++at) out[at] = from[at * step];
}
template <class T>
void scatter_row(const T* values, std::int64_t count, T* to, std::int64_t step) {
  for (std::int64_t at = 0; at < count; ++at) to[at * step] = values[at];
}

// Calls f with a T* of each side.
template <class F>
void with_elements(const Elements& one, const Elements& other, F f) {
  switch (one.size) {
    case 0:
      return f(one.strings, other.strings);
    case 1:
      return f(reinterpret_cast<Word<1>*>(one.bytes), reinterpret_cast<Word<1>*>(other.bytes));
    case 2:
      return f(reinterpret_cast<Word<2>*>(one.bytes), reinterpret_cast<Word<2>*>(other.bytes));
    case 4:
      return f(reinterpret_cast<Word<4>*>(one.bytes), reinterpret_cast<Word<4>*>(other.bytes));
    case 8:
      return f(reinterpret_cast<Word<8>*>(one.bytes), reinterpret_cast<Word<8>*>(other.bytes));
    default:
      return f(reinterpret_cast<Word<16>*>(one.bytes), reinterpret_cast<Word<16>*>(other.bytes));
  }
}

}  // namespace

void gather(const Elements& from, std::int64_t from_at, const Shape& steps, const Shape& count,
            const Elements& out) {
  if (element_count(count) == 0) return;
  const Walk loop = collapse(count, steps);
  const std::int64_t run = loop.count.back();
  const std::int64_t step = loop.steps.back();
  with_elements(from, out, [&](auto* source, auto* target) {
    for_each_row(loop, from_at, [&](std::int64_t strided, std::int64_t dense) {
      if (step == 1) {
        std::copy_n(source + strided, run, target + dense);
      } else {
        gather_row(source + strided, step, run, target + dense);
      }
    });
  });
}

void scatter(const Elements& values, const Shape& count, const Elements& to, std::int64_t to_at,
             const Shape& steps) {
  if (element_count(count) == 0) return;
  const Walk loop = collapse(count, steps);
  const std::int64_t run = loop.count.back();
  const std::int64_t step = loop.steps.back();
  with_elements(values, to, [&](auto* source, auto* target) {
    for_each_row(loop, to_at, [&](std::int64_t strided, std::int64_t dense) {
      scatter_row(source + dense, run, target + strided, step);
    });
  });
}

void copy_box_out(const Elements& from, const Shape& shape, const Box& box, Buffer& out) {
  const Shape strides = strides_of(shape);
  std::int64_t at = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) at += box.first[axis] * strides[axis];
  gather(from, at, strides, box.count, elements_of(out));
}

void copy_box_in(const Buffer& values, const Box& box, const Elements& to, const Shape& shape) {
  const Shape strides = strides_of(shape);
  std::int64_t at = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) at += box.first[axis] * strides[axis];
  scatter(elements_of(values), box.count, to, at, strides);
}

}  // namespace sheaf::np
