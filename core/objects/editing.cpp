// SPDX-License-Identifier: MIT
#include "core/objects/editing.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/copy.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/types.hpp"
#include "core/objects/copying.hpp"
#include "core/objects/names.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"

namespace sheaf::objects {
namespace {

// Those that say how a value is stored.
constexpr std::array own_attributes{names::type_attr, names::class_attr, names::dtype_attr,
                                    names::object_type, names::object_version};

// True isn't 1 for who reads the file.
std::optional<Value> as_dtype(const Value& value, Dtype dtype) {
  if ((value.dtype.kind == DtypeKind::Bool) != (dtype.kind == DtypeKind::Bool)) return std::nullopt;
  try {
    return converted(value, dtype, {});
  } catch (const Error&) {
    return std::nullopt;
  }
}

// False where the dataset doesn't hold such values.
bool write_into(const Look& look, const Value& value, Dtypes dtypes) {
  if (look.what.content != hdf5::Content::Value || look.what.shape != value.shape) return false;
  const Dtype dtype = look.what.dtype;
  if (dtypes == Dtypes::OfTheValue && dtype != value.dtype) return false;
  if (!hdf5::equal(hdf5::type_of(look.dataset), hdf5::stored_type(dtype))) return false;
  const auto fitting = as_dtype(value, dtype);
  if (fitting) hdf5::write_box(look.dataset, Shape(value.shape.size(), 0), *fitting);
  return fitting.has_value();
}

void keep_attributes(hid_t from, hid_t to) {
  for (const std::string& name : attribute_names(from)) {
    if (std::ranges::count(own_attributes, name) > 0 || hdf5::has_attribute(to, name)) continue;
    hdf5::copy_attribute(from, name, to, name, true);
  }
}

// Whether the path is that of the entry after the last one of a list.
bool is_after_last(Places& places, const std::string& path) {
  if (is_top(path)) return false;
  const GroupPtr above = places.find_group(parent_of(path));
  return above && above->kind == Kind::List && name_of(path) == std::to_string(above->size());
}

void put(Places& places, const std::string& path, hid_t object) {
  if (!is_after_last(places, path)) return places.put(path, object);
  const std::string list(parent_of(path));
  places.insert(list, places.list(list)->size(), object);
}

bool is_in_list(Places& places, const std::string& path) {
  const GroupPtr above = is_top(path) ? nullptr : places.find_group(parent_of(path));
  return above && above->kind == Kind::List;
}

void check_free(Places& places, const std::string& path, bool replaces) {
  if (replaces || !places.find(path).is_there) return;
  throw Error(ErrorCode::Exists, places.describe(path), "is there already");
}

[[noreturn]] void refuse_itself(const Places& places, const std::string& path, const char* what) {
  throw Error(ErrorCode::Invalid, places.describe(path),
              std::string("can't be ") + what + " itself or into itself");
}

// Whole before what it replaces goes.
void put_attribute(hid_t from, const std::string& name, hid_t to, const std::string& new_name,
                   bool is_one_file) {
  if (!hdf5::has_attribute(to, new_name)) {
    return hdf5::copy_attribute(from, name, to, new_name, is_one_file);
  }
  const std::string attempt = new_name + "\x01";
  hdf5::copy_attribute(from, name, to, attempt, is_one_file);
  (void)hdf5::erase_attribute(to, new_name);
  hdf5::rename_attribute(to, attempt, new_name);
}

// What it takes to put an attribute there.
void check_transfer(Places& places, const AttributePlace& from, const AttributePlace& to,
                    bool replaces) {
  const Attributes attrs = from.of.attrs();
  if (!attrs.contains(from.name)) (void)attrs.at(from.name);  // says what is there
  check_attribute(to.name, none, places.describe(to.of.path()));
  if (replaces || !to.of.attrs().contains(to.name)) return;
  throw Error(ErrorCode::Exists, to.of.attrs().describe(to.name), "is there already");
}

bool is_one_object(hid_t one, hid_t other) {
  return hdf5::identity_of(one) == hdf5::identity_of(other);
}

}  // namespace

void assign(const Item& to, const Tree& value, Dtypes dtypes) {
  to.store()->change([&](Places& places) {
    check(value, places.describe(to.path()));
    const Look look = look_at(places, to.path());
    if (look.dataset && value.value() != nullptr && write_into(look, *value.value(), dtypes)) {
      return mark_dtype(places.maker(), look.dataset.get(), *value.value());
    }
    const hdf5::Object made = make(places.maker(), places.file(), value);
    if (look.group) keep_attributes(look.group->id.get(), made.get());
    if (look.dataset) keep_attributes(look.dataset.get(), made.get());
    put(places, to.path(), made.get());
  });
}

void assign(const Attributes& attrs, const std::string& name, const Tree& value, Dtypes dtypes) {
  if (dtypes == Dtypes::OfTheValue) return attrs.set(name, value);
  const auto before = attrs.find(name);
  const Value* old = before ? before->value() : nullptr;
  if (old != nullptr && value.value() != nullptr && old->shape == value.value()->shape) {
    if (auto fitting = as_dtype(*value.value(), old->dtype)) {
      return attrs.set(name, std::move(*fitting));
    }
  }
  attrs.set(name, value);
}

void move(const Item& from, const Item& to, bool replaces) {
  to.store()->change([&](Places& places) {
    const std::string &old_path = from.path(), &path = to.path();
    Found found = places.find(old_path);
    if (!found.is_there) (void)places.open(old_path);  // says what is there
    if (is_within(path, old_path)) refuse_itself(places, old_path, "moved to");
    check_free(places, path, replaces);
    const bool goes_with_it = is_within(old_path, path);
    if (!goes_with_it && !is_in_list(places, old_path) && !is_in_list(places, path)) {
      found.object.reset();
      (void)places.erase(path);
      return places.rename(old_path, path);
    }
    if (!found.object) found.object = places.open(old_path);
    const bool was_in_list = is_in_list(places, old_path);
    put(places, path, found.object.get());
    if (goes_with_it) return;
    (void)places.erase(old_path);
    if (was_in_list || places.find_group(parent_of(path))) return;
    // By way of a soft link it went into itself.
    put(places, old_path, found.object.get());
    (void)places.erase(path);
    refuse_itself(places, old_path, "moved to");
  });
}

void move_attribute(const AttributePlace& from, const AttributePlace& to, bool replaces) {
  to.of.store()->change([&](Places& places) {
    check_transfer(places, from, to, replaces);
    const hdf5::Object source = places.open(from.of.path()), target = places.open(to.of.path());
    if (!is_one_object(source.get(), target.get())) {
      put_attribute(source.get(), from.name, target.get(), to.name, true);
      (void)hdf5::erase_attribute(source.get(), from.name);
    } else if (from.name != to.name) {
      (void)hdf5::erase_attribute(target.get(), to.name);
      hdf5::rename_attribute(target.get(), from.name, to.name);
    }
    places.forget_groups();  // it may say what they are
  });
}

void copy_attribute(const AttributePlace& from, const AttributePlace& to, bool replaces) {
  const auto locks = Store::lock(*from.of.store(), *to.of.store());
  to.of.store()->change([&](Places& places) {
    check_transfer(places, from, to, replaces);
    const hdf5::Object target = places.open(to.of.path());
    from.of.store()->look([&](Places& others) {
      const hdf5::Object source = others.open(from.of.path());
      if (from.name == to.name && is_one_object(source.get(), target.get())) return;
      put_attribute(source.get(), from.name, target.get(), to.name,
                    from.of.store() == to.of.store());
    });
    places.forget_groups();  // it may say what they are
  });
}

void copy(const Item& from, const Item& to, bool replaces) {
  const auto locks = Store::lock(*from.store(), *to.store());
  to.store()->change([&](Places& places) {
    const bool is_one_file = from.store() == to.store();
    if (is_one_file && is_within(to.path(), from.path())) {
      refuse_itself(places, from.path(), "copied to");
    }
    check_free(places, to.path(), replaces);
    const hdf5::Object made =
        from.store()->look([&](Places& others) { return copy_of(others, from.path(), places); });
    put(places, to.path(), made.get());
  });
}

}  // namespace sheaf::objects
