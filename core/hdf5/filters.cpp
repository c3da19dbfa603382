// SPDX-License-Identifier: MIT
#include "core/hdf5/filters.hpp"

#include <algorithm>
#include <cstring>
#include <exception>

#include <hdf5.h>

#include "core/codecs/codec.hpp"

namespace sheaf::hdf5 {
namespace {

// HDF5 doesn't tell a filter how long the chunk is.
constexpr std::size_t largest_chunk = 0xFFFFFFFF;

// Puts the result where HDF5 wants it; false when there is no memory.
bool hand_over(codecs::Bytes result, std::size_t* capacity, void** data) {
  if (result.size() > *capacity) {
    void* larger = H5allocate_memory(result.size(), false);
    if (larger == nullptr) return false;
    H5free_memory(*data);
    *data = larger;
    *capacity = result.size();
  }
  std::memcpy(*data, result.data(), result.size());
  return true;
}

// 0 says that it failed, or (encoding) that the chunk doesn't get smaller.
template <const codecs::Codec& codec>
std::size_t apply(unsigned flags, std::size_t count, const unsigned* values, std::size_t bytes,
                  std::size_t* capacity, void** data) noexcept {
  try {
    const codecs::Bytes in(static_cast<const std::byte*>(*data), bytes);
    const codecs::Values options(values, count);
    codecs::Buffer out;
    if ((flags & H5Z_FLAG_REVERSE) != 0) {
      codec.decode(in, options, largest_chunk, out);
    } else if (!codec.encode(in, options, out)) {
      return 0;
    }
    return hand_over(out.bytes(), capacity, data) ? out.size() : 0;
  } catch (const std::exception& error) {
    H5Epush2(H5E_DEFAULT, __FILE__, codec.name, __LINE__, H5E_ERR_CLS, H5E_PLINE, H5E_CANTFILTER,
             "%s", error.what());
    return 0;
  }
}

template <const codecs::Codec& codec>
void register_filter() noexcept {
  static const H5Z_class2_t filter{
      H5Z_CLASS_T_VERS, static_cast<H5Z_filter_t>(codec.id), 1, 1, codec.name, nullptr, nullptr,
      apply<codec>};
  // A failure shows where the filter is first used.
  (void)H5Zregister(&filter);
}

}  // namespace

void register_filters() noexcept {
  register_filter<codecs::lzf>();
  register_filter<codecs::blosc>();
  register_filter<codecs::lz4>();
  register_filter<codecs::zstd>();
}

}  // namespace sheaf::hdf5
