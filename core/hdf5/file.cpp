// SPDX-License-Identifier: MIT
#include "core/hdf5/file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/journal/journaled_file.hpp"

namespace sheaf::hdf5 {
namespace {

// Metadata in memory doesn't grow with the file.
void bound_cache(const PropertyList& access, std::size_t bytes) {
  H5AC_cache_config_t config{};
  config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  checked(access.get(), "get the size of the metadata cache",
          [&] { return H5Pget_mdc_config(access.get(), &config); });
  config.set_initial_size = true;
  config.initial_size = config.max_size = bytes;
  config.min_size = std::size_t{1} << 19U;
  checked(access.get(), "set the size of the metadata cache",
          [&] { return H5Pset_mdc_config(access.get(), &config); });
}

}  // namespace

void check_readable(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw Error(ErrorCode::Invalid, path, "is a folder");
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    throw Error(ErrorCode::Invalid, path, "is no ordinary file");
  }
  if (::access(path.c_str(), R_OK) != 0) throw system_error(errno, path, "open the file");
}

PropertyList reading_properties() {
  PropertyList list = property_list(H5P_FILE_ACCESS);
  // HDF5 refuses to open a file twice in one process in two ways, and h5py may have it open.
  checked(list.get(), "make files close with the last of their ids",
          [&] { return H5Pset_fclose_degree(list.get(), H5F_CLOSE_WEAK); });
  return list;
}

int descriptor_of(const File& file) {
  void* descriptor = nullptr;
  checked(file.get(), "get its descriptor",
          [&] { return H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &descriptor); });
  return *static_cast<int*>(descriptor);
}

void keep_from_children(const File& file) { ::fcntl(descriptor_of(file), F_SETFD, FD_CLOEXEC); }

std::optional<std::uint64_t> base_address(const File& file) {
  const PropertyList list(checked(file.get(), "look at how it was created",
                                  [&] { return H5Fget_create_plist(file.get()); }));
  std::size_t address_bytes = 0;
  std::size_t length_bytes = 0;
  hsize_t user_block = 0;
  checked(file.get(), "look at its addresses",
          [&] { return H5Pget_sizes(list.get(), &address_bytes, &length_bytes); });
  checked(file.get(), "look at its user block",
          [&] { return H5Pget_userblock(list.get(), &user_block); });
  if (address_bytes != 8 || length_bytes != 8) return std::nullopt;
  return user_block;
}

PropertyList creation_properties() {
  PropertyList creation = property_list(H5P_FILE_CREATE);
  leave_out_times(creation);
  return creation;
}

PropertyList access_properties(std::size_t metadata_bytes) {
  PropertyList access = property_list(H5P_FILE_ACCESS);
  checked(access.get(), "make files close only when all their ids are closed",
          [&] { return H5Pset_fclose_degree(access.get(), H5F_CLOSE_SEMI); });
  // Old readers need the low bound; references past 2^32 rows need the high one.
  checked(access.get(), "set the library versions",
          [&] { return H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_LATEST); });
  checked(access.get(), "set the alignment",
          [&] { return H5Pset_alignment(access.get(), alignment_threshold, alignment); });
  bound_cache(access, metadata_bytes);
  return access;
}

File create_file(const std::string& path) {
  enter();
  File file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation_properties().get(),
                      access_properties().get()));
  if (!file) fail(path, "create the file");
  keep_from_children(file);
  return file;
}

File open_file(const std::string& path) {
  enter();
  check_readable(path);
  return journal::open_for_reading(path, reading_properties().get());
}

void flush(const File& file) {
  checked(file.get(), "write it out", [&] { return H5Fflush(file.get(), H5F_SCOPE_LOCAL); });
}

std::int64_t file_bytes(const File& file) {
  hsize_t bytes = 0;
  checked(file.get(), "get its size", [&] { return H5Fget_filesize(file.get(), &bytes); });
  return static_cast<std::int64_t>(bytes);
}

}  // namespace sheaf::hdf5
