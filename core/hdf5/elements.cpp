// SPDX-License-Identifier: MIT
#include "core/hdf5/elements.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "core/hdf5/dataset.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/strings.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr const char* element_reason = "look into its datatype";

using ElementKind = ElementType::Kind;

Datatype part_of(const Datatype& type) {
  return Datatype(checked(type.get(), element_reason, [&] { return H5Tget_super(type.get()); }));
}

// What H5T… allocated, as a string.
std::string take_text(const Datatype& type, char* raw) {
  if (raw == nullptr) fail(type.get(), {}, element_reason);
  std::string text = raw;
  H5free_memory(raw);
  return text;
}

std::string enum_text(const Datatype& type, const std::string& base) {
  const int members =
      checked(type.get(), element_reason, [&] { return H5Tget_nmembers(type.get()); });
  const Datatype integer = part_of(type);
  const Datatype wide(
      checked(type.get(), element_reason, [] { return H5Tcopy(H5T_NATIVE_INT64); }));
  std::vector<std::pair<std::int64_t, std::string>> names;
  for (unsigned index = 0; index < static_cast<unsigned>(members); ++index) {
    std::vector<std::byte> value(std::max<std::size_t>(size_of(integer), sizeof(std::int64_t)));
    checked(type.get(), element_reason,
            [&] { return H5Tget_member_value(type.get(), index, value.data()); });
    convert(integer, wide, 1, value.data());
    std::int64_t number = 0;
    std::memcpy(&number, value.data(), sizeof(number));
    names.emplace_back(number, take_text(type, H5Tget_member_name(type.get(), index)));
  }
  std::ranges::sort(names);
  std::string text = "enum {";
  for (const auto& [number, name] : names) {
    text += (text.ends_with('{') ? "" : ", ") + name + "=" + std::to_string(number);
  }
  return text + "} of " + base;
}

Elements number(const Datatype& stored, Dtype dtype) {
  Elements found;
  found.type.kind = ElementKind::Number;
  found.type.text = dtype.name();
  const bool is_enum = H5Tget_class(stored.get()) == H5T_ENUM;
  Dtype in_memory = dtype == float16 ? float32 : dtype;
  found.type.dtype = in_memory;
  if (dtype == boolean) in_memory = int8;
  if (is_enum) {
    const std::string names =
        enum_text(stored, dtype == boolean ? int8.name() : inspect(part_of(stored)).text);
    const bool is_bool = names == "enum {FALSE=0, TRUE=1} of int8";
    if (!is_bool) {
      found.type.text = names;
      found.type.dtype = in_memory;
    }
  }
  found.memory = memory_type(in_memory);
  found.type.is_exact = is_enum;
  found.type.size = in_memory.size();
  return found;
}

std::string raw_text(const Datatype& type) {
  const std::string name = inspect(type).text;
  const H5T_class_t type_class = H5Tget_class(type.get());
  if (type_class == H5T_OPAQUE) {
    const std::string tag = take_text(type, H5Tget_tag(type.get()));
    return name + " of " + std::to_string(size_of(type)) + " bytes" +
           (tag.empty() ? "" : " '" + tag + "'");
  }
  const std::size_t bits = H5Tget_precision(type.get());
  if (type_class == H5T_FLOAT) {
    std::size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
    checked(type.get(), element_reason, [&] {
      return H5Tget_fields(type.get(), &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits);
    });
    return name + " of " + std::to_string(exponent_bits) + "+" + std::to_string(mantissa_bits) +
           " bits in " + std::to_string(size_of(type)) + " bytes";
  }
  const bool has_sign = type_class == H5T_INTEGER && H5Tget_sign(type.get()) == H5T_SGN_2;
  return (type_class == H5T_INTEGER && !has_sign ? "unsigned " : "") + name + " of " +
         std::to_string(bits) + " bits in " + std::to_string(size_of(type)) + " bytes";
}

Elements raw(const Datatype& stored) {
  Elements found{copy_of(stored), {}};
  const H5T_class_t type_class = H5Tget_class(stored.get());
  if (type_class == H5T_INTEGER || type_class == H5T_FLOAT || type_class == H5T_BITFIELD) {
    checked(stored.get(), element_reason,
            [&] { return H5Tset_order(found.memory.get(), H5T_ORDER_LE); });
  }
  found.type.text = raw_text(stored);
  found.type.size = size_of(stored);
  return found;
}

