// SPDX-License-Identifier: MIT
#pragma once
// Elements of any type, in one form whatever the file stores them in: for comparing two files.
//
//   compound {gain: float64, tags: vlen of str}  elements_of()   ──► memory type, and ElementType:
//   a tree of parts, each at its offset
//
// Model: numbers have the machine's byte order, members of compounds lie without gaps, float16 is
// read as float32; what Dtype has no match for (odd integers, bit fields, opaque) is Raw bytes. An
// ElementBlock holds what was read of a dataset or attribute, with what HDF5 allocated for it.
// Threads: one a block. Failure: Error that names the object.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/dtype.hpp"
#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

struct ElementType {
  enum class Kind : std::uint8_t {
    Number,
    Text,          // of a fixed length, with its padding
    VariableText,  // char *, or null
    Raw,
    Compound,
    Array,     // `count` times its one part
    Sequence,  // hvl_t of its one part
    ToObject,  // hobj_ref_t
    ToRegion,  // hdset_reg_ref_t
  };
  Kind kind = Kind::Raw;
  std::string text{};      // what it is, whatever its byte order: "enum {A=0, B=2} of int8"
  std::string name{};      // of a member
  std::size_t offset = 0;  // of a member
  std::size_t size = 0;    // in memory
  Dtype dtype{};           // of a Number; bool is read as its int8
  bool is_exact = false;   // a Number without neighbours: bool, enum
  int padding = 0;         // H5T_str_t of a Text
  std::size_t count = 1;
  std::vector<ElementType> parts{};

  // Whether equal elements have equal bytes here.
  [[nodiscard]] bool is_flat() const noexcept;
  [[nodiscard]] bool has_floats() const noexcept;
  [[nodiscard]] bool has_references() const noexcept;
};

struct Elements {
  Datatype memory;
  ElementType type;
};
[[nodiscard]] Elements elements_of(const Datatype& stored);
// How it is stored, beyond ElementType::text: "big-endian", "text of 10 bytes".
[[nodiscard]] std::string storage_of(const Datatype& stored);

// Of Text and VariableText.
[[nodiscard]] std::string_view text_at(const ElementType& type, const std::byte* element);
struct SequenceView {
  std::size_t count = 0;
  const std::byte* data = nullptr;
};
[[nodiscard]] SequenceView sequence_at(const std::byte* element) noexcept;

class ElementBlock {
 public:
  // `elements` must outlive it.
  explicit ElementBlock(const Elements& elements) : elements_(&elements) {}
  ElementBlock(const ElementBlock&) = delete;
  ElementBlock& operator=(const ElementBlock&) = delete;
  ~ElementBlock() { give_back(); }

  // `count` elements an axis from `first` on; all there is of a dataset without axes.
  void read(const Dataset& dataset, const Shape& first, const Shape& count);
  void read(const Attribute& attribute, const Shape& shape);
  [[nodiscard]] const std::byte* data() const noexcept { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const noexcept { return used_; }

 private:
  void make_room(const Shape& count, hid_t object);
  void give_back() noexcept;

  const Elements* elements_;
  std::vector<std::byte> bytes_;
  std::size_t used_ = 0;
  Dataspace space_;  // of what is to be given back
};

}  // namespace sheaf::hdf5
