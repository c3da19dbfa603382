/* SPDX-License-Identifier: MIT */
/* A plugin as small as can be, for bench/discovery.py: -DNAME=tiny7 makes one of its own of it. */
#include <sheaf/plugin.h>

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
#define ID "bench." TEXT(NAME)

SHEAF_NOTE(ID, "1.0.0")

static int no_state;

static sheaf_status tiny_open(const sheaf_feature* feature, const sheaf_call* call,
                              const sheaf_config* config, void** instance) {
  (void)feature, (void)call, (void)config;
  *instance = &no_state;
  return SHEAF_OK;
}

static sheaf_status tiny_describe(void* instance, const sheaf_call* call,
                                  const sheaf_description* description) {
  (void)instance, (void)call;
  sheaf_output output = {.struct_size = sizeof output, .dtype = {SHEAF_UINT, 8, 1}};
  output.name = SHEAF_STR("tiny");
  return description->add_output(description, &output);
}

static sheaf_status tiny_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                              const sheaf_sink* sink) {
  (void)instance, (void)call, (void)source;
  sheaf_slot slot;
  const sheaf_status status = sink->reserve(sink, 0, 1, NULL, 0, 0, &slot);
  if (status != SHEAF_OK) return status;
  *(uint8_t*)slot.data = 1;
  return sink->commit(sink, 0, 1);
}

static void tiny_close(void* instance) { (void)instance; }

static const sheaf_param level = {
    .struct_size = sizeof(sheaf_param),
    .flags = SHEAF_PARAM_RANGE,
    .type = SHEAF_PARAM_INT,
    .name = SHEAF_STR_INIT("level"),
    .doc = SHEAF_STR_INIT("one as plugins have a few"),
    .default_value = {.type = SHEAF_PARAM_INT, .integer = 3},
    .minimum = 0,
    .maximum = 9,
};
static const sheaf_param* const params[] = {&level};
static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\." TEXT(NAME) "$"),
                                        SHEAF_STR_INIT("^raw_" TEXT(NAME) "/.*\\.(dat|bin)$")};
static const sheaf_feature feature = {
    .struct_size = sizeof(sheaf_feature),
    .flags = SHEAF_FEATURE_IGNORE_CASE,
    .name = SHEAF_STR_INIT(ID),
    .summary = SHEAF_STR_INIT("A byte a source"),
    .patterns = patterns,
    .pattern_count = 2,
    .params = params,
    .param_count = 1,
    .open = tiny_open,
    .describe = tiny_describe,
    .load = tiny_load,
    .close = tiny_close,
};
static const sheaf_feature* const features[] = {&feature};
static const sheaf_plugin plugin = {
    .struct_size = sizeof(sheaf_plugin),
    .abi_minor = SHEAF_ABI_MINOR,
    .id = SHEAF_STR_INIT(ID),
    .version = SHEAF_STR_INIT("1.0.0"),
    .summary = SHEAF_STR_INIT("A plugin to be found"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
