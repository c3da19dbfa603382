// SPDX-License-Identifier: MIT
// sheaf.transform: rows changed on their way out of a file. Each says what it is in NumPy's words.
//
// Model: arithmetic is done in double and rounded once, to the type asked for.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sheaf::transform {
namespace {

sheaf_dtype float_type(const std::string& name) {
  return name == "float64" ? sdk::dtype_of<double>() : sdk::dtype_of<float>();
}

void check_real(sheaf_dtype dtype) {
  if (sdk::visit_real(dtype, [](auto) {})) return;
  throw sdk::Error("takes integers, bool, float32 and float64");
}

// out[i] = to<Out>(change(in[i], i)).
template <class Out, class Change>
void change_each(const sdk::ArrayView& rows, std::span<std::byte> out, Change change) {
  auto* const to = reinterpret_cast<Out*>(out.data());
  sdk::visit_real(rows.dtype(), [&]<class In>(In) {
    const auto* const from = static_cast<const In*>(rows.data());
    const std::size_t count = rows.size();
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<Out>(change(double(from[i]), i));
  });
}

template <class Change>
void change_to(sheaf_dtype dtype, const sdk::ArrayView& rows, std::span<std::byte> out,
               Change change) {
  if (dtype == sdk::dtype_of<double>()) return change_each<double>(rows, out, change);
  change_each<float>(rows, out, change);
}

// (x / 255).astype(float32) of uint8, (x / 32768).astype(float32) of int16, x.astype(float32).
class ToFloat {
 public:
  static void declare(sdk::Transform<ToFloat>& transform) {
    transform.name("sheaf.to_float").summary("Numbers as float32 or float64, integers scaled");
    transform
        .parameter("range", &ToFloat::range_,
                   "of integers: unit: 0 to 1; signed: -1 to 1; none: as they are; auto: unit for "
                   "unsigned ones, signed for others")
        .choices({"auto", "unit", "signed", "none"});
    transform.parameter("dtype", &ToFloat::dtype_, "of what is made")
        .choices({"float32", "float64"});
  }
  sheaf_dtype open(const sdk::TransformInput& input) {
    const sheaf_dtype from = input.dtype();
    check_real(from);
    if (from.code == SHEAF_UINT) {
      scale_ = std::ldexp(1.0, from.bits) - 1;
      if (range_ == "signed") factor_ = 2, offset_ = -1;
    } else if (from.code == SHEAF_INT) {
      scale_ = std::ldexp(1.0, from.bits - 1);
      if (range_ == "unit") factor_ = 0.5, offset_ = 0.5;
    }
    if (range_ == "none") scale_ = factor_ = 1, offset_ = 0;
    return float_type(dtype_);
  }
  void apply(const sdk::ArrayView& rows, std::span<std::byte> out) const {
    change_to(float_type(dtype_), rows, out,
              [this](double x, std::size_t) { return x / scale_ * factor_ + offset_; });
  }

 private:
  std::string range_ = "auto", dtype_ = "float32";
  double scale_ = 1, factor_ = 1, offset_ = 0;
};

// ((x - mean) / std).astype(float32)
class Normalise {
 public:
  static void declare(sdk::Transform<Normalise>& transform) {
    transform.name("sheaf.normalise")
        .summary("Subtracts the mean and divides by the deviation, of all or of each channel");
    transform.parameter("mean", &Normalise::mean_,
                        "one for all, or one for each index of the last axis; unset: the attribute "
                        "mean, as sheaf.*_statistics writes it");
    transform.parameter("std", &Normalise::std_, "likewise");
    transform.parameter("dtype", &Normalise::dtype_, "of what is made")
        .choices({"float32", "float64"});
  }
  sheaf_dtype open(const sdk::TransformInput& input) {
    check_real(input.dtype());
    mean_ = found(input, "mean", mean_);
    std_ = found(input, "std", std_);
    if (std::ranges::count(*std_, 0.0) > 0) throw sdk::Error("divides by a deviation of 0");
    const auto item = input.item_shape();
    if (item.empty() || item.back() >= 0) check_channels({item.begin(), item.end()});
    return float_type(dtype_);
  }
  [[nodiscard]] sdk::Shape shape(const sdk::Shape& item_shape) const {
    check_channels(item_shape);
    return item_shape;
  }
  void apply(const sdk::ArrayView& rows, std::span<std::byte> out) const {
    const std::size_t means = mean_->size(), stds = std_->size();
    change_to(float_type(dtype_), rows, out, [&](double x, std::size_t i) {
      return (x - (*mean_)[i % means]) / (*std_)[i % stds];
    });
  }

