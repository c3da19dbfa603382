// SPDX-License-Identifier: MIT
// Shapes, views, joining and neighbours, by name.
#include "core/array/shaping.hpp"

#include "core/array/differences.hpp"
#include "core/array/joining.hpp"
#include "core/array/printing.hpp"
#include "core/array/script/argument.hpp"

namespace sheaf::np::script {
namespace {

Argument tuple_of(const Shape& shape) {
  List list;
  for (const std::int64_t extent : shape) list.emplace_back(Array(extent));
  return {std::move(list), true};
}

Axis axis_in(const Arguments& in, std::size_t place, Axis otherwise = {}) {
  const Argument* given = in.find(place, "axis");
  if (given == nullptr) return otherwise;
  return given->is_none() ? Axis() : Axis(in.integer(place, "axis"));
}

std::optional<Shape> axes_in(const Arguments& in, std::size_t place, const char* name = "axis") {
  return in.has(place, name) ? std::optional(in.shape(place, name)) : std::nullopt;
}

// An index, a list or a mask.
Index index_in(const Arguments& in, std::size_t place, const char* name) {
  const Array array = in.array(place, name);
  if (array.node()->constant() != nullptr && array.dtype() != boolean) {
    return array.item<std::int64_t>();
  }
  return array.node();
}

// reshape(a, (2, 3)) and a.reshape(2, 3).
Shape shape_in(const Arguments& in, const char* name) {
  if (in.count() <= 2) return in.shape(1, name);
  Shape all;
  for (const Array& extent : in.arrays_from(1)) all.push_back(extent.item<std::int64_t>());
  return all;
}

Block block_in(const Argument& given) {
  const auto* list = std::get_if<List>(&given.held);
  if (list == nullptr) return array_of(given);
  std::vector<Block> all;
  for (const Argument& one : *list) all.push_back(block_in(one));
  return all;
}

// With a number of parts or places.
template <class Sections, class Places>
Argument split_in(const Arguments& in, Sections sections, Places places) {
  const Argument& how = in.at(1, "indices_or_sections");
  const auto* array = std::get_if<Array>(&how.held);
  if (array != nullptr && array->ndim() == 0) return list_of(sections(array->item<std::int64_t>()));
  const Array list = array_of(how);
  return list_of(places(list.size() == 0 ? Shape{} : list.item<Shape>()));
}

void add_views(Functions& all) {
  all["shape"] = [](const Arguments& in) -> Argument {
    in.allow({"a"});
    return tuple_of(in.array(0, "a").shape());
  };
  all["ndim"] = [](const Arguments& in) -> Argument {
    in.allow({"a"});
    return Array(static_cast<std::int64_t>(in.array(0, "a").ndim()));
  };
  all["size"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis"});
    return Array(size(in.array(0, "a"), axis_in(in, 1)));
  };
  all["reshape"] = [](const Arguments& in) -> Argument {
    // reshape(a, (2, 3), "F"); what isn't text there is an extent.
    const bool has_order =
        in.count() == 3 && std::holds_alternative<std::string>(in.in_order()[2].held);
    if (has_order) {
      in.allow({"a", "newshape", "order"});
      return reshape(in.array(0, "a"), in.shape(1, "newshape"), in.text(2, "order", "C"));
    }
    in.allow_more({"a", "newshape", "order"}, 2);
    return reshape(in.array(0, "a"), shape_in(in, "newshape"), in.text(by_name, "order", "C"));
  };
  for (const char* name : {"ravel", "flatten"}) {
    all[name] = [](const Arguments& in) -> Argument {
      in.allow({"a", "order"});
      return ravel(in.array(0, "a"), in.text(1, "order", "C"));
    };
  }
  all["flat"] = [](const Arguments& in) -> Argument {
    in.allow({"a"});
    return ravel(in.array(0, "a"));
  };
  all["transpose"] = [](const Arguments& in) -> Argument {
    in.allow_more({"a", "axes"}, 2);
    return transpose(in.array(0, "a"), in.has(1, "axes") ? shape_in(in, "axes") : Shape{});
  };
  all["moveaxis"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "source", "destination"});
    return moveaxis(in.array(0, "a"), in.shape(1, "source"), in.shape(2, "destination"));
  };
  all["rollaxis"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis", "start"});
    return rollaxis(in.array(0, "a"), in.integer(1, "axis"), in.integer(2, "start", 0));
  };
  all["swapaxes"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis1", "axis2"});
    return swapaxes(in.array(0, "a"), in.integer(1, "axis1"), in.integer(2, "axis2"));
  };
  all["expand_dims"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis"});
    return expand_dims(in.array(0, "a"), in.shape(1, "axis"));
  };
  all["squeeze"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis"});
    return squeeze(in.array(0, "a"), axes_in(in, 1));
  };
  all["broadcast_to"] = [](const Arguments& in) -> Argument {
    in.allow({"array", "shape"});
    return broadcast_to(in.array(0, "array"), in.shape(1, "shape"));
  };
  all["astype"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "dtype"});
    if (!in.has(1, "dtype")) in.refuse("dtype", "is missing");
    return in.array(0, "a").astype(*in.dtype(1, "dtype"));
  };
  all["flip"] = [](const Arguments& in) -> Argument {
    in.allow({"m", "axis"});
    return flip(in.array(0, "m"), axes_in(in, 1));
  };
  all["rot90"] = [](const Arguments& in) -> Argument {
    in.allow({"m", "k", "axes"});
    return rot90(in.array(0, "m"), in.integer(1, "k", 1),
                 axes_in(in, 2, "axes").value_or(Shape{0, 1}));
  };
  all["diagonal"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "offset", "axis1", "axis2"});
    return diagonal(in.array(0, "a"), in.integer(1, "offset", 0), in.integer(2, "axis1", 0),
                    in.integer(3, "axis2", 1));
  };
}

