/* SPDX-License-Identifier: MIT */
/* A library that others need (ELF_NEEDED), or the least of a plugin with one thing wrong. */
#ifdef ELF_NEEDED
int ELF_NEEDED(void);
__attribute__((visibility("default"))) int ELF_NEEDED(void) { return 1; }
#else
#include <stdlib.h>

#ifdef ELF_DATA_ENTRY
#define sheaf_plugin_entry_v1 sheaf_declared_entry
#endif
#include <sheaf/plugin.h>
#undef sheaf_plugin_entry_v1

#ifndef ELF_WITHOUT_NOTE
SHEAF_NOTE(ELF_ID, "1.0.0")
#endif

#if defined(ELF_DATA_ENTRY)
SHEAF_EXPORT extern const int sheaf_plugin_entry_v1;
const int sheaf_plugin_entry_v1 = 1;
#elif !defined(ELF_WITHOUT_ENTRY)
const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  if (host == NULL) abort(); /* needs libc */
  return NULL;
}
#endif

#define EXPORTED(name)   \
  SHEAF_EXPORT int name; \
  int name = 1;
#ifdef ELF_EXPORTS
EXPORTED(one)
EXPORTED(two)
EXPORTED(three)
EXPORTED(four)
EXPORTED(five)
EXPORTED(six)
EXPORTED(seven)
#endif
#ifdef ELF_HDF5
EXPORTED(H5open)
#endif

#ifdef ELF_UNIQUE
__asm__(
    ".data\n.globl sheaf_only_one\n.type sheaf_only_one,\"gnu_unique_object\"\n"
    ".size sheaf_only_one,4\nsheaf_only_one: .long 1\n.text\n");
#endif
#ifdef ELF_TEXT_RELOCATION
__asm__(".text\n.balign 8\n.quad sheaf_plugin_entry_v1\n");
#endif

#ifdef ELF_STATIC_TLS
static __thread volatile int counter __attribute__((tls_model("initial-exec")));
SHEAF_EXPORT const sheaf_plugin* sheaf_plugin_entry_v2(void);
const sheaf_plugin* sheaf_plugin_entry_v2(void) {
  ++counter;
  return NULL;
}
#endif

#ifdef ELF_EARLY
#define FIRST(number) \
  __attribute__((constructor)) static void first_##number(void) {}
FIRST(1)
FIRST(2)
FIRST(3)
FIRST(4)
FIRST(5)
FIRST(6)
FIRST(7)
FIRST(8)
FIRST(9)
#endif
#endif
