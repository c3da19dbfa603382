// SPDX-License-Identifier: MIT
#pragma once
// sheaf.thumbnail: small or grey copies of the images that sheaf.image loads (thumbnail.cpp).

#include <optional>
#include <string>

#include "image/image.hpp"
#include "image/preview.hpp"

namespace sheaf::image {

class Thumbnail {
 public:
  using Preview = ImagePreview;
  static void declare(sdk::Declaration<Thumbnail>& feature);
  Thumbnail() = default;
  ~Thumbnail();
  Thumbnail(const Thumbnail&) = delete;
  Thumbnail& operator=(const Thumbnail&) = delete;
  void open();
  void describe(sdk::Description& file) const;
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink);

 private:
  std::string size_ = "64x64", color_ = "color", fit_ = "pad";
  Conversion conversion_;
  const OpenCv* opencv_ = nullptr;
  OpenCv::Image* image_ = nullptr;
};

}  // namespace sheaf::image
