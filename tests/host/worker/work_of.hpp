// SPDX-License-Identifier: MIT
#pragma once
// Work without plugins, for the parts of the host that only look at it.

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "host/ingest/work.hpp"
#include "host/plugin/catalog.hpp"

namespace sheaf::test {

// `sources` sources "s0", "s1" …, each claimed by all of `features` features "f0", "f1" …
struct WorkOf {
  // `odd`: the path of one more source, which only the first feature claims.
  WorkOf(std::size_t sources, std::size_t features, const std::string& odd = {}) {
    std::vector<std::uint32_t> claims;
    for (std::size_t i = 0; i < features; ++i) {
      const std::string& name = names.emplace_back("test.f" + std::to_string(i));
      sheaf_feature& descriptor = descriptors.emplace_back();
      descriptor.struct_size = sizeof(sheaf_feature);
      descriptor.name = {name.data(), name.size()};
      work.features.emplace_back().feature =
          &declared.emplace_back(host::plugin::Feature{&descriptor, nullptr});
      claims.push_back(static_cast<std::uint32_t>(i));
    }
    for (std::size_t i = 0; i < sources; ++i) {
      const std::string name = "s" + std::to_string(i);
      work.sources.add({name, "/in/" + name, 1, 1}, claims);
    }
    if (!odd.empty()) work.sources.add({"odd", odd, 1, 1}, {0});
    work.sources.close();
  }
  std::deque<std::string> names;
  std::deque<sheaf_feature> descriptors;
  std::deque<host::plugin::Feature> declared;
  host::Work work;
};

}  // namespace sheaf::test
