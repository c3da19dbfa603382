// SPDX-License-Identifier: MIT
#include "host/extend/run_here.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "host/extend/abi_stored.hpp"
#include "host/plugin/describe.hpp"

namespace sheaf::host::extend {
namespace {

using plugin::view;

bool is_clean(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

[[noreturn]] void refuse(const char* what, const std::string& why) {
  throw Error(ErrorCode::Invalid, what, why);
}

void check_outcome(const plugin::Feature& feature, const std::string& doing,
                   const plugin::Outcome& outcome) {
  if (outcome.status == SHEAF_OK) return;
  const std::string who = fmt::format("feature '{}'", feature.name());
  if (outcome.status == SHEAF_CANCELLED) throw Error(ErrorCode::Cancelled, who, "cancelled");
  if (!outcome.message.empty()) {
    throw Error(ErrorCode::Invalid, who, doing + ": " + outcome.message);
  }
  throw Error(ErrorCode::Invalid, who,
              fmt::format("{}: returned {} without saying why", doing,
                          plugin::status_name(outcome.status)));
}

// ---- preview

struct CanvasState {
  plugin::CallState* call;
  const Rendering* wanted;
  Picture picture;
};

sheaf_status on_pixels(const sheaf_canvas* canvas, uint32_t width, uint32_t height,
                       uint8_t** pixels) {
  auto& state = *static_cast<CanvasState*>(canvas->host_data);
  return plugin::call_host(*state.call, [&] {
    if (state.wanted->kind != SHEAF_PREVIEW_RGBA) refuse("canvas", "takes text here, no pixels");
    if (state.picture.width != 0) refuse("canvas", "has its pixels already");
    if (width == 0 || height == 0 || width > state.wanted->width || height > state.wanted->height) {
      refuse("canvas", fmt::format("{} x {} pixels aren't within {} x {}", width, height,
                                   state.wanted->width, state.wanted->height));
    }
    state.picture.rgba.resize(std::size_t{width} * height * 4);
    state.picture.width = width;
    state.picture.height = height;
    *pixels = state.picture.rgba.data();
    return SHEAF_OK;
  });
}

sheaf_status on_text(const sheaf_canvas* canvas, sheaf_string text) {
  auto& state = *static_cast<CanvasState*>(canvas->host_data);
  return plugin::call_host(*state.call, [&] {
    if (state.wanted->kind == SHEAF_PREVIEW_RGBA) refuse("canvas", "takes pixels here, no text");
    if (text.size > most_text - state.picture.text.size()) refuse("canvas", "is full");
    if (text.data == nullptr && text.size > 0) refuse("canvas", "was given no text");
    if (!is_clean(view(text))) refuse("canvas", "takes UTF-8 without zero bytes");
    state.picture.text += view(text);
    return SHEAF_OK;
  });
}

// ---- methods

struct ResultsState {
  plugin::CallState* call;
  Results results;
};

sheaf_status on_add(const sheaf_results* results, sheaf_string name, const sheaf_array* value) {
  auto& state = *static_cast<ResultsState*>(results->host_data);
  return plugin::call_host(*state.call, [&] {
    if (name.data == nullptr && name.size > 0) refuse("result", "has no name");
    if (value == nullptr) refuse("result", "has no value");
    state.results.emplace_back(std::string(view(name)), plugin::to_value(*value));
    check_results(state.results);
    return SHEAF_OK;
  });
}

}  // namespace

void check_picture(const Picture& picture, const Rendering& wanted) {
  const bool has_pixels = wanted.kind == SHEAF_PREVIEW_RGBA;
  const bool is_right = picture.kind == wanted.kind && (picture.width != 0) == has_pixels &&
                        (picture.height != 0) == has_pixels && picture.width <= wanted.width &&
                        picture.height <= wanted.height &&
                        picture.rgba.size() == std::size_t{picture.width} * picture.height * 4 &&
                        picture.text.size() <= most_text && is_clean(picture.text) &&
                        (wanted.kind != SHEAF_PREVIEW_SVG || !picture.text.empty()) &&
                        (!has_pixels || picture.text.empty());
  if (is_right) return;
  throw Error(ErrorCode::Invalid, "preview",
              has_pixels ? "made no picture, or none of the size asked for"
                         : "made no drawing, or none that is UTF-8");
}

void check_results(const Results& results) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : results) {
    if (name.empty() || !is_clean(name)) refuse("result", "has a name that is none");
    const auto same = [&name = name](const auto& each) { return each.first == name; };
    if (std::ranges::count_if(results, same) > 1) {
      refuse("result", fmt::format("'{}' is there twice", name));
    }
    bytes += value.bytes.size();
    for (const std::string& text : value.strings) {
      bytes += text.size();
      if (!is_clean(text)) refuse("result", fmt::format("'{}' isn't UTF-8", name));
    }
  }
  if (bytes > most_results) refuse("result", "takes more than 256 MiB in all");
}

