// SPDX-License-Identifier: MIT
// Loads the answer of a library that travels with it.
#include <cstdint>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

long lab_answer();

namespace {

struct Helped {
  static void declare(sdk::Declaration<Helped>& feature) {
    feature.name("lab.helped").summary("The answer").pattern(".");
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int64_t>("answer", {}));
  }
  void load(const sdk::Source&, sdk::Sink& sink) const {
    sink.write_scalar<std::int64_t>(0, lab_answer());
  }
};

}  // namespace

SHEAF_PLUGIN("lab.helped", "1.0.0", "MIT", "For the tests", Helped);
