// SPDX-License-Identifier: MIT
#include "host/config/table.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "host/nearest.hpp"

namespace sheaf::host {
namespace {

template <class Variant>
std::optional<Variant> scalar(const toml::node& node) {
  if (const auto value = node.value_exact<bool>()) return *value;
  if (const auto value = node.value_exact<std::int64_t>()) return *value;
  if (const auto value = node.value_exact<double>()) return *value;
  if (const auto value = node.value_exact<std::string>()) return *value;
  return std::nullopt;
}

}  // namespace

PlacedError::PlacedError(const std::string& file, toml::source_position place,
                         const std::string& message)
    : Error(ErrorCode::Invalid, fmt::format("{}:{}:{}", file, place.line, place.column), message),
      place_(place) {}

toml::table parse_toml(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    throw PlacedError(name, error.source().begin, std::string(error.description()));
  }
}

toml::table read_toml(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    throw Error(ErrorCode::Invalid, path.string(), "is a folder, not a configuration file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw system_error(errno, path.string(), "read the configuration");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) throw Error(ErrorCode::Io, path.string(), "the configuration can't be read");
  return parse_toml(text, path.string());
}

const toml::node* Table::find(const std::string& key) {
  taken_.insert(key);
  return table_.get(key);
}

std::optional<std::int64_t> Table::take_int(const std::string& key, std::int64_t minimum,
                                            std::int64_t maximum) {
  const auto value = take<std::int64_t>(key, "a whole number");
  if (value && (*value < minimum || *value > maximum)) {
    fail(key, fmt::format("'{}' is {} to {}", key, minimum, maximum));
  }
  return value;
}

std::vector<std::string> Table::take_texts(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  if (const auto text = node->value_exact<std::string>()) return {*text};
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(*node, fmt::format("'{}' is text or a list of texts", key));
  std::vector<std::string> texts;
  for (const toml::node& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text) fail(element, fmt::format("'{}' is a list of texts", key));
    texts.push_back(*text);
  }
  return texts;
}

const toml::table* Table::take_table(const std::string& key) {
  const toml::node* node = find(key);
  if (node != nullptr && !node->is_table()) fail(*node, fmt::format("'{}' is a table", key));
  return node == nullptr ? nullptr : node->as_table();
}

std::vector<const toml::table*> Table::take_tables(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(*node, fmt::format("'{0}' is a list of tables; write [[{0}]]", key));
  std::vector<const toml::table*> tables;
  for (const toml::node& element : *array) {
    if (!element.is_table()) fail(element, fmt::format("'{}' is a list of tables", key));
    tables.push_back(element.as_table());
  }
  return tables;
}

std::optional<plugin::ParamValue> Table::take_scalar(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (auto value = scalar<plugin::ParamValue>(*node)) return value;
  fail(*node, fmt::format("'{}' is true, false, a number or text", key));
}

std::optional<plugin::ParamValue> Table::take_param(const std::string& key) {
  const toml::node* node = find(key);
  const toml::array* array = node == nullptr ? nullptr : node->as_array();
  if (array == nullptr) return take_scalar(key);
  plugin::ParamList list;
  for (const toml::node& item : *array) {
    auto value = scalar<plugin::ParamScalar>(item);
    if (!value) fail(item, fmt::format("an item of '{}' is true, false, a number or text", key));
    list.items.push_back(*std::move(value));
  }
  return list;
}

std::vector<std::string> Table::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : table_) names.emplace_back(key.str());
  return names;
}

void Table::fail(const toml::node& at, const std::string& message) const {
  throw PlacedError(file_, at.source().begin, message);
}

void Table::fail(const std::string& key, const std::string& message) const {
  const toml::node* node = table_.get(key);
  fail(node == nullptr ? static_cast<const toml::node&>(table_) : *node, message);
}

void Table::refuse_key(const toml::key& key) const {
  std::string known;
  for (const std::string& one : taken_) known += (known.empty() ? "" : ", ") + one;
  throw PlacedError(file_, key.source().begin,
                    fmt::format("unknown key '{}'; known here are {}{}", key.str(), known,
                                did_you_mean(key.str(), {taken_.begin(), taken_.end()})));
}

void Table::close() const {
  for (const auto& [key, value] : table_) {
    if (!taken_.contains(std::string(key.str()))) refuse_key(key);
  }
}

void Table::close(Gatherer& gather) const {
  for (const auto& [key, value] : table_) {
    if (!taken_.contains(std::string(key.str()))) gather([&, &key = key] { refuse_key(key); });
  }
}

}  // namespace sheaf::host
