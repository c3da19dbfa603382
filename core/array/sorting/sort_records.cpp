// SPDX-License-Identifier: MIT
#include <boost/sort/pdqsort/pdqsort.hpp>

#include "core/array/sorting/sort_keys.hpp"

namespace sheaf::np {

template <class Record>
void sort_records(Record* first, Record* last) {
  if constexpr (std::same_as<Record, PlacedWide>) {
    boost::sort::pdqsort(first, last);
  } else {
    boost::sort::pdqsort_branchless(first, last);
  }
}

template void sort_records(std::uint8_t*, std::uint8_t*);
template void sort_records(std::uint16_t*, std::uint16_t*);
template void sort_records(std::uint32_t*, std::uint32_t*);
template void sort_records(std::uint64_t*, std::uint64_t*);
template void sort_records(Wide*, Wide*);
template void sort_records(PlacedWide*, PlacedWide*);

}  // namespace sheaf::np
