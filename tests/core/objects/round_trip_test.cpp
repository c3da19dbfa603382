// SPDX-License-Identifier: MIT
// Values of composed standard types drawn at random: what is read is what was written.
// RC_PARAMS="max_success=10000 seed=1" draws more, or others (RapidCheck's documentation).
#include <cmath>
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

// What values are made of. Where a test fails, fewer and smaller bytes are tried: smaller values.
class Entropy {
 public:
  explicit Entropy(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  // Less than `end`; 0 when there is nothing left.
  std::size_t below(std::size_t end) { return next() % end; }
  // Of any magnitude.
  std::uint64_t number() {
    std::uint64_t number = 0;
    for (std::size_t left = below(9); left > 0; --left) number = number << 8U | next();
    return number;
  }

 private:
  std::uint8_t next() { return at_ < bytes_.size() ? bytes_[at_++] : std::uint8_t{0}; }

  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

constexpr std::size_t most_items = 5;  // nothing is nested deeply and wide

std::string letters(Entropy& from, const std::vector<std::string>& which) {
  std::string text;
  for (std::size_t left = from.below(8); left > 0; --left) text += which[from.below(which.size())];
  return text;
}

template <class T>
struct Any {  // numbers
  static T draw(Entropy& from) {
    const auto number = static_cast<std::int64_t>(from.number());
    if constexpr (!std::is_floating_point_v<T>) return static_cast<T>(number);
    return static_cast<T>(
        std::ldexp(static_cast<double>(number), -static_cast<int>(from.below(90))));
  }
};
template <class T>
T any(Entropy& from) {
  return Any<T>::draw(from);
}
template <class Items>
Items items(Entropy& from) {
  Items all;
  for (std::size_t left = from.below(most_items); left > 0; --left) {
    all.insert(all.end(), any<typename Items::value_type>(from));
  }
  return all;
}

template <>
struct Any<bool> {
  static bool draw(Entropy& from) { return from.below(2) == 1; }
};
template <>
struct Any<std::string> {
  static std::string draw(Entropy& from) {
    return letters(from,
                   {"a", "Z", "0", " ", "/", "'", "\n", "%", "\u00e9", "\u96ea", "\U0001f600"});
  }
};
template <>
struct Any<std::filesystem::path> {
  static std::filesystem::path draw(Entropy& from) {
    return letters(from, {"a", "/", ".", "%2", "0", "\u00e9", "\xff", "\x80", "\xc3"});
  }
};
template <class Rep, class Period>
struct Any<std::chrono::duration<Rep, Period>> {
  static auto draw(Entropy& from) { return std::chrono::duration<Rep, Period>(any<Rep>(from)); }
};
template <class D>
struct Any<std::chrono::sys_time<D>> {
  static auto draw(Entropy& from) { return std::chrono::sys_time<D>(any<D>(from)); }
};
template <class T>
struct Any<std::optional<T>> {
  static std::optional<T> draw(Entropy& from) {
    return any<bool>(from) ? std::optional(any<T>(from)) : std::nullopt;
  }
};
template <>
struct Any<std::monostate> {
  static std::monostate draw(Entropy&) { return {}; }
};
template <class... T>
struct Any<std::variant<T...>> {
  static auto draw(Entropy& from) {
    using Variant = std::variant<T...>;
    Variant (*const draws[])(Entropy&) = {[](Entropy& of) { return Variant(any<T>(of)); }...};
    return draws[from.below(sizeof...(T))](from);
  }
};
template <class... T>
struct Any<std::tuple<T...>> {
  static auto draw(Entropy& from) { return std::tuple<T...>{any<T>(from)...}; }  // in order
};
template <class A, class B>
struct Any<std::pair<A, B>> {
  static auto draw(Entropy& from) {
    return std::pair<std::remove_const_t<A>, B>{any<std::remove_const_t<A>>(from), any<B>(from)};
  }
};
template <class T>
struct Any<std::vector<T>> {
  static auto draw(Entropy& from) { return items<std::vector<T>>(from); }
};
template <class T>
struct Any<std::set<T>> {
  static auto draw(Entropy& from) { return items<std::set<T>>(from); }
};
template <class T, std::size_t N>
struct Any<std::array<T, N>> {
  static auto draw(Entropy& from) {
    std::array<T, N> all{};
    for (T& item : all) item = any<T>(from);
    return all;
  }
};
template <class K, class V>
struct Any<std::map<K, V>> {
  static auto draw(Entropy& from) { return items<std::map<K, V>>(from); }
};
template <class V>
struct Any<std::map<std::string, V>> {
  static auto draw(Entropy& from) {
    std::map<std::string, V> all;
    for (std::size_t left = from.below(most_items); left > 0; --left) {
      std::string key = "k" + letters(from, {"a", ".", "b", " ", "\u00e9"});
      all.emplace(std::move(key), any<V>(from));
    }
    return all;
  }
};
template <>
struct Any<lab::Draft> {
  static lab::Draft draw(Entropy& from) {
    const auto number = any<std::int32_t>(from);
    return {number, any<std::map<std::string, std::vector<double>>>(from)};
  }
};

rc::Gen<std::vector<std::uint8_t>> bytes() {
  return rc::gen::resize(2000, rc::gen::arbitrary<std::vector<std::uint8_t>>());
}

// So that each run draws the same, unless it is asked for others.
template <class Property>
bool holds(const Property& property) {
  ::setenv("RC_PARAMS", "seed=7 max_success=40", 0);
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
    Entropy entropy(*bytes());
    const auto value = any<TestType>(entropy);
    file["x"] = value;
    RC_ASSERT(file["x"].as<TestType>() == value);
  }));
}

TEST_CASE("values of standard types come back from a file that was closed", "[core][objects]") {
  using All = Maps;
  const TempDir folder;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    INFO("seed " << seed);
    Entropy entropy(bytes()(rc::Random(seed), 0).value());
    const All first = any<All>(entropy);
    const All second = any<All>(entropy);
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