Elements text(const Datatype& stored) {
  Elements found{copy_of(stored), {}};
  found.type.text = utf8.name();
  found.type.size = size_of(stored);
  found.type.kind = is_variable_string(stored) ? ElementKind::VariableText : ElementKind::Text;
  found.type.padding = H5Tget_strpad(stored.get());
  return found;
}

Elements reference(const Datatype& stored) {
  Elements found{copy_of(stored), {}};
  found.type.size = size_of(stored);
  const bool is_object = H5Tequal(stored.get(), H5T_STD_REF_OBJ) > 0;
  found.type.kind = is_object ? ElementKind::ToObject : ElementKind::ToRegion;
  found.type.text = is_object ? "reference" : "region reference";
  return found;
}

Elements compound(const Datatype& stored) {
  std::vector<Elements> members;
  Elements found;
  found.type.kind = ElementKind::Compound;
  found.type.text = "compound {";
  const int count =
      checked(stored.get(), element_reason, [&] { return H5Tget_nmembers(stored.get()); });
  for (unsigned index = 0; index < static_cast<unsigned>(count); ++index) {
    const Datatype member(checked(stored.get(), element_reason,
                                  [&] { return H5Tget_member_type(stored.get(), index); }));
    Elements part = elements_of(member);
    part.type.name = take_text(stored, H5Tget_member_name(stored.get(), index));
    part.type.offset = found.type.size;
    found.type.size += part.type.size;
    found.type.text += (index == 0 ? "" : ", ") + part.type.name + ": " + part.type.text;
    found.type.parts.push_back(part.type);
    members.push_back(std::move(part));
  }
  found.type.text += "}";
  found.memory = Datatype(checked(stored.get(), element_reason,
                                  [&] { return H5Tcreate(H5T_COMPOUND, found.type.size); }));
  for (const Elements& part : members) {
    checked(stored.get(), element_reason, [&] {
      return H5Tinsert(found.memory.get(), part.type.name.c_str(), part.type.offset,
                       part.memory.get());
    });
  }
  return found;
}

Elements array(const Datatype& stored) {
  Elements part = elements_of(part_of(stored));
  std::vector<hsize_t> extents(H5S_MAX_RANK);
  extents.resize(static_cast<std::size_t>(checked(stored.get(), element_reason, [&] {
    return H5Tget_array_dims2(stored.get(), extents.data());
  })));
  Elements found;
  found.type.kind = ElementKind::Array;
  const Shape shape(extents.begin(), extents.end());
  found.type.count = static_cast<std::size_t>(element_count(shape));
  found.type.size = found.type.count * part.type.size;
  found.type.text = "array " + to_string(shape) + " of " + part.type.text;
  found.memory = Datatype(checked(stored.get(), element_reason, [&] {
    return H5Tarray_create2(part.memory.get(), static_cast<unsigned>(extents.size()),
                            extents.data());
  }));
  found.type.parts.push_back(std::move(part.type));
  return found;
}

Elements sequence(const Datatype& stored) {
  Elements part = elements_of(part_of(stored));
  Elements found;
  found.type.kind = ElementKind::Sequence;
  found.type.size = sizeof(hvl_t);
  found.type.text = "vlen of " + part.type.text;
  found.memory = Datatype(
      checked(stored.get(), element_reason, [&] { return H5Tvlen_create(part.memory.get()); }));
  found.type.parts.push_back(std::move(part.type));
  return found;
}

bool any_part(const ElementType& type, bool (ElementType::*has)() const noexcept) noexcept {
  return std::ranges::any_of(type.parts, [&](const ElementType& part) { return (part.*has)(); });
}

}  // namespace

bool ElementType::is_flat() const noexcept {
  const bool is_itself = kind != Kind::VariableText && kind != Kind::Sequence &&
                         kind != Kind::ToObject && kind != Kind::ToRegion;
  return is_itself &&
         std::ranges::all_of(parts, [](const ElementType& part) { return part.is_flat(); });
}

