// SPDX-License-Identifier: MIT
#pragma once
// What references to objects and regions lead to, so that those of two files can be compared.
//
// Model: a reference is as H5Dread gives it; `where` is any id of its file. Failure: Error.

#include <cstddef>
#include <optional>
#include <string>

#include "core/hdf5/handle.hpp"
#include "core/hdf5/links.hpp"

namespace sheaf::hdf5 {

enum class ReferenceKind : std::uint8_t { ToObject, ToRegion };

[[nodiscard]] bool is_null_reference(ReferenceKind kind, const std::byte* reference) noexcept;
// Empty where it leads to no object (any more).
[[nodiscard]] std::optional<Identity> target_of(hid_t where, ReferenceKind kind,
                                                const std::byte* reference);
// The path of what it leads to, which may take a search of the whole file; empty without one.
[[nodiscard]] std::string target_path(hid_t where, ReferenceKind kind, const std::byte* reference);
// Of a reference to a region: "(0, 0) to (3, 4)", its first and last element.
[[nodiscard]] std::string selection_text(hid_t where, const std::byte* reference);
// Whether two references to regions select the same elements, each of its own dataset.
[[nodiscard]] bool select_the_same(hid_t where_a, const std::byte* a, hid_t where_b,
                                   const std::byte* b);

}  // namespace sheaf::hdf5
