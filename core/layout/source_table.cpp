// SPDX-License-Identifier: MIT
#include "core/layout/source_table.hpp"

#include <array>
#include <cstring>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"

namespace sheaf::layout {
namespace {

// Rows that a table lacks: something else wrote the file, and knew nothing of them.
void fill_up(FixedColumn& numbers, std::int64_t rows) {
  constexpr std::int64_t unknown = -1;
  while (numbers.rows() < rows) numbers.append(&unknown, 1);
}

void fill_up(StringColumn& texts, std::int64_t rows) {
  while (texts.rows() < rows) texts.append("");
}

std::unique_ptr<FixedColumn> open_numbers(hid_t group, const char* name) {
  return hdf5::exists(group, name) ? open_int64_column(group, name, {})
                                   : make_int64_column(group, name, {});
}

template <class T>
std::vector<T> kept(const std::vector<T>& all, const std::vector<std::int64_t>& numbers) {
  std::vector<T> some;
  some.reserve(numbers.size());
  for (const std::int64_t number : numbers) {
    const auto index = static_cast<std::size_t>(number);
    some.push_back(index < all.size() ? all[index] : T());
  }
  return some;
}

void keep_texts(StringColumn& column, const std::vector<std::int64_t>& numbers) {
  const std::vector<std::string> texts = kept(column.read(0, column.rows()).strings, numbers);
  column.truncate(0);
  for (const std::string& text : texts) column.append(text);
}

void keep_numbers(FixedColumn& column, const std::vector<std::int64_t>& numbers) {
  const Value all = column.read(0, column.rows());
  const auto* begin = reinterpret_cast<const std::int64_t*>(all.bytes.data());
  const std::vector<std::int64_t> some =
      kept(std::vector<std::int64_t>(begin, begin + column.rows()), numbers);
  column.truncate(0);
  column.append(some.data(), static_cast<std::int64_t>(some.size()));
}

}  // namespace

SourceTable::SourceTable(hdf5::Group group, bool ids_are_unique)
    : group_(std::move(group)), ids_are_unique_(ids_are_unique) {}

SourceTable SourceTable::create(const hdf5::File& file, bool ids_are_unique) {
  SourceTable table(hdf5::require_group(file.get(), names::sources), ids_are_unique);
  const hid_t group = table.group_.get();
  table.ids_ = make_string_column(group, names::ids);
  table.sizes_ = make_int64_column(group, names::sizes, {});
  table.mtimes_ = make_int64_column(group, names::mtimes, {});
  table.keys_ = make_string_column(group, names::keys);
  return table;
}

SourceTable SourceTable::open(const hdf5::File& file) {
  SourceTable table(hdf5::open_group(file.get(), names::sources), false);
  const hid_t group = table.group_.get();
  table.ids_ = open_string_column(group, names::ids);
  table.keys_ = open_string_column(group, names::keys);
  table.written_keys_ = table.keys_->read(0, table.keys_->rows()).strings;
  table.sizes_ = open_numbers(group, names::sizes);
  table.mtimes_ = open_numbers(group, names::mtimes);
  fill_up(*table.sizes_, table.count());
  fill_up(*table.mtimes_, table.count());
  if (hdf5::exists(group, names::digests)) {
    table.digests_ = open_string_column(group, names::digests);
  }
  for (const std::string& id : table.ids_->read(0, table.count()).strings) table.remember(id);
  return table;
}

std::string_view SourceTable::id_at(std::size_t number) const noexcept {
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(texts_).substr(begin, ends_[number] - begin);
}

void SourceTable::remember(std::string_view id) {
  index_.insert(id, ends_.size(), [this](std::size_t number) { return id_at(number); });
  texts_ += id;
  ends_.push_back(texts_.size());
}

std::optional<std::int64_t> SourceTable::find(std::string_view id) const {
  const auto number = index_.find(id, [this](std::size_t at) { return id_at(at); });
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

SourceInfo SourceTable::info(std::int64_t number) const {
  const auto number_of = [number](FixedColumn& column) {
    std::int64_t value = -1;
    std::memcpy(&value, column.read(number, number + 1).bytes.data(), sizeof value);
    return value;
  };
  SourceInfo info{ids_->read(number, number + 1).strings[0], number_of(*sizes_),
                  number_of(*mtimes_)};
  if (digests_ && number < digests_->rows()) {
    info.digest = digests_->read(number, number + 1).strings[0];
  }
  return info;
}

void SourceTable::add(const SourceInfo& source) {
  if (!ids_are_unique_) remember(source.id);
  write_digest(count(), source.digest);
  ids_->append(source.id);
  sizes_->append(&source.size, 1);
  mtimes_->append(&source.mtime_ns, 1);
}

void SourceTable::replace(std::int64_t number, const SourceInfo& source) {
  write_digest(number, source.digest);
  sizes_->replace(number, &source.size);
  mtimes_->replace(number, &source.mtime_ns);
}

void SourceTable::write_digest(std::int64_t number, const std::string& digest) {
  if (!digests_) {
    if (digest.empty()) return;
    digests_ = make_string_column(group_.get(), names::digests);
  }
  if (number < digests_->rows()) {
    digests_->replace(number, digest);
  } else {
    fill_up(*digests_, number);
    digests_->append(digest);
  }
}

void SourceTable::keep(const std::vector<std::int64_t>& numbers) {
  keep_texts(*ids_, numbers);
  keep_numbers(*sizes_, numbers);
  keep_numbers(*mtimes_, numbers);
  if (digests_) keep_texts(*digests_, numbers);
  index_ = {};
  texts_.clear();
  ends_.clear();
  for (const std::string& id : ids_->read(0, count()).strings) remember(id);
}

void SourceTable::flush(const std::vector<std::string>& keys) {
  if (keys != written_keys_) {
    keys_->truncate(0);
    for (const std::string& key : keys) keys_->append(key);
    written_keys_ = keys;
  }
  const std::array<Column*, 5> columns{ids_.get(), keys_.get(), sizes_.get(), mtimes_.get(),
                                       digests_.get()};
  for (Column* column : columns) {
    if (column != nullptr) column->flush();
  }
}

void SourceTable::close() {
  const std::array<Column*, 5> columns{ids_.get(), keys_.get(), sizes_.get(), mtimes_.get(),
                                       digests_.get()};
  for (Column* column : columns) {
    if (column != nullptr) column->close();
  }
  group_.close();
}

}  // namespace sheaf::layout
