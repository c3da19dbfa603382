// SPDX-License-Identifier: MIT
#pragma once
// Functions mapped over sources, in threads.
//
//   typed::compute(exp.data.image, exp.mean, [](const Tensor<std::uint8_t>& image) {
//     return mean_of(image);                             // stored in exp.mean
//   });
//   auto sizes = typed::map(exp.data.image, [](const auto& image) { return image.size(); });
//   typed::compute(exp, [&](const std::string& id) -> Values {   // any inputs, any results
//     return {{"stats", {{"peak", peak_of(*exp.audio.get(id))}}}};
//   });
//
// Model: the function runs in `threads` threads, on what the last commit holds; what was written
// before is committed first. Results are taken in the order of the sources, so that the file is the
// same for any number of threads, and stored in one commit. From a field to a field, sources that
// have a result are left out unless `again` is set. Failure: an exception of the function becomes
// an Error that names the source; the results of all sources before it are stored and committed all
// the same, so that a second call goes on from there.

#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/typed/file.hpp"

namespace sheaf::typed {

struct ComputeOptions {
  unsigned threads = 0;  // 0: as there are cores
  bool again = false;    // also sources that have a result
};

// Of one source; what it returns is stored as by File::add(). Nothing is stored of empty Values.
using Function = std::function<Values(const std::string& id)>;

void compute(const File& file, const Function& function, const ComputeOptions& options = {});

namespace detail {
// For each source that has `from`, in order, and not `to`.
void compute(const Field& from, const Field& to, const std::function<Value(Value)>& function,
             const ComputeOptions& options);
// work(number, id, value) in threads for each source that has `from`.
void map(const Field& from, const std::function<void(std::size_t)>& begin,
         const std::function<void(std::size_t, const std::string&, Value)>& work,
         const ComputeOptions& options);
}  // namespace detail

// What `function` makes of the source's tensor: a tensor, vector or scalar of `to`'s elements.
template <Element In, Element Out, class Fn>
void compute(const TypedField<In>& from, const TypedField<Out>& to, const Fn& function,
             const ComputeOptions& options = {}) {
  detail::compute(
      from, to, [&](Value value) { return Tensor<Out>(function(Tensor<In>(value))).value(); },
      options);
}

// Pairs of id and what `function` returned, handed back, in the order of the sources.
template <Element In, class Fn>
[[nodiscard]] auto map(const TypedField<In>& from, const Fn& function,
                       const ComputeOptions& options = {}) {
  using Result = std::decay_t<std::invoke_result_t<const Fn&, Tensor<In>>>;
  std::vector<std::pair<std::string, Result>> results;
  detail::map(
      from, [&](std::size_t count) { results.resize(count); },
      [&](std::size_t number, const std::string& id, Value value) {
        results[number] = {id, function(Tensor<In>(value))};
      },
      options);
  return results;
}

}  // namespace sheaf::typed
