// SPDX-License-Identifier: MIT
#include "core/hdf5/types.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/value.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr const char* making = "make a datatype";

constexpr H5T_order_t native_order =
    std::endian::native == std::endian::little ? H5T_ORDER_LE : H5T_ORDER_BE;

Datatype copy_of(hid_t predefined) {
  return Datatype(checked(predefined, making, [&] { return H5Tcopy(predefined); }));
}

Datatype in_order(Datatype type, H5T_order_t order) {
  checked(type.get(), making, [&] { return H5Tset_order(type.get(), order); });
  return type;
}

// HDF5 1.10 has no half: one bit of sign, 5 of exponent, 10 of mantissa.
Datatype half() {
  Datatype type = copy_of(H5T_IEEE_F32LE);
  checked(type.get(), making, [&] { return H5Tset_fields(type.get(), 15, 10, 5, 0, 10); });
  checked(type.get(), making, [&] { return H5Tset_size(type.get(), 2); });
  checked(type.get(), making, [&] { return H5Tset_ebias(type.get(), 15); });
  return type;
}

Datatype floating(unsigned bits) {
  if (bits == 16) return half();
  return copy_of(bits == 32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE);
}

Datatype integer(unsigned bits, bool has_sign) {
  Datatype type = copy_of(has_sign ? H5T_STD_I64LE : H5T_STD_U64LE);
  checked(type.get(), making, [&] { return H5Tset_size(type.get(), bits / 8U); });
  return type;
}

void add_member(const Datatype& type, const char* name, std::int8_t value) {
  checked(type.get(), making, [&] { return H5Tenum_insert(type.get(), name, &value); });
}

Datatype boolean_enum() {
  Datatype type(checked(H5T_STD_I8LE, making, [] { return H5Tenum_create(H5T_STD_I8LE); }));
  add_member(type, "FALSE", 0);
  add_member(type, "TRUE", 1);
  return type;
}

Datatype complex(unsigned bits, H5T_order_t order) {
  const Datatype part = in_order(floating(bits / 2), order);
  const std::size_t size = bits / 16U;
  Datatype type(checked(part.get(), making, [&] { return H5Tcreate(H5T_COMPOUND, size * 2); }));
  checked(type.get(), making, [&] { return H5Tinsert(type.get(), "r", 0, part.get()); });
  checked(type.get(), making, [&] { return H5Tinsert(type.get(), "i", size, part.get()); });
  return type;
}

Datatype string() {
  Datatype type = copy_of(H5T_C_S1);
  checked(type.get(), making, [&] { return H5Tset_size(type.get(), H5T_VARIABLE); });
  checked(type.get(), making, [&] { return H5Tset_cset(type.get(), H5T_CSET_UTF8); });
  return type;
}

H5T_class_t class_of(const Datatype& type) { return H5Tget_class(type.get()); }

Datatype member_of(const Datatype& type, unsigned index) {
  return Datatype(checked(type.get(), "look into its datatype",
                          [&] { return H5Tget_member_type(type.get(), index); }));
}

Datatype base_of(const Datatype& type) {
  return Datatype(
      checked(type.get(), "look into its datatype", [&] { return H5Tget_super(type.get()); }));
}

std::string member_name(const Datatype& type, unsigned index) {
  char* raw = H5Tget_member_name(type.get(), index);
  if (raw == nullptr) fail(type.get(), {}, "look into its datatype");
  std::string name = raw;
  H5free_memory(raw);
  return name;
}

std::optional<Dtype> integer_dtype(const Datatype& type) {
  const std::size_t size = size_of(type);
  if (size != 1 && size != 2 && size != 4 && size != 8) return std::nullopt;
  if (H5Tget_precision(type.get()) != size * 8) return std::nullopt;
  const bool has_sign = H5Tget_sign(type.get()) == H5T_SGN_2;
  return Dtype{has_sign ? DtypeKind::Int : DtypeKind::Uint, static_cast<std::uint16_t>(size * 8)};
}

