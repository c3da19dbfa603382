// SPDX-License-Identifier: MIT
#include "core/hdf5/selection.hpp"

#include <array>

namespace sheaf::hdf5 {
namespace {

constexpr const char* making_space = "make a dataspace";
constexpr const char* selecting = "select rows";

}  // namespace

Dataspace make_space(const std::vector<hsize_t>& extents, const std::vector<hsize_t>& limits) {
  return Dataspace(checked(H5S_ALL, making_space, [&] {
    return H5Screate_simple(static_cast<int>(extents.size()), extents.data(), limits.data());
  }));
}

Dataspace make_space(const Shape& shape) {
  if (shape.empty()) {
    return Dataspace(checked(H5S_ALL, making_space, [] { return H5Screate(H5S_SCALAR); }));
  }
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  return make_space(extents, extents);
}

Dataspace space_of(const Dataset& dataset) {
  return Dataspace(
      checked(dataset.get(), "get its dataspace", [&] { return H5Dget_space(dataset.get()); }));
}

Shape shape_of(const Dataspace& space) {
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  const int rank = checked(space.get(), "get the extents", [&] {
    return H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  });
  return {extents.begin(), extents.begin() + rank};
}

Shape limits_of(const Dataspace& space) {
  std::array<hsize_t, H5S_MAX_RANK> limits{};
  const int rank = checked(space.get(), "get the extents", [&] {
    return H5Sget_simple_extent_dims(space.get(), nullptr, limits.data());
  });
  // H5S_UNLIMITED is all ones.
  return {limits.begin(), limits.begin() + rank};
}

bool is_null(const Dataspace& space) { return H5Sget_simple_extent_type(space.get()) == H5S_NULL; }

void select_rows(const Dataspace& space, const Shape& item_shape, std::int64_t start,
                 std::int64_t stop) {
  if (start >= stop || element_count(item_shape) == 0) {
    checked(space.get(), selecting, [&] { return H5Sselect_none(space.get()); });
    return;
  }
  std::array<hsize_t, H5S_MAX_RANK> offset{};
  std::array<hsize_t, H5S_MAX_RANK> count{};
  offset[0] = static_cast<hsize_t>(start);
  count[0] = static_cast<hsize_t>(stop - start);
  for (std::size_t axis = 0; axis < item_shape.size(); ++axis) {
    count[axis + 1] = static_cast<hsize_t>(item_shape[axis]);
  }
  checked(space.get(), selecting, [&] {
    return H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, offset.data(), nullptr, count.data(),
                               nullptr);
  });
}

Dataspace select_rows(const Dataset& dataset, std::int64_t start, const Shape& shape) {
  Dataspace space = space_of(dataset);
  select_rows(space, Shape(shape.begin() + 1, shape.end()), start, start + shape[0]);
  return space;
}

}  // namespace sheaf::hdf5
