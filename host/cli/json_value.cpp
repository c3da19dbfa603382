// SPDX-License-Identifier: MIT
#include "host/cli/json_value.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;
using objects::Tree;

constexpr int most_nested = 1000;

// The shape of rows within rows, if they are all of one length.
bool add_axes(const Json& json, std::size_t axis, Shape& shape) {
  if (!json.is_array()) return axis == shape.size();
  const auto extent = static_cast<std::int64_t>(json.size());
  if (axis == shape.size()) shape.push_back(extent);
  if (axis > 31 || shape[axis] != extent) return false;
  return std::ranges::all_of(json, [&](const Json& item) {
    // The first branch says how many axes there are.
    if (item.is_array() && axis + 1 == shape.size() && &item != &json.front()) return false;
    return add_axes(item, axis + 1, shape);
  });
}

void collect(const Json& json, std::vector<const Json*>& leaves) {
  if (!json.is_array()) {
    leaves.push_back(&json);
    return;
  }
  for (const Json& item : json) collect(item, leaves);
}

class Builder {
 public:
  Builder(const ValueOptions& options, const std::string& object)
      : options_(options), object_(object) {}

  Tree tree(const Json& json, int depth = 0) const {
    if (depth > most_nested) refuse("is nested deeper than 1000 times");
    if (json.is_object()) {
      Tree::Dict entries;
      for (const auto& [name, value] : json.items()) {
        entries.emplace_back(name, tree(value, depth + 1));
      }
      return entries;
    }
    if (!json.is_array()) return scalar(json);
    if (!options_.keeps_lists) {
      if (auto found = array(json)) return std::move(*found);
    }
    Tree::List items;
    for (const Json& item : json) items.push_back(tree(item, depth + 1));
    return items;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(ErrorCode::Invalid, object_, "can't be set: VALUE " + why);
  }

  [[nodiscard]] bool is_number(const Json& json) const {
    const bool is_nan = options_.dtype && options_.dtype->kind == DtypeKind::Float &&
                        (json.is_null() || nan_in(json));
    return json.is_number() || is_nan;
  }

  static std::optional<double> nan_in(const Json& json) {
    if (!json.is_string()) return std::nullopt;
    const auto& text = json.get_ref<const std::string&>();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (text == "nan" || text == "NaN") return std::nan("");
    if (text == "inf" || text == "Infinity") return infinity;
    if (text == "-inf" || text == "-Infinity") return -infinity;
    return std::nullopt;
  }

  static double real(const Json& json) {
    if (json.is_null()) return std::nan("");
    const auto special = nan_in(json);
    return special ? *special : json.get<double>();
  }

  Value in_dtype(Value value, const Shape& shape) const {
    value.shape = shape;
    return options_.dtype ? objects::converted(value, *options_.dtype, object_) : std::move(value);
  }

  // Nothing where no dtype holds them all as they are.
  [[nodiscard]] std::optional<Value> numbers(const std::vector<const Json*>& leaves,
                                             const Shape& shape) const {
    const auto all = [&](auto is) {
      return std::ranges::all_of(leaves, [&](const Json* leaf) { return is(*leaf); });
    };
    const auto is_small = [](const Json& leaf) {
      return leaf.is_number_integer() &&
             (!leaf.is_number_unsigned() ||
              leaf.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
    };
    if (all(is_small)) return in_dtype(values<std::int64_t>(leaves), shape);
    if (all([](const Json& leaf) { return leaf.is_number_unsigned(); })) {
      return in_dtype(values<std::uint64_t>(leaves), shape);
    }
    if (all([](const Json& leaf) { return leaf.is_number_integer(); })) return std::nullopt;
    std::vector<double> reals;
    for (const Json* leaf : leaves) reals.push_back(real(*leaf));
    return in_dtype(Value::of(reals), shape);
  }

  template <class T>
  static Value values(const std::vector<const Json*>& leaves) {
    std::vector<T> all;
    for (const Json* leaf : leaves) all.push_back(leaf->get<T>());
    return Value::of(all);
  }

  [[nodiscard]] std::optional<Value> array(const Json& json) const {
    Shape shape;
    if (!add_axes(json, 0, shape)) return std::nullopt;
    std::vector<const Json*> leaves;
    collect(json, leaves);
    // An empty list is one to append to.
    if (leaves.empty() && !options_.dtype && !options_.is_attribute) return std::nullopt;
    const auto all = [&](auto is) {
      return std::ranges::all_of(leaves, [&](const Json* leaf) { return is(*leaf); });
    };
    std::optional<Value> value;
    if (leaves.empty()) {
      value = Value{options_.dtype.value_or(float64), {}, {}, {}};
    } else if (all([&](const Json& leaf) { return is_number(leaf); })) {
      value = numbers(leaves, shape);
    } else if (all([](const Json& leaf) { return leaf.is_string(); })) {
      std::vector<std::string> texts;
      for (const Json* leaf : leaves) texts.push_back(leaf->get<std::string>());
      value = Value::of(std::move(texts));
    } else if (all([](const Json& leaf) { return leaf.is_boolean(); })) {
      std::vector<bool> flags;
      for (const Json* leaf : leaves) flags.push_back(leaf->get<bool>());
      value = in_dtype(*Tree(flags).value(), shape);
    }
    if (value) value->shape = shape;
    return value;
  }

  Tree scalar(const Json& json) const {
    if (is_number(json)) {
      return std::move(*numbers({&json}, {}));
    }
    if (json.is_null()) return objects::none;
    if (json.is_boolean()) return in_dtype(Value::of(json.get<bool>()), {});
    return Value::of(json.get<std::string>());
  }

  const ValueOptions& options_;
  const std::string& object_;
};

bool holds_numbers(const Tree& tree) {
  if (const Value* value = tree.value()) return !value->dtype.is_string();
  if (const auto* items = tree.list_items()) return std::ranges::any_of(*items, holds_numbers);
  if (tree.entries() == nullptr) return false;
  return std::ranges::any_of(*tree.entries(),
                             [](const auto& entry) { return holds_numbers(entry.second); });
}

}  // namespace

Tree value_from(const std::string& text, const ValueOptions& options, const std::string& object) {
  using As = ValueOptions::As;
  if (options.as == As::Text) return Value::of(text);
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    if (options.as == As::Json) {
      throw Error(ErrorCode::Invalid, object, "can't be set: VALUE isn't JSON; --text takes text");
    }
    if (text.starts_with('[') || text.starts_with('{')) {
      throw Error(ErrorCode::Invalid, object,
                  "can't be set: VALUE begins like JSON and isn't; --text takes it as text");
    }
    json = text;
  }
  Tree tree = Builder(options, object).tree(json);
  if (options.dtype && !options.dtype->is_string() && !holds_numbers(tree)) {
    throw Error(
        ErrorCode::Invalid, object,
        fmt::format("can't be set: VALUE holds no number for --dtype {}", options.dtype->name()));
  }
  return tree;
}

}  // namespace sheaf::host::cli
