/* SPDX-License-Identifier: MIT */
#ifndef SHEAF_PREVIEW_H
#define SHEAF_PREVIEW_H
/*
 * sheaf.preview/1: what a source's rows look like, as a picture or as text.
 *
 * An extension of a feature: sheaf_feature.get_extension("sheaf.preview/1") returns a sheaf_preview.
 * The host asks for one kind and a largest size; `sheaf preview FILE PATH ID` shows the result.
 */
#include <sheaf/stored.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SHEAF_PREVIEW "sheaf.preview/1"

#define SHEAF_PREVIEW_RGBA 1u /* pixels */
#define SHEAF_PREVIEW_SVG 2u  /* a drawing: an SVG document in UTF-8 */
#define SHEAF_PREVIEW_TEXT 4u /* lines of plain UTF-8 */

typedef struct sheaf_preview_request {
  uint32_t struct_size;
  uint32_t kind;  /* one that the preview makes */
  uint32_t width; /* at most: pixels, or columns of text; the aspect is kept below that */
  uint32_t height;
  const sheaf_config *config; /* the preview's own parameters */
} sheaf_preview_request;

/* Where the picture goes: one call of `pixels`, or `text` as often as it takes. */
typedef struct sheaf_canvas sheaf_canvas;
struct sheaf_canvas {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_data;
  /* Makes room for width × height pixels, rows from the top, each 4 bytes R G B A, transparent at
     first; A isn't multiplied in. Within what was requested. [call] */
  sheaf_status (*pixels)(const sheaf_canvas *canvas, uint32_t width, uint32_t height,
                         uint8_t **pixels);
  /* Adds to the SVG or the text. [call] */
  sheaf_status (*text)(const sheaf_canvas *canvas, sheaf_string text);
};

typedef struct sheaf_preview {
  uint32_t struct_size;
  uint32_t kinds; /* SHEAF_PREVIEW_RGBA | …: those it makes */
  const sheaf_param *const *params;
  uint64_t param_count;
  /* Needs no instance: everything is in the rows and the attributes. [any-thread] */
  sheaf_status (*render)(const sheaf_feature *feature, const sheaf_call *call,
                         const sheaf_stored *stored, const sheaf_preview_request *request,
                         const sheaf_canvas *canvas);
} sheaf_preview;

#ifdef __cplusplus
}
#endif
#endif /* SHEAF_PREVIEW_H */
