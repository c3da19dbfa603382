/* SPDX-License-Identifier: MIT */
/* A plugin that can't run and says why. */
#include <sheaf/plugin.h>

SHEAF_NOTE("abi.refusing", "1.0.0")

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  host->refuse(host, SHEAF_STR("the scanner isn't connected; connect it"));
  return NULL;
}
