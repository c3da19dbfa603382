// SPDX-License-Identifier: MIT
#include "host/conformance/actor.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "host/source/source.hpp"

namespace sheaf::host::conformance {
namespace {

// Many parsers look a little past the end, and the host lets them.
constexpr std::size_t padding = 64;
// What follows a text: no zero, and nothing that belongs to a name.
constexpr std::string_view junk = "\x01<behind the text>";

// A source as the ABI has it, with the memory it points into. That memory goes when the load
// returns; with walls all texts end at one.
class PlainSource {
 public:
  PlainSource(const Given& from, bool wants_bytes, Walls walls) : path_(from.path) {
    const bool walled = walls == Walls::AtEnd;
    plain_.struct_size = sizeof(plain_);
    plain_.id = text(from.id, walled);
    plain_.uri = text(from.path.empty() ? std::string() : file_uri(from.path, "/"), walled);
    plain_.path = {reinterpret_cast<const std::uint8_t*>(path_.c_str()), path_.size()};
    if (wants_bytes) {
      std::ifstream file(from.path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      const sheaf_string view = hold(bytes, std::string(padding, '\0'), walled);
      plain_.bytes = {reinterpret_cast<const std::uint8_t*>(view.data), view.size};
    }
    for (const Value& rows : from.inputs) views_.emplace_back(rows);
    for (const plugin::AbiArray& view : views_) arrays_.push_back(view.array());
    plain_.inputs = arrays_.empty() ? nullptr : arrays_.data();
    plain_.input_count = arrays_.size();
  }
  PlainSource(const PlainSource&) = delete;
  PlainSource& operator=(const PlainSource&) = delete;
  [[nodiscard]] const sheaf_source& plain() const { return plain_; }

 private:
  sheaf_string text(const std::string& text, bool walled) {
    return hold(text, std::string(junk), walled);
  }
  sheaf_string hold(const std::string& bytes, const std::string& behind, bool walled) {
    if (walled) {
      Walled& memory = walled_.emplace_back(bytes.size(), Walls::AtEnd, 1);
      std::memcpy(memory.data(), bytes.data(), bytes.size());
      return {reinterpret_cast<const char*>(memory.data()), bytes.size()};
    }
    const std::string& kept = texts_.emplace_back(bytes + behind);
    return {kept.data(), bytes.size()};
  }

  const std::string path_;
  std::deque<std::string> texts_;
  std::deque<Walled> walled_;
  std::vector<plugin::AbiArray> views_;
  std::vector<sheaf_array> arrays_;
  sheaf_source plain_{};
};

const std::string& name_of(const plugin::Description& description, std::size_t output) {
  return description.outputs[output].name;
}

// "row 3, byte 4"
std::string place_of(const Value& value, std::size_t byte) {
  const auto rows = static_cast<std::size_t>(std::max<std::int64_t>(value.shape[0], 1));
  const std::size_t row_bytes = std::max<std::size_t>(value.bytes.size() / rows, 1);
  return fmt::format("row {}, byte {} of its {}", byte / row_bytes, byte % row_bytes, row_bytes);
}

std::string difference(const Value& one, const Value& other) {
  if (one.shape != other.shape) {
    return fmt::format("has the shape {} once and {} once", to_string(one.shape),
                       to_string(other.shape));
  }
  if (one.strings != other.strings) {
    const auto at = std::ranges::mismatch(one.strings, other.strings).in1 - one.strings.begin();
    return fmt::format("has another string in row {}", at);
  }
  std::size_t differing = 0;
  std::size_t first = 0;
  for (std::size_t i = one.bytes.size(); i > 0; --i) {
    if (one.bytes[i - 1] == other.bytes[i - 1]) continue;
    ++differing;
    first = i - 1;
  }
  if (differing == 0) return {};
  return fmt::format("differs in {} of {} bytes, the first in {}: {:#04x} once and {:#04x} once",
                     differing, one.bytes.size(), place_of(one, first),
                     std::to_integer<int>(one.bytes[first]),
                     std::to_integer<int>(other.bytes[first]));
}

}  // namespace

SurveySources::SurveySources(const Setting& setting) : input_(setting.input) {
  texts_.reserve(setting.samples.size());
  for (const Sample& sample : setting.samples) {
    const std::string& id = texts_.emplace_back(sample.id + std::string(junk));
    sheaf_source& source = sources_.emplace_back();
    source.struct_size = sizeof(source);
    source.id = {id.data(), sample.id.size()};
    source.path = {reinterpret_cast<const std::uint8_t*>(sample.path.c_str()), sample.path.size()};
  }
  for (const sheaf_source& source : sources_) pointers_.push_back(&source);
}

Actor::Actor(const plugin::Feature& feature, const std::vector<plugin::ParamValue>& params,
             const Setting& setting, const std::optional<std::string>& agreed)
    : instance_(plugin::Instance::open(feature, params, {})) {
  const SurveySources sources(setting);
  if (agreed) {
    instance_.survey(sources.view(), *agreed);
    agreed_ = *agreed;
  } else {
    agreed_ = instance_.survey_first(sources.view());
  }
  description_ = instance_.describe();
}

Loaded Actor::load(const Given& source, const SinkPlan& plan) {
  const bool wants_bytes = instance_.feature().has_flag(SHEAF_FEATURE_WANTS_BYTES);
  Loaded loaded;
  {
    const PlainSource plain(source, wants_bytes, plan.walls);
    ProbeSink sink(description_.outputs, instance_.state(), plan);
    loaded.outcome = instance_.load(plain.plain(), sink.sink());
    loaded.rows = sink.take_rows();
    loaded.breaches = sink.take_breaches();
    loaded.reserves = sink.reserves();
    loaded.commits = sink.commits();
    loaded.calls_after_no = sink.calls_after_no();
  }
  return loaded;
}

std::string shown(const plugin::Outcome& outcome) {
  return fmt::format(
      "'{}'{}", plugin::status_name(outcome.status),
      !outcome.is_error() || outcome.message.empty() ? "" : fmt::format(" ({})", outcome.message));
}

std::string difference(const Loaded& one, const Loaded& other,
                       const plugin::Description& description) {
  if (one.outcome.status != other.outcome.status) {
    return fmt::format("comes to {} once and to {} once", shown(one.outcome), shown(other.outcome));
  }
  if (!one.stored()) return {};  // what was committed doesn't count
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    if (std::string how = difference(one.rows[i], other.rows[i]); !how.empty()) {
      return fmt::format("output '{}' {}", name_of(description, i), how);
    }
  }
  return {};
}

std::string never_written(const Loaded& one, std::byte first_poison, const Loaded& other,
                          std::byte second_poison, const plugin::Description& description) {
  if (!one.stored() || !other.stored()) return {};
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    const Value& a = one.rows[i];
    const Value& b = other.rows[i];
    std::size_t count = 0;
    std::size_t first = 0;
    for (std::size_t at = std::min(a.bytes.size(), b.bytes.size()); at > 0; --at) {
      if (a.bytes[at - 1] != first_poison || b.bytes[at - 1] != second_poison) continue;
      ++count;
      first = at - 1;
    }
    if (count == 0) continue;
    return fmt::format("output '{}' has {} bytes that were never written, the first in {}",
                       name_of(description, i), count, place_of(a, first));
  }
  return {};
}

}  // namespace sheaf::host::conformance
