// SPDX-License-Identifier: MIT
#include "core/loader/feed.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "core/loader/arrange.hpp"

namespace sheaf::loader {
namespace {

std::int64_t product(const Field& field, std::size_t cell, std::size_t begin, std::size_t end) {
  std::int64_t result = 1;
  for (std::size_t axis = begin; axis < end; ++axis) result *= field.extent(cell, axis);
  return result;
}

std::size_t count_of(const Shape& shape) { return static_cast<std::size_t>(element_count(shape)); }

// What an Error says, without the object that it names.
std::string message_of(const std::exception& error) {
  std::string text = error.what();
  const auto* own = dynamic_cast<const Error*>(&error);
  if (own == nullptr || !text.starts_with(own->object() + ": ")) return text;
  return text.substr(own->object().size() + 2);
}

void grow(std::vector<Shape>& shapes, std::size_t count) {
  if (shapes.size() < count) shapes.resize(count);
}

}  // namespace

Feed::Feed(const read::File& file, const Input& input, Field field, std::optional<Window> window,
           std::int64_t rows_a_step)
    : file_(file),
      input_(input),
      field_(std::move(field)),
      window_(window),
      rows_a_step_(rows_a_step),
      element_bytes_(field_.array().dtype().size()),
      result_dtype_(input.transform ? input.transform.dtype : field_.array().dtype()),
      pad_(input.fit.lengths == Lengths::Pad || input.fit.lengths == Lengths::Crop
               ? element_of(input.fit.pad_value, result_dtype_, field_.object())
               : Element{}),
      is_uniform_(field_.is_uniform() || (!field_.is_ragged() && window && window->axis == 0)),
      is_arranged_(std::holds_alternative<FramedSlice>(input.getter) ||
                   (window && window->axis > 0 && !field_.is_ragged())) {
  if (input_.name.empty()) input_.name = input_.path;
  check();
}

void Feed::check() const {
  const auto need = [this](bool is_right, const std::string& message) {
    if (!is_right) throw Error(ErrorCode::Invalid, field_.object(), message);
  };
  need(!result_dtype_.is_string() || !input_.transform, "can't be transformed into strings");
  if (field_.array().dtype().is_string()) {
    need(!input_.transform && !is_arranged_,
         "has strings, which are neither framed, transformed "
         "nor sliced on another axis than 0");
    need(input_.fit.lengths == Lengths::Equal || input_.fit.lengths == Lengths::Ragged,
         "has strings, which can't be padded or cropped");
  }
  if (!input_.fit.shape.empty() && !field_.array().dtype().is_string()) {
    need(input_.fit.lengths == Lengths::Pad || input_.fit.lengths == Lengths::Crop,
         "is given a shape, which is for padding and cropping");
  }
  for (const std::int64_t extent : input_.fit.shape) {
    need(extent >= 0, "can't be fitted to a negative extent");
  }
}

void Feed::fill(const std::vector<Place>& places, Tensor& tensor, Scratch& scratch) const {
  tensor.name = input_.name;
  tensor.dtype = result_dtype_;
  tensor.sample_shapes.clear();
  tensor.offsets.clear();
  tensor.strings.clear();
  if (result_dtype_.is_string()) return fill_strings(places, tensor, scratch);
  shapes(places, scratch);
  lay_out(places, tensor, scratch);
  const std::size_t kinds = is_uniform_ ? 1 : places.size();
  const bool is_fitted = input_.fit.lengths == Lengths::Ragged ||
                         std::all_of(scratch.results.begin(),
                                     scratch.results.begin() + static_cast<std::ptrdiff_t>(kinds),
                                     [&](const Shape& own) { return own == scratch.common; });
  if (is_fitted && !is_arranged_ && !input_.transform) {
    gather_or_blame(places, scratch, tensor.bytes.data());
    return;
  }
  std::size_t elements = 0;
  for (std::size_t i = 0; i < kinds; ++i) elements += count_of(scratch.raw[i]);
  if (is_uniform_) elements *= places.size();
  std::byte* gathered = scratch.gathered.claim(elements * element_bytes_);
  gather_or_blame(places, scratch, gathered);
  finish(places, gathered, tensor, scratch);
}

std::int64_t Feed::begin(const Place& place) const noexcept {
  const std::int64_t first = window_->begin(place.step);
  return place.jitter == 0 ? first : first + shifted(*window_, place.jitter, rows_a_step_);
}

void Feed::gather(const std::vector<Place>& places, Scratch& scratch, std::byte* out) const {
  const bool is_row =
      is_uniform_ && !is_arranged_ && (window_ ? window_->length : field_.extent(0, 0)) == 1;
  scratch.rows.clear();
  scratch.spans.clear();
  std::size_t bytes = 0;
  for (const Place& place : places) {
    if (is_row) {
      scratch.rows.push_back(field_.start(place.cell) + (window_ ? begin(place) : 0));
    } else {
      add_spans(place, scratch.spans);
    }
  }
  const std::size_t row_bytes = field_.array().row_bytes();
  for (const layout::Span& span : scratch.spans) {
    bytes += static_cast<std::size_t>(span.stop - span.start) * row_bytes;
  }
  if (is_row) {
    field_.array().gather(scratch.rows, {out, scratch.rows.size() * row_bytes});
  } else {
    field_.array().gather(scratch.spans, {out, bytes});
  }
}

void Feed::gather_or_blame(const std::vector<Place>& places, Scratch& scratch,
                           std::byte* out) const {
  try {
    gather(places, scratch, out);
  } catch (const std::exception&) {
    // Which one was it? They go one by one; should all of them work now, it is the first error.
    for (const Place& place : places) {
      try {
        gather({place}, scratch, out);
      } catch (const std::exception& error) {
        fail(place, error);
      }
    }
    throw;
  }
}

void Feed::add_spans(const Place& place, std::vector<layout::Span>& spans) const {
  const layout::Span all = field_.span(place.cell);
  if (!window_ || (window_->axis > 0 && !field_.is_ragged())) {
    spans.push_back(all);
    return;
  }
  const std::int64_t first = begin(place);
  if (!field_.is_ragged()) {
    spans.push_back({all.start + first, all.start + first + window_->length});
    return;
  }
  const std::size_t axis = window_->axis;
  const std::int64_t outer = product(field_, place.cell, 0, axis);
  const std::int64_t inner = product(field_, place.cell, axis + 1, field_.rank());
  for (std::int64_t i = 0; i < outer; ++i) {
    const std::int64_t start = all.start + (i * field_.extent(place.cell, axis) + first) * inner;
    spans.push_back({start, start + window_->length * inner});
  }
}

void Feed::raw_shape(const Place& place, Shape& shape) const {
  field_.shape(place.cell, shape);
  if (window_ && (window_->axis == 0 || field_.is_ragged())) shape[window_->axis] = window_->length;
  const auto* by_id = std::get_if<ById>(&input_.getter);
  if (by_id != nullptr && by_id->squeeze && shape[0] != 1) {
    throw SampleError(ErrorCode::Invalid, field_.object(),
                      name_of(place) + "has " + std::to_string(shape[0]) +
                          " rows, so their axis can't be left out; get it by id without squeeze");
  }
  const bool is_squeezed = by_id != nullptr && by_id->squeeze;
  if (is_squeezed || std::holds_alternative<ByRow>(input_.getter)) shape.erase(shape.begin());
}

void Feed::arranged_shape(const Shape& raw, Shape& shape) const {
  shape = raw;
  if (!is_arranged_) return;
  if (const auto* framed = std::get_if<FramedSlice>(&input_.getter)) {
    shape[0] = framed->length;
    shape.insert(shape.begin() + 1, framed->frame_size);
  } else {
    shape[window_->axis] = window_->length;
  }
}

void Feed::shapes(const std::vector<Place>& places, Scratch& scratch) const {
  const std::size_t kinds = is_uniform_ ? 1 : places.size();
  grow(scratch.raw, kinds);
  grow(scratch.arranged, kinds);
  grow(scratch.results, kinds);
  for (std::size_t i = 0; i < kinds; ++i) {
    raw_shape(places[i], scratch.raw[i]);
    arranged_shape(scratch.raw[i], scratch.arranged[i]);
    try {
      if (input_.transform.shape) {
        scratch.results[i] = input_.transform.shape(scratch.arranged[i]);
      } else {
        scratch.results[i] = scratch.arranged[i];
      }
    } catch (const std::exception& error) {
      fail(places[i], error);
    }
    const bool has_axes = scratch.results[i].size() == scratch.results[0].size();
    if (!has_axes ||
        (input_.fit.lengths == Lengths::Equal && scratch.results[i] != scratch.results[0])) {
      throw SampleError(ErrorCode::Invalid, field_.object(),
                        name_of(places[i]) + "gives " + to_string(scratch.results[i]) + ", and " +
                            name_of(places[0]) + "in the same batch " +
                            to_string(scratch.results[0]) +
                            (has_axes ? "; pad, crop or load them ragged" : ""));
    }
  }
}

void Feed::lay_out(const std::vector<Place>& places, Tensor& tensor, Scratch& scratch) const {
  const std::size_t kinds = is_uniform_ ? 1 : places.size();
  const std::span<const Shape> results(scratch.results.data(), kinds);
  const Lengths lengths = input_.fit.lengths;
  if (lengths == Lengths::Pad || lengths == Lengths::Crop) {
    common_shape(input_.fit, results, scratch.common);
  } else {
    scratch.common = results.front();
  }
  if (lengths != Lengths::Equal) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Shape& own = results[is_uniform_ ? 0 : i];
      for (std::size_t axis = 0; axis < own.size(); ++axis) {
        tensor.sample_shapes.push_back(
            lengths == Lengths::Ragged ? own[axis] : std::min(own[axis], scratch.common[axis]));
      }
    }
  }
  if (lengths == Lengths::Ragged) {
    tensor.offsets.push_back(0);
    for (std::size_t i = 0; i < places.size(); ++i) {
      tensor.offsets.push_back(tensor.offsets.back() + element_count(results[is_uniform_ ? 0 : i]));
    }
    tensor.shape.assign(1, tensor.offsets.back());
  } else {
    tensor.shape.assign(1, static_cast<std::int64_t>(places.size()));
    tensor.shape.insert(tensor.shape.end(), scratch.common.begin(), scratch.common.end());
  }
  const std::size_t bytes = count_of(tensor.shape) * result_dtype_.size();
  tensor.bytes = {tensor.buffer.claim(bytes), bytes};
}

