/* SPDX-License-Identifier: MIT */
/* The note and the descriptor, which are C data; the work is done in quotes.go. */
#include "plugin.h"

SHEAF_NOTE("example.quotes", "1.0.0")

sheaf_status quotes_load(void* instance, sheaf_call* call, sheaf_source* source, sheaf_sink* sink);

static int no_state;

static sheaf_status quotes_open(const sheaf_feature* feature, const sheaf_call* call,
                                const sheaf_config* config, void** instance) {
  (void)feature, (void)call, (void)config;
  *instance = &no_state;
  return SHEAF_OK;
}

static sheaf_status quotes_describe(void* instance, const sheaf_call* call,
                                    const sheaf_description* description) {
  (void)instance, (void)call;
  sheaf_output output = {.struct_size = sizeof output, .dtype = {SHEAF_UTF8, 0, 1}};
  output.name = SHEAF_STR("who");
  const sheaf_status status = description->add_output(description, &output);
  if (status != SHEAF_OK) return status;
  output.name = SHEAF_STR("what");
  return description->add_output(description, &output);
}

static sheaf_status load(void* instance, const sheaf_call* call, const sheaf_source* source,
                         const sheaf_sink* sink) {
  return quotes_load(instance, (sheaf_call*)call, (sheaf_source*)source, (sheaf_sink*)sink);
}

static void quotes_close(void* instance) { (void)instance; }

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.quotes$")};
static const sheaf_feature feature = {
    .struct_size = sizeof(sheaf_feature),
    .flags = SHEAF_FEATURE_WANTS_BYTES,
    .name = SHEAF_STR_INIT("example.quotes"),
    .summary = SHEAF_STR_INIT("Quotations: a row a line"),
    .patterns = patterns,
    .pattern_count = 1,
    .open = quotes_open,
    .describe = quotes_describe,
    .load = load,
    .close = quotes_close,
};
static const sheaf_feature* const features[] = {&feature};
static const sheaf_plugin plugin = {
    .struct_size = sizeof(sheaf_plugin),
    .abi_minor = SHEAF_ABI_MINOR,
    .id = SHEAF_STR_INIT("example.quotes"),
    .version = SHEAF_STR_INIT("1.0.0"),
    .summary = SHEAF_STR_INIT("An example in Go"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
