// SPDX-License-Identifier: MIT
#include "host/doctor/advice.hpp"

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using namespace sheaf::host::doctor;

namespace {

MachineReport machine() {
  MachineReport machine;
  machine.cores = 2;
  machine.available = std::int64_t{8} << 30U;
  machine.copy = 10e9;
  machine.has_seccomp = machine.has_memory_files = true;
  machine.landlock_abi = 2;
  return machine;
}

// Images in chunks of 64 KiB, as sheaf writes them.
OutputReport images() {
  OutputReport output{"image", "uint8", {60000, 32, 32, 3}, {20, 32, 32, 3}};
  output.row_bytes = 3072;
  output.chunk_bytes = 61440;
  output.chunk_count = 3000;
  output.logical_bytes = output.stored_bytes = 184320000;
  output.random_bytes = 3072;
  output.sequence = 8e9;
  return output;
}

std::vector<Advice> about(OutputReport output, const MachineReport& on = machine()) {
  FileReport file{"my photos.h5", 200000000, 60000};
  file.outputs.push_back(std::move(output));
  return advise(on, file);
}

OutputReport compressed() {
  OutputReport output = images();
  output.filters = {"deflate(4)"};
  output.stored_bytes = 90000000;
  output.decode = 210e6;
  output.other_codecs = {{"gzip", 50e6, 210e6, 0.49},
                         {"zstd", 200e6, 900e6, 0.50},
                         {"lz4", 500e6, 1.9e9, 0.62},
                         {"lzf", 300e6, 500e6, 0.99}};
  return output;
}

}  // namespace

TEST_CASE("A file that reads as fast as memory gets no advice", "[host][doctor]") {
  CHECK(about(images()).empty());
  CHECK(advise(machine()).empty());
}

TEST_CASE("A slow codec is named with one that is faster, and how to change it", "[host][doctor]") {
  const auto advice = about(compressed());
  REQUIRE(advice.size() == 1);
  CHECK(advice[0].object == "image");
  CHECK_THAT(advice[0].finding, Contains("deflate(4) decode at 210 MB/s a core") &&
                                    Contains("lz4 would decode at about 1.9 GB/s") &&
                                    Contains("62 % of the raw size instead of 49 %"));
  CHECK(advice[0].remedy == "sheaf pack 'my photos.h5' -f image:compression=lz4");
}

TEST_CASE("Without a faster codec the remedy is none at all", "[host][doctor]") {
  OutputReport output = compressed();
  output.other_codecs.clear();
  const auto advice = about(output);
  REQUIRE(advice.size() == 1);
  CHECK_THAT(advice[0].remedy, Contains("compression=none"));
}

TEST_CASE("A codec that many cores make fast enough is left alone, and so is a small array",
          "[host][doctor]") {
  MachineReport large = machine();
  large.cores = 64;
  CHECK(about(compressed(), large).empty());
  OutputReport small = compressed();
  small.logical_bytes = 5000;
  CHECK(about(small).empty());
}

TEST_CASE("Large compressed chunks and tiny chunks are told apart", "[host][doctor]") {
  OutputReport large = images();
  large.filters = {"lz4"};
  large.decode = 6e9;
  large.chunks[0] = 1000;
  large.chunk_bytes = 3072000;
  const auto chunks = about(large);
  REQUIRE(chunks.size() == 1);
  CHECK_THAT(chunks[0].finding, Contains("to read 3 KiB at random, a chunk of 2.9 MiB"));
  CHECK_THAT(chunks[0].remedy, Contains("-f image:chunks=5"));
  OutputReport tiny = images();
  tiny.chunks[0] = 1;
  tiny.chunk_bytes = 3072;
  tiny.chunk_count = 60000;
  const auto rows = about(tiny);
  REQUIRE(rows.size() == 1);
  CHECK_THAT(rows[0].finding, Contains("1 row of 3 KiB a chunk: 60000 chunks"));
  CHECK_THAT(rows[0].remedy, Contains("-f image:chunks=21"));
}

TEST_CASE("What isn't in the page cache is read in, or is too large for that", "[host][doctor]") {
  FileReport file{"x.h5", 1000000000, 10};
  file.cached = 0.1;
  file.uncached = 120e6;
  const auto fits = advise(machine(), file);
  REQUIRE(fits.size() == 1);
  CHECK_THAT(fits[0].finding, Contains("10 %") && Contains("120 MB/s"));
  CHECK(fits[0].remedy == "cat x.h5 > /dev/null");
  file.bytes = std::int64_t{100} << 30U;
  CHECK_THAT(advise(machine(), file).at(0).finding, Contains("larger than the memory"));
}

TEST_CASE("What the system lacks for workers is told", "[host][doctor]") {
  MachineReport poor = machine();
  poor.has_memory_files = false;
  poor.landlock_abi = 0;
  poor.limits = {{"open files", 64}};
  CHECK(advise(poor).size() == 3);
}

TEST_CASE("Rates and sizes have three digits at most", "[host][doctor]") {
  CHECK(rate_text(1.94e9) == "1.9 GB/s");
  CHECK(rate_text(210.4e6) == "210 MB/s");
  CHECK(rate_text(999.7e6) == "1.0 GB/s");
  CHECK(rate_text(0) == "0.0 kB/s");
  CHECK(size_text(65536) == "64 KiB");
  CHECK(size_text(3072000) == "2.9 MiB");
  CHECK(size_text(12) == "12 B");
}
