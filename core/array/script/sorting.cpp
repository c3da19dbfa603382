// SPDX-License-Identifier: MIT
// sort, nonzero, unique and their like, by name.
#include "core/array/sorting.hpp"

#include "core/array/logic.hpp"
#include "core/array/script/argument.hpp"
#include "core/array/searching.hpp"
#include "core/array/sets.hpp"

namespace sheaf::np::script {
namespace {

// -1 where it isn't given; none for None.
std::optional<std::int64_t> sort_axis(const Arguments& in, std::size_t place) {
  if (in.find(place, "axis") == nullptr) return -1;
  if (!in.has(place, "axis")) return std::nullopt;
  return in.integer(place, "axis");
}

void check_kind(const Arguments& in, std::size_t place) {
  if (!in.has(place, "kind")) return;
  const std::string kind = in.text(place, "kind", "");
  if (kind != "sort" && kind != "table") in.refuse("kind", "is None, 'sort' or 'table'");
}

void add_sorts(Functions& all) {
  using Sort = Array (*)(const Array&, std::optional<std::int64_t>, std::string_view);
  for (const auto& [name, sorted] :
       {std::pair<const char*, Sort>{"sort", sort}, {"argsort", argsort}}) {
    all[name] = [sorted = sorted](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "kind", ""});
      return sorted(in.array(0, "a"), sort_axis(in, 1), in.text(2, "kind", "stable"));
    };
  }
  using Partition = Array (*)(const Array&, const Shape&, std::optional<std::int64_t>);
  for (const auto& [name, parted] : {std::pair<const char*, Partition>{"partition", partition},
                                     {"argpartition", argpartition}}) {
    all[name] = [parted = parted](const Arguments& in) -> Argument {
      in.allow({"a", "kth", "axis", "kind", ""});
      if (in.text(3, "kind", "introselect") != "introselect") in.refuse("kind", "is introselect");
      return parted(in.array(0, "a"), in.shape(1, "kth"), sort_axis(in, 2));
    };
  }
  all["lexsort"] = [](const Arguments& in) -> Argument {
    in.allow({"keys", "axis"});
    std::vector<Array> keys;
    if (std::holds_alternative<List>(in.at(0, "keys").held)) {
      keys = in.arrays(0, "keys");
    } else {
      const Array rows = in.array(0, "keys");
      if (rows.ndim() == 0) in.refuse("keys", "is no list of keys");
      for (std::int64_t row = 0; row < rows.shape()[0]; ++row) keys.push_back(rows[row]);
    }
    return lexsort(keys, in.integer(1, "axis", -1));
  };
  for (const auto& [name, sorted] : {std::pair{"sort_complex", &sort_complex}, {"msort", &msort}}) {
    all[name] = [sorted = sorted](const Arguments& in) -> Argument {
      in.allow({"a"});
      return sorted(in.array(0, "a"));
    };
  }
}

void add_searches(Functions& all) {
  all["nonzero"] = [](const Arguments& in) -> Argument {
    in.allow({"a"});
    return list_of(nonzero(in.array(0, "a")), true);
  };
  all["where"] = [](const Arguments& in) -> Argument {
    in.allow({"condition", "x", "y"});
    if (!in.has(1, "x") && !in.has(2, "y")) return list_of(where(in.array(0, "condition")), true);
    return where(in.array(0, "condition"), in.array(1, "x"), in.array(2, "y"));
  };
  using Places = Array (*)(const Array&);
  for (const auto& [name, places] :
       {std::pair<const char*, Places>{"flatnonzero", flatnonzero}, {"argwhere", argwhere}}) {
    all[name] = [places = places](const Arguments& in) -> Argument {
      in.allow({"a"});
      return places(in.array(0, "a"));
    };
  }
  all["extract"] = [](const Arguments& in) -> Argument {
    in.allow({"condition", "arr"});
    return extract(in.array(0, "condition"), in.array(1, "arr"));
  };
  all["searchsorted"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "v", "side", "sorter"});
    return searchsorted(in.array(0, "a"), in.array(1, "v"), in.text(2, "side", "left"),
                        in.array_if(3, "sorter"));
  };
}

void add_members(Functions& all) {
  all["unique"] = [](const Arguments& in) -> Argument {
    in.allow({"ar", "return_index", "return_inverse", "return_counts", "axis", "equal_nan"}, 5);
    Unique how{in.flag(1, "return_index", false), in.flag(2, "return_inverse", false),
               in.flag(3, "return_counts", false)};
    how.axis = in.integer_if(4, "axis");
    how.equal_nan = in.flag(by_name, "equal_nan", true);
    const UniqueParts parts = unique(in.array(0, "ar"), how);
    List list{parts.values};
    for (const auto& part : {parts.index, parts.inverse, parts.counts}) {
      if (part) list.emplace_back(*part);
    }
    if (list.size() == 1) return parts.values;
    return {std::move(list), true};
  };
  all["in1d"] = [](const Arguments& in) -> Argument {
    in.allow({"ar1", "ar2", "assume_unique", "invert", "kind"}, 4);
    check_kind(in, by_name);
    return in1d(in.array(0, "ar1"), in.array(1, "ar2"), in.flag(3, "invert", false));
  };
  all["isin"] = [](const Arguments& in) -> Argument {
    in.allow({"element", "test_elements", "assume_unique", "invert", "kind"}, 4);
    check_kind(in, by_name);
    return isin(in.array(0, "element"), in.array(1, "test_elements"), in.flag(3, "invert", false));
  };
}

void add_set_functions(Functions& all) {
  using Made = Array (*)(const Array&, const Array&, bool);
  for (const auto& [name, made] :
       {std::pair<const char*, Made>{"setdiff1d", setdiff1d}, {"setxor1d", setxor1d}}) {
    all[name] = [made = made](const Arguments& in) -> Argument {
      in.allow({"ar1", "ar2", "assume_unique"});
      return made(in.array(0, "ar1"), in.array(1, "ar2"), in.flag(2, "assume_unique", false));
    };
  }
  all["union1d"] = [](const Arguments& in) -> Argument {
    in.allow({"ar1", "ar2"});
    return union1d(in.array(0, "ar1"), in.array(1, "ar2"));
  };
  all["intersect1d"] = [](const Arguments& in) -> Argument {
    in.allow({"ar1", "ar2", "assume_unique", "return_indices"});
    const Array one = in.array(0, "ar1");
    const Array other = in.array(1, "ar2");
    const bool assume_unique = in.flag(2, "assume_unique", false);
    if (!in.flag(3, "return_indices", false)) return intersect1d(one, other, assume_unique);
    const Intersection found = intersect1d_with_indices(one, other, assume_unique);
    return {List{found.values, found.index1, found.index2}, true};
  };
}

}  // namespace

void add_sorting(Functions& all) {
  add_sorts(all);
  add_searches(all);
  add_members(all);
  add_set_functions(all);
}

}  // namespace sheaf::np::script
