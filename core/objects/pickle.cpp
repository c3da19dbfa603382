// SPDX-License-Identifier: MIT
#include "core/objects/pickle.hpp"

#include <cstdint>

namespace sheaf::objects {
namespace {

// Python's pickletools names them.
constexpr std::byte proto{0x80}, frame{0x95}, put{0x94}, stop{'.'};
constexpr std::byte text_u8{0x8c}, global{0x93};
constexpr std::byte none_code{'N'}, bytes_u8{'C'}, bytes_u32{'B'}, bytes_u64{0x8e};

class Reader {
 public:
  explicit Reader(const std::vector<std::byte>& pickle) : pickle_(pickle) {}

  bool take(std::byte code) noexcept {
    if (at_ >= pickle_.size() || pickle_[at_] != code) return false;
    ++at_;
    return true;
  }
  // Little-endian; nothing where the pickle ends before.
  std::optional<std::uint64_t> number(std::size_t width) noexcept {
    if (pickle_.size() - at_ < width) return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t byte = 0; byte < width; ++byte) {
      number |= std::to_integer<std::uint64_t>(pickle_[at_ + byte]) << (8 * byte);
    }
    at_ += width;
    return number;
  }
  std::optional<std::vector<std::byte>> bytes(std::size_t width) {
    const auto size = number(width);
    if (!size || pickle_.size() - at_ < *size) return std::nullopt;
    const auto begin = pickle_.begin() + static_cast<std::ptrdiff_t>(at_);
    at_ += static_cast<std::size_t>(*size);
    return std::vector<std::byte>(begin, begin + static_cast<std::ptrdiff_t>(*size));
  }
  [[nodiscard]] bool is_at_end() const noexcept { return at_ == pickle_.size(); }

 private:
  const std::vector<std::byte>& pickle_;
  std::size_t at_ = 0;
};

std::optional<std::vector<std::byte>> take_bytes(Reader& reader) {
  if (reader.take(bytes_u8)) return reader.bytes(1);
  if (reader.take(bytes_u32)) return reader.bytes(4);
  if (reader.take(bytes_u64)) return reader.bytes(8);
  return std::nullopt;
}

}  // namespace

std::vector<std::byte> pickle_of_none() { return {proto, std::byte{4}, none_code, stop}; }

std::vector<std::byte> pickle_of(const std::vector<std::byte>& bytes) {
  std::vector<std::byte> pickle{proto, std::byte{4}, bytes_u64};
  for (unsigned shift = 0; shift < 64; shift += 8) {
    pickle.push_back(static_cast<std::byte>(std::uint64_t{bytes.size()} >> shift));
  }
  pickle.insert(pickle.end(), bytes.begin(), bytes.end());
  pickle.push_back(stop);
  return pickle;
}

std::optional<Tree> literal_in(const std::vector<std::byte>& pickle) {
  Reader reader(pickle);
  if (reader.take(proto) && !reader.number(1)) return std::nullopt;
  if (reader.take(frame) && !reader.number(8)) return std::nullopt;
  std::optional<Tree> literal;
  if (reader.take(none_code)) {
    literal.emplace(none);
  } else if (auto bytes = take_bytes(reader)) {
    literal.emplace(Bytes{std::move(*bytes), false});
    (void)reader.take(put);
  }
  if (!literal || !reader.take(stop) || !reader.is_at_end()) return std::nullopt;
  return literal;
}

std::string class_in(const std::vector<std::byte>& pickle) {
  Reader reader(pickle);
  if (reader.take(proto) && !reader.number(1)) return {};
  if (reader.take(frame) && !reader.number(8)) return {};
  std::string name;
  for (const char* separator : {".", ""}) {
    const auto part = reader.take(text_u8) ? reader.bytes(1) : std::nullopt;
    if (!part) return {};
    for (const std::byte letter : *part) name += static_cast<char>(letter);
    name += separator;
    (void)reader.take(put);
  }
  if (!reader.take(global)) return {};
  (void)reader.take(put);
  return reader.take(stop) && reader.is_at_end() ? name : std::string();
}

}  // namespace sheaf::objects
