// SPDX-License-Identifier: MIT
#include "host/conformance/probe_sink.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "core/utf8.hpp"

namespace sheaf::host::conformance {
namespace {

constexpr std::size_t largest_slot = std::size_t{256} << 20U;  // as of a host with usual limits
constexpr std::size_t kept_slots = 64;

ProbeSink& of(const sheaf_sink* sink) { return *static_cast<ProbeSink*>(sink->host_data); }

}  // namespace

ProbeSink::ProbeSink(const std::vector<layout::OutputSpec>& outputs, plugin::CallState& call,
                     SinkPlan plan)
    : outputs_(outputs), call_(call), plan_(std::move(plan)), reservations_(outputs.size()) {
  sink_ = {sizeof(sheaf_sink), 0, this, &on_reserve, &on_commit};
  for (const layout::OutputSpec& spec : outputs) {
    Shape shape{0};
    for (const std::int64_t extent : spec.item_shape)
      shape.push_back(std::max<std::int64_t>(extent, 0));
    rows_.push_back({spec.dtype, std::move(shape), {}, {}});
  }
}

void ProbeSink::refuse(const std::string& why, bool is_excusable) {
  breaches_.push_back({why, is_excusable});
  throw std::runtime_error(why);
}

template <class Body>
sheaf_status ProbeSink::answer(bool is_refused, const Body& body) {
  return plugin::call_host(
      call_,
      [&]() -> sheaf_status {
        if (plan_.on_call) plan_.on_call();
        calls_after_no_ += said_no_ ? 1 : 0;
        if (is_refused) {
          said_no_ = true;
          return call_.fail(SHEAF_ERR_SOURCE, "the host refuses, to see what comes of it");
        }
        return body();
      },
      SHEAF_ERR_SOURCE);
}

sheaf_status ProbeSink::on_reserve(const sheaf_sink* sink, uint32_t output, int64_t rows,
                                   const int64_t* item_shape, uint32_t ndim, uint64_t string_bytes,
                                   sheaf_slot* slot) {
  ProbeSink& self = of(sink);
  const std::size_t number = self.reserves_++;
  const auto& from = self.plan_.refuse_reserve;
  return self.answer(from && number >= *from, [&] {
    if (item_shape == nullptr && ndim > 0) self.refuse("reserves rows without a shape", false);
    self.reserve(output, rows, Shape(item_shape, item_shape + ndim), string_bytes, *slot);
    return SHEAF_OK;
  });
}

sheaf_status ProbeSink::on_commit(const sheaf_sink* sink, uint32_t output, int64_t rows) {
  ProbeSink& self = of(sink);
  const std::size_t number = self.commits_++;
  return self.answer(self.plan_.refuse_commit == number, [&]() -> sheaf_status {
    self.commit(output, rows);
    if (!self.plan_.cancel_commit || number < *self.plan_.cancel_commit) return SHEAF_OK;
    self.said_no_ = true;
    return SHEAF_CANCELLED;
  });
}

std::size_t ProbeSink::checked_size(const layout::OutputSpec& spec, std::int64_t rows,
                                    const Shape& item) {
  bool fits = item.size() == spec.item_shape.size();
  for (std::size_t i = 0; fits && i < item.size(); ++i) {
    fits = item[i] >= 0 && (spec.item_shape[i] == -1 || spec.item_shape[i] == item[i]);
  }
  if (!fits) {
    refuse(fmt::format("reserves rows of shape {} for output '{}', which has {}", to_string(item),
                       spec.name, to_string(spec.item_shape)),
           true);
  }
  if (rows < 0) refuse(fmt::format("reserves {} rows", rows), true);
  std::size_t size = spec.dtype.is_string() ? sizeof(std::int64_t) : spec.dtype.size();
  bool overflow = __builtin_mul_overflow(size, static_cast<std::size_t>(rows), &size);
  for (const std::int64_t extent : item) {
    overflow = __builtin_mul_overflow(size, static_cast<std::size_t>(extent), &size) || overflow;
  }
  if (overflow || size > largest_slot || held_ + size > 2 * largest_slot) {
    throw std::runtime_error("needs more memory than the conformance kit has for a source");
  }
  return size;
}

void ProbeSink::reserve(std::uint32_t output, std::int64_t rows, const Shape& item,
                        std::uint64_t string_bytes, sheaf_slot& slot) {
  if (output >= outputs_.size()) {
    refuse(fmt::format("reserves rows of output {}, which it didn't describe", output), false);
  }
  const layout::OutputSpec& spec = outputs_[output];
  const bool is_text = spec.dtype.is_string();
  std::size_t size = checked_size(spec, rows, item);
  Reservation& made = reservations_[output];
  retire(made);
  if (is_text) {
    if (string_bytes > largest_slot) throw std::runtime_error("needs more memory for text");
    made.offsets.emplace(size + sizeof(std::int64_t), plan_.walls, alignof(std::int64_t));
    made.offsets->fill(plan_.poison);
    size = string_bytes;
  }
  made.memory.emplace(size, plan_.walls);
  made.memory->fill(plan_.poison);
  made.rows = rows;
  made.item = item;
  made.is_open = true;
  slot = {made.memory->data(), size,
          is_text ? reinterpret_cast<std::int64_t*>(made.offsets->data()) : nullptr};
}

// What was valid until now: whoever touches it from here on is caught.
void ProbeSink::retire(Reservation& made) {
  made.is_open = false;
  for (std::optional<Walled>* memory : {&made.memory, &made.offsets}) {
    if (!*memory) continue;
    if (plan_.walls != Walls::None) (*memory)->close();
    retired_.push_back(std::move(**memory));
    memory->reset();
  }
  while (retired_.size() > kept_slots) retired_.pop_front();
}

void ProbeSink::check_strings(const Reservation& made, std::int64_t rows) {
  if (rows != made.rows) refuse("commits another number of strings than it reserved", false);
  const auto* const offsets = reinterpret_cast<const std::int64_t*>(made.offsets->data());
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t begin = offsets[i];
    const std::int64_t end = offsets[i + 1];
    if (begin < 0 || end < begin || static_cast<std::uint64_t>(end) > made.memory->size()) {
      refuse(fmt::format("string {} has offsets {} to {} in {} bytes", i, begin, end,
                         made.memory->size()),
             false);
    }
    const std::string_view text(reinterpret_cast<const char*>(made.memory->data()) + begin,
                                static_cast<std::size_t>(end - begin));
    if (!is_utf8(text)) refuse(fmt::format("string {} is not UTF-8", i), true);
    if (text.find('\0') != std::string_view::npos) {
      refuse(fmt::format("string {} holds a zero byte", i), true);
    }
  }
}