void Feed::finish(const std::vector<Place>& places, const std::byte* gathered, Tensor& tensor,
                  Scratch& scratch) const {
  const std::size_t slot = count_of(scratch.common) * result_dtype_.size();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t kind = is_uniform_ ? 0 : i;
    const std::size_t raw_bytes = count_of(scratch.raw[kind]) * element_bytes_;
    std::size_t at = i * slot;
    std::size_t bytes = slot;
    if (!tensor.offsets.empty()) {
      at = static_cast<std::size_t>(tensor.offsets[i]) * result_dtype_.size();
      bytes = static_cast<std::size_t>(tensor.offsets[i + 1]) * result_dtype_.size() - at;
    }
    try {
      finish_sample(places[i], kind, {gathered, raw_bytes}, tensor.bytes.subspan(at, bytes),
                    scratch);
    } catch (const std::exception& error) {
      fail(places[i], error);
    }
    gathered += raw_bytes;
  }
}

void Feed::finish_sample(const Place& place, std::size_t kind, std::span<const std::byte> raw,
                         std::span<std::byte> out, Scratch& scratch) const {
  const Shape& arranged = scratch.arranged[kind];
  const Shape& result = scratch.results[kind];
  const bool is_fitted = input_.fit.lengths == Lengths::Ragged || result == scratch.common;
  std::span<const std::byte> now = raw;
  if (is_arranged_) {
    const std::size_t bytes = count_of(arranged) * element_bytes_;
    std::byte* to =
        is_fitted && !input_.transform ? out.data() : scratch.arranged_bytes.claim(bytes);
    if (const auto* framed = std::get_if<FramedSlice>(&input_.getter)) {
      const std::size_t row_elements = count_of(arranged) / count_of({arranged[0], arranged[1]});
      copy_frames(*framed, now.data(), window_->length, row_elements * element_bytes_, to);
    } else {
      copy_along(scratch.raw[kind], window_->axis, begin(place), window_->length, element_bytes_,
                 now.data(), to);
    }
    now = {to, bytes};
  }
  if (input_.transform) {
    const std::size_t bytes = count_of(result) * result_dtype_.size();
    std::byte* to = is_fitted ? out.data() : scratch.result_bytes.claim(bytes);
    input_.transform.run({field_.array().dtype(), arranged, now, place.source, place.seed},
                         {to, bytes});
    now = {to, bytes};
  }
  if (is_fitted) {
    if (now.data() == raw.data()) std::copy(raw.begin(), raw.end(), out.begin());
    return;
  }
  copy_fitted({now.data(), result, out.data(), scratch.common, result_dtype_.size(), pad_,
               input_.fit.crop, place.seed});
}

