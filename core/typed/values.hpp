// SPDX-License-Identifier: MIT
#pragma once
// What a source has of several features, nested as their groups are.
//
//   exp.add("train", {{"logs", {{"loss", losses}, {"epoch", 3}}}});
//   Values logs = *exp.logs.get("train");
//   logs["loss"];                      // a Value; logs.get<float>("loss") is a Tensor<float>
//   exp.get("train")->group("logs") == logs;
//
// Model: a Value at each path; a group is what its paths have in common. Paths are relative to what
// was asked. Failure: Error (NotFound) that says which paths there are.

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/typed/tensor.hpp"

namespace sheaf::typed {

class Values {
 public:
  struct Item;
  using Map = std::map<std::string, Value, std::less<>>;

  Values() = default;
  Values(std::initializer_list<Item> items);

  // Empty where there is none at that path.
  [[nodiscard]] const Value* find(std::string_view path) const;
  [[nodiscard]] const Value& operator[](std::string_view path) const;
  template <Element T>
  [[nodiscard]] Tensor<T> get(std::string_view path) const {
    return Tensor<T>((*this)[path]);
  }
  // What lies below `path`, with paths relative to it; empty where there is nothing.
  [[nodiscard]] Values group(std::string_view path) const;
  // Names at this level: of values and of groups.
  [[nodiscard]] std::vector<std::string> names() const;

  void set(std::string path, Value value);
  void set(std::string_view path, const Values& below);

  [[nodiscard]] bool empty() const noexcept { return map_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return map_.size(); }
  // Pairs of path and Value, by path.
  [[nodiscard]] Map::const_iterator begin() const noexcept { return map_.begin(); }
  [[nodiscard]] Map::const_iterator end() const noexcept { return map_.end(); }
  bool operator==(const Values&) const = default;

 private:
  Map map_;
};

struct Values::Item {
  Item(std::string path_, Value value_) : path(std::move(path_)), value(std::move(value_)) {}
  Item(std::string path_, Values below_) : path(std::move(path_)), below(std::move(below_)) {}
  template <Element T>
  Item(std::string path_, const Tensor<T>& tensor) : Item(std::move(path_), tensor.value()) {}
  template <Element T>
  Item(std::string path_, const std::vector<T>& elements)
      : Item(std::move(path_), Tensor<T>(elements).value()) {}
  template <Element T>
  Item(std::string path_, T scalar)
      : Item(std::move(path_), Tensor<T>(std::move(scalar)).value()) {}
  Item(std::string path_, const char* text) : Item(std::move(path_), std::string(text)) {}

  std::string path;
  std::optional<Value> value;
  Values below;
};

}  // namespace sheaf::typed
