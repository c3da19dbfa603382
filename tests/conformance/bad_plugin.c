/* SPDX-License-Identifier: MIT */
/*
 * A plugin with one defect: that which its file is named after, so that a test copies the library
 * to `unwritten.so` and has a plugin that leaves bytes unwritten. Named `good`, or anything else,
 * it has none. Every defect stands beside the line that it spoils, as IS("name").
 *
 * A source is "BAD1", rows and width as uint32, then rows × width int16.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include <sheaf/plugin.h>

SHEAF_NOTE("lab.bad", "1.0.0")

static char defect[64];
#define IS(name) (strcmp(defect, name) == 0)

enum { HEADER = 12, ROWS = 0, TEXT = 1, MASK = 2 };

struct bad {
  int64_t scale;
  int64_t loads;
  int64_t rows_seen;
  int was_hurt;
  void* kept;
};

static int open_now;         /* instances that live */
static int opened;           /* instances so far */
static unsigned described;   /* descriptions so far */
static volatile int race[2]; /* what threads share, and shouldn't */

static void* sleep_for_ever(void* ignored) {
  (void)ignored;
  while (1) pause();
  return NULL;
}
static void start_thread(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, &sleep_for_ever, NULL);
  pthread_detach(thread);
}
static void crash(void) { raise(SIGSEGV); }
static void on_signal(int number) { (void)number; }

/* ---- before load ---------------------------------------------------------------------------- */

