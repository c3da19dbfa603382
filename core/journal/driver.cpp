// SPDX-License-Identifier: MIT
#include "core/journal/driver.hpp"

#include <algorithm>
#include <fcntl.h>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "core/hdf5/check.hpp"

namespace sheaf::journal {
namespace {

// HDF5 looks at the first part only.
struct Handle {
  H5FD_t head{};
  std::shared_ptr<GuardedFile> file;
};

struct Announcement {
  std::shared_ptr<GuardedFile> file;
  std::thread::id thread;
};

std::mutex mutex;
std::vector<Announcement> announced;

GuardedFile& file_of(const H5FD_t* handle) noexcept {
  return *reinterpret_cast<const Handle*>(handle)->file;
}

bool is_same(const struct stat& named, const GuardedFile& file) noexcept {
  struct stat status {};
  return ::fstat(file.descriptor(), &status) == 0 && status.st_dev == named.st_dev &&
         status.st_ino == named.st_ino;
}

bool is_for_writing(const GuardedFile& file) noexcept {
  return (::fcntl(file.descriptor(), F_GETFL) & O_ACCMODE) == O_RDWR;
}

// A process may write to a file and read its commits as well, in several threads: a writer gets its
// own state, a reader that which its thread announced last.
H5FD_t* open(const char* name, unsigned flags, hid_t /*access*/, haddr_t /*most*/) {
  struct stat named {};
  if (::stat(name, &named) != 0) return nullptr;
  const bool writes = (flags & H5F_ACC_RDWR) != 0;
  const std::lock_guard lock(mutex);
  const auto found =
      std::find_if(announced.rbegin(), announced.rend(), [&](const Announcement& announcement) {
        return is_for_writing(*announcement.file) == writes &&
               (writes || announcement.thread == std::this_thread::get_id()) &&
               is_same(named, *announcement.file);
      });
  if (found == announced.rend()) return nullptr;
  auto* const handle = new (std::nothrow) Handle{{}, found->file};
  return handle == nullptr ? nullptr : &handle->head;
}

herr_t close(H5FD_t* handle) {
  delete reinterpret_cast<Handle*>(handle);
  return 0;
}

int compare(const H5FD_t* a, const H5FD_t* b) {
  const GuardedFile* const first = &file_of(a);
  const GuardedFile* const second = &file_of(b);
  return first == second ? 0 : first < second ? -1 : 1;
}

// Those of the default driver, so that files come out the same, but for SWMR.
herr_t query(const H5FD_t* /*handle*/, unsigned long* flags) {
  if (flags != nullptr) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_POSIX_COMPAT_HANDLE |
             H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  }
  return 0;
}

haddr_t get_eoa(const H5FD_t* handle, H5FD_mem_t /*type*/) { return file_of(handle).allocated; }
herr_t set_eoa(H5FD_t* handle, H5FD_mem_t /*type*/, haddr_t end) {
  file_of(handle).allocated = end;
  return 0;
}
haddr_t get_eof(const H5FD_t* handle, H5FD_mem_t /*type*/) { return file_of(handle).end; }

herr_t get_handle(H5FD_t* handle, hid_t /*access*/, void** descriptor) {
  *descriptor = const_cast<int*>(file_of(handle).descriptor_address());
  return 0;
}

herr_t read(H5FD_t* handle, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address,
            std::size_t size, void* data) {
  GuardedFile& file = file_of(handle);
  if (file.read(address, data, size)) return 0;
  // The one failure that HDF5 is told: with its cause, for the Error that is made of it.
  if (const auto& trouble = file.trouble()) {
    H5Epush2(H5E_DEFAULT, __FILE__, "read", __LINE__, H5E_ERR_CLS, H5E_IO, H5E_READERROR, "%s",
             trouble->what());
  }
  return -1;
}
herr_t write(H5FD_t* handle, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address,
             std::size_t size, const void* data) {
  file_of(handle).write(address, data, size);
  return 0;
}
// Nothing is committed because HDF5 thinks so.
herr_t flush(H5FD_t* /*handle*/, hid_t /*transfer*/, hbool_t /*closing*/) { return 0; }
herr_t truncate(H5FD_t* handle, hid_t /*transfer*/, hbool_t /*closing*/) {
  file_of(handle).end = file_of(handle).allocated;
  return 0;
}

H5FD_class_t make_class() {
  H5FD_class_t driver{};
  driver.name = "sheaf_journal";
  driver.maxaddr = static_cast<haddr_t>(INT64_MAX);
  driver.fc_degree = H5F_CLOSE_SEMI;
  driver.open = &open;
  driver.close = &close;
  driver.cmp = &compare;
  driver.query = &query;
  driver.get_eoa = &get_eoa;
  driver.set_eoa = &set_eoa;
  driver.get_eof = &get_eof;
  driver.get_handle = &get_handle;
  driver.read = &read;
  driver.write = &write;
  driver.flush = &flush;
  driver.truncate = &truncate;
  // As H5FD_FLMAP_DICHOTOMY has it, which the default driver uses.
  const H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
  std::copy(std::begin(map), std::end(map), driver.fl_map);
  return driver;
}

}  // namespace

hid_t driver() {
  static const H5FD_class_t functions = make_class();
  static const hid_t id = hdf5::checked(H5I_INVALID_HID, "register the journal's file driver",
                                        [] { return H5FDregister(&functions); });
  return id;
}

Announced::Announced(std::shared_ptr<GuardedFile> file) : file_(std::move(file)) {
  const std::lock_guard lock(mutex);
  announced.push_back({file_, std::this_thread::get_id()});
}

Announced::~Announced() {
  const std::lock_guard lock(mutex);
  std::erase_if(announced, [this](const Announcement& other) { return other.file == file_; });
}

}  // namespace sheaf::journal
