// SPDX-License-Identifier: MIT
#include "core/loader/input.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"

namespace sheaf::loader {
namespace {

struct Affine {
  std::vector<double> scale;
  std::vector<double> offset;

  [[nodiscard]] std::size_t channels() const noexcept {
    return std::max(scale.size(), offset.size());
  }
};

template <class From, class To>
void convert(const std::byte* from, std::byte* to, std::size_t count, const Affine& affine) {
  const std::size_t channels = affine.channels();
  std::vector<To> scale(channels);
  std::vector<To> offset(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    scale[c] = static_cast<To>(affine.scale[affine.scale.size() == 1 ? 0 : c]);
    offset[c] = static_cast<To>(affine.offset[affine.offset.size() == 1 ? 0 : c]);
  }
  const auto* in = reinterpret_cast<const From*>(from);
  auto* out = reinterpret_cast<To*>(to);
  if (channels == 1) {
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<To>(in[i]) * scale[0] + offset[0];
    return;
  }
  for (std::size_t i = 0; i < count; i += channels) {
    for (std::size_t c = 0; c < channels; ++c) {
      out[i + c] = static_cast<To>(in[i + c]) * scale[c] + offset[c];
    }
  }
}

template <class To>
bool convert_from(const Sample& sample, std::byte* to, const Affine& affine) {
  const auto run = [&](auto example) {
    using From = decltype(example);
    convert<From, To>(sample.bytes.data(), to, sample.bytes.size() / sizeof(From), affine);
    return true;
  };
  if (sample.dtype == uint8 || sample.dtype == boolean) return run(std::uint8_t{});
  if (sample.dtype == int8) return run(std::int8_t{});
  if (sample.dtype == int16) return run(std::int16_t{});
  if (sample.dtype == uint16) return run(std::uint16_t{});
  if (sample.dtype == int32) return run(std::int32_t{});
  if (sample.dtype == uint32) return run(std::uint32_t{});
  if (sample.dtype == int64) return run(std::int64_t{});
  if (sample.dtype == uint64) return run(std::uint64_t{});
  if (sample.dtype == float32) return run(float{});
  if (sample.dtype == float64) return run(double{});
  return false;
}

void apply(const Sample& sample, std::span<std::byte> out, Dtype to, const Affine& affine) {
  const std::size_t channels = affine.channels();
  const std::int64_t last = sample.shape.empty() ? 1 : sample.shape.back();
  if (channels != 1 && last != static_cast<std::int64_t>(channels)) {
    throw Error(ErrorCode::Invalid, "transform",
                "has " + std::to_string(channels) + " scales or offsets, but a sample's shape is " +
                    to_string(sample.shape));
  }
  const bool is_done = to == float32 ? convert_from<float>(sample, out.data(), affine)
                                     : convert_from<double>(sample, out.data(), affine);
  if (is_done) return;
  throw Error(ErrorCode::Unsupported, "transform",
              "can't make " + to.name() + " of " + sample.dtype.name());
}

}  // namespace

Transform scaled(Dtype to, std::vector<double> scale, std::vector<double> offset) {
  const bool is_even = scale.size() == offset.size() || scale.size() == 1 || offset.size() == 1;
  if ((to != float32 && to != float64) || scale.empty() || offset.empty() || !is_even) {
    throw Error(ErrorCode::Invalid, "transform",
                "makes float32 or float64, with one scale and offset or one a channel");
  }
  Affine affine{std::move(scale), std::move(offset)};
  return {to, {}, [to, affine = std::move(affine)](const Sample& sample, std::span<std::byte> out) {
            apply(sample, out, to, affine);
          }};
}

Transform normalised(Dtype to, const std::vector<double>& mean,
                     const std::vector<double>& deviation) {
  const std::size_t channels = std::max(mean.size(), deviation.size());
  std::vector<double> scale;
  std::vector<double> offset;
  for (std::size_t c = 0; c < channels && !mean.empty() && !deviation.empty(); ++c) {
    const double by = deviation.size() == 1 ? deviation[0] : deviation.at(c);
    if (by == 0) throw Error(ErrorCode::Invalid, "transform", "divides by a deviation of 0");
    scale.push_back(1 / by);
    offset.push_back(-(mean.size() == 1 ? mean[0] : mean.at(c)) / by);
  }
  return scaled(to, std::move(scale), std::move(offset));
}

}  // namespace sheaf::loader
