// SPDX-License-Identifier: MIT
#pragma once
// Which objects were compared with each other, and so whether references lead to the same.
//
// Model: a set of pairs of identities. A reference is judged when all pairs are known; targets that
// no pair has (they lie outside of what is compared) are the same when they have the same path.
// Circles of p and of q groups make p * q pairs: after many that bring no new object, groups that
// are known to match through a third one aren't compared any more.
// Threads: one. Failure: Error for references that can't be followed.

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/hdf5/links.hpp"
#include "core/objects/compare_elements.hpp"

namespace sheaf::objects {

class ComparedPairs final : public ReferenceJudge {
 public:
  // Whether the two are to be compared.
  bool add(const hdf5::Identity& a, const hdf5::Identity& b, bool are_groups);

  // Where the references come from that are judged next.
  void set_places(hid_t a, hid_t b) noexcept {
    a_ = a;
    b_ = b;
  }
  // HDF5 can't find the path of what a reference leads to where that lies too deep.
  void leave_out_paths() noexcept { has_paths_ = false; }
  bool is_same(hdf5::ReferenceKind kind, const std::byte* a, const std::byte* b) override;
  std::string describe(Side side, hdf5::ReferenceKind kind, const std::byte* element) override;

 private:
  struct Pair {
    hdf5::Identity a, b;
    bool operator==(const Pair&) const = default;
  };
  struct Hash {
    std::size_t operator()(const hdf5::Identity& one) const noexcept {
      return (one.address + one.file * 0x9E3779B97F4A7C15U) * 0xD6E8FEB86659FD93U;
    }
    std::size_t operator()(const Pair& pair) const noexcept {
      return (*this)(pair.a) ^ ((*this)(pair.b) >> 7U);
    }
  };
  using Identities = std::unordered_set<hdf5::Identity, Hash>;
  using Paths = std::map<hdf5::Identity, std::string>;
  using Parents = std::unordered_map<hdf5::Identity, hdf5::Identity, Hash>;
  // False when they match already, directly or through others.
  bool join(const hdf5::Identity& a, const hdf5::Identity& b);
  [[nodiscard]] hdf5::Identity match_of(hdf5::Identity object);
  [[nodiscard]] bool leads_to_pair(hdf5::ReferenceKind kind, const std::byte* a,
                                   const std::byte* b);
  [[nodiscard]] const std::string& path_of(Side side, hdf5::ReferenceKind kind,
                                           const std::byte* element,
                                           const hdf5::Identity& identity);

  std::unordered_set<Pair, Hash> pairs_;
  Identities in_a_, in_b_;  // those of pairs_
  std::size_t without_new_ = 0;
  Parents parents_;  // of pairs_, once there are many without a new object
  Paths paths_;
  bool has_paths_ = true;
  hid_t a_ = -1;
  hid_t b_ = -1;
};

}  // namespace sheaf::objects
