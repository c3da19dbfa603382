// SPDX-License-Identifier: MIT
#include "core/typed/file.hpp"

#include <exception>
#include <utility>

#include "core/error.hpp"
#include "core/typed/create.hpp"
#include "core/typed/store.hpp"

namespace sheaf::typed {

File::File() : store_(std::make_shared<Store>()), exceptions_(std::uncaught_exceptions()) {}
File::File(File&&) noexcept = default;

File& File::operator=(File&& other) noexcept {
  // What this was goes as usual.
  const File old(std::move(*this));
  store_ = std::move(other.store_);
  exceptions_ = other.exceptions_;
  return *this;
}

File::~File() {
  if (!store_) return;
  try {
    store_->close(std::uncaught_exceptions() <= exceptions_);
  } catch (const Error&) {
    // What was committed is there; close() is where to hear of the rest.
  }
}

Place File::at(std::string_view path) const { return {store_, std::string(path)}; }

const std::string& File::name() const { return store_->name(); }
bool File::is_writable() const { return store_->is_writable(); }
const std::vector<std::string>& File::ids() const { return store_->ids(); }
bool File::has(std::string_view id) const { return store_->has(id); }
std::vector<std::string> File::paths() const { return store_->paths(); }
Field File::field(std::string_view path) const { return {at(path)}; }
std::vector<layout::Attribute> File::attrs() const { return store_->attrs({}); }

std::optional<Values> File::get(std::string_view id) const { return store_->get_all({}, id); }
void File::add(std::string_view id, const Values& values) const { store_->add({}, id, values, {}); }
void File::set(std::string_view id, const Values& values) const {
  store_->add({}, id, values, {.must_exist = true});
}

void File::commit() const { store_->commit(); }
void File::rollback() const { store_->rollback(); }
void File::close() const { store_->close(); }
void File::abandon() const { store_->close(false); }
std::shared_ptr<read::File> File::reader() const { return store_->reader(); }

namespace detail {

void open(Store& store, const std::filesystem::path& file, std::string_view mode) {
  store.open(file, mode);
}
void create(Store& store, Ingestor& ingestor, const std::filesystem::path& file,
            const std::vector<std::string>& sources, CreateOptions options) {
  if (!options.overwrite && std::filesystem::exists(file)) {
    throw Error(ErrorCode::Exists, file.string(),
                "exists already; set `overwrite` to replace it, or open it with 'r+'");
  }
  const std::vector<std::string> requests = requests_of(store.declarations());
  options.features.insert(options.features.begin(), requests.begin(), requests.end());
  IngestReport report = ingestor.ingest(file, sources, options);
  const std::size_t stored = report.stored;
  const std::string reason = report.failures.empty()
                                 ? std::string("no feature has anything to load")
                                 : report.failures[0].id + ": " + report.failures[0].message;
  if (options.report != nullptr) *options.report = std::move(report);
  if (stored == 0) {
    throw Error(ErrorCode::Invalid, file.string(), "nothing was stored: " + reason);
  }
  store.open(file, "r+");
}

void open_in_memory(Store& store) { store.open(ScratchFolder::Place::Memory); }
void open_temporary(Store& store) { store.open(ScratchFolder::Place::Disk); }

}  // namespace detail

}  // namespace sheaf::typed
