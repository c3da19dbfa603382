// SPDX-License-Identifier: MIT
#pragma once
// All features of a file that is written: their outputs, and who is present in the open source.
//
// Model: every array has a cell for every source; so the arrays of an opened file that take no part
// get one for each new source as well. Failure: Error.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/layout/chunk_encoder.hpp"
#include "core/layout/output.hpp"

namespace sheaf::layout {

class FeatureTable {
 public:
  // `file` must outlive this; `target` is its name in messages, `keys` the arrays that are in it,
  // with a cell for each of so many sources.
  FeatureTable(const hdf5::File& file, std::string target, std::vector<std::string> keys,
               std::int64_t sources, unsigned encoders);

  // Throws Error (Invalid) for one that can't be added.
  void check(const FeatureSpec& spec) const;
  // `sources` is the number of those that are stored by now.
  std::size_t add(FeatureSpec spec, std::int64_t sources);
  [[nodiscard]] const std::string& path(std::size_t feature) const;
  [[nodiscard]] Output& output(std::size_t feature, std::size_t number) const;
  void set_attr(std::size_t feature, const std::string& name, const Value& value);

  void set_present(std::size_t feature, bool is_present) { at(feature).is_present = is_present; }
  void drop(std::size_t feature);
  [[nodiscard]] bool is_any_present() const;
  // Ends the open source as a new one …
  void end();
  // … or as one that is stored; absent features keep its rows unless `is_whole`.
  void replace(std::int64_t source, bool is_whole);
  void keep(const std::vector<std::int64_t>& sources);

  // Gives features that got no rows their arrays all the same.
  void settle();
  void settle(std::size_t feature);
  void flush();
  void close();
  // Paths of all groups that hold an array now.
  [[nodiscard]] std::vector<std::string> keys() const;

 private:
  struct Feature {
    std::string path;
    hdf5::Group group;
    std::vector<std::unique_ptr<Output>> outputs;
    bool is_present = false;  // in the open source
  };
  struct Bystander {
    std::string key;
    ArrayGroup array;
  };
  [[nodiscard]] Feature& at(std::size_t feature);
  [[nodiscard]] std::string describe(const std::string& path) const;
  void open_bystanders();
  void release_bystander(const std::string& path);

  const hdf5::File* file_;
  std::string target_;
  std::vector<std::string> stored_keys_;  // of arrays that aren't open yet
  std::int64_t stored_sources_;           // that they have cells for
  std::unique_ptr<ChunkEncoder> encoder_;
  std::vector<Feature> features_;
  std::vector<Bystander> bystanders_;
};

}  // namespace sheaf::layout
