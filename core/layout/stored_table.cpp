// SPDX-License-Identifier: MIT
#include "core/layout/stored_table.hpp"

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/strings.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::layout {
namespace {

std::optional<hdf5::Dataset> open_table(const hdf5::File& file, const std::string& path,
                                        bool of_strings) {
  if (!hdf5::is_dataset(file.get(), path)) return std::nullopt;
  hdf5::Dataset dataset = hdf5::open_dataset(file.get(), path);
  const auto dtype = hdf5::inspect(hdf5::type_of(dataset)).dtype;
  const bool is_right = of_strings ? dtype == utf8 : dtype && hdf5::convertible(*dtype, int64);
  if (!is_right || hdf5::shape_of(dataset).size() != 1) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(dataset.get()),
                of_strings ? "isn't a list of strings" : "isn't a list of numbers");
  }
  return dataset;
}

}  // namespace

std::vector<std::string> read_texts(const hdf5::File& file, const std::string& path) {
  const auto table = open_table(file, path, true);
  if (!table) return {};
  return hdf5::read_strings(*table, 0, hdf5::shape_of(*table));
}

std::vector<std::int64_t> read_numbers(const hdf5::File& file, const std::string& path,
                                       std::size_t count) {
  std::vector<std::int64_t> numbers(count, -1);
  const auto table = open_table(file, path, false);
  if (!table) return numbers;
  Shape shape = hdf5::shape_of(*table);
  shape[0] = std::min(shape[0], static_cast<std::int64_t>(count));
  hdf5::read_rows(*table, hdf5::memory_type(int64), 0, shape, numbers.data());
  return numbers;
}

}  // namespace sheaf::layout
