// SPDX-License-Identifier: MIT
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <hwy/contrib/sort/vqsort.h>

#include "core/array/sorting/sort_keys.hpp"

namespace sheaf::np {

template <class Record>
void sort_records(Record* first, Record* last) {
  const auto count = static_cast<std::size_t>(last - first);
  if constexpr (std::same_as<Record, Wide>) {  // of the same bytes
    hwy::Sorter()(reinterpret_cast<hwy::uint128_t*>(first), count, hwy::SortAscending());
  } else if constexpr (std::unsigned_integral<Record> && sizeof(Record) > 1) {
    hwy::Sorter()(first, count, hwy::SortAscending());
  } else {
    boost::sort::pdqsort(first, last);
  }
}

template void sort_records(std::uint8_t*, std::uint8_t*);
template void sort_records(std::uint16_t*, std::uint16_t*);
template void sort_records(std::uint32_t*, std::uint32_t*);
template void sort_records(std::uint64_t*, std::uint64_t*);
template void sort_records(Wide*, Wide*);
template void sort_records(PlacedWide*, PlacedWide*);

}  // namespace sheaf::np
