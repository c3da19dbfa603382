// SPDX-License-Identifier: MIT
#include "host/ingest/finish_call.hpp"

#include <cstring>

#include <fmt/format.h>

namespace sheaf::host {
namespace {

struct FinishState {
  plugin::CallState* call;
  RowAccess* rows;
};

FinishState& state_of(const sheaf_rows* rows) {
  return *static_cast<FinishState*>(rows->host_data);
}

std::int64_t on_count(const sheaf_rows* rows, uint32_t output) {
  FinishState& state = state_of(rows);
  std::int64_t count = -1;  // what an output that wasn't described has
  plugin::call_host(*state.call, [&] {
    count = state.rows->count(output);
    return SHEAF_OK;
  });
  return count;
}

sheaf_status on_read(const sheaf_rows* rows, uint32_t output, int64_t start, int64_t stop,
                     void* data, uint64_t size) {
  FinishState& state = state_of(rows);
  return plugin::call_host(*state.call, [&]() -> sheaf_status {
    const Value value = state.rows->read(output, start, stop);
    if (value.dtype.is_string() || value.bytes.size() != size) {
      return state.call->fail(SHEAF_ERR_PLUGIN,
                              fmt::format("reads {} bytes into {}", value.bytes.size(), size));
    }
    if (size > 0) std::memcpy(data, value.bytes.data(), size);
    return SHEAF_OK;
  });
}

sheaf_status on_set_attr(const sheaf_rows* rows, sheaf_string name, const sheaf_array* value) {
  FinishState& state = state_of(rows);
  return plugin::call_host(*state.call, [&] {
    state.rows->set_attr(std::string(plugin::view(name)), plugin::to_value(*value));
    return SHEAF_OK;
  });
}

}  // namespace

plugin::Outcome call_finish(plugin::Instance& instance, RowAccess& rows) {
  FinishState state{&instance.state(), &rows};
  const sheaf_rows abi{sizeof(sheaf_rows), 0, &state, &on_count, &on_read, &on_set_attr};
  return instance.finish(abi);
}

}  // namespace sheaf::host
