/* SPDX-License-Identifier: MIT */
/* What Go calls: function pointers of the host's, which it can't call itself. */
#pragma once
#include <stdlib.h>
#include <string.h>

#include <sheaf/plugin.h>

static inline sheaf_status reserve(sheaf_sink* sink, uint32_t output, int64_t rows,
                                   uint64_t string_bytes, sheaf_slot* slot) {
  return sink->reserve(sink, output, rows, NULL, 0, string_bytes, slot);
}
static inline sheaf_status commit(sheaf_sink* sink, uint32_t output, int64_t rows) {
  return sink->commit(sink, output, rows);
}
static inline sheaf_status refuse(sheaf_call* call, const char* message) {
  return call->fail(call, SHEAF_ERR_SOURCE, (sheaf_string){message, strlen(message)});
}
