// SPDX-License-Identifier: MIT
#pragma once
// A StoredSource in the ABI's form.
//
// Model: views into the source, which must stay; what a plugin reads goes through StoredSource,
// which checks it. Threads: one at a time. Failure: statuses, with the message in the CallState.

#include <string>
#include <vector>

#include "host/extend/stored.hpp"
#include "host/plugin/bridge.hpp"
#include "host/plugin/describe.hpp"
#include <sheaf/stored.h>

namespace sheaf::host::extend {

class AbiStored {
 public:
  AbiStored(plugin::CallState& call, StoredSource& source);
  AbiStored(const AbiStored&) = delete;
  AbiStored& operator=(const AbiStored&) = delete;
  [[nodiscard]] const sheaf_stored& stored() const noexcept { return stored_; }

 private:
  static sheaf_status on_read(const sheaf_stored* stored, uint32_t output, int64_t start,
                              int64_t stop, void* data, uint64_t size);
  static sheaf_status on_read_text(const sheaf_stored* stored, uint32_t output, int64_t row,
                                   sheaf_string* text);

  plugin::CallState& call_;
  StoredSource& source_;
  plugin::AbiAttrs attrs_;
  std::vector<sheaf_stored_output> outputs_;
  std::vector<const sheaf_stored_output*> list_;
  std::string text_;  // the last one that was read
  sheaf_stored stored_{};
};

}  // namespace sheaf::host::extend
