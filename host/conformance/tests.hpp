// SPDX-License-Identifier: MIT
#pragma once
// The tests of the kit, in the order in which they are run and reported.
//
// Model: each runs in a process of its own. Those of the file need nothing but the library; those
// of a feature open it, and most of them need good sources to load. What each looks for stands in
// docs/conformance.md. Threads: the table is constant.

#include <span>
#include <string_view>

namespace sheaf::host::conformance {

class Trial;

struct Test {
  const char* name;
  const char* about;  // what is so when it passes
  bool is_of_file;
  bool needs_samples;
  // After a death it is started again behind the case that it died of.
  bool goes_on;
  void (*run)(Trial& trial);
};

// What "rows" says when there is nothing that other tests could be done with.
inline constexpr const char* refuses_all = "refuses every source that was given";

[[nodiscard]] std::span<const Test> all_tests();
// Also finds "feed", which is no test: it makes the rows that a derived feature gets.
[[nodiscard]] const Test* find_test(std::string_view name);

// file_tests.cpp
void test_elf(Trial& trial);
void test_note(Trial& trial);
void test_descriptor(Trial& trial);
void test_patterns(Trial& trial);
// life_tests.cpp
void test_open(Trial& trial);
void test_defaults(Trial& trial);
void test_parameters(Trial& trial);
void test_survey(Trial& trial);
void test_finish(Trial& trial);
// row_tests.cpp
void test_rows(Trial& trial);
void test_poison(Trial& trial);
void test_guard(Trial& trial);
void test_refusal(Trial& trial);
// same_tests.cpp
void test_interleaved(Trial& trial);
void test_workers(Trial& trial);
void test_feed(Trial& trial);
// hostile_test.cpp
void test_hostile(Trial& trial);
// process_tests.cpp
void test_leaks(Trial& trial);
void test_manners(Trial& trial);

}  // namespace sheaf::host::conformance
