// SPDX-License-Identifier: MIT
#include "host/nearest.hpp"

#include <catch2/catch.hpp>

using sheaf::host::did_you_mean;

TEST_CASE("a slip of the pen finds the name it was meant for", "[host][nearest]") {
  const std::vector<std::string> known{"workers", "sources", "output", "image"};
  CHECK(did_you_mean("worker", known) == "; did you mean 'workers'?");
  CHECK(did_you_mean("imaje", known) == "; did you mean 'image'?");
  CHECK(did_you_mean("iamge", known) == "; did you mean 'image'?");
  CHECK(did_you_mean("ouptut", known) == "; did you mean 'output'?");
}

TEST_CASE("what is near nothing is left alone", "[host][nearest]") {
  const std::vector<std::string> known{"as", "fit", "image"};
  CHECK(did_you_mean("spectrogram", known).empty());
  CHECK(did_you_mean("x", known).empty());
  CHECK(did_you_mean("", known).empty());
  CHECK(did_you_mean("image", {}).empty());
  CHECK(did_you_mean(std::string(100'000, 'a'), known).empty());
}
