// SPDX-License-Identifier: MIT
#include "core/journal/journaled_file.hpp"

#include <string>
#include <utility>
#include <vector>

#include "core/hdf5/check.hpp"
#include "core/hdf5/file.hpp"
#include "core/journal/driver.hpp"
#include "core/journal/recovery.hpp"

namespace sheaf::journal {
namespace {

hdf5::PropertyList with_driver(hid_t access) {
  hdf5::PropertyList list(hdf5::checked(access, "copy it", [&] { return H5Pcopy(access); }));
  hdf5::checked(list.get(), "choose the journal's driver",
                [&] { return H5Pset_driver(list.get(), driver(), nullptr); });
  return list;
}

// `access` is one with the driver.
hdf5::File open_with_driver(const std::string& path, unsigned flags, hid_t access,
                            const GuardedFile& guarded) {
  hdf5::File file(H5Fopen(path.c_str(), flags, access));
  if (file) return file;
  if (guarded.trouble()) throw *guarded.trouble();
  hdf5::fail(path, "open it as HDF5", ErrorCode::Corrupt);
}

void close_ids(const hdf5::File& file) noexcept {
  constexpr unsigned kinds = H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_DATATYPE | H5F_OBJ_ATTR;
  const ssize_t count = H5Fget_obj_count(file.get(), kinds);
  if (count <= 0) return;
  std::vector<hid_t> ids(static_cast<std::size_t>(count));
  const ssize_t got = H5Fget_obj_ids(file.get(), kinds, ids.size(), ids.data());
  for (ssize_t index = 0; index < got; ++index) {
    while (H5Iis_valid(ids[static_cast<std::size_t>(index)]) > 0) {
      if (H5Idec_ref(ids[static_cast<std::size_t>(index)]) < 0) break;
    }
  }
}

}  // namespace

struct JournaledFile::State {
  State(std::string name, std::shared_ptr<GuardedFile> guarded_file)
      : path(std::move(name)), guarded(std::move(guarded_file)), announced(guarded) {}

  std::string path;
  std::shared_ptr<GuardedFile> guarded;
  Announced announced;
  hdf5::PropertyList access;
  hdf5::File file;  // closes first: what it writes then is dropped
};

JournaledFile::JournaledFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
JournaledFile::JournaledFile(JournaledFile&&) noexcept = default;
JournaledFile& JournaledFile::operator=(JournaledFile&&) noexcept = default;
JournaledFile::~JournaledFile() {
  if (!state_) return;
  close_ids(state_->file);
  state_->file.reset();
}

JournaledFile JournaledFile::create(const std::filesystem::path& path, hid_t creation, hid_t access,
                                    const Options& options) {
  hdf5::enter();
  auto state = std::make_unique<State>(path.string(), GuardedFile::create(path, options));
  state->access = with_driver(access);
  state->file = hdf5::File(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, state->access.get()));
  if (!state->file) hdf5::fail(path, "create the file");
  return JournaledFile(std::move(state));
}

JournaledFile JournaledFile::open(const std::filesystem::path& path, hid_t access,
                                  const Options& options) {
  hdf5::enter();
  auto state = std::make_unique<State>(path.string(), GuardedFile::open(path, options));
  state->access = with_driver(access);
  state->file = open_with_driver(state->path, H5F_ACC_RDWR, state->access.get(), *state->guarded);
  return JournaledFile(std::move(state));
}

const hdf5::File& JournaledFile::file() const noexcept { return state_->file; }

void JournaledFile::check() const {
  if (const auto& trouble = state_->guarded->trouble()) throw *trouble;
}

void JournaledFile::commit() {
  hdf5::checked(state_->file.get(), "write it out",
                [&] { return H5Fflush(state_->file.get(), H5F_SCOPE_LOCAL); });
  state_->guarded->commit();
}

void JournaledFile::renamed(const std::filesystem::path& path) {
  state_->guarded->renamed(path);
  state_->path = path.string();
}

void JournaledFile::rollback() {
  close_ids(state_->file);
  state_->file.reset();
  state_->guarded->drop();
  state_->file =
      open_with_driver(state_->path, H5F_ACC_RDWR, state_->access.get(), *state_->guarded);
}

void JournaledFile::close() {
  state_->file.close();
  state_->guarded->finish();
  state_.reset();
}

CommittedFile open_committed(const std::filesystem::path& path, hid_t access) {
  hdf5::enter();
  const ReadLock lock(path);
  if (std::shared_ptr<GuardedFile> guarded = GuardedFile::look(path)) {
    const Announced announced(guarded);
    const hdf5::PropertyList list = with_driver(access);
    return {open_with_driver(path, H5F_ACC_RDONLY, list.get(), *guarded), guarded};
  }
  hdf5::File file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access));
  if (!file) hdf5::fail(path, "open it as HDF5", ErrorCode::Corrupt);
  hdf5::keep_from_children(file);
  return {std::move(file), nullptr};
}

hdf5::File open_for_reading(const std::filesystem::path& path, hid_t access) {
  return open_committed(path, access).file;
}

}  // namespace sheaf::journal
