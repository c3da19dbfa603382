// SPDX-License-Identifier: MIT
#include "core/hdf5/region.hpp"

#include "core/error.hpp"
#include "core/hdf5/links.hpp"
#include "core/hdf5/selection.hpp"

namespace sheaf::hdf5 {

static_assert(sizeof(RegionReference) == sizeof(hdset_reg_ref_t));

RegionMaker::RegionMaker(const Dataset& dataset, const Shape& shape)
    : dataset_(dataset.get()),
      item_shape_(shape.begin() + 1, shape.end()),
      space_(make_space(shape)) {}

RegionReference RegionMaker::rows(std::int64_t start, std::int64_t stop) const {
  select_rows(space_, item_shape_, start, stop);
  RegionReference reference{};
  // "." instead of a path: no link is looked up.
  checked(dataset_, "make a reference to its rows", [&] {
    return H5Rcreate(reference.data(), dataset_, ".", H5R_DATASET_REGION, space_.get());
  });
  return reference;
}

std::optional<std::pair<std::int64_t, std::int64_t>> rows_of(const RegionReference& reference,
                                                             const Dataset& dataset,
                                                             const Shape& shape) {
  if (reference == RegionReference{}) return std::nullopt;
  const Dataspace space(checked(dataset.get(), "follow a reference to its rows", [&] {
    return H5Rget_region(dataset.get(), H5R_DATASET_REGION, reference.data());
  }));
  const hssize_t selected = checked(space.get(), "follow a reference",
                                    [&] { return H5Sget_select_npoints(space.get()); });
  if (selected == 0) return std::pair<std::int64_t, std::int64_t>{0, 0};
  std::array<hsize_t, H5S_MAX_RANK> first{};
  std::array<hsize_t, H5S_MAX_RANK> last{};
  checked(space.get(), "follow a reference",
          [&] { return H5Sget_select_bounds(space.get(), first.data(), last.data()); });
  const auto start = static_cast<std::int64_t>(first[0]);
  const auto stop = static_cast<std::int64_t>(last[0]) + 1;
  Shape rows = shape_of(space);
  const bool same_shape = rows == shape;
  rows[0] = stop - start;
  if (!same_shape || stop > shape[0] || element_count(rows) != selected) {
    throw Error(ErrorCode::Corrupt, describe(dataset.get()),
                "a reference doesn't select a range of its rows");
  }
  return std::pair{start, stop};
}

bool leads_to(const RegionReference& reference, const Dataset& dataset, std::uint64_t address) {
  const Object object(checked(dataset.get(), "follow a reference", [&] {
    return H5Rdereference2(dataset.get(), H5P_DEFAULT, H5R_DATASET_REGION, reference.data());
  }));
  return address_of(object.get()) == address;
}

}  // namespace sheaf::hdf5
