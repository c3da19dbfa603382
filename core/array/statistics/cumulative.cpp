// SPDX-License-Identifier: MIT
#include "core/array/cumulative.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/engine/lanes.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/statistics/products.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// What is done along a line, as functions over raw states, for rows of columns with a state each.
struct Scan {
  Dtype input;
  Dtype output;
  std::size_t state_bytes;
  void (*init)(void* states, std::int64_t count);
  // No `out`: only the states are wanted.
  void (*step)(void* states, const void* rows, std::int64_t row_count, std::int64_t columns,
               void* out);
  void (*merge)(void* states, const void* later, std::int64_t count);
};

template <class Step>
Scan scan_of(Dtype input, Dtype output) {
  using Input = typename Step::Input;
  using Output = typename Step::Output;
  return {
      input,
      output,
      sizeof(Step),
      [](void* states, std::int64_t count) {
        for (std::int64_t at = 0; at < count; ++at) static_cast<Step*>(states)[at] = Step{};
      },
      [](void* states, const void* rows, std::int64_t row_count, std::int64_t columns, void* out) {
        auto* all = static_cast<Step*>(states);
        const auto* from = static_cast<const Input*>(rows);
        auto* to = static_cast<Output*>(out);
        for (std::int64_t row = 0; row < row_count; ++row) {
          for (std::int64_t at = 0; at < columns; ++at) {
            all[at].take(*from++);
            if (to != nullptr) *to++ = all[at].so_far();
          }
        }
      },
      [](void* states, const void* later, std::int64_t count) {
        for (std::int64_t at = 0; at < count; ++at) {
          static_cast<Step*>(states)[at].merge(static_cast<const Step*>(later)[at]);
        }
      }};
}

template <class T, class Out, bool skips>
struct SumSoFar {
  using Input = T;
  using Output = Out;
  static constexpr bool has_parts = Complex<T>;
  using Sum = std::conditional_t<Whole<T>, std::uint64_t, Exact>;
  Sum real{};
  std::conditional_t<has_parts, Exact, char> imag{};

  void take(const T& x) {
    if (skips && is_nan(x)) return;
    if constexpr (Whole<T>) {
      real += static_cast<std::uint64_t>(x);
    } else if constexpr (has_parts) {
      real.add(x.real());
      imag.add(x.imag());
    } else {
      real.add(static_cast<double>(x));
    }
  }
  [[nodiscard]] Out so_far() const {
    if constexpr (Whole<T>) {
      return static_cast<Out>(real);
    } else if constexpr (has_parts) {
      using Part = typename Out::value_type;
      return Out(static_cast<Part>(real.value()), static_cast<Part>(imag.value()));
    } else {
      return static_cast<Out>(real.value());
    }
  }
  void merge(const SumSoFar& later) {
    if constexpr (Whole<T>) {
      real += later.real;
    } else {
      real.add(later.real);
      if constexpr (has_parts) imag.add(later.imag);
    }
  }
};

template <class T, class Out, bool skips>
struct ProductSoFar {
  using Input = T;
  using Output = Out;
  ProductOf<T> product{};

  void take(const T& x) {
    if (skips && is_nan(x)) return;
    product.take(x);
  }
  [[nodiscard]] Out so_far() const {
    if constexpr (Complex<T>) {
      using Part = typename Out::value_type;
      const std::complex<double> now = product.result();
      return Out(static_cast<Part>(now.real()), static_cast<Part>(now.imag()));
    } else {
      return static_cast<Out>(product.result());
    }
  }
  void merge(const ProductSoFar& later) { product.multiply(later.product); }
};

