// SPDX-License-Identifier: MIT
#include "core/objects/sequences.hpp"

#include "core/error.hpp"

namespace sheaf::objects::detail {
namespace {

std::string text_of_shape(const Shape& wanted) {
  std::string text;
  for (const std::int64_t extent : wanted) {
    text += (text.empty() ? "(" : ", ") + (extent < 0 ? "any" : std::to_string(extent));
  }
  return text + (wanted.size() == 1 ? ",)" : ")");
}

}  // namespace

void refuse_count(std::size_t count, std::size_t wanted, const std::string& object) {
  throw Error(ErrorCode::Invalid, object,
              "holds " + std::to_string(count) + " elements, and " + std::to_string(wanted) +
                  " were asked for");
}

void refuse_repeated(const std::string& object) {
  throw Error(ErrorCode::Invalid, object,
              "holds an element twice, which a set or a map's keys can't; read a std::vector");
}

void check_shape(const Value& value, const Shape& wanted, const std::string& object) {
  bool fits = value.shape.size() == wanted.size();
  for (std::size_t axis = 0; fits && axis < wanted.size(); ++axis) {
    fits = wanted[axis] < 0 || wanted[axis] == value.shape[axis];
  }
  if (!fits) {
    const std::string asked = "an array of shape " + text_of_shape(wanted);
    refuse(value, asked.c_str(), object);
  }
}

Tree element_of(const Value& array, std::size_t at) {
  Value part{array.dtype, {array.shape.begin() + 1, array.shape.end()}, {}, {}};
  const auto count = static_cast<std::size_t>(element_count(part.shape));
  if (array.dtype.is_string()) {
    const auto first = array.strings.begin() + static_cast<std::ptrdiff_t>(at * count);
    part.strings.assign(first, first + static_cast<std::ptrdiff_t>(count));
  } else {
    const std::size_t size = count * array.dtype.size();
    const auto first = array.bytes.begin() + static_cast<std::ptrdiff_t>(at * size);
    part.bytes.assign(first, first + static_cast<std::ptrdiff_t>(size));
  }
  return part;
}

bool ArrayWriter::put_bytes(const void* bytes, std::size_t count) {
  if (count == 0) return true;
  const auto* first = static_cast<const std::byte*>(bytes);
  value_.bytes.insert(value_.bytes.end(), first, first + count);
  return true;
}

bool ArrayWriter::put_scalar(const Tree& tree) {
  const Value* scalar = tree.value();
  if (scalar == nullptr || scalar->dtype != value_.dtype || !scalar->shape.empty()) return false;
  if (!scalar->dtype.is_string()) return put_bytes(scalar->bytes.data(), scalar->bytes.size());
  value_.strings.push_back(scalar->strings[0]);
  return true;
}

void ArrayReader::take_bytes(void* to, std::size_t count) {
  if (count > 0) std::memcpy(to, value_.bytes.data() + at_, count);
  at_ += count;
}

Tree ArrayReader::next_scalar() {
  Value scalar{value_.dtype, {}, {}, {}};
  if (value_.dtype.is_string()) {
    scalar.strings.push_back(std::move(value_.strings[at_++]));
  } else {
    scalar.bytes.resize(value_.dtype.size());
    take_bytes(scalar.bytes.data(), scalar.bytes.size());
  }
  return scalar;
}

}  // namespace sheaf::objects::detail
