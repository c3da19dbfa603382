/* @id@: grey pictures as text (*.@name@): "height width", then as many numbers from 0 to 255. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sheaf/plugin.h>

SHEAF_NOTE("@id@", "0.1.0")

/* What one thread of a run works with: the parameters, and whatever a decoder needs. */
typedef struct @name@_state {
  int64_t limit;
} @name@_state;

static sheaf_status @name@_open(const sheaf_feature *feature, const sheaf_call *call,
                               const sheaf_config *config, void **instance) {
  (void)feature;
  @name@_state *state = malloc(sizeof *state);
  if (state == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  state->limit = config->params[0].integer; /* checked by the host, the default filled in */
  *instance = state;
  return SHEAF_OK;
}

static void @name@_close(void *instance) { free(instance); }

/* Each source is one row, and has a height and a width of its own. */
static sheaf_status @name@_describe(void *instance, const sheaf_call *call,
                                   const sheaf_description *description) {
  (void)instance, (void)call;
  const int64_t item_shape[] = {-1, -1};
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.flags = SHEAF_OUTPUT_RAGGED;
  output.name = SHEAF_STR("picture");
  output.dtype = (sheaf_dtype){SHEAF_UINT, 8, 1};
  output.ndim = 2;
  output.item_shape = item_shape;
  return description->add_output(description, &output);
}

/* This source is bad: it is recorded with the message, and the run goes on. */
static sheaf_status bad(const sheaf_call *call, const char *message) {
  return call->fail(call, SHEAF_ERR_SOURCE, (sheaf_string){message, strlen(message)});
}

static sheaf_status load_pixels(FILE *file, int64_t limit, const sheaf_call *call,
                                const sheaf_sink *sink) {
  int height = 0;
  int width = 0;
  if (fscanf(file, "%d %d", &height, &width) != 2) {
    return bad(call, "doesn't begin with height and width");
  }
  if (height < 1 || width < 1 || height > limit || width > limit) {
    return bad(call, "has a height or width that isn't allowed");
  }
  /* The slot is the host's memory: what is written there needs no copy. */
  const int64_t item_shape[] = {height, width};
  sheaf_slot slot;
  const sheaf_status status = sink->reserve(sink, 0, 1, item_shape, 2, 0, &slot);
  if (status != SHEAF_OK) return status;
  uint8_t *pixels = slot.data;
  for (uint64_t i = 0; i < slot.size; ++i) {
    int value = 0;
    if (fscanf(file, "%d", &value) != 1) return bad(call, "ends before its last pixel");
    if (value < 0 || value > 255) return bad(call, "has a pixel that isn't within 0 and 255");
    pixels[i] = (uint8_t)value;
  }
  return sink->commit(sink, 0, 1);
}

static sheaf_status @name@_load(void *instance, const sheaf_call *call,
                               const sheaf_source *source, const sheaf_sink *sink) {
  const @name@_state *state = instance;
  if (source->path.size == 0) return bad(call, "is no file");
  FILE *file = fopen((const char *)source->path.data, "r"); /* a zero follows the path */
  if (file == NULL) return bad(call, "can't be opened");
  const sheaf_status status = load_pixels(file, state->limit, call, sink);
  fclose(file);
  return status;
}

static const sheaf_param limit_param = {
    .struct_size = sizeof(sheaf_param),
    .flags = SHEAF_PARAM_RANGE,
    .type = SHEAF_PARAM_INT,
    .name = SHEAF_STR_INIT("limit"),
    .doc = SHEAF_STR_INIT("most pixels a side"),
    .default_value = {.type = SHEAF_PARAM_INT, .integer = 4096},
    .minimum = 1,
    .maximum = 65536,
};
static const sheaf_param *const params[] = {&limit_param};

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.@name@$")};

static const sheaf_feature feature = {
    .struct_size = sizeof(sheaf_feature),
    .name = SHEAF_STR_INIT("@id@"),
    .summary = SHEAF_STR_INIT("Grey pictures"),
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
    .summary = SHEAF_STR_INIT("Grey pictures as text"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin *sheaf_plugin_entry_v1(const sheaf_host *host) {
  (void)host;
  return &plugin;
}
