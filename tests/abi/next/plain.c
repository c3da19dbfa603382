/* SPDX-License-Identifier: MIT */
/* A plugin in C, compiled against the next minor, that adapts to its host by hand: it looks whether
   fields of the next minor are there before it uses them. */
#include <string.h>

#include <sheaf/plugin.h>

SHEAF_NOTE("next.plain", "1.0.0")

static int no_state;
static int64_t host_has_next;

static sheaf_status plain_open(const sheaf_feature* feature, const sheaf_call* call,
                               const sheaf_config* config, void** instance) {
  (void)feature, (void)call, (void)config;
  *instance = &no_state;
  return SHEAF_OK;
}

static sheaf_status plain_describe(void* instance, const sheaf_call* call,
                                   const sheaf_description* description) {
  (void)instance, (void)call;
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = SHEAF_STR("plain");
  output.dtype = (sheaf_dtype){SHEAF_INT, 64, 1};
  return description->add_output(description, &output);
}

/* Two rows: whether the host's struct has the field, and whether a call's has. */
static sheaf_status plain_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                               const sheaf_sink* sink) {
  (void)instance, (void)source;
  sheaf_slot slot;
  const sheaf_status status = sink->reserve(sink, 0, 2, NULL, 0, 0, &slot);
  if (status != SHEAF_OK) return status;
  const int64_t rows[] = {host_has_next, SHEAF_HAS(call, next) && call->next != NULL};
  memcpy(slot.data, rows, sizeof rows);
  return sink->commit(sink, 0, 2);
}

static void plain_close(void* instance) { (void)instance; }

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.next$")};
static sheaf_feature feature = {.struct_size = sizeof(sheaf_feature),
                                .name = SHEAF_STR_INIT("next.plain"),
                                .summary = SHEAF_STR_INIT("Looks before it leaps"),
                                .patterns = patterns,
                                .pattern_count = 1,
                                .open = plain_open,
                                .describe = plain_describe,
                                .load = plain_load,
                                .close = plain_close,
                                .next = 1};
static const sheaf_feature* const features[] = {&feature};
static sheaf_plugin plugin = {.struct_size = sizeof(sheaf_plugin),
                              .id = SHEAF_STR_INIT("next.plain"),
                              .version = SHEAF_STR_INIT("1.0.0"),
                              .features = features,
                              .feature_count = 1};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  host_has_next = SHEAF_HAS(host, next);
  if (host->abi_minor >= 1) feature.flags |= SHEAF_FEATURE_NEXT;
  plugin.abi_minor = host->abi_minor < SHEAF_ABI_MINOR ? host->abi_minor : SHEAF_ABI_MINOR;
  return &plugin;
}