template <template <class, class, bool> class Step>
Scan scan_for(Dtype input, Dtype output, bool skips) {
  return with_type(input, [&]<class T>(std::type_identity<T>) {
    if constexpr (Whole<T>) {
      using Wide = std::conditional_t<std::is_signed_v<T> || std::same_as<T, bool>, std::int64_t,
                                      std::uint64_t>;
      return output == input ? scan_of<Step<T, T, false>>(input, output)
                             : scan_of<Step<T, Wide, false>>(input, output);
    } else {
      return skips ? scan_of<Step<T, T, true>>(input, output)
                   : scan_of<Step<T, T, false>>(input, output);
    }
  });
}

constexpr std::int64_t least_between = 64;  // elements of a line between two that are carried over

class Cumulated : public Node {
 public:
  Cumulated(NodePtr input, std::size_t axis, Scan scan)
      : Node(scan.output, input->shape()), input_(std::move(input)), axis_(axis), scan_(scan) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] Shape grain() const override {
    const std::lock_guard lock(mutex_);
    return extents();
  }

  void prepare() const override {
    const std::lock_guard lock(mutex_);
    if (is_prepared_) return;
    const Blocks blocks(shape(), extents());
    if (size() > 0 && shape()[axis_] > extents()[axis_]) {
      find_totals(blocks);
      carry_over();
    }
    is_prepared_ = true;
  }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(dtype(), box.size());
    if (box.size() == 0) return;
    const std::int64_t lines = box.size() / box.count[axis_];
    const auto states = pass.scratch();
    Box before = box;
    if (carries_) {
      const std::int64_t between = extents_[axis_];
      carries_->read(cell_of(box, box.first[axis_] / between), *states, pass);
      before.first[axis_] = box.first[axis_] / between * between;
    } else {
      states->reset(uint8, lines * static_cast<std::int64_t>(scan_.state_bytes));
      scan_.init(states->bytes(), lines);
      before.first[axis_] = 0;
    }
    // What lies between the last carries and the box, in pieces as large as blocks.
    const std::int64_t most = std::max(box.count[axis_], element_count(extents()) / lines);
    while (before.first[axis_] < box.first[axis_]) {
      before.count[axis_] = std::min(most, box.first[axis_] - before.first[axis_]);
      step(before, states->bytes(), nullptr, pass);
      before.first[axis_] += before.count[axis_];
    }
    step(box, states->bytes(), out.bytes(), pass);
  }

 private:
  // Blocks with some length along the axis: what is carried over is small beside them.
  const Shape& extents() const {
    if (!extents_.empty() || shape().empty()) return extents_;
    Shape grain = grain_of(input_);
    if (grain.size() != shape().size()) grain = Shape(shape().size(), 1);
    grain[axis_] *= (least_between + grain[axis_] - 1) / grain[axis_];
    const std::size_t states = 2 * scan_.state_bytes;
    extents_ = block_extents(shape(), grain, budget_for({input_}, states).block_elements);
    return extents_;
  }

  // States of the lines that a box cuts, before the given block.
  [[nodiscard]] Box cell_of(const Box& box, std::int64_t number) const {
    Box cell = box;
    cell.first[axis_] = number;
    cell.count[axis_] = 1;
    cell.first.push_back(0);
    cell.count.push_back(static_cast<std::int64_t>(scan_.state_bytes));
    return cell;
  }

  void step(const Box& box, std::byte* states, std::byte* out, Pass& pass) const {
    Pass::BufferPtr block = pass.read(input_, box);
    std::int64_t columns = 1;
    for (std::size_t axis = axis_ + 1; axis < box.count.size(); ++axis) columns *= box.count[axis];
    const std::int64_t rows = box.count[axis_];
    const std::int64_t slabs = box.size() / rows / columns;
    const std::byte* from = block->bytes();
    for (std::int64_t slab = 0; slab < slabs; ++slab) {
      scan_.step(states, from, rows, columns, out);
      states += static_cast<std::size_t>(columns) * scan_.state_bytes;
      from += static_cast<std::size_t>(rows * columns) * scan_.input.size();
      if (out != nullptr) out += static_cast<std::size_t>(rows * columns) * dtype().size();
    }
  }

  // Of each block's lines, as its carries.
  void find_totals(const Blocks& blocks) const {
    Shape cells = shape();
    cells[axis_] = (cells[axis_] + extents_[axis_] - 1) / extents_[axis_];
    cells.push_back(static_cast<std::int64_t>(scan_.state_bytes));
    carries_ = kept_array(uint8, cells);
    const Budget budget = budget_for({input_});
    run_tasks(blocks.count(), budget.threads, {input_}, [&](std::int64_t number, Pass& pass) {
      const Box box = blocks.at(number);
      const std::int64_t lines = box.size() / box.count[axis_];
      const auto states = pass.scratch();
      states->reset(uint8, lines * static_cast<std::int64_t>(scan_.state_bytes));
      scan_.init(states->bytes(), lines);
      step(box, states->bytes(), nullptr, pass);
      carries_->write(cell_of(box, box.first[axis_] / extents_[axis_]), *states);
    });
  }

  // From each block's own to all that are before it.
  void carry_over() const {
    Shape lines = shape();
    lines[axis_] = 1;
    const Budget budget = budget_for({input_}, 4 * scan_.state_bytes);
    const Blocks groups(lines, block_extents(lines, {}, budget.block_elements));
    const std::int64_t cells = carries_->shape()[axis_];
    run_tasks(groups.count(), budget.threads, {}, [&](std::int64_t number, Pass& pass) {
      const Box group = groups.at(number);
      std::vector<std::byte> so_far(static_cast<std::size_t>(group.size()) * scan_.state_bytes);
      scan_.init(so_far.data(), group.size());
      Buffer own;
      Buffer before;
      for (std::int64_t cell = 0; cell < cells; ++cell) {
        const Box box = cell_of(group, cell);
        carries_->read(box, own, pass);
        before.reset(uint8, box.size());
        std::ranges::copy(so_far, before.bytes());
        carries_->write(box, before);
        scan_.merge(so_far.data(), own.bytes(), group.size());
      }
    });
  }

  NodePtr input_;
  std::size_t axis_;
  Scan scan_;
  mutable std::mutex mutex_;
  mutable bool is_prepared_ = false;
  mutable Shape extents_;
  mutable NodePtr carries_;
};

