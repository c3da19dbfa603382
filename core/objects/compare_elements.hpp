// SPDX-License-Identifier: MIT
#pragma once
// Elements in memory against others: which differ, and by how much.
//
// Model: bytes first, by memcmp; where they differ, element by element, numbers with the tolerance.
// The two types have the same text but may lie differently (texts of 10 and of 20 bytes).
// Threads: any. Failure: none, but for what a judge of references throws.

#include <cstddef>
#include <optional>

#include "core/hdf5/elements.hpp"
#include "core/hdf5/references.hpp"
#include "core/objects/difference.hpp"

namespace sheaf::objects {

// Knows what references lead to.
class ReferenceJudge {
 public:
  ReferenceJudge() = default;
  ReferenceJudge(const ReferenceJudge&) = delete;
  ReferenceJudge& operator=(const ReferenceJudge&) = delete;
  virtual ~ReferenceJudge() = default;
  enum class Side : std::uint8_t { A, B };
  virtual bool is_same(hdf5::ReferenceKind kind, const std::byte* a, const std::byte* b) = 0;
  virtual std::string describe(Side side, hdf5::ReferenceKind kind, const std::byte* element) = 0;
};

class ElementComparison {
 public:
  // `judge` is needed where there are references. All must outlive this.
  ElementComparison(const hdf5::ElementType& a, const hdf5::ElementType& b,
                    const DifferenceOptions& options, ReferenceJudge* judge);

  // Whether elements with equal bytes are the same.
  [[nodiscard]] bool bytes_suffice() const noexcept { return bytes_suffice_; }
  // Blocks of an array of those extents that begin at `first`.
  void compare(const std::byte* a, const std::byte* b, const Shape& first, const Shape& extents);
  // With how many differ, the places and the largest differences.
  [[nodiscard]] const Difference& found() const noexcept { return found_; }

 private:
  using Type = hdf5::ElementType;
  [[nodiscard]] bool differ(const Type& ta, const std::byte* a, const Type& tb, const std::byte* b);
  [[nodiscard]] bool differ_in_parts(const Type& ta, const std::byte* a, const Type& tb,
                                     const std::byte* b);
  [[nodiscard]] bool differ_as_sequences(const Type& ta, const std::byte* a, const Type& tb,
                                         const std::byte* b);
  template <class T>
  void compare_numbers(const std::byte* a, const std::byte* b, std::size_t count);
  void compare_any(const std::byte* a, const std::byte* b, std::size_t count);
  void note(std::size_t position, const std::byte* a, const std::byte* b);
  [[nodiscard]] Tree tree_of(ReferenceJudge::Side side, const Type& type,
                             const std::byte* element) const;
  [[nodiscard]] Tree list_of(ReferenceJudge::Side side, const Type& type, const std::byte* elements,
                             std::size_t count) const;

  const Type& a_;
  const Type& b_;
  const DifferenceOptions& options_;
  ReferenceJudge* judge_;
  bool bytes_suffice_;
  Difference found_;
  const Shape* first_ = nullptr;  // of the block
  const Shape* extents_ = nullptr;
};

}  // namespace sheaf::objects
