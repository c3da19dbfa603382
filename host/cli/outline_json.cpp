// SPDX-License-Identifier: MIT
#include "host/cli/outline_json.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/cli/format.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;
using objects::Kind;
using objects::Outline;
using objects::Tree;
using Entry = Outline::Entry;

constexpr std::int64_t elements_at_once = 1 << 20;

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string base64(const std::vector<std::byte>& bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t three = 0;
    for (std::size_t byte = at; byte < at + 3; ++byte) {
      three = three << 8U | (byte < bytes.size() ? std::to_integer<std::uint32_t>(bytes[byte]) : 0);
    }
    for (std::size_t letter = 0; letter < 4; ++letter) {
      const bool is_there = at + letter <= bytes.size();
      text += is_there ? letters[three >> (18 - 6 * letter) & 0x3fU] : '=';
    }
  }
  return text;
}

Json json_of(const Tree& tree) {
  if (const Value* value = tree.value()) return to_json(*value);
  if (const objects::Bytes* bytes = tree.bytes()) {
    return {{bytes->is_pickle ? "@pickle" : "@bytes", base64(bytes->data)}};
  }
  if (tree.unreadable() != nullptr) return {{"@unreadable", tree.unreadable()->reason}};
  return nullptr;
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::Scalar:
      return "scalar";
    case Kind::Array:
      return "array";
    case Kind::Bytes:
      return "bytes";
    case Kind::Dict:
      return "dict";
    case Kind::List:
      return "list";
    case Kind::Object:
      return "object";
    default:
      return "unreadable";
  }
}

class JsonPrinter {
 public:
  JsonPrinter(Outline& outline, const JsonOptions& options)
      : outline_(outline), options_(options) {}

  bool print() {
    while (const Entry* entry = outline_.next()) {
      close_to(entry->depth);
      if (entry->depth > 0) begin_item(*entry);
      print_entry(*entry);
    }
    close_to(0);
    out("\n");
    flush();
    return is_whole_;
  }

 private:
  struct Open {
    bool is_list;
    bool is_first;
  };

