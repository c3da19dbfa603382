// SPDX-License-Identifier: MIT
#pragma once
// The file behind a typed one, by path and id: what the members of a File are handles of.
//
//   clean ── add, set … ──► dirty ── commit ──► clean        reads: read::File, in any thread
//                             └── rollback ──►               dirty: what changed from the Session
//
// Model: reads go to the fast reader; outputs that were changed since the last commit are read from
// the Session. Threads: any number at once. Failure: Error that names the file and the path.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/read/file.hpp"
#include "core/typed/schema.hpp"
#include "core/typed/scratch.hpp"
#include "core/typed/session.hpp"
#include "core/typed/values.hpp"

namespace sheaf::typed {

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  // Before it is opened; later ones are left out.
  void declare(Declaration declaration);
  [[nodiscard]] const std::vector<Declaration>& declarations() const { return declarations_; }
  // Checked against the declarations where the file is there.
  void open(const std::filesystem::path& file, std::string_view mode);
  // A new file that goes with this.
  void open(ScratchFolder::Place place);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool is_writable() const noexcept { return is_writable_; }
  [[nodiscard]] const std::vector<std::string>& ids() const;
  [[nodiscard]] bool has(std::string_view id) const;
  [[nodiscard]] std::vector<std::string> paths() const;
  [[nodiscard]] std::vector<layout::Attribute> attrs(const std::string& path) const;

  [[nodiscard]] bool exists(const std::string& path) const;
  [[nodiscard]] Shape shape(const std::string& path) const;
  [[nodiscard]] std::vector<std::optional<Span>> refs(const std::string& path) const;
  [[nodiscard]] bool has(const std::string& path, std::string_view id) const;
  [[nodiscard]] std::optional<Value> get(const std::string& path, std::string_view id) const;
  // Of all outputs below `group`, with paths relative to it.
  [[nodiscard]] std::optional<Values> get_all(const std::string& group, std::string_view id) const;
  [[nodiscard]] Value rows(const std::string& path, std::int64_t start, std::int64_t stop) const;
  [[nodiscard]] Value rows(const std::string& path, const std::vector<std::int64_t>& numbers) const;

  static constexpr const char* scalar_attr = "scalar";
  struct Adding {
    bool must_exist = false;     // the source
    bool marks_scalars = false;  // outputs that are made for one get the attribute `scalar`
  };
  // Paths are relative to `group`.
  void add(const std::string& group, std::string_view id, const Values& values, Adding adding);
  void iset(const std::string& path, std::string_view id, std::int64_t offset, const Value& rows);
  void set_rows(const std::string& path, std::int64_t start, const Value& rows);
  void set_rows(const std::string& path, const std::vector<std::int64_t>& numbers,
                const Value& rows);

  // Gets ready for changes, so that a reader that is kept doesn't stand in the way later.
  void prepare();
  void commit();
  void rollback();
  // An incomplete new file doesn't replace an older one.
  void close(bool is_complete = true);
  [[nodiscard]] std::shared_ptr<read::File> reader();

 private:
  // Runs step(session): with null for the last commit, in any number of threads; with the Session,
  // alone, where `is_changed` says that it has newer rows.
  template <class IsChanged, class Step>
  decltype(auto) look(IsChanged is_changed, Step step) const;
  template <class Step>
  void change(Step step);
  void check_open() const;
  void refresh() const;
  void create();
  void create_session();
  [[nodiscard]] Session* dirty() const noexcept;
  [[nodiscard]] bool is_changed(std::string_view path) const;
  [[nodiscard]] const Declaration* declaration(std::string_view path) const;
  [[nodiscard]] const read::Output* stored(std::string_view path) const;
  [[nodiscard]] const read::Array& array(const std::string& path) const;
  [[nodiscard]] std::vector<std::string> known_paths() const;
  [[nodiscard]] std::optional<Value> get_one(Session* session, const std::string& path,
                                             std::string_view id) const;
  [[nodiscard]] std::string describe(std::string_view path) const;
  [[nodiscard]] Session& session();
  void check_place(const std::string& path) const;
  // The output that is to hold the value: there, or made for it.
  [[nodiscard]] const Session::Output& require(const std::string& path, const Value& value,
                                               bool marks_scalars);
  // One that is there.
  [[nodiscard]] const Session::Output& require(const std::string& path, Dtype dtype);
  void finish(bool is_complete);
  void commit_first();
  void let_reader_go();

  mutable std::shared_mutex mutex_;
  std::vector<Declaration> declarations_;
  std::string name_;            // that was asked for
  std::filesystem::path path_;  // where it is now
  std::optional<ScratchFolder> scratch_;
  bool is_open_ = false;
  bool is_writable_ = false;
  bool is_new_ = false;           // made here
  bool is_committed_ = false;     // there is a file to read
  mutable bool is_stale_ = true;  // the reader isn't at the last commit
  mutable std::shared_ptr<read::File> reader_;
  mutable std::map<std::string, const read::Output*, std::less<>> outputs_;  // of the reader
  std::unique_ptr<Session> session_;
};

}  // namespace sheaf::typed
