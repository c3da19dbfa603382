// SPDX-License-Identifier: MIT
// Its life and what is read; what is changed is in store_changes.cpp.
#include "core/typed/store.hpp"

#include <algorithm>
#include <mutex>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "core/error.hpp"
#include "core/layout/paths.hpp"
#include "core/typed/mode.hpp"

namespace sheaf::typed {
namespace {

std::int64_t from_end(std::int64_t row, std::int64_t count) noexcept {
  return row < 0 ? row + count : row;
}

// As NumPy's slices.
Span clamped(std::int64_t start, std::int64_t stop, std::int64_t count) noexcept {
  const std::int64_t first = std::clamp<std::int64_t>(from_end(start, count), 0, count);
  return {first, std::clamp<std::int64_t>(from_end(stop, count), first, count)};
}

bool is_below(std::string_view path, const std::string& group) noexcept {
  return group.empty() || (path.starts_with(group) && path.substr(group.size()).starts_with('/'));
}

// Rows of several Values, back to back.
void append(Value& to, Value rows) {
  to.bytes.insert(to.bytes.end(), rows.bytes.begin(), rows.bytes.end());
  std::move(rows.strings.begin(), rows.strings.end(), std::back_inserter(to.strings));
}

}  // namespace

Store::~Store() {
  try {
    close();
  } catch (const Error&) {
    // What was committed is there; close() is where to hear of the rest.
  }
}

void Store::declare(Declaration declaration) {
  if (!is_open_) declarations_.push_back(std::move(declaration));
}

std::string Store::describe(std::string_view path) const {
  return name_ + ":/" + std::string(path);
}

void Store::check_open() const {
  if (!is_open_) throw Error(ErrorCode::Invalid, name_, "is closed");
}

void Store::open(const std::filesystem::path& file, std::string_view mode) {
  name_ = file.string();
  path_ = file;
  const Mode asked = mode_of(file, mode);
  if (asked.is_new) return create();
  is_committed_ = true;
  refresh();
  check_schema(*reader_, declarations_);
  is_writable_ = asked.is_writable;
  is_open_ = true;
}

void Store::open(ScratchFolder::Place place) {
  scratch_.emplace(ScratchFolder::create(place));
  path_ = scratch_->path() / "scratch.h5";
  name_ = path_.string();
  create();
}

void Store::create() {
  // The old file goes when the new one is complete.
  if (std::filesystem::exists(path_)) path_ += ".new-" + std::to_string(::getpid());
  create_session();
  is_new_ = is_writable_ = is_open_ = true;
}

// It is of the declared type before it has any rows.
void Store::create_session() {
  session_ = Session::create(path_);
  for (const Declaration& declared : declarations_) {
    if (declared.is_required) session_->writer().reserve(declared.path);
  }
}

void Store::refresh() const {
  if (!is_stale_ || !is_committed_) return;
  reader_ = read::File::open(path_);
  for (const std::string& path : reader_->paths()) {
    outputs_.emplace(path, &reader_->output(path));
  }
  is_stale_ = false;
}

// It holds the file's lock: as long as it has it, commits wait in the journal, and a Writer can't
// be opened.
void Store::let_reader_go() {
  outputs_.clear();
  reader_.reset();
  is_stale_ = true;
}

void Store::close(bool is_complete) {
  const std::unique_lock lock(mutex_);
  if (!std::exchange(is_open_, false)) return;
  let_reader_go();
  if (scratch_) {
    session_.reset();
    scratch_.reset();
  } else if (is_writable_) {
    finish(is_complete);
  }
}

void Store::finish(bool is_complete) {
  // A new file says that it is complete when it is finished, also after a rollback.
  if (!session_ && is_new_ && is_committed_) session_ = Session::open(path_, {}, false);
  if (!session_) return;
  const std::unique_ptr<Session> session = std::move(session_);
  const bool replaces = is_new_ && path_ != name_;
  if (replaces && !is_complete && !is_committed_) return;
  path_ = session->writer().finish(is_complete);
  if (!replaces || !is_complete) return;
  std::error_code error;
  std::filesystem::rename(path_, name_, error);
  if (error) throw system_error(error.value(), name_, "give " + path_.string() + " its name");
}

Session* Store::dirty() const noexcept {
  return session_ && session_->is_dirty() ? session_.get() : nullptr;
}

bool Store::is_changed(std::string_view path) const {
  const Session* session = dirty();
  return session != nullptr && session->find(path) != nullptr;
}

template <class IsChanged, class Step>
decltype(auto) Store::look(IsChanged is_changed, Step step) const {
  {
    const std::shared_lock lock(mutex_);
    check_open();
    const bool is_fresh = !is_stale_ || !is_committed_;
    if (is_fresh && !is_changed()) return step(static_cast<Session*>(nullptr));
  }
  const std::unique_lock lock(mutex_);
  check_open();
  refresh();
  return step(is_changed() ? session_.get() : nullptr);
}

const read::Output* Store::stored(std::string_view path) const {
  const auto found = outputs_.find(path);
  return found == outputs_.end() ? nullptr : found->second;
}

const read::Array& Store::array(const std::string& path) const {
  if (const read::Output* output = stored(path)) return output->array();
  std::string known;
  for (const auto& [name, output] : outputs_) known += (known.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::NotFound, describe(path),
              "has no rows yet; there " +
                  (known.empty() ? std::string("are none in the file") : "are: " + known));
}

const std::vector<std::string>& Store::ids() const {
  static const std::vector<std::string> none;
  return look([this] { return dirty() != nullptr; },
              [this](Session* session) -> const std::vector<std::string>& {
                if (session != nullptr) return session->ids();
                return reader_ ? reader_->ids() : none;
              });
}

bool Store::has(std::string_view id) const {
  return look([this] { return dirty() != nullptr; },
              [&](Session* session) {
                if (session != nullptr) return session->writer().find(id).has_value();
                return reader_ && reader_->find(id).has_value();
              });
}

std::vector<std::string> Store::known_paths() const {
  std::vector<std::string> paths;
  if (reader_) paths = reader_->paths();
  if (!session_) return paths;
  for (const auto& [path, output] : session_->outputs()) {
    if (stored(path) == nullptr) paths.push_back(path);
  }
  return paths;
}

std::vector<std::string> Store::paths() const {
  return look([] { return false; }, [this](Session*) { return known_paths(); });
}

std::vector<layout::Attribute> Store::attrs(const std::string& path) const {
  return look([] { return false; },
              [&](Session*) {
                const bool is_there =
                    reader_ && std::ranges::any_of(outputs_, [&](const auto& output) {
                      return output.first == path || is_below(output.first, path);
                    });
                if (!is_there && !(reader_ && path.empty())) {
                  return std::vector<layout::Attribute>();
                }
                return reader_->attrs(path);
              });
}

bool Store::exists(const std::string& path) const {
  return look([&] { return is_changed(path); },
              [&](Session* session) { return session != nullptr || stored(path) != nullptr; });
}

Shape Store::shape(const std::string& path) const {
  return look([&] { return is_changed(path); },
              [&](Session* session) {
                if (session != nullptr) {
                  return session->writer().shape(session->find(path)->feature, 0);
                }
                return stored(path) == nullptr ? Shape{0} : stored(path)->array().shape();
              });
}

std::vector<std::optional<Span>> Store::refs(const std::string& path) const {
  return look([&] { return is_changed(path); },
              [&](Session* session) {
                std::vector<std::optional<Span>> refs;
                if (session != nullptr) {
                  const auto spans = session->writer().spans(session->find(path)->feature, 0);
                  for (const Span& span : spans) {
                    refs.push_back(span == Span{} ? std::nullopt : std::optional(span));
                  }
                  return refs;
                }
                const read::Output* output = stored(path);
                const std::size_t count = reader_ ? reader_->ids().size() : 0;
                for (std::size_t source = 0; source < count; ++source) {
                  refs.push_back(output != nullptr ? output->span(source) : std::nullopt);
                }
                return refs;
              });
}

bool Store::has(const std::string& path, std::string_view id) const {
  return look([&] { return is_changed(path); },
              [&](Session* session) {
                if (session != nullptr) {
                  const auto source = session->writer().find(id);
                  return source && session->writer().span(session->find(path)->feature, 0, *source);
                }
                const read::Output* output = stored(path);
                const auto source = output != nullptr ? reader_->find(id) : std::nullopt;
                return source && output->span(*source);
              });
}

std::optional<Value> Store::get_one(Session* session, const std::string& path,
                                    std::string_view id) const {
  const Session::Output* changed = session != nullptr ? session->find(path) : nullptr;
  if (changed != nullptr) {
    const auto source = session->writer().find(id);
    if (!source) return std::nullopt;
    return session->writer().get(changed->feature, 0, *source);
  }
  const read::Output* output = stored(path);
  if (output == nullptr) return std::nullopt;
  const auto source = reader_->find(id);
  return source ? output->get(*source) : std::nullopt;
}

std::optional<Value> Store::get(const std::string& path, std::string_view id) const {
  return look([&] { return is_changed(path); },
              [&](Session* session) { return get_one(session, path, id); });
}

std::optional<Values> Store::get_all(const std::string& group, std::string_view id) const {
  return look([&] { return dirty() != nullptr; },
              [&](Session* session) -> std::optional<Values> {
                Values values;
                for (const std::string& path : known_paths()) {
                  if (!is_below(path, group)) continue;
                  auto value = get_one(session, path, id);
                  if (!value) continue;
                  values.set(path.substr(group.empty() ? 0 : group.size() + 1), std::move(*value));
                }
                if (values.empty()) return std::nullopt;
                return values;
              });
}

Value Store::rows(const std::string& path, std::int64_t start, std::int64_t stop) const {
  return look([&] { return is_changed(path); },
              [&](Session* session) {
                if (session == nullptr) return array(path).rows(start, stop);
                const std::size_t feature = session->find(path)->feature;
                const Span rows = clamped(start, stop, session->writer().shape(feature, 0)[0]);
                return session->writer().read(feature, 0, rows.start, rows.stop);
              });
}

Value Store::rows(const std::string& path, const std::vector<std::int64_t>& numbers) const {
  return look([&] { return is_changed(path); },
              [&](Session* session) {
                const Session::Output* changed = session != nullptr ? session->find(path) : nullptr;
                Value value{changed != nullptr ? changed->dtype : array(path).dtype(), {}, {}, {}};
                value.shape = changed != nullptr ? session->writer().shape(changed->feature, 0)
                                                 : array(path).shape();
                std::vector<std::int64_t> rows;
                for (const std::int64_t number : numbers) {
                  rows.push_back(from_end(number, value.shape[0]));
                  if (rows.back() >= 0 && rows.back() < value.shape[0]) continue;
                  throw Error(ErrorCode::Invalid, describe(path),
                              "has no row " + std::to_string(number) + " of its " +
                                  std::to_string(value.shape[0]));
                }
                value.shape[0] = static_cast<std::int64_t>(rows.size());
                if (changed == nullptr && !value.dtype.is_string()) {
                  value.bytes.resize(rows.size() * array(path).row_bytes());
                  array(path).gather(rows, value.bytes);
                  return value;
                }
                for (const std::int64_t row : rows) {
                  append(value, changed != nullptr
                                    ? session->writer().read(changed->feature, 0, row, row + 1)
                                    : array(path).rows(row, row + 1));
                }
                return value;
              });
}

// A new file isn't there before.
void Store::commit_first() {
  const bool is_there = look([] { return false; }, [this](Session*) { return is_committed_; });
  if (!is_there) commit();
}

std::shared_ptr<read::File> Store::reader() {
  commit_first();
  return look([] { return false; }, [this](Session*) { return reader_; });
}

}  // namespace sheaf::typed
