// SPDX-License-Identifier: MIT
#pragma once
// One output of a file, transformed: its shapes, and the rows on their way through the transforms.
//
//   rows of the file ─► step ─► step ─► rows
//
// Model: a Plan is what is known of one commit: the shapes a row has before, between and after the
// steps, and of a ragged output where each source's new elements are. Plans of earlier commits stay
// as long as the output, since references to shapes do. Of a ragged output a source is transformed
// as a whole, also when only some of its elements are read.
// Threads: any number of readers; renew() beside them as File::refresh(). Failure: Error.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/read/file.hpp"
#include "core/read/row_transform.hpp"

namespace sheaf::read {

class TransformedOutput final : public Output, private Array {
 public:
  TransformedOutput(const File& file, std::string path, OpenTransforms steps);
  // After the file went on to another commit.
  void renew();

  const std::string& path() const noexcept override { return path_; }
  bool is_ragged() const noexcept override { return plan().is_ragged; }
  const Array& array() const noexcept override { return *this; }
  std::optional<layout::Span> span(std::size_t source) const override;
  std::optional<Shape> shape(std::size_t source) const override;
  std::optional<Value> get(std::size_t source) const override;

 private:
  // Where a source of a ragged output is.
  struct Place {
    layout::Span from;  // in the file
    layout::Span to;    // in the transformed array
    std::int64_t rows = 0;
    Shape item_shape;  // in the file
  };
  struct Plan {
    bool is_ragged = false;
    std::vector<std::shared_ptr<const RowTransform>> steps;
    Dtype dtype;  // of what is made
    Shape shape;  // of the array as a whole
    std::size_t row_bytes = 0;
    // A row's shape in the file, then after each step; by the first of them.
    std::map<Shape, std::vector<Shape>> shapes;
    std::vector<Place> places;           // ragged, in order of the sources
    std::vector<std::int64_t> place_of;  // by source: its number in places, or -1
  };
  [[nodiscard]] const Plan& plan() const noexcept { return *plan_.load(); }
  [[nodiscard]] std::unique_ptr<const Plan> make_plan() const;
  void add_places(Plan& plan) const;
  void open_steps(Plan& plan) const;
  void apply(const Plan& plan, const Shape& item_shape, std::int64_t rows,
             std::span<const std::byte> in, std::span<std::byte> out) const;
  void read_source(const Plan& plan, const Place& place, std::span<std::byte> out) const;
  void read_elements(const Plan& plan, layout::Span elements, std::span<std::byte> out) const;
  void check(layout::Span rows, std::size_t bytes) const;

  Dtype dtype() const noexcept override { return plan().dtype; }
  const Shape& shape() const noexcept override { return plan().shape; }
  std::size_t row_bytes() const noexcept override { return plan().row_bytes; }
  void read(layout::Span rows, std::span<std::byte> out) const override;
  void gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const override;
  void gather(std::span<const layout::Span> spans, std::span<std::byte> out) const override;
  std::optional<std::span<const std::byte>> view(layout::Span /*rows*/) const override {
    return std::nullopt;
  }
  Value rows(std::int64_t start, std::int64_t stop) const override;

  const File& file_;
  const Output& from_;
  std::string path_;
  OpenTransforms open_;
  std::vector<std::unique_ptr<const Plan>> plans_;
  std::atomic<const Plan*> plan_{nullptr};
};

}  // namespace sheaf::read
