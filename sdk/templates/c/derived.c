/* @id@: the mean of each channel of an image, made from the rows that sheaf.image has loaded. */
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

/* One row a source; how many channels there are the first one says. */
static sheaf_status @name@_describe(void *instance, const sheaf_call *call,
                                   const sheaf_description *description) {
  (void)instance, (void)call;
  const int64_t item_shape[] = {-1};
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.name = SHEAF_STR("mean");
  output.dtype = (sheaf_dtype){SHEAF_FLOAT, 64, 1};
  output.ndim = 1;
  output.item_shape = item_shape;
  return description->add_output(description, &output);
}

static sheaf_status @name@_load(void *instance, const sheaf_call *call,
                               const sheaf_source *source, const sheaf_sink *sink) {
  const @name@_state *state = instance;
  (void)call;
  /* Rows of the input's first output: (1, height, width, channels). */
  const sheaf_array *image = source->input_count > 0 ? &source->inputs[0] : NULL;
  if (image == NULL || image->ndim != 4 || image->dtype.code != SHEAF_UINT ||
      image->dtype.bits != 8) {
    return SHEAF_SKIP;
  }
  const int64_t pixels = image->shape[0] * image->shape[1] * image->shape[2];
  const int64_t channels = image->shape[3];
  if (pixels == 0 || channels == 0) return SHEAF_SKIP;
  sheaf_slot slot;
  const sheaf_status status = sink->reserve(sink, 0, 1, &channels, 1, 0, &slot);
  if (status != SHEAF_OK) return status;
  const uint8_t *bytes = image->data;
  double *mean = slot.data;
  for (int64_t channel = 0; channel < channels; ++channel) {
    double sum = 0;
    for (int64_t pixel = 0; pixel < pixels; ++pixel) sum += bytes[pixel * channels + channel];
    mean[channel] = state->scale * sum / (double)pixels;
  }
  return sink->commit(sink, 0, 1);
}

static const sheaf_param scale_param = {
    .struct_size = sizeof(sheaf_param),
    .type = SHEAF_PARAM_FLOAT,
    .name = SHEAF_STR_INIT("scale"),
    .doc = SHEAF_STR_INIT("factor every mean is multiplied by"),
    .default_value = {.type = SHEAF_PARAM_FLOAT, .real = 1.0},
};
static const sheaf_param *const params[] = {&scale_param};

static const sheaf_feature feature = {
    .struct_size = sizeof(sheaf_feature),
    .name = SHEAF_STR_INIT("@id@"),
    .summary = SHEAF_STR_INIT("Mean of each channel of an image"),
    .params = params,
    .param_count = 1,
    .input = SHEAF_STR_INIT("sheaf.image"),
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
    .summary = SHEAF_STR_INIT("Mean colours"),
    .license = SHEAF_STR_INIT("MIT"),
    .features = features,
    .feature_count = 1,
};

const sheaf_plugin *sheaf_plugin_entry_v1(const sheaf_host *host) {
  (void)host;
  return &plugin;
}
