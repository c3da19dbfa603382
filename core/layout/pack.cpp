// SPDX-License-Identifier: MIT
#include "core/layout/pack.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <sys/stat.h>

#include "core/error.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/region.hpp"
#include "core/journal/journaled_file.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"
#include "core/layout/pack_array.hpp"
#include "core/layout/pack_tree.hpp"
#include "core/layout/partial_file.hpp"
#include "core/layout/paths.hpp"
#include "core/layout/stored_array.hpp"
#include "core/layout/stored_table.hpp"

namespace sheaf::layout {
namespace {

class Packer {
 public:
  Packer(hdf5::File from, PartialFile partial, const PackOptions& options,
         const PackProgress& progress)
      : partial_(std::move(partial)),
        from_(std::move(from)),
        to_(journal::JournaledFile::create(partial_.name(), hdf5::creation_properties().get(),
                                           hdf5::access_properties().get())),
        encoder_(options.threads),
        tree_(from_, to_.file()),
        options_(options),
        progress_(progress) {}
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  PackReport run();
  void publish() {
    partial_.sync();
    partial_.publish();
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return partial_.name(); }

 private:
  void choose_sources();
  void choose_keys();
  void check_choices() const;
  [[nodiscard]] StorageChange change_of(const std::string& key) const;
  [[nodiscard]] bool is_shape_table(const std::string& key) const;
  void write_sources();
  void pack_array(const std::string& key);
  void write_cells(const hdf5::Group& group, const PackedRows& rows);
  void advance(std::int64_t bytes) { progress_(done_ += bytes, total_); }

