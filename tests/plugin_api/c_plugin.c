/* SPDX-License-Identifier: MIT */
/*
 * A whole Sheaf plugin in C11, against the one header: `lab.tally` loads text files with a number a
 * line, as a hand counter's log has them:
 *
 *     # gate 3
 *     12
 *     7.5
 *
 * Every number becomes a row of one float64 array. Blank lines and lines that begin with # don't
 * count. The parameter `scale` multiplies every number, `unit` is written beside them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sheaf/plugin.h>

/* Read from the file before any of this code runs: who we are, and the ABI we were built for. */
SHEAF_NOTE("lab.tally", "1.0.0")

enum { BATCH = 1024 }; /* rows asked of the host at a time */

/* An instance: the parameters. Each thread has an instance of its own. */
struct tally {
  double scale;
  char unit[32];
};

static sheaf_status tally_open(const sheaf_feature* feature, const sheaf_call* call,
                               const sheaf_config* config, void** instance) {
  (void)feature;
  /* In the order they are declared in; types, ranges and defaults are the host's business. */
  const double scale = config->params[0].real;
  const sheaf_string unit = config->params[1].string;
  struct tally* self = calloc(1, sizeof *self);
  if (self == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  if (unit.size >= sizeof self->unit) {
    free(self);
    return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("unit is longer than 31 bytes"));
  }
  self->scale = scale;
  memcpy(self->unit, unit.data, unit.size); /* a copy: `unit` is valid during this call only */
  *instance = self;
  return SHEAF_OK;
}

static sheaf_status tally_describe(void* instance, const sheaf_call* call,
                                   const sheaf_description* description) {
  (void)call;
  const struct tally* self = instance;
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = SHEAF_STR("tally");
  output.dtype = (sheaf_dtype){SHEAF_FLOAT, 64, 1};
  output.ndim = 0; /* a row is a single number */
  const sheaf_status status = description->add_output(description, &output);
  if (status != SHEAF_OK) return status; /* the host has noted why */

  const sheaf_string unit = {self->unit, strlen(self->unit)};
  const sheaf_array text = {{SHEAF_UTF8, 0, 1}, 0, NULL, &unit};
  return description->set_attr(description, SHEAF_STR("unit"), &text);
}

/* Reads the number in line[0] to line[size - 1]; returns 0 when there is none. */
static int parse_number(const char* line, size_t size, double* number) {
  char text[64]; /* strtod wants a zero at the end, and the source has none */
  if (size >= sizeof text) return 0;
  memcpy(text, line, size);
  text[size] = '\0';
  char* end = text;
  *number = strtod(text, &end);
  if (end == text) return 0;
  while (*end == ' ' || *end == '\t' || *end == '\r') ++end;
  return end == text + size;
}

static int is_comment(const char* line, size_t size) {
  while (size > 0 && (*line == ' ' || *line == '\t' || *line == '\r')) ++line, --size;
  return size == 0 || *line == '#';
}

static sheaf_status bad_line(const sheaf_call* call, long number) {
  char message[64];
  const int size = snprintf(message, sizeof message, "line %ld holds no number", number);
  return call->fail(call, SHEAF_ERR_SOURCE, (sheaf_string){message, (uint64_t)size});
}

/* Rows on their way to the host: the slot they are written to, and how many are in it. */
struct batch {
  double* rows;
  int64_t count;
};

static sheaf_status put(const sheaf_sink* sink, struct batch* batch, double number) {
  if (batch->rows == NULL) {
    sheaf_slot slot;
    const sheaf_status status = sink->reserve(sink, 0, BATCH, NULL, 0, 0, &slot);
    if (status != SHEAF_OK) return status;
    batch->rows = slot.data;
  }
  batch->rows[batch->count++] = number;
  if (batch->count < BATCH) return SHEAF_OK;
  batch->rows = NULL; /* the slot is the host's again */
  batch->count = 0;
  return sink->commit(sink, 0, BATCH);
}

static sheaf_status tally_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                               const sheaf_sink* sink) {
  const struct tally* self = instance;
  const char* at = (const char*)source->bytes.data;
  const char* const end = at + source->bytes.size;
  struct batch batch = {NULL, 0};
  int found = 0;
  for (long line = 1; at < end; ++line) {
    const char* newline = memchr(at, '\n', (size_t)(end - at));
    const size_t size = (size_t)((newline != NULL ? newline : end) - at);
    double number;
    if (!is_comment(at, size)) {
      if (!parse_number(at, size, &number)) return bad_line(call, line);
      const sheaf_status status = put(sink, &batch, number * self->scale);
      if (status != SHEAF_OK) return status; /* refused, or the user asked to stop */
      found = 1;
    }
    at = newline != NULL ? newline + 1 : end;
  }
  if (!found) return SHEAF_SKIP; /* nothing here: as if it hadn't matched */
  return batch.rows == NULL ? SHEAF_OK : sink->commit(sink, 0, batch.count);
}

static void tally_close(void* instance) { free(instance); }

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.tally$")};

static const sheaf_param scale_param = {
    .struct_size = sizeof(sheaf_param),
    .flags = SHEAF_PARAM_RANGE,
    .type = SHEAF_PARAM_FLOAT,
    .name = SHEAF_STR_INIT("scale"),
    .doc = SHEAF_STR_INIT("factor every number is multiplied by"),
    .default_value = {.type = SHEAF_PARAM_FLOAT, .real = 1.0},
    .minimum = -1e9,
    .maximum = 1e9,
};
static const sheaf_param unit_param = {
    .struct_size = sizeof(sheaf_param),
    .type = SHEAF_PARAM_STRING,
    .name = SHEAF_STR_INIT("unit"),
    .doc = SHEAF_STR_INIT("what is counted"),
    .default_value = {.type = SHEAF_PARAM_STRING, .string = SHEAF_STR_INIT("count")},
};
static const sheaf_param* const params[] = {&scale_param, &unit_param};

static const sheaf_feature tally = {
    .struct_size = sizeof(sheaf_feature),
    .flags = SHEAF_FEATURE_WANTS_BYTES,
    .name = SHEAF_STR_INIT("lab.tally"),
    .summary = SHEAF_STR_INIT("Numbers, one a line"),
    .patterns = patterns,
    .pattern_count = 1,
    .params = params,
    .param_count = 2,
    .open = tally_open,
    .describe = tally_describe,
    .load = tally_load,
    .close = tally_close,
};
static const sheaf_feature* const features[] = {&tally};

static const sheaf_plugin plugin = {
    .struct_size = sizeof(sheaf_plugin),
    .abi_minor = SHEAF_ABI_MINOR,
    .id = SHEAF_STR_INIT("lab.tally"),
    .version = SHEAF_STR_INIT("1.0.0"),
    .summary = SHEAF_STR_INIT("Hand counters of the lab"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
