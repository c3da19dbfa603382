// SPDX-License-Identifier: MIT
// unwrap.
#include <cmath>

#include "core/array/cumulative.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/engine/lanes.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// What unwrap() adds to the elements from each one on: jumps along an axis, shortened.
class Jumps : public Node {
 public:
  Jumps(NodePtr input, std::size_t axis, double period, double discont)
      : Node(input->dtype(), input->shape()),
        input_(std::move(input)),
        axis_(axis),
        period_(period),
        discont_(discont) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] Shape grain() const override { return grain_of(input_); }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(dtype(), box.size());
    Box wide = box;
    if (box.first[axis_] > 0) {
      --wide.first[axis_];
      ++wide.count[axis_];
    }
    const Pass::BufferPtr block = pass.read(input_, wide);
    std::int64_t columns = 1;
    for (std::size_t axis = axis_ + 1; axis < box.count.size(); ++axis) columns *= box.count[axis];
    with_type(dtype(), [&]<class T>(std::type_identity<T>) {
      if constexpr (!Complex<T>) {
        const T* from = block->as<T>();
        T* to = out.as<T>();
        for (std::int64_t at = 0; at < box.size(); ++at) {
          const std::int64_t row = at / columns % box.count[axis_];
          const std::int64_t skipped = wide.count[axis_] - box.count[axis_];
          if (row + skipped == 0) {
            to[at] = T{};
            continue;
          }
          const std::int64_t slab = at / columns / box.count[axis_];
          const std::int64_t here = at + (slab + 1) * skipped * columns;
          to[at] = jump(from[here], from[here - columns]);
        }
      }
    });
  }

 private:
  template <class T>
  [[nodiscard]] T jump(T here, T before) const {
    using Wide = std::conditional_t<Whole<T>, std::int64_t,
                                    std::conditional_t<std::same_as<T, double>, double, float>>;
    const Wide by = static_cast<Wide>(static_cast<T>(here - before));
    if (static_cast<double>(std::abs(by)) < discont_) return T{};
    const Wide period = static_cast<Wide>(period_);
    Wide most = period / 2;
    bool is_halved = true;
    Wide rest{};
    if constexpr (Whole<T>) {
      is_halved = period % 2 == 0;
      rest = (by + most) % period;
    } else {
      rest = std::fmod(by + most, period);
    }
    if (rest != 0 && (rest < 0) != (period < 0)) rest += period;
    Wide shorter = rest - most;
    if (is_halved && shorter == -most && by > 0) shorter = most;
    return static_cast<T>(shorter - by);
  }

  NodePtr input_;
  std::size_t axis_;
  double period_;
  double discont_;
};

}  // namespace

Array unwrap(const Array& p, const std::optional<Array>& discont, std::int64_t axis,
             const std::optional<Array>& period) {
  require_numbers(p, "unwrap");
  const Array round = period.value_or(Array(6.283185307179586));
  const Dtype dtype = result_dtype({p.node(), round.node()});
  if (dtype.kind == DtypeKind::Complex || dtype.kind == DtypeKind::Bool) {
    throw Error(ErrorCode::Invalid, "unwrap", "isn't there for " + dtype.name());
  }
  const auto length = round.item<double>();
  if (length == 0) throw Error(ErrorCode::Invalid, "unwrap", "has a period of zero");
  const double least = discont ? discont->item<double>() : length / 2;
  const std::size_t along = axis_of(axis, p.ndim());
  const Array values = p.astype(dtype);
  const Array jumps(std::make_shared<Jumps>(values.node(), along, length, least));
  return values + cumsum(jumps, static_cast<std::int64_t>(along), dtype);
}

}  // namespace sheaf::np
