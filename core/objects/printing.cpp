// SPDX-License-Identifier: MIT
// What handles print, as ch5mpy's do: short, whatever they hold.
#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/objects/array.hpp"
#include "core/objects/dict.hpp"
#include "core/objects/list.hpp"
#include "core/objects/names.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/python_text.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"

namespace sheaf::objects {
namespace {

constexpr std::int64_t most_keys = 100;  // of more, the first and last ten are shown
constexpr std::int64_t keys_an_end = 10;
constexpr std::int64_t most_items = 6;  // of more, the first and last three are shown
constexpr std::int64_t items_an_end = 3;

// Reads only what it shows.
class ArrayText {
 public:
  explicit ArrayText(const Look& look) : look_(look), first_(look.what.shape.size(), 0) {}

  [[nodiscard]] std::string text() {
    if (element_count(look_.what.shape) == 0) return "[]";
    return axis_text(0);
  }

 private:
  std::string axis_text(std::size_t axis) {
    const std::int64_t extent = look_.what.shape[axis];
    if (extent <= most_items) return "[" + part(axis, 0, extent) + "]";
    const std::string between = separator(axis);
    return "[" + part(axis, 0, items_an_end) + between + "..." + between +
           part(axis, extent - items_an_end, items_an_end) + "]";
  }

  // Rows stand below each other, within all brackets that are open.
  [[nodiscard]] std::string separator(std::size_t axis) const {
    return axis + 1 == look_.what.shape.size() ? ", " : ",\n" + std::string(axis + 1, ' ');
  }

  std::string part(std::size_t axis, std::int64_t first, std::int64_t count) {
    std::string text;
    const bool is_last = axis + 1 == look_.what.shape.size();
    first_[axis] = first;
    Value row;
    if (is_last) {
      Shape extents(first_.size(), 1);
      extents[axis] = count;
      row = hdf5::read_box(look_.dataset, look_.what, first_, extents);
    }
    for (std::int64_t at = 0; at < count; ++at) {
      if (at > 0) text += separator(axis);
      first_[axis] = first + at;
      text += is_last ? repr(row, static_cast<std::size_t>(at)) : axis_text(axis + 1);
    }
    return text;
  }

  const Look& look_;
  Shape first_;
};

std::string indented(const std::string& text, std::string_view by) {
  std::string result;
  for (const char letter : text) {
    result += letter;
    if (letter == '\n') result += by;
  }
  return result;
}

// Of texts as ch5mpy shows it, where it is known: '<U6'.
std::string dtype_text(const Look& look) {
  if (!look.what.dtype.is_string() || !hdf5::has_attribute(look.dataset.get(), names::dtype_attr)) {
    return look.what.dtype.name();
  }
  return repr(read_attribute(look.dataset.get(), names::dtype_attr));
}

std::string array_text(const Look& look) {
  return "Array(" + indented(ArrayText(look).text(), "      ") +
         ", shape=" + to_string(look.what.shape) + ", dtype=" + dtype_text(look) + ")";
}

std::string list_text(Places& places, const OpenGroup& group);

std::string entry_text(Places& places, const Look& look) {
  switch (look.kind) {
    case Kind::Absent:
      return "<absent>";
    case Kind::Unreadable:
      return "<unreadable: " + look.reason + ">";
    case Kind::Array:
      return array_text(look);
    case Kind::Dict:
      return look.group->size() > 0 ? "{...}" : "{}";
    case Kind::Object:
      return "Object{...}";
    case Kind::List:
      return list_text(places, *look.group);
    default:
      return repr(read(look));
  }
}

std::string entry_text(Places& places, const OpenGroup& group, const std::string& name) {
  try {
    return entry_text(places, look_at(places, places.open_entry(group, name)));
  } catch (const Error& error) {
    return "<unreadable: " + error.message() + ">";
  }
}

// A list in a list isn't opened up.
std::string item_text(Places& places, const OpenGroup& group, std::int64_t index) {
  const std::string name = std::to_string(index);
  const Look look = look_at(places, places.open_entry(group, name));
  if (look.kind == Kind::List) return look.group->size() > 0 ? "[...]" : "[]";
  return entry_text(places, group, name);
}

std::string list_text(Places& places, const OpenGroup& group) {
  const std::int64_t size = group.size();
  std::string text = "List[";
  for (std::int64_t at = 0; at < size; ++at) {
    if (at > 0) text += ", ";
    if (size > most_items && at == items_an_end) {
      text += "..., ";
      at = size - items_an_end;
    }
    text += item_text(places, group, at);
  }
  return text + "]";
}

// The first and last names; an empty one stands for those between.
std::vector<std::string> shown_names(const OpenGroup& group) {
  const std::int64_t size = group.size();
  if (size <= most_keys) return group.names();
  std::vector<std::string> shown = group.names_at_ends(keys_an_end, keys_an_end);
  shown.insert(shown.begin() + keys_an_end, std::string());
  return shown;
}

std::string dict_text(Places& places, const OpenGroup& group) {
  if (group.size() == 0) return "{}";
  std::string text = "{";
  std::string_view before = "\n\t";
  for (const std::string& name : shown_names(group)) {
    text += before;
    text += name.empty() ? "..." : name + ": " + indented(entry_text(places, group, name), "\t");
    before = ",\n\t";
  }
  return text + "\n}";
}

template <class Show>
std::ostream& print(std::ostream& out, const std::shared_ptr<Store>& store, const char* name,
                    Show show) {
  if (!store->is_open()) return out << "Closed " << name;
  return out << store->look(show);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Dict& dict) {
  return print(out, dict.item().store(), "Dict{}", [&](Places& places) {
    return "Dict" + dict_text(places, *places.group(dict.path()));
  });
}

std::ostream& operator<<(std::ostream& out, const List& list) {
  const Item item = list.item();
  return print(out, item.store(), "List[...]",
               [&](Places& places) { return list_text(places, *places.list(item.path())); });
}

std::ostream& operator<<(std::ostream& out, const Item& item) {
  return print(out, item.store(), "Item",
               [&](Places& places) { return entry_text(places, look_at(places, item.path())); });
}

std::ostream& operator<<(std::ostream& out, const Array& array) {
  const Item item = array.item();
  return print(out, item.store(), "Array",
               [&](Places& places) { return entry_text(places, look_at(places, item.path())); });
}

std::ostream& operator<<(std::ostream& out, const Attributes& attrs) {
  out << "AttributeManager{";
  std::string_view before;
  for (const auto& [name, value] : attrs.items()) {
    out << before << name << ": " << repr(value, true);
    before = ", \n                 ";
  }
  return out << "}";
}

}  // namespace sheaf::objects
