// SPDX-License-Identifier: MIT
// A file such as AnnData's, with thousands of groups in each other: what isn't asked for isn't
// read.
#include <fstream>

#include <catch2/catch.hpp>

#include "core/objects/file.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
namespace fs = std::filesystem;

namespace {

// By read() and pread(), of this process, so far.
std::int64_t bytes_read() {
  std::ifstream counters("/proc/self/io");
  std::string name;
  std::int64_t bytes = -1;
  counters >> name >> bytes;
  return name == "rchar:" ? bytes : -1;
}

template <class Step>
std::int64_t bytes_read_by(const Step& step) {
  const std::int64_t before = bytes_read();
  step();
  return bytes_read() - before;
}

fs::path made_in(const TempDir& folder) {
  const fs::path path = folder / "cells.h5ad";
  const ProcessResult made =
      run_python(fs::path(__FILE__).parent_path() / "anndata.py", {path.string()});
  INFO(made.err);
  REQUIRE(made.ok());
  return path;
}

std::string below(int levels) {
  std::string path = "uns/deep";
  for (int level = 0; level < levels; ++level) path += "/below";
  return path;
}

}  // namespace

TEST_CASE("of a file with thousands of groups only what is asked for is read",
          "[core][objects][anndata]") {
  const TempDir folder;
  const fs::path path = made_in(folder);
  REQUIRE(fs::file_size(path) > std::size_t{12} << 20U);
  if (bytes_read() < 0) {
    WARN("skipped: this system doesn't count what is read");
    return;
  }
  std::optional<File> file;
  CHECK(bytes_read_by([&] { file = File::open(path); }) < 16 << 10);
  CHECK(bytes_read_by([&] { CHECK(file->root().keys().size() == 6); }) < 64 << 10);
  // Where the first and last elements of arrays are shown, HDF5 reads 64 KiB around each.
  CHECK(bytes_read_by([&] {
          std::ostringstream out;
          out << file->root() << (*file)["X"].dict();
        }) < 256 << 10);
  // Six of the names of 20,000 cells: HDF5 reads the heap that they lie in as a whole.
  CHECK(bytes_read_by([&] {
          std::ostringstream out;
          out << (*file)["obs"].dict();
        }) < 1 << 20);
  CHECK(bytes_read_by([&] {
          const Item leaf = (*file)[below(20) + "/leaf7/value"];
          CHECK(leaf.as<int>() == 2007);
        }) < 128 << 10);
  // A slice of one array.
  CHECK(bytes_read_by([&] {
          const Value row = (*file)["obsm/X_pca"].array().read({19999, 0}, {1, 50});
          CHECK(row.shape == Shape{1, 50});
        }) < 16 << 10);
}

TEST_CASE("frames, categories and sparse matrices of AnnData are dictionaries",
          "[core][objects][anndata]") {
  const TempDir folder;
  const File file = File::open(made_in(folder));
  CHECK(file.attrs().get<std::string>("encoding-type") == "anndata");
  const Dict obs = file["obs"].dict();
  CHECK(obs.keys() == std::vector<std::string>{"_index", "size", "kind"});
  CHECK(obs.attrs().get<std::vector<std::string>>("column-order") ==
        std::vector<std::string>{"size", "kind"});
  CHECK(obs["_index"].as<std::vector<std::string>>()[19999] == "cell19999");
  CHECK_FALSE(obs["kind"].attrs().get<bool>("ordered"));
  CHECK(obs["kind/categories"].as<std::vector<std::string>>()[2] == "T cell");
  CHECK(obs["kind/codes"].as<std::vector<std::int8_t>>()[4] == 1);
  const Dict counts = file["layers/counts"].dict();
  CHECK(counts.attrs().get<std::vector<std::int64_t>>("shape") ==
        std::vector<std::int64_t>{20000, 300});
  CHECK(counts["indptr"].as<std::vector<int>>()[20000] == 400000);
  CHECK(counts["data"].as<std::vector<float>>()[399999] == 399999);
  int groups = 0;
  int wrong = 0;
  for (int level = 0; level < 50; ++level) {
    file[below(level)].dict().for_each([&](const std::string& key, const Item& item) {
      if (item.attrs().get<std::string>("encoding-type") != "dict") ++wrong;
      if (key == "below") return true;
      if (item["value"].as<int>() != groups) ++wrong;
      ++groups;
      return true;
    });
  }
  CHECK(groups == 5000);
  CHECK(wrong == 0);
}
