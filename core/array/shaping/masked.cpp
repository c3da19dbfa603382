// SPDX-License-Identifier: MIT
// Elements where masks are true, and so many times as counts say.
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/engine/lumps.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// How many elements each block of a flattened node stands for, and all before it.
class Counts {
 public:
  explicit Counts(NodePtr node) : node_(std::move(node)) {
    prepare({node_});
    const Budget budget = budget_for({node_}, 16);
    step_ = std::clamp<std::int64_t>(budget.block_elements, 1 << 10, 1 << 16);
    const Shape grain = grain_of(node_);
    if (grain.size() == 1 && step_ == 1 << 16) {  // whole chunks, or a part of one
      step_ =
          grain[0] > step_ ? std::min<std::int64_t>(grain[0], 1 << 17) : step_ - step_ % grain[0];
    }
    step_ = std::max(step_, node_->size() >> 20);
    const std::int64_t blocks = (node_->size() + step_ - 1) / step_;
    before_.assign(static_cast<std::size_t>(blocks) + 1, 0);
    run_tasks(blocks, node_->size() <= step_ ? 1 : budget.threads, {node_},
              [&](std::int64_t block, Pass& pass) {
                const std::shared_ptr<Buffer> buffer = pass.scratch();
                read_block(block, *buffer, pass);
                before_[static_cast<std::size_t>(block) + 1] = total(*buffer);
              });
    std::partial_sum(before_.begin(), before_.end(), before_.begin());
  }

  [[nodiscard]] const NodePtr& node() const noexcept { return node_; }
  [[nodiscard]] std::int64_t size() const noexcept { return before_.back(); }
  [[nodiscard]] std::int64_t blocks() const noexcept {
    return static_cast<std::int64_t>(before_.size()) - 1;
  }
  [[nodiscard]] std::int64_t start(std::int64_t block) const noexcept { return block * step_; }
  [[nodiscard]] std::int64_t stop(std::int64_t block) const noexcept {
    return std::min(node_->size(), (block + 1) * step_);
  }
  [[nodiscard]] std::int64_t before(std::int64_t block) const {
    return before_[static_cast<std::size_t>(block)];
  }
  [[nodiscard]] std::int64_t block_of(std::int64_t element) const {
    return std::ranges::upper_bound(before_, element) - before_.begin() - 1;
  }

  // The counts, which must be what they were.
  void read(std::int64_t block, Buffer& out, Pass& pass) const {
    read_block(block, out, pass);
    check(block, total(out));
  }
  void check(std::int64_t block, std::int64_t found) const {
    if (found == before(block + 1) - before(block)) return;
    throw Error(ErrorCode::Invalid, "mask",
                "has changed since it was counted; select again, or store the mask first");
  }

  [[nodiscard]] static std::int64_t total(const std::uint8_t* flags, std::int64_t count) {
    std::int64_t sum = 0;
    for (std::int64_t at = 0; at < count; ++at) sum += flags[at] != 0 ? 1 : 0;
    return sum;
  }

 private:
  void read_block(std::int64_t block, Buffer& out, Pass& pass) const {
    read_flat(node_, start(block), stop(block), out, pass);
  }

  [[nodiscard]] static std::int64_t total(const Buffer& counts) {
    if (counts.dtype() == boolean) return total(counts.as<std::uint8_t>(), counts.count());
    std::int64_t sum = 0;
    for (std::int64_t at = 0; at < counts.count(); ++at) {
      const std::int64_t count = counts.as<std::int64_t>()[at];
      if (count < 0 || count > std::numeric_limits<std::int64_t>::max() - sum) {
        throw Error(ErrorCode::Invalid, "repeats", std::to_string(count) + " is no count");
      }
      sum += count;
    }
    return sum;
  }

  NodePtr node_;
  std::int64_t step_ = 1;
  std::vector<std::int64_t> before_;
};

