/* SPDX-License-Identifier: MIT */
/* A plugin that can't run with this host. */
#include <sheaf/plugin.h>

SHEAF_NOTE("test.unwilling", "1.0.0")

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  host->refuse(host, SHEAF_STR("needs a machine with a scanner"));
  return NULL;
}
