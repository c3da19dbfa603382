// SPDX-License-Identifier: MIT
// sheaf.thumbnail: small or grey copies of images, resized as sheaf.image would.
//
// Model: a row of sheaf.image in, a row out; sizes and colours through OpenCV's module.
#include "image/thumbnail.hpp"

#include <charconv>
#include <span>
#include <string_view>

namespace sheaf::image {

Extent parse_size(const std::string& text) {
  const auto side = [&](std::string_view digits) {
    std::int64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || stop != end || value < 1 || value > 1 << 20) {
      throw sdk::PluginError("size is '" + text +
                             "': give WIDTHxHEIGHT or one number, each from 1 "
                             "to 1048576");
    }
    return value;
  };
  const std::size_t x = text.find('x');
  if (x == std::string::npos) return {side(text), side(text)};
  return {side(std::string_view(text).substr(0, x)), side(std::string_view(text).substr(x + 1))};
}

void Thumbnail::declare(sdk::Declaration<Thumbnail>& feature) {
  feature.name("sheaf.thumbnail")
      .summary("Small or grey copies of the images that sheaf.image loads")
      .derived_from("sheaf.image")
      .opt_in();
  feature.parameter("size", &Thumbnail::size_,
                    "pixels: WIDTHxHEIGHT, or one number for a square; original: as they are");
  feature.parameter("color", &Thumbnail::color_, "color: RGB; grey: one channel")
      .choices({"color", "grey"});
  feature
      .parameter("fit", &Thumbnail::fit_,
                 "how size is reached: pad with black, stretch, or crop the middle")
      .choices({"pad", "stretch", "crop"});
}

void Thumbnail::open() {
  conversion_.color = color_ == "grey" ? Color::Grey : Color::Color;
  conversion_.fit = fit_ == "pad" ? Fit::Pad : fit_ == "crop" ? Fit::Crop : Fit::Stretch;
  if (size_ != "original") conversion_.size = parse_size(size_);
}

Thumbnail::~Thumbnail() {
  if (image_ != nullptr) opencv_->free(image_);
}

void Thumbnail::describe(sdk::Description& file) const {
  const Form form = conversion_.apply({-1, -1, -1, Depth::U8});
  sdk::Output output("thumbnail", dtype(Depth::U8), {form.height, form.width, form.channels});
  if (!conversion_.size) output.ragged_if_needed();
  file.add(output);
  file.attr("channels", conversion_.color == Color::Grey ? "grey" : "RGB");
}

sdk::Result Thumbnail::load(const sdk::Source& source, sdk::Sink& sink) {
  const sdk::ArrayView input = source.input();
  const std::span<const std::int64_t> shape = input.shape();
  if (shape.size() != 4) throw sdk::Error("isn't rows of images");
  const Form form{shape[1], shape[2], shape[3], Depth::U8};
  if (!(input.dtype() == dtype(Depth::U8)) ||
      (form.channels != 1 && form.channels != 3 && form.channels != 4)) {
    throw sdk::Error(
        "thumbnails are made of grey, RGB or RGBA images of uint8: give sheaf.image "
        "color=color or grey");
  }
  if (input.size() == 0) return sdk::Result::Empty;
  if (image_ == nullptr) {
    opencv_ = opencv();
    image_ = opencv_->make();
  }
  const auto size = static_cast<std::size_t>(form.height * form.width * form.channels);
  const std::span<const std::uint8_t> pixels = input.elements<std::uint8_t>();
  for (std::size_t row = 0; row < static_cast<std::size_t>(shape[0]); ++row) {
    const Form made = opencv_->take(*image_, conversion_, pixels.subspan(row * size, size), form);
    const std::int64_t item[] = {made.height, made.width, made.channels};
    const sheaf_slot slot = sink.reserve_slot(0, 1, item, 0);
    opencv_->store(*image_, {static_cast<std::byte*>(slot.data), slot.size});
    sink.commit(0, 1);
  }
  return sdk::Result::Ok;
}

}  // namespace sheaf::image
