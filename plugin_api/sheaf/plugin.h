/* SPDX-License-Identifier: MIT */
#ifndef SHEAF_PLUGIN_H
#define SHEAF_PLUGIN_H
/*
 * Sheaf plugin ABI, version 1.
 *
 * A plugin is a shared library that teaches Sheaf to load sources: files, for the most part. It
 * declares features. A feature says which sources it wants (patterns), which arrays it makes of one
 * source (outputs), and loads them. The host finds the plugin, hands it sources and stores the
 * rows.
 *
 *     host                                      plugin
 *       reads the ELF note                        SHEAF_NOTE(id, version)
 *       sheaf_plugin_entry_v1(host) ──────────►   returns a static sheaf_plugin
 *       for each instance of a feature:
 *         open(parameters) ───────────────────►   makes an instance
 *         survey(all its sources) ────────────►   (optional) looks before the first load
 *         describe ───────────────────────────►   names outputs and attributes
 *         load(source) × many ────────────────►   reserve → fill the slot → commit
 *         finish(rows) ───────────────────────►   (optional) statistics, after the last load
 *         close ──────────────────────────────►   frees the instance
 *
 * This header is all you need: C11 or C++, no dependency. docs/abi.md has a whole plugin in C.
 * C++ authors will like <sheaf/sdk.hpp> better; it is a façade over this.
 *
 * CONVENTIONS
 *
 *  1. Entry. Exactly one symbol is looked up: sheaf_plugin_entry_v1. The major version is part of
 *     its name. The ELF note is read before any code of the plugin runs; without it a library is
 *     not a plugin.
 *  2. Ownership. What one side allocates it frees itself. Everything passed to a call (strings,
 *     arrays, structs) is valid until that call returns, and is copied by who wants to keep it.
 *     The descriptor returned by the entry, and all it points to, lives as long as the process.
 *  3. Strings are UTF-8 with a length and need no terminating zero. Paths are bytes with a length:
 *     Linux names need not be UTF-8.
 *  4. Integers have fixed width. No enum, bool, long, size_t or bit-field occurs in a struct.
 *     Booleans are uint32_t: 0 or 1.
 *  5. Growth. Structs that may grow begin with struct_size, set by who fills the struct to
 *     sizeof(it). They grow at the tail only. Read a field that came later than 1.0 through
 *     SHEAF_HAS(struct pointer, field). Arrays of such structs are arrays of pointers. Unknown flag
 *     bits are an error. All else is an extension: get_extension("name/1"), on both sides.
 *  6. Errors. A call returns a sheaf_status. To say why, first call call->fail(call, status,
 *     message), which copies the message at once and returns the status, so that
 *     `return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("no header"));` does both. Name what is
 *     wrong and the remedy; the host adds which source, feature and plugin.
 *  7. Exceptions, longjmp and exit() never cross this boundary.
 *  8. Threads. Each function pointer has a tag:
 *       [any-thread]   may be called from any thread, also concurrently
 *       [instance]     by one thread at a time for one instance, not always the same thread;
 *                      different instances run concurrently unless SHEAF_FEATURE_EXCLUSIVE
 *       [call]         only during the call that passed the struct, by the thread it was made on
 *  9. Manners. A plugin doesn't touch cwd, locale, umask, signals, the environment, stdin, stdout
 *     or the floating-point environment of the process. It logs through the host.
 * 10. Unloading. A plugin is never unloaded.
 * 11. The same again. What load stores depends on the source, the parameters and the survey alone,
 *     not on what the instance loaded before (the order isn't known), and every committed byte was
 *     written (slots aren't zeroed). Then a file is the same for any number of workers.
 * 12. Names. Plugin ids, feature and parameter names are lower case ASCII letters, digits and '_',
 *     parts joined by '.' where a name has several, and begin with a letter (ids may hold '-').
 *     Output names are unique, don't begin with "__" and aren't "shape_". Attribute names don't
 *     begin with "sheaf_". Text in attributes and strings is UTF-8 without zero bytes.
 * 13. Unused and reserved fields are 0.
 */

/* Laid out by hand, so that fields and their comments read as tables. */
/* clang-format off */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SHEAF_ABI_MAJOR 1
#define SHEAF_ABI_MINOR 0

