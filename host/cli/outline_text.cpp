// SPDX-License-Identifier: MIT
#include "host/cli/outline_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/cli/format.hpp"
#include "host/cli/shown_value.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using objects::Kind;
using objects::Outline;
using objects::Tree;
using Entry = Outline::Entry;

constexpr std::size_t widest_name = 28;  // that others are aligned with
constexpr std::size_t value_width = 60;  // where there is no terminal
constexpr std::size_t least_value_width = 24;
constexpr std::size_t longest_name = 120;

enum class Style { Plain, Group, Attribute, Link, Note, Trouble };

const char* code_of(Style style) {
  switch (style) {
    case Style::Group:
      return "\x1b[1;34m";
    case Style::Attribute:
      return "\x1b[36m";
    case Style::Link:
      return "\x1b[35m";
    case Style::Note:
      return "\x1b[2m";
    case Style::Trouble:
      return "\x1b[31m";
    default:
      return "";
  }
}

std::string name_text(std::string_view name) { return shorten(printable(name), longest_name); }

class Line {
 public:
  explicit Line(bool has_colors) : has_colors_(has_colors) {}
  Line& add(std::string_view text, Style style = Style::Plain) {
    const bool is_styled = has_colors_ && style != Style::Plain && !text.empty();
    if (is_styled) text_ += code_of(style);
    text_ += text;
    if (is_styled) text_ += "\x1b[0m";
    width_ += columns_of(text);
    return *this;
  }
  Line& fill_to(std::size_t column) {
    if (width_ < column) add(std::string(column - width_, ' '));
    return *this;
  }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  void print() {
    text_.erase(text_.find_last_not_of(' ') + 1);
    text_ += '\n';
    std::fwrite(text_.data(), 1, text_.size(), stdout);
  }

 private:
  bool has_colors_;
  std::string text_;
  std::size_t width_ = 0;
};

std::string dtype_note(const Value& value) {
  const bool says_itself = value.dtype.is_string() || value.dtype.kind == DtypeKind::Bool;
  if (value.shape.empty()) return says_itself ? "" : "  " + value.dtype.name();
  return "  " + value.dtype.name() + " " + to_string(value.shape);
}