template <template <class, class, bool> class Step>
Array cumulated(const Array& a, std::optional<std::int64_t> axis, std::optional<Dtype> dtype,
                bool skips, const char* name) {
  require_numbers(a, name);
  NodePtr input = a.node();
  if (!axis || a.ndim() == 0) {
    if (axis) (void)axis_of(*axis, 1);
    input = flattened(input);
    axis = 0;
  }
  Dtype output = widest_of(a.dtype());
  if (dtype && *dtype != output) {
    output = *dtype;
    if (output.is_string()) throw Error(ErrorCode::Invalid, name, "isn't there for text");
    input = as_dtype(input, output);
  }
  const std::size_t at = axis_of(*axis, input->shape().size());
  const Scan scan = scan_for<Step>(input->dtype(), output, skips);
  return Array(std::make_shared<Cumulated>(input, at, scan));
}

}  // namespace

Array cumsum(const Array& a, std::optional<std::int64_t> axis, std::optional<Dtype> dtype) {
  return cumulated<SumSoFar>(a, axis, dtype, false, "cumsum");
}
Array cumprod(const Array& a, std::optional<std::int64_t> axis, std::optional<Dtype> dtype) {
  return cumulated<ProductSoFar>(a, axis, dtype, false, "cumprod");
}
Array nancumsum(const Array& a, std::optional<std::int64_t> axis, std::optional<Dtype> dtype) {
  return cumulated<SumSoFar>(a, axis, dtype, true, "nancumsum");
}
Array nancumprod(const Array& a, std::optional<std::int64_t> axis, std::optional<Dtype> dtype) {
  return cumulated<ProductSoFar>(a, axis, dtype, true, "nancumprod");
}

}  // namespace sheaf::np