/* Whether the filler of `*ptr` knew the field: its struct was long enough to hold it. */
#define SHEAF_HAS(ptr, field) \
  ((ptr)->struct_size >= offsetof(SHEAF_TYPEOF(ptr), field) + sizeof((ptr)->field))
#ifdef __cplusplus
} /* templates have C++ linkage */
namespace sheaf_detail {
template <class T> struct pointee;
template <class T> struct pointee<T *> { using type = T; };
template <class T> struct pointee<T *const> { using type = T; };
template <class T> struct pointee<T *&> { using type = T; };
template <class T> struct pointee<T *const &> { using type = T; };
}
extern "C" {
#define SHEAF_TYPEOF(ptr) typename ::sheaf_detail::pointee<decltype(ptr)>::type
#else
#define SHEAF_TYPEOF(ptr) __typeof__(*(ptr))
#endif

/* ---- statuses ------------------------------------------------------------------------------- */

typedef int32_t sheaf_status;

#define SHEAF_OK 0          /* done                                                              */
#define SHEAF_SKIP 1        /* load: nothing of mine in this source; it is as if it didn't match  */
#define SHEAF_EMPTY 2       /* load: mine, and it has zero rows                                   */
#define SHEAF_CANCELLED 3   /* gave up because call->cancelled() said so                          */
#define SHEAF_ERR_SOURCE -1 /* this source is bad: it is recorded, the ingest goes on             */
#define SHEAF_ERR_PLUGIN -2 /* this feature is broken: it gets no more sources                    */
#define SHEAF_ERR_FATAL -3  /* nothing sensible can go on: the ingest stops                       */

/* ---- values --------------------------------------------------------------------------------- */

typedef struct sheaf_string {
  const char *data;
  uint64_t size; /* bytes, without a terminating zero */
} sheaf_string;

typedef struct sheaf_bytes {
  const uint8_t *data;
  uint64_t size;
} sheaf_bytes;

/* A string literal as a sheaf_string; in a static initialiser of C write SHEAF_STR_INIT. */
#ifdef __cplusplus
#define SHEAF_STR(literal) (sheaf_string{literal, sizeof(literal) - 1})
#define SHEAF_STR_INIT(literal) {literal, sizeof(literal) - 1}
#else
#define SHEAF_STR(literal) ((sheaf_string){literal, sizeof(literal) - 1})
#define SHEAF_STR_INIT(literal) {literal, sizeof(literal) - 1}
#endif

/* DLPack's numbers, so that the same three fields go straight into a DLDataType. */
#define SHEAF_INT 0
#define SHEAF_UINT 1
#define SHEAF_FLOAT 2
#define SHEAF_COMPLEX 5 /* bits counts both parts: complex64 is 64 */
#define SHEAF_BOOL 6    /* bits 8, a byte that is 0 or 1 */
#define SHEAF_UTF8 200  /* not in DLPack: UTF-8 strings of any length, bits 0 */

typedef struct sheaf_dtype {
  uint8_t code;   /* SHEAF_INT … */
  uint8_t bits;   /* of one element: 8, 16, 32, 64, 128 */
  uint16_t lanes; /* always 1 */
} sheaf_dtype;

/* A typed scalar (ndim 0) or array in row-major order: attributes, and rows given to a plugin.
   Never grows. For SHEAF_UTF8 `data` is an array of sheaf_string. */
typedef struct sheaf_array {
  sheaf_dtype dtype;
  uint32_t ndim;
  const int64_t *shape; /* ndim extents */
  const void *data;
} sheaf_array;

/* ---- parameters ----------------------------------------------------------------------------- */

#define SHEAF_PARAM_UNSET 0 /* only as a value: neither given nor defaulted */
#define SHEAF_PARAM_BOOL 1
#define SHEAF_PARAM_INT 2
#define SHEAF_PARAM_FLOAT 3
#define SHEAF_PARAM_STRING 4
#define SHEAF_PARAM_LIST 16 /* added to one of the four: a list of such */

/* One value; the field that `type` names counts. Never grows. */
typedef struct sheaf_param_value sheaf_param_value;
struct sheaf_param_value {
  uint32_t type;
  uint32_t boolean;
  int64_t integer;
  double real;
  sheaf_string string;
  const sheaf_param_value *items; /* LIST: item_count values of the type without LIST */
  uint64_t item_count;
};

#define SHEAF_PARAM_REQUIRED 1u /* flag: the user must give it; there is no default */
#define SHEAF_PARAM_RANGE 2u    /* flag: minimum and maximum count (INT and FLOAT, both inclusive) */
/* Range and choices hold for each item of a list. */

typedef struct sheaf_param {
  uint32_t struct_size;
  uint32_t flags;
  uint32_t type;       /* SHEAF_PARAM_BOOL …, SHEAF_PARAM_INT | SHEAF_PARAM_LIST … */
  uint32_t reserved;   /* 0 */
  sheaf_string name;   /* [a-z][a-z0-9_]* */
  sheaf_string doc;    /* one line, with the unit */
  sheaf_param_value default_value; /* type UNSET: the parameter is optional and may stay unset */
  double minimum, maximum;
  const sheaf_string *choices; /* STRING: the values allowed; NULL: any */
  uint64_t choice_count;
} sheaf_param;

/* ---- what the host passes to every call ----------------------------------------------------- */

#define SHEAF_LOG_DEBUG 0u
#define SHEAF_LOG_INFO 1u
#define SHEAF_LOG_WARNING 2u
#define SHEAF_LOG_ERROR 3u

typedef struct sheaf_call sheaf_call;
struct sheaf_call {
  uint32_t struct_size;
  uint32_t abi_minor; /* of the host */
  void *host_data;    /* the host's own */

  /* Records why the call fails; returns `status`. The last message counts. [call] */
  sheaf_status (*fail)(const sheaf_call *call, sheaf_status status, sheaf_string message);
  /* Writes a line to the host's log under the plugin's name. [call] */
  void (*log)(const sheaf_call *call, uint32_t severity, sheaf_string message);
  /* 1 when the user asked to stop: clean up and return SHEAF_CANCELLED. [any-thread], while the
     call lasts: helper threads of the plugin may ask too. */
  uint32_t (*cancelled)(const sheaf_call *call);
  /* How much of this call is done, 0 to 1, for those that take seconds. [call] */
  void (*progress)(const sheaf_call *call, double fraction);
  /* How many threads this call may use in all, its own included; at least 1. [call] */
  uint32_t (*thread_budget)(const sheaf_call *call);
};

/* ---- sources -------------------------------------------------------------------------------- */

typedef struct sheaf_source {
  uint32_t struct_size;
  uint32_t reserved;
  sheaf_string id;   /* unique, '/'-normalised UTF-8: what patterns match and users see */
  sheaf_string uri;  /* percent-encoded: "file:///…"; of an archive's member
                        "file:///…/photos.tar#cats/1.jpg"; of a download its address
                        ("https://…", "s3://bucket/key") without user, query and fragment.
                        Size 0 in survey */
  sheaf_bytes path;  /* local path, any bytes but 0, followed by a 0 that isn't counted. Members and
                        downloads have none in survey (size 0), and in load one that can be read
                        until it returns, but says nothing: an ending is in the id alone */
  sheaf_bytes bytes; /* the whole source, when the feature has SHEAF_FEATURE_WANTS_BYTES and
                        during load; else size 0 */
  /* Derived features only (sheaf_feature.input): the rows of the input feature for this source, an
     array for each of its outputs in order, axis 0 being rows; NULL in survey. Ragged outputs come
     in the source's own shape. */
  const sheaf_array *inputs;
  uint64_t input_count;
} sheaf_source;

/* ---- open, survey, describe ----------------------------------------------------------------- */

typedef struct sheaf_config {
  uint32_t struct_size;
  uint32_t param_count;            /* as many as the feature declares, in the same order */
  const sheaf_param_value *params; /* checked against type, range and choices, defaults filled in */
} sheaf_config;

/* What a feature sees before the first load. All instances of a feature get the same sources in the
   same order. What takes time (opening files to compare them) is done once: the first instance may
   `agree` on a few bytes of its own format, and the others get them in `agreed`. Any status but
   SHEAF_OK from open, survey or describe ends the run, so leave out sources that can't be read: load
   will report them. */
typedef struct sheaf_input sheaf_input;
typedef struct sheaf_survey sheaf_survey;
struct sheaf_survey {
  uint32_t struct_size;
  uint32_t is_first; /* 1: this instance decides; 0: `agreed` holds what the first one said */
  void *host_data;
  const sheaf_source *const *sources; /* those dispatched to this feature, in order of the walk */
  uint64_t source_count;
  sheaf_bytes agreed;
  /* Attributes stored when the file is resumed or updated (class lists stay as they are);
     0 of them for a new file. Same order in both arrays. */
  const sheaf_string *stored_names;
  const sheaf_array *stored_values;
  uint64_t stored_count;
  /* Ids that the file has already (resume, update), in its order. */
  const sheaf_string *stored_ids;
  uint64_t stored_id_count;
  /* First instance only; the host copies the bytes. [call] */
  sheaf_status (*agree)(const sheaf_survey *survey, sheaf_bytes bytes);
  /* Derived features: what the feature they derive from describes; else NULL. */
  const sheaf_input *input;
};

/* Filters a dataset is created with: a set, each at most once, of which at most one compresses. They
   are always applied as shuffle, compression, fletcher32. */
#define SHEAF_FILTER_DEFLATE 1u    /* options[0]: level 0 to 9 */
#define SHEAF_FILTER_SHUFFLE 2u    /* no options */
#define SHEAF_FILTER_FLETCHER32 3u /* no options */
#define SHEAF_FILTER_LZF 32000u    /* no options */
#define SHEAF_FILTER_BLOSC 32001u  /* options[0]: level 0 to 9; lz4 inside */
#define SHEAF_FILTER_LZ4 32004u    /* no options */
#define SHEAF_FILTER_ZSTD 32015u   /* options[0]: level 1 to 22 */

/* Never grows. */
typedef struct sheaf_filter {
  uint32_t id;
  uint32_t option_count;
  const uint32_t *options;
} sheaf_filter;

#define SHEAF_OUTPUT_RAGGED 1u /* flag: every source has its own shape; stored flat, shape beside */
/* flag: one array while all sources have one shape, ragged from the first one that differs: what has
   been stored is copied then. For loaders that would have to open every source to know */
#define SHEAF_OUTPUT_RAGGED_IF_NEEDED 2u

typedef struct sheaf_output {
  uint32_t struct_size;
  uint32_t flags;
  sheaf_string name; /* place below the feature; unused when it is the only output */
  sheaf_dtype dtype;
  uint32_t ndim;              /* of one row: axis 0 (rows) isn't counted; 0 for SHEAF_UTF8, whose
                                 rows are single strings and never ragged */
  const int64_t *item_shape;  /* ndim extents; -1: known per source */
  /* Dataset creation. The user's configuration wins over all of it. */
  int64_t chunk_rows;         /* 0: the host chooses */
  const sheaf_filter *filters;
  uint64_t filter_count;
  const sheaf_array *fill_value; /* NULL: 0; a number, converted to the dtype */
} sheaf_output;

/* What a feature describes, told to those that derive from it. */
struct sheaf_input {
  uint32_t struct_size;
  uint32_t reserved;
  const sheaf_output *const *outputs; /* in the order of sheaf_source.inputs */
  uint64_t output_count;
  const sheaf_string *attr_names; /* same order in both arrays */
  const sheaf_array *attr_values;
  uint64_t attr_count;
};

typedef struct sheaf_description sheaf_description;
struct sheaf_description {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_data;
  /* Outputs are numbered from 0 in the order added. [call] */
  sheaf_status (*add_output)(const sheaf_description *description, const sheaf_output *output);
  /* An attribute of the feature's group; a second one of the name replaces the first. [call] */
  sheaf_status (*set_attr)(const sheaf_description *description, sheaf_string name,
                           const sheaf_array *value);
};

/* ---- load ----------------------------------------------------------------------------------- */

/* Never grows. */
typedef struct sheaf_slot {
  void *data;        /* rows × item shape elements in row-major order, 64-byte aligned, not zeroed;
                        for SHEAF_UTF8 the bytes of all strings, one behind the other */
  uint64_t size;     /* bytes at `data` */
  int64_t *offsets;  /* SHEAF_UTF8 only: rows + 1 of them; string k is offsets[k] to [k + 1] */
} sheaf_slot;

/* Where rows go. The decoder writes into memory of the host's: reserve, fill, commit. A source whose
   length isn't known streams by repeating that, one slot at a time: while a slot is open nothing is
   sent on to the file. Rows count only when load returns SHEAF_OK. */
typedef struct sheaf_sink sheaf_sink;
struct sheaf_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_data;
  /* Makes room for `rows` rows of `output`. `item_shape` has as many extents as the output's and
     must agree with it wherever that isn't -1. For SHEAF_UTF8 `string_bytes` is the sum of all
     lengths, else it is ignored. The slot is valid until the next reserve or commit on the same
     output. Fails with SHEAF_ERR_SOURCE and a message when shapes don't fit or when it asks for
     more than the host's memory limit: pass that on, or try with less. [call] */
  sheaf_status (*reserve)(const sheaf_sink *sink, uint32_t output, int64_t rows,
                          const int64_t *item_shape, uint32_t ndim, uint64_t string_bytes,
                          sheaf_slot *slot);
  /* Says that the first `rows` rows of the last reserved slot are filled: 0 to what was reserved;
     for SHEAF_UTF8 exactly what was reserved, and valid UTF-8 without zero bytes. What was reserved
     and never committed doesn't count. Fails as reserve does. [call] */
  sheaf_status (*commit)(const sheaf_sink *sink, uint32_t output, int64_t rows);
};

