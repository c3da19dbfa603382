// SPDX-License-Identifier: MIT
#include "core/loader/batch.hpp"

#include "core/error.hpp"

namespace sheaf::loader {
namespace {

template <class Tensors>
auto& find(Tensors& tensors, std::string_view name) {
  std::string names;
  for (auto& tensor : tensors) {
    if (tensor.name == name) return tensor;
    names += (names.empty() ? "" : ", ") + tensor.name;
  }
  throw Error(ErrorCode::NotFound, "batch",
              "has no input '" + std::string(name) + "'; there are " + names);
}

}  // namespace

std::byte* AlignedBuffer::claim(std::size_t size) {
  if (size > capacity_ || !data_) {
    data_.reset();
    capacity_ = 0;
    // An eighth more, so that batches of slightly different sizes don't allocate each time.
    const std::size_t wanted = size + size / 8 + 64;
    data_.reset(static_cast<std::byte*>(::operator new(wanted, alignment)));
    capacity_ = wanted;
  }
  return data_.get();
}

Tensor& Batch::operator[](std::string_view name) { return find(tensors, name); }
const Tensor& Batch::operator[](std::string_view name) const { return find(tensors, name); }

}  // namespace sheaf::loader
