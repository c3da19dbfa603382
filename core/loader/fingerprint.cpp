// SPDX-License-Identifier: MIT
#include "core/loader/fingerprint.hpp"

#include <array>
#include <string_view>
#include <type_traits>
#include <variant>

#include "core/digest.hpp"

namespace sheaf::loader {
namespace {

// Numbers and texts one after the other, each text behind its length. Small ones are collected:
// a source's span by itself would cost more in calls than in bytes.
class Trail {
 public:
  Trail() { waiting_.reserve(most); }

  template <class... Numbers>
  requires((std::is_integral_v<Numbers> ||
            std::is_enum_v<Numbers>)&&...) void add(Numbers... numbers) {
    (add_number(static_cast<std::int64_t>(numbers)), ...);
  }
  void add(std::string_view text) {
    add_number(static_cast<std::int64_t>(text.size()));
    append(text.data(), text.size());
  }
  void add(double number) { append(&number, sizeof number); }
  void add(const Shape& shape) {
    add(shape.size());
    for (const std::int64_t extent : shape) add(extent);
  }
  [[nodiscard]] std::string text() {
    flush();
    return digest_.text();
  }

 private:
  static constexpr std::size_t most = std::size_t{64} << 10U;

  void add_number(std::int64_t number) { append(&number, sizeof number); }
  void append(const void* data, std::size_t size) {
    waiting_.append(static_cast<const char*>(data), size);
    if (waiting_.size() >= most) flush();
  }
  void flush() {
    digest_.update(waiting_.data(), waiting_.size());
    waiting_.clear();
  }

  Digest digest_;
  std::string waiting_;
};

void add(Trail& trail, const Getter& getter) {
  trail.add(getter.index());
  std::visit(
      [&trail](const auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, ById>) {
          trail.add(kind.squeeze);
        } else if constexpr (std::is_same_v<Kind, Slice>) {
          trail.add(kind.shift, kind.length, kind.downsampling, kind.axis);
        } else if constexpr (std::is_same_v<Kind, FramedSlice>) {
          trail.add(kind.shift, kind.length, kind.frame_size, kind.hop, kind.center, kind.padding,
                    kind.downsampling);
        }
      },
      getter);
}

}  // namespace

std::string digest_of_data(const read::File& file, const ItemTable& table,
                           const std::vector<const Field*>& fields) {
  Trail trail;
  trail.add(table.cells(), table.items());
  for (const Field* field : fields) {
    trail.add(field->array().dtype().name());
    trail.add(Shape(field->array().shape().begin() + 1, field->array().shape().end()));
  }
  for (std::size_t cell = 0; cell < table.cells(); ++cell) {
    const std::int64_t source = table.source(cell);
    if (source >= 0) trail.add(std::string_view(file.ids()[static_cast<std::size_t>(source)]));
    for (const Field* field : fields) trail.add(field->start(cell), field->span(cell).stop);
  }
  return trail.text();
}

std::string digest_of_configuration(const std::vector<Input>& inputs, const Options& options) {
  Trail trail;
  for (const Input& input : inputs) {
    trail.add(std::string_view(input.path));
    trail.add(std::string_view(input.name));
    add(trail, input.getter);
    trail.add(static_cast<bool>(input.transform));
    trail.add(std::string_view(input.transform.dtype.name()));
    trail.add(input.fit.lengths, input.fit.crop);
    trail.add(input.fit.shape);
    trail.add(input.fit.pad_value);
  }
  const Sampling& sampling = options.sampling;
  trail.add(options.batch_size, options.drop_last, options.jitter, options.crosses_sources);
  trail.add(sampling.order, sampling.seed, sampling.block, sampling.mixed, sampling.samples,
            sampling.world_size, sampling.pads_ranks);
  for (const double weight : sampling.weights) trail.add(weight);
  return trail.text();
}

}  // namespace sheaf::loader
