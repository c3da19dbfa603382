/* SPDX-License-Identifier: MIT */
/*
 * Rows of any number and shape. A source says "rows columns", "skip" or "empty".
 *
 *   abi.ragged      each source its own shape
 *   abi.if_needed   one array until shapes differ
 *   abi.known       a shape that the first source fixes
 *   abi.stream      rows in slots of two, and strings in the second output, all told by a count
 */
#include <stdlib.h>

#include "helpers.h"

SHEAF_NOTE("abi.shapes", "1.0.0")

struct shape {
  int64_t rows, columns;
};

/* What a source says; a status other than SHEAF_OK is load's. */
static sheaf_status read_shape(const sheaf_call* call, const sheaf_source* source,
                               struct shape* shape) {
  char text[32] = {0};
  if (says(source, "skip")) return SHEAF_SKIP;
  if (says(source, "empty")) return SHEAF_EMPTY;
  if (source->bytes.size >= sizeof text) {
    return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("is too long"));
  }
  memcpy(text, source->bytes.data, source->bytes.size);
  char* at = text;
  shape->rows = strtol(at, &at, 10);
  shape->columns = strtol(at, &at, 10);
  return SHEAF_OK;
}

static sheaf_status describe(const sheaf_description* file, const char* name, uint32_t flags) {
  static const int64_t unknown[] = {-1};
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.flags = flags;
  output.name = text_of(name);
  output.dtype = (sheaf_dtype){SHEAF_UINT, 8, 1};
  output.ndim = 1;
  output.item_shape = unknown;
  return file->add_output(file, &output);
}
static sheaf_status describe_ragged(void* instance, const sheaf_call* call,
                                    const sheaf_description* file) {
  (void)instance, (void)call;
  return describe(file, "ragged", SHEAF_OUTPUT_RAGGED);
}
static sheaf_status describe_if_needed(void* instance, const sheaf_call* call,
                                       const sheaf_description* file) {
  (void)instance, (void)call;
  return describe(file, "if_needed", SHEAF_OUTPUT_RAGGED_IF_NEEDED);
}
static sheaf_status describe_known(void* instance, const sheaf_call* call,
                                   const sheaf_description* file) {
  (void)instance, (void)call;
  return describe(file, "known", 0);
}

static sheaf_status load_block(void* instance, const sheaf_call* call, const sheaf_source* source,
                               const sheaf_sink* sink) {
  (void)instance;
  struct shape shape = {0, 0};
  TRY(read_shape(call, source, &shape));
  sheaf_slot slot;
  TRY(sink->reserve(sink, 0, shape.rows, &shape.columns, 1, 0, &slot));
  for (uint64_t i = 0; i < slot.size; ++i) ((uint8_t*)slot.data)[i] = (uint8_t)i;
  return sink->commit(sink, 0, shape.rows);
}

static sheaf_status describe_stream(void* instance, const sheaf_call* call,
                                    const sheaf_description* file) {
  (void)instance, (void)call;
  TRY(add_plain(file, "numbers", (sheaf_dtype){SHEAF_INT, 32, 1}));
  return add_plain(file, "lines", (sheaf_dtype){SHEAF_UTF8, 0, 1});
}

static sheaf_status load_stream(void* instance, const sheaf_call* call, const sheaf_source* source,
                                const sheaf_sink* sink) {
  (void)instance;
  struct shape shape = {0, 0};
  TRY(read_shape(call, source, &shape));
  for (int64_t row = 0; row < shape.rows; row += 2) {
    sheaf_slot slot;
    TRY(sink->reserve(sink, 0, 2, NULL, 0, 0, &slot));
    const int64_t rows = shape.rows - row < 2 ? 1 : 2;
    for (int64_t i = 0; i < rows; ++i) ((int32_t*)slot.data)[i] = (int32_t)(row + i);
    TRY(sink->commit(sink, 0, rows));
  }
  for (int64_t row = 0; row < shape.rows; ++row) {
    char line[32];
    snprintf(line, sizeof line, "line %d", (int)row);
    TRY(put_text(sink, 1, text_of(line)));
  }
  return SHEAF_OK;
}

#define FEATURE(suffix, describes, loads)                                                    \
  {                                                                                          \
    .struct_size = sizeof(sheaf_feature), .flags = SHEAF_FEATURE_WANTS_BYTES,                \
    .name = TEXT("abi." suffix), .summary = TEXT("Rows of any shape"), .patterns = patterns, \
    .pattern_count = COUNT(patterns), .open = open_nothing, .describe = (describes),         \
    .load = (loads), .close = close_nothing                                                  \
  }

static const sheaf_string patterns[] = {TEXT("\\.shape$")};
static const sheaf_feature all[] = {FEATURE("ragged", describe_ragged, load_block),
                                    FEATURE("if_needed", describe_if_needed, load_block),
                                    FEATURE("known", describe_known, load_block),
                                    FEATURE("stream", describe_stream, load_stream)};
static const sheaf_feature* const features[] = {&all[0], &all[1], &all[2], &all[3]};
static const sheaf_plugin plugin = {.struct_size = sizeof(sheaf_plugin),
                                    .abi_minor = SHEAF_ABI_MINOR,
                                    .id = TEXT("abi.shapes"),
                                    .version = TEXT("1.0.0"),
                                    .summary = TEXT("Rows of any shape"),
                                    .license = TEXT("MIT"),
                                    .features = features,
                                    .feature_count = COUNT(features)};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
