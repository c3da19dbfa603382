// SPDX-License-Identifier: MIT
#pragma once
// Tensors of a batch for other libraries, without a copy (https://dmlc.github.io/dlpack, 0.6).
//
// Model: an export holds the whole batch, as one more BatchPtr would; its deleter lets go, in any
// thread, also after the Loader is gone. bool goes out as uint8, which is what DLPack 0.6 has.
// Threads: any. Failure: Error (Unsupported) for strings.

#include <cstddef>

#include "core/loader/batch.hpp"

struct DLManagedTensor;

namespace sheaf::loader {

// The caller (or who it is handed to) calls its deleter once.
[[nodiscard]] DLManagedTensor* to_dlpack(BatchPtr batch, std::size_t tensor);

}  // namespace sheaf::loader
