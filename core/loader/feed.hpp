// SPDX-License-Identifier: MIT
#pragma once
// Fills one input's tensor of a batch.
//
//   places ─► rows ─► gather ─► arrange (frames, inner axis) ─► transform ─► fit ─► tensor
//                       └ straight into the tensor when there is nothing else to do ┘
//
// Model: a Feed never changes once it is made; what a worker needs on the way stands in a Scratch
// of its own and is used again. Samples whose rows are fixed cost no allocation.
// Threads: any, one Scratch each. Failure: SampleError that names the source.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/layout/spec.hpp"
#include "core/loader/batch.hpp"
#include "core/loader/field.hpp"
#include "core/loader/fit.hpp"
#include "core/loader/input.hpp"
#include "core/loader/window.hpp"

namespace sheaf::loader {

// An Error about one sample. What caused it is nested in it (std::rethrow_if_nested).
class SampleError : public Error {
 public:
  using Error::Error;
};

struct Scratch {
  std::vector<std::int64_t> rows;
  std::vector<layout::Span> spans;
  // Of each sample, or of the only kind there is. They only grow, to keep what they hold.
  std::vector<Shape> raw;       // as gathered
  std::vector<Shape> arranged;  // as the getter gives it
  std::vector<Shape> results;   // as the transform gives it
  Shape common;                 // in the batch
  AlignedBuffer gathered;
  AlignedBuffer arranged_bytes;
  AlignedBuffer result_bytes;
};

class Feed {
 public:
  // `field` holds the cells that take part. `file` must outlive it.
  Feed(const read::File& file, const Input& input, Field field, std::optional<Window> window,
       std::int64_t rows_a_step);

  [[nodiscard]] const Field& field() const noexcept { return field_; }
  [[nodiscard]] const std::optional<Window>& window() const noexcept { return window_; }
  // `places` aren't none.
  void fill(const std::vector<Place>& places, Tensor& tensor, Scratch& scratch) const;

 private:
  void check() const;
  void gather(const std::vector<Place>& places, Scratch& scratch, std::byte* out) const;
  void gather_or_blame(const std::vector<Place>& places, Scratch& scratch, std::byte* out) const;
  void add_spans(const Place& place, std::vector<layout::Span>& spans) const;
  [[nodiscard]] std::int64_t begin(const Place& place) const noexcept;
  void raw_shape(const Place& place, Shape& shape) const;
  void arranged_shape(const Shape& raw, Shape& shape) const;
  void shapes(const std::vector<Place>& places, Scratch& scratch) const;
  void lay_out(const std::vector<Place>& places, Tensor& tensor, Scratch& scratch) const;
  void finish(const std::vector<Place>& places, const std::byte* gathered, Tensor& tensor,
              Scratch& scratch) const;
  void finish_sample(const Place& place, std::size_t kind, std::span<const std::byte> raw,
                     std::span<std::byte> out, Scratch& scratch) const;
  void fill_strings(const std::vector<Place>& places, Tensor& tensor, Scratch& scratch) const;
  [[noreturn]] void fail(const Place& place, const std::exception& why) const;
  [[nodiscard]] std::string name_of(const Place& place) const;

  const read::File& file_;
  Input input_;
  Field field_;
  std::optional<Window> window_;
  std::int64_t rows_a_step_;
  std::size_t element_bytes_;
  Dtype result_dtype_;
  Element pad_{};
  bool is_uniform_;   // all samples have the same shape
  bool is_arranged_;  // what is gathered isn't what the getter gives
};

}  // namespace sheaf::loader
