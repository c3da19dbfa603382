// SPDX-License-Identifier: MIT
#pragma once
// show.py, which makes files with h5py and compares with what h5py reads.

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

namespace sheaf::test {

inline void show_py(const std::vector<std::string>& arguments) {
  const ProcessResult done = run_python(std::string(SHEAF_TEST_FOLDER) + "/show.py", arguments);
  INFO(done.out << done.err);
  REQUIRE(done.status == 0);
}

}  // namespace sheaf::test
