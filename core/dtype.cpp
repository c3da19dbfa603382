// SPDX-License-Identifier: MIT
#include "core/dtype.hpp"

#include <array>
#include <utility>

#include "core/error.hpp"

namespace sheaf {
namespace {

constexpr std::array<std::pair<std::string_view, Dtype>, 15> names{{
    {"int8", int8},
    {"int16", int16},
    {"int32", int32},
    {"int64", int64},
    {"uint8", uint8},
    {"uint16", uint16},
    {"uint32", uint32},
    {"uint64", uint64},
    {"float16", float16},
    {"float32", float32},
    {"float64", float64},
    {"complex64", complex64},
    {"complex128", complex128},
    {"bool", boolean},
    {"str", utf8},
}};

std::string all_names() {
  std::string list;
  for (const auto& [name, dtype] : names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace

std::string Dtype::name() const {
  for (const auto& [name, dtype] : names) {
    if (dtype == *this) return std::string(name);
  }
  return "unknown" + std::to_string(bits);
}

Dtype Dtype::parse(std::string_view name) {
  for (const auto& [known, dtype] : names) {
    if (known == name) return dtype;
  }
  throw Error(ErrorCode::Invalid, std::string(name), "is no dtype; there are " + all_names());
}

}  // namespace sheaf
