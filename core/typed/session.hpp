// SPDX-License-Identifier: MIT
#pragma once
// A file while it is changed: the layout's Writer, by path and id.
//
// Model: opened with the first change. Each feature of the Writer is one output; those that nothing
// changes aren't opened. What was changed is read back from here until it is committed.
// Threads: one at a time. Failure: Error; after one that came from the file (is_broken) only
// destruction is left, which takes the file back to its last commit.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/writer.hpp"
#include "core/typed/rows.hpp"

namespace sheaf::typed {

class Session {
 public:
  struct Output {
    std::size_t feature;
    Dtype dtype;
    std::size_t item_axes;
  };
  struct Change {
    const Output* output;
    std::string object;  // in messages
    Rows rows;
  };

  [[nodiscard]] static std::unique_ptr<Session> create(const std::filesystem::path& target);
  // `ids` are those of the file. One that is made here isn't complete before it is finished.
  [[nodiscard]] static std::unique_ptr<Session> open(const std::filesystem::path& file,
                                                     std::vector<std::string> ids,
                                                     bool keeps_complete);

  // Null where nothing changed at that path.
  [[nodiscard]] const Output* find(std::string_view path) const;
  [[nodiscard]] const std::map<std::string, Output, std::less<>>& outputs() const {
    return outputs_;
  }
  // Opens or makes it.
  const Output& require(layout::FeatureSpec spec);

  // Rows of one source, all or nothing.
  void store(const std::string& id, const std::vector<Change>& changes);
  void overwrite(const Output& output, const std::string& object, std::int64_t start,
                 const layout::RowsView& rows);

  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }
  [[nodiscard]] layout::Writer& writer() noexcept { return writer_; }
  [[nodiscard]] bool is_dirty() const noexcept { return is_dirty_; }
  // Returns the file's name now.
  std::filesystem::path commit();

 private:
  Session(layout::Writer writer, std::vector<std::string> ids, bool is_dirty);
  [[nodiscard]] bool fits_in_place(const Change& change, std::int64_t source) const;
  void overwrite_in_place(const Change& change, std::int64_t source);
  void append(const std::string& id, const std::vector<const Change*>& changes);

  layout::Writer writer_;
  std::map<std::string, Output, std::less<>> outputs_;
  std::vector<std::string> ids_;
  bool is_dirty_;
};

}  // namespace sheaf::typed
