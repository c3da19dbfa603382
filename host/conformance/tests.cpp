// SPDX-License-Identifier: MIT
#include "host/conformance/tests.hpp"

#include <algorithm>

namespace sheaf::host::conformance {
namespace {

constexpr bool file = true, feature = false;
constexpr bool samples = true, by_itself = false;

constexpr Test tests[] = {
    {"elf", "the file brings nothing that harms other plugins", file, by_itself, false, &test_elf},
    {"note", "the entry is the file's own and agrees with its note", file, by_itself, false,
     &test_note},
    {"descriptor", "what it declares is well-formed", file, by_itself, false, &test_descriptor},
    {"patterns", "regular expressions compile and claim no more than they should", file, by_itself,
     false, &test_patterns},
    {"open", "opens with its defaults and says the same each time", feature, by_itself, false,
     &test_open},
    {"rows", "loads good sources and keeps the rules of slots", feature, samples, false,
     &test_rows},
    {"defaults", "defaults that are given explicitly change nothing", feature, by_itself, false,
     &test_defaults},
    {"parameters", "opens and loads with extremes and all choices", feature, by_itself, true,
     &test_parameters},
    {"survey", "surveys the same twice, and sources that can't be read", feature, by_itself, false,
     &test_survey},
    {"poison", "every byte it commits was written", feature, samples, false, &test_poison},
    {"guard", "touches nothing beside slots and texts", feature, samples, true, &test_guard},
    {"refusal", "passes on what the host refuses", feature, samples, false, &test_refusal},
    {"interleaved", "loads the same whatever was loaded before", feature, samples, false,
     &test_interleaved},
    {"workers", "loads the same in many threads", feature, samples, false, &test_workers},
    {"finish", "finishes on any instance alike", feature, samples, false, &test_finish},
    {"hostile", "damaged sources are errors and nothing worse", feature, by_itself, true,
     &test_hostile},
    {"leaks", "open, load, close leave nothing behind", feature, by_itself, false, &test_leaks},
    {"manners", "the process is as it was", feature, by_itself, false, &test_manners},
};
constexpr Test feed{"feed", "", feature, samples, false, &test_feed};

}  // namespace

std::span<const Test> all_tests() { return tests; }

const Test* find_test(std::string_view name) {
  if (name == feed.name) return &feed;
  const auto* const found =
      std::ranges::find_if(tests, [&](const Test& test) { return name == test.name; });
  return found == std::end(tests) ? nullptr : found;
}

}  // namespace sheaf::host::conformance
