// SPDX-License-Identifier: MIT
#include "host/plugin/bridge.hpp"

#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "host/log.hpp"

namespace sheaf::host::plugin {
namespace {

CallState& state_of(const sheaf_call* call) { return *static_cast<CallState*>(call->host_data); }

sheaf_status on_fail(const sheaf_call* call, sheaf_status status, sheaf_string message) {
  CallState& state = state_of(call);
  return call_host(state, [&] {
    state.message = view(message);
    return status;
  });
}

void on_log(const sheaf_call* call, uint32_t severity, sheaf_string message) {
  constexpr log::Level levels[] = {log::Level::Debug, log::Level::Info, log::Level::Warning,
                                   log::Level::Error};
  CallState& state = state_of(call);
  call_host(state, [&] {
    log::write(levels[severity > SHEAF_LOG_ERROR ? SHEAF_LOG_ERROR : severity], state.origin,
               view(message));
    return SHEAF_OK;
  });
}

uint32_t on_cancelled(const sheaf_call* call) {
  const std::atomic<bool>* flag = state_of(call).services.cancelled;
  return flag != nullptr && flag->load(std::memory_order_relaxed) ? 1 : 0;
}

// Progress is shown by whole sources; the fraction of one is of no use yet.
void on_progress(const sheaf_call* /*call*/, double /*fraction*/) {}

uint32_t on_thread_budget(const sheaf_call* call) { return state_of(call).services.threads; }

}  // namespace

const char* status_name(sheaf_status status) {
  switch (status) {
    case SHEAF_OK:
      return "ok";
    case SHEAF_SKIP:
      return "skip";
    case SHEAF_EMPTY:
      return "empty";
    case SHEAF_CANCELLED:
      return "cancelled";
    case SHEAF_ERR_SOURCE:
      return "source";
    case SHEAF_ERR_PLUGIN:
      return "plugin";
    default:
      return "fatal";
  }
}

CallState::CallState(const Feature& of, const Services& with)
    : CallState(std::string(of.name()), with) {
  feature = &of;
}

CallState::CallState(std::string name, const Services& with)
    : origin(std::move(name)), services(with) {
  call = {sizeof(sheaf_call), SHEAF_ABI_MINOR,  this, &on_fail, &on_log, &on_cancelled,
          &on_progress,       &on_thread_budget};
}

std::optional<Dtype> to_dtype(sheaf_dtype dtype) noexcept {
  if (dtype.lanes != 1) return std::nullopt;
  const bool power_of_two = dtype.bits >= 8 && (dtype.bits & (dtype.bits - 1)) == 0;
  switch (dtype.code) {
    case SHEAF_INT:
      if (power_of_two && dtype.bits <= 64) return Dtype{DtypeKind::Int, dtype.bits};
      return std::nullopt;
    case SHEAF_UINT:
      if (power_of_two && dtype.bits <= 64) return Dtype{DtypeKind::Uint, dtype.bits};
      return std::nullopt;
    case SHEAF_FLOAT:
      if (power_of_two && dtype.bits >= 16 && dtype.bits <= 64) {
        return Dtype{DtypeKind::Float, dtype.bits};
      }
      return std::nullopt;
    case SHEAF_COMPLEX:
      if (dtype.bits == 64 || dtype.bits == 128) return Dtype{DtypeKind::Complex, dtype.bits};
      return std::nullopt;
    case SHEAF_BOOL:
      return dtype.bits == 8 ? std::optional(boolean) : std::nullopt;
    case SHEAF_UTF8:
      return utf8;
    default:
      return std::nullopt;
  }
}

sheaf_dtype to_abi(Dtype dtype) noexcept {
  const auto bits = static_cast<std::uint8_t>(dtype.bits);
  switch (dtype.kind) {
    case DtypeKind::Int:
      return {SHEAF_INT, bits, 1};
    case DtypeKind::Uint:
      return {SHEAF_UINT, bits, 1};
    case DtypeKind::Float:
      return {SHEAF_FLOAT, bits, 1};
    case DtypeKind::Complex:
      return {SHEAF_COMPLEX, bits, 1};
    case DtypeKind::Bool:
      return {SHEAF_BOOL, 8, 1};
    case DtypeKind::String:
      return {SHEAF_UTF8, 0, 1};
  }
  return {SHEAF_UINT, 8, 1};
}

Value to_value(const sheaf_array& array) {
  const std::optional<Dtype> dtype = to_dtype(array.dtype);
  if (!dtype) {
    throw Error(ErrorCode::Invalid, "array",
                fmt::format("has the unknown dtype (code {}, bits {}, lanes {})", array.dtype.code,
                            array.dtype.bits, array.dtype.lanes));
  }
  if (array.ndim > 0 && array.shape == nullptr) {
    throw Error(ErrorCode::Invalid, "array", "has no shape");
  }
  Value value{*dtype, Shape(array.shape, array.shape + array.ndim), {}, {}};
  std::size_t count = 1;
  for (const std::int64_t extent : value.shape) {
    if (extent < 0) throw Error(ErrorCode::Invalid, "array", "has a negative extent");
    if (__builtin_mul_overflow(count, static_cast<std::size_t>(extent), &count) ||
        count > std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorCode::Invalid, "array", "is too large for an attribute");
    }
  }
  if (count > 0 && array.data == nullptr) {
    throw Error(ErrorCode::Invalid, "array", "has no data");
  }
  if (dtype->is_string()) {
    const auto* texts = static_cast<const sheaf_string*>(array.data);
    for (std::size_t i = 0; i < count; ++i) {
      if (texts[i].data == nullptr && texts[i].size > 0) {
        throw Error(ErrorCode::Invalid, "array", "has a text that isn't there");
      }
      const std::string& text = value.strings.emplace_back(view(texts[i]));
      if (!is_utf8(text) || text.find('\0') != std::string::npos) {
        throw Error(ErrorCode::Invalid, "array", "holds text that isn't UTF-8 without zero bytes");
      }
    }
  } else {
    value.bytes.resize(count * dtype->size());
    if (count > 0) std::memcpy(value.bytes.data(), array.data, value.bytes.size());
  }
  return value;
}

AbiArray::AbiArray(const Value& value) {
  for (const std::string& text : value.strings) texts_.push_back({text.data(), text.size()});
  array_ = {to_abi(value.dtype), static_cast<std::uint32_t>(value.shape.size()), value.shape.data(),
            value.dtype.is_string() ? static_cast<const void*>(texts_.data())
                                    : static_cast<const void*>(value.bytes.data())};
}

}  // namespace sheaf::host::plugin
