/* SPDX-License-Identifier: MIT */
/*
 * abi.values: parameters, outputs and attributes of every type, filters, chunks, fill values.
 * abi.needs: a parameter that must be given.
 */
#include <stdlib.h>

#include "helpers.h"

SHEAF_NOTE("abi.values", "1.0.0")

struct kind {
  const char* name;
  sheaf_dtype dtype;
};
static const struct kind kinds[] = {
    {"i8", {SHEAF_INT, 8, 1}},         {"i16", {SHEAF_INT, 16, 1}},
    {"i32", {SHEAF_INT, 32, 1}},       {"i64", {SHEAF_INT, 64, 1}},
    {"u8", {SHEAF_UINT, 8, 1}},        {"u16", {SHEAF_UINT, 16, 1}},
    {"u32", {SHEAF_UINT, 32, 1}},      {"u64", {SHEAF_UINT, 64, 1}},
    {"f16", {SHEAF_FLOAT, 16, 1}},     {"f32", {SHEAF_FLOAT, 32, 1}},
    {"f64", {SHEAF_FLOAT, 64, 1}},     {"c64", {SHEAF_COMPLEX, 64, 1}},
    {"c128", {SHEAF_COMPLEX, 128, 1}}, {"bool", {SHEAF_BOOL, 8, 1}},
};
enum { KINDS = COUNT(kinds), ROWS = 3, ITEMS = 2 };

/* Writes `count` numbers of a type: 1, 0, 1, 0 … for bool, else 1, 2, 3 …, and 1+1j, 2+2j …. */
static void fill(void* data, sheaf_dtype dtype, int count) {
  static const uint16_t halves[] = {0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600};
  for (int i = 0; i < count; ++i) {
    const int parts = dtype.code == SHEAF_COMPLEX ? 2 : 1;
    const size_t size = dtype.bits / 8u / (size_t)parts;
    const int64_t whole = dtype.code == SHEAF_BOOL ? (i + 1) % 2 : i + 1;
    const double wide = i + 1;
    const float narrow = (float)(i + 1);
    const void* from = &whole; /* little-endian: the low bytes come first */
    if (dtype.code == SHEAF_FLOAT || dtype.code == SHEAF_COMPLEX) {
      from = size == 8 ? (const void*)&wide : size == 4 ? (const void*)&narrow : &halves[i];
    }
    for (int part = 0; part < parts; ++part) {
      memcpy((char*)data + (size_t)(i * parts + part) * size, from, size);
    }
  }
}

/* A parameter's value as text: "3", "[1,2]", "unset". */
static int print_value(char* to, size_t room, const sheaf_param_value* value) {
  if (value->type & SHEAF_PARAM_LIST) {
    int size = snprintf(to, room, "[");
    for (uint64_t i = 0; i < value->item_count; ++i) {
      size += snprintf(to + size, room - (size_t)size, "%s", i > 0 ? "," : "");
      size += print_value(to + size, room - (size_t)size, &value->items[i]);
    }
    return size + snprintf(to + size, room - (size_t)size, "]");
  }
  switch (value->type) {
    case SHEAF_PARAM_BOOL:
      return snprintf(to, room, "%s", value->boolean ? "yes" : "no");
    case SHEAF_PARAM_INT:
      return snprintf(to, room, "%lld", (long long)value->integer);
    case SHEAF_PARAM_FLOAT:
      return snprintf(to, room, "%g", value->real);
    case SHEAF_PARAM_STRING:
      return snprintf(to, room, "%.*s", (int)value->string.size, value->string.data);
    default:
      return snprintf(to, room, "unset");
  }
}

struct given {
  char text[512];
};

