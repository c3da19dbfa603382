// SPDX-License-Identifier: MIT
// A plugin of the façade, compiled against the next minor, one of whose flags it sets; with
// NEXT_INSISTS it makes no sense without.
#include <cstdint>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

class Ones {
 public:
  static void declare(sdk::Declaration<Ones>& feature) {
    feature.name("next.ones").summary("A one").pattern(R"(\.next$)").next();
#ifdef NEXT_INSISTS
    feature.needs_abi_minor(1);
#endif
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int64_t>("ones", {}));
    file.attr("host_minor", std::int64_t{file.abi_minor()});
  }
  void load(const sdk::Source&, sdk::Sink& sink) { sink.write_scalar(0, std::int64_t{1}); }
};

}  // namespace

SHEAF_PLUGIN("next.facade", "1.0.0", "MIT", "Of the next minor", Ones);
