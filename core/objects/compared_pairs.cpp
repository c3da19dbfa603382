// SPDX-License-Identifier: MIT
#include "core/objects/compared_pairs.hpp"

namespace sheaf::objects {
namespace {

constexpr std::size_t most_without_new = 10'000;

}  // namespace

bool ComparedPairs::add(const hdf5::Identity& a, const hdf5::Identity& b, bool are_groups) {
  if (!pairs_.insert({a, b}).second) return false;
  const bool is_new_a = in_a_.insert(a).second;
  const bool is_new_b = in_b_.insert(b).second;
  if (is_new_a || is_new_b || ++without_new_ < most_without_new) {
    if (!parents_.empty()) join(a, b);
    return true;
  }
  if (parents_.empty()) {
    for (const Pair& pair : pairs_) join(pair.a, pair.b);
    return true;
  }
  return join(a, b) || !are_groups;
}

bool ComparedPairs::join(const hdf5::Identity& a, const hdf5::Identity& b) {
  const hdf5::Identity of_a = match_of(a);
  const hdf5::Identity of_b = match_of(b);
  if (of_a == of_b) return false;
  parents_[of_a] = of_b;
  return true;
}

hdf5::Identity ComparedPairs::match_of(hdf5::Identity object) {
  for (;;) {
    hdf5::Identity& parent = parents_.try_emplace(object, object).first->second;
    if (parent == object) return object;
    parent = parents_.try_emplace(parent, parent).first->second;  // halves the way there
    object = parent;
  }
}

const std::string& ComparedPairs::path_of(Side side, hdf5::ReferenceKind kind,
                                          const std::byte* element,
                                          const hdf5::Identity& identity) {
  const auto [found, is_new] = paths_.try_emplace(identity);
  if (!is_new) return found->second;
  found->second = has_paths_ ? hdf5::target_path(side == Side::A ? a_ : b_, kind, element)
                             : "the object at " + std::to_string(identity.address);
  return found->second;
}

bool ComparedPairs::leads_to_pair(hdf5::ReferenceKind kind, const std::byte* a,
                                  const std::byte* b) {
  const auto one = hdf5::target_of(a_, kind, a);
  const auto other = hdf5::target_of(b_, kind, b);
  if (!one || !other) return !one && !other;
  if (*one == *other || pairs_.contains({*one, *other})) return true;
  if (!has_paths_ || in_a_.contains(*one) || in_b_.contains(*other)) return false;
  return path_of(Side::A, kind, a, *one) == path_of(Side::B, kind, b, *other);
}

bool ComparedPairs::is_same(hdf5::ReferenceKind kind, const std::byte* a, const std::byte* b) {
  const bool is_null = hdf5::is_null_reference(kind, a);
  if (is_null || hdf5::is_null_reference(kind, b)) {
    return is_null && hdf5::is_null_reference(kind, b);
  }
  if (!leads_to_pair(kind, a, b)) return false;
  return kind == hdf5::ReferenceKind::ToObject || !hdf5::target_of(a_, kind, a) ||
         hdf5::select_the_same(a_, a, b_, b);
}

std::string ComparedPairs::describe(Side side, hdf5::ReferenceKind kind, const std::byte* element) {
  if (hdf5::is_null_reference(kind, element)) return "nowhere";
  const hid_t where = side == Side::A ? a_ : b_;
  const auto target = hdf5::target_of(where, kind, element);
  if (!target) return "an object that is gone";
  const std::string& path = path_of(side, kind, element, *target);
  return kind == hdf5::ReferenceKind::ToObject ? path
                                               : path + " " + hdf5::selection_text(where, element);
}

}  // namespace sheaf::objects
