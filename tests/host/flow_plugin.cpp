// SPDX-License-Identifier: MIT
// A well-behaved plugin that goes every way through the host.
//
//   test.values   numbers of a text file, streamed in small slots; `finish` sums them up
//   test.mean     derived: the mean of each source's values
//   test.spread   derived from a derived one
//   test.width    derived from test.shape of another plugin
//   test.once     exclusive: notices when it is called from two threads at a time
//   test.told     opt-in: what the survey agreed on
//   test.tag      companion: the id of any source
//   test.loop_a, test.loop_b   opt-in: each derives from the other
//   test.loop_c, test.loop_d   opt-in: derives from loop_a; derives from itself

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

// Numbers separated by blanks; "bad" is none, "repeat 5" is 0 1 2 3 4.
void read_numbers(const sdk::Source& source, const std::function<void(double)>& sink) {
  const auto bytes = source.bytes();
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \n", at)) != std::string::npos) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end;
    if (word == "bad") throw sdk::Error("a bad number");
    if (word == "repeat") {
      const long count = std::atol(text.c_str() + at);
      for (long i = 0; i < count; ++i) sink(static_cast<double>(i));
      at = std::min(text.find_first_of(" \n", at + 1), text.size());
    } else {
      sink(std::stod(word));
    }
  }
}

// Streams numbers through slots of `slot` rows.
void stream(const sdk::Source& source, sdk::Sink& sink, std::int64_t slot_rows) {
  std::span<double> slot;
  std::int64_t filled = 0;
  read_numbers(source, [&](double number) {
    if (slot.empty()) slot = sink.reserve<double>(0, slot_rows);
    slot[static_cast<std::size_t>(filled++)] = number;
    if (filled < slot_rows) return;
    sink.commit(0, filled);
    slot = {};
    filled = 0;
  });
  if (!slot.empty()) sink.commit(0, filled);
}

class Values {
 public:
  static void declare(sdk::Declaration<Values>& feature) {
    feature.name("test.values").summary("Numbers").pattern(R"(\.values$)").wants_bytes();
    feature.parameter("slot", &Values::slot_, "rows a slot").range(1, 1e6);
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<double>("values", {}));
    file.attr("kind", "numbers");
  }
  void load(const sdk::Source& source, sdk::Sink& sink) { stream(source, sink, slot_); }
  void finish(const sdk::Rows& rows) {
    std::vector<double> all(static_cast<std::size_t>(rows.count(0)));
    rows.read<double>(0, 0, rows.count(0), all);
    rows.attr("sum", std::accumulate(all.begin(), all.end(), 0.0));
  }

 private:
  std::int64_t slot_ = 100;
};

class Mean {
 public:
  static void declare(sdk::Declaration<Mean>& feature) {
    feature.name("test.mean").summary("Their mean").derived_from("test.values");
    feature.parameter("factors", &Mean::factors_, "that nobody uses").range(0, 9);
  }
  void survey(const sdk::Survey& survey) {
    const sheaf_output& output = survey.input().output();
    of_ = std::string(survey.input().attr("kind")->strings()[0]) + " of " +
          std::to_string(output.dtype.bits) + " bits";
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<double>("mean", {}));
    file.attr("of", of_);
    file.attr("factors", factors_);
  }
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) {
    const std::span<const double> rows = source.input().elements<double>();
    if (rows.empty()) return sdk::Result::Empty;
    sink.write_scalar(0, std::accumulate(rows.begin(), rows.end(), 0.0) / double(rows.size()));
    return sdk::Result::Ok;
  }

 private:
  std::string of_;
  std::vector<double> factors_{0.5, 2};
};

class Spread {
 public:
  static void declare(sdk::Declaration<Spread>& feature) {
    feature.name("test.spread").summary("Twice the mean").derived_from("test.mean");
  }
  void describe(sdk::Description& file) const { file.add(sdk::Output::of<double>("spread", {})); }
  void load(const sdk::Source& source, sdk::Sink& sink) {
    for (const double mean : source.input().elements<double>()) sink.write_scalar(0, 2 * mean);
  }
};

class Width {
 public:
  static void declare(sdk::Declaration<Width>& feature) {
    feature.name("test.width").summary("How wide").derived_from("test.shape");
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int64_t>("width", {}));
  }
  void load(const sdk::Source& source, sdk::Sink& sink) {
    sink.write_scalar(0, source.input().shape()[1]);
  }
};

class Once {
 public:
  static void declare(sdk::Declaration<Once>& feature) {
    feature.name("test.once").summary("One at a time").pattern(R"(\.once$)").wants_bytes();
    feature.exclusive();
  }
  Once() { ++instances(); }
  ~Once() { --instances(); }
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  void describe(sdk::Description& file) const { file.add(sdk::Output::of<double>("once", {})); }
  void load(const sdk::Source& source, sdk::Sink& sink) {
    if (inside_.exchange(true)) throw sdk::PluginError("called by two threads at a time");
    if (instances() > 1) throw sdk::PluginError("there is a second instance");
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    stream(source, sink, 50);
    inside_ = false;
  }

 private:
  static std::atomic<int>& instances() {
    static std::atomic<int> count = 0;
    return count;
  }
  std::atomic<bool> inside_ = false;
};

class Told {
 public:
  static void declare(sdk::Declaration<Told>& feature) {
    feature.name("test.told").summary("What was agreed on").pattern(R"(\.values$)").opt_in();
  }
  void survey(const sdk::Survey& sources) {
    if (sources.is_first()) {
      agreed_ = std::to_string(sources.size());
      for (std::size_t i = 0; i < sources.size(); ++i) {
        agreed_ += " " + std::string(sources[i].id());
        if (!sources[i].uri().empty()) throw sdk::PluginError("a uri in survey");
      }
      sources.agree(agreed_);
    } else {
      agreed_ = sources.agreed();
    }
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::strings("told"));
    file.attr("agreed", agreed_);
  }
  void load(const sdk::Source&, sdk::Sink& sink) { sink.write_string(0, agreed_); }

 private:
  std::string agreed_;
};

class Tag {
 public:
  static void declare(sdk::Declaration<Tag>& feature) {
    feature.name("test.tag").summary("The id").pattern(".").companion();
  }
  void describe(sdk::Description& file) const { file.add(sdk::Output::strings("tag")); }
  void load(const sdk::Source& source, sdk::Sink& sink) { sink.write_string(0, source.id()); }
};

template <char Name, char Input>
class Loop {
 public:
  static void declare(sdk::Declaration<Loop>& feature) {
    feature.name(std::string("test.loop_") + Name).summary("Half of a cycle").opt_in();
    feature.derived_from(std::string("test.loop_") + Input);
  }
  void describe(sdk::Description& file) const { file.add(sdk::Output::of<double>("loop", {})); }
  void load(const sdk::Source&, sdk::Sink&) {}
};
using LoopA = Loop<'a', 'b'>;
using LoopB = Loop<'b', 'a'>;
using LoopC = Loop<'c', 'a'>;  // behind the cycle, not in it
using LoopD = Loop<'d', 'd'>;

}  // namespace

SHEAF_PLUGIN("test.flow", "1.2.3", "MIT", "Goes every way through the host", Values, Mean, Spread,
             Width, Once, Told, Tag, LoopA, LoopB, LoopC, LoopD);
