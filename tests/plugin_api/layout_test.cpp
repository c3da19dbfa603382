// SPDX-License-Identifier: MIT
// The sizes and offsets of the ABI's structs on 64-bit machines, as they were published. A number
// here changes only together with the ABI: a field may be added behind the last one of a struct
// that has struct_size, and then a line is added here and the struct's SIZE changes. Everything
// else breaks plugins that are built already.
#include <cstddef>
#include <cstdint>

#include <catch2/catch.hpp>

#include <sheaf/methods.h>
#include <sheaf/plugin.h>
#include <sheaf/preview.h>
#include <sheaf/transform.h>

namespace {

struct Golden {
  const char* what;
  std::size_t actual;
  std::size_t published;
};

#define SIZE(type) "sizeof " #type, sizeof(type)
#define FIELD(type, field) #type "." #field, offsetof(type, field)

constexpr Golden table[] = {
    // clang-format off
    {SIZE(sheaf_string), 16},
    {FIELD(sheaf_string, data), 0},
    {FIELD(sheaf_string, size), 8},
    {SIZE(sheaf_bytes), 16},
    {FIELD(sheaf_bytes, data), 0},
    {FIELD(sheaf_bytes, size), 8},
    {SIZE(sheaf_dtype), 4},
    {FIELD(sheaf_dtype, code), 0},
    {FIELD(sheaf_dtype, bits), 1},
    {FIELD(sheaf_dtype, lanes), 2},
    {SIZE(sheaf_array), 24},
    {FIELD(sheaf_array, dtype), 0},
    {FIELD(sheaf_array, ndim), 4},
    {FIELD(sheaf_array, shape), 8},
    {FIELD(sheaf_array, data), 16},
    {SIZE(sheaf_param_value), 56},
    {FIELD(sheaf_param_value, type), 0},
    {FIELD(sheaf_param_value, boolean), 4},
    {FIELD(sheaf_param_value, integer), 8},
    {FIELD(sheaf_param_value, real), 16},
    {FIELD(sheaf_param_value, string), 24},
    {FIELD(sheaf_param_value, items), 40},
    {FIELD(sheaf_param_value, item_count), 48},
    {SIZE(sheaf_param), 136},
    {FIELD(sheaf_param, struct_size), 0},
    {FIELD(sheaf_param, flags), 4},
    {FIELD(sheaf_param, type), 8},
    {FIELD(sheaf_param, reserved), 12},
    {FIELD(sheaf_param, name), 16},
    {FIELD(sheaf_param, doc), 32},
    {FIELD(sheaf_param, default_value), 48},
    {FIELD(sheaf_param, minimum), 104},
    {FIELD(sheaf_param, maximum), 112},
    {FIELD(sheaf_param, choices), 120},
    {FIELD(sheaf_param, choice_count), 128},
    {SIZE(sheaf_call), 56},
    {FIELD(sheaf_call, struct_size), 0},
    {FIELD(sheaf_call, abi_minor), 4},
    {FIELD(sheaf_call, host_data), 8},
    {FIELD(sheaf_call, fail), 16},
    {FIELD(sheaf_call, log), 24},
    {FIELD(sheaf_call, cancelled), 32},
    {FIELD(sheaf_call, progress), 40},
    {FIELD(sheaf_call, thread_budget), 48},
    {SIZE(sheaf_source), 88},
    {FIELD(sheaf_source, struct_size), 0},
    {FIELD(sheaf_source, reserved), 4},
    {FIELD(sheaf_source, id), 8},
    {FIELD(sheaf_source, uri), 24},
    {FIELD(sheaf_source, path), 40},
    {FIELD(sheaf_source, bytes), 56},
    {FIELD(sheaf_source, inputs), 72},
    {FIELD(sheaf_source, input_count), 80},
    {SIZE(sheaf_config), 16},
    {FIELD(sheaf_config, struct_size), 0},
    {FIELD(sheaf_config, param_count), 4},
    {FIELD(sheaf_config, params), 8},
    {SIZE(sheaf_survey), 104},
    {FIELD(sheaf_survey, struct_size), 0},
    {FIELD(sheaf_survey, is_first), 4},
    {FIELD(sheaf_survey, host_data), 8},
    {FIELD(sheaf_survey, sources), 16},
    {FIELD(sheaf_survey, source_count), 24},
    {FIELD(sheaf_survey, agreed), 32},
    {FIELD(sheaf_survey, stored_names), 48},
    {FIELD(sheaf_survey, stored_values), 56},
    {FIELD(sheaf_survey, stored_count), 64},
    {FIELD(sheaf_survey, stored_ids), 72},
    {FIELD(sheaf_survey, stored_id_count), 80},
    {FIELD(sheaf_survey, agree), 88},
    {FIELD(sheaf_survey, input), 96},
    {SIZE(sheaf_filter), 16},
    {FIELD(sheaf_filter, id), 0},
    {FIELD(sheaf_filter, option_count), 4},
    {FIELD(sheaf_filter, options), 8},
    {SIZE(sheaf_output), 72},
    {FIELD(sheaf_output, struct_size), 0},
    {FIELD(sheaf_output, flags), 4},
    {FIELD(sheaf_output, name), 8},
    {FIELD(sheaf_output, dtype), 24},
    {FIELD(sheaf_output, ndim), 28},
    {FIELD(sheaf_output, item_shape), 32},
    {FIELD(sheaf_output, chunk_rows), 40},
    {FIELD(sheaf_output, filters), 48},
    {FIELD(sheaf_output, filter_count), 56},
    {FIELD(sheaf_output, fill_value), 64},
    {SIZE(sheaf_input), 48},
    {FIELD(sheaf_input, struct_size), 0},
    {FIELD(sheaf_input, reserved), 4},
    {FIELD(sheaf_input, outputs), 8},
    {FIELD(sheaf_input, output_count), 16},
    {FIELD(sheaf_input, attr_names), 24},
    {FIELD(sheaf_input, attr_values), 32},
    {FIELD(sheaf_input, attr_count), 40},
    {SIZE(sheaf_description), 32},
    {FIELD(sheaf_description, struct_size), 0},
    {FIELD(sheaf_description, reserved), 4},
    {FIELD(sheaf_description, host_data), 8},
    {FIELD(sheaf_description, add_output), 16},
    {FIELD(sheaf_description, set_attr), 24},
    {SIZE(sheaf_slot), 24},
    {FIELD(sheaf_slot, data), 0},
    {FIELD(sheaf_slot, size), 8},
    {FIELD(sheaf_slot, offsets), 16},
    {SIZE(sheaf_sink), 32},
    {FIELD(sheaf_sink, struct_size), 0},
    {FIELD(sheaf_sink, reserved), 4},
    {FIELD(sheaf_sink, host_data), 8},
    {FIELD(sheaf_sink, reserve), 16},
    {FIELD(sheaf_sink, commit), 24},
    {SIZE(sheaf_rows), 40},
    {FIELD(sheaf_rows, struct_size), 0},
    {FIELD(sheaf_rows, reserved), 4},
    {FIELD(sheaf_rows, host_data), 8},
    {FIELD(sheaf_rows, count), 16},
    {FIELD(sheaf_rows, read), 24},
    {FIELD(sheaf_rows, set_attr), 32},
    {SIZE(sheaf_feature), 152},
    {FIELD(sheaf_feature, struct_size), 0},
    {FIELD(sheaf_feature, flags), 4},
    {FIELD(sheaf_feature, name), 8},
    {FIELD(sheaf_feature, summary), 24},
    {FIELD(sheaf_feature, patterns), 40},
    {FIELD(sheaf_feature, pattern_count), 48},
    {FIELD(sheaf_feature, priority), 56},
    {FIELD(sheaf_feature, reserved), 60},
    {FIELD(sheaf_feature, params), 64},
    {FIELD(sheaf_feature, param_count), 72},
    {FIELD(sheaf_feature, input), 80},
    {FIELD(sheaf_feature, open), 96},
    {FIELD(sheaf_feature, survey), 104},
    {FIELD(sheaf_feature, describe), 112},
    {FIELD(sheaf_feature, load), 120},
    {FIELD(sheaf_feature, finish), 128},
    {FIELD(sheaf_feature, close), 136},
    {FIELD(sheaf_feature, get_extension), 144},
    {SIZE(sheaf_plugin), 104},
    {FIELD(sheaf_plugin, struct_size), 0},
    {FIELD(sheaf_plugin, abi_minor), 4},
    {FIELD(sheaf_plugin, flags), 8},
    {FIELD(sheaf_plugin, reserved), 12},
    {FIELD(sheaf_plugin, id), 16},
    {FIELD(sheaf_plugin, version), 32},
    {FIELD(sheaf_plugin, summary), 48},
    {FIELD(sheaf_plugin, license), 64},
    {FIELD(sheaf_plugin, features), 80},
    {FIELD(sheaf_plugin, feature_count), 88},
    {FIELD(sheaf_plugin, get_extension), 96},
    {SIZE(sheaf_host), 56},
    {FIELD(sheaf_host, struct_size), 0},
    {FIELD(sheaf_host, abi_minor), 4},
    {FIELD(sheaf_host, name), 8},
    {FIELD(sheaf_host, version), 24},
    {FIELD(sheaf_host, get_extension), 40},
    {FIELD(sheaf_host, refuse), 48},
    {SIZE(sheaf_note), 124},
    {FIELD(sheaf_note, name_size), 0},
    {FIELD(sheaf_note, desc_size), 4},
    {FIELD(sheaf_note, type), 8},
    {FIELD(sheaf_note, name), 12},
    {FIELD(sheaf_note, abi_major), 20},
    {FIELD(sheaf_note, abi_minor), 24},
    {FIELD(sheaf_note, id), 28},
    {FIELD(sheaf_note, version), 92},
    // Extensions: stored.h, preview.h, methods.h, transform.h
    {SIZE(sheaf_stored_output), 48},
    {FIELD(sheaf_stored_output, struct_size), 0},
    {FIELD(sheaf_stored_output, ndim), 4},
    {FIELD(sheaf_stored_output, name), 8},
    {FIELD(sheaf_stored_output, item_shape), 24},
    {FIELD(sheaf_stored_output, rows), 32},
    {FIELD(sheaf_stored_output, dtype), 40},
    {FIELD(sheaf_stored_output, reserved), 44},
    {SIZE(sheaf_stored), 88},
    {FIELD(sheaf_stored, struct_size), 0},
    {FIELD(sheaf_stored, reserved), 4},
    {FIELD(sheaf_stored, host_data), 8},
    {FIELD(sheaf_stored, id), 16},
    {FIELD(sheaf_stored, outputs), 32},
    {FIELD(sheaf_stored, output_count), 40},
    {FIELD(sheaf_stored, attr_names), 48},
    {FIELD(sheaf_stored, attr_values), 56},
    {FIELD(sheaf_stored, attr_count), 64},
    {FIELD(sheaf_stored, read), 72},
    {FIELD(sheaf_stored, read_text), 80},
    {SIZE(sheaf_preview_request), 24},
    {FIELD(sheaf_preview_request, struct_size), 0},
    {FIELD(sheaf_preview_request, kind), 4},
    {FIELD(sheaf_preview_request, width), 8},
    {FIELD(sheaf_preview_request, height), 12},
    {FIELD(sheaf_preview_request, config), 16},
    {SIZE(sheaf_canvas), 32},
    {FIELD(sheaf_canvas, struct_size), 0},
    {FIELD(sheaf_canvas, reserved), 4},
    {FIELD(sheaf_canvas, host_data), 8},
    {FIELD(sheaf_canvas, pixels), 16},
    {FIELD(sheaf_canvas, text), 24},
    {SIZE(sheaf_preview), 32},
    {FIELD(sheaf_preview, struct_size), 0},
    {FIELD(sheaf_preview, kinds), 4},
    {FIELD(sheaf_preview, params), 8},
    {FIELD(sheaf_preview, param_count), 16},
    {FIELD(sheaf_preview, render), 24},
    {SIZE(sheaf_results), 24},
    {FIELD(sheaf_results, struct_size), 0},
    {FIELD(sheaf_results, reserved), 4},
    {FIELD(sheaf_results, host_data), 8},
    {FIELD(sheaf_results, add), 16},
    {SIZE(sheaf_method), 64},
    {FIELD(sheaf_method, struct_size), 0},
    {FIELD(sheaf_method, flags), 4},
    {FIELD(sheaf_method, name), 8},
    {FIELD(sheaf_method, summary), 24},
    {FIELD(sheaf_method, params), 40},
    {FIELD(sheaf_method, param_count), 48},
    {FIELD(sheaf_method, call), 56},
    {SIZE(sheaf_methods), 24},
    {FIELD(sheaf_methods, struct_size), 0},
    {FIELD(sheaf_methods, reserved), 4},
    {FIELD(sheaf_methods, methods), 8},
    {FIELD(sheaf_methods, method_count), 16},
    {SIZE(sheaf_transform_input), 48},
    {FIELD(sheaf_transform_input, struct_size), 0},
    {FIELD(sheaf_transform_input, ndim), 4},
    {FIELD(sheaf_transform_input, item_shape), 8},
    {FIELD(sheaf_transform_input, dtype), 16},
    {FIELD(sheaf_transform_input, reserved), 20},
    {FIELD(sheaf_transform_input, attr_names), 24},
    {FIELD(sheaf_transform_input, attr_values), 32},
    {FIELD(sheaf_transform_input, attr_count), 40},
    {SIZE(sheaf_item_shape), 256},
    {FIELD(sheaf_item_shape, ndim), 0},
    {FIELD(sheaf_item_shape, reserved), 4},
    {FIELD(sheaf_item_shape, extents), 8},
    {SIZE(sheaf_transform), 88},
    {FIELD(sheaf_transform, struct_size), 0},
    {FIELD(sheaf_transform, flags), 4},
    {FIELD(sheaf_transform, name), 8},
    {FIELD(sheaf_transform, summary), 24},
    {FIELD(sheaf_transform, params), 40},
    {FIELD(sheaf_transform, param_count), 48},
    {FIELD(sheaf_transform, open), 56},
    {FIELD(sheaf_transform, shape), 64},
    {FIELD(sheaf_transform, apply), 72},
    {FIELD(sheaf_transform, close), 80},
    {SIZE(sheaf_transforms), 24},
    {FIELD(sheaf_transforms, struct_size), 0},
    {FIELD(sheaf_transforms, reserved), 4},
    {FIELD(sheaf_transforms, transforms), 8},
    {FIELD(sheaf_transforms, transform_count), 16},
    // clang-format on
};

}  // namespace

