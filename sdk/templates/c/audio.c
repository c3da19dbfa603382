/* @id@: recordings of any length (*.@name@): raw samples, signed 16 bits, little-endian, mono. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sheaf/plugin.h>

SHEAF_NOTE("@id@", "0.1.0")

#define PIECE 65536 /* samples at a time: hours of sound need no more memory */

/* What one thread of a run works with: the parameters, and whatever a decoder needs. */
typedef struct @name@_state {
  int64_t rate;
} @name@_state;

static sheaf_status @name@_open(const sheaf_feature *feature, const sheaf_call *call,
                               const sheaf_config *config, void **instance) {
  (void)feature;
  @name@_state *state = malloc(sizeof *state);
  if (state == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  state->rate = config->params[0].integer; /* checked by the host, the default filled in */
  *instance = state;
  return SHEAF_OK;
}

static void @name@_close(void *instance) { free(instance); }

/* A row is one sample; the rate stands beside the array. */
static sheaf_status @name@_describe(void *instance, const sheaf_call *call,
                                   const sheaf_description *description) {
  (void)call;
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = SHEAF_STR("samples");
  output.dtype = (sheaf_dtype){SHEAF_FLOAT, 32, 1};
  output.ndim = 0; /* a row is a single number */
  const sheaf_status status = description->add_output(description, &output);
  if (status != SHEAF_OK) return status; /* the host has noted why */
  const @name@_state *state = instance;
  const sheaf_array value = {{SHEAF_INT, 64, 1}, 0, NULL, &state->rate};
  return description->set_attr(description, SHEAF_STR("sample_rate"), &value);
}

/* This source is bad: it is recorded with the message, and the run goes on. */
static sheaf_status bad(const sheaf_call *call, const char *message) {
  return call->fail(call, SHEAF_ERR_SOURCE, (sheaf_string){message, strlen(message)});
}

/* The length isn't known: reserve and commit again and again. */
static sheaf_status load_pieces(FILE *file, unsigned char *bytes, const sheaf_call *call,
                                const sheaf_sink *sink) {
  int found = 0;
  for (;;) {
    const size_t got = fread(bytes, 1, 2 * PIECE, file);
    if (ferror(file)) return bad(call, "can't be read");
    if (got % 2 != 0) return bad(call, "ends in the middle of a sample");
    if (got == 0) return found ? SHEAF_OK : SHEAF_EMPTY;
    sheaf_slot slot;
    sheaf_status status = sink->reserve(sink, 0, (int64_t)(got / 2), NULL, 0, 0, &slot);
    if (status != SHEAF_OK) return status;
    float *samples = slot.data;
    for (size_t i = 0; i < got / 2; ++i) {
      const int16_t value = (int16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
      samples[i] = (float)value / 32768.0F;
    }
    status = sink->commit(sink, 0, (int64_t)(got / 2));
    if (status != SHEAF_OK) return status;
    found = 1;
  }
}

static sheaf_status @name@_load(void *instance, const sheaf_call *call,
                               const sheaf_source *source, const sheaf_sink *sink) {
  (void)instance;
  if (source->path.size == 0) return bad(call, "is no file");
  FILE *file = fopen((const char *)source->path.data, "rb"); /* a zero follows the path */
  if (file == NULL) return bad(call, "can't be opened");
  unsigned char *bytes = malloc(2 * PIECE);
  sheaf_status status = SHEAF_ERR_PLUGIN;
  if (bytes == NULL) {
    call->fail(call, status, SHEAF_STR("out of memory"));
  } else {
    status = load_pieces(file, bytes, call, sink);
  }
  free(bytes);
  fclose(file);
  return status;
}

static const sheaf_param rate_param = {
    .struct_size = sizeof(sheaf_param),
    .flags = SHEAF_PARAM_RANGE,
    .type = SHEAF_PARAM_INT,
    .name = SHEAF_STR_INIT("rate"),
    .doc = SHEAF_STR_INIT("samples a second"),
    .default_value = {.type = SHEAF_PARAM_INT, .integer = 8000},
    .minimum = 1,
    .maximum = 1e7,
};
static const sheaf_param *const params[] = {&rate_param};

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.@name@$")};

static const sheaf_feature feature = {
    .struct_size = sizeof(sheaf_feature),
    .name = SHEAF_STR_INIT("@id@"),
    .summary = SHEAF_STR_INIT("Samples of recordings, from -1 to 1"),
    .patterns = patterns,
    .pattern_count = 1,
    .params = params,
    .param_count = 1,
    .open = @name@_open,
    .describe = @name@_describe,
    .load = @name@_load,
    .close = @name@_close,
};
static const sheaf_feature *const features[] = {&feature};

static const sheaf_plugin plugin = {
    .struct_size = sizeof(sheaf_plugin),
    .abi_minor = SHEAF_ABI_MINOR,
    .id = SHEAF_STR_INIT("@id@"),
    .version = SHEAF_STR_INIT("0.1.0"),
    .summary = SHEAF_STR_INIT("Raw recordings"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin *sheaf_plugin_entry_v1(const sheaf_host *host) {
  (void)host;
  return &plugin;
}
