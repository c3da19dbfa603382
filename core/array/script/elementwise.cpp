// SPDX-License-Identifier: MIT
// Functions of elements, by name.
#include "core/array/script/argument.hpp"
#include "core/array/ufunc.hpp"

namespace sheaf::np::script {

void add_elementwise(Functions& all) {
  for (const std::string& name : ufunc_names()) {
    all[name] = [](const Arguments& in) -> Argument {
      in.allow({});
      const Ufunc& called = ufunc(in.function());
      std::vector<NodePtr> inputs;
      for (std::size_t at = 0; at < called.loops.front().inputs.size(); ++at) {
        inputs.push_back(in.array(at, at == 0 ? "x1" : "x2").node());
      }
      return Array(apply(called, inputs));
    };
  }
}

}  // namespace sheaf::np::script
