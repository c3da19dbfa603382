// SPDX-License-Identifier: MIT
#pragma once
// What stands in an expression, and what a function there is called with.
//
//   functions["mean"] = [](const Arguments& in) -> Argument {
//     return mean(in.array(0, "a"), {in.axes(1, "axis"), in.flag(2, "keepdims", false)});
//   };
//
// Model: an Argument is an array (a number is one without axes), none, text, an ellipsis, or a list
// or tuple of such. Arguments are asked for by place and name, as Python's; a function allow()s
// first of all those that it has.
// Failure: Error (Invalid) that names the function and the argument.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/array/array.hpp"
#include "core/array/statistics.hpp"
#include "core/objects/wide.hpp"

namespace sheaf::np::script {

struct Argument;
using List = std::vector<Argument>;

struct Argument {
  Argument(Array array) : held(std::move(array)) {}
  Argument(std::string text) : held(std::move(text)) {}
  Argument(List list, bool is_tuple_) : held(std::move(list)), is_tuple(is_tuple_) {}
  Argument(Ellipsis) : held(Ellipsis{}) {}
  Argument(objects::None) : held(objects::none) {}

  [[nodiscard]] bool is_none() const { return std::holds_alternative<objects::None>(held); }

  std::variant<objects::None, Array, std::string, Ellipsis, List> held;
  bool is_tuple = false;
  // Of a whole number in the expression that neither int64 nor uint64 holds, and `held` nearly.
  std::optional<objects::Wide> exact{};
};

constexpr std::size_t by_name = SIZE_MAX;  // a place that no argument has

// A list of numbers or texts, nested or not, as an array. Throws Error.
[[nodiscard]] Array array_of(const Argument& argument);
[[nodiscard]] Argument list_of(const std::vector<Array>& arrays, bool is_tuple = false);

class Arguments {
 public:
  Arguments(std::string function, std::vector<Argument> in_order,
            std::map<std::string, Argument> named)
      : function_(std::move(function)), in_order_(std::move(in_order)), named_(std::move(named)) {}

  // The names that a function allow()s, "…" for any number of them.
  [[nodiscard]] static std::vector<std::string> names_of(
      const std::function<Argument(const Arguments&)>& function);

  [[nodiscard]] const std::string& function() const noexcept { return function_; }
  [[nodiscard]] std::size_t count() const noexcept { return in_order_.size(); }
  [[nodiscard]] const std::vector<Argument>& in_order() const noexcept { return in_order_; }
  // Null where it isn't given.
  [[nodiscard]] const Argument* find(std::size_t place, const char* name) const;
  [[nodiscard]] bool has(std::size_t place, const char* name) const;  // and isn't None
  [[nodiscard]] const Argument& at(std::size_t place, const char* name) const;

  [[nodiscard]] Array array(std::size_t place, const char* name) const;
  // A list of arrays: concatenate((a, b)).
  [[nodiscard]] std::vector<Array> arrays(std::size_t place, const char* name) const;
  // All those without a name, from that place on: meshgrid(x, y).
  [[nodiscard]] std::vector<Array> arrays_from(std::size_t place) const;
  // None where it isn't given.
  [[nodiscard]] std::optional<Array> array_if(std::size_t place, const char* name) const;
  [[nodiscard]] std::optional<std::int64_t> integer_if(std::size_t place, const char* name) const;
  [[nodiscard]] std::int64_t integer(std::size_t place, const char* name) const;
  [[nodiscard]] std::int64_t integer(std::size_t place, const char* name,
                                     std::int64_t otherwise) const;
  [[nodiscard]] double real(std::size_t place, const char* name, double otherwise) const;
  [[nodiscard]] bool flag(std::size_t place, const char* name, bool otherwise) const;
  [[nodiscard]] std::string text(std::size_t place, const char* name,
                                 const std::string& otherwise) const;
  // An integer or several of them.
  [[nodiscard]] Shape shape(std::size_t place, const char* name) const;
  [[nodiscard]] std::optional<Dtype> dtype(std::size_t place, const char* name) const;
  // `axis` and `keepdims`.
  [[nodiscard]] Along along(std::size_t axis_place, std::size_t keepdims_place) const;
  // The names by their places; "" is one of NumPy's (`out`) that takes None. Those behind the first
  // `places` go by name. Throws Error for others, one too many, and one that is given twice.
  void allow(const std::vector<std::string>& names, std::size_t places = by_name) const;
  // More without a name may follow those in places.
  void allow_more(const std::vector<std::string>& names, std::size_t places) const;
  [[noreturn]] void refuse(const std::string& name, const std::string& why) const;

 private:
  void check(const std::vector<std::string>& names, std::size_t places) const;

  std::string function_;
  std::vector<Argument> in_order_;
  std::map<std::string, Argument> named_;
  bool only_asks_ = false;  // for its names
};

using Function = std::function<Argument(const Arguments&)>;
using Functions = std::map<std::string, Function, std::less<>>;

// All there are, by NumPy's names: "mean", "char.upper", "random.normal".
[[nodiscard]] const Functions& functions();
// The rooms that they are defined in.
void add_elementwise(Functions& all);
void add_statistics(Functions& all);
void add_shaping(Functions& all);
void add_creation(Functions& all);
void add_random(Functions& all);
void add_text(Functions& all);
void add_sorting(Functions& all);

}  // namespace sheaf::np::script