void add_taking(Functions& all) {
  all["take"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "indices", "axis", "", "mode"});
    return take(in.array(0, "a"), in.array(1, "indices"), axis_in(in, 2),
                in.text(4, "mode", "raise"));
  };
  all["take_along_axis"] = [](const Arguments& in) -> Argument {
    in.allow({"arr", "indices", "axis"});
    return take_along_axis(in.array(0, "arr"), in.array(1, "indices"), axis_in(in, 2));
  };
  all["compress"] = [](const Arguments& in) -> Argument {
    in.allow({"condition", "a", "axis", ""});
    return compress(in.array(0, "condition"), in.array(1, "a"), axis_in(in, 2));
  };
  all["broadcast_arrays"] = [](const Arguments& in) -> Argument {
    in.allow_more({}, 0);
    return list_of(broadcast_arrays(in.arrays_from(0)));
  };
  for (const auto& [name, f] : {std::pair{"atleast_1d", &atleast_1d},
                                {"atleast_2d", &atleast_2d},
                                {"atleast_3d", &atleast_3d},
                                {"fliplr", &fliplr},
                                {"flipud", &flipud}}) {
    all[name] = [f = f](const Arguments& in) -> Argument {
      in.allow({"a"});
      return f(in.array(0, "a"));
    };
  }
  for (const auto& [name, f] : {std::pair{"array_str", &array_str}, {"array_repr", &array_repr}}) {
    all[name] = [f = f](const Arguments& in) -> Argument {
      in.allow({"a"});
      return f(in.array(0, "a"));
    };
  }
}

void add_joining(Functions& all) {
  all["concatenate"] = [](const Arguments& in) -> Argument {
    in.allow({"arrays", "axis"});
    return concatenate(in.arrays(0, "arrays"), axis_in(in, 1, 0));
  };
  all["stack"] = [](const Arguments& in) -> Argument {
    in.allow({"arrays", "axis"});
    return stack(in.arrays(0, "arrays"), in.integer(1, "axis", 0));
  };
  for (const auto& [name, f] : {std::pair{"vstack", &vstack},
                                {"row_stack", &row_stack},
                                {"hstack", &hstack},
                                {"dstack", &dstack},
                                {"column_stack", &column_stack}}) {
    all[name] = [f = f](const Arguments& in) -> Argument {
      in.allow({"tup"});
      return f(in.arrays(0, "tup"));
    };
  }
  all["block"] = [](const Arguments& in) -> Argument {
    in.allow({"arrays"});
    return block(block_in(in.at(0, "arrays")));
  };
  for (const bool is_even : {true, false}) {
    all[is_even ? "split" : "array_split"] = [is_even](const Arguments& in) -> Argument {
      in.allow({"ary", "indices_or_sections", "axis"});
      const Array a = in.array(0, "ary");
      const std::int64_t axis = in.integer(2, "axis", 0);
      return split_in(
          in,
          [&](std::int64_t parts) {
            return is_even ? split(a, parts, axis) : array_split(a, parts, axis);
          },
          [&](const Shape& places) { return split(a, places, axis); });
    };
  }
  const auto add_split = [&](const char* name, auto sections, auto places) {
    all[name] = [=](const Arguments& in) -> Argument {
      in.allow({"ary", "indices_or_sections"});
      const Array a = in.array(0, "ary");
      return split_in(
          in, [&](std::int64_t parts) { return sections(a, parts); },
          [&](const Shape& at) { return places(a, at); });
    };
  };
  using Sections = std::vector<Array> (*)(const Array&, std::int64_t);
  using Places = std::vector<Array> (*)(const Array&, const Shape&);
  add_split("vsplit", Sections(vsplit), Places(vsplit));
  add_split("hsplit", Sections(hsplit), Places(hsplit));
  add_split("dsplit", Sections(dsplit), Places(dsplit));
}

