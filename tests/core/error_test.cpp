// SPDX-License-Identifier: MIT
#include "core/error.hpp"

#include <cerrno>

#include <catch2/catch.hpp>

using sheaf::Error;
using sheaf::ErrorCode;

TEST_CASE("An error reads as its object and its message", "[core][error]") {
  const Error error(ErrorCode::Exists, "data.h5", "exists already", "H5Fcreate: no");
  CHECK(std::string(error.what()) == "data.h5: exists already");
  CHECK(error.object() == "data.h5");
  CHECK(error.hdf5_stack() == "H5Fcreate: no");
}

TEST_CASE("An error without an object is just its message", "[core][error]") {
  CHECK(std::string(Error(ErrorCode::Cancelled, "", "stopped").what()) == "stopped");
}

TEST_CASE("A failed system call gets a code and the system's words", "[core][error]") {
  const auto code_of = [](int number) { return sheaf::system_error(number, "x", "y").code(); };
  CHECK(code_of(ENOENT) == ErrorCode::NotFound);
  CHECK(code_of(EEXIST) == ErrorCode::Exists);
  CHECK(code_of(EACCES) == ErrorCode::Permission);
  CHECK(code_of(EROFS) == ErrorCode::Permission);
  CHECK(code_of(ENOSPC) == ErrorCode::NoSpace);
  CHECK(code_of(EDQUOT) == ErrorCode::NoSpace);
  CHECK(code_of(EFBIG) == ErrorCode::NoSpace);
  CHECK(code_of(EIO) == ErrorCode::Io);
  const Error error = sheaf::system_error(ENOSPC, "data.h5", "write it");
  CHECK(std::string(error.what()) == "data.h5: cannot write it: No space left on device");
}
