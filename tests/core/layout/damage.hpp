// SPDX-License-Identifier: MIT
#pragma once
// A file of the Writer's, and the ways that h5py_damage.py damages it.

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/layout/writer.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/process.hpp"

namespace sheaf::test {

// What h5py_damage.py expects: x is plain, z has filters and checksums, r is ragged, t are texts.
inline std::filesystem::path damageable_file(const std::filesystem::path& target) {
  layout::Writer writer = layout::Writer::create(target, true);
  writer.add_feature(feature("x", int32, {2}, {.chunk_rows = 8}));
  writer.add_feature(feature("z", float32, {5},
                             {.chunk_rows = 8,
                              .compression = layout::Compression::Deflate,
                              .shuffle = true,
                              .fletcher32 = true}));
  writer.add_feature(ragged_feature("r", float32, {-1}));
  writer.add_feature(feature("t", utf8, {}, {.chunk_rows = 4}));
  for (int source = 0; source < 10; ++source) {
    writer.begin_source({"source-" + std::to_string(source), 5, 7});
    (void)writer.append(0, 0, counting<std::int32_t>(3, {2}, source));
    (void)writer.append(1, 0, counting<float>(3, {5}, static_cast<float>(source)));
    (void)writer.append(2, 0, counting<float>(1, {source + 1}));
    (void)writer.append(3, 0, Texts(1, {}, {"text"}));
    writer.end_source();
  }
  writer.add_failure({"bad", "x", "source", "m", "p"});
  return writer.finish();
}

// Runs cases of h5py_damage.py, or of h5py_make.py: a name and a file each.
inline void run_cases(const char* script, const std::vector<std::string>& names_and_files) {
  const std::filesystem::path scripts = std::filesystem::path(__FILE__).parent_path();
  const ProcessResult result = run_python(scripts / script, names_and_files);
  if (!result.ok()) throw std::runtime_error(result.out + result.err);
}
inline void run_case(const char* script, const std::string& name, const std::string& file) {
  run_cases(script, {name, file});
}

}  // namespace sheaf::test