void Feed::fill_strings(const std::vector<Place>& places, Tensor& tensor, Scratch& scratch) const {
  tensor.offsets.push_back(0);
  tensor.bytes = {};
  grow(scratch.raw, 1);
  for (const Place& place : places) {
    raw_shape(place, scratch.raw[0]);
    tensor.sample_shapes.insert(tensor.sample_shapes.end(), scratch.raw[0].begin(),
                                scratch.raw[0].end());
    scratch.spans.clear();
    add_spans(place, scratch.spans);
    try {
      for (const layout::Span& span : scratch.spans) {
        Value value = field_.array().rows(span.start, span.stop);
        std::move(value.strings.begin(), value.strings.end(), std::back_inserter(tensor.strings));
      }
    } catch (const std::exception& error) {
      fail(place, error);
    }
    tensor.offsets.push_back(static_cast<std::int64_t>(tensor.strings.size()));
  }
  tensor.shape.assign(1, static_cast<std::int64_t>(tensor.strings.size()));
}

std::string Feed::name_of(const Place& place) const {
  if (place.source < 0) return "item " + std::to_string(place.item) + ' ';
  return "source '" + file_.ids()[static_cast<std::size_t>(place.source)] + "' ";
}

void Feed::fail(const Place& place, const std::exception& why) const {
  const auto* error = dynamic_cast<const Error*>(&why);
  std::throw_with_nested(SampleError(error == nullptr ? ErrorCode::Invalid : error->code(),
                                     field_.object(),
                                     name_of(place) + "can't be loaded: " + message_of(why)));
}

}  // namespace sheaf::loader