class CountedPlaces : public Node {
 public:
  explicit CountedPlaces(std::shared_ptr<const Counts> counts)
      : Node(int64, {counts->size()}),
        counts_(std::move(counts)),
        shared_(Graph({counts_->node()}).shared()) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(int64, box.size());
    const std::int64_t first = box.first[0];
    const std::int64_t stop = first + box.count[0];
    Pass own(shared_);  // one block's inputs are forgotten before the next one
    for (std::int64_t block = first < stop ? counts_->block_of(first) : 0;
         block < counts_->blocks() && counts_->before(block) < stop; ++block) {
      if (counts_->before(block) == counts_->before(block + 1)) continue;
      own.next_block();
      put_places(block, first, stop, out.as<std::int64_t>(), own);
    }
  }
  // A mask's blocks are read once, on all cores.
  bool assign_to(const NodePtr& to) const override {
    if (!to->grain().empty() || counts_->node()->dtype() != boolean) return false;
    const Budget budget = budget_for({counts_->node()}, 2 * sizeof(std::int64_t));
    run_tasks(counts_->blocks(), budget.threads, {counts_->node()},
              [&](std::int64_t block, Pass& pass) {
                const std::int64_t first = counts_->before(block);
                const std::int64_t stop = counts_->before(block + 1);
                if (first == stop) return;
                const std::shared_ptr<Buffer> part = pass.scratch();
                part->reset(int64, stop - first);
                put_places(block, first, stop, part->as<std::int64_t>(), pass);
                to->write({{first}, {stop - first}}, *part);
              });
    return true;
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {counts_->node()}; }

 private:
  // Those of a block among first ≤ k < stop of all.
  void put_places(std::int64_t block, std::int64_t first, std::int64_t stop, std::int64_t* to,
                  Pass& pass) const {
    Buffer counts;
    counts_->read(block, counts, pass);
    std::int64_t number = counts_->before(block);
    for (std::int64_t at = 0; at < counts.count() && number < stop; ++at) {
      const std::int64_t times = counts.dtype() == boolean
                                     ? (counts.as<std::uint8_t>()[at] != 0 ? 1 : 0)
                                     : counts.as<std::int64_t>()[at];
      const std::int64_t from = std::max(number, first);
      const std::int64_t to_stop = std::min(number + times, stop);
      for (std::int64_t k = from; k < to_stop; ++k) to[k - first] = counts_->start(block) + at;
      number += times;
    }
  }

  std::shared_ptr<const Counts> counts_;
  std::vector<const Node*> shared_;
};

