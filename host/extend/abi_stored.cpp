// SPDX-License-Identifier: MIT
#include "host/extend/abi_stored.hpp"

#include "core/error.hpp"

namespace sheaf::host::extend {
namespace {

AbiStored& self_of(const sheaf_stored* stored) {
  return *static_cast<AbiStored*>(stored->host_data);
}

}  // namespace

AbiStored::AbiStored(plugin::CallState& call, StoredSource& source)
    : call_(call), source_(source), attrs_(source.attrs()) {
  for (const StoredOutput& output : source.outputs()) {
    sheaf_stored_output& plain = outputs_.emplace_back();
    plain.struct_size = sizeof(sheaf_stored_output);
    plain.ndim = static_cast<std::uint32_t>(output.item_shape.size());
    plain.name = {output.name.data(), output.name.size()};
    plain.item_shape = output.item_shape.data();
    plain.rows = output.rows;
    plain.dtype = plugin::to_abi(output.dtype);
  }
  for (const sheaf_stored_output& output : outputs_) list_.push_back(&output);
  const std::string& id = source.id();
  stored_ = {sizeof(sheaf_stored),
             0,
             this,
             {id.data(), id.size()},
             list_.data(),
             list_.size(),
             attrs_.names(),
             attrs_.values(),
             attrs_.count(),
             &on_read,
             &on_read_text};
}

sheaf_status AbiStored::on_read(const sheaf_stored* stored, uint32_t output, int64_t start,
                                int64_t stop, void* data, uint64_t size) {
  AbiStored& self = self_of(stored);
  return plugin::call_host(self.call_, [&]() -> sheaf_status {
    if (data == nullptr && size > 0) {
      return self.call_.fail(SHEAF_ERR_PLUGIN, "reads rows without memory for them");
    }
    self.source_.read(output, start, stop, {static_cast<std::byte*>(data), size});
    return SHEAF_OK;
  });
}

sheaf_status AbiStored::on_read_text(const sheaf_stored* stored, uint32_t output, int64_t row,
                                     sheaf_string* text) {
  AbiStored& self = self_of(stored);
  return plugin::call_host(self.call_, [&] {
    self.text_ = self.source_.read_text(output, row);
    *text = {self.text_.data(), self.text_.size()};
    return SHEAF_OK;
  });
}

}  // namespace sheaf::host::extend