  // Destroyed from the last to the first: ids close before their file, the file before its name.
  PartialFile partial_;
  hdf5::File from_;
  journal::JournaledFile to_;
  ChunkEncoder encoder_;
  TreeCopy tree_;
  const PackOptions& options_;
  const PackProgress& progress_;
  PackReport report_;
  std::vector<std::string> ids_;
  std::vector<std::size_t> kept_;  // numbers of the sources that stay
  std::vector<std::string> keys_;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

PackReport Packer::run() {
  report_.bytes_before = hdf5::file_bytes(from_);
  choose_sources();
  choose_keys();
  check_choices();
  write_sources();
  for (const std::string& key : keys_) pack_array(key);
  report_.lost = tree_.rest();
  to_.commit();
  report_.bytes_after = hdf5::file_bytes(to_.file());
  to_.close();
  return report_;
}

// Of those with the same id the last one counts.
void Packer::choose_sources() {
  ids_ = read_texts(from_, below(names::sources, names::ids));
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t source = 0; source < ids_.size(); ++source) last[ids_[source]] = source;
  for (std::size_t source = 0; source < ids_.size(); ++source) {
    if (last[ids_[source]] == source) kept_.push_back(source);
  }
  report_.sources_dropped = static_cast<std::int64_t>(ids_.size() - kept_.size());
}

void Packer::choose_keys() {
  std::unordered_set<std::string> seen;
  for (std::string key : read_texts(from_, below(names::sources, names::keys))) {
    key.erase(0, key.find_first_not_of('/'));
    const std::string array = below(key, names::array);
    if (key.empty() || !hdf5::is_dataset(from_.get(), array) || !seen.insert(key).second) {
      ++report_.keys_dropped;
      continue;
    }
    total_ += hdf5::stored_bytes(hdf5::open_dataset(from_.get(), array));
    keys_.push_back(std::move(key));
  }
}

// Whether the key is the table of shapes of a ragged pair, which no option is meant for.
bool Packer::is_shape_table(const std::string& key) const {
  return name_of(key) == names::shapes &&
         std::ranges::find(keys_, below(parent_of(key), names::flat)) != keys_.end();
}

StorageChange Packer::change_of(const std::string& key) const {
  if (is_shape_table(key)) return {};
  for (std::string path = key; !path.empty(); path = parent_of(path)) {
    const auto chosen = options_.by_feature.find(path);
    if (chosen != options_.by_feature.end()) return chosen->second;
  }
  return options_.storage;
}

void Packer::check_choices() const {
  for (const auto& [path, change] : options_.by_feature) {
    const bool is_there = std::ranges::any_of(keys_, [&path = path](const std::string& key) {
      return key == path || key.starts_with(path + "/");
    });
    if (is_there) continue;
    std::string known;
    for (const std::string& key : keys_) {
      known += known.empty() ? "" : ", ";
      known += key;
    }
    throw Error(ErrorCode::NotFound, hdf5::describe(from_.get()),
                "has no feature '" + path + "'; its arrays are: " + known);
  }
}

void Packer::write_sources() {
  const hdf5::Group group = tree_.ensure_group(names::sources);
  const auto texts = [&](const char* name, const std::vector<std::string>& rows, const auto& pick) {
    const auto column = make_string_column(group.get(), name);
    for (const auto& row : pick) column->append(rows[row]);
    column->flush();
    column->close();
    tree_.remember(below(names::sources, name));
  };
  std::vector<std::size_t> all(keys_.size());
  for (std::size_t index = 0; index < all.size(); ++index) all[index] = index;
  texts(names::ids, ids_, kept_);
  texts(names::keys, keys_, all);
  for (const char* name : {names::sizes, names::mtimes}) {
    const auto numbers = read_numbers(from_, below(names::sources, name), ids_.size());
    const auto column = make_int64_column(group.get(), name, {});
    for (const std::size_t source : kept_) column->append(&numbers[source], 1);
    column->flush();
    column->close();
    tree_.remember(below(names::sources, name));
  }
  const std::string digests = below(names::sources, names::digests);
  if (!hdf5::exists(from_.get(), digests)) return;
  std::vector<std::string> rows = read_texts(from_, digests);
  rows.resize(ids_.size());
  texts(names::digests, rows, kept_);
}

void Packer::pack_array(const std::string& key) {
  const std::string path = below(key, names::array);
  const hdf5::Group group = tree_.ensure_group(key);
  if (hdf5::exists(group.get(), names::array)) return;  // another name of a group that is packed
  StoredArray array(from_, key, ids_.size());
  std::vector<Span> cells;
  cells.reserve(kept_.size());
  for (const std::size_t source : kept_) cells.push_back(array.cells()[source]);
  const PackedRows rows = pack_rows(cells);
  const std::int64_t old_rows = array.shape()[0];
  const std::int64_t bytes = hdf5::stored_bytes(array.dataset());
  report_.rows_dropped += old_rows - rows.rows;
  std::int64_t told = 0;
  std::int64_t rows_done = 0;
  const auto tell = [&](std::int64_t count) {
    rows_done += count;
    const double share = static_cast<double>(rows_done) / static_cast<double>(rows.rows);
    const auto now = static_cast<std::int64_t>(share * static_cast<double>(bytes));
    advance(now - std::exchange(told, now));
  };
  const bool is_copied =
      copy_array({&array.dataset(), group.get(), &rows, change_of(key), &encoder_, tell});
  ++(is_copied ? report_.arrays_copied : report_.arrays_encoded);
  advance(bytes - told);
  const bool stays =
      rows.rows == old_rows && (old_rows == 0 || rows.runs == std::vector<Span>{{0, old_rows}});
  tree_.remember(path, !stays);
  write_cells(group, rows);
  tree_.remember(below(key, names::references));
  tree_.remember(below(key, names::spans));
}

void Packer::write_cells(const hdf5::Group& group, const PackedRows& rows) {
  constexpr std::size_t block = names::source_chunk_rows;
  const auto spans = make_int64_column(group.get(), names::spans, {2});
  const auto references = make_reference_column(group.get(), names::references);
  const hdf5::Dataset array = hdf5::open_dataset(group.get(), names::array);
  const hdf5::RegionMaker maker(array, hdf5::shape_of(array));
  for (std::size_t begin = 0; begin < rows.cells.size(); begin += block) {
    const std::size_t count = std::min(block, rows.cells.size() - begin);
    std::vector<hdf5::RegionReference> made(count);
    for (std::size_t index = 0; index < count; ++index) {
      const Span cell = rows.cells[begin + index];
      if (cell != Span{}) made[index] = maker.rows(cell.start, cell.stop);
    }
    references->append(made.data(), static_cast<std::int64_t>(count));
    spans->append(&rows.cells[begin], static_cast<std::int64_t>(count));
  }
  for (FixedColumn* column : {references.get(), spans.get()}) {
    column->flush();
    column->close();
  }
}

void check_journal(const std::filesystem::path& file) {
  const std::string journal = journal::journal_of(file.string());
  std::error_code error;
  if (!std::filesystem::exists(journal, error)) return;
  throw Error(ErrorCode::Permission, file.string(),
              "has a journal beside it, " + journal +
                  ": a writer is at work on it or was killed; let it end first, or bring the file "
                  "back with `sheaf recover " +
                  file.string() + "`");
}

void check_format(const hdf5::File& file) {
  if (hdf5::exists(file.get(), names::sources)) return;
  throw Error(ErrorCode::Corrupt, hdf5::describe(file.get()),
              "is HDF5, but neither Sheaf nor h5mapper wrote it: it has no group /__src__");
}

}  // namespace

PackReport pack(const std::filesystem::path& file, const std::filesystem::path& target,
                const PackOptions& options, const PackProgress& progress) {
  check_journal(file);
  hdf5::File opened = hdf5::open_file(file.string());
  check_format(opened);
  std::error_code error;
  const bool replaces = std::filesystem::equivalent(file, target, error) && !error;
  // A link to the file stays one.
  const std::filesystem::path place = replaces ? std::filesystem::canonical(target) : target;
  struct stat status {};
  if (replaces && ::stat(place.c_str(), &status) != 0) status.st_mode = 0;
  Packer packer(std::move(opened), PartialFile::create(place, replaces || options.overwrite),
                options, progress);
  PackReport report = packer.run();
  if (status.st_mode != 0) (void)::chmod(packer.path().c_str(), status.st_mode & 07777U);
  packer.publish();
  return report;
}

}  // namespace sheaf::layout
