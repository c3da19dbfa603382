// SPDX-License-Identifier: MIT
#pragma once
// What the parts of sheaf.npy share.
//
//   a.npy ─────────────► File ─┐
//   b.npz ─ member ───► Member ─┴─► Input ── read_header ──► Header, then elements ──► rows
//
// Model: an Input gives the bytes of one array file from its start to its end; a Header says what
// they are. Elements are brought to the machine's byte order, and to another type where asked.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
// Safety: a source may be hostile. What a header claims is compared with what is there before any
// memory is asked for. Pickled objects are never read.
// Failure: sdk::Error. Threads: an object is used by one thread at a time.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sheaf/sdk.hpp>

namespace sheaf::npy {

// As they stand in the file.
struct Element {
  sheaf_dtype dtype{};     // SHEAF_UTF8 for both kinds of text
  std::size_t size = 0;    // bytes of one
  bool swapped = false;    // not in the machine's byte order
  bool wide_text = false;  // UCS-4 (NumPy's U); else bytes (S)
};

struct Header {
  Element element;
  bool fortran = false;
  sdk::Shape shape;  // at least one axis: a scalar is one row
  std::int64_t row_elements = 1;
  std::int64_t data_start = 0;  // offset in the file

  [[nodiscard]] std::int64_t rows() const noexcept { return shape[0]; }
  [[nodiscard]] std::span<const std::int64_t> item_shape() const noexcept {
    return std::span(shape).subspan(1);
  }
  [[nodiscard]] std::size_t row_bytes() const noexcept {
    return static_cast<std::size_t>(row_elements) * element.size;
  }
};

class Input {
 public:
  virtual ~Input() = default;
  // Fills `to`; throws where the file ends before.
  virtual void read(std::span<std::byte> to) = 0;
  // Bytes not read yet; nothing where that isn't known.
  [[nodiscard]] virtual std::optional<std::uint64_t> left() const = 0;
  // All bytes from the current one on, `size` of them, valid as long as the Input.
  [[nodiscard]] virtual std::span<const std::byte> rest(std::uint64_t size) = 0;
  // After the last read: throws where a checksum is wrong.
  virtual void check_end() {}
};
// The array file at `path`; for an .npz its member of that name, which may be left out where there
// is but one. What it is its first bytes tell, not its name.
[[nodiscard]] std::unique_ptr<Input> open_input(const char* path,
                                                const std::optional<std::string>& member);

// Reads the header and leaves the input at the first element. Throws where the array isn't one that
// can be stored, or isn't whole.
[[nodiscard]] Header read_header(Input& input);

// "float64", "str"; empty for a dtype that no file has.
[[nodiscard]] std::string_view name_of(sheaf_dtype dtype) noexcept;
[[nodiscard]] std::optional<sheaf_dtype> dtype_named(std::string_view name) noexcept;

// Brings elements to the machine's byte order, and bools to 0 and 1.
void settle(const Element& element, std::span<std::byte> elements) noexcept;
// Elements that were settled, as another type. Throws where a value doesn't fit, and for complex
// numbers that are to become real.
void convert(std::span<const std::byte> from, sheaf_dtype have, std::span<std::byte> to,
             sheaf_dtype want);
// One string of the file as UTF-8.
[[nodiscard]] std::string text_of(const Element& element, std::span<const std::byte> bytes);

}  // namespace sheaf::npy
