// SPDX-License-Identifier: MIT
#pragma once
// What a Loader hands out: one contiguous tensor for each input.
//
// Model: a Batch owns its memory while anybody holds it (core/loader/dlpack.hpp shares it with
// other libraries); then the memory goes back to its Loader for a later batch, also when the Loader
// is gone. Memory is aligned to 64 bytes. Threads: a Batch is its holder's own.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/value.hpp"

namespace sheaf::loader {

// Memory that grows, is never cleared and is used again.
class AlignedBuffer {
 public:
  static constexpr std::align_val_t alignment{64};

  // `size` bytes that hold anything.
  [[nodiscard]] std::byte* claim(std::size_t size);
  [[nodiscard]] std::byte* data() const noexcept { return data_.get(); }

 private:
  struct Free {
    void operator()(std::byte* data) const noexcept { ::operator delete(data, alignment); }
  };
  std::unique_ptr<std::byte, Free> data_;
  std::size_t capacity_ = 0;
};

struct Tensor {
  std::string name;
  Dtype dtype;
  // The batch's axis first; ragged: (elements,); strings: (strings,).
  Shape shape;
  // Row-major; of strings nothing. The holder of the batch may write to it.
  std::span<std::byte> bytes;
  // What each sample has of its own, without padding: so many axes a sample, one sample after the
  // other. Empty when Lengths::Equal was asked for.
  std::vector<std::int64_t> sample_shapes;
  // Ragged and strings: sample i is elements offsets[i] to offsets[i + 1]. Else empty.
  std::vector<std::int64_t> offsets;
  std::vector<std::string> strings;

  template <class T>
  [[nodiscard]] std::span<T> as() const noexcept {
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

  AlignedBuffer buffer;
};

// Where a sample comes from.
struct Place {
  std::int64_t item = 0;      // 0 ≤ item < Loader::items()
  std::int64_t source = -1;   // its number in the file; -1 without sources
  std::int64_t step = 0;      // k of the getters
  std::int64_t jitter = 0;    // rows, as Options::jitter has them
  std::uint64_t seed = 0;     // Sample::seed
  std::int64_t position = 0;  // in the epoch, over all ranks
  std::size_t cell = 0;       // the Loader's own number of the source
};

struct Batch {
  std::int64_t epoch = 0;
  std::int64_t number = 0;      // in the epoch, from 0
  std::vector<Place> places;    // one a sample
  std::vector<Tensor> tensors;  // one an input, in their order

  [[nodiscard]] std::size_t size() const noexcept { return places.size(); }
  // Throws Error (NotFound) that says which there are.
  [[nodiscard]] Tensor& operator[](std::string_view name);
  [[nodiscard]] const Tensor& operator[](std::string_view name) const;
};

using BatchPtr = std::shared_ptr<Batch>;

}  // namespace sheaf::loader