void ProbeSink::check_bools(const Reservation& made, std::size_t size) {
  const auto* const end = made.memory->data() + size;
  const auto* const odd =
      std::find_if(static_cast<const std::byte*>(made.memory->data()), end, [](std::byte byte) {
        return byte > std::byte{1} && byte != std::byte{0x5A} && byte != std::byte{0xA5};
      });
  if (odd == end) return;
  breaches_.push_back({fmt::format("commits the bool {}; booleans are bytes that are 0 or 1",
                                   std::to_integer<int>(*odd)),
                       false});
}

void ProbeSink::append(Value& value, const Reservation& made, std::int64_t rows) {
  if (value.shape[0] == 0) std::ranges::copy(made.item, value.shape.begin() + 1);
  if (!std::ranges::equal(made.item, std::span(value.shape).subspan(1))) {
    refuse(fmt::format("commits rows of shape {} after rows of shape {} of the same source",
                       to_string(made.item),
                       to_string(Shape(value.shape.begin() + 1, value.shape.end()))),
           true);
  }
  value.shape[0] += rows;
  if (made.offsets) {
    const auto* const offsets = reinterpret_cast<const std::int64_t*>(made.offsets->data());
    const auto* const text = reinterpret_cast<const char*>(made.memory->data());
    for (std::int64_t i = 0; i < rows; ++i) {
      value.strings.emplace_back(text + offsets[i], text + offsets[i + 1]);
    }
    return;
  }
  const std::size_t row =
      made.rows > 0 ? made.memory->size() / static_cast<std::size_t>(made.rows) : 0;
  const std::size_t size = row * static_cast<std::size_t>(rows);
  if (value.dtype == boolean) check_bools(made, size);
  held_ += size;
  value.bytes.insert(value.bytes.end(), made.memory->data(), made.memory->data() + size);
}

void ProbeSink::commit(std::uint32_t output, std::int64_t rows) {
  if (output >= outputs_.size() || !reservations_[output].is_open) {
    refuse(fmt::format("commits rows of output {} without having reserved any", output), false);
  }
  Reservation& made = reservations_[output];
  if (rows < 0 || rows > made.rows) {
    refuse(fmt::format("commits {} rows where it reserved {}", rows, made.rows), false);
  }
  const bool is_whole = plan_.walls == Walls::None ||
                        (made.memory->is_whole() && (!made.offsets || made.offsets->is_whole()));
  if (!is_whole) {
    refuse(fmt::format("wrote beside the {} bytes of its slot", made.memory->size()), false);
  }
  if (made.offsets) check_strings(made, rows);
  append(rows_[output], made, rows);
  retire(made);
}

}  // namespace sheaf::host::conformance