std::string with_commas(std::int64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

bool is_a_group(const Entry& entry) {
  return entry.kind == Kind::Dict || entry.kind == Kind::List || entry.kind == Kind::Object;
}

std::string kind_text(const Entry& entry) {
  switch (entry.kind) {
    case Kind::Dict:
      return with_commas(entry.size) + (entry.size == 1 ? " entry" : " entries");
    case Kind::List:
      return "list of " + with_commas(entry.size);
    case Kind::Object:
      return entry.class_name.empty() ? "object" : "object " + name_text(entry.class_name);
    case Kind::Array:
      return entry.type + " " + to_string(entry.shape);
    default:
      return name_text(entry.type);
  }
}

class TreePrinter {
 public:
  TreePrinter(Outline& outline, const TextOptions& options)
      : outline_(outline), options_(options) {}

  bool print() {
    while (const Entry* entry = outline_.next()) {
      bars_.resize(entry->depth);
      columns_.resize(entry->depth + 1);
      if (entry->left_out > 0) print_gap(entry->depth, entry->left_out);
      print_entry(*entry);
      if (entry->depth > 0) bars_.back() = entry->is_last ? "   " : "│  ";
      if (entry->depth < options_.depth) {
        go_below(*entry);
      } else {
        outline_.skip();
      }
    }
    return is_whole_;
  }

 private:
  [[nodiscard]] Line begin(std::size_t depth, bool is_last) const {
    Line line(options_.has_colors);
    std::string bars;
    for (std::size_t at = 0; at + 1 < depth; ++at) bars += bars_[at];
    if (depth > 0) bars += is_last ? "└─ " : "├─ ";
    line.add(bars, Style::Note);
    return line;
  }

  [[nodiscard]] std::size_t room_after(const Line& line) const {
    if (options_.columns == 0) return value_width;
    return std::max(least_value_width, options_.columns - std::min(options_.columns, line.width()));
  }

  void print_gap(std::size_t depth, std::int64_t count) const {
    Line line = begin(depth, false);
    line.add(fmt::format("… {} more", with_commas(count)), Style::Note).print();
  }

  void print_entry(const Entry& entry) {
    Line line = begin(entry.depth, entry.is_last);
    const bool is_group = entry.kind == Kind::Dict || entry.kind == Kind::Object;
    if (entry.depth == 0) {
      line.add(options_.title, Style::Group).add("  ");
    } else {
      const bool has_slash = is_group && entry.target.empty();
      line.add(name_text(entry.name) + (has_slash ? "/" : ""),
               is_group || entry.kind == Kind::List ? Style::Group : Style::Plain);
      line.fill_to(columns_[entry.depth]).add(entry.target.empty() ? "  " : " ");
    }
    add_what(line, entry);
    line.print();
  }

  void add_what(Line& line, const Entry& entry) {
    if (!entry.target.empty()) line.add("→ " + name_text(entry.target) + "  ", Style::Link);
    if (entry.leads_nowhere) {
      line.add("leads nowhere", Style::Trouble);
    } else if (!entry.same_as.empty()) {
      line.add("the same as " + name_text(entry.same_as), Style::Link);
    } else if (entry.kind == Kind::Unreadable && !entry.type.empty()) {
      const std::string shape = entry.shape.empty() ? "" : " " + to_string(entry.shape);
      line.add(shorten(printable(entry.type), room_after(line)) + shape, Style::Note);
      line.add("  unreadable", Style::Trouble);
    } else if (entry.kind == Kind::Unreadable) {
      line.add("unreadable: " + shorten(printable(entry.reason), room_after(line)), Style::Trouble);
    } else if (entry.size > 0 || is_a_group(entry)) {
      line.add(kind_text(entry), Style::Note);
    } else if (entry.target.empty()) {
      add_value(line, entry);
    } else {
      line.add(kind_text(entry), Style::Note);
    }
    if (entry.depth < options_.depth || !entry.is_whole()) return;
    if (entry.attributes > 0) {
      line.add(", " + counted(entry.attributes, "attribute"), Style::Note);
    }
    if (entry.is_open()) line.add(" …", Style::Note);
  }

  void add_value(Line& line, const Entry& entry) {
    try {
      if (entry.kind != Kind::Array) return add_tree(line, outline_.tree());
      line.add(kind_text(entry) + "  ", Style::Note);
      line.add(array_line(outline_, entry.shape, room_after(line)));
    } catch (const Error& error) {
      is_whole_ = false;
      line.add("unreadable: " + printable(error.message()), Style::Trouble);
    }
  }

  void add_tree(Line& line, const Tree& tree) const {
    const std::size_t room = room_after(line);
    if (tree.is_none()) {
      line.add("none", Style::Note);
    } else if (const objects::Bytes* bytes = tree.bytes()) {
      line.add(bytes_line(*bytes, room));
    } else if (const objects::Unreadable* trouble = tree.unreadable()) {
      line.add("unreadable: " + shorten(printable(trouble->reason), room), Style::Trouble);
    } else if (const Value* value = tree.value()) {
      const bool is_text = value->dtype.is_string() && value->shape.empty();
      line.add(is_text ? quoted_line(value->strings[0], room) : show_inline(*value, room));
      line.add(dtype_note(*value), Style::Note);
    }
  }

  // The attributes, and what it takes to line up with them what comes after.
  void go_below(const Entry& entry) {
    const bool is_open = entry.is_open();
    const auto attributes = options_.has_attributes && entry.is_whole()
                                ? outline_.attributes()
                                : std::vector<Outline::Attribute>();
    std::size_t widest = 0;
    const auto look_at_name = [&](const std::string& name) {
      if (name.size() > 4 * widest_name) return;
      const std::size_t width = columns_of(name_text(name)) + 1;
      if (width <= widest_name) widest = std::max(widest, width);
    };
    const std::size_t depth = entry.depth;
    for (const std::string& name : outline_.names_below()) look_at_name(name);
    for (const auto& [name, value] : attributes) look_at_name(name);
    bars_.resize(depth + 1);
    columns_.resize(depth + 2);
    columns_[depth + 1] = (depth + 1) * 3 + widest;
    print_attributes(attributes, depth + 1, is_open);
  }

  void print_attributes(const std::vector<Outline::Attribute>& attributes, std::size_t depth,
                        bool goes_on) {
    for (std::size_t at = 0; at < attributes.size(); ++at) {
      const auto& [name, value] = attributes[at];
      Line line = begin(depth, !goes_on && at + 1 == attributes.size());
      line.add("@" + name_text(name), Style::Attribute).fill_to(columns_[depth]).add("  ");
      add_tree(line, value);
      line.print();
    }
  }

  Outline& outline_;
  const TextOptions& options_;
  std::vector<std::string> bars_;     // of each depth above
  std::vector<std::size_t> columns_;  // where values begin, of each depth
  bool is_whole_ = true;
};

}  // namespace

bool print_tree(Outline& outline, const TextOptions& options) {
  return TreePrinter(outline, options).print();
}

std::size_t depth_for(Outline outline, std::size_t lines, bool has_attributes) {
  std::vector<std::size_t> at_depth;  // lines
  std::size_t depth = any_depth;
  while (const Entry* entry = outline.next()) {
    at_depth.resize(std::max(at_depth.size(), entry->depth + 2));
    at_depth[entry->depth] += 1 + (entry->left_out > 0 ? 1 : 0);
    if (has_attributes && entry->is_whole()) at_depth[entry->depth + 1] += entry->attributes;
    std::size_t total = 0;
    for (std::size_t at = 0; at < at_depth.size() && at <= depth; ++at) {
      total += at_depth[at];
      if (total > lines) depth = std::max<std::size_t>(at, 2) - 1;
    }
    if (entry->depth >= depth) outline.skip();
  }
  return depth;
}

}  // namespace sheaf::host::cli
