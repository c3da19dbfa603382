// SPDX-License-Identifier: MIT
#pragma once
// Owns one HDF5 id.
//
// Model: move-only, one owner an id. close() reports a failure (only then is everything known to
// be in the file); destruction doesn't, because it runs after an Error that already said more.
// An id is never closed twice: after a failed close HDF5 keeps it, pointing to freed memory.

#include <utility>

#include <hdf5.h>

#include "core/hdf5/check.hpp"

namespace sheaf::hdf5 {

template <herr_t (*Close)(hid_t)>
class Handle {
 public:
  Handle() noexcept = default;
  explicit Handle(hid_t id) noexcept : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = std::exchange(other.id_, H5I_INVALID_HID);
    }
    return *this;
  }
  ~Handle() { reset(); }

  [[nodiscard]] hid_t get() const noexcept { return id_; }
  [[nodiscard]] explicit operator bool() const noexcept { return id_ >= 0; }

  // The id is the caller's to close from here on.
  [[nodiscard]] hid_t release() noexcept { return std::exchange(id_, H5I_INVALID_HID); }

  void close() {
    if (id_ < 0) return;
    const hid_t id = std::exchange(id_, H5I_INVALID_HID);
    const std::string name = describe(id);
    if (Close(id) < 0) fail(name, "close it");
  }

  void reset() noexcept {
    if (id_ < 0) return;
    enter();
    Close(std::exchange(id_, H5I_INVALID_HID));
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using File = Handle<H5Fclose>;
using Group = Handle<H5Gclose>;
using Dataset = Handle<H5Dclose>;
using Dataspace = Handle<H5Sclose>;
using Datatype = Handle<H5Tclose>;
using PropertyList = Handle<H5Pclose>;
using Attribute = Handle<H5Aclose>;
using Object = Handle<H5Oclose>;

}  // namespace sheaf::hdf5
