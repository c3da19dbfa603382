// SPDX-License-Identifier: MIT
#include "tests/support/preview_harness.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>

#include "tests/support/plain.hpp"

namespace sheaf::test {
namespace {

// What the callbacks know.
struct State {
  const StoredRows& rows;
  const PreviewRequest& request;
  Preview made = {};

  sheaf_status refuse(const char* why) {
    made.message = why;
    return SHEAF_ERR_PLUGIN;
  }
  sheaf_status read(std::uint32_t output, std::int64_t start, std::int64_t stop, void* data,
                    std::uint64_t size);
  sheaf_status read_text(std::uint32_t output, std::int64_t row, sheaf_string& text);
  sheaf_status pixels(std::uint32_t width, std::uint32_t height, std::uint8_t*& data);
};

State& state_of(const sheaf_stored* stored) { return *static_cast<State*>(stored->host_data); }
State& state_of(const sheaf_canvas* canvas) { return *static_cast<State*>(canvas->host_data); }
State& state_of(const sheaf_call* call) { return *static_cast<State*>(call->host_data); }

sheaf_status State::read(std::uint32_t output, std::int64_t start, std::int64_t stop, void* data,
                         std::uint64_t size) {
  if (output >= rows.outputs.size()) return refuse("read: no such output");
  const Array& array = rows.outputs[output].second;
  if (start < 0 || start > stop || stop > array.shape.at(0)) return refuse("read: no such rows");
  const std::size_t row =
      array.shape[0] == 0 ? 0 : array.bytes.size() / static_cast<std::size_t>(array.shape[0]);
  const auto count = static_cast<std::size_t>(stop - start);
  if (size != count * row) return refuse("read: the size isn't that of the rows");
  const auto from =
      array.bytes.begin() + static_cast<std::ptrdiff_t>(start) * static_cast<std::ptrdiff_t>(row);
  std::copy_n(from, size, static_cast<std::byte*>(data));
  made.most_rows = std::max(made.most_rows, stop - start);
  return SHEAF_OK;
}

sheaf_status State::read_text(std::uint32_t output, std::int64_t row, sheaf_string& text) {
  if (output >= rows.outputs.size()) return refuse("read_text: no such output");
  const Array& array = rows.outputs[output].second;
  if (row < 0 || static_cast<std::size_t>(row) >= array.strings.size()) {
    return refuse("read_text: no such row");
  }
  text = view(std::string_view(array.strings[static_cast<std::size_t>(row)]));
  return SHEAF_OK;
}

sheaf_status State::pixels(std::uint32_t width, std::uint32_t height, std::uint8_t*& data) {
  if (!made.rgba.empty()) return refuse("pixels: called twice");
  const bool fits = width >= 1 && width <= request.width && height >= 1 && height <= request.height;
  if (!fits) return refuse("pixels: not within what was requested");
  made.width = width;
  made.height = height;
  made.rgba.assign(std::size_t{width} * height * 4, 0);
  data = made.rgba.data();
  return SHEAF_OK;
}

sheaf_call call_for(State& state) {
  return {sizeof(sheaf_call),
          SHEAF_ABI_MINOR,
          &state,
          [](const sheaf_call* c, sheaf_status status, sheaf_string why) {
            state_of(c).made.message = view(why);
            return status;
          },
          [](const sheaf_call*, std::uint32_t, sheaf_string) {},
          [](const sheaf_call*) { return 0U; },
          [](const sheaf_call*, double) {},
          [](const sheaf_call*) { return 1U; }};
}

sheaf_canvas canvas_for(State& state) {
  return {sizeof(sheaf_canvas), 0, &state,
          [](const sheaf_canvas* c, std::uint32_t width, std::uint32_t height,
             std::uint8_t** data) { return state_of(c).pixels(width, height, *data); },
          [](const sheaf_canvas* c, sheaf_string text) {
            state_of(c).made.text += view(text);
            return SHEAF_OK;
          }};
}

std::vector<sheaf_stored_output> outputs_of(const StoredRows& rows) {
  std::vector<sheaf_stored_output> outputs;
  for (const auto& [name, array] : rows.outputs) {
    sheaf_stored_output& output = outputs.emplace_back();
    output.struct_size = sizeof(sheaf_stored_output);
    output.ndim = static_cast<std::uint32_t>(array.shape.size() - 1);
    output.name = view(std::string_view(name));
    output.item_shape = array.shape.data() + 1;
    output.rows = array.shape.at(0);
    output.dtype = array.dtype;
  }
  return outputs;
}

}  // namespace

const sheaf_preview& preview_of(const sheaf_feature& feature) {
  const void* found = feature.get_extension == nullptr
                          ? nullptr
                          : feature.get_extension(&feature, SHEAF_STR(SHEAF_PREVIEW));
  if (found == nullptr) throw std::logic_error("the feature brings no preview");
  return *static_cast<const sheaf_preview*>(found);
}

Preview preview(const sheaf_feature& feature, const StoredRows& rows,
                const PreviewRequest& request) {
  const sheaf_preview& extension = preview_of(feature);
  State state{rows, request};
  const std::vector<sheaf_stored_output> outputs = outputs_of(rows);
  std::vector<const sheaf_stored_output*> list;
  for (const sheaf_stored_output& output : outputs) list.push_back(&output);
  const PlainAttrs attrs(rows.attrs);
  const sheaf_stored stored{
      sizeof(sheaf_stored),
      0,
      &state,
      view(std::string_view(rows.id)),
      list.data(),
      list.size(),
      attrs.names().data(),
      attrs.values().data(),
      attrs.names().size(),
      [](const sheaf_stored* s, std::uint32_t output, std::int64_t start, std::int64_t stop,
         void* data,
         std::uint64_t size) { return state_of(s).read(output, start, stop, data, size); },
      [](const sheaf_stored* s, std::uint32_t output, std::int64_t row, sheaf_string* text) {
        return state_of(s).read_text(output, row, *text);
      }};
  const auto params = to_plain({extension.params, extension.param_count}, request.params);
  const sheaf_config config{sizeof(sheaf_config), static_cast<std::uint32_t>(params.size()),
                            params.data()};
  const sheaf_preview_request plain{sizeof(sheaf_preview_request), request.kind, request.width,
                                    request.height, &config};
  const sheaf_call call = call_for(state);
  const sheaf_canvas canvas = canvas_for(state);
  state.made.status = extension.render(&feature, &call, &stored, &plain, &canvas);
  return std::move(state.made);
}

}  // namespace sheaf::test
