/* SPDX-License-Identifier: MIT */
/* A note and nothing that keeps its promise; built alone, against a library that has an entry, and
   with a symbol that nobody has. */
#include <sheaf/plugin.h>

SHEAF_NOTE("test.hollow", "1.0.0")

#ifdef HOLLOW_MISSING
extern int sheaf_test_nobody_has_this(void);
int (*hollow_hook)(void) = sheaf_test_nobody_has_this;
#endif