void add_repeating(Functions& all) {
  all["tile"] = [](const Arguments& in) -> Argument {
    in.allow({"A", "reps"});
    return tile(in.array(0, "A"), in.shape(1, "reps"));
  };
  all["repeat"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "repeats", "axis"});
    return repeat(in.array(0, "a"), in.array(1, "repeats"), axis_in(in, 2));
  };
  all["delete"] = [](const Arguments& in) -> Argument {
    in.allow({"arr", "obj", "axis"});
    return delete_(in.array(0, "arr"), index_in(in, 1, "obj"), axis_in(in, 2));
  };
  all["insert"] = [](const Arguments& in) -> Argument {
    in.allow({"arr", "obj", "values", "axis"});
    return insert(in.array(0, "arr"), index_in(in, 1, "obj"), in.array(2, "values"),
                  axis_in(in, 3));
  };
  all["append"] = [](const Arguments& in) -> Argument {
    in.allow({"arr", "values", "axis"});
    return append(in.array(0, "arr"), in.array(1, "values"), axis_in(in, 2));
  };
  all["resize"] = [](const Arguments& in) -> Argument {
    in.allow_more({"a", "new_shape"}, 2);
    return resize(in.array(0, "a"), shape_in(in, "new_shape"));
  };
  all["roll"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "shift", "axis"});
    return roll(in.array(0, "a"), in.shape(1, "shift"), axes_in(in, 2));
  };
  all["trim_zeros"] = [](const Arguments& in) -> Argument {
    in.allow({"filt", "trim"});
    return trim_zeros(in.array(0, "filt"), in.text(1, "trim", "fb"));
  };
}

void add_differences(Functions& all) {
  all["diff"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "n", "axis", "prepend", "append"});
    return diff(in.array(0, "a"), in.integer(1, "n", 1), in.integer(2, "axis", -1),
                {in.array_if(3, "prepend"), in.array_if(4, "append")});
  };
  all["ediff1d"] = [](const Arguments& in) -> Argument {
    in.allow({"ary", "to_end", "to_begin"});
    return ediff1d(in.array(0, "ary"), {in.array_if(2, "to_begin"), in.array_if(1, "to_end")});
  };
  all["gradient"] = [](const Arguments& in) -> Argument {
    in.allow_more({"f", "axis", "edge_order"}, 1);
    const auto edge_order = static_cast<int>(in.integer(by_name, "edge_order", 1));
    const std::vector<Array> parts =
        gradient(in.array(0, "f"), in.arrays_from(1), axes_in(in, by_name), edge_order);
    return parts.size() == 1 ? Argument(parts.front()) : list_of(parts);
  };
  all["cross"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "b", "axisa", "axisb", "axisc", "axis"});
    CrossAxes axes{in.integer(2, "axisa", -1), in.integer(3, "axisb", -1),
                   in.integer(4, "axisc", -1)};
    if (in.has(5, "axis")) axes.a = axes.b = axes.c = in.integer(5, "axis");
    return cross(in.array(0, "a"), in.array(1, "b"), axes);
  };
  all["convolve"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "v", "mode"});
    return convolve(in.array(0, "a"), in.array(1, "v"), in.text(2, "mode", "full"));
  };
}

}  // namespace

void add_shaping(Functions& all) {
  add_views(all);
  add_taking(all);
  add_joining(all);
  add_repeating(all);
  add_differences(all);
}

}  // namespace sheaf::np::script
