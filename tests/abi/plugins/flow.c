/* SPDX-License-Identifier: MIT */
/*
 * The life of an instance.
 *
 *   abi.base    survey, agree, what is stored, the source's bytes, finish; ignores case
 *   abi.mean    derived from abi.base, whose description it is told
 *   abi.once    exclusive, reads the file by its path
 *   abi.tag     companion of any source
 *   abi.asked   opt-in
 *   abi.same, abi.other.same    two for one place, of which the second goes first
 */
#include <stdlib.h>

#include "helpers.h"

SHEAF_NOTE("abi.flow", "1.0.0")

static const sheaf_dtype int64 = {SHEAF_INT, 64, 1};

struct base {
  char agreed[128];
};

static sheaf_status base_open(const sheaf_feature* feature, const sheaf_call* call,
                              const sheaf_config* config, void** instance) {
  (void)feature, (void)config;
  *instance = calloc(1, sizeof(struct base));
  if (*instance == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  return SHEAF_OK;
}
static void base_close(void* instance) { free(instance); }

/* How many sources are new, which is the first of them, and what the file has already. */
static sheaf_status base_survey(void* instance, const sheaf_call* call,
                                const sheaf_survey* survey) {
  struct base* base = instance;
  if (survey->input != NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("has no input"));
  if (!survey->is_first) {
    if (survey->agreed.size >= sizeof base->agreed) return SHEAF_ERR_PLUGIN;
    memcpy(base->agreed, survey->agreed.data, survey->agreed.size);
    return SHEAF_OK;
  }
  const sheaf_string first =
      survey->source_count > 0 ? survey->sources[0]->id : SHEAF_STR("nobody");
  int size = snprintf(base->agreed, sizeof base->agreed, "%d new from %.*s, %d stored",
                      (int)survey->source_count, (int)first.size, first.data,
                      (int)survey->stored_id_count);
  for (uint64_t i = 0; i < survey->stored_count; ++i) {
    if (survey->stored_names[i].size != 5 ||
        memcmp(survey->stored_names[i].data, "total", 5) != 0) {
      continue;
    }
    size += snprintf(base->agreed + size, sizeof base->agreed - (size_t)size, ", total was %d",
                     (int)*(const int64_t*)survey->stored_values[i].data);
  }
  return survey->agree(survey, (sheaf_bytes){(const uint8_t*)base->agreed, (uint64_t)size});
}

static sheaf_status base_describe(void* instance, const sheaf_call* call,
                                  const sheaf_description* file) {
  (void)call;
  TRY(add_plain(file, "base", int64));
  return set_text(file, "agreed", ((const struct base*)instance)->agreed);
}

/* A row for each byte: its value. */
static sheaf_status base_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                              const sheaf_sink* sink) {
  (void)instance;
  if (source->uri.size < 8 || memcmp(source->uri.data, "file:///", 8) != 0) {
    return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("has no file:/// address"));
  }
  for (uint64_t i = 0; i < source->bytes.size; ++i) TRY(put(sink, 0, source->bytes.data[i]));
  return source->bytes.size > 0 ? SHEAF_OK : SHEAF_EMPTY;
}

static sheaf_status base_finish(void* instance, const sheaf_call* call, const sheaf_rows* rows) {
  (void)instance;
  const int64_t count = rows->count(rows, 0);
  if (rows->count(rows, 1) != -1) {
    return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("an output that wasn't described"));
  }
  int64_t total = 0;
  for (int64_t row = 0; row < count; ++row) {
    int64_t value = 0;
    TRY(rows->read(rows, 0, row, row + 1, &value, sizeof value));
    total += value;
  }
  const sheaf_array array = {int64, 0, NULL, &total};
  return rows->set_attr(rows, SHEAF_STR("total"), &array);
}

struct mean {
  char told[128];
};

static sheaf_status mean_open(const sheaf_feature* feature, const sheaf_call* call,
                              const sheaf_config* config, void** instance) {
  (void)feature, (void)config;
  *instance = calloc(1, sizeof(struct mean));
  if (*instance == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  return SHEAF_OK;
}

static sheaf_status mean_survey(void* instance, const sheaf_call* call,
                                const sheaf_survey* survey) {
  struct mean* mean = instance;
  if (survey->input == NULL)
    return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("is told nothing"));
  const sheaf_output* output = survey->input->outputs[0];
  snprintf(mean->told, sizeof mean->told, "%d outputs, the first '%.*s' of %d bits, attr %.*s",
           (int)survey->input->output_count, (int)output->name.size, output->name.data,
           output->dtype.bits, (int)survey->input->attr_names[0].size,
           survey->input->attr_names[0].data);
  return SHEAF_OK;
}

