// SPDX-License-Identifier: MIT
// Sources that are damaged, cut, something else altogether, or gone.
#include "host/conformance/hostile.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/conformance/names.hpp"
#include "host/conformance/tests.hpp"
#include "host/conformance/trial.hpp"

namespace sheaf::host::conformance {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_models = 3;  // good sources that others are made from
constexpr std::size_t largest_model = std::size_t{8} << 20U;
constexpr std::chrono::seconds longest{20};

// A text file and the beginning of a picture: what a renamed file may be.
const Hostile foreign[] = {
    {"really a text", "This is not the file\nyou are looking for.\n"},
    {"really a PNG", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0\0\0", 29)}};

class Attack {
 public:
  explicit Attack(Trial& trial) : trial_(trial) {}

  void run() {
    if (trial_.feature().descriptor->input.size > 0) return attack_rows();
    const std::vector<Sample> models = trial_.samples();
    std::size_t seed = trial_.task().seed;
    const std::string name =
        models.empty() ? made_up_name(*trial_.feature().descriptor) : models.front().id;
    if (name.empty()) return trial_.note("not tried: no name for a source could be made up");
    for (const Hostile& hostile : noise(seed)) attack(name, hostile);
    for (const Hostile& hostile : foreign) attack(name, hostile);
    attack_missing(name);
    for (std::size_t i = 0; i < std::min(models.size(), most_models); ++i) {
      const std::string good = content(models[i].path);
      for (const Hostile& hostile : damaged(good, ++seed)) attack(models[i].id, hostile);
      const Sample& other = models[(i + 1) % models.size()];
      if (i + 1 != models.size() || models.size() > 1) {
        attack(models[i].id, {fmt::format("really '{}'", other.id), content(other.path)});
      }
    }
    check_unharmed();
  }

 private:
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    bytes.resize(std::min(bytes.size(), largest_model));
    return bytes;
  }

  // Opened when the first case is really tried.
  Actor& actor() {
    if (!actor_) actor_ = trial_.actor();
    return *actor_;
  }

  [[nodiscard]] bool enter(const std::string& id, const std::string& what) {
    if (Clock::now() - began_ > longest) {
      if (!std::exchange(is_late_, true)) trial_.note("slow: not all damaged sources were tried");
      return false;
    }
    return trial_.enter(fmt::format("loading '{}' ({})", id, what));
  }

  void attack(const std::string& id, const Hostile& hostile) {
    if (!enter(id, hostile.what)) return;
    const fs::path file = trial_.folder() / fs::path(id).filename();
    std::ofstream(file, std::ios::binary) << hostile.bytes;
    judge(id, hostile.what, actor().load(Given{id, file.string(), {}}));
  }

  // Gone between the walk and the load.
  void attack_missing(const std::string& id) {
    if (!enter(id, "not there any more")) return;
    judge(id, "not there any more",
          actor().load(Given{id, (trial_.folder() / "gone").string(), {}}));
  }

  void attack_rows() {
    std::uint64_t seed = trial_.task().seed;
    for (const Sample& sample : trial_.samples()) {
      for (HostileRows& hostile : odd_rows(sample.inputs, ++seed)) {
        if (!enter(sample.id, hostile.what)) continue;
        judge(sample.id, hostile.what,
              actor().load(Given{sample.id, sample.path, std::move(hostile.rows)}));
      }
    }
    check_unharmed();
  }

  void judge(const std::string& id, const std::string& what, const Loaded& loaded) {
    const plugin::Outcome& outcome = loaded.outcome;
    const std::string source = fmt::format("'{}' ({})", id, what);
    for (const Breach& breach : loaded.breaches) {
      if (!breach.is_excusable)
        trial_.error(fmt::format("loading {} it {}", source, breach.message));
    }
    if (outcome.status < SHEAF_ERR_SOURCE) {
      trial_.error(fmt::format("loading {} comes to {}: one bad source would cost all others",
                               source, shown(outcome)),
                   "return SHEAF_ERR_SOURCE for a source that is bad");
    } else if (outcome.is_error() && outcome.message.empty()) {
      trial_.warning(fmt::format("refuses {} without saying why", source),
                     "return call->fail(call, SHEAF_ERR_SOURCE, message)");
    }
  }

  // What is good loads as it did before, in the instance that saw all this.
  void check_unharmed() {
    if (!actor_ || trial_.is_exclusive()) return;
    for (const Sample& sample : trial_.samples()) {
      if (!trial_.enter(fmt::format("loading '{}', which is good", sample.id))) continue;
      const Loaded after = actor_->load(sample);
      const std::string how =
          difference(trial_.actor()->load(sample), after, actor_->description());
      if (how.empty()) continue;
      trial_.error(fmt::format("after bad sources the same instance loads '{}' differently: {}",
                               sample.id, how),
                   "what a load has begun ends with it, also when it fails");
    }
  }

  Trial& trial_;
  const Clock::time_point began_ = Clock::now();
  bool is_late_ = false;
  std::unique_ptr<Actor> actor_;
};

}  // namespace

void test_hostile(Trial& trial) { Attack(trial).run(); }

}  // namespace sheaf::host::conformance
