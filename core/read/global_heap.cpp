// SPDX-License-Identifier: MIT
#include "core/read/global_heap.hpp"

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/strings.hpp"

namespace sheaf::read {
namespace {

constexpr std::size_t head_bytes = 16;  // of a collection, and of an object
constexpr std::size_t most_kept = std::size_t{16} << 20U;

template <class T>
T number_at(const std::byte* at) {
  T number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

// A string or list as the file has it: its length, and where its object lies.
struct Element {
  static constexpr std::size_t bytes = 16;
  explicit Element(const std::byte* at)
      : length(number_at<std::uint32_t>(at)),
        collection(number_at<std::uint64_t>(at + 4)),
        number(number_at<std::uint32_t>(at + 12)) {}
  std::uint32_t length;
  std::uint64_t collection;
  std::uint32_t number;
};

}  // namespace

void GlobalHeap::fail() const {
  throw Error(ErrorCode::Corrupt, file_.name(), "is damaged: its heap of strings is broken");
}

GlobalHeap::Collection GlobalHeap::load(std::uint64_t address) const {
  std::byte head[head_bytes];
  if (__builtin_add_overflow(address, base_, &address)) fail();
  file_.copy(address, head_bytes, head);
  const auto size = number_at<std::uint64_t>(head + 8);
  if (std::memcmp(head, "GCOL\1", 5) != 0 || size < head_bytes || size > file_.size()) fail();
  Collection collection;
  collection.bytes.resize(size);
  file_.copy(address, size, collection.bytes.data());
  for (std::size_t at = head_bytes; size - at >= head_bytes;) {
    const std::byte* const object = collection.bytes.data() + at;
    const auto number = number_at<std::uint16_t>(object);
    const auto length = number_at<std::uint64_t>(object + 8);
    if (number == 0) break;  // what is left is free
    if (length > size - at - head_bytes) fail();
    if (number >= collection.objects.size()) collection.objects.resize(number + std::size_t{1});
    collection.objects[number] = {object + head_bytes, length};
    const std::size_t padded = (length + 7) / 8 * 8;
    if (padded > size - at - head_bytes) break;
    at += head_bytes + padded;
  }
  return collection;
}

std::span<const std::byte> GlobalHeap::object(std::uint64_t collection, std::uint32_t number) {
  auto found = collections_.find(collection);
  if (found == collections_.end()) {
    if (bytes_ > most_kept) {
      collections_.clear();
      bytes_ = 0;
    }
    found = collections_.emplace(collection, load(collection)).first;
    bytes_ += found->second.bytes.size();
  }
  const auto& objects = found->second.objects;
  if (number >= objects.size() || objects[number].data() == nullptr) fail();
  return objects[number];
}

std::vector<std::string> read_texts(const Shared& shared, const hdf5::Dataset& dataset) {
  const Shape shape = hdf5::shape_of(dataset);
  const hdf5::Datatype type = hdf5::type_of(dataset);
  const auto base = hdf5::base_address(shared.file.hdf5());
  if (!base || !hdf5::is_variable_string(type)) return hdf5::read_strings(dataset, 0, shape);
  const StoredRows rows(shared, dataset, Element::bytes, shape);
  if (rows.is_by_hdf5()) return hdf5::read_strings(dataset, 0, shape);
  GlobalHeap heap(shared.file, *base);
  auto texts = hdf5::memory_for<std::string>(shape, 1, hdf5::describe(dataset.get()));
  constexpr std::int64_t block = 1 << 14;
  std::vector<std::byte> elements;
  for (std::int64_t start = 0; start < shape[0]; start += block) {
    const std::int64_t stop = std::min(shape[0], start + block);
    elements.resize(static_cast<std::size_t>(stop - start) * Element::bytes);
    rows.read({start, stop}, elements);
    for (std::int64_t row = start; row < stop; ++row) {
      const Element element(elements.data() +
                            static_cast<std::size_t>(row - start) * Element::bytes);
      if (element.length == 0 || element.collection == 0) continue;
      const auto object = heap.object(element.collection, element.number);
      if (object.size() < element.length) {
        throw Error(ErrorCode::Corrupt, hdf5::describe(dataset.get()), "a string is cut off");
      }
      const char* const text = reinterpret_cast<const char*>(object.data());
      texts[static_cast<std::size_t>(row)].assign(text, ::strnlen(text, element.length));
    }
  }
  return texts;
}

}  // namespace sheaf::read