static sheaf_status values_open(const sheaf_feature* feature, const sheaf_call* call,
                                const sheaf_config* config, void** instance) {
  struct given* given = calloc(1, sizeof *given);
  if (given == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  int size = 0;
  for (uint32_t i = 0; i < config->param_count; ++i) {
    const sheaf_string name = feature->params[i]->name;
    size += snprintf(given->text + size, sizeof given->text - (size_t)size,
                     "%s%.*s=", i > 0 ? " " : "", (int)name.size, name.data);
    size += print_value(given->text + size, sizeof given->text - (size_t)size, &config->params[i]);
  }
  *instance = given;
  return SHEAF_OK;
}

static const uint32_t six = 6, three = 3;
static const sheaf_filter by_deflate[] = {{SHEAF_FILTER_SHUFFLE, 0, NULL},
                                          {SHEAF_FILTER_DEFLATE, 1, &six},
                                          {SHEAF_FILTER_FLETCHER32, 0, NULL}};
static const sheaf_filter by_lzf[] = {{SHEAF_FILTER_LZF, 0, NULL}};
static const sheaf_filter by_blosc[] = {{SHEAF_FILTER_BLOSC, 1, &three}};
static const sheaf_filter by_lz4[] = {{SHEAF_FILTER_LZ4, 0, NULL}};
static const sheaf_filter by_zstd[] = {{SHEAF_FILTER_ZSTD, 1, &three}};

static void choose_filters(size_t kind, sheaf_output* output) {
  static const sheaf_filter* const filters[] = {by_deflate, by_lzf, by_blosc, by_lz4, by_zstd};
  static const uint64_t counts[] = {COUNT(by_deflate), 1, 1, 1, 1};
  if (kind >= COUNT(filters)) return;
  output->filters = filters[kind];
  output->filter_count = counts[kind];
  output->chunk_rows = 2;
}

static sheaf_status add_outputs(const sheaf_description* file) {
  static const int64_t shape[] = {ITEMS};
  static const int64_t minus_one = -1;
  static const double half = 0.5;
  static const sheaf_array whole_fill = {{SHEAF_INT, 64, 1}, 0, NULL, &minus_one};
  static const sheaf_array real_fill = {{SHEAF_FLOAT, 64, 1}, 0, NULL, &half};
  for (size_t i = 0; i < KINDS; ++i) {
    sheaf_output output = {0};
    output.struct_size = sizeof output;
    output.name = text_of(kinds[i].name);
    output.dtype = kinds[i].dtype;
    output.ndim = 1;
    output.item_shape = shape;
    choose_filters(i, &output);
    if (kinds[i].dtype.code == SHEAF_INT) output.fill_value = &whole_fill;
    if (kinds[i].dtype.code == SHEAF_FLOAT) output.fill_value = &real_fill;
    TRY(file->add_output(file, &output));
  }
  return add_plain(file, "text", (sheaf_dtype){SHEAF_UTF8, 0, 1});
}

static sheaf_status values_describe(void* instance, const sheaf_call* call,
                                    const sheaf_description* file) {
  (void)call;
  const struct given* given = instance;
  static const int64_t shape[] = {2, 3};
  char name[32];
  TRY(add_outputs(file));
  for (size_t i = 0; i < KINDS; ++i) {
    uint64_t data[12];
    fill(data, kinds[i].dtype, 6);
    const sheaf_array scalar = {kinds[i].dtype, 0, NULL, data};
    const sheaf_array table = {kinds[i].dtype, 2, shape, data};
    TRY(file->set_attr(file, text_of(kinds[i].name), &scalar));
    snprintf(name, sizeof name, "%s_table", kinds[i].name);
    TRY(file->set_attr(file, text_of(name), &table));
  }
  static const sheaf_string words[] = {TEXT("one"), TEXT("zw\xc3\xb6lf")};
  static const int64_t two[] = {2};
  const sheaf_array texts = {{SHEAF_UTF8, 0, 1}, 1, two, words};
  TRY(file->set_attr(file, text_of("words"), &texts));
  TRY(set_text(file, "given", "replaced by the second of the name"));
  return set_text(file, "given", given->text);
}

static sheaf_status values_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                                const sheaf_sink* sink) {
  (void)instance, (void)call;
  static const int64_t shape[] = {ITEMS};
  sheaf_slot slot;
  for (uint32_t i = 0; i < KINDS; ++i) {
    TRY(sink->reserve(sink, i, ROWS + 1, shape, 1, 0, &slot));
    fill(slot.data, kinds[i].dtype, ROWS * ITEMS);
    TRY(sink->commit(sink, i, ROWS)); /* one fewer than reserved */
  }
  /* Two strings at once: the id and an empty one. */
  TRY(sink->reserve(sink, KINDS, 2, NULL, 0, source->id.size, &slot));
  memcpy(slot.data, source->id.data, source->id.size);
  slot.offsets[0] = 0;
  slot.offsets[1] = slot.offsets[2] = (int64_t)source->id.size;
  return sink->commit(sink, KINDS, 2);
}

static void values_close(void* instance) { free(instance); }

#define PARAM(identifier, kind, what) \
  .struct_size = sizeof(sheaf_param), .type = (kind), .name = TEXT(identifier), .doc = TEXT(what)
#define WHOLE(number) \
  { .type = SHEAF_PARAM_INT, .integer = (number) }
#define WORD(literal) \
  { .type = SHEAF_PARAM_STRING, .string = TEXT(literal) }
#define LIST(kind, array) \
  { .type = (kind) | SHEAF_PARAM_LIST, .items = (array), .item_count = COUNT(array) }

