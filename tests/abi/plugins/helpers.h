/* SPDX-License-Identifier: MIT */
/* What the recorded plugins in C have in common. */
#ifndef SHEAF_ABI_HELPERS_H
#define SHEAF_ABI_HELPERS_H
#include <stdio.h>
#include <string.h>

#include <sheaf/plugin.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(literal) SHEAF_STR_INIT(literal)

static inline sheaf_string text_of(const char* text) {
  sheaf_string view = {text, strlen(text)};
  return view;
}

/* The first step that fails ends the function with its status. */
#define TRY(call)                            \
  do {                                       \
    const sheaf_status status_ = (call);     \
    if (status_ != SHEAF_OK) return status_; \
  } while (0)

static inline sheaf_status set_text(const sheaf_description* file, const char* name,
                                    const char* value) {
  const sheaf_string text = text_of(value);
  const sheaf_array array = {{SHEAF_UTF8, 0, 1}, 0, NULL, &text};
  return file->set_attr(file, text_of(name), &array);
}

static inline sheaf_status add_plain(const sheaf_description* file, const char* name,
                                     sheaf_dtype dtype) {
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = text_of(name);
  output.dtype = dtype;
  return file->add_output(file, &output);
}

/* One row that is a whole number of 64 bits. */
static inline sheaf_status put(const sheaf_sink* sink, uint32_t output, int64_t value) {
  sheaf_slot slot;
  TRY(sink->reserve(sink, output, 1, NULL, 0, 0, &slot));
  memcpy(slot.data, &value, sizeof value);
  return sink->commit(sink, output, 1);
}

static inline sheaf_status put_text(const sheaf_sink* sink, uint32_t output, sheaf_string text) {
  sheaf_slot slot;
  TRY(sink->reserve(sink, output, 1, NULL, 0, text.size, &slot));
  memcpy(slot.data, text.data, text.size);
  slot.offsets[0] = 0;
  slot.offsets[1] = (int64_t)text.size;
  return sink->commit(sink, output, 1);
}

/* Whether the source's bytes begin with a word. */
static inline int says(const sheaf_source* source, const char* word) {
  return source->bytes.size >= strlen(word) && memcmp(source->bytes.data, word, strlen(word)) == 0;
}

static int no_state; /* an instance without state still needs an address */

static inline sheaf_status open_nothing(const sheaf_feature* feature, const sheaf_call* call,
                                        const sheaf_config* config, void** instance) {
  (void)feature, (void)call, (void)config;
  *instance = &no_state;
  return SHEAF_OK;
}
static inline void close_nothing(void* instance) { (void)instance; }

#endif
