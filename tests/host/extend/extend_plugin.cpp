// SPDX-License-Identifier: MIT
// A plugin whose extensions do what they should, and on request what they mustn't: by hand on the C
// ABI, which a façade would keep from most of it. Its feature test.numbers loads .num files,
// numbers and words one a line: `numbers` are int32, `words` strings.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <sheaf/sdk.hpp>

namespace {

using namespace sheaf;
using sdk::detail::view;

int* volatile nowhere = reinterpret_cast<int*>(64);  // null would be caught by a sanitizer

struct Numbers {
  static void declare(sdk::Declaration<Numbers>& feature) {
    feature.name("test.numbers").pattern(R"(\.num$)");
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int32_t>("numbers", {2}));
    file.add(sdk::Output::strings("words"));
    file.attr("unit", "V");
  }
  void load(const sdk::Source& source, sdk::Sink& sink) {
    std::ifstream file(source.path());
    const std::int64_t item[] = {2};
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line[0] != '-' && (line[0] < '0' || line[0] > '9')) {
        sink.write_string(1, line);
        continue;
      }
      const std::int32_t pair[] = {std::stoi(line), std::stoi(line) * 10};
      sink.write<std::int32_t>(0, pair, 1, item);
    }
  }
};

// The one parameter that everything here has.
sheaf_param text_param(const char* name) {
  sheaf_param param{};
  param.struct_size = sizeof param;
  param.type = SHEAF_PARAM_STRING;
  param.name = {name, std::strlen(name)};
  param.doc = SHEAF_STR("what to do");
  param.default_value.type = SHEAF_PARAM_STRING;
  param.default_value.string = SHEAF_STR("well");
  return param;
}
const sheaf_param how_param = text_param("how");
const sheaf_param* const params[] = {&how_param};

// What ends a worker; true when `how` is none of it.
bool survives(std::string_view how) {
  if (how == "crash") *nowhere = 1;
  if (how == "exit") std::_Exit(7);
  if (how == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
  if (how == "throw") throw std::runtime_error("across the boundary");
  if (how == "eat") {
    for (std::vector<std::vector<char>> all;; std::this_thread::yield()) {
      all.emplace_back(std::size_t{16} << 20U, 'x');
    }
  }
  if (how == "chat") std::fputs("printed by the plugin\n", stderr);
  return true;
}

sheaf_status fail(const sheaf_call* call, const char* why) {
  return call->fail(call, SHEAF_ERR_SOURCE, {why, std::strlen(why)});
}

sheaf_status add(const sheaf_results* results, const char* name, sheaf_dtype dtype,
                 const std::vector<std::int64_t>& shape, const void* data) {
  const sheaf_array array{dtype, static_cast<std::uint32_t>(shape.size()), shape.data(), data};
  return results->add(results, {name, std::strlen(name)}, &array);
}

sheaf_status sum(const sheaf_method*, const sheaf_call*, const sheaf_config*,
                 const sheaf_stored* const* sources, std::uint64_t count,
                 const sheaf_results* results) {
  std::vector<std::int64_t> sums;
  std::vector<sheaf_string> words;
  std::vector<std::string> kept(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const sheaf_stored& source = *sources[i];
    const std::int64_t rows = source.outputs[0]->rows;
    std::int64_t total = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      std::int32_t pair[2];
      const auto status = source.read(&source, 0, row, row + 1, pair, sizeof pair);
      if (status != SHEAF_OK) return status;
      total += pair[0];
    }
    sums.push_back(total);
    for (std::int64_t row = 0; row < source.outputs[1]->rows; ++row) {
      sheaf_string text{};
      const auto status = source.read_text(&source, 1, row, &text);
      if (status != SHEAF_OK) return status;
      kept[i] += view(text);
    }
  }
  for (const std::string& text : kept) words.push_back({text.data(), text.size()});
  const auto number = static_cast<std::int64_t>(count);
  const auto status = add(results, "sum", {SHEAF_INT, 64, 1}, {number}, sums.data());
  if (status != SHEAF_OK) return status;
  return add(results, "words", {SHEAF_UTF8, 0, 1}, {number}, words.data());
}

