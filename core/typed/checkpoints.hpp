// SPDX-License-Identifier: MIT
#pragma once
// Named sets of tensors: the states of a model while it is trained.
//
//   typed::Checkpoints checkpoints{at("checkpoints")};      // a member of a typed file
//   exp.checkpoints.add("epoch-3", {{"fc1.weight", weight}, {"fc1.bias", bias}});
//   Tensors tensors = *exp.checkpoints.get("epoch-3");
//
// Model: a set is one source, each tensor's name a feature below the member's path (h5mapper's
// TensorDict). A scalar comes back as a scalar: its feature says so in the attribute `scalar`.
// Threads: as the file. Failure: Error.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/typed/field.hpp"

namespace sheaf::typed {

using Tensors = std::map<std::string, Value, std::less<>>;

class Checkpoints {
 public:
  Checkpoints(Place place) : place_(std::move(place)) {}

  // Stores the set, or stores it anew, and commits: it is there whatever happens next. Throws Error
  // (Invalid) when one of that name has tensors that the new one lacks.
  void add(std::string_view id, const Tensors& tensors) const;
  // Empty where there is none of that name.
  [[nodiscard]] std::optional<Tensors> get(std::string_view id) const;
  // Of all sets, in the order they were stored first.
  [[nodiscard]] std::vector<std::string> ids() const;

 private:
  Place place_;
};

}  // namespace sheaf::typed
