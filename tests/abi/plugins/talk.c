/* SPDX-License-Identifier: MIT */
/*
 * What a plugin and its host tell each other: the host's services, results, extensions.
 *
 *   abi.talk     a source says what to do: "log", "fail"
 *   abi.broken   gives up on its first source
 */
#include "helpers.h"

SHEAF_NOTE("abi.talk", "1.0.0")

/* What the entry was told, for the attribute `host`. */
static char told[128];

static sheaf_status talk_describe(void* instance, const sheaf_call* call,
                                  const sheaf_description* file) {
  (void)instance, (void)call;
  TRY(add_plain(file, "talk", (sheaf_dtype){SHEAF_INT, 64, 1}));
  return set_text(file, "host", told);
}

/* A row for each service that answers as it should. */
static sheaf_status use_services(const sheaf_call* call, const sheaf_sink* sink) {
  for (uint32_t severity = SHEAF_LOG_DEBUG; severity <= SHEAF_LOG_ERROR; ++severity) {
    call->log(call, severity, SHEAF_STR("a word from abi.talk"));
  }
  TRY(put(sink, 0, call->cancelled(call) == 0));
  for (int i = 0; i <= 4; ++i) call->progress(call, i / 4.0);
  TRY(put(sink, 0, call->thread_budget(call) >= 1));
  return put(sink, 0, SHEAF_HAS(call, thread_budget) && call->struct_size >= sizeof(sheaf_call));
}

static sheaf_status talk_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                              const sheaf_sink* sink) {
  (void)instance;
  if (says(source, "log")) return use_services(call, sink);
  call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("an earlier message"));
  return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("was told to fail"));
}

static sheaf_status broken_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                                const sheaf_sink* sink) {
  (void)instance, (void)source, (void)sink;
  return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("is broken"));
}

static const void* extension_of_feature(const sheaf_feature* feature, sheaf_string name) {
  (void)feature, (void)name;
  return NULL;
}
static const void* extension_of_plugin(sheaf_string name) {
  (void)name;
  return NULL;
}

static const sheaf_string talk_patterns[] = {TEXT("\\.talk$")};
static const sheaf_string broken_patterns[] = {TEXT("\\.broken$")};
static const sheaf_feature talk = {.struct_size = sizeof(sheaf_feature),
                                   .flags = SHEAF_FEATURE_WANTS_BYTES,
                                   .name = TEXT("abi.talk"),
                                   .summary = TEXT("Talks"),
                                   .patterns = talk_patterns,
                                   .pattern_count = 1,
                                   .open = open_nothing,
                                   .describe = talk_describe,
                                   .load = talk_load,
                                   .close = close_nothing,
                                   .get_extension = extension_of_feature};
static const sheaf_feature broken = {.struct_size = sizeof(sheaf_feature),
                                     .name = TEXT("abi.broken"),
                                     .summary = TEXT("Gives up"),
                                     .patterns = broken_patterns,
                                     .pattern_count = 1,
                                     .open = open_nothing,
                                     .describe = talk_describe,
                                     .load = broken_load,
                                     .close = close_nothing};
static const sheaf_feature* const features[] = {&talk, &broken};
static const sheaf_plugin plugin = {.struct_size = sizeof(sheaf_plugin),
                                    .abi_minor = SHEAF_ABI_MINOR,
                                    .id = TEXT("abi.talk"),
                                    .version = TEXT("1.0.0"),
                                    .summary = TEXT("Talks with its host"),
                                    .license = TEXT("MIT"),
                                    .features = features,
                                    .feature_count = COUNT(features),
                                    .get_extension = extension_of_plugin};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  const void* nothing = host->get_extension(host, SHEAF_STR("abi.nothing/1"));
  snprintf(told, sizeof told, "%.*s, %s, %s", (int)host->name.size, host->name.data,
           host->version.size > 0 ? "a version" : "no version",
           nothing == NULL ? "nothing by that name" : "an extension");
  return &plugin;
}
