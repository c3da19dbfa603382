// SPDX-License-Identifier: MIT
#pragma once
// Means of variables, and sums of products about them, that can be put together.
//
// Model: a piece is found of values that lie in memory; pieces are merged in Chan's way, in order.
// For sources of covariances. Failure: none.

#include <vector>

#include "core/array/engine/lanes.hpp"

namespace sheaf::np {

template <class T>
T conjugate(const T& x) {
  if constexpr (Complex<T>) {
    return std::conj(x);
  } else {
    return x;
  }
}

template <class T>
T product_sum(const T* a, const T* b, std::int64_t count) {
  T lanes[8] = {};
  std::int64_t at = 0;
  for (; at + 8 <= count; at += 8) {
    for (int lane = 0; lane < 8; ++lane) lanes[lane] += a[at + lane] * conjugate(b[at + lane]);
  }
  T rest{};
  for (; at < count; ++at) rest += a[at] * conjugate(b[at]);
  for (const T& lane : lanes) rest += lane;
  return rest;
}

// Of some variables (rows) with some others: means, and sums of products about them.
template <class T>
struct Together {
  double weight = 0;
  double weight_squares = 0;  // with one of the two weights
  std::vector<T> row_means, column_means;
  std::vector<T> products;

  Together(std::size_t rows, std::size_t columns)
      : row_means(rows), column_means(columns), products(rows * columns) {}

  // Chan's way, as for one variable.
  void merge(const Together& later) {
    if (later.weight == 0) return;
    const double all = weight + later.weight;
    const double both = weight * later.weight / all;
    for (std::size_t row = 0; row < row_means.size(); ++row) {
      const T apart = later.row_means[row] - row_means[row];
      for (std::size_t column = 0; column < column_means.size(); ++column) {
        const std::size_t at = row * column_means.size() + column;
        const T other = later.column_means[column] - column_means[column];
        products[at] += later.products[at] + apart * conjugate(other) * both;
      }
    }
    const double share = later.weight / all;
    for (std::size_t row = 0; row < row_means.size(); ++row) {
      row_means[row] += (later.row_means[row] - row_means[row]) * share;
    }
    for (std::size_t column = 0; column < column_means.size(); ++column) {
      column_means[column] += (later.column_means[column] - column_means[column]) * share;
    }
    weight = all;
    weight_squares += later.weight_squares;
  }
};

}  // namespace sheaf::np
