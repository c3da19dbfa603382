// SPDX-License-Identifier: MIT
#include "core/layout/check_spec.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "core/error.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"
#include "core/utf8.hpp"

namespace sheaf::layout {
namespace {

[[noreturn]] void invalid(const std::string& object, const std::string& message) {
  throw Error(ErrorCode::Invalid, object, message);
}

// One component of a path. Names with two underscores in front are the format's own, and
// "shape_" marks a ragged pair.
void check_name(std::string_view name, const std::string& object) {
  const std::string quoted = "'" + std::string(name) + "'";
  if (name.empty()) invalid(object, "a name in its path is empty");
  if (name == "." || name == "..") invalid(object, quoted + " can't be a name in its path");
  if (name.starts_with("__") || name == names::shapes) {
    invalid(object, "the name " + quoted + " is reserved for the file's format");
  }
  if (name.find('\0') != std::string_view::npos || !is_utf8(name)) {
    invalid(object, "a name in its path isn't UTF-8 text");
  }
}

void check_path(std::string_view path, const std::string& object) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    check_name(path.substr(begin, end - begin), object);
    begin = end + 1;
  }
}

void check_filters(const DatasetOptions& options, const std::string& object) {
  if (options.level) {
    if (const auto reason = refuse_level(options.compression, *options.level)) {
      invalid(object, *reason);
    }
  }
  if (options.chunk_rows && *options.chunk_rows < 1) {
    invalid(object,
            "a chunk has " + std::to_string(*options.chunk_rows) + " rows; at least 1 is needed");
  }
}

// Whether every value of one number type is one of the other's, but for the digits of a float.
bool holds(Dtype stored, Dtype from) {
  if (stored.kind == from.kind) return stored.kind == DtypeKind::Float || stored.bits >= from.bits;
  if (stored.kind == DtypeKind::Float) return true;
  return stored.kind == DtypeKind::Int && from.kind == DtypeKind::Uint && stored.bits > from.bits;
}

template <class T>
T read(const Value& scalar) {
  T number;
  std::memcpy(&number, scalar.bytes.data(), sizeof number);
  return number;
}

// Whether an integer type has the number, exactly. Others than int64 and float64 aren't looked at.
bool has(Dtype stored, const Value& scalar) {
  double number = 0;
  if (scalar.dtype == int64) number = static_cast<double>(read<std::int64_t>(scalar));
  if (scalar.dtype == float64) number = read<double>(scalar);
  const bool is_signed = stored.kind == DtypeKind::Int;
  const double top = std::ldexp(1.0, stored.bits - (is_signed ? 1 : 0));
  return number == std::floor(number) && number < top && number >= (is_signed ? -top : 0);
}

void check_dtypes(const OutputSpec& output, const std::string& object) {
  const Dtype stored = output.options.dtype.value_or(output.dtype);
  if (!hdf5::convertible(output.dtype, stored)) {
    invalid(object, output.dtype.name() + " can't be stored as " + stored.name());
  }
  if (!output.dtype.is_string() && !holds(stored, output.dtype)) {
    invalid(object, "storing " + output.dtype.name() + " as " + stored.name() +
                        " would lose values; choose a wider dtype, or a parameter of the feature "
                        "that makes what you want");
  }
  const auto& fill = output.options.fill_value;
  if (!fill) return;
  if (stored.is_string()) invalid(object, "strings have no fill value");
  if (!hdf5::convertible(fill->dtype, stored) || element_count(fill->shape) != 1) {
    invalid(object, "the fill value isn't one " + stored.name());
  }
  const bool is_integer = stored.kind == DtypeKind::Int || stored.kind == DtypeKind::Uint;
  if (is_integer && !has(stored, *fill)) {
    invalid(object, "the fill value is no " + stored.name());
  }
}

void check_output(const OutputSpec& output, const std::string& object) {
  check_filters(output.options, object);
  check_dtypes(output, object);
  // HDF5 has at most 32 axes, the rows among them.
  if (output.item_shape.size() > 31) invalid(object, "more than 31 axes");
  Shape least = output.item_shape;
  for (std::int64_t& extent : least) {
    if (extent < -1) invalid(object, "an extent of " + std::to_string(extent));
    extent = std::max<std::int64_t>(extent, 1);
  }
  if (output.ragged == Ragged::Never && stored_row_bytes(output, least) > largest_chunk_bytes) {
    throw Error(ErrorCode::Unsupported, object,
                "a row of shape " + to_string(output.item_shape) +
                    " is larger than 4 GiB, HDF5's largest chunk");
  }
}

}  // namespace

void check_spec(const FeatureSpec& spec, const std::string& object) {
  check_path(spec.path, object);
  if (spec.outputs.empty()) invalid(object, "a feature without outputs");
  for (auto output = spec.outputs.begin(); output != spec.outputs.end(); ++output) {
    check_output(*output, object);
    if (spec.outputs.size() == 1) continue;
    check_path(output->name, object);
    const auto same = [&](const OutputSpec& other) {
      return paths_collide(output->name, other.name);
    };
    if (std::any_of(spec.outputs.begin(), output, same)) {
      invalid(object, "two outputs have the same place, '" + output->name + "'");
    }
  }
}

bool paths_collide(const std::string& a, const std::string& b) noexcept {
  const std::string& shorter = a.size() <= b.size() ? a : b;
  const std::string& longer = a.size() <= b.size() ? b : a;
  return longer.starts_with(shorter) &&
         (longer.size() == shorter.size() || longer[shorter.size()] == '/');
}

}  // namespace sheaf::layout
