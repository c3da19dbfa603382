// SPDX-License-Identifier: MIT
#pragma once
// Rows changed on their way out of a file: `sheaf get FILE PATH ID --transform NAME`.
//
//   class Halve {
//    public:
//     static void declare(sdk::Transform<Halve>& transform) {
//       transform.name("lab.halve").summary("Half of every number, as float32");
//     }
//     sheaf_dtype open(const sdk::TransformInput& input) {  // what becomes of such rows
//       if (!(input.dtype() == sdk::dtype_of<float>())) throw sdk::Error("takes float32");
//       return input.dtype();
//     }
//     void apply(const sdk::ArrayView& rows, std::span<std::byte> out);  // rows.shape()[0] of them
//   };
//
//   SHEAF_PLUGIN("lab.transforms", "1.0.0", "MIT", "Transforms of the lab", Halve)
//
// Model: listed beside features; one row in, one row out. `shape(item_shape) const`, optional, says
// the shape of a new row; without it that stays. `out` has just the bytes of the new rows.
// Threads: an object is used by one thread at a time. Failure: throw; sdk::Error does.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sheaf/sdk/description.hpp>
#include <sheaf/sdk/dtype.hpp>
#include <sheaf/sdk/parameters.hpp>
#include <sheaf/transform.h>

namespace sheaf::sdk {

// What is to be transformed.
class TransformInput : public Call {
 public:
  TransformInput(const sheaf_call* call, const sheaf_transform_input* host) noexcept
      : Call(call), host_(host) {}
  [[nodiscard]] sheaf_dtype dtype() const noexcept { return host_->dtype; }
  // Of one row; per_source where that isn't known before.
  [[nodiscard]] std::span<const std::int64_t> item_shape() const noexcept {
    return {host_->item_shape, host_->ndim};
  }
  // Of the rows' place in the file, and of their statistics where the file has them.
  [[nodiscard]] std::optional<ArrayView> attr(std::string_view name) const {
    for (std::uint64_t i = 0; i < host_->attr_count; ++i) {
      if (detail::view(host_->attr_names[i]) == name) return ArrayView(host_->attr_values[i]);
    }
    return std::nullopt;
  }

 private:
  const sheaf_transform_input* host_;
};

template <class T>
class Transform : public Parameters<T> {
 public:
  // "lab.halve": the last part is its short name.
  Transform& name(std::string text) { return name_ = std::move(text), *this; }
  Transform& summary(std::string text) { return summary_ = std::move(text), *this; }

  void fill(sheaf_transform& transform) {
    const auto& params = this->views();
    transform.struct_size = sizeof(sheaf_transform);
    transform.name = detail::view(name_);
    transform.summary = detail::view(summary_);
    transform.params = params.data();
    transform.param_count = params.size();
  }

 private:
  std::string name_, summary_;
};

namespace detail {

template <class T>
concept IsTransform = requires(Transform<T>& declaration) {
  T::declare(declaration);
};
template <class T>
concept HasShape = requires(const T& object, const Shape& item_shape) {
  Shape(object.shape(item_shape));
};

template <class T>
class TransformAdapter {
 public:
  static const sheaf_transform* transform() {
    static const TransformAdapter adapter;
    return &adapter.plain_;
  }

 private:
  TransformAdapter() {
    T::declare(declaration());
    declaration().fill(plain_);
    plain_.open = &open;
    plain_.shape = &shape;
    plain_.apply = &apply;
    plain_.close = &close;
  }
  static Transform<T>& declaration() {
    static Transform<T> instance;
    return instance;
  }
  static sheaf_status open(const sheaf_transform*, const sheaf_call* call,
                           const sheaf_config* config, const sheaf_transform_input* input,
                           sheaf_dtype* dtype, void** instance) noexcept {
    return guard(call, SHEAF_ERR_PLUGIN, [&] {
      auto object = std::make_unique<T>();
      declaration().apply(*object, *config);
      *dtype = object->open(TransformInput(call, input));
      *instance = object.release();
      return SHEAF_OK;
    });
  }
  static sheaf_status shape(void* instance, const sheaf_call* call, const sheaf_item_shape* from,
                            sheaf_item_shape* to) noexcept {
    return guard(call, SHEAF_ERR_SOURCE, [&] {
      *to = *from;
      if constexpr (HasShape<T>) {
        const Shape made = static_cast<const T*>(instance)->shape(
            Shape(from->extents, from->extents + from->ndim));
        if (made.size() > SHEAF_TRANSFORM_NDIM_MAX) throw Error("would make too many axes");
        to->ndim = static_cast<std::uint32_t>(made.size());
        for (std::size_t axis = 0; axis < made.size(); ++axis) to->extents[axis] = made[axis];
      }
      return SHEAF_OK;
    });
  }
  static sheaf_status apply(void* instance, const sheaf_call* call, const sheaf_array* rows,
                            void* data, std::uint64_t size) noexcept {
    return guard(call, SHEAF_ERR_SOURCE, [&] {
      static_cast<T*>(instance)->apply(ArrayView(*rows), {static_cast<std::byte*>(data), size});
      return SHEAF_OK;
    });
  }
  static void close(void* instance) noexcept { delete static_cast<T*>(instance); }

  sheaf_transform plain_{};
};

}  // namespace detail
}  // namespace sheaf::sdk