static const sheaf_string colors[] = {TEXT("grey"), TEXT("color")};
static const sheaf_param_value wholes[] = {WHOLE(4), WHOLE(5)};
static const sheaf_param_value reals[] = {{.type = SHEAF_PARAM_FLOAT, .real = 0.25}};
static const sheaf_param_value texts[] = {WORD("a"), WORD("b")};
static const sheaf_param_value yeses[] = {{.type = SHEAF_PARAM_BOOL, .boolean = 1},
                                          {.type = SHEAF_PARAM_BOOL}};

static const sheaf_param params_of_values[] = {
    {PARAM("yes", SHEAF_PARAM_BOOL, "a truth"),
     .default_value = {.type = SHEAF_PARAM_BOOL, .boolean = 1}},
    {PARAM("whole", SHEAF_PARAM_INT, "a whole number"), .flags = SHEAF_PARAM_RANGE,
     .default_value = WHOLE(3), .minimum = -10, .maximum = 10},
    {PARAM("real", SHEAF_PARAM_FLOAT, "a number"), .flags = SHEAF_PARAM_RANGE,
     .default_value = {.type = SHEAF_PARAM_FLOAT, .real = 0.5}, .minimum = 0, .maximum = 1},
    {PARAM("color", SHEAF_PARAM_STRING, "a choice"), .default_value = WORD("grey"),
     .choices = colors, .choice_count = COUNT(colors)},
    {PARAM("note", SHEAF_PARAM_STRING, "a text that may stay unset")},
    {PARAM("wholes", SHEAF_PARAM_INT | SHEAF_PARAM_LIST, "whole numbers"),
     .flags = SHEAF_PARAM_RANGE, .default_value = LIST(SHEAF_PARAM_INT, wholes), .minimum = 1,
     .maximum = 9},
    {PARAM("reals", SHEAF_PARAM_FLOAT | SHEAF_PARAM_LIST, "numbers"),
     .default_value = LIST(SHEAF_PARAM_FLOAT, reals)},
    {PARAM("texts", SHEAF_PARAM_STRING | SHEAF_PARAM_LIST, "texts"),
     .default_value = LIST(SHEAF_PARAM_STRING, texts)},
    {PARAM("yeses", SHEAF_PARAM_BOOL | SHEAF_PARAM_LIST, "truths"),
     .default_value = LIST(SHEAF_PARAM_BOOL, yeses)},
};
static const sheaf_param* const values_params[] = {
    &params_of_values[0], &params_of_values[1], &params_of_values[2],
    &params_of_values[3], &params_of_values[4], &params_of_values[5],
    &params_of_values[6], &params_of_values[7], &params_of_values[8]};
static const sheaf_param must = {PARAM("must", SHEAF_PARAM_INT, "must be given"),
                                 .flags = SHEAF_PARAM_REQUIRED};
static const sheaf_param* const needs_params[] = {&must};

static sheaf_status needs_describe(void* instance, const sheaf_call* call,
                                   const sheaf_description* file) {
  (void)call;
  TRY(set_text(file, "given", ((const struct given*)instance)->text));
  return add_plain(file, "needs", (sheaf_dtype){SHEAF_INT, 64, 1});
}
static sheaf_status needs_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                               const sheaf_sink* sink) {
  (void)instance, (void)call, (void)source;
  return put(sink, 0, 1);
}

static const sheaf_string patterns[] = {TEXT("never$"), TEXT("\\.values$")};
static const sheaf_feature values = {.struct_size = sizeof(sheaf_feature),
                                     .name = TEXT("abi.values"),
                                     .summary = TEXT("A value of every type"),
                                     .patterns = patterns,
                                     .pattern_count = COUNT(patterns),
                                     .params = values_params,
                                     .param_count = COUNT(values_params),
                                     .open = values_open,
                                     .describe = values_describe,
                                     .load = values_load,
                                     .close = values_close};
static const sheaf_feature needs = {.struct_size = sizeof(sheaf_feature),
                                    .name = TEXT("abi.needs"),
                                    .summary = TEXT("A parameter that must be given"),
                                    .patterns = patterns,
                                    .pattern_count = COUNT(patterns),
                                    .params = needs_params,
                                    .param_count = COUNT(needs_params),
                                    .open = values_open,
                                    .describe = needs_describe,
                                    .load = needs_load,
                                    .close = values_close};
static const sheaf_feature* const features[] = {&values, &needs};
static const sheaf_plugin plugin = {.struct_size = sizeof(sheaf_plugin),
                                    .abi_minor = SHEAF_ABI_MINOR,
                                    .id = TEXT("abi.values"),
                                    .version = TEXT("1.0.0"),
                                    .summary = TEXT("Values of every type"),
                                    .license = TEXT("MIT"),
                                    .features = features,
                                    .feature_count = COUNT(features)};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
