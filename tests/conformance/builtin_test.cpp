// SPDX-License-Identifier: MIT
// Every built-in plugin passes every test of the kit.
#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/conformance/kit.hpp"
#include "tests/support/process.hpp"

using namespace sheaf::host::conformance;
using sheaf::test::Kit;
using sheaf::test::ScopedVariable;

TEST_CASE("all built-in plugins pass the conformance kit in full", "[conformance][plugins]") {
  const Kit kit;
  const auto made =
      sheaf::test::run_python(SHEAF_TEST_SOURCES, {(kit.folder / "sources").string()});
  INFO(made.err);
  REQUIRE(made.ok());
  // Derived features find their inputs there.
  const ScopedVariable plugins("SHEAF_PLUGIN_PATH", SHEAF_TEST_BUILTIN);
  std::size_t checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SHEAF_TEST_BUILTIN)) {
    if (entry.path().extension() != ".so") continue;
    Request request;
    request.file = entry.path();
    request.sources = {(kit.folder / "sources").string() + "/"};
    request.settings = {"sheaf.pathlabel:pattern=([a-z]+)/", "sheaf.hdf5:dataset=x"};
    request.seed = 7;
    const Report report = check(request);
    INFO(to_json(report));
    CHECK(report.grade() == Grade::Full);
    CHECK(report.count(Level::Warning) == 0);
    ++checked;
  }
  CHECK(checked >= 9);
}
