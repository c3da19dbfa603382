// SPDX-License-Identifier: MIT
#pragma once
// A TOML table read key by key, so that what nobody asked for is found.
//
// Model: take…() reads a key and ticks it off; close() throws for the first key that is left. Every
// Error is a PlacedError. Who wants all that is wrong, and not only the first, does each step in a
// Gatherer.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "core/error.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host {

// Has the place as file:line:column in front, and in numbers.
class PlacedError : public Error {
 public:
  PlacedError(const std::string& file, toml::source_position place, const std::string& message);
  [[nodiscard]] toml::source_position place() const noexcept { return place_; }

 private:
  toml::source_position place_;
};

// Something that is wrong with a file; line 0 where it isn't one line's fault.
struct ConfigProblem {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string message;

  bool operator==(const ConfigProblem&) const = default;
};

// Does what may fail and keeps what it failed of.
class Gatherer {
 public:
  template <class Step>
  void operator()(Step step) {
    try {
      step();
    } catch (const PlacedError& error) {
      problems.push_back({error.place().line, error.place().column, error.message()});
    }
  }
  std::vector<ConfigProblem> problems;
};

// Throws Error (Invalid) with the place; `name` stands for the file in it.
[[nodiscard]] toml::table parse_toml(std::string_view text, const std::string& name);
[[nodiscard]] toml::table read_toml(const std::filesystem::path& file);

class Table {
 public:
  Table(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  template <class T>
  [[nodiscard]] std::optional<T> take(const std::string& key, const char* type) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    std::optional<T> value = node->value_exact<T>();
    if (!value) fail(*node, "'" + key + "' is " + type);
    return value;
  }
  [[nodiscard]] std::optional<std::string> take_text(const std::string& key) {
    return take<std::string>(key, "text in quotes");
  }
  [[nodiscard]] std::optional<bool> take_bool(const std::string& key) {
    return take<bool>(key, "true or false");
  }
  [[nodiscard]] std::optional<std::int64_t> take_int(const std::string& key, std::int64_t minimum,
                                                     std::int64_t maximum);
  // One text or a list of them; empty when the key isn't there.
  [[nodiscard]] std::vector<std::string> take_texts(const std::string& key);
  [[nodiscard]] const toml::table* take_table(const std::string& key);
  [[nodiscard]] std::vector<const toml::table*> take_tables(const std::string& key);
  // Any scalar: a parameter of a feature, a fill value.
  [[nodiscard]] std::optional<plugin::ParamValue> take_scalar(const std::string& key);
  // The same, or a list of such.
  [[nodiscard]] std::optional<plugin::ParamValue> take_param(const std::string& key);

  [[nodiscard]] std::vector<std::string> keys() const;
  [[noreturn]] void fail(const toml::node& at, const std::string& message) const;
  [[noreturn]] void fail(const std::string& key, const std::string& message) const;
  // Throws for a key that nobody took.
  void close() const;
  // The same for all of them.
  void close(Gatherer& gather) const;

 private:
  const toml::node* find(const std::string& key);
  [[noreturn]] void refuse_key(const toml::key& key) const;

  const toml::table& table_;
  std::string file_;
  std::set<std::string> taken_;
};

}  // namespace sheaf::host