TEST_CASE("every struct has the layout that was published", "[plugin_api][layout]") {
  static_assert(sizeof(void*) == 8, "the table is for 64-bit machines");
  for (const Golden& row : table) {
    CAPTURE(row.what);
    CHECK(row.actual == row.published);
  }
}

TEST_CASE("constants have the values that were published", "[plugin_api][layout]") {
  CHECK((SHEAF_OK == 0 && SHEAF_SKIP == 1 && SHEAF_EMPTY == 2 && SHEAF_CANCELLED == 3));
  CHECK((SHEAF_ERR_SOURCE == -1 && SHEAF_ERR_PLUGIN == -2 && SHEAF_ERR_FATAL == -3));
  CHECK((SHEAF_INT == 0 && SHEAF_UINT == 1 && SHEAF_FLOAT == 2 && SHEAF_COMPLEX == 5));
  CHECK((SHEAF_BOOL == 6 && SHEAF_UTF8 == 200));
  CHECK((SHEAF_PARAM_UNSET == 0 && SHEAF_PARAM_BOOL == 1 && SHEAF_PARAM_INT == 2));
  CHECK((SHEAF_PARAM_FLOAT == 3 && SHEAF_PARAM_STRING == 4 && SHEAF_PARAM_LIST == 16));
  CHECK((SHEAF_PARAM_REQUIRED == 1 && SHEAF_PARAM_RANGE == 2));
  CHECK((SHEAF_OUTPUT_RAGGED == 1 && SHEAF_OUTPUT_RAGGED_IF_NEEDED == 2));
  CHECK((SHEAF_FEATURE_OPT_IN == 1 && SHEAF_FEATURE_WANTS_BYTES == 2));
  CHECK((SHEAF_FEATURE_EXCLUSIVE == 4 && SHEAF_FEATURE_IGNORE_CASE == 8));
  CHECK(SHEAF_FEATURE_COMPANION == 16);
  CHECK((SHEAF_FILTER_DEFLATE == 1 && SHEAF_FILTER_SHUFFLE == 2 && SHEAF_FILTER_FLETCHER32 == 3));
  CHECK((SHEAF_FILTER_LZF == 32000 && SHEAF_FILTER_BLOSC == 32001));
  CHECK((SHEAF_FILTER_LZ4 == 32004 && SHEAF_FILTER_ZSTD == 32015));
  CHECK((SHEAF_PREVIEW_RGBA == 1 && SHEAF_PREVIEW_SVG == 2 && SHEAF_PREVIEW_TEXT == 4));
  CHECK(SHEAF_TRANSFORM_NDIM_MAX == 31);
  CHECK((SHEAF_ABI_MAJOR == 1 && SHEAF_ABI_MINOR == 0));
}

TEST_CASE("a field is there when the struct its filler knew reaches over it",
          "[plugin_api][layout]") {
  sheaf_call call{};
  const sheaf_call* const view = &call;
  call.struct_size = offsetof(sheaf_call, thread_budget);
  CHECK_FALSE(SHEAF_HAS(view, thread_budget));
  CHECK(SHEAF_HAS(view, progress));
  call.struct_size += static_cast<std::uint32_t>(sizeof call.thread_budget) - 1;
  CHECK_FALSE(SHEAF_HAS(view, thread_budget));
  call.struct_size = sizeof call + 100;
  CHECK(SHEAF_HAS(&call, thread_budget));
}
