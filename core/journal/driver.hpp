// SPDX-License-Identifier: MIT
#pragma once
// The HDF5 file driver over GuardedFile.
//
// Model: HDF5 opens files by name, some of them twice; so a GuardedFile is announced first, and
// every open of its name gives a light handle to it. The default driver is used for locking and for
// what a driver might store in a file: files are plain.
// Threads: any; HDF5 calls with its lock held. No exception crosses into HDF5.

#include <memory>

#include <hdf5.h>

#include "core/journal/guarded_file.hpp"

namespace sheaf::journal {

// The driver's id, for H5Pset_driver().
[[nodiscard]] hid_t driver();

// While it lives, the driver opens the file; also for handles that HDF5 still holds afterwards.
class Announced {
 public:
  explicit Announced(std::shared_ptr<GuardedFile> file);
  Announced(const Announced&) = delete;
  Announced& operator=(const Announced&) = delete;
  ~Announced();

 private:
  std::shared_ptr<GuardedFile> file_;
};

}  // namespace sheaf::journal
