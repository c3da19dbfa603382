// SPDX-License-Identifier: MIT
#include "core/loader/dlpack.hpp"

#include <memory>
#include <utility>

#include <dlpack/dlpack.h>

#include "core/error.hpp"

namespace sheaf::loader {
namespace {

struct Export {
  DLManagedTensor managed{};
  BatchPtr batch;
  Shape shape;  // its own: the holder of the batch may change the tensor's
};

DLDataTypeCode code_of(const Tensor& tensor) {
  switch (tensor.dtype.kind) {
    case DtypeKind::Int:
      return kDLInt;
    case DtypeKind::Uint:
    case DtypeKind::Bool:
      return kDLUInt;
    case DtypeKind::Float:
      return kDLFloat;
    case DtypeKind::Complex:
      return kDLComplex;
    case DtypeKind::String:
      break;
  }
  throw Error(ErrorCode::Unsupported, tensor.name, "has strings, which DLPack doesn't know");
}

}  // namespace

DLManagedTensor* to_dlpack(BatchPtr batch, std::size_t tensor) {
  const Tensor& from = batch->tensors.at(tensor);
  auto made = std::make_unique<Export>();
  DLTensor& to = made->managed.dl_tensor;
  made->shape = from.shape;
  to.data = from.bytes.data();
  to.device = {kDLCPU, 0};
  to.ndim = static_cast<std::int32_t>(made->shape.size());
  to.dtype = {static_cast<std::uint8_t>(code_of(from)), static_cast<std::uint8_t>(from.dtype.bits),
              1};
  to.shape = made->shape.data();
  to.strides = nullptr;  // row-major without gaps
  to.byte_offset = 0;
  made->batch = std::move(batch);
  made->managed.manager_ctx = made.get();
  made->managed.deleter = [](DLManagedTensor* done) {
    const std::unique_ptr<Export> freed(static_cast<Export*>(done->manager_ctx));
  };
  return &made.release()->managed;
}

}  // namespace sheaf::loader
