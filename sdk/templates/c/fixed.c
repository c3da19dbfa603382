/* @id@: points with three coordinates, a line each, from text files (*.@name@). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sheaf/plugin.h>

SHEAF_NOTE("@id@", "0.1.0")

/* What one thread of a run works with: the parameters, and whatever a decoder needs. */
typedef struct @name@_state {
  double scale;
} @name@_state;

static sheaf_status @name@_open(const sheaf_feature *feature, const sheaf_call *call,
                               const sheaf_config *config, void **instance) {
  (void)feature;
  @name@_state *state = malloc(sizeof *state);
  if (state == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  state->scale = config->params[0].real; /* checked by the host, the default filled in */
  *instance = state;
  return SHEAF_OK;
}

static void @name@_close(void *instance) { free(instance); }

static sheaf_status @name@_describe(void *instance, const sheaf_call *call,
                                   const sheaf_description *description) {
  (void)instance, (void)call;
  const int64_t item_shape[] = {3};
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = SHEAF_STR("points");
  output.dtype = (sheaf_dtype){SHEAF_FLOAT, 64, 1};
  output.ndim = 1;
  output.item_shape = item_shape;
  const sheaf_status status = description->add_output(description, &output);
  if (status != SHEAF_OK) return status; /* the host has noted why */
  const sheaf_string unit = SHEAF_STR("m");
  const sheaf_array value = {{SHEAF_UTF8, 0, 1}, 0, NULL, &unit};
  return description->set_attr(description, SHEAF_STR("unit"), &value);
}

/* This source is bad: it is recorded with the message, and the run goes on. */
static sheaf_status bad(const sheaf_call *call, const char *message) {
  return call->fail(call, SHEAF_ERR_SOURCE, (sheaf_string){message, strlen(message)});
}

/* One row for each call: simple. Large formats reserve many rows and fill them at once. */
static sheaf_status put(const sheaf_sink *sink, const double *point) {
  const int64_t item_shape[] = {3};
  sheaf_slot slot;
  const sheaf_status status = sink->reserve(sink, 0, 1, item_shape, 1, 0, &slot);
  if (status != SHEAF_OK) return status;
  memcpy(slot.data, point, 3 * sizeof *point);
  return sink->commit(sink, 0, 1);
}

static sheaf_status load_lines(FILE *file, double scale, const sheaf_call *call,
                               const sheaf_sink *sink) {
  char line[256];
  char message[64];
  int found = 0;
  for (int number = 1; fgets(line, sizeof line, file) != NULL; ++number) {
    double point[3];
    if (line[strspn(line, " \t\r\n")] == '\0') continue;
    if (sscanf(line, "%lf %lf %lf", &point[0], &point[1], &point[2]) != 3) {
      snprintf(message, sizeof message, "line %d hasn't three numbers", number);
      return bad(call, message);
    }
    for (int axis = 0; axis < 3; ++axis) point[axis] *= scale;
    const sheaf_status status = put(sink, point);
    if (status != SHEAF_OK) return status;
    found = 1;
  }
  if (ferror(file)) return bad(call, "can't be read");
  return found ? SHEAF_OK : SHEAF_EMPTY;
}

static sheaf_status @name@_load(void *instance, const sheaf_call *call,
                               const sheaf_source *source, const sheaf_sink *sink) {
  const @name@_state *state = instance;
  if (source->path.size == 0) return bad(call, "is no file");
  FILE *file = fopen((const char *)source->path.data, "r"); /* a zero follows the path */
  if (file == NULL) return bad(call, "can't be opened");
  const sheaf_status status = load_lines(file, state->scale, call, sink);
  fclose(file);
  return status;
}

static const sheaf_param scale_param = {
    .struct_size = sizeof(sheaf_param),
    .type = SHEAF_PARAM_FLOAT,
    .name = SHEAF_STR_INIT("scale"),
    .doc = SHEAF_STR_INIT("factor every coordinate is multiplied by"),
    .default_value = {.type = SHEAF_PARAM_FLOAT, .real = 1.0},
};
static const sheaf_param *const params[] = {&scale_param};

static const sheaf_string patterns[] = {SHEAF_STR_INIT("\\.@name@$")};

static const sheaf_feature feature = {
    .struct_size = sizeof(sheaf_feature),
    .name = SHEAF_STR_INIT("@id@"),
    .summary = SHEAF_STR_INIT("Points in space, in metres"),
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
    .summary = SHEAF_STR_INIT("Points in space"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin *sheaf_plugin_entry_v1(const sheaf_host *host) {
  (void)host;
  return &plugin;
}