sheaf_status misbehave(const sheaf_method*, const sheaf_call* call, const sheaf_config* config,
                       const sheaf_stored* const* sources, std::uint64_t,
                       const sheaf_results* results) {
  const std::string_view how = view(config->params[0].string);
  const sheaf_stored& source = *sources[0];
  std::int32_t pairs[4] = {};
  survives(how);
  const sheaf_string bad = SHEAF_STR("\xff\xfe");
  const double one = 1;
  if (how == "status") return 42;
  if (how == "skip") return SHEAF_SKIP;
  if (how == "silent") return SHEAF_ERR_SOURCE;
  if (how == "message") return fail(call, "broken \xff \x1b[31m");
  if (how == "behind") return source.read(&source, 0, 0, 1'000'000, pairs, sizeof pairs);
  if (how == "backwards") return source.read(&source, 0, 2, 1, pairs, 0);
  if (how == "size") return source.read(&source, 0, 0, 1, pairs, sizeof pairs);
  if (how == "output") return source.read(&source, 9, 0, 1, pairs, 8);
  if (how == "strings") return source.read(&source, 1, 0, 1, pairs, 8);
  if (how == "utf8") return add(results, "x", {SHEAF_UTF8, 0, 1}, {}, &bad);
  if (how == "name") return add(results, "\xff", {SHEAF_FLOAT, 64, 1}, {}, &one);
  if (how == "dtype") return add(results, "x", {77, 8, 1}, {}, &one);
  if (how == "lie") return add(results, "x", {SHEAF_FLOAT, 64, 1}, {1 << 20, 1 << 20}, &one);
  if (how == "null") return add(results, "x", {SHEAF_FLOAT, 64, 1}, {4}, nullptr);
  if (how == "twice") {
    add(results, "x", {SHEAF_FLOAT, 64, 1}, {}, &one);
    return add(results, "x", {SHEAF_FLOAT, 64, 1}, {}, &one);
  }
  return SHEAF_OK;
}

sheaf_method method(const char* name, decltype(sheaf_method::call) call, std::uint64_t count) {
  sheaf_method made{};
  made.struct_size = sizeof made;
  made.name = {name, std::strlen(name)};
  made.summary = SHEAF_STR("for tests");
  made.params = params;
  made.param_count = count;
  made.call = call;
  return made;
}
const sheaf_method all_methods[] = {method("sum", &sum, 0), method("misbehave", &misbehave, 1)};
const sheaf_method* const method_list[] = {&all_methods[0], &all_methods[1]};
const sheaf_methods methods{sizeof(sheaf_methods), 0, method_list, 2};

sheaf_status render(const sheaf_feature*, const sheaf_call* call, const sheaf_stored* stored,
                    const sheaf_preview_request* request, const sheaf_canvas* canvas) {
  const std::string_view how = view(request->config->params[0].string);
  std::uint8_t* pixels = nullptr;
  survives(how);
  if (how == "nothing") return SHEAF_OK;
  if (how == "status") return -77;
  if (how == "huge") return canvas->pixels(canvas, 40'000, 40'000, &pixels);
  if (how == "utf8") return canvas->text(canvas, SHEAF_STR("\xff"));
  if (how == "full") {
    const std::string text(std::size_t{1} << 20U, 'x');
    while (true) {
      const sheaf_status status = canvas->text(canvas, {text.data(), text.size()});
      if (status != SHEAF_OK) return status;
    }
  }
  if (how == "swapped") {
    return request->kind == SHEAF_PREVIEW_RGBA ? canvas->text(canvas, SHEAF_STR("text"))
                                               : canvas->pixels(canvas, 1, 1, &pixels);
  }
  if (request->kind == SHEAF_PREVIEW_TEXT) return canvas->text(canvas, stored->id);
  const auto width = static_cast<std::uint32_t>(stored->outputs[0]->rows);
  if (width == 0) return fail(call, "has no rows to show");
  const sheaf_status status = canvas->pixels(canvas, width, 1, &pixels);
  if (status != SHEAF_OK) return status;
  for (std::uint32_t x = 0; x < width; ++x) {
    std::int32_t pair[2];
    if (stored->read(stored, 0, x, x + 1, pair, sizeof pair) != SHEAF_OK) return SHEAF_ERR_PLUGIN;
    const auto value = static_cast<std::uint8_t>(pair[0]);
    const std::uint8_t pixel[] = {value, value, value, 255};
    std::memcpy(pixels + std::size_t{4} * x, pixel, 4);
  }
  if (how == "again") canvas->pixels(canvas, 1, 1, &pixels);
  return SHEAF_OK;
}
const sheaf_preview preview{sizeof(sheaf_preview), SHEAF_PREVIEW_RGBA | SHEAF_PREVIEW_TEXT, params,
                            1, &render};

