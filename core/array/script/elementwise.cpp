// SPDX-License-Identifier: MIT
// Functions of elements, by name.
#include "core/array/engine/ufunc.hpp"
#include "core/array/logic.hpp"
#include "core/array/math.hpp"
#include "core/array/script/argument.hpp"

namespace sheaf::np::script {
namespace {

void add_ufunc(Functions& all, const std::string& name) {
  const Ufunc& called = ufunc(name);
  const bool is_of_one = called.loops.front().inputs.size() == 1;
  const std::vector<std::string> names =
      is_of_one ? std::vector<std::string>{"x"} : std::vector<std::string>{"x1", "x2"};
  all[name] = [&called, names](const Arguments& in) -> Argument {
    in.allow(names);
    std::vector<NodePtr> inputs;
    for (std::size_t at = 0; at < names.size(); ++at) {
      inputs.push_back(in.array(at, names[at].c_str()).node());
    }
    return Array(apply(called, inputs));
  };
}

template <auto F>
Function of_one(const char* name) {
  return [name](const Arguments& in) -> Argument {
    in.allow({name});
    return Argument(Array(F(in.array(0, name))));
  };
}

Argument pair_of(std::pair<Array, Array> both) {
  return {List{std::move(both.first), std::move(both.second)}, true};
}

std::optional<double> number(const Arguments& in, std::size_t place, const char* name) {
  if (!in.has(place, name)) return std::nullopt;
  return in.real(place, name, 0);
}

// clip(a, a_min), a.clip(min).
Limit limit(const Arguments& in, std::size_t place, const char* name, const char* short_name) {
  const bool is_given = in.find(place, name) != nullptr;
  if (is_given && in.find(by_name, short_name) != nullptr) in.refuse(short_name, "is given twice");
  return in.array_if(place, is_given ? name : short_name);
}

void add_math(Functions& all) {
  all["real"] = of_one<real>("val");
  all["imag"] = of_one<imag>("val");
  all["sinc"] = of_one<sinc>("x");
  all["frexp"] = [](const Arguments& in) -> Argument {
    in.allow({"x"});
    return pair_of(frexp(in.array(0, "x")));
  };
  all["modf"] = [](const Arguments& in) -> Argument {
    in.allow({"x"});
    return pair_of(modf(in.array(0, "x")));
  };
  all["divmod"] = [](const Arguments& in) -> Argument {
    in.allow({"x1", "x2"});
    return pair_of(divmod(in.array(0, "x1"), in.array(1, "x2")));
  };
  all["around"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "decimals", ""});
    return around(in.array(0, "a"), in.integer(1, "decimals", 0));
  };
  all["round"] = all["around"];
  all["round_"] = all["around"];
  all["angle"] = [](const Arguments& in) -> Argument {
    in.allow({"z", "deg"});
    return angle(in.array(0, "z"), in.flag(1, "deg", false));
  };
  all["real_if_close"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "tol"});
    return real_if_close(in.array(0, "a"), in.real(1, "tol", 100));
  };
  all["clip"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "a_min", "a_max", "min", "max"}, 3);
    return clip(in.array(0, "a"), limit(in, 1, "a_min", "min"), limit(in, 2, "a_max", "max"));
  };
  all["nan_to_num"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "copy", "nan", "posinf", "neginf"});
    return nan_to_num(in.array(0, "x"),
                      {in.real(2, "nan", 0.0), number(in, 3, "posinf"), number(in, 4, "neginf")});
  };
  all["interp"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "xp", "fp", "left", "right", "period"});
    return interp(in.array(0, "x"), in.array(1, "xp"), in.array(2, "fp"),
                  {number(in, 3, "left"), number(in, 4, "right"), number(in, 5, "period")});
  };
}

Tolerance tolerance(const Arguments& in) {
  in.allow({"a", "b", "rtol", "atol", "equal_nan"});
  return {in.real(2, "rtol", 1e-5), in.real(3, "atol", 1e-8), in.flag(4, "equal_nan", false)};
}

void add_logic(Functions& all) {
  all["iscomplex"] = of_one<iscomplex>("x");
  all["isreal"] = of_one<isreal>("x");
  all["iscomplexobj"] = of_one<iscomplexobj>("x");
  all["isrealobj"] = of_one<isrealobj>("x");
  all["isfortran"] = of_one<isfortran>("a");
  all["isscalar"] = [](const Arguments& in) -> Argument {
    in.allow({"element"});
    const Argument& element = in.at(0, "element");
    const auto* array = std::get_if<Array>(&element.held);
    return Array(array != nullptr ? isscalar(*array)
                                  : std::holds_alternative<std::string>(element.held));
  };
  all["isclose"] = [](const Arguments& in) -> Argument {
    const Tolerance within = tolerance(in);
    return isclose(in.array(0, "a"), in.array(1, "b"), within);
  };
  all["allclose"] = [](const Arguments& in) -> Argument {
    const Tolerance within = tolerance(in);
    return Array(allclose(in.array(0, "a"), in.array(1, "b"), within));
  };
  all["array_equal"] = [](const Arguments& in) -> Argument {
    in.allow({"a1", "a2", "equal_nan"});
    return Array(array_equal(in.array(0, "a1"), in.array(1, "a2"), in.flag(2, "equal_nan", false)));
  };
  all["array_equiv"] = [](const Arguments& in) -> Argument {
    in.allow({"a1", "a2"});
    return Array(array_equiv(in.array(0, "a1"), in.array(1, "a2")));
  };
}

BitOptions bit_options(const Arguments& in, std::size_t order_place) {
  BitOptions options;
  options.axis = in.integer_if(1, "axis");
  const std::string order = in.text(order_place, "bitorder", "big");
  if (order != "big" && order != "little") in.refuse("bitorder", "is neither 'big' nor 'little'");
  options.is_little = order == "little";
  return options;
}

void add_bits(Functions& all) {
  all["packbits"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis", "bitorder"});
    return packbits(in.array(0, "a"), bit_options(in, 2));
  };
  all["unpackbits"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis", "count", "bitorder"});
    return unpackbits(in.array(0, "a"), bit_options(in, 3), in.integer_if(2, "count"));
  };
  all["binary_repr"] = [](const Arguments& in) -> Argument {
    in.allow({"num", "width"});
    return binary_repr(in.integer(0, "num"), in.integer_if(1, "width"));
  };
}

void add_choices(Functions& all) {
  all["select"] = [](const Arguments& in) -> Argument {
    in.allow({"condlist", "choicelist", "default"});
    return select(in.arrays(0, "condlist"), in.arrays(1, "choicelist"),
                  in.array_if(2, "default").value_or(Array(0)));
  };
  all["choose"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "choices", "", "mode"});
    const std::string mode = in.text(3, "mode", "raise");
    if (mode != "raise" && mode != "wrap" && mode != "clip") {
      in.refuse("mode", "is none of 'raise', 'wrap', 'clip'");
    }
    return choose(in.array(0, "a"), in.arrays(1, "choices"),
                  mode == "wrap"   ? ChoiceMode::Wrap
                  : mode == "clip" ? ChoiceMode::Clip
                                   : ChoiceMode::Raise);
  };
}

}  // namespace

void add_elementwise(Functions& all) {
  for (const std::string& name : ufunc_names()) {
    if (!name.starts_with('_')) add_ufunc(all, name);
  }
  add_math(all);
  add_logic(all);
  add_bits(all);
  add_choices(all);
}

}  // namespace sheaf::np::script
