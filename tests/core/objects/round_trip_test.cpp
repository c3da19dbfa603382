// SPDX-License-Identifier: MIT
// Values of composed standard types drawn at random: what is read is what was written.
// RC_PARAMS="max_success=10000 seed=1" draws more, or others (RapidCheck's documentation).
#include <cstdlib>
#include <rapidcheck.h>
#include <set>

#include <catch2/catch.hpp>

#include "core/objects/file.hpp"
#include "core/objects/storing_standard.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;

namespace lab {

struct Draft {
  std::int32_t number = 0;
  std::map<std::string, std::vector<double>> series;
  bool operator==(const Draft&) const = default;
};
void sheaf_write(const Item& to, const Draft& draft) {
  to["number"] = draft.number;
  to["series"] = draft.series;
}
void sheaf_read(const Item& from, Draft& draft) {
  draft.number = from["number"].as<std::int32_t>();
  draft.series = from["series"].as<decltype(draft.series)>();
}

}  // namespace lab

namespace {

std::string joined(const std::vector<std::string>& letters) {
  std::string text;
  for (const std::string& letter : letters) text += letter;
  return text;
}

rc::Gen<std::string> letters(const std::vector<std::string>& which) {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(which)),
                      joined);
}

template <class T>
struct Any {  // numbers, of any magnitude
  static rc::Gen<T> gen() { return rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<T>()); }
};
template <class T>
rc::Gen<T> any() {
  return Any<T>::gen();
}

template <>
struct Any<std::string> {
  static rc::Gen<std::string> gen() {
    return letters({"a", "Z", "0", " ", "/", "'", "\n", "%", "\u00e9", "\u96ea", "\U0001f600"});
  }
};
template <>
struct Any<std::filesystem::path> {
  static rc::Gen<std::filesystem::path> gen() {
    return rc::gen::map(letters({"a", "/", ".", "%2", "0", "\u00e9", "\xff", "\x80", "\xc3"}),
                        [](const std::string& bytes) { return std::filesystem::path(bytes); });
  }
};
template <class Rep, class Period>
struct Any<std::chrono::duration<Rep, Period>> {
  static auto gen() {
    return rc::gen::map(any<Rep>(),
                        [](Rep count) { return std::chrono::duration<Rep, Period>(count); });
  }
};
template <class D>
struct Any<std::chrono::sys_time<D>> {
  static auto gen() {
    return rc::gen::map(any<D>(), [](D since) { return std::chrono::sys_time<D>(since); });
  }
};
template <class T>
struct Any<std::optional<T>> {
  static rc::Gen<std::optional<T>> gen() {
    return rc::gen::oneOf(rc::gen::just(std::optional<T>()),
                          rc::gen::map(any<T>(), [](T value) { return std::optional(value); }));
  }
};
template <>
struct Any<std::monostate> {
  static auto gen() { return rc::gen::just(std::monostate()); }
};
template <class... T>
struct Any<std::variant<T...>> {
  static rc::Gen<std::variant<T...>> gen() {
    return rc::gen::oneOf(
        rc::gen::map(any<T>(), [](T value) { return std::variant<T...>(std::move(value)); })...);
  }
};
template <class... T>
struct Any<std::tuple<T...>> {
  static auto gen() { return rc::gen::tuple(any<T>()...); }
};
template <class A, class B>
struct Any<std::pair<A, B>> {
  static auto gen() { return rc::gen::pair(any<A>(), any<B>()); }
};
template <class T>
struct Any<std::vector<T>> {
  static auto gen() { return rc::gen::container<std::vector<T>>(any<T>()); }
};
template <class T>
struct Any<std::set<T>> {
  static auto gen() { return rc::gen::container<std::set<T>>(any<T>()); }
};
template <class T, std::size_t N>
struct Any<std::array<T, N>> {
  static auto gen() {
    return rc::gen::map(rc::gen::container<std::vector<T>>(N, any<T>()), [](std::vector<T> items) {
      std::array<T, N> all{};
      std::move(items.begin(), items.end(), all.begin());
      return all;
    });
  }
};
template <class K, class V>
struct Any<std::map<K, V>> {
  static auto gen() { return rc::gen::container<std::map<K, V>>(any<K>(), any<V>()); }
};
template <class V>
struct Any<std::map<std::string, V>> {
  static auto gen() {
    const auto key = rc::gen::map(letters({"a", ".", "b", " ", "\u00e9"}),
                                  [](const std::string& text) { return "k" + text; });
    return rc::gen::container<std::map<std::string, V>>(key, any<V>());
  }
};
template <>
struct Any<lab::Draft> {
  static auto gen() {
    return rc::gen::map(any<std::pair<std::int32_t, std::map<std::string, std::vector<double>>>>(),
                        [](auto parts) {
                          return lab::Draft{parts.first, std::move(parts.second)};
                        });
  }
};

// So that each run draws the same, unless it is asked for others. Nothing is nested deeply and
// wide.
template <class Property>
bool holds(const Property& property) {
  ::setenv("RC_PARAMS", "seed=7 max_success=40 max_size=7", 0);
  return rc::check(property);
}

using Nanoseconds = std::chrono::duration<std::int64_t, std::nano>;
using Samples = std::chrono::duration<std::int64_t, std::ratio<1, 48000>>;
using Points = std::vector<std::array<float, 3>>;
using Choice = std::variant<std::monostate, std::int64_t, std::string, Points, lab::Draft>;

using Scalars = std::tuple<bool, std::int8_t, std::uint64_t, double, std::string, Nanoseconds,
                           Samples, std::chrono::duration<double, std::milli>,
                           std::chrono::sys_time<Nanoseconds>, std::chrono::sys_time<Samples>,
                           std::chrono::sys_seconds, std::filesystem::path, std::optional<float>>;
using Sequences =
    std::tuple<std::vector<bool>, Points, std::vector<std::vector<std::int16_t>>,
               std::vector<std::array<std::array<std::string, 2>, 1>>, std::vector<Nanoseconds>,
               std::vector<std::filesystem::path>, std::vector<std::optional<std::string>>,
               std::set<std::int32_t>, std::array<std::vector<std::array<bool, 2>>, 2>>;
using Maps = std::tuple<std::map<std::string, std::map<std::int64_t, std::optional<Points>>>,
                        std::map<std::filesystem::path, Choice>, std::map<double, lab::Draft>,
                        std::map<std::pair<int, std::string>, std::vector<Choice>>>;

}  // namespace

TEMPLATE_TEST_CASE("values of standard types come back", "[core][objects]", Scalars, Sequences,
                   Maps) {
  const File file = File::in_memory();
  CHECK(holds([&] {
    const auto value = *any<TestType>();
    file["x"] = value;
    RC_ASSERT(file["x"].as<TestType>() == value);
  }));
}

TEST_CASE("values of standard types come back from a file that was closed", "[core][objects]") {
  using All = Maps;
  const TempDir folder;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    INFO("seed " << seed);
    const All first = any<All>()(rc::Random(seed), 6).value();
    const All second = any<All>()(rc::Random(seed + 100), 6).value();
    {
      const File file = File::open(folder / "lab.h5", "w");
      file["x"] = first;
      file["log"].require_list().append(first);
      file.commit();
      file["log"].list().append(second);
      file["x"] = second;
      file["log"].list().erase(0);
    }
    const File file = File::open(folder / "lab.h5");
    CHECK((file["x"].as<All>() == second));
    CHECK((file["log/0"].as<All>() == second));
  }
}
