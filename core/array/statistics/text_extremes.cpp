// SPDX-License-Identifier: MIT
#include "core/array/statistics/text_extremes.hpp"

#include <algorithm>
#include <utility>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// Along the last axes of `input`, which are all reduced; the shape has one for each other axis.
class TextExtreme : public FoundAtOnce {
 public:
  TextExtreme(NodePtr input, Shape shape, std::size_t kept, bool is_max, bool gives_place)
      : FoundAtOnce(gives_place ? int64 : utf8, std::move(shape)),
        input_(std::move(input)),
        kept_(kept),
        is_max_(is_max) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }

  void find(const Node& result) const override {
    const Budget budget = budget_for({input_});
    const std::int64_t line = size() > 0 ? std::max<std::int64_t>(1, input_->size() / size()) : 1;
    const Shape extents =
        block_extents(shape(), {}, std::max<std::int64_t>(1, budget.most_elements / line));
    const Blocks blocks(shape(), extents);
    run_tasks(blocks.count(), budget.threads, {input_}, [&](std::int64_t number, Pass& pass) {
      const std::shared_ptr<Buffer> found = pass.scratch();
      find_box(blocks.at(number), *found, pass);
      result.write(blocks.at(number), *found);
    });
  }

 private:
  void find_box(const Box& box, Buffer& out, Pass& pass) const {
    const auto count = static_cast<std::size_t>(box.size());
    std::vector<std::string> best(count);
    std::vector<std::int64_t> places(count, -1);
    Box whole = Box::whole(input_->shape());
    std::copy_n(box.first.begin(), kept_, whole.first.begin());
    std::copy_n(box.count.begin(), kept_, whole.count.begin());
    const Budget budget = budget_for({input_});
    const Blocks blocks(whole.count, block_extents(whole.count, {}, budget.block_elements));
    for (std::int64_t number = 0; number < blocks.count(); ++number) {
      const Box part = blocks.at(number);
      Box from = part;
      for (std::size_t axis = 0; axis < kept_; ++axis) from.first[axis] += whole.first[axis];
      pass.next_block();
      take(*pass.read(input_, from), part, whole.count, best, places);
    }
    out.reset(dtype(), box.size());
    if (dtype().is_string()) {
      out.strings() = std::move(best);
    } else {
      std::ranges::copy(places, out.as<std::int64_t>());
    }
  }

  void take(const Buffer& block, const Box& part, const Shape& count,
            std::vector<std::string>& best, std::vector<std::int64_t>& places) const {
    const Shape strides = strides_of(count);
    std::int64_t line = 1;  // elements of the reduced axes
    for (std::size_t axis = kept_; axis < count.size(); ++axis) line *= count[axis];
    Shape at(count.size(), 0);
    for (const std::string& text : block.strings()) {
      std::int64_t element = 0;
      for (std::size_t axis = 0; axis < at.size(); ++axis) {
        element += (part.first[axis] + at[axis]) * strides[axis];
      }
      const auto state = static_cast<std::size_t>(element / line);
      const std::int64_t place = element % line;
      const int order = places[state] < 0 ? 1
                        : is_max_         ? text.compare(best[state])
                                          : best[state].compare(text);
      if (order > 0 || (order == 0 && place < places[state])) {
        best[state] = text;
        places[state] = place;
      }
      for (std::size_t axis = at.size(); axis-- > 0;) {
        if (++at[axis] < part.count[axis]) break;
        at[axis] = 0;
      }
    }
  }

  NodePtr input_;
  std::size_t kept_;
  bool is_max_;
};

}  // namespace

Array text_extreme(const Array& a, const Along& along, bool is_max, bool gives_place) {
  const Shape reduced = axes_of(along, a.ndim());
  Shape order;
  Shape shape;
  for (std::size_t axis = 0; axis < a.ndim(); ++axis) {
    if (std::ranges::count(reduced, static_cast<std::int64_t>(axis)) > 0) continue;
    order.push_back(static_cast<std::int64_t>(axis));
    shape.push_back(a.shape()[axis]);
  }
  const std::size_t kept = order.size();
  order.insert(order.end(), reduced.begin(), reduced.end());
  if (a.size() == 0 && element_count(shape) > 0) {
    throw Error(ErrorCode::Invalid, is_max ? "max" : "min",
                "has no outcome for an axis of no elements (shape " + to_string(a.shape()) + ")");
  }
  const Array found(
      std::make_shared<TextExtreme>(transposed(a.node(), order), shape, kept, is_max, gives_place));
  return along.keepdims ? with_kept_axes(found, reduced) : found;
}

}  // namespace sheaf::np
