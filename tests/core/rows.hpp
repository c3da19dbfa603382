// SPDX-License-Identifier: MIT
#pragma once
// Rows for the tests of the layout: data that lives as long as the view of it.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/layout/writer.hpp"

namespace sheaf::test {

template <class T>
struct Rows {
  std::int64_t rows = 0;
  Shape item;
  std::vector<T> data;

  operator layout::RowsView() const { return {rows, item, data.data(), nullptr}; }
  // What a Reader gives for them.
  [[nodiscard]] Value value() const {
    Shape shape{rows};
    shape.insert(shape.end(), item.begin(), item.end());
    Value value{Value::of(T{}).dtype, std::move(shape), {}, {}};
    value.bytes.resize(data.size() * sizeof(T));
    if (!data.empty()) std::memcpy(value.bytes.data(), data.data(), value.bytes.size());
    return value;
  }
};

// `rows` rows with the elements first, first + 1, …
template <class T>
Rows<T> counting(std::int64_t rows, const Shape& item, T first = T{}) {
  Rows<T> result{rows, item, std::vector<T>(static_cast<std::size_t>(rows * element_count(item)))};
  std::iota(result.data.begin(), result.data.end(), first);
  return result;
}

// Strings, as many as rows × item.
struct Texts {
  Texts(std::int64_t row_count, Shape item_shape, const std::vector<std::string>& strings)
      : rows(row_count), item(std::move(item_shape)) {
    offsets.push_back(0);
    for (const std::string& string : strings) {
      bytes += string;
      offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
  }

  operator layout::RowsView() const { return {rows, item, bytes.data(), offsets.data()}; }

  std::int64_t rows;
  Shape item;
  std::string bytes;
  std::vector<std::int64_t> offsets;
};

template <class T>
std::vector<T> elements(const Value& value) {
  std::vector<T> result(value.bytes.size() / sizeof(T));
  if (!result.empty()) std::memcpy(result.data(), value.bytes.data(), value.bytes.size());
  return result;
}

// A feature with one output.
inline layout::FeatureSpec feature(std::string path, Dtype dtype, Shape item,
                                   layout::DatasetOptions options = {}) {
  return {std::move(path),
          {{"", dtype, std::move(item), layout::Ragged::Never, std::move(options)}},
          {}};
}

inline layout::FeatureSpec ragged_feature(std::string path, Dtype dtype, Shape item,
                                          layout::DatasetOptions options = {}) {
  return {std::move(path),
          {{"", dtype, std::move(item), layout::Ragged::Always, std::move(options)}},
          {}};
}

// Stores a source that has rows of one feature with one output.
inline void store(layout::Writer& writer, std::size_t feature_number, const std::string& id,
                  const layout::RowsView& rows) {
  writer.begin_source({id});
  if (const auto reason = writer.append(feature_number, 0, rows)) {
    throw std::runtime_error(*reason);
  }
  if (!writer.end_source()) throw std::runtime_error("not stored");
}

}  // namespace sheaf::test
