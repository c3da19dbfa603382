// SPDX-License-Identifier: MIT
// sum, mean and their like, by name.
#include "core/array/statistics.hpp"

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {

void add_statistics(Functions& all) {
  all["sum"] = [](const Arguments& in) -> Argument {
    in.allow({"axis", "keepdims"});
    return sum(in.array(0, "a"), in.along(1, 5));
  };
}

}  // namespace sheaf::np::script
