// SPDX-License-Identifier: MIT
// Plugins that were built for a newer minor than the host's: next/ has a copy of the headers as the
// next minor might have them.
#include <dlfcn.h>

#include <catch2/catch.hpp>

#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_attr;
using test::rows_of;
using test::World;
using Rows = std::vector<std::int64_t>;

namespace {

constexpr std::uint32_t flag_of_next_minor = 32;

// What a plugin says to a host that answers this minor. Each call loads another copy of the file,
// since a plugin is asked once.
const sheaf_plugin* answer(const std::string& file, std::uint32_t minor,
                           const test::TempDir& folder) {
  const auto copy = folder.write(std::to_string(minor) + ".so", test::read_file(file));
  void* const library = dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
  REQUIRE(library != nullptr);
  auto* const entry = reinterpret_cast<sheaf_plugin_entry_fn>(dlsym(library, SHEAF_PLUGIN_ENTRY));
  REQUIRE(entry != nullptr);
  // As long as the next minor's, and `struct_size` says as much as this one has.
  static struct {
    sheaf_host host;
    std::uint64_t next;
  } told[2];
  told[minor].host = {static_cast<std::uint32_t>(minor == 0 ? sizeof(sheaf_host) : sizeof told[0]),
                      minor,
                      SHEAF_STR("test"),
                      SHEAF_STR("1"),
                      [](const sheaf_host*, sheaf_string) -> const void* { return nullptr; },
                      [](const sheaf_host*, sheaf_string) {}};
  return entry(&told[minor].host);
}

std::string refusal(const plugin::Catalog& catalog, const std::string& name) {
  for (const plugin::Place& place : catalog.places()) {
    for (const plugin::Candidate& candidate : place.candidates) {
      if (candidate.file.filename() == name) return candidate.refused;
    }
  }
  return "not found";
}

}  // namespace

TEST_CASE("a plugin of the next minor loads on this host, in workers too", "[abi]") {
  World world({"next"}, GENERATE(test::Run::AsAsked, test::Run::Workers));
  world.source("a.next", "");
  CHECK(world.ingest({"next.ones", "next.plain"}).failed == 0);
  const layout::Reader reader = world.reader();
  CHECK(rows_of<std::int64_t>(reader, "ones", "a.next") == Rows{1});
  CHECK(*find_attr(reader.attrs("ones"), "host_minor") == Value::of(std::int64_t{SHEAF_ABI_MINOR}));
  // Neither struct has the field, and both plugins saw that.
  CHECK(rows_of<std::int64_t>(reader, "plain", "a.next") == Rows{0, 0});
}

TEST_CASE("a plugin that insists on the next minor is refused with both versions", "[abi]") {
  World world({"next_insists"}, GENERATE(test::Run::AsAsked, test::Run::Workers));
  CHECK(world.catalog().find_plugin("next.facade") == nullptr);
  CHECK(refusal(world.catalog(), "next_insists.so") ==
        "makes use of ABI 1.1, this host has 1.0; update Sheaf");
}

TEST_CASE("a plugin of the next minor claims no more than its host knows", "[abi]") {
  const std::string name = GENERATE("next/next_facade.so", "next/next_plain.so");
  CAPTURE(name);
  const test::TempDir folder;
  const std::string file = SHEAF_TEST_PLUGINS "/" + name;
  const sheaf_plugin* const old = answer(file, 0, folder);
  REQUIRE(old != nullptr);
  CHECK(old->abi_minor == 0);
  CHECK((old->features[0]->flags & flag_of_next_minor) == 0);
  const sheaf_plugin* const next = answer(file, 1, folder);
  REQUIRE(next != nullptr);
  CHECK(next->abi_minor == 1);
  CHECK((next->features[0]->flags & flag_of_next_minor) != 0);
}