/* ---- finish --------------------------------------------------------------------------------- */

/* The rows of the whole file, after the last load; made for one instance. */
typedef struct sheaf_rows sheaf_rows;
struct sheaf_rows {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_data;
  /* Rows of the concatenated array; flat elements of a ragged output; -1 for an output that wasn't
     described. [call] */
  int64_t (*count)(const sheaf_rows *rows, uint32_t output);
  /* Copies rows start ≤ r < stop to `data`; `size` is exactly the bytes they take. Not for
     SHEAF_UTF8. [call] */
  sheaf_status (*read)(const sheaf_rows *rows, uint32_t output, int64_t start, int64_t stop,
                       void *data, uint64_t size);
  /* As in sheaf_description. [call] */
  sheaf_status (*set_attr)(const sheaf_rows *rows, sheaf_string name, const sheaf_array *value);
};

/* ---- features ------------------------------------------------------------------------------- */

#define SHEAF_FEATURE_OPT_IN 1u      /* takes part only when the user names it */
#define SHEAF_FEATURE_WANTS_BYTES 2u /* wants sheaf_source.bytes in load */
#define SHEAF_FEATURE_EXCLUSIVE 4u   /* not thread-safe: one instance a process, where no two loads
                                        of exclusive features of one plugin overlap; the rows of
                                        one source must fit half the host's memory limit, as must
                                        those of a feature that another derives from */