static sheaf_status bad_open(const sheaf_feature* feature, const sheaf_call* call,
                             const sheaf_config* config, void** instance) {
  (void)feature;
  if (IS("open_null")) return SHEAF_OK;
  if (IS("open_fails")) return SHEAF_ERR_PLUGIN;
  if (IS("open_crashes")) crash();
  if (IS("exclusive") && open_now++ > 0) crash(); /* no defect: it has said so */
  struct bad* self = calloc(1, sizeof *self);
  if (self == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("out of memory"));
  self->scale = config->params[0].integer;
  if (IS("extreme_crash") && self->scale == 9) crash();
  if (IS("second_open") && opened++ > 0) self->scale *= 2;
  if (IS("leak_memory")) self->kept = malloc(24); /* close frees self alone */
  if (IS("leak_map")) {
    self->kept = mmap(NULL, 1 << 18, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  if (IS("leak_file")) (void)!open("/dev/null", O_RDONLY);
  if (IS("leak_thread")) start_thread();
  if (IS("one_thread_left") && opened++ == 0) start_thread();
  if (IS("changes_umask")) umask(0);
  *instance = self;
  return SHEAF_OK;
}

static void bad_close(void* instance) {
  --open_now;
  free(instance);
}

static sheaf_status bad_survey(void* instance, const sheaf_call* call, const sheaf_survey* survey) {
  (void)instance;
  for (uint64_t i = 0; i < survey->source_count && IS("survey_opens"); ++i) {
    FILE* file = fopen((const char*)survey->sources[i]->path.data, "rb");
    if (file == NULL) return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("no such file"));
    fclose(file);
  }
  if (!survey->is_first) return SHEAF_OK;
  uint64_t agreed = survey->source_count;
  if (IS("survey_differs")) agreed = (uint64_t)++opened;
  return survey->agree(survey, (sheaf_bytes){(const uint8_t*)&agreed, sizeof agreed});
}

static sheaf_status add(const sheaf_description* description, const char* name, sheaf_dtype dtype,
                        uint32_t ndim) {
  static const int64_t per_source[] = {-1};
  sheaf_output output = {0};
  output.struct_size = sizeof output;
  output.flags = ndim > 0 ? SHEAF_OUTPUT_RAGGED : 0;
  output.name = (sheaf_string){name, strlen(name)};
  output.dtype = dtype;
  output.ndim = ndim;
  output.item_shape = per_source;
  return description->add_output(description, &output);
}

static sheaf_status bad_describe(void* instance, const sheaf_call* call,
                                 const sheaf_description* description) {
  (void)instance, (void)call;
  if (IS("no_output")) return SHEAF_OK;
  const uint8_t bits = IS("bad_dtype") ? 12 : 16;
  sheaf_status status = add(description, "rows", (sheaf_dtype){SHEAF_INT, bits, 1}, 1);
  if (status == SHEAF_OK) status = add(description, "text", (sheaf_dtype){SHEAF_UTF8, 0, 1}, 0);
  if (status == SHEAF_OK) status = add(description, "mask", (sheaf_dtype){SHEAF_BOOL, 8, 1}, 0);
  if (status != SHEAF_OK) return status;
  const int32_t unit = IS("describe_differs") ? (int32_t)++described : 1;
  const sheaf_array value = {{SHEAF_INT, 32, 1}, 0, NULL, &unit};
  return description->set_attr(description, SHEAF_STR("unit"), &value);
}

/* ---- load ----------------------------------------------------------------------------------- */

/* What a source's header says, and its numbers; 0: no header. */
struct header {
  uint32_t rows, width;
  const uint8_t* numbers;
};

static int parse(const sheaf_bytes bytes, struct header* header) {
  if (bytes.size < HEADER || memcmp(bytes.data, "BAD1", 4) != 0) return 0;
  memcpy(&header->rows, bytes.data + 4, 4);
  memcpy(&header->width, bytes.data + 8, 4);
  header->numbers = bytes.data + HEADER;
  if (IS("trusts_header")) return 1;
  const uint64_t needed = (uint64_t)header->rows * header->width * 2;
  return header->rows < 1000000 && header->width < 1000 && needed <= bytes.size - HEADER;
}

static void touch_beside(const sheaf_slot* slot) {
  char* const data = slot->data;
  if (IS("overflow")) data[slot->size] = 1;
  if (IS("overflow_far")) data[slot->size + 200] = 1;
  if (IS("underflow")) data[-1] = 1;
}

static sheaf_status put_rows(struct bad* self, const struct header* header,
                             const sheaf_sink* sink) {
  int64_t shape[] = {(int64_t)header->width, 1};
  sheaf_slot slot;
  const uint32_t ndim = IS("wrong_shape") ? 2 : 1;
  sheaf_status status = sink->reserve(sink, ROWS, header->rows, shape, ndim, 0, &slot);
  if (status != SHEAF_OK) return status;
  int16_t* const numbers = slot.data;
  const size_t count = (size_t)header->rows * header->width;
  memcpy(numbers, header->numbers, count * 2 - (IS("unwritten") && count > 0 ? 2 : 0));
  race[0] = (int)self->scale;
  race[1] = (int)header->width;
  if (IS("races")) sched_yield();
  const int16_t factor = (int16_t)(IS("races") ? race[1] : self->scale);
  const size_t end = IS("unwritten") && count > 0 ? count - 1 : count;
  for (size_t i = 0; i < end; ++i) numbers[i] = (int16_t)(numbers[i] * factor);
  if (IS("remembers") && count > 0) numbers[0] = (int16_t)self->loads;
  if (self->was_hurt && count > 0) numbers[0] = 4711;
  touch_beside(&slot);
  status = sink->commit(sink, ROWS, header->rows + (IS("commits_more") ? 1 : 0));
  if (IS("late_write")) numbers[0] = 1;
  return IS("ignores_commit") ? SHEAF_OK : status;
}

static sheaf_status put_text(const sheaf_source* source, const sheaf_sink* sink) {
  char text[8];
  size_t size = source->id.size < sizeof text ? source->id.size : sizeof text;
  if (IS("strlen_of_id")) size = strlen(source->id.data) > 1000 ? 0 : size;
  memcpy(text, source->id.data, size);
  if (IS("bad_utf8")) text[0] = '\xff';
  sheaf_slot slot;
  const sheaf_status status = sink->reserve(sink, TEXT, 1, NULL, 0, size, &slot);
  if (status != SHEAF_OK) return status;
  memcpy(slot.data, text, size);
  slot.offsets[0] = 0;
  slot.offsets[1] = (int64_t)size + (IS("wrong_offsets") ? 100 : 0);
  return sink->commit(sink, TEXT, 1);
}

static sheaf_status put_mask(const sheaf_sink* sink) {
  sheaf_slot slot;
  if (IS("no_reserve")) return sink->commit(sink, MASK, 1);
  const sheaf_status status = sink->reserve(sink, MASK, 1, NULL, 0, 0, &slot);
  if (status != SHEAF_OK) return IS("wrong_status") ? SHEAF_ERR_FATAL : status;
  *(uint8_t*)slot.data = IS("bad_bool") ? 7 : 1;
  return sink->commit(sink, MASK, 1);
}

static void misbehave(void) {
  if (IS("changes_locale")) setlocale(LC_ALL, "C.UTF-8");
  if (IS("changes_folder")) (void)!chdir("/");
  if (IS("changes_rounding")) fesetround(FE_DOWNWARD);
  if (IS("changes_environment")) setenv("LAB_BAD", "was here", 1);
  if (IS("changes_signals")) signal(SIGUSR1, &on_signal);
  if (IS("prints")) printf("hello from lab.bad\n"), fflush(stdout);
  if (IS("complains")) fprintf(stderr, "lab.bad complains\n");
  if (IS("closes_stdin")) close(0);
}

static sheaf_status refuse(struct bad* self, const sheaf_call* call, const sheaf_source* source) {
  if (IS("leak_on_error")) self->kept = malloc(100);
  if (IS("crashes_on_bad")) crash();
  if (IS("exits_on_bad")) exit(3);
  if (IS("hangs_on_empty") && source->bytes.size == 0) sleep_for_ever(NULL);
  if (IS("hurt_by_bad")) self->was_hurt = 1;
  if (IS("silent")) return SHEAF_ERR_SOURCE;
  const sheaf_status status = IS("blames_itself") ? SHEAF_ERR_PLUGIN : SHEAF_ERR_SOURCE;
  return call->fail(call, status, SHEAF_STR("is no BAD1 file"));
}

static sheaf_status load_whole(struct bad* self, const sheaf_call* call, const sheaf_source* source,
                               const sheaf_sink* sink) {
  struct header header;
  if (!parse(source->bytes, &header)) return refuse(self, call, source);
  if (IS("overreads") && source->bytes.data[source->bytes.size] == 99) return SHEAF_ERR_SOURCE;
  pthread_t helpers[3];
  for (int i = 0; i < 3 && IS("many_threads"); ++i) {
    pthread_create(&helpers[i], NULL, &sleep_for_ever, NULL);
  }
  sheaf_status status = put_rows(self, &header, sink);
  if (status == SHEAF_OK) status = put_text(source, sink);
  if (status == SHEAF_CANCELLED && IS("goes_on")) status = SHEAF_OK;
  if (status == SHEAF_OK) status = put_mask(sink);
  for (int i = 0; i < 3 && IS("many_threads"); ++i) {
    pthread_cancel(helpers[i]);
    pthread_join(helpers[i], NULL);
  }
  self->rows_seen += header.rows;
  return IS("ignores_reserve") ? SHEAF_OK : status;
}

static sheaf_status bad_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                             const sheaf_sink* sink) {
  struct bad* const self = instance;
  ++self->loads;
  misbehave();
  if (IS("load_crashes")) crash();
  if (IS("ok_without_rows")) return SHEAF_OK;
  if (IS("refuses_all")) return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("not this one"));
  if (IS("ends_the_run")) return call->fail(call, SHEAF_ERR_FATAL, SHEAF_STR("all is lost"));
  const sheaf_status status = load_whole(self, call, source, sink);
  if (status == SHEAF_OK && IS("unknown_status")) return 42;
  if (status == SHEAF_OK && IS("empty_with_rows")) return SHEAF_EMPTY;
  return status;
}

