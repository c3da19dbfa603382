// SPDX-License-Identifier: MIT
#pragma once
// What a source's rows look like: `sheaf preview FILE PATH ID`.
//
//   class Tone {
//     …
//     static void preview(const sdk::Stored& rows, sdk::Canvas& canvas) {
//       auto pixels = canvas.pixels(canvas.width(), 64);
//       …
//     }
//
// Model: a feature with a static function `preview` has a preview without parameters, of pixels
// unless it says otherwise: static constexpr std::uint32_t preview_kinds = SHEAF_PREVIEW_TEXT | …
// One with parameters is a class of its own, which the feature names: using Preview = ToneView;
//
//   struct ToneView {
//     static void declare(sdk::Preview<ToneView>& preview) {
//       preview.makes(SHEAF_PREVIEW_RGBA).makes(SHEAF_PREVIEW_SVG);
//       preview.parameter("gain", &ToneView::gain, "how much louder it is drawn");
//     }
//     void render(const sdk::Stored& rows, sdk::Canvas& canvas) const;
//     double gain = 1;
//   };
//
// Threads: any number at once. Failure: throw, as in load.

#include <cstdint>
#include <span>
#include <string_view>

#include <sheaf/preview.h>
#include <sheaf/sdk/parameters.hpp>
#include <sheaf/sdk/stored.hpp>

namespace sheaf::sdk {

class Canvas : public Call {
 public:
  Canvas(const sheaf_call* call, const sheaf_preview_request* request,
         const sheaf_canvas* host) noexcept
      : Call(call), request_(request), host_(host) {}

  // SHEAF_PREVIEW_RGBA …: what is wanted.
  [[nodiscard]] std::uint32_t kind() const noexcept { return request_->kind; }
  // At most; pixels, or columns and lines of text.
  [[nodiscard]] std::uint32_t width() const noexcept { return request_->width; }
  [[nodiscard]] std::uint32_t height() const noexcept { return request_->height; }

  // Room for width × height × 4 bytes, rows from the top, each pixel R G B A; transparent at first.
  [[nodiscard]] std::span<std::uint8_t> pixels(std::uint32_t width, std::uint32_t height) {
    std::uint8_t* data = nullptr;
    detail::check_host(host_->pixels(host_, width, height, &data));
    return {data, std::size_t{width} * height * 4};
  }
  // Adds to the SVG or the text.
  void text(std::string_view text) { detail::check_host(host_->text(host_, detail::view(text))); }

 private:
  const sheaf_preview_request* request_;
  const sheaf_canvas* host_;
};

template <class T>
class Preview : public Parameters<T> {
 public:
  // SHEAF_PREVIEW_RGBA, SHEAF_PREVIEW_SVG or SHEAF_PREVIEW_TEXT; may be called again.
  Preview& makes(std::uint32_t kind) { return kinds_ |= kind, *this; }

  void fill(sheaf_preview& preview) {
    const auto& params = this->views();
    preview.struct_size = sizeof(sheaf_preview);
    preview.kinds = kinds_;
    preview.params = params.data();
    preview.param_count = params.size();
  }

 private:
  std::uint32_t kinds_ = 0;
};

namespace detail {

template <class T>
concept HasPreview = requires(const Stored& rows, Canvas& canvas) {
  T::preview(rows, canvas);
};
template <class T>
concept HasPreviewClass = requires {
  typename T::Preview;
};

// A feature's static function, as a class without parameters.
template <class T>
struct PlainPreview {
  static void declare(Preview<PlainPreview>& preview) {
    if constexpr (requires { T::preview_kinds; }) {
      preview.makes(T::preview_kinds);
    } else {
      preview.makes(SHEAF_PREVIEW_RGBA);
    }
  }
  void render(const Stored& rows, Canvas& canvas) const { T::preview(rows, canvas); }
};

template <class T>
class PreviewAdapter {
 public:
  static const sheaf_preview* extension() {
    static const PreviewAdapter adapter;
    return &adapter.plain_;
  }

 private:
  PreviewAdapter() {
    T::declare(declaration());
    declaration().fill(plain_);
    plain_.render = &render;
  }
  static Preview<T>& declaration() {
    static Preview<T> instance;
    return instance;
  }
  static sheaf_status render(const sheaf_feature*, const sheaf_call* call,
                             const sheaf_stored* stored, const sheaf_preview_request* request,
                             const sheaf_canvas* host) noexcept {
    return guard(call, SHEAF_ERR_SOURCE, [&] {
      T object;
      declaration().apply(object, *request->config);
      Canvas canvas(call, request, host);
      object.render(Stored(call, stored), canvas);
      return SHEAF_OK;
    });
  }
  sheaf_preview plain_{};
};

}  // namespace detail
}  // namespace sheaf::sdk