  void out(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() > 65536) flush();
  }
  void flush() {
    std::fwrite(buffer_.data(), 1, buffer_.size(), stdout);
    buffer_.clear();
  }
  void new_line() { out("\n" + std::string(open_.size() * 2, ' ')); }

  void begin_item(const Entry& entry) {
    Open& group = open_.back();
    const auto separate = [&] {
      if (!std::exchange(group.is_first, false)) out(",");
      new_line();
    };
    if (entry.left_out > 0) {
      separate();
      const std::string gap = fmt::format("\"@more\": {}", entry.left_out);
      out(group.is_list ? "{" + gap + "}" : gap);
    }
    separate();
    if (!group.is_list) out(compact(entry.name) + ": ");
  }

  void close_to(std::size_t depth) {
    while (open_.size() > depth) {
      const Open closed = open_.back();
      open_.pop_back();
      if (!closed.is_first) new_line();
      out(closed.is_list ? "]" : "}");
      if (options_.is_described) out("}");
    }
  }

  void print_entry(const Entry& entry) {
    const bool is_group =
        entry.kind == Kind::Dict || entry.kind == Kind::List || entry.kind == Kind::Object;
    const bool is_cut = entry.is_open() && entry.depth >= options_.depth;
    if (is_cut) outline_.skip();
    if (options_.is_described) describe(entry);
    if (!entry.is_whole()) {
      if (!options_.is_described) out(compact(name_elsewhere(entry)));
    } else if (is_cut) {
      out(options_.is_described ? "null" : compact({{"@more", entry.size}}));
    } else if (is_group) {
      open_.push_back({entry.kind == Kind::List, true});
      out(entry.kind == Kind::List ? "[" : "{");
      if (entry.size > 0) return;
      open_.pop_back();
      out(entry.kind == Kind::List ? "]" : "}");
    } else {
      print_leaf(entry);
    }
    if (options_.is_described) out("}");
  }

  static Json name_elsewhere(const Entry& entry) {
    if (entry.target.empty()) return {{"@same", entry.same_as}};
    return {{"@link", entry.target}};
  }

  // {"kind": …, "attrs": …, "value":
  void describe(const Entry& entry) {
    Json json{{"kind", name_of(entry.kind)}};
    if (!entry.target.empty()) {
      json = {{"kind", "link"}, {"target", entry.target}, {"leads_nowhere", entry.leads_nowhere}};
    } else if (!entry.same_as.empty()) {
      json = {{"kind", "same"}, {"as", entry.same_as}};
    } else {
      if (!entry.class_name.empty()) json["class"] = entry.class_name;
      if (!entry.type.empty()) json["dtype"] = entry.type;
      if (entry.kind == Kind::Array || !entry.shape.empty()) json["shape"] = entry.shape;
      if (entry.kind == Kind::Dict || entry.kind == Kind::List || entry.kind == Kind::Object) {
        json["size"] = entry.size;
      }
      json["attrs"] = Json::object();
      for (const auto& [name, value] : outline_.attributes()) json["attrs"][name] = json_of(value);
    }
    std::string text = compact(json);
    text.pop_back();
    out(text + (entry.is_whole() ? ",\"value\":" : ""));
  }

  void print_leaf(const Entry& entry) {
    if (entry.kind == Kind::Unreadable || entry.kind == Kind::Absent) {
      return out(compact({{"@unreadable", entry.reason}}));
    }
    const std::int64_t count = element_count(entry.shape);
    if (options_.most_elements != Outline::all && count > options_.most_elements) {
      return out(compact({{"@array", entry.type}, {"shape", entry.shape}}));
    }
    if (entry.kind == Kind::Array) {
      Shape first(entry.shape.size(), 0);
      return print_axis(entry.shape, 0, first);
    }
    try {
      out(compact(json_of(outline_.tree())));
    } catch (const Error& error) {
      print_trouble(error);
    }
  }

  void print_trouble(const Error& error) {
    is_whole_ = false;
    out(compact({{"@unreadable", error.message()}}));
  }

  // An array, so many elements at a time.
  void print_axis(const Shape& shape, std::size_t axis, Shape& first) {
    const Shape inner(shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end());
    const std::int64_t width = std::max<std::int64_t>(element_count(inner), 1);
    const std::int64_t rows = std::max<std::int64_t>(elements_at_once / width, 1);
    const bool goes_in = width > elements_at_once;
    out("[");
    for (std::int64_t at = 0; at < shape[axis]; at += goes_in ? 1 : rows) {
      if (at > 0) out(",");
      first[axis] = at;
      if (goes_in) {
        print_axis(shape, axis + 1, first);
      } else if (!print_rows(shape, axis, first, std::min(rows, shape[axis] - at))) {
        break;
      }
    }
    first[axis] = 0;
    out("]");
  }

  bool print_rows(const Shape& shape, std::size_t axis, const Shape& first, std::int64_t rows) {
    Shape extents(shape);
    std::fill_n(extents.begin(), axis, 1);
    extents[axis] = rows;
    try {
      Value value = outline_.read(first, extents);
      value.shape.erase(value.shape.begin(),
                        value.shape.begin() + static_cast<std::ptrdiff_t>(axis));
      const std::string text = compact(to_json(value));
      out(std::string_view(text).substr(1, text.size() - 2));
      return true;
    } catch (const Error& error) {
      print_trouble(error);
      return false;
    }
  }

  Outline& outline_;
  const JsonOptions& options_;
  std::vector<Open> open_;
  std::string buffer_;
  bool is_whole_ = true;
};

}  // namespace

bool print_json(Outline& outline, const JsonOptions& options) {
  return JsonPrinter(outline, options).print();
}

void print_json(const Tree& attribute) { fmt::print("{}\n", compact(json_of(attribute))); }

}  // namespace sheaf::host::cli
