// SPDX-License-Identifier: MIT
// Everything a plugin can do wrong, on demand: the first line of a source says what.
//
//   test.fault   int32 rows of two; "ok 3" gives three of them
//   test.text    strings
//   test.shape   float32 rows of one axis that the first source fixes
//   test.pair    two outputs, reserved together and committed in part
//   test.fickle  opt-in: every instance describes something else

#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

std::string content(const sdk::Source& source) {
  const auto bytes = source.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

using Act = std::function<sdk::Result(sdk::Sink&)>;
using Acts = std::map<std::string, Act, std::less<>>;
constexpr sdk::Result ok = sdk::Result::Ok;

std::span<std::int32_t> reserve(sdk::Sink& sink, std::int64_t rows, const sdk::Shape& shape = {2}) {
  return sink.reserve<std::int32_t>(0, rows, shape);
}

void fill(sdk::Sink& sink, std::int64_t rows) {
  const std::span<std::int32_t> slot = reserve(sink, rows);
  for (std::size_t i = 0; i < slot.size(); ++i) slot[i] = static_cast<std::int32_t>(i);
  sink.commit(0, rows);
}

// Ways to end.
const Acts& endings() {
  static const Acts acts{
      {"throw", [](sdk::Sink&) -> sdk::Result { throw std::runtime_error("thrown"); }},
      {"throw-int", [](sdk::Sink&) -> sdk::Result { throw 7; }},
      {"source-error", [](sdk::Sink&) -> sdk::Result { throw sdk::Error("bad source"); }},
      {"plugin-error", [](sdk::Sink&) -> sdk::Result { throw sdk::PluginError("broken"); }},
      {"fatal", [](sdk::Sink&) -> sdk::Result { throw sdk::FatalError("the end"); }},
      {"skip", [](sdk::Sink& to) { return fill(to, 2), sdk::Result::Skip; }},
      {"empty", [](sdk::Sink&) { return sdk::Result::Empty; }},
      {"empty-with-rows", [](sdk::Sink& to) { return fill(to, 2), sdk::Result::Empty; }},
      {"bad-status", [](sdk::Sink&) { return static_cast<sdk::Result>(99); }},
      {"no-message", [](sdk::Sink&) { return static_cast<sdk::Result>(SHEAF_ERR_SOURCE); }},
      {"no-commit", [](sdk::Sink& to) { return reserve(to, 2), ok; }},
  };
  return acts;
}

// Ways to misuse the sink.
const Acts& misuses() {
  static const Acts acts{
      {"double-commit", [](sdk::Sink& to) { return fill(to, 1), to.commit(0, 1), ok; }},
      {"commit-more", [](sdk::Sink& to) { return reserve(to, 2), to.commit(0, 3), ok; }},
      {"commit-negative", [](sdk::Sink& to) { return reserve(to, 2), to.commit(0, -1), ok; }},
      {"reserve-huge", [](sdk::Sink& to) { return reserve(to, std::int64_t{1} << 61U), ok; }},
      {"reserve-large", [](sdk::Sink& to) { return reserve(to, std::int64_t{1} << 40U), ok; }},
      {"reserve-negative", [](sdk::Sink& to) { return reserve(to, -1), ok; }},
      {"reserve-often",
       [](sdk::Sink& to) {
         for (int i = 0; i < 100; ++i) reserve(to, 1 << 20);
         return ok;
       }},
      {"wrong-shape", [](sdk::Sink& to) { return reserve(to, 2, {3}), ok; }},
      {"wrong-axes",
       [](sdk::Sink& to) {
         return reserve(to, 2, {2, 1}), ok;
       }},
      {"unknown-output", [](sdk::Sink& to) { return to.commit(7, 0), ok; }},
  };
  return acts;
}

class Fault {
 public:
  static void declare(sdk::Declaration<Fault>& feature) {
    feature.name("test.fault").summary("Does what the source says").pattern(R"(\.fault$)");
    feature.wants_bytes();
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int32_t>("rows", {2}));
  }
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) {
    const std::string text = content(source);
    if (text.starts_with("ok ")) return fill(sink, std::stoi(text.substr(3))), ok;
    for (const Acts* acts : {&endings(), &misuses()}) {
      if (const auto act = acts->find(text); act != acts->end()) return act->second(sink);
    }
    throw sdk::Error("no such act: " + text);
  }
};