const void* feature_extension(const sheaf_feature*, sheaf_string name) {
  if (view(name) == SHEAF_PREVIEW) return &preview;
  return view(name) == SHEAF_METHODS ? &methods : nullptr;
}

// Doubles every number, and on request does it badly.
struct Twice {
  std::string how;
};
sheaf_status open_twice(const sheaf_transform*, const sheaf_call* call, const sheaf_config* config,
                        const sheaf_transform_input* input, sheaf_dtype* dtype, void** instance) {
  const std::string_view how = view(config->params[0].string);
  if (how == "open crash") survives("crash");
  if (input->dtype.code != SHEAF_INT || input->dtype.bits != 32) return fail(call, "takes int32");
  if (how == "strings") *dtype = {SHEAF_UTF8, 0, 1};
  if (how == "none") return SHEAF_OK;
  *instance = new Twice{std::string(how)};
  return SHEAF_OK;
}
sheaf_status twice_shape(void* instance, const sheaf_call*, const sheaf_item_shape* from,
                         sheaf_item_shape* to) {
  const std::string& how = static_cast<Twice*>(instance)->how;
  *to = *from;
  if (how == "negative") to->extents[0] = -5;
  if (how == "axes") to->ndim = 1000;
  return SHEAF_OK;
}
sheaf_status apply_twice(void* instance, const sheaf_call* call, const sheaf_array* rows,
                         void* data, std::uint64_t size) {
  survives(static_cast<Twice*>(instance)->how);
  const auto* const from = static_cast<const std::int32_t*>(rows->data);
  auto* const to = static_cast<std::int32_t*>(data);
  if (static_cast<Twice*>(instance)->how == "no") return fail(call, "doesn't want to");
  for (std::uint64_t i = 0; i < size / sizeof *to; ++i) to[i] = 2 * from[i];
  return SHEAF_OK;
}
void close_twice(void* instance) { delete static_cast<Twice*>(instance); }
const sheaf_transform twice{sizeof(sheaf_transform),
                            0,
                            SHEAF_STR_INIT("test.twice"),
                            SHEAF_STR_INIT("Doubles int32"),
                            params,
                            1,
                            &open_twice,
                            &twice_shape,
                            &apply_twice,
                            &close_twice};
const sheaf_transform* const transform_list[] = {&twice};
const sheaf_transforms transforms{sizeof(sheaf_transforms), 0, transform_list, 1};
const void* plugin_extension(sheaf_string name) {
  return view(name) == SHEAF_TRANSFORM ? &transforms : nullptr;
}

}  // namespace

SHEAF_NOTE("test.extend", "1.0.0");

extern "C" const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host*) {
  static sheaf_feature feature = *sdk::detail::Adapter<Numbers>::feature();
  feature.get_extension = &feature_extension;
  static const sheaf_feature* const features[] = {&feature};
  static const sheaf_plugin plugin{sizeof(sheaf_plugin),
                                   SHEAF_ABI_MINOR,
                                   0,
                                   0,
                                   SHEAF_STR_INIT("test.extend"),
                                   SHEAF_STR_INIT("1.0.0"),
                                   SHEAF_STR_INIT("Extensions, well and badly"),
                                   SHEAF_STR_INIT("MIT"),
                                   features,
                                   1,
                                   &plugin_extension};
  return &plugin;
}
