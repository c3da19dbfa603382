// SPDX-License-Identifier: MIT
#include "core/hdf5/references.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/error.hpp"
#include "core/hdf5/selection.hpp"

namespace sheaf::hdf5 {
namespace {

H5R_type_t reference_type(ReferenceKind kind) noexcept {
  return kind == ReferenceKind::ToObject ? H5R_OBJECT : H5R_DATASET_REGION;
}

Dataspace region_of(hid_t where, const std::byte* reference) {
  return Dataspace(checked(where, "follow a reference to a region",
                           [&] { return H5Rget_region(where, H5R_DATASET_REGION, reference); }));
}

struct Selected {
  H5S_sel_type type = H5S_SEL_NONE;
  hssize_t points = 0;
  std::vector<hsize_t> bounds;  // first, then last

  bool operator==(const Selected&) const = default;
};

Selected selected_in(const Dataspace& space) {
  constexpr const char* doing = "look at what a reference selects";
  Selected found;
  found.points = checked(space.get(), doing, [&] { return H5Sget_select_npoints(space.get()); });
  if (found.points == 0) return found;
  found.type = H5Sget_select_type(space.get());
  std::array<hsize_t, 2 * H5S_MAX_RANK> bounds{};
  const std::size_t rank = shape_of(space).size();
  checked(space.get(), doing,
          [&] { return H5Sget_select_bounds(space.get(), bounds.data(), bounds.data() + rank); });
  found.bounds.assign(bounds.begin(), bounds.begin() + static_cast<std::ptrdiff_t>(2 * rank));
  return found;
}

// One box that is all of what lies within its bounds.
bool is_one_box(const Selected& selected) {
  const std::size_t rank = selected.bounds.size() / 2;
  hsize_t points = 1;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    points *= selected.bounds[rank + axis] - selected.bounds[axis] + 1;
  }
  return std::cmp_equal(points, selected.points);
}

// Coordinates of its boxes or points.
std::vector<hsize_t> pieces_of(const Dataspace& space, H5S_sel_type type) {
  constexpr const char* doing = "look at what a reference selects";
  const std::size_t rank = shape_of(space).size();
  const bool is_points = type == H5S_SEL_POINTS;
  const hssize_t count = checked(space.get(), doing, [&] {
    return is_points ? H5Sget_select_elem_npoints(space.get())
                     : H5Sget_select_hyper_nblocks(space.get());
  });
  std::vector<hsize_t> pieces(static_cast<std::size_t>(count) * rank * (is_points ? 1 : 2));
  checked(space.get(), doing, [&] {
    return is_points ? H5Sget_select_elem_pointlist(space.get(), 0, static_cast<hsize_t>(count),
                                                    pieces.data())
                     : H5Sget_select_hyper_blocklist(space.get(), 0, static_cast<hsize_t>(count),
                                                     pieces.data());
  });
  return pieces;
}

}  // namespace

bool is_null_reference(ReferenceKind kind, const std::byte* reference) noexcept {
  const std::size_t size =
      kind == ReferenceKind::ToObject ? sizeof(hobj_ref_t) : sizeof(hdset_reg_ref_t);
  return std::all_of(reference, reference + size,
                     [](std::byte byte) { return byte == std::byte{}; });
}

std::optional<Identity> target_of(hid_t where, ReferenceKind kind, const std::byte* reference) {
  if (is_null_reference(kind, reference)) return std::nullopt;
  enter();
  const Object object(H5Rdereference2(where, H5P_DEFAULT, reference_type(kind), reference));
  if (!object) return std::nullopt;
  return identity_of(object.get());
}

std::string target_path(hid_t where, ReferenceKind kind, const std::byte* reference) {
  enter();
  const auto name_at = [&](char* buffer, std::size_t size) {
    return H5Rget_name(where, reference_type(kind), reference, buffer, size);
  };
  const ssize_t length = name_at(nullptr, 0);
  if (length <= 0) return {};
  std::string name(static_cast<std::size_t>(length), '\0');
  name_at(name.data(), name.size() + 1);
  return name;
}

std::string selection_text(hid_t where, const std::byte* reference) {
  const Selected selected = selected_in(region_of(where, reference));
  if (selected.points == 0) return "no elements";
  const auto rank = static_cast<std::ptrdiff_t>(selected.bounds.size() / 2);
  const auto first = selected.bounds.begin();
  return to_string(Shape(first, first + rank)) + " to " +
         to_string(Shape(first + rank, selected.bounds.end())) +
         (is_one_box(selected) ? "" : ", not all of them");
}

bool select_the_same(hid_t where_a, const std::byte* a, hid_t where_b, const std::byte* b) {
  const Dataspace space_a = region_of(where_a, a);
  const Dataspace space_b = region_of(where_b, b);
  const Selected one = selected_in(space_a);
  const Selected other = selected_in(space_b);
  const bool has_same_bounds = one.points == other.points && one.bounds == other.bounds;
  if (!has_same_bounds || one.points == 0 || is_one_box(one)) return has_same_bounds;
  return one.type == other.type && pieces_of(space_a, one.type) == pieces_of(space_b, one.type);
}

}  // namespace sheaf::hdf5
