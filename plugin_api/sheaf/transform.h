/* SPDX-License-Identifier: MIT */
#ifndef SHEAF_TRANSFORM_H
#define SHEAF_TRANSFORM_H
/*
 * sheaf.transform/1: rows changed on their way out of a file: normalised, made float, reshaped.
 *
 * An extension of a plugin: sheaf_plugin.get_extension("sheaf.transform/1") returns
 * sheaf_transforms, which may be applied to the rows of any feature. One row in, one row out: what
 * rows belong to which source stays as it is.
 *
 *     open(parameters, what the rows are) → shape(of a row) → apply(rows) × many → close
 */
#include <sheaf/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SHEAF_TRANSFORM "sheaf.transform/1"
#define SHEAF_TRANSFORM_NDIM_MAX 31 /* axes of a row */

/* What is to be transformed. */
typedef struct sheaf_transform_input {
  uint32_t struct_size;
  uint32_t ndim;             /* of one row */
  const int64_t *item_shape; /* -1: known per source */
  sheaf_dtype dtype;         /* never SHEAF_UTF8 */
  uint32_t reserved;
  /* Of the rows' place in the file, and of their statistics where it has those; same order. */
  const sheaf_string *attr_names;
  const sheaf_array *attr_values;
  uint64_t attr_count;
} sheaf_transform_input;

/* The shape of a row. Never grows. */
typedef struct sheaf_item_shape {
  uint32_t ndim; /* at most SHEAF_TRANSFORM_NDIM_MAX */
  uint32_t reserved;
  int64_t extents[SHEAF_TRANSFORM_NDIM_MAX];
} sheaf_item_shape;

typedef struct sheaf_transform sheaf_transform;
struct sheaf_transform {
  uint32_t struct_size;
  uint32_t flags;       /* 0 */
  sheaf_string name;    /* "lab.normalise": lower case, dots; the last part is its short name */
  sheaf_string summary; /* one line */
  const sheaf_param *const *params;
  uint64_t param_count;
  /* Checks that it can work on such rows and says of which dtype the new ones are. [any-thread] */
  sheaf_status (*open)(const sheaf_transform *transform, const sheaf_call *call,
                       const sheaf_config *config, const sheaf_transform_input *input,
                       sheaf_dtype *dtype, void **instance);
  /* The shape of a new row made of one of `item_shape`, in which no extent is -1. [instance] */
  sheaf_status (*shape)(void *instance, const sheaf_call *call, const sheaf_item_shape *item_shape,
                        sheaf_item_shape *new_shape);
  /* Fills `data`, `size` bytes: as many new rows as `rows` has. [instance] */
  sheaf_status (*apply)(void *instance, const sheaf_call *call, const sheaf_array *rows, void *data,
                        uint64_t size);
  /* Once for every successful open. [instance] */
  void (*close)(void *instance);
};

typedef struct sheaf_transforms {
  uint32_t struct_size;
  uint32_t reserved;
  const sheaf_transform *const *transforms;
  uint64_t transform_count;
} sheaf_transforms;

#ifdef __cplusplus
}
#endif
#endif /* SHEAF_TRANSFORM_H */
