// SPDX-License-Identifier: MIT
#include "core/array/script/argument.hpp"

#include <algorithm>
#include <cstring>

#include "core/array/engine/cast.hpp"
#include "core/error.hpp"

namespace sheaf::np::script {
namespace {

// The elements of a nested list, one behind the other.
class Flattened {
 public:
  explicit Flattened(const Argument& argument) { add(argument, 0); }

  [[nodiscard]] Value value() const {
    Value all{dtype_.value_or(float64), shape_, {}, {}};
    for (const Value& part : parts_) {
      if (part.dtype.is_string() != all.dtype.is_string()) uneven("mixes text and numbers");
      all.strings.insert(all.strings.end(), part.strings.begin(), part.strings.end());
      if (all.dtype.is_string()) continue;
      std::byte element[16];
      cast(part.bytes.data(), part.dtype, element, all.dtype, 1);
      all.bytes.insert(all.bytes.end(), element, element + all.dtype.size());
    }
    if (element_count(shape_) != static_cast<std::int64_t>(parts_.size())) {
      uneven("has lists of several lengths");
    }
    return all;
  }

 private:
  [[noreturn]] static void uneven(const char* what) {
    throw Error(ErrorCode::Invalid, "a list", std::string(what) + ", and makes no array");
  }

  void add(const Argument& argument, std::size_t depth) {
    if (const auto* list = std::get_if<List>(&argument.held)) {
      const auto count = static_cast<std::int64_t>(list->size());
      if (depth == shape_.size()) shape_.push_back(count);
      if (shape_[depth] != count) uneven("has lists of several lengths");
      for (const Argument& one : *list) add(one, depth + 1);
    } else if (const auto* text = std::get_if<std::string>(&argument.held)) {
      take(Value::of(std::string_view(*text)), depth);
    } else if (const auto* array = std::get_if<Array>(&argument.held);
               array && array->ndim() == 0) {
      take(array->load(), depth);
    } else {
      throw Error(ErrorCode::Invalid, "a list", "makes no array: it holds more than numbers");
    }
  }

  void take(Value value, std::size_t depth) {
    if (depth_.value_or(depth) != depth) uneven("has elements beside lists");
    depth_ = depth;
    dtype_ = dtype_ && !dtype_->is_string() && !value.dtype.is_string()
                 ? promote(*dtype_, value.dtype)
                 : value.dtype;
    parts_.push_back(std::move(value));
  }

