/* SPDX-License-Identifier: MIT */
#ifndef SHEAF_METHODS_H
#define SHEAF_METHODS_H
/*
 * sheaf.methods/1: named functions on the rows of a feature.
 *
 * An extension of a feature: sheaf_feature.get_extension("sheaf.methods/1") returns sheaf_methods.
 * A method has typed parameters, gets the rows of one or several sources and gives named values:
 * `sheaf call FILE PATH loudness a.wav b.wav window=0.4`.
 */
#include <sheaf/stored.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SHEAF_METHODS "sheaf.methods/1"

typedef struct sheaf_results sheaf_results;
struct sheaf_results {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_data;
  /* A named value of the result; a second one of the name is an error. [call] */
  sheaf_status (*add)(const sheaf_results *results, sheaf_string name, const sheaf_array *value);
};

typedef struct sheaf_method {
  uint32_t struct_size;
  uint32_t flags;       /* 0 */
  sheaf_string name;    /* [a-z][a-z0-9_]* */
  sheaf_string summary; /* one line */
  const sheaf_param *const *params;
  uint64_t param_count;
  /* Needs no instance. At least one source; all in one call. [any-thread] */
  sheaf_status (*call)(const struct sheaf_method *method, const sheaf_call *call,
                       const sheaf_config *config, const sheaf_stored *const *sources,
                       uint64_t source_count, const sheaf_results *results);
} sheaf_method;

typedef struct sheaf_methods {
  uint32_t struct_size;
  uint32_t reserved;
  const sheaf_method *const *methods;
  uint64_t method_count;
} sheaf_methods;

#ifdef __cplusplus
}
#endif
#endif /* SHEAF_METHODS_H */
