// SPDX-License-Identifier: MIT
// A plugin whose features get in each other's and in test.flow's way.
//
//   rival.values      the same short name and sources as test.values
//   rival.loud        ignores case
//   rival.needs       has a required parameter, so it takes part only on request
//   rival.orphan      derives from a feature that nobody has
//   rival.grandchild  derives from that one

#include <string>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

struct Base {
  void describe(sdk::Description& file) const { file.add(sdk::Output::of<double>("one", {})); }
  void load(const sdk::Source&, sdk::Sink& sink) { sink.write_scalar(0, 1.0); }
};

struct Values : Base {
  static void declare(sdk::Declaration<Values>& feature) {
    feature.name("rival.values").summary("Ones").pattern(R"(\.values$)").pattern(R"(\.number$)");
  }
};

struct Loud : Base {
  static void declare(sdk::Declaration<Loud>& feature) {
    feature.name("rival.loud").summary("Any case").pattern(R"(\.loud$)").ignore_case();
  }
};

struct Needs : Base {
  std::int64_t size = 0;
  static void declare(sdk::Declaration<Needs>& feature) {
    feature.name("rival.needs").summary("Must be told").pattern(R"(\.needs$)");
    feature.parameter("size", &Needs::size, "how large").required();
  }
};

struct Orphan : Base {
  static void declare(sdk::Declaration<Orphan>& feature) {
    feature.name("rival.orphan").summary("Has no input").derived_from("rival.missing");
  }
};

struct Grandchild : Base {
  static void declare(sdk::Declaration<Grandchild>& feature) {
    feature.name("rival.grandchild").summary("Nor this").derived_from("rival.orphan");
  }
};

}  // namespace

// The grandchild stands first, so that one pass over the features doesn't find it.
SHEAF_PLUGIN("test.rival", "0.9.0", "MIT", "Gets in the way", Grandchild, Orphan, Values, Loud,
             Needs);