  Shape shape_;
  std::optional<std::size_t> depth_;  // of the elements
  std::optional<Dtype> dtype_;
  std::vector<Value> parts_;
};

}  // namespace

Array array_of(const Argument& argument) {
  if (const auto* array = std::get_if<Array>(&argument.held)) return *array;
  if (argument.is_none()) throw Error(ErrorCode::Invalid, "None", "is no array");
  return Flattened(argument).value();
}

Argument list_of(const std::vector<Array>& arrays, bool is_tuple) {
  List list;
  for (const Array& one : arrays) list.emplace_back(one);
  return {std::move(list), is_tuple};
}

const Argument* Arguments::find(std::size_t place, const char* name) const {
  if (place < in_order_.size()) return &in_order_[place];
  const auto found = named_.find(name);
  return found == named_.end() ? nullptr : &found->second;
}

bool Arguments::has(std::size_t place, const char* name) const {
  const Argument* given = find(place, name);
  return given != nullptr && !given->is_none();
}

void Arguments::refuse(const std::string& name, const std::string& why) const {
  throw Error(ErrorCode::Invalid, function_ + "()", "'" + name + "' " + why);
}

const Argument& Arguments::at(std::size_t place, const char* name) const {
  const Argument* given = find(place, name);
  if (given == nullptr) refuse(name, "is missing");
  return *given;
}

Array Arguments::array(std::size_t place, const char* name) const {
  return array_of(at(place, name));
}

std::vector<Array> Arguments::arrays(std::size_t place, const char* name) const {
  const auto* list = std::get_if<List>(&at(place, name).held);
  if (list == nullptr) refuse(name, "is no list of arrays");
  std::vector<Array> all;
  for (const Argument& one : *list) all.push_back(array_of(one));
  return all;
}

std::vector<Array> Arguments::arrays_from(std::size_t place) const {
  std::vector<Array> all;
  for (; place < in_order_.size(); ++place) all.push_back(array_of(in_order_[place]));
  return all;
}

std::optional<Array> Arguments::array_if(std::size_t place, const char* name) const {
  return has(place, name) ? std::optional(array(place, name)) : std::nullopt;
}

std::int64_t Arguments::integer(std::size_t place, const char* name) const {
  const auto* array = std::get_if<Array>(&at(place, name).held);
  if (array == nullptr || array->size() != 1) refuse(name, "is no integer");
  return array->item<std::int64_t>();
}

std::int64_t Arguments::integer(std::size_t place, const char* name, std::int64_t otherwise) const {
  return has(place, name) ? integer(place, name) : otherwise;
}

std::optional<std::int64_t> Arguments::integer_if(std::size_t place, const char* name) const {
  return has(place, name) ? std::optional(integer(place, name)) : std::nullopt;
}

double Arguments::real(std::size_t place, const char* name, double otherwise) const {
  return has(place, name) ? array(place, name).item<double>() : otherwise;
}

bool Arguments::flag(std::size_t place, const char* name, bool otherwise) const {
  return has(place, name) ? array(place, name).item<bool>() : otherwise;
}

std::string Arguments::text(std::size_t place, const char* name,
                            const std::string& otherwise) const {
  if (!has(place, name)) return otherwise;
  const auto* text = std::get_if<std::string>(&at(place, name).held);
  if (text == nullptr) refuse(name, "is no text");
  return *text;
}

Shape Arguments::shape(std::size_t place, const char* name) const {
  const auto* list = std::get_if<List>(&at(place, name).held);
  if (list == nullptr) return {integer(place, name)};
  Shape all;
  for (const Argument& one : *list) all.push_back(array_of(one).item<std::int64_t>());
  return all;
}

std::optional<Dtype> Arguments::dtype(std::size_t place, const char* name) const {
  if (!has(place, name)) return std::nullopt;
  const std::string asked = text(place, name, "");
  if (asked == "int") return int64;
  if (asked == "float") return float64;
  if (asked == "complex") return complex128;
  return Dtype::parse(asked);
}

Along Arguments::along(std::size_t axis_place, std::size_t keepdims_place) const {
  Along along;
  along.keepdims = flag(keepdims_place, "keepdims", false);
  if (has(axis_place, "axis")) {
    along.axes = shape(axis_place, "axis");
    along.is_whole = false;
  }
  return along;
}

namespace {
struct Allowed {
  std::vector<std::string> names;
};

// Those that can be written.
std::vector<std::string> written(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  std::ranges::remove_copy(names, std::back_inserter(all), "");
  return all;
}
}  // namespace

std::vector<std::string> Arguments::names_of(
    const std::function<Argument(const Arguments&)>& function) {
  Arguments none("", {}, {});
  none.only_asks_ = true;
  try {
    (void)function(none);
  } catch (const Allowed& allowed) {
    return allowed.names;
  } catch (const Error&) {
    // It looks at an argument first.
  }
  return {"…"};
}

void Arguments::allow(const std::vector<std::string>& names, std::size_t places) const {
  if (only_asks_) throw Allowed{written(names)};
  const std::size_t most = std::min(names.size(), places);
  if (count() > most) {
    throw Error(ErrorCode::Invalid, function_ + "()",
                "takes at most " + std::to_string(most) + (most == 1 ? " argument" : " arguments") +
                    " without a name, not " + std::to_string(count()));
  }
  check(names, most);
}

void Arguments::allow_more(const std::vector<std::string>& names, std::size_t places) const {
  std::vector<std::string> all = written(names);
  all.insert(all.begin() + static_cast<std::ptrdiff_t>(places), "…");
  if (only_asks_) throw Allowed{std::move(all)};
  check(names, places);
}

void Arguments::check(const std::vector<std::string>& names, std::size_t places) const {
  for (const auto& [name, value] : named_) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      std::string known;
      for (const std::string& one : written(names)) known += (known.empty() ? "" : ", ") + one;
      refuse(name, "isn't an argument; there " + (known.empty() ? "are none" : "are " + known));
    }
    const auto place = static_cast<std::size_t>(found - names.begin());
    if (place < std::min(places, count())) refuse(name, "is given twice");
  }
  for (std::size_t at = 0; at < std::min(places, count()); ++at) {
    const Argument& given = in_order_[at];
    if (!names[at].empty() || given.is_none()) continue;
    const auto* array = std::get_if<Array>(&given.held);
    if (array != nullptr && array->dtype() == boolean && !array->item<bool>()) continue;
    throw Error(ErrorCode::Invalid, function_ + "()",
                "has nothing at place " + std::to_string(at + 1) + "; write None there");
  }
}

const Functions& functions() {
  static const Functions all = [] {
    Functions made;
    add_elementwise(made);
    add_statistics(made);
    add_shaping(made);
    add_creation(made);
    add_random(made);
    add_text(made);
    add_sorting(made);
    return made;
  }();
  return all;
}

}  // namespace sheaf::np::script
