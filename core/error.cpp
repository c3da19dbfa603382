// SPDX-License-Identifier: MIT
#include "core/error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace sheaf {
namespace {

ErrorCode code_of(int error_number) noexcept {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::NotFound;
    case EEXIST:
    case ENOTEMPTY:
      return ErrorCode::Exists;
    case EACCES:
    case EPERM:
    case EROFS:
    case ETXTBSY:
      return ErrorCode::Permission;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:  // the largest size that a process or a file system allows
      return ErrorCode::NoSpace;
    case EINVAL:
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP:
      return ErrorCode::Invalid;
    case ENOSYS:
    case EOPNOTSUPP:
      return ErrorCode::Unsupported;
    case ECANCELED:
      return ErrorCode::Cancelled;
    default:
      return ErrorCode::Io;
  }
}

}  // namespace

Error::Error(ErrorCode code, std::string object, const std::string& message, std::string hdf5_stack)
    : std::runtime_error(object.empty() ? message : object + ": " + message),
      code_(code),
      object_(std::move(object)),
      hdf5_stack_(std::move(hdf5_stack)) {}

std::string Error::message() const {
  return object_.empty() ? what() : what() + object_.size() + 2;
}

Error system_error(int error_number, std::string object, const std::string& doing) {
  return {code_of(error_number), std::move(object),
          "cannot " + doing + ": " + std::generic_category().message(error_number)};
}

}  // namespace sheaf
