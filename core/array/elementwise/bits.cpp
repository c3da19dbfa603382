// SPDX-License-Identifier: MIT
// packbits, unpackbits, binary_repr.
#include <algorithm>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/logic.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// Axes before the one of bits are `outer`, those behind it `inner`.
struct Runs {
  std::int64_t outer = 1;
  std::int64_t inner = 1;
};
Runs runs_around(const Shape& count, std::size_t axis) {
  Runs runs;
  for (std::size_t at = 0; at < count.size(); ++at) {
    if (at != axis) (at < axis ? runs.outer : runs.inner) *= count[at];
  }
  return runs;
}

// The node of both. Without an axis, of the flattened input.
class BitNode : public Node {
 public:
  BitNode(Shape shape, NodePtr input, std::optional<std::size_t> axis, bool is_little)
      : Node(uint8, std::move(shape)),
        input_(std::move(input)),
        axis_(axis.value_or(0)),
        is_flat_(!axis),
        is_little_(is_little) {}
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }

 protected:
  [[nodiscard]] std::int64_t input_extent() const {
    return is_flat_ ? input_->size() : input_->shape()[axis_];
  }
  // Of the input, along the axis from first on.
  Pass::BufferPtr read_along(const Box& box, std::int64_t first, std::int64_t count,
                             Pass& pass) const {
    if (count == 0) {
      std::shared_ptr<Buffer> none = pass.scratch();
      none->reset(input_->dtype(), 0);
      return none;
    }
    if (is_flat_) {
      std::shared_ptr<Buffer> flat = pass.scratch();
      read_flat(input_, first, first + count, *flat, pass);
      return flat;
    }
    Box part = box;
    part.first[axis_] = first;
    part.count[axis_] = count;
    return pass.read(input_, part);
  }
  [[nodiscard]] unsigned shift(std::int64_t bit) const {
    return static_cast<unsigned>(is_little_ ? bit : 7 - bit);
  }

  NodePtr input_;
  std::size_t axis_;
  bool is_flat_;
  bool is_little_;
};

class Packed : public BitNode {
 public:
  using BitNode::BitNode;

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const std::int64_t first = box.first[axis_] * 8;
    const std::int64_t bits = std::min(box.count[axis_] * 8, input_extent() - first);
    const Pass::BufferPtr block = read_along(box, first, bits, pass);
    out.reset(uint8, box.size());
    std::fill_n(out.as<std::uint8_t>(), out.count(), std::uint8_t{0});
    const Runs runs = runs_around(box.count, axis_);
    const bool* from = block->as<bool>();
    for (std::int64_t outer = 0; outer < runs.outer; ++outer) {
      std::uint8_t* to = out.as<std::uint8_t>() + outer * box.count[axis_] * runs.inner;
      for (std::int64_t bit = 0; bit < bits; ++bit) {
        for (std::int64_t inner = 0; inner < runs.inner; ++inner) {
          const unsigned one = *from++ ? 1U : 0U;
          std::uint8_t& byte = to[bit / 8 * runs.inner + inner];
          byte = static_cast<std::uint8_t>(byte | one << shift(bit % 8));
        }
      }
    }
  }
};

class Unpacked : public BitNode {
 public:
  using BitNode::BitNode;

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const std::int64_t start = box.first[axis_];
    const std::int64_t stop = start + box.count[axis_];
    const std::int64_t first = std::min(start / 8, input_extent());
    const std::int64_t last = std::min((stop + 7) / 8, input_extent());
    const Pass::BufferPtr block = read_along(box, first, last - first, pass);
    out.reset(uint8, box.size());
    const Runs runs = runs_around(box.count, axis_);
    std::uint8_t* to = out.as<std::uint8_t>();
    for (std::int64_t outer = 0; outer < runs.outer; ++outer) {
      const std::uint8_t* from = block->as<std::uint8_t>() + outer * (last - first) * runs.inner;
      for (std::int64_t bit = start; bit < stop; ++bit) {
        for (std::int64_t inner = 0; inner < runs.inner; ++inner) {
          // More bits were asked for than there are: zeros.
          const bool is_there = bit / 8 < last;
          const unsigned byte = is_there ? from[(bit / 8 - first) * runs.inner + inner] : 0U;
          *to++ = static_cast<std::uint8_t>(byte >> shift(bit % 8) & 1U);
        }
      }
    }
  }
};

template <class N>
Array bit_array(const NodePtr& input, const BitOptions& options,
                std::int64_t (*extent)(std::int64_t), std::optional<std::int64_t> count) {
  std::optional<std::size_t> axis;
  if (options.axis) axis = axis_of(*options.axis, input->shape().size());
  if (!axis && input->shape().size() == 1) axis = 0;
  Shape shape = axis ? input->shape() : Shape{input->size()};
  std::int64_t& along = shape[axis.value_or(0)];
  along = extent(along);
  if (count) along = *count < 0 ? along + *count : *count;
  if (along < 0) {
    throw Error(ErrorCode::Invalid, "unpackbits",
                "'count' is " + std::to_string(*count) + ", more than there are to leave out");
  }
  return Array(std::make_shared<N>(shape, input, axis, options.is_little));
}

}  // namespace

Array packbits(const Array& a, const BitOptions& options) {
  if (a.dtype().kind != DtypeKind::Bool && a.dtype().kind != DtypeKind::Int &&
      a.dtype().kind != DtypeKind::Uint) {
    throw Error(ErrorCode::Invalid, "packbits", "takes integers or bool, not " + a.dtype().name());
  }
  return bit_array<Packed>(as_dtype(a.node(), boolean), options,
                           [](std::int64_t bits) { return (bits + 7) / 8; }, {});
}

Array unpackbits(const Array& a, const BitOptions& options, std::optional<std::int64_t> count) {
  if (a.dtype() != uint8) {
    throw Error(ErrorCode::Invalid, "unpackbits",
                "takes uint8, not " + a.dtype().name() + "; convert it (astype)");
  }
  return bit_array<Unpacked>(
      a.node(), options, [](std::int64_t bytes) { return bytes * 8; }, count);
}

std::string binary_repr(std::int64_t num, std::optional<std::int64_t> width) {
  const auto bits_of = [](std::uint64_t number) {
    std::string bits;
    for (; number != 0; number >>= 1U) bits.insert(bits.begin(), (number & 1U) != 0 ? '1' : '0');
    return bits.empty() ? std::string("0") : bits;
  };
  const auto size = num < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(num)
                            : static_cast<std::uint64_t>(num);
  std::string bits = bits_of(size);
  if (num < 0 && !width) return "-" + bits;
  if (num < 0) {
    // Two's complement, of as few bits as hold it or as were asked for.
    const std::size_t least = bits_of(size - 1).size() + (size > 1 ? 1 : 0);
    const std::size_t digits =
        std::max(least, static_cast<std::size_t>(std::max<std::int64_t>(*width, 0)));
    const auto complement = bits_of(static_cast<std::uint64_t>(num));
    if (digits <= 64) return complement.substr(64 - digits);
    return std::string(digits - 64, '1') + complement;
  }
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(width.value_or(0), 0));
  if (bits.size() < wanted) bits.insert(0, wanted - bits.size(), '0');
  return bits;
}

}  // namespace sheaf::np