#define SHEAF_FEATURE_IGNORE_CASE 8u /* patterns ignore case */
#define SHEAF_FEATURE_COMPANION 16u  /* describes sources that others load (labels, ids): a source
                                        only companions match counts as unmatched, unless the user
                                        asked for companions alone */

typedef struct sheaf_feature sheaf_feature;
struct sheaf_feature {
  uint32_t struct_size;
  uint32_t flags;
  sheaf_string name;    /* "lab.scan": lower case, dots; the part after the last dot is its short
                           name and default place in the file */
  sheaf_string summary; /* one line, shown in lists */
  /* RE2 syntax, unanchored, on the source's id; any of them makes a match. */
  const sheaf_string *patterns;
  uint64_t pattern_count;
  int32_t priority;     /* of two features for one place in the file the higher one loads; 0 is
                           usual, a tie is an error that names both */
  uint32_t reserved;
  const sheaf_param *const *params;
  uint64_t param_count;
  /* Empty: loads sources. Else the name of another feature: loads from its rows, for each source
     whose input was loaded (zero rows included); no patterns then means all of those. A cycle is
     refused. */
  sheaf_string input;

  /* Makes an instance; on success *instance is not NULL. Check here that parameters make sense
     together. [any-thread] */
  sheaf_status (*open)(const sheaf_feature *feature, const sheaf_call *call,
                       const sheaf_config *config, void **instance);
  /* NULL: not wanted. Once, before describe. [instance] */
  sheaf_status (*survey)(void *instance, const sheaf_call *call, const sheaf_survey *survey);
  /* Names outputs and attributes, which may depend on parameters and survey. All instances must
     say the same. [instance] */
  sheaf_status (*describe)(void *instance, const sheaf_call *call,
                           const sheaf_description *description);
  /* Loads one source. [instance] */
  sheaf_status (*load)(void *instance, const sheaf_call *call, const sheaf_source *source,
                       const sheaf_sink *sink);
  /* NULL: not wanted. [instance] */
  sheaf_status (*finish)(void *instance, const sheaf_call *call, const sheaf_rows *rows);
  /* Frees the instance; also after errors, once for every successful open. [instance] */
  void (*close)(void *instance);
  /* NULL, or looks up an extension of this feature: "sheaf.preview/1". [any-thread] */
  const void *(*get_extension)(const sheaf_feature *feature, sheaf_string name);
};

