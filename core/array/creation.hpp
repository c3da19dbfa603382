// SPDX-License-Identifier: MIT
#pragma once
// Arrays out of nothing: constants, ramps, grids, functions of the index; and out of files.
//
//   np::store(file["t"], np::linspace(0, 1, 1'000'000'000), {.chunks = {1 << 16}});
//
// Model: elements are worked out from their index when a block of them is read, as NumPy does it,
// to the last bit; a whole one is never in memory. Copies (copy, fromiter, loadtxt) are kept in
// memory where they are small, else in a temporary file. Failure: Error (Invalid, Io, NotFound).

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/array/shaping.hpp"
#include "core/array/shaping/made.hpp"

namespace sheaf::np {

[[nodiscard]] Array full(const Shape& shape, const Array& fill_value,
                         std::optional<Dtype> dtype = {});
[[nodiscard]] Array zeros(const Shape& shape, Dtype dtype = float64);
[[nodiscard]] Array ones(const Shape& shape, Dtype dtype = float64);
[[nodiscard]] Array empty(const Shape& shape, Dtype dtype = float64);  // zeros
[[nodiscard]] Array full_like(const Array& a, const Array& fill_value,
                              std::optional<Dtype> dtype = {});
[[nodiscard]] Array zeros_like(const Array& a, std::optional<Dtype> dtype = {});
[[nodiscard]] Array ones_like(const Array& a, std::optional<Dtype> dtype = {});
[[nodiscard]] Array empty_like(const Array& a, std::optional<Dtype> dtype = {});

[[nodiscard]] Array arange(const Array& stop, std::optional<Dtype> dtype = {});
[[nodiscard]] Array arange(const Array& start, const Array& stop, const Array& step = 1,
                           std::optional<Dtype> dtype = {});
struct Linspace {
  bool endpoint = true;
  std::optional<Dtype> dtype{};
  std::int64_t axis = 0;
};
[[nodiscard]] Array linspace(const Array& start, const Array& stop, std::int64_t num = 50,
                             const Linspace& how = {});
// What NumPy returns for retstep: the step between samples.
[[nodiscard]] Array linspace_step(const Array& start, const Array& stop, std::int64_t num = 50,
                                  bool endpoint = true);
// Of real numbers.
[[nodiscard]] Array logspace(double start, double stop, std::int64_t num = 50, double base = 10,
                             const Linspace& how = {});
[[nodiscard]] Array geomspace(double start, double stop, std::int64_t num = 50,
                              const Linspace& how = {});

[[nodiscard]] Array eye(std::int64_t N, std::optional<std::int64_t> M = {}, std::int64_t k = 0,
                        Dtype dtype = float64);
[[nodiscard]] Array identity(std::int64_t n, Dtype dtype = float64);
[[nodiscard]] Array tri(std::int64_t N, std::optional<std::int64_t> M = {}, std::int64_t k = 0,
                        Dtype dtype = float64);
[[nodiscard]] Array tril(const Array& m, std::int64_t k = 0);
[[nodiscard]] Array triu(const Array& m, std::int64_t k = 0);
// A matrix of a vector, or the diagonal of a matrix (a view).
[[nodiscard]] Array diag(const Array& v, std::int64_t k = 0);
[[nodiscard]] Array diagflat(const Array& v, std::int64_t k = 0);
[[nodiscard]] Array vander(const Array& x, std::optional<std::int64_t> N = {},
                           bool increasing = false);
[[nodiscard]] std::vector<Array> meshgrid(const std::vector<Array>& xi,
                                          std::string_view indexing = "xy", bool sparse = false);
// Of the values along each axis: mgrid({arange(3), linspace(0, 1, 5)}) is NumPy's
// mgrid[0:3, 0:1:5j].
[[nodiscard]] Array mgrid(const std::vector<Array>& axes);
[[nodiscard]] std::vector<Array> ogrid(const std::vector<Array>& axes);
// The index of each element along each axis; the first axis of it chooses which.
[[nodiscard]] Array indices(const Shape& dimensions, Dtype dtype = int64);

// f(index) for each element, by several threads.
template <class F>
[[nodiscard]] Array fromfunction(F f, const Shape& shape);
template <std::ranges::input_range Range>
[[nodiscard]] Array fromiter(Range&& range);
// A copy of bytes in the machine's order.
[[nodiscard]] Array frombuffer(std::span<const std::byte> buffer, Dtype dtype = float64,
                               std::int64_t count = -1, std::int64_t offset = 0);
// Raw elements in the machine's order, read when they are asked for; `offset` in bytes.
[[nodiscard]] Array fromfile(const std::filesystem::path& file, Dtype dtype = float64,
                             std::int64_t count = -1, std::int64_t offset = 0);
// Numbers of a text; a blank `sep` is any white space. Bytes are frombuffer()'s.
[[nodiscard]] Array fromstring(std::string_view text, Dtype dtype = float64,
                               std::int64_t count = -1, std::string_view sep = " ");
struct LoadText {
  Dtype dtype = float64;
  std::string comments = "#";
  std::string delimiter{};  // none: white space
  std::int64_t skiprows = 0;
  Shape usecols{};
  std::int64_t max_rows = -1;
};
// Rows of numbers, as many a row; one row or column becomes one axis.
[[nodiscard]] Array loadtxt(const std::filesystem::path& file, const LoadText& how = {});

// What the array is now.
[[nodiscard]] Array copy(const Array& a);
[[nodiscard]] Array array(const Array& a, std::optional<Dtype> dtype = {});
// No copies.
[[nodiscard]] Array asarray(const Array& a, std::optional<Dtype> dtype = {});
[[nodiscard]] Array asfarray(const Array& a, Dtype dtype = float64);
[[nodiscard]] Array ascontiguousarray(const Array& a, std::optional<Dtype> dtype = {});
// Reads all of it: throws Error (Invalid) where an element is NaN or infinite.
[[nodiscard]] Array asarray_chkfinite(const Array& a, std::optional<Dtype> dtype = {});

// Elements that come one by one.
class Collector {
 public:
  explicit Collector(Dtype dtype);
  void add(const void* element);
  // Done with it.
  [[nodiscard]] NodePtr finish();

 private:
  struct Kept;
  std::shared_ptr<Kept> kept_;
};

template <class F>
Array fromfunction(F f, const Shape& shape) {
  using T = std::remove_cvref_t<decltype(f(shape))>;
  const Dtype dtype = objects::Tree(T{}).value()->dtype;
  return Array(made_node(dtype, shape, {}, [f, dtype](const Box& box, Buffer& out, Pass&) {
    out.reset(dtype, box.size());
    Shape index = box.first;
    for (std::int64_t at = 0; at < box.size(); ++at) {
      out.as<T>()[at] = f(std::as_const(index));
      for (std::size_t axis = index.size(); axis-- > 0;) {
        if (++index[axis] < box.first[axis] + box.count[axis]) break;
        index[axis] = box.first[axis];
      }
    }
  }));
}

template <std::ranges::input_range Range>
Array fromiter(Range&& range) {
  using T = std::ranges::range_value_t<Range>;
  Collector values(objects::Tree(T{}).value()->dtype);
  for (const T element : range) values.add(&element);
  return Array(values.finish());
}

}  // namespace sheaf::np