Picture render_here(const plugin::Feature& feature, StoredSource& source, const Rendering& wanted,
                    const plugin::Services& services) {
  const sheaf_preview* const extension = plugin::preview_of(*feature.descriptor);
  if (extension == nullptr) refuse("preview", "isn't there any more; was the plugin replaced?");
  plugin::CallState call(feature, services);
  AbiStored stored(call, source);
  const plugin::AbiParams params(wanted.params);
  const sheaf_config config = params.config();
  const sheaf_preview_request request{sizeof(sheaf_preview_request), wanted.kind, wanted.width,
                                      wanted.height, &config};
  CanvasState state{&call, &wanted, {}};
  state.picture.kind = wanted.kind;
  const sheaf_canvas canvas{sizeof(sheaf_canvas), 0, &state, &on_pixels, &on_text};
  const plugin::Outcome outcome = plugin::call_plugin(call, [&] {
    return extension->render(feature.descriptor, &call.call, &stored.stored(), &request, &canvas);
  });
  check_outcome(feature, "preview", outcome);
  check_picture(state.picture, wanted);
  return std::move(state.picture);
}

Results call_here(const plugin::Feature& feature, const std::string& method,
                  const std::vector<plugin::ParamValue>& params,
                  const std::vector<StoredSource*>& sources, const plugin::Services& services) {
  const sheaf_method* const found = plugin::find_method(*feature.descriptor, method);
  if (found == nullptr) refuse("method", "isn't there any more; was the plugin replaced?");
  plugin::CallState call(feature, services);
  std::deque<AbiStored> stored;
  std::vector<const sheaf_stored*> list;
  for (StoredSource* source : sources) list.push_back(&stored.emplace_back(call, *source).stored());
  const plugin::AbiParams values(params);
  const sheaf_config config = values.config();
  ResultsState state{&call, {}};
  const sheaf_results results{sizeof(sheaf_results), 0, &state, &on_add};
  const plugin::Outcome outcome = plugin::call_plugin(call, [&] {
    return found->call(found, &call.call, &config, list.data(), list.size(), &results);
  });
  check_outcome(feature, fmt::format("method '{}'", method), outcome);
  return std::move(state.results);
}

// ---- transforms

TransformHere::TransformHere(const sheaf_transform& transform,
                             const std::vector<plugin::ParamValue>& params,
                             const read::RowType& input, const plugin::Services& services)
    : state_(std::string(view(transform.name)), services),
      from_(input.dtype),
      instance_(nullptr, Closer{&transform}) {
  const plugin::AbiParams values(params);
  const sheaf_config config = values.config();
  const plugin::AbiAttrs attrs(input.attrs);
  const sheaf_transform_input rows{sizeof(sheaf_transform_input),
                                   static_cast<std::uint32_t>(input.item_shape.size()),
                                   input.item_shape.data(),
                                   plugin::to_abi(input.dtype),
                                   0,
                                   attrs.names(),
                                   attrs.values(),
                                   attrs.count()};
  sheaf_dtype dtype = plugin::to_abi(input.dtype);
  void* instance = nullptr;
  const plugin::Outcome outcome = plugin::call_plugin(state_, [&] {
    return transform.open(&transform, &state_.call, &config, &rows, &dtype, &instance);
  });
  throw_if_error("open", outcome);
  if (instance == nullptr) throw_if_error("open", {SHEAF_ERR_PLUGIN, "made no instance"});
  instance_.reset(instance);
  const auto made = plugin::to_dtype(dtype);
  if (!made || made->is_string()) {
    throw_if_error("open", {SHEAF_ERR_PLUGIN, "makes elements of an unknown type"});
  }
  dtype_ = *made;
}

void TransformHere::throw_if_error(const char* stage, const plugin::Outcome& outcome) const {
  if (outcome.status == SHEAF_OK) return;
  const std::string who = fmt::format("transform '{}'", state_.origin);
  if (outcome.status == SHEAF_CANCELLED) throw Error(ErrorCode::Cancelled, who, "cancelled");
  throw Error(ErrorCode::Invalid, who,
              outcome.message.empty() ? fmt::format("failed in {} without saying why", stage)
                                      : outcome.message);
}

Shape TransformHere::item_shape(const Shape& item_shape) {
  sheaf_item_shape from{};
  if (item_shape.size() > SHEAF_TRANSFORM_NDIM_MAX) {
    throw_if_error("shape", {SHEAF_ERR_PLUGIN, "takes no rows with so many axes"});
  }
  from.ndim = static_cast<std::uint32_t>(item_shape.size());
  std::ranges::copy(item_shape, from.extents);
  sheaf_item_shape to{};
  throw_if_error("shape", plugin::call_plugin(state_, [&] {
                   return instance_.get_deleter().transform->shape(instance_.get(), &state_.call,
                                                                   &from, &to);
                 }));
  const bool is_right =
      to.ndim <= SHEAF_TRANSFORM_NDIM_MAX &&
      std::all_of(to.extents, to.extents + to.ndim, [](std::int64_t e) { return e >= 0; });
  if (!is_right) throw_if_error("shape", {SHEAF_ERR_PLUGIN, "says a shape that makes no sense"});
  return {to.extents, to.extents + to.ndim};
}

void TransformHere::apply(const Shape& item_shape, std::int64_t rows, std::span<const std::byte> in,
                          std::span<std::byte> out) {
  Shape shape{rows};
  shape.insert(shape.end(), item_shape.begin(), item_shape.end());
  const sheaf_array array{plugin::to_abi(from_), static_cast<std::uint32_t>(shape.size()),
                          shape.data(), in.data()};
  throw_if_error("apply", plugin::call_plugin(state_, [&] {
                   return instance_.get_deleter().transform->apply(instance_.get(), &state_.call,
                                                                   &array, out.data(), out.size());
                 }));
}

}  // namespace sheaf::host::extend
