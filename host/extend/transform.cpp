// SPDX-License-Identifier: MIT
#include "host/extend/transform.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/dispatch/request.hpp"
#include "host/extend/remote.hpp"
#include "host/extend/run_here.hpp"

namespace sheaf::host::extend {
namespace {

using plugin::view;

constexpr std::int64_t block_bytes = std::int64_t{16} << 20U;  // sent at once

std::string who(const Transform& transform) {
  return fmt::format("transform '{}'", transform.name());
}

// An instance a thread at work; those that are idle are taken up again.
class InProcess final : public read::RowTransform {
 public:
  InProcess(const Transform& transform, std::vector<plugin::ParamValue> params,
            const read::RowType& input, const Options& options)
      : transform_(transform),
        params_(std::move(params)),
        input_(input),
        services_{options.stop, 1} {
    idle_.push_back(open());
    dtype_ = idle_.back()->dtype();
  }

  Dtype dtype() const noexcept override { return dtype_; }
  Shape item_shape(const Shape& item_shape) const override {
    Shape made;
    with_instance([&](TransformHere& one) { made = one.item_shape(item_shape); });
    return made;
  }
  void apply(const Shape& item_shape, std::int64_t rows, std::span<const std::byte> in,
             std::span<std::byte> out) const override {
    with_instance([&](TransformHere& one) { one.apply(item_shape, rows, in, out); });
  }

 private:
  [[nodiscard]] std::unique_ptr<TransformHere> open() const {
    return std::make_unique<TransformHere>(*transform_.descriptor, params_, input_, services_);
  }
  [[nodiscard]] std::unique_ptr<TransformHere> take() const {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<TransformHere> one = std::move(idle_.back());
    idle_.pop_back();
    return one;
  }
  // One that failed isn't used again.
  template <class Use>
  void with_instance(Use use) const {
    std::unique_ptr<TransformHere> one = take();
    if (one == nullptr) one = open();
    use(*one);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(one));
  }

  Transform transform_;
  std::vector<plugin::ParamValue> params_;
  read::RowType input_;
  plugin::Services services_;
  Dtype dtype_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<TransformHere>> idle_;
};

class InWorker final : public read::RowTransform {
 public:
  InWorker(const Transform& transform, std::vector<plugin::ParamValue> params,
           const read::RowType& input, const Options& options)
      : name_(who(transform)), remote_(*transform.plugin, options) {
    worker::ExtendMessage message;
    message.task = worker::Task::OpenTransform;
    message.name = transform.name();
    message.params = std::move(params);
    message.input = input;
    dtype_ = worker::take_dtype(remote_.ask(std::move(message), name_));
    if (dtype_.is_string()) throw Error(ErrorCode::Invalid, name_, "makes strings");
  }

  Dtype dtype() const noexcept override { return dtype_; }
  Shape item_shape(const Shape& item_shape) const override {
    const std::lock_guard lock(mutex_);
    return shape_of(item_shape);
  }
  void apply(const Shape& item_shape, std::int64_t rows, std::span<const std::byte> in,
             std::span<std::byte> out) const override {
    if (rows == 0) return;
    const auto row = static_cast<std::int64_t>(std::max(in.size(), out.size())) / rows;
    const std::int64_t most =
        std::max<std::int64_t>(1, block_bytes / std::max<std::int64_t>(1, row));
    const std::size_t from_row = in.size() / static_cast<std::size_t>(rows);
    const std::size_t to_row = out.size() / static_cast<std::size_t>(rows);
    const std::lock_guard lock(mutex_);
    for (std::int64_t start = 0; start < rows; start += most) {
      const auto first = static_cast<std::size_t>(start);
      const auto count = static_cast<std::size_t>(std::min(most, rows - start));
      apply_block(item_shape, static_cast<std::int64_t>(count),
                  in.subspan(first * from_row, count * from_row),
                  out.subspan(first * to_row, count * to_row));
    }
  }