/* ---- the plugin ----------------------------------------------------------------------------- */

typedef struct sheaf_plugin {
  uint32_t struct_size;
  uint32_t abi_minor;   /* the newest minor this descriptor makes use of; never above the host's */
  uint32_t flags;       /* 0 */
  uint32_t reserved;    /* 0 */
  sheaf_string id;      /* "lab.scanner", as in the note */
  sheaf_string version; /* "1.2.0", as in the note */
  sheaf_string summary; /* one line */
  sheaf_string license; /* SPDX expression, or empty */
  const sheaf_feature *const *features;
  uint64_t feature_count;
  /* NULL, or looks up an extension of the plugin. [any-thread] */
  const void *(*get_extension)(sheaf_string name);
} sheaf_plugin;

/* What the host is, told to the entry. */
typedef struct sheaf_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  sheaf_string name;    /* "sheaf" */
  sheaf_string version;
  /* NULL result: this host doesn't have it. [any-thread] */
  const void *(*get_extension)(const struct sheaf_host *host, sheaf_string name);
  /* Says why the entry is about to return NULL, and the remedy; copied at once. Only within the
     entry. */
  void (*refuse)(const struct sheaf_host *host, sheaf_string reason);
} sheaf_host;

/* The one symbol. Returns a descriptor that lives as long as the process, or NULL when the plugin
   can't run with this host (host->refuse says why). Called once a process, before anything else; `host` stays valid. */
