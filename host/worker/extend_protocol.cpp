// SPDX-License-Identifier: MIT
#include "host/worker/extend_protocol.hpp"

#include <utility>

#include "host/worker/fields.hpp"

namespace sheaf::host::worker {
namespace {

using wire::In;
using wire::Out;

void put_dtype(Out& out, Dtype dtype) {
  out.put(static_cast<std::uint8_t>(dtype.kind));
  out.put(dtype.bits);
}
Dtype take_dtype(In& in) {
  const auto kind = in.get<std::uint8_t>();
  const Dtype dtype{static_cast<DtypeKind>(kind), in.get<std::uint16_t>()};
  if (dtype.kind > DtypeKind::String || !plugin::to_dtype(plugin::to_abi(dtype))) In::broken();
  return dtype;
}

void put_shape(Out& out, const Shape& shape) {
  out.list(shape, [&](std::int64_t extent) { out.put(extent); });
}
Shape take_shape(In& in) {
  Shape shape;
  in.list([&] {
    shape.push_back(in.get<std::int64_t>());
    if (shape.back() < -1) In::broken();
  });
  return shape;
}

void put_source(Out& out, const SourceHead& source) {
  out.text(source.id);
  out.list(source.outputs, [&](const extend::StoredOutput& output) {
    out.text(output.name);
    put_dtype(out, output.dtype);
    put_shape(out, output.item_shape);
    out.put(output.rows);
  });
  put(out, source.attrs);
}
SourceHead take_source(In& in) {
  SourceHead source;
  source.id = in.string();
  in.list([&] {
    extend::StoredOutput& output = source.outputs.emplace_back();
    output.name = in.string();
    output.dtype = take_dtype(in);
    output.item_shape = take_shape(in);
    output.rows = in.get<std::int64_t>();
  });
  source.attrs = take_attrs(in);
  return source;
}

}  // namespace

std::string put(const ExtendMessage& message) {
  Out out;
  out.put(static_cast<std::uint8_t>(message.task));
  put(out, message.confine);
  put(out, message.plugin);
  out.text(message.feature);
  out.text(message.name);
  out.list(message.params, [&](const plugin::ParamValue& value) { put(out, value); });
  out.put(message.kind);
  out.put(message.width);
  out.put(message.height);
  out.list(message.sources, [&](const SourceHead& source) { put_source(out, source); });
  put_dtype(out, message.input.dtype);
  put_shape(out, message.input.item_shape);
  put(out, message.input.attrs);
  put_shape(out, message.item_shape);
  out.put(message.rows);
  out.put(message.new_bytes);
  out.text(message.bytes);
  return out.bytes();
}

ExtendMessage take_extend(std::string_view bytes) {
  In in(bytes);
  ExtendMessage message;
  message.task = static_cast<Task>(in.get<std::uint8_t>());
  if (message.task > Task::Apply) In::broken();
  message.confine = take_confine(in);
  message.plugin = take_plugin(in);
  message.feature = in.string();
  message.name = in.string();
  in.list([&] { message.params.push_back(take_param(in)); });
  message.kind = in.get<std::uint32_t>();
  message.width = in.get<std::uint32_t>();
  message.height = in.get<std::uint32_t>();
  in.list([&] { message.sources.push_back(take_source(in)); });
  message.input.dtype = take_dtype(in);
  message.input.item_shape = take_shape(in);
  message.input.attrs = take_attrs(in);
  message.item_shape = take_shape(in);
  message.rows = in.get<std::int64_t>();
  message.new_bytes = in.get<std::uint64_t>();
  message.bytes = in.string();
  return message;
}

std::string put(const extend::Picture& picture) {
  Out out;
  out.put(picture.kind);
  out.put(picture.width);
  out.put(picture.height);
  out.text({reinterpret_cast<const char*>(picture.rgba.data()), picture.rgba.size()});
  out.text(picture.text);
  return out.bytes();
}
extend::Picture take_picture(std::string_view bytes) {
  In in(bytes);
  extend::Picture picture;
  picture.kind = in.get<std::uint32_t>();
  picture.width = in.get<std::uint32_t>();
  picture.height = in.get<std::uint32_t>();
  const std::string_view pixels = in.text();
  picture.rgba.assign(pixels.begin(), pixels.end());
  picture.text = in.string();
  return picture;
}

std::string put(const extend::Results& results) {
  Out out;
  out.list(results, [&](const auto& result) {
    out.text(result.first);
    out.value(result.second);
  });
  return out.bytes();
}
extend::Results take_results(std::string_view bytes) {
  In in(bytes);
  extend::Results results;
  in.list([&] {
    std::string name = in.string();
    results.emplace_back(std::move(name), in.value());
  });
  return results;
}

std::string put(Dtype dtype) {
  Out out;
  put_dtype(out, dtype);
  return out.bytes();
}
Dtype take_dtype(std::string_view bytes) {
  In in(bytes);
  return take_dtype(in);
}

std::string put(const Shape& shape) {
  Out out;
  put_shape(out, shape);
  return out.bytes();
}
Shape take_shape(std::string_view bytes) {
  In in(bytes);
  return take_shape(in);
}

std::string put(const ReadMessage& message) {
  Out out;
  out.put(message.source);
  out.put(message.output);
  out.put(message.rows.start);
  out.put(message.rows.stop);
  return out.bytes();
}
ReadMessage take_read(std::string_view bytes) {
  In in(bytes);
  ReadMessage message;
  message.source = in.get<std::uint32_t>();
  message.output = in.get<std::uint32_t>();
  message.rows.start = in.get<std::int64_t>();
  message.rows.stop = in.get<std::int64_t>();
  return message;
}

}  // namespace sheaf::host::worker
