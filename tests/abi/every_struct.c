/* SPDX-License-Identifier: MIT */
/* The whole ABI as one library: every struct is reached from what is exported here, so that its
   debug information is the ABI's record (sheaf-1.0.abi). It is never loaded. */
#include <sheaf/methods.h>
#include <sheaf/plugin.h>
#include <sheaf/preview.h>
#include <sheaf/transform.h>

SHEAF_EXPORT extern const sheaf_note sheaf_abi_note;
const sheaf_note sheaf_abi_note = {0};

/* Extensions are found by name, so nothing in the descriptor leads to them. */
SHEAF_EXPORT extern const sheaf_preview sheaf_abi_preview;
const sheaf_preview sheaf_abi_preview = {0};
SHEAF_EXPORT extern const sheaf_methods sheaf_abi_methods;
const sheaf_methods sheaf_abi_methods = {0};
SHEAF_EXPORT extern const sheaf_transforms sheaf_abi_transforms;
const sheaf_transforms sheaf_abi_transforms = {0};

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {
  (void)host;
  return NULL;
}
