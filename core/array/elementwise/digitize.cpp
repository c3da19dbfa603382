// SPDX-License-Identifier: MIT
// digitize.
#include <algorithm>
#include <utility>

#include "core/array/engine/ufunc.hpp"
#include "core/array/histogram.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

class Digitized : public Node {
 public:
  Digitized(NodePtr input, std::vector<double> edges, bool falls, bool right)
      : Node(int64, input->shape()),
        input_(std::move(input)),
        edges_(std::move(edges)),
        falls_(falls),
        right_(right) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const Pass::BufferPtr block = pass.read(input_, box);
    out.reset(int64, box.size());
    const auto all = static_cast<std::int64_t>(edges_.size());
    for (std::int64_t at = 0; at < box.size(); ++at) {
      const double x = block->as<double>()[at];
      std::int64_t place = all;  // NaNs lie behind all
      if (x == x) {
        const auto found =
            right_ ? std::ranges::lower_bound(edges_, x) : std::ranges::upper_bound(edges_, x);
        place = found - edges_.begin();
      }
      out.as<std::int64_t>()[at] = falls_ ? all - place : place;
    }
  }

 private:
  NodePtr input_;
  std::vector<double> edges_;
  bool falls_;
  bool right_;
};

[[noreturn]] void refuse_edges(const std::string& why) {
  throw Error(ErrorCode::Invalid, "digitize", why);
}

}  // namespace

Array digitize(const Array& x, const Array& bins, bool right) {
  require_numbers(x, "digitize");
  require_numbers(bins, "digitize");
  if (x.dtype().kind == DtypeKind::Complex || bins.dtype().kind == DtypeKind::Complex) {
    refuse_edges("isn't there for complex numbers, which have no order");
  }
  if (bins.ndim() != 1) refuse_edges("needs a list of edges");
  std::vector<double> edges = doubles_of(bins);
  const bool falls = !std::ranges::is_sorted(edges);
  if (falls) std::ranges::reverse(edges);
  if (!std::ranges::is_sorted(edges)) refuse_edges("needs edges that increase or decrease");
  return Array(
      std::make_shared<Digitized>(as_dtype(x.node(), float64), std::move(edges), falls, right));
}

}  // namespace sheaf::np
