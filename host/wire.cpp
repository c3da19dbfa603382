// SPDX-License-Identifier: MIT
#include "host/wire.hpp"

namespace sheaf::host::wire {

void Out::value(const Value& value) {
  put(static_cast<std::uint8_t>(value.dtype.kind));
  put(value.dtype.bits);
  list(value.shape, [this](std::int64_t extent) { put(extent); });
  text({reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()});
  list(value.strings, [this](const std::string& each) { text(each); });
}

Value In::value() {
  Value value;
  const auto kind = get<std::uint8_t>();
  if (kind > static_cast<std::uint8_t>(DtypeKind::String)) broken();
  value.dtype = {static_cast<DtypeKind>(kind), get<std::uint16_t>()};
  if (value.dtype.bits > 128 || (value.dtype.bits & (value.dtype.bits - 1U)) != 0) broken();
  for (std::size_t left = count(sizeof(std::int64_t)); left > 0; --left) {
    value.shape.push_back(get<std::int64_t>());
    if (value.shape.back() < 0) broken();
  }
  const std::string_view bytes = text();
  value.bytes.resize(bytes.size());
  if (!bytes.empty()) std::memcpy(value.bytes.data(), bytes.data(), bytes.size());
  for (std::size_t left = count(); left > 0; --left) value.strings.push_back(string());
  // Whoever reads the value relies on its shape.
  const auto elements = static_cast<std::uint64_t>(element_count(value.shape));
  const bool fits = value.dtype.is_string()
                        ? value.bytes.empty() && value.strings.size() == elements
                        : value.strings.empty() && value.dtype.size() > 0 &&
                              value.bytes.size() / value.dtype.size() == elements &&
                              value.bytes.size() % value.dtype.size() == 0;
  if (!fits) broken();
  return value;
}

}  // namespace sheaf::host::wire
