/* SPDX-License-Identifier: MIT */
#ifndef SHEAF_STORED_H
#define SHEAF_STORED_H
/*
 * Rows of one source as they lie in a file, and the feature's attributes beside them: what the
 * extensions of a feature work on (preview.h, methods.h).
 *
 * They are read piece by piece, since a recording may be hours long. Conventions, tags and growth
 * are those of plugin.h.
 */
#include <sheaf/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sheaf_stored_output {
  uint32_t struct_size;
  uint32_t ndim;             /* of one row */
  sheaf_string name;         /* as described; empty when it is the only one */
  const int64_t *item_shape; /* ndim extents, of this source's rows: none is -1 */
  int64_t rows;              /* -1: the source has none here */
  sheaf_dtype dtype;
  uint32_t reserved;
} sheaf_stored_output;

typedef struct sheaf_stored sheaf_stored;
struct sheaf_stored {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_data;
  sheaf_string id; /* of the source */
  const sheaf_stored_output *const *outputs;
  uint64_t output_count;
  const sheaf_string *attr_names; /* of the feature's place in the file; same order in both */
  const sheaf_array *attr_values;
  uint64_t attr_count;
  /* Copies rows start ≤ r < stop of an output to `data`; `size` is exactly the bytes they take. Not
     for SHEAF_UTF8. [call] */
  sheaf_status (*read)(const sheaf_stored *stored, uint32_t output, int64_t start, int64_t stop,
                       void *data, uint64_t size);
  /* One row of a SHEAF_UTF8 output; valid until the next call of it. [call] */
  sheaf_status (*read_text)(const sheaf_stored *stored, uint32_t output, int64_t row,
                            sheaf_string *text);
};

#ifdef __cplusplus
}
#endif
#endif /* SHEAF_STORED_H */
