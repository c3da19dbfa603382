// SPDX-License-Identifier: MIT
#pragma once
// One input of a batch: which field of the file, which part of it a sample is, what becomes of it.
//
//   Input{"data/image", ById{.squeeze = true}, normalised(...)}
//   Input{"audio", Slice{.length = 2048, .downsampling = 512}}
//
// Model: an item is a place (source, k): k counts steps within the source. A getter turns a place
// into rows of its field, so inputs with different getters and rates go together: step k of one is
// step k of the other. Without a Slice, FramedSlice or ByRow a source is one item.
// Shapes: of a sample, without the batch's own axis. Failure: Error (Invalid) when a Loader opens.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/value.hpp"

namespace sheaf::loader {

// Row k of the source: (…item).
struct ByRow {};

// All of the source, whatever k: (rows, …item), or its own shape where the field is ragged.
struct ById {
  // A source's single row comes without the axis of rows; several are an Error.
  bool squeeze = false;
};

// Rows k·downsampling + shift, `length` of them: (length, …item). On another axis than 0 that many
// positions along it, and all of the others.
struct Slice {
  std::int64_t shift = 0;
  std::int64_t length = 1;
  std::int64_t downsampling = 1;  // rows from one item to the next
  std::size_t axis = 0;
};

enum class Padding : std::uint8_t { Reflect, Constant };  // Constant: zeros

// Overlapping frames: (length, frame_size, …item). Frame f begins `hop` rows after frame f − 1.
// With `center` the slice is half a frame shorter on both sides and is padded there, as
// h5mapper pads: frame f lies around row f·hop.
struct FramedSlice {
  std::int64_t shift = 0;   // frames
  std::int64_t length = 1;  // frames
  std::int64_t frame_size = 1;
  std::int64_t hop = 1;
  bool center = false;  // asks for a length of 2 and more
  Padding padding = Padding::Reflect;
  std::int64_t downsampling = 1;  // rows from one item to the next
};

using Getter = std::variant<ByRow, ById, Slice, FramedSlice>;

// What a transform is given: one sample, before anything is padded or cropped.
struct Sample {
  Dtype dtype;
  const Shape& shape;
  std::span<const std::byte> bytes;
  std::int64_t source;  // its number in the file; -1 without sources
  std::uint64_t seed;   // random, the same for all inputs of the item and for any number of workers
};

// Runs in the workers, several at once. It says its result's dtype and shape beforehand, so that
// results are written straight into the batch.
struct Transform {
  Dtype dtype{};                             // of the result
  std::function<Shape(const Shape&)> shape;  // of the result, from the sample's; empty: the same
  std::function<void(const Sample&, std::span<std::byte> out)> run;  // empty: no transform

  explicit operator bool() const noexcept { return static_cast<bool>(run); }
};

// x · scale + offset as float32 or float64, from any real dtype but float16. One scale and offset
// for all, or one for each index of the last axis.
[[nodiscard]] Transform scaled(Dtype to, std::vector<double> scale = {1},
                               std::vector<double> offset = {0});
// (x − mean) / deviation, likewise.
[[nodiscard]] Transform normalised(Dtype to, const std::vector<double>& mean,
                                   const std::vector<double>& deviation);

// What becomes of samples whose shapes differ.
enum class Lengths : std::uint8_t {
  Equal,  // an Error that names the source
  Pad,    // each axis filled up to `shape`, or to the batch's longest; what is longer is cropped
  Crop,   // each axis cut to `shape`, or to the batch's shortest; what is shorter is padded
  Ragged  // all elements of the batch in one row, with offsets
};

enum class CropFrom : std::uint8_t { Start, Centre, Random };

struct Fit {
  Lengths lengths = Lengths::Equal;
  Shape shape{};  // of a sample; an extent of 0, and all that aren't given, come from the batch
  double pad_value = 0;
  CropFrom crop = CropFrom::Start;
};

struct Input {
  std::string path;  // of the field in the file
  Getter getter = ById{};
  Transform transform{};
  Fit fit{};
  std::string name{};  // in the batch; empty: the path
};

}  // namespace sheaf::loader
