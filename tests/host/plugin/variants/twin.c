/* SPDX-License-Identifier: MIT */
/* The smallest plugin that does anything, built several times: TWIN_ID, TWIN_VERSION. */
#include <sheaf/plugin.h>

SHEAF_NOTE(TWIN_ID, TWIN_VERSION)

static int here; /* an instance without state still has an address */

static sheaf_status twin_open(const sheaf_feature* feature, const sheaf_call* call,
                              const sheaf_config* config, void** instance) {
  (void)feature, (void)call, (void)config;
  *instance = &here;
  return SHEAF_OK;
}

static sheaf_status twin_describe(void* instance, const sheaf_call* call,
                                  const sheaf_description* description) {
  (void)instance, (void)call;
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = SHEAF_STR("twin");
  output.dtype = (sheaf_dtype){SHEAF_UINT, 8, 1};
  return description->add_output(description, &output);
}

static sheaf_status twin_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                              const sheaf_sink* sink) {
  (void)instance, (void)call, (void)source, (void)sink;
  return SHEAF_EMPTY;
}

static void twin_close(void* instance) { (void)instance; }

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.twin$")};
static const sheaf_feature feature = {.struct_size = sizeof(sheaf_feature),
                                      .name = SHEAF_STR_INIT("test.twin"),
                                      .summary = SHEAF_STR_INIT("Nothing much"),
                                      .patterns = patterns,
                                      .pattern_count = 1,
                                      .open = twin_open,
                                      .describe = twin_describe,
                                      .load = twin_load,
                                      .close = twin_close};
static const sheaf_feature* const features[] = {&feature};
static const sheaf_plugin plugin = {.struct_size = sizeof(sheaf_plugin),
                                    .id = SHEAF_STR_INIT(TWIN_ID),
                                    .version = SHEAF_STR_INIT(TWIN_VERSION),
                                    .summary = SHEAF_STR_INIT("A twin"),
                                    .features = features,
                                    .feature_count = 1};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
