// SPDX-License-Identifier: MIT
#include "core/objects/storing_standard.hpp"

#include <charconv>

#include "core/error.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/python_text.hpp"

namespace sheaf::objects::detail {
namespace {

// Says what is there without reading all of it.
[[noreturn]] void refuse_place(const Item& from, const char* wanted) {
  Tree there;
  switch (from.kind()) {
    case Kind::Dict:
    case Kind::Object:
      there = Tree::dict();
      break;
    case Kind::List:
      there = Tree::list();
      break;
    case Kind::Array:
      there = Value{from.array().dtype(), from.array().shape(), {}, {}};
      break;
    default:
      there = from.tree();
  }
  refuse(there, wanted, from.describe());
}

template <class Number>
bool is_whole_number(const std::string& text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

}  // namespace

List list_at(const Item& from) {
  if (from.kind() != Kind::List) refuse_place(from, "a list");
  return from.list();
}

Dict dict_at(const Item& from) {
  const Kind kind = from.kind();
  if (kind != Kind::Dict && kind != Kind::Object) refuse_place(from, "a dictionary");
  return from.dict();
}

bool holds_none(const Item& from) {
  const Kind kind = from.kind();
  return (kind == Kind::Bytes || kind == Kind::Scalar) && from.tree().is_none();
}

Item entry_of(const Dict& dict, const std::string& key) {
  const Item item = dict.item();
  check_name(key, item.describe() + ", key " + in_quotes(key));
  return {item.store(), join_name(item.path(), key)};
}

void parse_key(const std::string& key, std::int64_t& number, const Item& from) {
  if (!is_whole_number(key, number)) refuse_key(key, from);
}

void parse_key(const std::string& key, std::uint64_t& number, const Item& from) {
  if (!is_whole_number(key, number)) refuse_key(key, from);
}

void refuse_key(const std::string& key, const Item& from) {
  throw Error(ErrorCode::Invalid, from.describe(),
              "has the entry " + in_quotes(key) +
                  ", which isn't a key of the map that was asked for, or is another key's number "
                  "once more; read a map by std::string");
}

void refuse_alternative(std::int64_t index, std::size_t count, const Item& from) {
  throw Error(ErrorCode::Invalid, from.describe(),
              "holds alternative " + std::to_string(index) + " of a variant, and one with " +
                  std::to_string(count) + " was asked for");
}

void check_count(const Item& from, std::size_t count, std::size_t wanted) {
  if (count != wanted) refuse_count(count, wanted, from.describe());
}

}  // namespace sheaf::objects::detail
