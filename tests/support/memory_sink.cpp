// SPDX-License-Identifier: MIT
#include "tests/support/memory_sink.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace sheaf::test {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t guard_size = 0;  // the sanitizer sees what is behind a slot
#else
constexpr std::size_t guard_size = 64;
#endif
constexpr std::align_val_t slot_alignment{64};

}  // namespace

std::size_t element_count(std::span<const std::int64_t> shape) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  return count;
}

Slot::Slot(std::size_t size) : size_(size) {
  data_ = static_cast<std::byte*>(::operator new(size + guard_size, slot_alignment));
  std::fill_n(data_, size + guard_size, slot_pattern);
}

Slot::~Slot() { ::operator delete(data_, slot_alignment); }

bool Slot::intact() const {
  return std::all_of(data_ + size_, data_ + size_ + guard_size,
                     [](std::byte b) { return b == slot_pattern; });
}

Sink::Sink(const std::vector<OutputSpec>& specs, const sheaf_call* call)
    : specs_(&specs), call_(call), reserved_(specs.size()), rows_(specs.size()) {
  for (std::size_t i = 0; i < specs.size(); ++i) rows_[i].dtype = specs[i].dtype;
}

sheaf_sink Sink::plain() {
  return {sizeof(sheaf_sink), 0, this,
          [](const sheaf_sink* sink, std::uint32_t output, std::int64_t rows,
             const std::int64_t* item_shape, std::uint32_t ndim, std::uint64_t string_bytes,
             sheaf_slot* slot) {
            return static_cast<Sink*>(sink->host_data)
                ->reserve(output, rows, {item_shape, ndim}, string_bytes, *slot);
          },
          [](const sheaf_sink* sink, std::uint32_t output, std::int64_t rows) {
            return static_cast<Sink*>(sink->host_data)->commit(output, rows);
          }};
}

sheaf_status Sink::refuse(std::string_view why) const {
  return call_->fail(call_, SHEAF_ERR_PLUGIN, view(why));
}

sheaf_status Sink::reserve(std::uint32_t output, std::int64_t rows,
                           std::span<const std::int64_t> item, std::uint64_t string_bytes,
                           sheaf_slot& slot) {
  if (output >= specs_->size()) return refuse("reserve: no such output");
  const OutputSpec& spec = (*specs_)[output];
  if (rows < 0) return refuse("reserve: rows is negative");
  if (!std::ranges::equal(item, spec.item_shape, [](std::int64_t given, std::int64_t wanted) {
        return given >= 0 && (wanted == -1 || wanted == given);
      })) {
    return refuse("reserve: the item shape isn't what describe said");
  }
  const Array& so_far = rows_[output];
  if (!so_far.shape.empty() && !std::ranges::equal(item, std::span(so_far.shape).subspan(1))) {
    return refuse("reserve: the item shape changes within a source");
  }
  Reserved& reserved = reserved_[output];
  const std::size_t elements = static_cast<std::size_t>(rows) * element_count(item);
  const bool text = spec.dtype.code == SHEAF_UTF8;
  reserved.slot = std::make_unique<Slot>(text ? string_bytes : elements * element_size(spec.dtype));
  reserved.offsets.assign(text ? elements + 1 : 0, -1);
  reserved.item_shape.assign(item.begin(), item.end());
  reserved.rows = rows;
  ++slots_;
  largest_slot_ = std::max(largest_slot_, reserved.slot->size());
  slot = {reserved.slot->data(), reserved.slot->size(), text ? reserved.offsets.data() : nullptr};
  return SHEAF_OK;
}

sheaf_status Sink::commit(std::uint32_t output, std::int64_t rows) {
  if (output >= specs_->size()) return refuse("commit: no such output");
  Reserved& reserved = reserved_[output];
  const bool text = (*specs_)[output].dtype.code == SHEAF_UTF8;
  if (!reserved.slot) return refuse("commit: nothing is reserved");
  if (!reserved.slot->intact()) return refuse("commit: written behind the slot");
  if (rows < 0 || rows > reserved.rows || (text && rows != reserved.rows)) {
    return refuse("commit: more or fewer rows than were reserved");
  }
  if (text && !offsets_fit(reserved)) return refuse("commit: offsets don't fit the string bytes");
  append(rows_[output], reserved, rows, text);
  reserved.slot.reset();
  return SHEAF_OK;
}
bool Sink::offsets_fit(const Reserved& reserved) {
  return std::ranges::is_sorted(reserved.offsets) && reserved.offsets.front() == 0 &&
         reserved.offsets.back() == static_cast<std::int64_t>(reserved.slot->size());
}

void Sink::append(Array& array, const Reserved& reserved, std::int64_t rows, bool text) {
  if (array.shape.empty()) {
    array.shape = reserved.item_shape;
    array.shape.insert(array.shape.begin(), 0);
  }
  array.shape[0] += rows;
  const std::byte* data = reserved.slot->data();
  if (!text) {
    const std::size_t row =
        reserved.rows == 0 ? 0 : reserved.slot->size() / static_cast<std::size_t>(reserved.rows);
    array.bytes.insert(array.bytes.end(), data, data + row * static_cast<std::size_t>(rows));
    return;
  }
  for (std::size_t i = 0; i + 1 < reserved.offsets.size(); ++i) {
    array.strings.emplace_back(reinterpret_cast<const char*>(data) + reserved.offsets[i],
                               reserved.offsets[i + 1] - reserved.offsets[i]);
  }
}

}  // namespace sheaf::test
