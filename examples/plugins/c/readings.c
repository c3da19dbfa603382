/* SPDX-License-Identifier: MIT */
/* Readings of an instrument (*.readings): a line a moment, a number a channel, "-" for none.
 *
 *     # 2024-03-01, bench 2
 *     0.5 1.25
 *     0.6 -
 *
 * Becomes float64 rows (channels), with parameters for how many channels there are, for the unit
 * and for what stands for a missing value. From the header alone; docs/abi.md explains it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sheaf/plugin.h>

SHEAF_NOTE("example.readings", "1.0.0")

enum { max_channels = 64, rows_a_slot = 256 };

/* What one thread of a run works with. */
typedef struct readings_state {
  int64_t channels;
  double scale;
  int refuses_gaps;
} readings_state;

static int equals(sheaf_string text, const char* word) {
  return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

static sheaf_status readings_open(const sheaf_feature* feature, const sheaf_call* call,
                                  const sheaf_config* config, void** instance) {
  (void)feature;
  readings_state* state = malloc(sizeof *state);
  if (state == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  /* As many as are declared below, in that order; the host has checked them. */
  state->channels = config->params[0].integer;
  state->scale = config->params[1].real;
  state->refuses_gaps = equals(config->params[2].string, "refuse");
  *instance = state;
  return SHEAF_OK;
}

static void readings_close(void* instance) { free(instance); }

static sheaf_status readings_describe(void* instance, const sheaf_call* call,
                                      const sheaf_description* description) {
  (void)call;
  const readings_state* state = instance;
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = SHEAF_STR("readings");
  output.dtype = (sheaf_dtype){SHEAF_FLOAT, 64, 1};
  output.ndim = 1;
  output.item_shape = &state->channels;
  const sheaf_status status = description->add_output(description, &output);
  if (status != SHEAF_OK) return status; /* the host has noted why */
  const sheaf_array scale = {{SHEAF_FLOAT, 64, 1}, 0, NULL, &state->scale};
  return description->set_attr(description, SHEAF_STR("scale"), &scale);
}

static sheaf_status bad_line(const sheaf_call* call, int64_t line, const char* what) {
  char message[96];
  const int size = snprintf(message, sizeof message, "line %lld %s", (long long)line, what);
  return call->fail(call, SHEAF_ERR_SOURCE, (sheaf_string){message, (uint64_t)size});
}

/* Why the line is none, or NULL when `row` has its numbers. */
static const char* parse(const readings_state* state, char* line, double* row) {
  char* rest = NULL;
  int64_t found = 0;
  for (char* word = strtok_r(line, " \t\r\n", &rest); word != NULL;
       word = strtok_r(NULL, " \t\r\n", &rest)) {
    if (found == state->channels) return "has more numbers than the parameter channels says";
    if (strcmp(word, "-") == 0) {
      if (state->refuses_gaps) return "has a gap; gaps=nan takes it";
      row[found++] = NAN;
      continue;
    }
    char* end = NULL;
    row[found++] = strtod(word, &end) * state->scale;
    if (*end != '\0') return "has something that is no number";
  }
  return found == state->channels ? NULL : "has fewer numbers than the parameter channels says";
}

/* A slot is memory of the host's: the rows are written where they stay. How many there are isn't
   known, so slots are reserved and committed until the file ends. */
static sheaf_status load_file(const readings_state* state, FILE* file, const sheaf_call* call,
                              const sheaf_sink* sink) {
  char line[4096];
  sheaf_slot slot = {0};
  int64_t filled = 0;
  for (int64_t number = 1; fgets(line, sizeof line, file) != NULL; ++number) {
    const char* text = line + strspn(line, " \t\r\n");
    if (*text == '\0' || *text == '#') continue;
    if (filled == 0) {
      const sheaf_status status =
          sink->reserve(sink, 0, rows_a_slot, &state->channels, 1, 0, &slot);
      if (status != SHEAF_OK) return status;
    }
    const char* problem = parse(state, line, (double*)slot.data + filled * state->channels);
    if (problem != NULL) return bad_line(call, number, problem);
    if (++filled < rows_a_slot) continue;
    const sheaf_status status = sink->commit(sink, 0, filled);
    if (status != SHEAF_OK) return status;
    filled = 0;
    if (call->cancelled(call)) return SHEAF_CANCELLED;
  }
  if (ferror(file)) return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("can't be read"));
  if (slot.data == NULL) return SHEAF_EMPTY;
  return filled == 0 ? SHEAF_OK : sink->commit(sink, 0, filled);
}

static sheaf_status readings_load(void* instance, const sheaf_call* call,
                                  const sheaf_source* source, const sheaf_sink* sink) {
  if (source->path.size == 0) return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("is no file"));
  FILE* file = fopen((const char*)source->path.data, "r"); /* a zero follows the path */
  if (file == NULL) return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("can't be opened"));
  const sheaf_status status = load_file(instance, file, call, sink);
  fclose(file);
  return status;
}

static const sheaf_param channels_param = {
    .struct_size = sizeof(sheaf_param),
    .flags = SHEAF_PARAM_RANGE,
    .type = SHEAF_PARAM_INT,
    .name = SHEAF_STR_INIT("channels"),
    .doc = SHEAF_STR_INIT("numbers a line"),
    .default_value = {.type = SHEAF_PARAM_INT, .integer = 2},
    .minimum = 1,
    .maximum = max_channels,
};
static const sheaf_param scale_param = {
    .struct_size = sizeof(sheaf_param),
    .type = SHEAF_PARAM_FLOAT,
    .name = SHEAF_STR_INIT("scale"),
    .doc = SHEAF_STR_INIT("what every number is multiplied with"),
    .default_value = {.type = SHEAF_PARAM_FLOAT, .real = 1},
};
static const sheaf_string gaps_choices[] = {SHEAF_STR_INIT("nan"), SHEAF_STR_INIT("refuse")};
static const sheaf_param gaps_param = {
    .struct_size = sizeof(sheaf_param),
    .type = SHEAF_PARAM_STRING,
    .name = SHEAF_STR_INIT("gaps"),
    .doc = SHEAF_STR_INIT("what becomes of a missing number"),
    .default_value = {.type = SHEAF_PARAM_STRING, .string = SHEAF_STR_INIT("nan")},
    .choices = gaps_choices,
    .choice_count = 2,
};
static const sheaf_param* const params[] = {&channels_param, &scale_param, &gaps_param};

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.readings$")};

static const sheaf_feature feature = {
    .struct_size = sizeof(sheaf_feature),
    .name = SHEAF_STR_INIT("example.readings"),
    .summary = SHEAF_STR_INIT("Readings of an instrument: a row a moment"),
    .patterns = patterns,
    .pattern_count = 1,
    .params = params,
    .param_count = 3,
    .open = readings_open,
    .describe = readings_describe,
    .load = readings_load,
    .close = readings_close,
};
static const sheaf_feature* const features[] = {&feature};

static const sheaf_plugin plugin = {
    .struct_size = sizeof(sheaf_plugin),
    .abi_minor = SHEAF_ABI_MINOR,
    .id = SHEAF_STR_INIT("example.readings"),
    .version = SHEAF_STR_INIT("1.0.0"),
    .summary = SHEAF_STR_INIT("An example in C"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return &plugin;
}