std::optional<Dtype> float_dtype(const Datatype& type) {
  const std::size_t size = size_of(type);
  if (size != 2 && size != 4 && size != 8) return std::nullopt;
  // Formats of the same size that aren't IEEE (bfloat16, VAX) convert, but not without loss.
  std::size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
  checked(type.get(), "look into its datatype", [&] {
    return H5Tget_fields(type.get(), &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits);
  });
  const std::size_t expected = size == 2 ? 10 : size == 4 ? 23 : 52;
  if (mantissa_bits != expected) return std::nullopt;
  return Dtype{DtypeKind::Float, static_cast<std::uint16_t>(size * 8)};
}

std::optional<Dtype> compound_dtype(const Datatype& type) {
  if (H5Tget_nmembers(type.get()) != 2) return std::nullopt;
  if (member_name(type, 0) != "r" || member_name(type, 1) != "i") return std::nullopt;
  const Datatype real = member_of(type, 0);
  const Datatype imaginary = member_of(type, 1);
  if (class_of(real) != H5T_FLOAT || class_of(imaginary) != H5T_FLOAT) return std::nullopt;
  const auto part = float_dtype(real);
  if (!part || part->bits == 16 || float_dtype(imaginary) != part) return std::nullopt;
  return Dtype{DtypeKind::Complex, static_cast<std::uint16_t>(part->bits * 2)};
}

std::optional<Dtype> enum_dtype(const Datatype& type) {
  if (H5Tget_nmembers(type.get()) == 2 && size_of(type) == 1 && member_name(type, 0) == "FALSE" &&
      member_name(type, 1) == "TRUE") {
    return boolean;
  }
  return integer_dtype(base_of(type));
}

std::string class_name(H5T_class_t type_class) {
  switch (type_class) {
    case H5T_INTEGER:
      return "integer";
    case H5T_FLOAT:
      return "float";
    case H5T_STRING:
      return "string";
    case H5T_BITFIELD:
      return "bitfield";
    case H5T_OPAQUE:
      return "opaque";
    case H5T_COMPOUND:
      return "compound";
    case H5T_REFERENCE:
      return "reference";
    case H5T_ENUM:
      return "enum";
    case H5T_VLEN:
      return "vlen";
    case H5T_ARRAY:
      return "array";
    default:
      return "unknown";
  }
}

std::optional<Dtype> dtype_of_type(const Datatype& type) {
  switch (class_of(type)) {
    case H5T_INTEGER:
      return integer_dtype(type);
    case H5T_FLOAT:
      return float_dtype(type);
    case H5T_STRING:
      return utf8;
    case H5T_COMPOUND:
      return compound_dtype(type);
    case H5T_ENUM:
      return enum_dtype(type);
    default:
      return std::nullopt;
  }
}

std::string members_text(const Datatype& type) {
  constexpr unsigned most = 8;
  const auto count = static_cast<unsigned>(H5Tget_nmembers(type.get()));
  std::string text;
  for (unsigned index = 0; index < std::min(count, most); ++index) {
    text += index == 0 ? "" : ", ";
    text += member_name(type, index) + ": " + type_text(member_of(type, index));
  }
  return count > most ? text + " and " + std::to_string(count - most) + " more" : text;
}

std::string array_text(const Datatype& type) {
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  const int rank = checked(type.get(), "look into its datatype",
                           [&] { return H5Tget_array_dims2(type.get(), extents.data()); });
  return to_string(Shape(extents.begin(), extents.begin() + rank));
}

Datatype make_type(Dtype dtype, H5T_order_t order) {
  switch (dtype.kind) {
    case DtypeKind::Int:
      return in_order(integer(dtype.bits, true), order);
    case DtypeKind::Uint:
      return in_order(integer(dtype.bits, false), order);
    case DtypeKind::Float:
      return in_order(floating(dtype.bits), order);
    case DtypeKind::Complex:
      return complex(dtype.bits, order);
    case DtypeKind::Bool:
      return boolean_enum();
    case DtypeKind::String:
      break;
  }
  return string();
}

}  // namespace