class Masked : public Node {
 public:
  Masked(NodePtr base, std::shared_ptr<const Counts> counts)
      : Node(base->dtype(), {counts->size()}),
        base_(std::move(base)),
        counts_(std::move(counts)),
        shared_(Graph({counts_->node(), base_}).shared()) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(dtype(), box.size());
    const std::int64_t first = box.first[0];
    const std::int64_t stop = first + box.count[0];
    Pass own(shared_);  // one block's inputs are forgotten before the next one
    std::int64_t filled = 0;
    for (std::int64_t block = first < stop ? counts_->block_of(first) : 0;
         block < counts_->blocks() && counts_->before(block) < stop; ++block) {
      const std::int64_t skipped = std::max<std::int64_t>(0, first - counts_->before(block));
      filled = pick(block, skipped, filled, out, own);
    }
  }

  // Each block is read once; to datasets in chunks blocks of those are better.
  bool assign_to(const NodePtr& to) const override {
    if (!to->grain().empty() || dtype().is_string()) return false;
    const Budget budget = budget_for({counts_->node(), base_}, 2 * dtype().size());
    run_tasks(counts_->blocks(), budget.threads, {counts_->node(), base_},
              [&](std::int64_t block, Pass& pass) {
                const std::int64_t count = counts_->before(block + 1) - counts_->before(block);
                if (count == 0) return;
                const std::shared_ptr<Buffer> part = pass.scratch();
                part->reset(dtype(), count);
                pick(block, 0, 0, *part, pass);
                to->write({{counts_->before(block)}, {count}}, *part);
              });
    return true;
  }

  // A view of it: by its places.
  void write(const Box& box, const Buffer& values) const override { places_->write(box, values); }
  // What is written may change the mask.
  void begin_write() const override {
    const bool is_kept = reads_storage(counts_->node(), storage());
    places_ = places(is_kept ? std::make_shared<Counts>(kept(counts_->node())) : counts_);
    places_->begin_write();
  }
  [[nodiscard]] bool is_writable() const noexcept override { return base_->is_writable(); }
  [[nodiscard]] bool writes_in_order() const noexcept override { return true; }

  bool assign_from(const NodePtr& given) const override {
    const NodePtr values = reads_storage(given, storage()) ? kept(given) : given;
    if (const NodePtr element = repeated_element(values)) {
      assign(base_, where_true(counts_->node(), element));
      return true;
    }
    const NodePtr mask = disturbs(base_, counts_->node()) ? kept(counts_->node()) : counts_->node();
    const Counts* counts = counts_.get();
    std::shared_ptr<const Counts> copied;
    if (mask != counts_->node()) counts = (copied = std::make_shared<Counts>(mask)).get();
    Budget budget = budget_for({mask, values, base_});
    if (base_->writes_in_order()) budget.threads = 1;
    run_tasks(counts->blocks(), budget.threads, {mask, values, base_},
              [&](std::int64_t block, Pass& pass) { place(*counts, block, values, pass); });
    return true;
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {counts_->node(), base_}; }
  [[nodiscard]] const void* storage() const noexcept override { return base_->storage(); }

 private:
  // The chosen elements of a block but for the first ones, to a place in `out`; where that ends.
  std::int64_t pick(std::int64_t block, std::int64_t skipped, std::int64_t filled, Buffer& out,
                    Pass& pass) const {
    if (counts_->before(block) == counts_->before(block + 1)) return filled;
    pass.next_block();
    std::int64_t total = 0;
    for_each_run(base_->shape(), counts_->start(block), counts_->stop(block),
                 [&](const Box& box, std::int64_t, std::int64_t size) {
                   const Pass::BufferPtr mask = pass.read(counts_->node(), box);
                   const Pass::BufferPtr values = pass.read(base_, box);
                   const auto* flags = mask->as<std::uint8_t>();
                   total += Counts::total(flags, size);
                   std::int64_t at = 0;
                   for (; at < size && skipped > 0; ++at) skipped -= flags[at] != 0 ? 1 : 0;
                   filled = pick_run(flags, at, *values, filled, out);
                 });
    counts_->check(block, total);
    return filled;
  }

  // No branch an element: masks of noise can't be predicted.
  static std::int64_t pick_run(const std::uint8_t* flags, std::int64_t at, const Buffer& values,
                               std::int64_t filled, Buffer& out) {
    const std::int64_t count = values.count();
    const std::int64_t room = out.count();
    with_lumps(values, out, [&]<class T>(const T* from, T* to) {
      for (; at < count && filled < room; ++at) {
        if (!std::is_same_v<T, std::string> || flags[at] != 0) to[filled] = from[at];
        filled += flags[at] != 0 ? 1 : 0;
      }
    });
    return filled;
  }

  [[nodiscard]] NodePtr places(const std::shared_ptr<const Counts>& counts) const {
    const NodePtr flat = reshaped(base_, {base_->size()});
    return taken(flat, {std::make_shared<CountedPlaces>(counts)}, {base_->shape(), {0}});
  }

  // The base with the element where the mask is true.
  [[nodiscard]] NodePtr where_true(const NodePtr& mask, const NodePtr& element) const {
    class Where : public Node {
     public:
      Where(NodePtr mask, NodePtr element, NodePtr base)
          : Node(base->dtype(), base->shape()),
            mask_(std::move(mask)),
            element_(std::move(element)),
            base_(std::move(base)) {}
      void read(const Box& box, Buffer& out, Pass& pass) const override {
        const Pass::BufferPtr mask = pass.read(mask_, box);
        const Pass::BufferPtr element = pass.read(element_, Box::whole(element_->shape()));
        const Pass::BufferPtr values = pass.read(base_, box);
        out.reset(dtype(), box.size());
        copy_elements(*values, 0, out, 0, box.size());
        const auto* flags = mask->as<std::uint8_t>();
        with_lumps(*element, out, [&](const auto* from, auto* to) {
          for (std::int64_t at = 0; at < box.size(); ++at) {
            if (flags[at] != 0) to[at] = *from;
          }
        });
      }
      [[nodiscard]] bool is_elementwise() const noexcept override { return true; }
      [[nodiscard]] std::vector<NodePtr> inputs() const override {
        return {mask_, element_, base_};
      }

     private:
      NodePtr mask_, element_, base_;
    };
    return std::make_shared<Where>(mask, element, base_);
  }

  void place(const Counts& counts, std::int64_t block, const NodePtr& values, Pass& pass) const {
    const std::int64_t count = counts.before(block + 1) - counts.before(block);
    if (count == 0) return;
    Buffer mask;
    counts.read(block, mask, pass);
    Buffer part;
    read_flat(base_, counts.start(block), counts.stop(block), part, pass);
    const Pass::BufferPtr given = pass.read(values, {{counts.before(block)}, {count}});
    const auto* flags = mask.as<std::uint8_t>();
    with_lumps(*given, part, [&](const auto* from, auto* to) {
      for (std::int64_t at = 0; at < mask.count(); ++at) {
        if (flags[at] != 0) to[at] = *from++;
      }
    });
    for_each_run(base_->shape(), counts.start(block), counts.stop(block),
                 [&](const Box& box, std::int64_t at, std::int64_t size) {
                   Buffer run;
                   run.reset(dtype(), size);
                   copy_elements(part, at - counts.start(block), run, 0, size);
                   base_->write(box, run);
                 });
  }

  NodePtr base_;
  std::shared_ptr<const Counts> counts_;
  std::vector<const Node*> shared_;
  mutable NodePtr places_;  // of what is written now
};

}  // namespace

NodePtr masked(const NodePtr& base, const NodePtr& mask) {
  return std::make_shared<Masked>(base, std::make_shared<Counts>(mask));
}

NodePtr counted_places(const NodePtr& counts) {
  const NodePtr whole = counts->dtype() == boolean ? counts : as_dtype(counts, int64);
  return std::make_shared<CountedPlaces>(std::make_shared<Counts>(whole));
}

}  // namespace sheaf::np