typedef const sheaf_plugin *(*sheaf_plugin_entry_fn)(const sheaf_host *host);
#define SHEAF_PLUGIN_ENTRY "sheaf_plugin_entry_v1"
#define SHEAF_EXPORT __attribute__((visibility("default")))

SHEAF_EXPORT const sheaf_plugin *sheaf_plugin_entry_v1(const sheaf_host *host);

/* ---- the ELF note --------------------------------------------------------------------------- */

#define SHEAF_NOTE_SECTION ".note.sheaf"
#define SHEAF_NOTE_OWNER "sheaf"
#define SHEAF_NOTE_TYPE 1u
#define SHEAF_NOTE_ID_MAX 64
#define SHEAF_NOTE_VERSION_MAX 32

/* An ELF note as the linker lays it out. Never changes: it is how hosts of other majors read us. */
typedef struct sheaf_note {
  uint32_t name_size, desc_size, type;
  char name[8]; /* "sheaf", zero-padded */
  uint32_t abi_major, abi_minor;
  char id[SHEAF_NOTE_ID_MAX];           /* zero-terminated */
  char version[SHEAF_NOTE_VERSION_MAX]; /* zero-terminated */
} sheaf_note;

/* Write once, at file scope, in one source of the plugin: SHEAF_NOTE("lab.scanner", "1.2.0") */
#define SHEAF_NOTE(plugin_id, plugin_version)                                                   \
  __attribute__((used, aligned(4), section(SHEAF_NOTE_SECTION)))                                \
  static const sheaf_note sheaf_note_v1 = {                                                     \
      6u, sizeof(sheaf_note) - offsetof(sheaf_note, abi_major), SHEAF_NOTE_TYPE,                \
      SHEAF_NOTE_OWNER, SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR, plugin_id, plugin_version};

#ifdef __cplusplus
}
#endif
#endif /* SHEAF_PLUGIN_H */