Datatype stored_type(Dtype dtype) { return make_type(dtype, H5T_ORDER_LE); }

Datatype memory_type(Dtype dtype) { return make_type(dtype, native_order); }

Datatype region_reference_type() { return copy_of(H5T_STD_REF_DSETREG); }

TypeInfo inspect(const Datatype& type) {
  enter();
  const std::optional<Dtype> dtype = dtype_of_type(type);
  return {dtype, dtype ? dtype->name() : class_name(class_of(type))};
}

std::string type_text(const Datatype& type) {
  TypeInfo info = inspect(type);
  if (info.dtype) return info.text;
  switch (class_of(type)) {
    case H5T_COMPOUND:
      return info.text + " {" + members_text(type) + "}";
    case H5T_VLEN:
      return info.text + " of " + type_text(base_of(type));
    case H5T_ARRAY:
      return info.text + " " + array_text(type) + " of " + type_text(base_of(type));
    case H5T_REFERENCE:
      return equal(type, region_reference_type()) ? "region reference" : info.text;
    case H5T_ENUM:
      return info.text + " of " + type_text(base_of(type));
    case H5T_OPAQUE:
    case H5T_INTEGER:
    case H5T_FLOAT:
    case H5T_BITFIELD:
      return info.text + " of " + std::to_string(size_of(type)) + " bytes";
    default:
      return info.text;
  }
}

Datatype named_type(hid_t type) { return copy_of(type); }

Datatype copy_of(const Datatype& type) { return copy_of(type.get()); }

std::size_t size_of(const Datatype& type) {
  const std::size_t size = H5Tget_size(type.get());
  if (size == 0) fail(type.get(), {}, "get its datatype's size");
  return size;
}

bool is_variable_string(const Datatype& type) {
  return checked(type.get(), "look into its datatype",
                 [&] { return H5Tis_variable_str(type.get()); }) > 0;
}

bool is_variable(const Datatype& type) {
  switch (class_of(type)) {
    case H5T_VLEN:
      return true;
    case H5T_STRING:
      return is_variable_string(type);
    case H5T_ARRAY:
      return is_variable(base_of(type));
    case H5T_COMPOUND:
      for (int index = 0; index < H5Tget_nmembers(type.get()); ++index) {
        if (is_variable(member_of(type, static_cast<unsigned>(index)))) return true;
      }
      return false;
    default:
      return false;
  }
}

bool has_references(const Datatype& type) {
  return checked(type.get(), "look into its datatype",
                 [&] { return H5Tdetect_class(type.get(), H5T_REFERENCE); }) > 0;
}

bool equal(const Datatype& a, const Datatype& b) {
  return checked(a.get(), "compare datatypes", [&] { return H5Tequal(a.get(), b.get()); }) > 0;
}

bool is_stored_as(const Datatype& type, Dtype dtype) {
  if (dtype.is_string()) return false;
  const Datatype memory = memory_type(dtype);
  return equal(type, memory) || (class_of(type) == H5T_ENUM && equal(base_of(type), memory));
}

void convert(const Datatype& from, const Datatype& to, std::size_t count, void* elements) {
  // Members of compounds are put together in a second place.
  std::vector<std::byte> background(class_of(to) == H5T_COMPOUND ? count * size_of(to) : 0);
  checked(to.get(), "convert elements", [&] {
    return H5Tconvert(from.get(), to.get(), count, elements,
                      background.empty() ? nullptr : background.data(), H5P_DEFAULT);
  });
}

bool convertible(Dtype from, Dtype to) noexcept {
  const auto is_number = [](Dtype dtype) {
    return dtype.kind == DtypeKind::Int || dtype.kind == DtypeKind::Uint ||
           dtype.kind == DtypeKind::Float;
  };
  return from.kind == to.kind || (is_number(from) && is_number(to));
}

}  // namespace sheaf::hdf5
