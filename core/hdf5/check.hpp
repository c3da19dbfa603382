// SPDX-License-Identifier: MIT
#pragma once
// Every call into HDF5 goes through checked(): it turns a negative result into an Error.
//
// Model: the Error carries the object's own name ("data.h5:/image/__arr__"), asked of HDF5 only
// when a call failed, and HDF5's error stack as text; an errno or a missing filter found in the
// stack decides the code. HDF5's habit of printing its errors is switched off, in every thread.
// Threads: any; HDF5 is built threadsafe and takes a lock a call.

#include <string>
#include <string_view>

#include <hdf5.h>

#include "core/error.hpp"

namespace sheaf::hdf5 {

// Prepares the library and this thread; cheap when done before.
void enter() noexcept;

// Throws the Error for the call that just failed in this thread. `object` may be any id; `name`
// is a link or attribute below it, or empty.
[[noreturn]] void fail(hid_t object, std::string_view name, const char* doing);
// The same where there is no id yet: `file` is its path, `code` stands where the stack names none.
[[noreturn]] void fail(const std::string& file, const char* doing, ErrorCode code = ErrorCode::Io);

// "data.h5:/image", or with a name below it; for messages.
[[nodiscard]] std::string describe(hid_t object, std::string_view name = {});

// While one lives, messages of this thread name the file only: HDF5 finds the path of an object
// that was opened without one by a recursive search, for which a deep file has more levels than a
// stack.
class WithoutPaths {
 public:
  WithoutPaths() noexcept;
  ~WithoutPaths();
  WithoutPaths(const WithoutPaths&) = delete;
  WithoutPaths& operator=(const WithoutPaths&) = delete;
};

// `doing` completes the sentence "cannot …".
template <class Call>
auto checked(hid_t object, std::string_view name, const char* doing, Call call) {
  enter();
  const auto result = call();
  if (result < 0) fail(object, name, doing);
  return result;
}

template <class Call>
auto checked(hid_t object, const char* doing, Call call) {
  return checked(object, {}, doing, call);
}

}  // namespace sheaf::hdf5
