// SPDX-License-Identifier: MIT
#pragma once
// A file that extend_plugin.cpp's feature wrote, in a world with that plugin alone.
//
//   Clinic here;                       // a.num: 1, 2, 3 and "one"; b.num: 40; c.num: "word" only
//   here.source("a.num")               // its rows
//   here.feature                       // test.numbers, scanned in a worker
//
// Threads: one. Failure: as the host's.

#include <memory>
#include <string>

#include "host/extend/extensions.hpp"
#include "tests/host/world.hpp"

namespace sheaf::test {

struct Clinic {
  explicit Clinic(Run run = Run::Workers) : world({"extend"}, run) {
    world.source("a.num", "1\n2\n3\none\n");
    world.source("b.num", "40\n");
    world.source("c.num", "word\n");
    world.ingest("numbers");
    stored = std::make_unique<host::extend::StoredFeature>(
        host::extend::StoredFeature::open(world.out(), "numbers"));
    feature = &stored->feature(world.catalog(), host::plugin::methods_of, "methods");
  }
  [[nodiscard]] std::unique_ptr<host::extend::StoredSource> source(const std::string& id) const {
    return stored->source(id);
  }

  World world;
  std::unique_ptr<host::extend::StoredFeature> stored;
  const host::plugin::Feature* feature = nullptr;
};

}  // namespace sheaf::test
