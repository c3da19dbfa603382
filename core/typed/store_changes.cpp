// SPDX-License-Identifier: MIT
// What is changed: through a Session, which opens with the first change.
#include <algorithm>
#include <mutex>
#include <utility>

#include "core/error.hpp"
#include "core/layout/check_spec.hpp"
#include "core/layout/paths.hpp"
#include "core/typed/store.hpp"
#include "core/utf8.hpp"

namespace sheaf::typed {
namespace {

// Of the first source that has the ragged output; rows in front.
std::optional<Shape> shape_of_some(const read::File& file, const read::Output& output) {
  for (std::size_t source = 0; source < file.ids().size(); ++source) {
    if (auto shape = output.shape(source)) return shape;
  }
  return std::nullopt;
}

Shape item_of(const Value& value) {
  if (value.shape.empty()) return {};
  return {value.shape.begin() + 1, value.shape.end()};
}

[[noreturn]] void refuse_dtype(const std::string& object, Dtype holds, Dtype given) {
  throw Error(ErrorCode::Invalid, object,
              "holds " + holds.name() + ", and " + given.name() +
                  " was given; convert it first, nothing is converted silently");
}

// A Writer that failed takes the file back to its last commit when it goes.
struct Guard {
  explicit Guard(std::unique_ptr<Session>& of) : session(of) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() {
    if (session && session->writer().is_broken()) session.reset();
  }
  std::unique_ptr<Session>& session;
};

}  // namespace

Session& Store::session() {
  if (!is_writable_) {
    throw Error(ErrorCode::Permission, name_, "is open for reading only; open it with 'r+'");
  }
  if (session_) return *session_;
  if (is_committed_) {
    refresh();
    std::vector<std::string> ids = reader_->ids();
    let_reader_go();
    session_ = Session::open(path_, std::move(ids), !is_new_);
  } else {
    create_session();
  }
  return *session_;
}

template <class Step>
void Store::change(Step step) {
  const std::unique_lock lock(mutex_);
  check_open();
  const Guard guard{session_};
  try {
    step(session());
  } catch (const Error& error) {
    if (!session_ || !session_->writer().is_broken() || !session_->is_dirty()) throw;
    throw Error(error.code(), error.object(),
                error.message() + "; what was changed since the last commit was dropped",
                error.hdf5_stack());
  }
}

const Declaration* Store::declaration(std::string_view path) const {
  const auto found = std::ranges::find(declarations_, path, &Declaration::path);
  return found == declarations_.end() ? nullptr : &*found;
}

// The session knows only those that changed.
void Store::check_place(const std::string& path) const {
  for (const std::string& other : known_paths()) {
    if (!layout::paths_collide(path, other)) continue;
    throw Error(ErrorCode::Invalid, describe(path),
                "collides with the feature at '" + other + "'; give one another path");
  }
}

const Session::Output& Store::require(const std::string& path, const Value& value,
                                      bool marks_scalars) {
  const Session::Output* open = session_->find(path);
  const Declaration* declared = declaration(path);
  const read::Output* output = stored(path);
  const Dtype dtype = open != nullptr                          ? open->dtype
                      : output != nullptr                      ? output->array().dtype()
                      : declared != nullptr && declared->dtype ? *declared->dtype
                                                               : value.dtype;
  if (dtype != value.dtype) refuse_dtype(describe(path), dtype, value.dtype);
  if (open != nullptr) return *open;
  layout::OutputSpec spec;
  spec.dtype = dtype;
  const FieldOptions options = declared != nullptr ? declared->options : FieldOptions();
  spec.ragged = ragged_of(options);
  if (output == nullptr) {
    check_place(path);
    spec.options = options.storage;
    // No rows need an array all the same, so that their shape is told.
    const Shape item = item_of(value);
    const bool is_empty = !value.shape.empty() && value.shape[0] == 0;
    spec.item_shape = options.item.value_or(is_empty ? item : Shape(item.size(), -1));
  } else if (!output->is_ragged()) {
    const Shape& whole = output->array().shape();
    spec.item_shape = options.item.value_or(Shape(whole.size() - 1, -1));
  } else {
    spec.ragged = Ragged::IfNeeded;
    const auto some = shape_of_some(*reader_, *output);
    spec.item_shape =
        options.item.value_or(Shape(some ? some->size() - 1 : item_of(value).size(), -1));
  }
  layout::FeatureSpec feature{path, {std::move(spec)}, {}};
  if (marks_scalars && output == nullptr && value.shape.empty()) {
    feature.attrs = {{scalar_attr, Value::of(std::int8_t{1})}};
  }
  return session_->require(std::move(feature));
}

const Session::Output& Store::require(const std::string& path, Dtype dtype) {
  if (session_->find(path) == nullptr) (void)array(path);
  Value none{dtype, {0}, {}, {}};
  return require(path, none, false);
}

void Store::add(const std::string& group, std::string_view id, const Values& values,
                Adding adding) {
  change([&](Session& session) {
    if (adding.must_exist && !session.writer().find(id)) {
      throw Error(ErrorCode::NotFound, name_,
                  "has no source '" + std::string(id) + "'; add() makes one");
    }
    if (!is_utf8(id)) throw Error(ErrorCode::Invalid, name_, "a source id isn't UTF-8 text");
    refresh();
    std::vector<Session::Change> changes;
    for (const auto& [name, value] : values) {
      const std::string path = layout::below(group, name);
      const Session::Output& output = require(path, value, adding.marks_scalars);
      changes.push_back({&output, describe(path), Rows(value, output.item_axes, describe(path))});
    }
    if (!changes.empty()) session.store(std::string(id), changes);
  });
}

void Store::iset(const std::string& path, std::string_view id, std::int64_t offset,
                 const Value& rows) {
  change([&](Session& session) {
    refresh();
    const Session::Output& output = require(path, rows.dtype);
    const auto source = session.writer().find(id);
    const auto span =
        source ? session.writer().span(output.feature, 0, *source) : std::optional<Span>();
    if (!span) {
      throw Error(ErrorCode::NotFound, describe(path),
                  "has no rows of source '" + std::string(id) + "'; add() stores some");
    }
    const bool is_ragged = session.writer().is_ragged(output.feature, 0);
    const Rows given(rows, is_ragged ? 0 : output.item_axes, describe(path));
    const layout::RowsView view = is_ragged ? given.flat_view() : given.view();
    if (offset < 0 || offset + view.rows > span->stop - span->start) {
      throw Error(ErrorCode::Invalid, describe(path),
                  "source '" + std::string(id) + "' has " +
                      std::to_string(span->stop - span->start) + " rows, not " +
                      std::to_string(offset) + " to " + std::to_string(offset + view.rows));
    }
    session.overwrite(output, describe(path), span->start + offset, view);
  });
}

void Store::set_rows(const std::string& path, std::int64_t start, const Value& rows) {
  change([&](Session& session) {
    refresh();
    const Session::Output& output = require(path, rows.dtype);
    const bool is_ragged = session.writer().is_ragged(output.feature, 0);
    const Rows given(rows, is_ragged ? 0 : output.item_axes, describe(path));
    const std::int64_t count = session.writer().shape(output.feature, 0)[0];
    session.overwrite(output, describe(path), start < 0 ? start + count : start, given.view());
  });
}

void Store::set_rows(const std::string& path, const std::vector<std::int64_t>& numbers,
                     const Value& rows) {
  change([&](Session& session) {
    refresh();
    const Session::Output& output = require(path, rows.dtype);
    const bool is_ragged = session.writer().is_ragged(output.feature, 0);
    const Rows given(rows, is_ragged ? 0 : output.item_axes, describe(path));
    const std::int64_t count = session.writer().shape(output.feature, 0)[0];
    if (given.shape()[0] != static_cast<std::int64_t>(numbers.size())) {
      throw Error(ErrorCode::Invalid, describe(path),
                  std::to_string(given.shape()[0]) + " rows were given for " +
                      std::to_string(numbers.size()) + " numbers");
    }
    for (const std::int64_t number : numbers) {
      if (number >= -count && number < count) continue;
      throw Error(ErrorCode::Invalid, describe(path),
                  "has no row " + std::to_string(number) + " of its " + std::to_string(count));
    }
    for (std::size_t at = 0; at < numbers.size(); ++at) {
      const std::int64_t row = numbers[at] < 0 ? numbers[at] + count : numbers[at];
      session.overwrite(output, describe(path), row, given.row(at));
    }
  });
}

void Store::prepare() {
  change([](Session&) {});
}

void Store::commit() {
  const std::unique_lock lock(mutex_);
  check_open();
  // A new file is made even if nothing is in it.
  if (dirty() == nullptr && (!is_new_ || is_committed_)) return;
  const Guard guard{session_};
  Session& open = session();
  let_reader_go();
  path_ = open.commit();
  is_committed_ = true;
}

void Store::rollback() {
  const std::unique_lock lock(mutex_);
  check_open();
  session_.reset();
}

}  // namespace sheaf::typed
