// SPDX-License-Identifier: MIT
#include "host/plugin/digest.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/temp_dir.hpp"

using sheaf::host::plugin::sha256_of_file;

TEST_CASE("a digest is what sha256sum prints", "[host][digest]") {
  const sheaf::test::TempDir folder;
  CHECK(sha256_of_file(folder.write("empty", "")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of_file(folder.write("abc", "abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // Longer than the block it is read in.
  CHECK(sha256_of_file(folder.write("long", std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file that can't be read has no digest", "[host][digest]") {
  const sheaf::test::TempDir folder;
  CHECK_THROWS_AS(sha256_of_file(folder / "gone"), sheaf::Error);
}
