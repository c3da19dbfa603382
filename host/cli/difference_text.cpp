// SPDX-License-Identifier: MIT
#include "host/cli/difference_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/objects/python_text.hpp"
#include "host/cli/format.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using objects::Difference;
using objects::Tree;
using Json = nlohmann::ordered_json;
using What = Difference::What;

constexpr std::size_t most_columns = 60;  // of a value
constexpr std::size_t before_change = 12;

struct Change {
  std::string a, b;
};

const std::string* text_in(const Tree& tree) {
  const Value* value = tree.value();
  const bool is_text = value != nullptr && value->shape.empty() && value->strings.size() == 1;
  return is_text ? value->strings.data() : nullptr;
}

// Long texts from shortly before where they become different.
Change change_of(const Tree& a, const Tree& b) {
  const std::string* one = text_in(a);
  const std::string* other = text_in(b);
  std::size_t from = 0;
  if (one != nullptr && other != nullptr &&
      std::max(one->size(), other->size()) > most_columns - before_change) {
    from = static_cast<std::size_t>(std::ranges::mismatch(*one, *other).in1 - one->begin());
    from -= std::min(from, before_change);
    const auto goes_on = [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
    };
    while (from > 0 && goes_on((*one)[from])) --from;
  }
  const auto shown = [&](const Tree& tree, const std::string* text) {
    const std::string cut =
        from == 0 ? objects::repr(tree) : "…" + objects::in_quotes(text->substr(from));
    return shorten(printable(cut), most_columns);
  };
  return {shown(a, one), shown(b, other)};
}

class Painted {
 public:
  explicit Painted(bool has_colors) : has_colors_(has_colors) {}
  [[nodiscard]] std::string bold(const std::string& text) const { return paint("1", text); }
  [[nodiscard]] std::string a(const std::string& text) const { return paint("31", text); }
  [[nodiscard]] std::string b(const std::string& text) const { return paint("32", text); }
  [[nodiscard]] std::string change(const Change& change) const {
    return a(change.a) + " → " + b(change.b);
  }

 private:
  [[nodiscard]] std::string paint(const char* color, const std::string& text) const {
    return has_colors_ ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : text;
  }
  bool has_colors_;
};

std::string number_text(double number) { return fmt::format("{:.3g}", number); }

std::string values_text(const Difference& difference, const Painted& painted) {
  if (difference.shape.empty() && difference.first.size() == 1) {
    return painted.change(change_of(difference.first[0].a, difference.first[0].b));
  }
  std::string text =
      fmt::format("{} of {} {}", grouped(difference.differing), grouped(difference.elements),
                  difference.differing == 1 ? "differs" : "differ");
  if (difference.largest_absolute) {
    text += fmt::format(", by {}{}", difference.differing == 1 ? "" : "up to ",
                        number_text(*difference.largest_absolute));
    if (difference.largest_relative) {
      text += fmt::format(" (relative {})", number_text(*difference.largest_relative));
    }
  }
  const char* before = ": ";
  for (const auto& place : difference.first) {
    std::string at = to_string(place.at);
    at = "[" + at.substr(1, at.size() - (at.ends_with(",)") ? 3 : 2)) + "]";
    text += before + at + " " + painted.change(change_of(place.a, place.b));
    before = ", ";
  }
  return text + (std::cmp_less(difference.first.size(), difference.differing) ? ", …" : "");
}

std::string in_line(const std::string& text) { return shorten(printable(text), most_columns * 2); }

const char* prefix_of(What what) {
  switch (what) {
    case What::Dtype:
      return "dtype ";
    case What::Shape:
      return "shape ";
    case What::Order:
      return "order of entries: ";
    case What::Storage:
      return "storage: ";
    default:
      return "";
  }
}

const char* name_of(What what) {
  constexpr std::array names{"only_in_a", "only_in_b", "kind",  "dtype",
                             "shape",     "values",    "order", "storage"};
  return names.at(static_cast<std::size_t>(what));
}

Json number_json(double number) {
  return std::isfinite(number) ? Json(number) : Json(objects::repr(number));
}

Json json_of(const Tree& tree) {
  if (tree.is_none()) return nullptr;
  if (const Value* value = tree.value()) {
    const bool is_infinite = value->shape.empty() && value->dtype.kind == DtypeKind::Float &&
                             !std::isfinite(number_at(*value, 0));
    return is_infinite ? Json(objects::repr(*value, 0)) : to_json(*value);
  }
  if (tree.entries() == nullptr && tree.list_items() == nullptr) return objects::repr(tree);
  Json json = tree.entries() != nullptr ? Json::object() : Json::array();
  if (tree.entries() != nullptr) {
    for (const auto& [name, part] : *tree.entries()) json[name] = json_of(part);
  } else {
    for (const Tree& part : *tree.list_items()) json.push_back(json_of(part));
  }
  return json;
}

}  // namespace

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string line_of(const Difference& difference, const std::string& where,
                    const DifferenceStyle& style) {
  const Painted painted(style.has_colors);
  const std::string head = painted.bold(printable(where)) + ": ";
  switch (difference.what) {
    case What::OnlyInA:
      return head + "only in " + painted.a(printable(style.name_a)) + ": " + in_line(difference.a);
    case What::OnlyInB:
      return head + "only in " + painted.b(printable(style.name_b)) + ": " + in_line(difference.b);
    case What::Values:
      return head + values_text(difference, painted);
    default:
      return head + prefix_of(difference.what) +
             painted.change({in_line(difference.a), in_line(difference.b)});
  }
}

Json to_json(const Difference& difference, const std::string& where) {
  Json json{{"where", where}, {"what", name_of(difference.what)}};
  if (difference.attribute) json["attribute"] = *difference.attribute;
  if (difference.what != What::Values) {
    if (difference.what != What::OnlyInB) json["a"] = difference.a;
    if (difference.what != What::OnlyInA) json["b"] = difference.b;
    return json;
  }
  json["shape"] = difference.shape;
  json["elements"] = difference.elements;
  json["differing"] = difference.differing;
  if (difference.largest_absolute) {
    json["largest_absolute"] = number_json(*difference.largest_absolute);
  }
  if (difference.largest_relative) {
    json["largest_relative"] = number_json(*difference.largest_relative);
  }
  json["first"] = Json::array();
  for (const auto& place : difference.first) {
    json["first"].push_back({{"at", place.at}, {"a", json_of(place.a)}, {"b", json_of(place.b)}});
  }
  return json;
}

}  // namespace sheaf::host::cli