static sheaf_status mean_describe(void* instance, const sheaf_call* call,
                                  const sheaf_description* file) {
  (void)call;
  TRY(add_plain(file, "mean", (sheaf_dtype){SHEAF_FLOAT, 64, 1}));
  return set_text(file, "told", ((const struct mean*)instance)->told);
}

static sheaf_status mean_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                              const sheaf_sink* sink) {
  (void)instance;
  if (source->input_count != 1) return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("no input"));
  const sheaf_array* rows = &source->inputs[0];
  if (rows->shape[0] == 0) return SHEAF_EMPTY;
  double sum = 0;
  for (int64_t i = 0; i < rows->shape[0]; ++i) sum += (double)((const int64_t*)rows->data)[i];
  sheaf_slot slot;
  TRY(sink->reserve(sink, 0, 1, NULL, 0, 0, &slot));
  *(double*)slot.data = sum / (double)rows->shape[0];
  return sink->commit(sink, 0, 1);
}

static sheaf_status count_describe(void* instance, const sheaf_call* call,
                                   const sheaf_description* file) {
  (void)instance, (void)call;
  return add_plain(file, "count", int64);
}

/* How many bytes the file has, which is opened here. */
static sheaf_status once_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                              const sheaf_sink* sink) {
  (void)instance;
  FILE* file = fopen((const char*)source->path.data, "rb");
  if (file == NULL) return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("can't be opened"));
  int64_t count = 0;
  while (fgetc(file) != EOF) ++count;
  fclose(file);
  return put(sink, 0, count);
}

static sheaf_status tag_describe(void* instance, const sheaf_call* call,
                                 const sheaf_description* file) {
  (void)instance, (void)call;
  return add_plain(file, "tag", (sheaf_dtype){SHEAF_UTF8, 0, 1});
}
static sheaf_status tag_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                             const sheaf_sink* sink) {
  (void)instance, (void)call;
  return put_text(sink, 0, source->id);
}

static sheaf_status first_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                               const sheaf_sink* sink) {
  (void)instance, (void)call, (void)source;
  return put(sink, 0, 1);
}
static sheaf_status second_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                                const sheaf_sink* sink) {
  (void)instance, (void)call, (void)source;
  return put(sink, 0, 2);
}

static const sheaf_string base_patterns[] = {TEXT("\\.base$")};
static const sheaf_string any_pattern[] = {TEXT(".")};
#define FEATURE(suffix)                                              \
  .struct_size = sizeof(sheaf_feature), .name = TEXT("abi." suffix), \
  .summary = TEXT("One way through the host")
#define OF_BASE .patterns = base_patterns, .pattern_count = COUNT(base_patterns)
#define NO_STATE .open = open_nothing, .close = close_nothing

static const sheaf_feature base = {FEATURE("base"),
                                   OF_BASE,
                                   .flags = SHEAF_FEATURE_WANTS_BYTES | SHEAF_FEATURE_IGNORE_CASE,
                                   .open = base_open,
                                   .survey = base_survey,
                                   .describe = base_describe,
                                   .load = base_load,
                                   .finish = base_finish,
                                   .close = base_close};
static const sheaf_feature mean = {
    FEATURE("mean"),           .input = TEXT("abi.base"), .open = mean_open,  .survey = mean_survey,
    .describe = mean_describe, .load = mean_load,         .close = base_close};
static const sheaf_feature once = {FEATURE("once"),
                                   OF_BASE,
                                   NO_STATE,
                                   .flags = SHEAF_FEATURE_EXCLUSIVE,
                                   .describe = count_describe,
                                   .load = once_load};
static const sheaf_feature tag = {FEATURE("tag"),
                                  NO_STATE,
                                  .patterns = any_pattern,
                                  .pattern_count = 1,
                                  .flags = SHEAF_FEATURE_COMPANION,
                                  .describe = tag_describe,
                                  .load = tag_load};
static const sheaf_feature asked = {
    FEATURE("asked"),           OF_BASE,           NO_STATE, .flags = SHEAF_FEATURE_OPT_IN,
    .describe = count_describe, .load = first_load};
static const sheaf_feature same = {FEATURE("same"), OF_BASE, NO_STATE, .describe = count_describe,
                                   .load = first_load};
static const sheaf_feature other_same = {
    FEATURE("other.same"), OF_BASE, NO_STATE, .priority = 1, .describe = count_describe,
    .load = second_load};
static const sheaf_feature* const features[] = {&base,  &mean, &once,      &tag,
                                                &asked, &same, &other_same};
static const sheaf_plugin plugin = {.struct_size = sizeof(sheaf_plugin),
                                    .abi_minor = SHEAF_ABI_MINOR,
                                    .id = TEXT("abi.flow"),
                                    .version = TEXT("1.0.0"),
                                    .summary = TEXT("The life of an instance"),
                                    .license = TEXT("MIT"),
                                    .features = features,
                                    .feature_count = COUNT(features)};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
