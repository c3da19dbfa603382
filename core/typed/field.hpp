// SPDX-License-Identifier: MIT
#pragma once
// The members of a typed file: features, arrays filled on the fly, and groups of them.
//
//   struct Data : typed::Group {
//     typed::Feature<std::uint8_t> image{at("image"), {.item = Shape{32, 32, 3}}};
//     typed::Array<float> mean{at("mean")};
//   };
//   data.image.get("cats/1.jpg")         // by id: an optional tensor, empty where absent
//   data.image[data.image.refs()[0]]     // by reference
//   data.image.rows(4, 8)                // by row of all sources' concatenation, also {1, 5, 9}
//
// Model: a member is a path in the file it stands in, and may be copied; it works while that is
// open. What isn't declared isn't checked: `Field` takes any dtype, a member without `item` any
// shape. Writing gathers until File::commit(), flush() or close(); reads through the same file see
// it at once. Threads: reads any number at once, also beside one that writes; each call is one
// step. Failure: Error that names the file, the path and the source.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/typed/values.hpp"

namespace sheaf::typed {

using layout::Ragged;
using layout::Span;

class Store;

// A place in a file: what `at("path")` returns inside a File or a Group.
struct Place {
  std::shared_ptr<Store> store;
  std::string path;
};

struct FieldOptions {
  // Of one row; -1 is any extent. Unset: any shape.
  std::optional<Shape> item{};
  // Whether each source has a shape of its own. Unset: Never if `item` is known, else either.
  std::optional<Ragged> ragged{};
  // How `create` loads it, as behind `sheaf ingest -f`: "image:size=32x32".
  std::string from{};
  // Chunks, compression …, when it is made.
  layout::DatasetOptions storage{};
};

// Of any dtype.
class Field {
 public:
  Field(Place place, FieldOptions options = {});

  [[nodiscard]] const std::string& path() const noexcept { return place_.path; }
  // False before the first rows.
  [[nodiscard]] bool exists() const;
  [[nodiscard]] std::vector<layout::Attribute> attrs() const;
  // Of the concatenation of all sources (flat elements if ragged).
  [[nodiscard]] Shape shape() const;
  [[nodiscard]] std::int64_t size() const { return shape().at(0); }

  // Whether the source has rows of it.
  [[nodiscard]] bool has(std::string_view id) const;
  // Rows of one source, in its own shape. Empty where it is absent, or no such source is known.
  [[nodiscard]] std::optional<Value> get(std::string_view id) const;
  // One a source, in the order of ids().
  [[nodiscard]] std::vector<std::optional<Span>> refs() const;
  [[nodiscard]] Value operator[](const std::optional<Span>& ref) const;
  // Rows start ≤ r < stop; negative numbers count from the end, as in NumPy.
  [[nodiscard]] Value rows(std::int64_t start, std::int64_t stop) const;
  // One each, in that order; rows may repeat.
  [[nodiscard]] Value rows(const std::vector<std::int64_t>& numbers) const;

  // The source's rows from now on; the source is new or not. Those it had are overwritten where the
  // shape is the same, else they stay behind until `sheaf pack`.
  void add(std::string_view id, const Value& value) const;
  // The same for a source that is there: Error (NotFound) otherwise.
  void set(std::string_view id, const Value& value) const;
  // Overwrites part of a source's rows, from its row `offset` on (its elements if ragged).
  void iset(std::string_view id, std::int64_t offset, const Value& rows) const;
  // Overwrites rows of the concatenation, from `start` on or one each.
  void set_rows(std::int64_t start, const Value& rows) const;
  void set_rows(const std::vector<std::int64_t>& numbers, const Value& rows) const;

  // Of the file it stands in.
  [[nodiscard]] Store& store() const noexcept { return *place_.store; }

 protected:
  Field(Place place, std::optional<Dtype> dtype, bool is_required, FieldOptions options);

  Place place_;
};

// Elements of type T.
template <Element T>
class TypedField : public Field {
 public:
  [[nodiscard]] std::optional<Tensor<T>> get(std::string_view id) const {
    return typed(Field::get(id));
  }
  [[nodiscard]] Tensor<T> operator[](const std::optional<Span>& ref) const {
    return Tensor<T>(Field::operator[](ref));
  }
  [[nodiscard]] Tensor<T> rows(std::int64_t start, std::int64_t stop) const {
    return Tensor<T>(Field::rows(start, stop));
  }
  [[nodiscard]] Tensor<T> rows(const std::vector<std::int64_t>& numbers) const {
    return Tensor<T>(Field::rows(numbers));
  }

  void add(std::string_view id, const Tensor<T>& value) const { Field::add(id, value.value()); }
  void set(std::string_view id, const Tensor<T>& value) const { Field::set(id, value.value()); }
  void iset(std::string_view id, std::int64_t offset, const Tensor<T>& rows_) const {
    Field::iset(id, offset, rows_.value());
  }
  void set_rows(std::int64_t start, const Tensor<T>& rows_) const {
    Field::set_rows(start, rows_.value());
  }
  void set_rows(const std::vector<std::int64_t>& numbers, const Tensor<T>& rows_) const {
    Field::set_rows(numbers, rows_.value());
  }

 protected:
  using Field::Field;

 private:
  static std::optional<Tensor<T>> typed(const std::optional<Value>& value) {
    if (!value) return std::nullopt;
    return Tensor<T>(*value);
  }
};

// Loaded from sources: a file with sources must have it.
template <Element T>
class Feature : public TypedField<T> {
 public:
  Feature(Place place, FieldOptions options = {})
      : TypedField<T>(std::move(place), element_dtype<T>(), true, std::move(options)) {}
};

// Filled on the fly (logs, predictions): made by the first add().
template <Element T>
class Array : public TypedField<T> {
 public:
  Array(Place place, FieldOptions options = {})
      : TypedField<T>(std::move(place), element_dtype<T>(), false, std::move(options)) {}
};

// All that lies below a path.
class Group {
 public:
  Group(Place place);

  [[nodiscard]] const std::string& path() const noexcept { return place_.path; }
  // What a source has of all features below, nested; empty where it has none of them.
  [[nodiscard]] std::optional<Values> get(std::string_view id) const;
  // Features that aren't there yet are made. All or nothing.
  void add(std::string_view id, const Values& values) const;
  void set(std::string_view id, const Values& values) const;
  [[nodiscard]] std::vector<layout::Attribute> attrs() const;

 protected:
  [[nodiscard]] Place at(std::string_view path) const;

  Place place_;
};

}  // namespace sheaf::typed
