// SPDX-License-Identifier: MIT
#include "core/layout/failure_table.hpp"

#include <algorithm>
#include <utility>

#include "core/hdf5/group.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"
#include "core/layout/source_id.hpp"
#include "core/layout/stored_table.hpp"
#include "core/utf8.hpp"

namespace sheaf::layout {
namespace {

std::string path_of(const char* name) { return std::string(names::failures) + "/" + name; }

}  // namespace

std::vector<Failure> FailureTable::read(const hdf5::File& file) {
  std::vector<Failure> failures;
  for (const Text& field : texts) {
    auto column = read_texts(file, path_of(field.name));
    failures.resize(std::max(failures.size(), column.size()));
    for (std::size_t row = 0; row < column.size(); ++row) {
      failures[row].*field.member = std::move(column[row]);
    }
  }
  for (const Number& field : numbers) {
    if (!hdf5::is_dataset(file.get(), path_of(field.name))) continue;
    const auto column = read_numbers(file, path_of(field.name), failures.size());
    for (std::size_t row = 0; row < failures.size(); ++row) {
      failures[row].*field.member = column[row];
    }
  }
  return failures;
}

void FailureTable::resume(const hdf5::File& file) {
  rows_ = read(file);
  is_gone_.assign(rows_.size(), false);
  written_ = rows_.size();
  for (std::size_t row = 0; row < rows_.size(); ++row) by_id_[rows_[row].id].push_back(row);
}

std::vector<std::size_t>* FailureTable::rows_of(std::string_view id) {
  if (by_id_.empty()) return nullptr;
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? nullptr : &found->second;
}

void FailureTable::add(Failure failure) {
  // Messages come from codecs, in any encoding; the rest is our own text, ids as in __src__/id.
  for (const Text& field : texts) {
    std::string& text = failure.*field.member;
    if (!is_utf8(text)) text = escape_id(text);
  }
  if (const auto* rows = rows_of(failure.id)) {
    for (const std::size_t row : *rows) {
      if (rows_[row].feature == failure.feature) failure.attempts = rows_[row].attempts + 1;
    }
    forget(failure.id, failure.feature);
  }
  rows_.push_back(std::move(failure));
  is_gone_.push_back(false);
}

void FailureTable::forget(std::string_view id, std::string_view feature) {
  const auto* rows = rows_of(id);
  if (rows == nullptr) return;
  for (const std::size_t row : *rows) {
    if (rows_[row].feature == feature && !is_gone_[row]) is_gone_[row] = is_changed_ = true;
  }
}

void FailureTable::forget(std::string_view id) {
  const auto* rows = rows_of(id);
  if (rows == nullptr) return;
  for (const std::size_t row : *rows) {
    if (!is_gone_[row]) is_gone_[row] = is_changed_ = true;
  }
}

void FailureTable::open_columns(const hdf5::File& file) {
  if (group_) return;
  group_ = hdf5::require_group(file.get(), names::failures);
  const auto is_there = [this](const char* name) { return hdf5::exists(group_.get(), name); };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const char* name = texts[i].name;
    text_columns_[i] = is_there(name) ? open_string_column(group_.get(), name)
                                      : make_string_column(group_.get(), name);
    // An older file lacks some: all of them are written anew.
    if (static_cast<std::size_t>(text_columns_[i]->rows()) != written_) is_changed_ = true;
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const char* name = numbers[i].name;
    number_columns_[i] = is_there(name) ? open_int64_column(group_.get(), name, {})
                                        : make_int64_column(group_.get(), name, {});
    if (static_cast<std::size_t>(number_columns_[i]->rows()) != written_) is_changed_ = true;
  }
}

void FailureTable::flush(const hdf5::File& file) {
  if (!is_changed_ && written_ == rows_.size()) return;
  open_columns(file);
  if (is_changed_) {
    for (const auto& column : text_columns_) column->truncate(0);
    for (const auto& column : number_columns_) column->truncate(0);
    written_ = 0;
  }
  for (std::size_t row = written_; row < rows_.size(); ++row) {
    if (is_gone_[row]) continue;
    const Failure& failure = rows_[row];
    for (std::size_t i = 0; i < texts.size(); ++i) {
      text_columns_[i]->append(failure.*texts[i].member);
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      number_columns_[i]->append(&(failure.*numbers[i].member), 1);
    }
  }
  for (const auto& column : text_columns_) column->flush();
  for (const auto& column : number_columns_) column->flush();
  written_ = rows_.size();
  is_changed_ = false;
}

void FailureTable::close() {
  if (!group_) return;
  for (const auto& column : text_columns_) column->close();
  for (const auto& column : number_columns_) column->close();
  group_.close();
}

}  // namespace sheaf::layout