static sheaf_status bad_finish(void* instance, const sheaf_call* call, const sheaf_rows* rows) {
  (void)call;
  const struct bad* const self = instance;
  if (IS("finish_crashes") && rows->count(rows, ROWS) == 0) crash();
  const int64_t count = IS("finish_remembers") ? self->rows_seen : rows->count(rows, MASK);
  const sheaf_array value = {{SHEAF_INT, 64, 1}, 0, NULL, &count};
  return rows->set_attr(rows, SHEAF_STR("count"), &value);
}

/* ---- the descriptor, which the entry spoils ---------------------------------------------------
 */

static sheaf_param scale = {.struct_size = sizeof(sheaf_param),
                            .flags = SHEAF_PARAM_RANGE,
                            .type = SHEAF_PARAM_INT,
                            .name = SHEAF_STR_INIT("scale"),
                            .doc = SHEAF_STR_INIT("what numbers are multiplied with"),
                            .default_value = {.type = SHEAF_PARAM_INT, .integer = 1},
                            .minimum = 1,
                            .maximum = 9};
static const sheaf_param* const params[] = {&scale};
static sheaf_string patterns[] = {SHEAF_STR_INIT("\\.bad$")};
static sheaf_feature feature = {.struct_size = sizeof(sheaf_feature),
                                .flags = SHEAF_FEATURE_WANTS_BYTES,
                                .name = SHEAF_STR_INIT("lab.bad"),
                                .summary = SHEAF_STR_INIT("Numbers in rows"),
                                .patterns = patterns,
                                .pattern_count = 1,
                                .params = params,
                                .param_count = 1,
                                .open = &bad_open,
                                .survey = &bad_survey,
                                .describe = &bad_describe,
                                .load = &bad_load,
                                .finish = &bad_finish,
                                .close = &bad_close};