class Text {
 public:
  static void declare(sdk::Declaration<Text>& feature) {
    feature.name("test.text").summary("Strings").pattern(R"(\.text$)").wants_bytes();
  }
  void describe(sdk::Description& file) const { file.add(sdk::Output::strings("text")); }
  void load(const sdk::Source& source, sdk::Sink& sink) {
    const std::string text = content(source);
    if (text == "bad-utf8") return sink.write_string(0, "\xC3\x28");
    if (text == "zero-byte") return sink.write_string(0, std::string_view("a\0b", 3));
    if (text == "bad-offsets") return strings(sink, {0, 9, 4});
    if (text == "backwards") return strings(sink, {0, 3, 1});
    if (text == "in-part") return strings(sink, {0, 2, 4}, 1);
    if (text == "huge") return void(sink.reserve_slot(0, 1, {}, ~std::uint64_t{0}));
    if (text == "two") return strings(sink, {0, 1, 4});
    sink.write_string(0, text);
  }

 private:
  static void strings(sdk::Sink& sink, const std::vector<std::int64_t>& offsets,
                      std::int64_t committed = 2) {
    const sheaf_slot slot = sink.reserve_slot(0, 2, {}, 4);
    std::memcpy(slot.data, "abcd", 4);
    std::copy(offsets.begin(), offsets.end(), slot.offsets);
    sink.commit(0, committed);
  }
};

class Shaped {
 public:
  static void declare(sdk::Declaration<Shaped>& feature) {
    feature.name("test.shape").summary("Rows as wide as the source").pattern(R"(\.shape$)");
    feature.wants_bytes();
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<float>("shape", {sdk::per_source}));
  }
  void load(const sdk::Source& source, sdk::Sink& sink) {
    const std::string text = content(source);
    const std::vector<float> row(text.size(), static_cast<float>(text.size()));
    const sdk::Shape shape{static_cast<std::int64_t>(row.size())};
    sink.write<float>(0, row, 1, shape);
    if (text.ends_with("fail")) throw sdk::Error("failed after its rows");
  }
};

class Pair {
 public:
  static void declare(sdk::Declaration<Pair>& feature) {
    feature.name("test.pair").summary("Two outputs at a time").pattern(R"(\.pair$)");
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int64_t>("left", {}));
    file.add(sdk::Output::of<std::int64_t>("right", {}));
  }
  void load(const sdk::Source&, sdk::Sink& sink) {
    const std::span<std::int64_t> left = sink.reserve<std::int64_t>(0, 100);
    const std::span<std::int64_t> right = sink.reserve<std::int64_t>(1, 100);
    std::fill(left.begin(), left.end(), 1);
    sink.commit(0, 10);  // much less than was reserved, while `right` is still to be filled
    const std::span<std::int64_t> more = sink.reserve<std::int64_t>(0, 100);
    std::fill(right.begin(), right.end(), 2);
    std::fill(more.begin(), more.end(), 3);
    sink.commit(1, 100);
    sink.commit(0, 100);
  }
};

class Fickle {
 public:
  static void declare(sdk::Declaration<Fickle>& feature) {
    feature.name("test.fickle").summary("Changes its mind").pattern(R"(\.fault$)").opt_in();
  }
  void describe(sdk::Description& file) const {
    static int count = 0;
    file.add(sdk::Output::of<double>("fickle", {}));
    file.attr("number", ++count);
  }
  void load(const sdk::Source&, sdk::Sink&) {}
};

}  // namespace

SHEAF_PLUGIN("test.fault", "1.0.0", "MIT", "Misbehaves on demand", Fault, Text, Shaped, Pair,
             Fickle);
