// SPDX-License-Identifier: MIT
#include "core/objects/reading.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/objects/names.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/pickle.hpp"

namespace sheaf::objects {
namespace {

constexpr std::size_t most_nested_groups = 1000;  // so that the stack is large enough

Look look_at(hdf5::Dataset dataset) {
  Look look;
  look.what = hdf5::describe_dataset(dataset);
  look.dataset = std::move(dataset);
  switch (look.what.content) {
    case hdf5::Content::Value:
      look.kind = look.what.shape.empty() ? Kind::Scalar : Kind::Array;
      break;
    case hdf5::Content::Opaque:
      look.kind = Kind::Bytes;
      break;
    case hdf5::Content::Empty:
      look.kind = Kind::Scalar;
      break;
    case hdf5::Content::Other:
      look.kind = Kind::Unreadable;
      look.reason = look.what.type;
      break;
  }
  return look;
}

Tree bytes_in(const hdf5::Dataset& dataset) {
  std::vector<std::byte> bytes = hdf5::read_opaque(dataset);
  if (!hdf5::has_attribute(dataset.get(), names::type_attr)) return Bytes{std::move(bytes), false};
  if (auto literal = literal_in(bytes)) return std::move(*literal);
  return Bytes{std::move(bytes), true};
}

// Whole trees; knows on which path it is, for messages and so as not to go in circles.
class TreeReader {
 public:
  TreeReader(Places& places, bool notes_errors) : places_(places), notes_errors_(notes_errors) {}

  Tree read(const Look& look, const std::string& path) {
    const std::size_t depth = above_.size();
    try {
      return read_strictly(look, path);
    } catch (const Error& error) {
      if (!notes_errors_) throw;
      above_.resize(depth);
      return Unreadable{error.message()};
    }
  }

 private:
  Tree read_strictly(const Look& look, const std::string& path) {
    if (look.kind == Kind::Unreadable) {
      throw Error(ErrorCode::Unsupported, places_.describe(path), "can't be read: " + look.reason);
    }
    if (!look.group) return objects::read(look);
    const hdf5::Identity identity = hdf5::identity_of(look.group->id.get());
    if (std::ranges::count(above_, identity) > 0) {
      throw Error(ErrorCode::Unsupported, places_.describe(path),
                  "can't be read: it is a part of itself");
    }
    if (above_.size() >= most_nested_groups) {
      throw Error(ErrorCode::Unsupported, places_.describe(path),
                  "can't be read: it is nested more than " + std::to_string(most_nested_groups) +
                      " levels deep; read parts of it");
    }
    above_.push_back(identity);
    Tree tree =
        look.kind == Kind::List ? Tree(items(*look.group, path)) : Tree(entries(*look.group, path));
    above_.pop_back();
    return tree;
  }

  Tree entry(const OpenGroup& group, const std::string& name, const std::string& path) {
    const std::string below = path + (path.ends_with('/') ? "" : "/") + name;
    Found found = places_.open_entry(group, name);
    if (!found.is_there) {
      throw Error(ErrorCode::Corrupt, places_.describe(path),
                  "isn't a whole list: entry " + name + " is missing");
    }
    return read(objects::look_at(places_, std::move(found)), below);
  }

  Tree::List items(const OpenGroup& group, const std::string& path) {
    Tree::List all;
    for (const std::string& name : group.names()) all.push_back(entry(group, name, path));
    return all;
  }

  Tree::Dict entries(const OpenGroup& group, const std::string& path) {
    Tree::Dict all;
    for (const std::string& name : group.names()) all.emplace_back(name, entry(group, name, path));
    return all;
  }

  Places& places_;
  bool notes_errors_;
  std::vector<hdf5::Identity> above_;
};

}  // namespace

Look look_at(Places& places, Found found) {
  Look look;
  if (!found.is_there) return look;
  look.kind = Kind::Unreadable;
  look.reason = std::move(found.reason);
  if (!found.object) return look;
  if (hdf5::is_dataset(found.object.get())) {
    return look_at(hdf5::Dataset(found.object.release()));
  }
  look.reason = "a named datatype";
  if (!hdf5::is_group(found.object.get())) return look;
  look.group = places.as_group(std::move(found.object));
  look.kind = look.group->kind;
  look.reason.clear();
  return look;
}

Look look_at(Places& places, const std::string& path) {
  GroupPtr group = places.kept(path);
  if (!group) {
    Found found = places.find(path);
    if (!found.object || !hdf5::is_group(found.object.get())) {
      return look_at(places, std::move(found));
    }
    group = places.find_group(path);  // which is kept from here on
  }
  Look look;
  look.kind = group->kind;
  look.group = std::move(group);
  return look;
}

Tree read(const Look& scalar) {
  switch (scalar.what.content) {
    case hdf5::Content::Empty:
      return none;
    case hdf5::Content::Opaque:
      return bytes_in(scalar.dataset);
    default:
      return hdf5::read_value(scalar.dataset, scalar.what);
  }
}

Tree read(Places& places, const std::string& path, bool notes_errors) {
  const Look look = look_at(places, path);
  if (look.kind == Kind::Absent) (void)places.open(path);
  return TreeReader(places, notes_errors).read(look, path);
}

std::optional<Tree> find_attribute(hid_t object, const std::string& name) {
  auto found = hdf5::find_attribute(object, name);
  if (!found) return std::nullopt;
  switch (found->what.content) {
    case hdf5::Content::Empty:
      return found->what.type == "opaque" ? Tree(Bytes{}) : Tree(none);
    case hdf5::Content::Opaque: {
      // How ch5mpy 0.4 really stores None.
      if (auto literal = literal_in(found->opaque); literal && literal->is_none()) return none;
      return Bytes{std::move(found->opaque), false};
    }
    case hdf5::Content::Other:
      return Tree("<" + found->what.type + ">");
    case hdf5::Content::Value:
      break;
  }
  const Value& value = found->value;
  const bool is_none =
      value.shape.empty() && value.strings.size() == 1 && value.strings[0] == names::none_text;
  return is_none ? Tree(none) : Tree(std::move(found->value));
}

Tree read_attribute(hid_t object, const std::string& name) {
  if (auto found = find_attribute(object, name)) return std::move(*found);
  throw Error(ErrorCode::NotFound, name, "isn't there");
}

std::vector<std::string> attribute_names(hid_t object) {
  const bool is_plain = hdf5::is_group(object) || hdf5::is_dataset(object);
  return hdf5::list_attributes(object, is_plain && hdf5::keeps_attribute_order(object));
}

}  // namespace sheaf::objects