static const sheaf_feature* const features[] = {&feature, &feature};
static sheaf_plugin plugin = {.struct_size = sizeof(sheaf_plugin),
                              .id = SHEAF_STR_INIT("lab.bad"),
                              .version = SHEAF_STR_INIT("1.0.0"),
                              .summary = SHEAF_STR_INIT("One defect at a time"),
                              .license = SHEAF_STR_INIT("MIT"),
                              .features = features,
                              .feature_count = 1};

static void find_defect(void) {
  Dl_info info;
  if (dladdr((void*)&find_defect, &info) == 0 || info.dli_fname == NULL) return;
  const char* const slash = strrchr(info.dli_fname, '/');
  snprintf(defect, sizeof defect, "%s", slash == NULL ? info.dli_fname : slash + 1);
  char* const dot = strchr(defect, '.');
  if (dot != NULL) *dot = '\0';
}

static void spoil_descriptor(void) {
  if (IS("note_differs")) plugin.version = SHEAF_STR("1.0.1");
  if (IS("newer_abi")) plugin.abi_minor = 99;
  if (IS("no_summary")) plugin.summary = (sheaf_string){NULL, 0};
  if (IS("feature_twice")) plugin.feature_count = 2;
  if (IS("short_feature")) feature.struct_size = 16;
  if (IS("unknown_flag")) feature.flags |= 1u << 30;
  if (IS("exclusive")) feature.flags |= SHEAF_FEATURE_EXCLUSIVE;
  if (IS("no_load")) feature.load = NULL;
  if (IS("bad_name")) feature.name = SHEAF_STR("Lab Bad");
  if (IS("null_text")) feature.summary.data = NULL;
  if (IS("bad_default")) scale.default_value.integer = 10;
  if (IS("bad_regex")) patterns[0] = SHEAF_STR("\\.bad(");
  if (IS("claims_all")) patterns[0] = SHEAF_STR("");
}

SHEAF_EXPORT const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  find_defect();
  spoil_descriptor();
  if (IS("unwilling")) return NULL;
  if (IS("entry_crashes")) crash();
  if (IS("entry_hangs")) sleep_for_ever(NULL);
  if (IS("changes_at_load")) setenv("LAB_BAD", "was here", 1);
  return &plugin;
}
