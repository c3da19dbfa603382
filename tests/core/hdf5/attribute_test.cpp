// SPDX-License-Identifier: MIT
#include "core/hdf5/attribute.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::hdf5;
using sheaf::test::TempDir;

TEST_CASE("An attribute of any value is read back as it was", "[core][hdf5]") {
  const TempDir folder;
  const File file = create_file((folder / "data.h5").string());
  const Value half{float16, {2}, std::vector<std::byte>(4, std::byte{0x3c}), {}};
  const Value complex{complex128, {}, std::vector<std::byte>(16), {}};
  const std::vector<Value> values{Value::of(3.5),
                                  Value::of(true),
                                  Value::of(std::uint8_t{200}),
                                  Value::of(std::vector<std::int64_t>{1, -2, 3}),
                                  Value::of("\u65e5\u672c"),
                                  Value::of(""),
                                  Value::of(std::vector<std::string>{"a", "", "c"}),
                                  Value::of(std::vector<std::string>{}),
                                  Value::of(std::vector<double>{}),
                                  half,
                                  complex};
  const Group group = require_group(file.get(), "a");
  for (const Value& value : values) {
    write_attribute(group.get(), "n\u00e4me", value);  // each replaces the one before
    CHECK(read_attribute(group.get(), "n\u00e4me") == value);
  }
  CHECK(read_attributes(group.get()).size() == 1);
}

TEST_CASE("A string with a NUL byte is refused before anything is replaced", "[core][hdf5]") {
  const TempDir folder;
  const File file = create_file((folder / "data.h5").string());
  const Group group = require_group(file.get(), "a");
  write_attribute(group.get(), "x", Value::of(1));
  CHECK_THROWS_AS(write_attribute(group.get(), "x", Value::of(std::string("a\0b", 3))), Error);
  CHECK(read_attribute(group.get(), "x") == Value::of(1));
}