bool ElementType::has_floats() const noexcept {
  const bool is_itself =
      kind == Kind::Number && (dtype.kind == DtypeKind::Float || dtype.kind == DtypeKind::Complex);
  return is_itself || any_part(*this, &ElementType::has_floats);
}

bool ElementType::has_references() const noexcept {
  return kind == Kind::ToObject || kind == Kind::ToRegion ||
         any_part(*this, &ElementType::has_references);
}

Elements elements_of(const Datatype& stored) {
  if (const auto dtype = inspect(stored).dtype) {
    return dtype->is_string() ? text(stored) : number(stored, *dtype);
  }
  switch (H5Tget_class(stored.get())) {
    case H5T_COMPOUND:
      return compound(stored);
    case H5T_ARRAY:
      return array(stored);
    case H5T_VLEN:
      return sequence(stored);
    case H5T_REFERENCE:
      return reference(stored);
    default:
      return raw(stored);
  }
}

std::string storage_of(const Datatype& stored) {
  switch (H5Tget_class(stored.get())) {
    case H5T_STRING:
      return std::string(H5Tget_cset(stored.get()) == H5T_CSET_UTF8 ? "UTF-8" : "ASCII") +
             (is_variable_string(stored) ? " of any length"
                                         : " of " + std::to_string(size_of(stored)) + " bytes");
    case H5T_ARRAY:
    case H5T_VLEN:
    case H5T_ENUM:
      return storage_of(part_of(stored));
    case H5T_COMPOUND: {
      std::string text = std::to_string(size_of(stored)) + " bytes:";
      for (unsigned index = 0; std::cmp_less(index, H5Tget_nmembers(stored.get())); ++index) {
        const Datatype member(checked(stored.get(), element_reason,
                                      [&] { return H5Tget_member_type(stored.get(), index); }));
        const std::size_t offset = H5Tget_member_offset(stored.get(), index);
        text += " +" + std::to_string(offset) + " " + storage_of(member);
      }
      return text;
    }
    default:
      return H5Tget_order(stored.get()) == H5T_ORDER_BE ? "big-endian" : "little-endian";
  }
}

std::string_view text_at(const ElementType& type, const std::byte* element) {
  if (type.kind == ElementKind::Text) {
    return unpadded({reinterpret_cast<const char*>(element), type.size},
                    static_cast<H5T_str_t>(type.padding));
  }
  const char* text = nullptr;
  std::memcpy(&text, element, sizeof(text));
  return text == nullptr ? std::string_view() : std::string_view(text);
}

SequenceView sequence_at(const std::byte* element) noexcept {
  hvl_t sequence{};
  std::memcpy(&sequence, element, sizeof(sequence));
  if (sequence.p == nullptr) return {};
  return {sequence.len, static_cast<const std::byte*>(sequence.p)};
}

void ElementBlock::make_room(const Shape& count, hid_t object) {
  give_back();
  const std::size_t size = elements_->type.size;
  if (std::cmp_greater(element_count(count), bytes_.size() / size)) {
    bytes_ = {};
    bytes_ = memory_for<std::byte>(count, size, object);
  }
  used_ = static_cast<std::size_t>(element_count(count)) * size;
  if (elements_->type.is_flat()) return;
  std::fill_n(bytes_.begin(), used_, std::byte{});  // null, where nothing is read
  space_ = make_space(count);
}

void ElementBlock::give_back() noexcept {
  if (!space_) return;
  H5Dvlen_reclaim(elements_->memory.get(), space_.get(), H5P_DEFAULT, bytes_.data());
  space_.reset();
}

void ElementBlock::read(const Dataset& dataset, const Shape& first, const Shape& count) {
  make_room(count, dataset.get());
  if (!first.empty()) {
    return read_box(dataset, elements_->memory, first, count, count, bytes_.data());
  }
  checked(dataset.get(), "read it", [&] {
    return H5Dread(dataset.get(), elements_->memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   bytes_.data());
  });
}

void ElementBlock::read(const Attribute& attribute, const Shape& shape) {
  make_room(shape, attribute.get());
  if (used_ == 0) return;
  checked(attribute.get(), "read it",
          [&] { return H5Aread(attribute.get(), elements_->memory.get(), bytes_.data()); });
}

}  // namespace sheaf::hdf5
