// SPDX-License-Identifier: MIT
#pragma once
// The one exception type of core and host.
//
// Model: an Error says what went wrong (code), with which object (a file, or a file and a path in
// it), in one sentence that also names the remedy where there is one; when HDF5 was involved, its
// own error stack comes along as text.
// Failure classes: a bug asserts; the environment or HDF5 throws this; a source that a plugin
// refuses is a value with its reason and never an exception.
// Threads: an Error is an ordinary value.

#include <stdexcept>
#include <string>

namespace sheaf {

enum class ErrorCode {
  NotFound,     // a file, object or id that isn't there
  Exists,       // something is there that must not be overwritten
  Invalid,      // an argument or a configuration makes no sense
  Unsupported,  // HDF5 or this build can't do it
  Corrupt,      // a file breaks its own format
  Permission,   // the system refuses access
  NoSpace,      // the disk or quota is full
  Io,           // any other failure of the system or of HDF5
  Cancelled,    // the user asked to stop
};

class Error : public std::runtime_error {
 public:
  // `object` names the file or object, `message` is one sentence without a full stop.
  Error(ErrorCode code, std::string object, const std::string& message,
        std::string hdf5_stack = {});

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& object() const noexcept { return object_; }
  // What of what() follows the object's name.
  [[nodiscard]] std::string message() const;
  [[nodiscard]] const std::string& hdf5_stack() const noexcept { return hdf5_stack_; }

 private:
  ErrorCode code_;
  std::string object_;
  std::string hdf5_stack_;
};

// The Error for a failed system call: code and text from `error_number` (an errno value).
[[nodiscard]] Error system_error(int error_number, std::string object, const std::string& doing);

}  // namespace sheaf