 private:
  using Numbers = std::optional<std::vector<double>>;

  static Numbers found(const sdk::TransformInput& input, const char* name, const Numbers& given) {
    if (given && !given->empty()) return given;
    if (const auto attr = input.attr(name)) {
      std::vector<double> numbers;
      sdk::visit_real(attr->dtype(), [&]<class T>(T) {
        for (const T each : attr->elements<T>()) numbers.push_back(static_cast<double>(each));
      });
      if (!numbers.empty()) return numbers;
    }
    throw sdk::Error(std::string("has no ") + name + ": give one, as in normalise:" + name +
                     "=[0.5], or let the file have statistics of these rows");
  }
  void check_channels(const sdk::Shape& item_shape) const {
    const std::int64_t last = item_shape.empty() ? 1 : item_shape.back();
    for (const Numbers* each : {&mean_, &std_}) {
      const auto count = static_cast<std::int64_t>((*each)->size());
      if (count == 1 || count == last) continue;
      throw sdk::Error("has " + std::to_string(count) + " means or deviations for rows of " +
                       std::to_string(last) + " channels");
    }
  }

  Numbers mean_, std_;
  std::string dtype_ = "float32";
};

// x.reshape(len(x), *shape)
class Reshape {
 public:
  static void declare(sdk::Transform<Reshape>& transform) {
    transform.name("sheaf.reshape").summary("The same elements of a row in another shape");
    transform.parameter("shape", &Reshape::shape_, "of a row; one extent may be -1: what is left")
        .range(-1, double(std::int64_t{1} << 40U))
        .required();
  }
  sheaf_dtype open(const sdk::TransformInput& input) const {
    if (std::ranges::count(shape_, -1) > 1) throw sdk::Error("takes one extent of -1 at most");
    return input.dtype();
  }
  [[nodiscard]] sdk::Shape shape(const sdk::Shape& item_shape) const {
    const std::int64_t all = product(item_shape);
    sdk::Shape made = shape_;
    const auto open_axis = std::ranges::find(made, -1);
    if (open_axis != made.end()) {
      *open_axis = 1;
      const std::int64_t known = product(made);
      *open_axis = known == 0 ? 0 : all / known;
    }
    if (product(made) != all) throw sdk::Error("has rows of " + std::to_string(all) + " elements");
    return made;
  }
  void apply(const sdk::ArrayView& rows, std::span<std::byte> out) const {
    if (!out.empty()) std::memcpy(out.data(), rows.data(), out.size());
  }

 private:
  static std::int64_t product(const sdk::Shape& shape) {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape) {
      if (__builtin_mul_overflow(count, extent, &count)) throw sdk::Error("is too large a shape");
    }
    return count;
  }
  std::vector<std::int64_t> shape_;
};

// np.rint(0.299 * r + 0.587 * g + 0.114 * b).astype(x.dtype); floats aren't rounded.
class ToGrey {
 public:
  static void declare(sdk::Transform<ToGrey>& transform) {
    transform.name("sheaf.to_grey").summary("Colours as one channel of grey (ITU-R BT.601)");
  }
  sheaf_dtype open(const sdk::TransformInput& input) const {
    check_real(input.dtype());
    return input.dtype();
  }
  [[nodiscard]] sdk::Shape shape(const sdk::Shape& item_shape) const {
    if (item_shape.empty() || (item_shape.back() != 3 && item_shape.back() != 4)) {
      throw sdk::Error("takes rows whose last axis is red, green, blue (and alpha, dropped)");
    }
    sdk::Shape made = item_shape;
    made.back() = 1;
    return made;
  }
  void apply(const sdk::ArrayView& rows, std::span<std::byte> out) const {
    const auto channels = static_cast<std::size_t>(rows.shape().back());
    sdk::visit_real(rows.dtype(), [&]<class T>(T) {
      const auto* from = static_cast<const T*>(rows.data());
      auto* const to = reinterpret_cast<T*>(out.data());
      const std::size_t pixels = rows.size() / channels;
      for (std::size_t i = 0; i < pixels; ++i, from += channels) {
        const double grey =
            0.299 * double(from[0]) + 0.587 * double(from[1]) + 0.114 * double(from[2]);
        to[i] = static_cast<T>(std::is_floating_point_v<T> ? grey : std::nearbyint(grey));
      }
    });
  }
};

}  // namespace
}  // namespace sheaf::transform

SHEAF_PLUGIN("sheaf.transform", "0.1.0", "MIT", "Rows changed on their way out of a file",
             sheaf::transform::ToFloat, sheaf::transform::Normalise, sheaf::transform::Reshape,
             sheaf::transform::ToGrey);
