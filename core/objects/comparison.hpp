// SPDX-License-Identifier: MIT
#pragma once
// The walk of compare() (difference.hpp) through two files at once.
//
//   frames_:  / ── run ── 7       each has both groups open, and the entries still to come
//   later_:   what holds references, until all pairs are known
//
// Model: depth-first, without recursion: files may nest deeper than a stack is. Threads: one.
// Failure: Error of what is below a place goes to the sink, and the walk goes on beside it.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/objects/compared_object.hpp"
#include "core/objects/compared_pairs.hpp"
#include "core/objects/difference.hpp"
#include "core/objects/places.hpp"

namespace sheaf::objects {

class Comparison {
 public:
  Comparison(Places& a, Places& b, const DifferenceOptions& options, DifferenceSink& sink)
      : places_a_(a), places_b_(b), options_(options), sink_(sink) {}

  [[nodiscard]] DifferenceSummary run(hdf5::Object a, hdf5::Object b);

 private:
  struct Entry {
    std::string name;
    bool in_a = false;
    bool in_b = false;
  };
  struct At {  // where it is, below the roots
    std::string path;
    std::string link_a, link_b;  // by the links' names
    std::optional<std::string> attribute;
  };
  struct Lengths {
    std::size_t path = 0, link_a = 0, link_b = 0;
  };
  struct Frame {
    GroupPtr a, b;
    std::vector<Entry> entries;
    std::size_t next = 0;
    Lengths group;  // of its own place
  };
  using What = Difference::What;

  void step();
  void compare_entry(const OpenGroup* a, const OpenGroup* b, const std::string& name);
  void tell_only(Places& places, const OpenGroup& group, const std::string& name, What what);
  void compare_pair(hdf5::Object a, hdf5::Object b);
  void keep_open(hid_t object, const hdf5::Identity& identity);
  void compare_groups(hdf5::Object a, hdf5::Object b, bool has_attributes);
  void go_into(const GroupPtr& a, const GroupPtr& b);
  void compare_datasets(const hdf5::Dataset& a, const hdf5::Dataset& b);
  void compare_types(hid_t a, hid_t b);
  void compare_attributes(hid_t a, hid_t b);
  void compare_attribute(hid_t a, hid_t b, const std::string& name);
  void tell_only_attribute(hid_t object, const std::string& name, What what);
  // Whether there are elements to compare, which have the same type and shape.
  [[nodiscard]] bool have_same_form(const ComparedValue& a, const ComparedValue& b);
  [[nodiscard]] bool is_put_off(const ComparedValue& value);
  void compare_elements(const hdf5::Dataset& a, const ComparedValue& one, const hdf5::Dataset& b,
                        const ComparedValue& other);
  void compare_put_off(hid_t root_a, hid_t root_b);

  void tell(Difference difference);
  void tell(What what, std::string a, std::string b);
  void tell_values(const ElementComparison& comparison, const Shape& shape);
  void fail(const Error& error);
  [[nodiscard]] std::string where() const;
  [[nodiscard]] bool is_ignored() const { return options_.ignores && options_.ignores(where()); }
  // HDF5 keeps the path of each open object; below so many levels, that is what would take the
  // time.
  static constexpr std::size_t most_named = 256;
  [[nodiscard]] bool is_deep() const { return frames_.size() >= most_named; }
  [[nodiscard]] bool is_over() const { return options_.only_whether && summary_.differences > 0; }

  Places& places_a_;
  Places& places_b_;
  const DifferenceOptions& options_;
  DifferenceSink& sink_;
  DifferenceSummary summary_;
  KnownElements types_;
  ComparedPairs pairs_;
  std::map<unsigned long, hdf5::Object> files_;  // an object of each
  std::vector<Frame> frames_;
  At at_;
  std::vector<At> later_;
  bool is_later_ = false;  // references can be judged
};

}  // namespace sheaf::objects