 private:
  // Asked for once each: sources have few different ones.
  const Shape& shape_of(const Shape& item_shape) const {
    const auto known = shapes_.find(item_shape);
    if (known != shapes_.end()) return known->second;
    worker::ExtendMessage message;
    message.task = worker::Task::Shape;
    message.item_shape = item_shape;
    Shape made = worker::take_shape(remote_.ask(std::move(message), name_));
    if (std::ranges::any_of(made, [](std::int64_t extent) { return extent < 0; })) {
      throw Error(ErrorCode::Invalid, name_, "says a shape that makes no sense");
    }
    return shapes_.emplace(item_shape, std::move(made)).first->second;
  }
  void apply_block(const Shape& item_shape, std::int64_t rows, std::span<const std::byte> in,
                   std::span<std::byte> out) const {
    worker::ExtendMessage message;
    message.task = worker::Task::Apply;
    message.item_shape = item_shape;
    message.rows = rows;
    message.new_bytes = out.size();
    message.bytes.assign(reinterpret_cast<const char*>(in.data()), in.size());
    const std::string made = remote_.ask(std::move(message), name_);
    if (made.size() != out.size()) {
      throw Error(ErrorCode::Invalid, name_, "made another number of bytes than it said");
    }
    std::ranges::copy(std::as_bytes(std::span(made)), out.begin());
  }

  std::string name_;
  Dtype dtype_;
  mutable std::mutex mutex_;
  mutable Remote remote_;
  mutable std::map<Shape, Shape> shapes_;
};

// What the host itself relies on, whoever said it.
void check_type(const Transform& transform, const read::RowType& type) {
  if (type.dtype.is_string()) {
    throw Error(ErrorCode::Unsupported, who(transform), "takes numbers, no strings");
  }
  if (type.item_shape.size() > SHEAF_TRANSFORM_NDIM_MAX) {
    throw Error(ErrorCode::Unsupported, who(transform), "takes no rows with so many axes");
  }
}

}  // namespace

std::string_view Transform::name() const { return view(descriptor->name); }

std::string_view Transform::short_name() const {
  const std::string_view full = name();
  return full.substr(full.rfind('.') + 1);  // npos + 1 is 0
}

std::vector<Transform> transforms(const plugin::Catalog& catalog) {
  std::vector<Transform> found;
  for (const plugin::Plugin& plugin : catalog.plugins()) {
    const sheaf_transforms* const all = plugin::transforms_of(*plugin.descriptor);
    for (std::uint64_t i = 0; all != nullptr && i < all->transform_count; ++i) {
      found.push_back({all->transforms[i], &plugin});
    }
  }
  return found;
}

Transform find_transform(const plugin::Catalog& catalog, std::string_view name) {
  std::vector<Transform> found;
  std::string names;
  for (const Transform& each : transforms(catalog)) {
    if (each.name() == name) return each;
    if (each.short_name() == name) found.push_back(each);
    names += fmt::format("{}{}", names.empty() ? "" : ", ", each.short_name());
  }
  if (found.size() == 1) return found.front();
  const std::string object = fmt::format("transform '{}'", name);
  if (found.empty()) {
    throw Error(ErrorCode::NotFound, object,
                "isn't there; there " + (names.empty() ? "are none" : "are: " + names));
  }
  throw Error(
      ErrorCode::Invalid, object,
      fmt::format("is there more than once; write {} or {}", found[0].name(), found[1].name()));
}

read::OpenTransform open_transform(const Transform& transform, const plugin::ParamInputs& params,
                                   const Options& options) {
  const std::vector<plugin::ParamValue> values = plugin::resolve_params(
      {who(transform), fmt::format("--transform {}:", transform.short_name()),
       transform.descriptor->params, transform.descriptor->param_count},
      params);
  if (options.in_process && !plugin::is_callable(*transform.plugin->descriptor)) {
    throw Error(ErrorCode::Invalid, who(transform),
                "isn't loaded in this process; find it in a Catalog::load()");
  }
  // The catalog may go; what its Plugin says of the file is kept.
  const auto kept = std::make_shared<const plugin::Plugin>(*transform.plugin);
  return [transform, kept, values,
          options](const read::RowType& type) -> std::shared_ptr<const read::RowTransform> {
    const Transform same{transform.descriptor, kept.get()};
    check_type(same, type);
    if (options.in_process) return std::make_shared<InProcess>(same, values, type, options);
    return std::make_shared<InWorker>(same, values, type, options);
  };
}

read::OpenTransforms open_transforms(const plugin::Catalog& catalog,
                                     const std::vector<std::string>& texts,
                                     const Options& options) {
  read::OpenTransforms list;
  for (const std::string& text : texts) {
    const NamedParams wanted = parse_named_params(text, "--transform");
    list.push_back(open_transform(find_transform(catalog, wanted.name), wanted.params, options));
  }
  return list;
}

}  // namespace sheaf::host::extend
