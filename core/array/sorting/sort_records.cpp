// SPDX-License-Identifier: MIT
#include <dlfcn.h>

#include <boost/sort/pdqsort/pdqsort.hpp>
#include <hwy/contrib/sort/vqsort.h>

#include "core/array/sorting/sort_keys.hpp"

namespace sheaf::np {
namespace {

// Highway's sorter, loaded when something is sorted: as it is loaded it measures the timer, which
// took 5 of the 20 ms that every program needed to start. Nothing else of Sheaf uses it.
class Highway {
 public:
  // Null where the library isn't there.
  static const Highway* get() {
    static const Highway highway;
    return highway.is_there() ? &highway : nullptr;
  }

  void sort(std::uint16_t* keys, std::size_t count) const { sort(sort16_, keys, count); }
  void sort(std::uint32_t* keys, std::size_t count) const { sort(sort32_, keys, count); }
  void sort(std::uint64_t* keys, std::size_t count) const { sort(sort64_, keys, count); }
  void sort(hwy::uint128_t* keys, std::size_t count) const { sort(sort128_, keys, count); }

 private:
  // As in vqsort.h: a pointer to what it allocates, which the members use.
  using Sorter = void*;
  template <class Key>
  using Sort = void (*)(const Sorter*, Key*, std::size_t, hwy::SortAscending);
  static_assert(sizeof(hwy::Sorter) == sizeof(Sorter));

  Highway() : library_(dlopen("libhwy_contrib.so.1", RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) return;
    find(create_, "_ZN3hwy6SorterC1Ev");
    find(remove_, "_ZN3hwy6Sorter6DeleteEv");
    find(sort16_, "_ZNK3hwy6SorterclEPtmNS_13SortAscendingE");
    find(sort32_, "_ZNK3hwy6SorterclEPjmNS_13SortAscendingE");
    find(sort64_, "_ZNK3hwy6SorterclEPmmNS_13SortAscendingE");
    find(sort128_, "_ZNK3hwy6SorterclEPNS_9uint128_tEmNS_13SortAscendingE");
    if (!is_there()) dlclose(library_);
  }
  [[nodiscard]] bool is_there() const {
    return create_ && remove_ && sort16_ && sort32_ && sort64_ && sort128_;
  }
  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
  }
  template <class Key>
  void sort(Sort<Key> function, Key* keys, std::size_t count) const {
    Sorter sorter = nullptr;
    create_(&sorter);
    function(&sorter, keys, count, {});
    remove_(&sorter);
  }

  void* library_;  // stays loaded, if it has them all
  void (*create_)(Sorter*) = nullptr;
  void (*remove_)(Sorter*) = nullptr;
  Sort<std::uint16_t> sort16_ = nullptr;
  Sort<std::uint32_t> sort32_ = nullptr;
  Sort<std::uint64_t> sort64_ = nullptr;
  Sort<hwy::uint128_t> sort128_ = nullptr;
};

}  // namespace

template <class Record>
void sort_records(Record* first, Record* last) {
  const auto count = static_cast<std::size_t>(last - first);
  if constexpr (std::same_as<Record, Wide>) {  // of the same bytes
    if (const Highway* const highway = Highway::get()) {
      return highway->sort(reinterpret_cast<hwy::uint128_t*>(first), count);
    }
  } else if constexpr (std::unsigned_integral<Record> && sizeof(Record) > 1) {
    if (const Highway* const highway = Highway::get()) return highway->sort(first, count);
  }
  boost::sort::pdqsort(first, last);
}

template void sort_records(std::uint8_t*, std::uint8_t*);
template void sort_records(std::uint16_t*, std::uint16_t*);
template void sort_records(std::uint32_t*, std::uint32_t*);
template void sort_records(std::uint64_t*, std::uint64_t*);
template void sort_records(Wide*, Wide*);
template void sort_records(PlacedWide*, PlacedWide*);

}  // namespace sheaf::np
