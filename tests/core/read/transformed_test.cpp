// SPDX-License-Identifier: MIT
#include "core/read/transformed.hpp"

#include <catch2/catch.hpp>

#include "core/loader/loader.hpp"
#include "tests/core/loader/memory_file.hpp"

using namespace sheaf;
using namespace sheaf::read;
using Catch::Contains;
using sheaf::test::MemoryFile;

namespace {

// Sums the last axis of int32 into int64: other elements, other shape.
class Sum final : public RowTransform {
 public:
  Dtype dtype() const noexcept override { return int64; }
  Shape item_shape(const Shape& shape) const override {
    if (shape.empty()) throw Error(ErrorCode::Invalid, "sum", "takes rows with an axis");
    return {shape.begin(), shape.end() - 1};
  }
  void apply(const Shape& shape, std::int64_t rows, std::span<const std::byte> in,
             std::span<std::byte> out) const override {
    const auto* from = reinterpret_cast<const std::int32_t*>(in.data());
    auto* to = reinterpret_cast<std::int64_t*>(out.data());
    const std::int64_t count = rows * element_count(item_shape(shape));
    for (std::int64_t i = 0; i < count; ++i, ++to) {
      *to = 0;
      for (std::int64_t k = 0; k < shape.back(); ++k) *to += *from++;
    }
  }
};

class Negate final : public RowTransform {
 public:
  Dtype dtype() const noexcept override { return int64; }
  Shape item_shape(const Shape& shape) const override { return shape; }
  void apply(const Shape&, std::int64_t, std::span<const std::byte> in,
             std::span<std::byte> out) const override {
    const auto* from = reinterpret_cast<const std::int64_t*>(in.data());
    auto* to = reinterpret_cast<std::int64_t*>(out.data());
    for (std::size_t i = 0; i < out.size() / sizeof *to; ++i) to[i] = -from[i];
  }
};

std::vector<RowType> seen;  // what the transforms were opened with

OpenTransforms sum_and_negate() {
  seen.clear();
  return {[](const RowType& type) {
            seen.push_back(type);
            return std::make_shared<Sum>();
          },
          [](const RowType& type) {
            seen.push_back(type);
            return std::make_shared<Negate>();
          }};
}

template <class T>
std::vector<T> numbers(const Value& value) {
  std::vector<T> made(value.bytes.size() / sizeof(T));
  if (!made.empty()) std::memcpy(made.data(), value.bytes.data(), value.bytes.size());
  return made;
}

using Int = std::int64_t;

// Source b has none.
std::shared_ptr<File> plain() {
  auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a", "b", "c"});
  file->add<std::int32_t>("x", {2}, {{{1, 2, 3, 4}}, std::nullopt, {{5, 6}}});
  return transformed(file, {{"x", sum_and_negate()}});
}

std::shared_ptr<File> ragged() {
  auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a", "b", "c"});
  file->add_ragged<std::int32_t>(
      "r", {{1, 2, 2}, {}, {2, 3, 2}},
      {{{1, 2, 3, 4}}, std::nullopt, {{5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}});
  return transformed(file, {{"r", sum_and_negate()}});
}

}  // namespace

TEST_CASE("Rows go through the transforms in order", "[core][read][transform]") {
  const auto file = plain();
  const Output& x = file->output("x");
  CHECK(x.array().dtype() == int64);
  CHECK(x.array().shape() == Shape{3});
  CHECK(numbers<Int>(*x.get(0)) == std::vector<Int>{-3, -7});
  CHECK_FALSE(x.get(1).has_value());
  CHECK(x.shape(2) == Shape{1});
  CHECK(numbers<Int>(x.array().rows(1, 3)) == std::vector<Int>{-7, -11});
  std::vector<Int> gathered(4);
  const std::int64_t wanted[] = {2, 0, 1, 2};
  x.array().gather(std::span<const std::int64_t>(wanted),
                   std::as_writable_bytes(std::span(gathered)));
  CHECK(gathered == std::vector<Int>{-11, -3, -7, -11});
  REQUIRE(seen.size() == 2);
  CHECK((seen[0].dtype == int32 && seen[0].item_shape == Shape{2}));
  CHECK((seen[1].dtype == int64 && seen[1].item_shape == Shape{}));
  CHECK_THROWS_WITH(x.array().read({2, 5}, std::as_writable_bytes(std::span(gathered))),
                    Contains("has no rows 2 to 5"));
}

TEST_CASE("Elements of ragged sources are counted anew", "[core][read][transform]") {
  const auto file = ragged();
  const Output& r = file->output("r");
  CHECK(r.is_ragged());
  CHECK(seen[0].item_shape == Shape{-1, 2});  // what all sources have in common
  CHECK(r.array().shape() == Shape{8});
  CHECK(r.shape(0) == Shape{1, 2});
  CHECK(r.shape(2) == Shape{2, 3});
  CHECK_FALSE(r.span(1).has_value());
  const auto span = *r.span(2);
  CHECK((span.start == 2 && span.stop == 8));
  CHECK(numbers<Int>(*r.get(2)) == std::vector<Int>{-11, -15, -19, -23, -27, -31});
  // Any part of them, over the edge between two sources, too.
  const std::vector<Int> all = numbers<Int>(r.array().rows(0, 8));
  for (std::int64_t start = 0; start < 8; ++start) {
    for (std::int64_t stop = start; stop <= 8; ++stop) {
      CHECK(numbers<Int>(r.array().rows(start, stop)) ==
            std::vector<Int>(all.begin() + start, all.begin() + stop));
    }
  }
  const layout::Span spans[] = {{7, 8}, {1, 4}};
  std::vector<Int> gathered(4);
  r.array().gather(std::span<const layout::Span>(spans),
                   std::as_writable_bytes(std::span(gathered)));
  CHECK(gathered == std::vector<Int>{all[7], all[1], all[2], all[3]});
}

TEST_CASE("A loader serves transformed rows", "[core][read][transform][loader]") {
  const auto loader =
      loader::Loader::open(ragged(), {{"r", loader::ById{}, {}, {loader::Lengths::Pad}}},
                           {.batch_size = 2, .workers = 2});
  const auto batch = loader->next();
  CHECK((*batch)["r"].dtype == int64);
  CHECK((*batch)["r"].shape == Shape{2, 2, 3});
  CHECK((*batch)["r"].as<Int>()[6] == -11);
}

TEST_CASE("What can't be transformed is said when the file is opened", "[core][read][transform]") {
  auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a", "b"});
  file->put("words", Value::of(std::vector<std::string>{"x", "y"}), {{0, 1}, {1, 2}});
  file->add<std::int32_t>("flat", {}, {{{1}}, {{2}}});
  file->add_ragged<std::int32_t>("odd", {{1, 2}, {1, 1, 2}}, {{{1, 2}}, {{3, 4}}});
  file->add_ragged<std::int32_t>("lie", {{1, 2}, {9, 9}}, {{{1, 2}}, {{3, 4}}});
  CHECK_THROWS_WITH(transformed(file, {{"words", sum_and_negate()}}), Contains("holds strings"));
  CHECK_THROWS_WITH(transformed(file, {{"flat", sum_and_negate()}}), Contains("with an axis"));
  CHECK_THROWS_WITH(transformed(file, {{"odd", sum_and_negate()}}),
                    Contains("different numbers of axes"));
  CHECK_THROWS_WITH(transformed(file, {{"lie", sum_and_negate()}}),
                    Contains("another shape than elements in source 'b'"));
  CHECK_THROWS_WITH(transformed(file, {{"nix", sum_and_negate()}}), Contains("has no output"));
}
