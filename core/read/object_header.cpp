// SPDX-License-Identifier: MIT
#include "core/read/object_header.hpp"

#include <algorithm>
#include <cstring>

#include "core/error.hpp"

namespace sheaf::read {
namespace {

constexpr std::uint64_t largest_block = std::uint64_t{64} << 20U;

}  // namespace

Cursor::Cursor(const MappedFile& file, std::uint64_t offset, std::uint64_t size) : file_(&file) {
  // Before the memory is taken: a damaged file may say anything.
  if (offset > file.size() || size > file.size() - offset || size > largest_block) {
    fail("a block of its index lies outside of it");
  }
  bytes_.resize(size);
  file.copy(offset, size, bytes_.data());
}

std::uint64_t Cursor::number(unsigned bytes) {
  if (bytes > left()) fail("a block of its index is too short");
  std::uint64_t value = 0;
  std::memcpy(&value, bytes_.data() + at_, bytes);  // as the journal, for machines of that order
  at_ += bytes;
  return value;
}

void Cursor::skip(std::uint64_t bytes) {
  if (bytes > left()) fail("a block of its index is too short");
  at_ += bytes;
}

bool Cursor::next_is(const char* signature) {
  if (left() < 4 || std::memcmp(bytes_.data() + at_, signature, 4) != 0) return false;
  at_ += 4;
  return true;
}

Cursor Cursor::part(std::uint64_t bytes) {
  const std::size_t begin = at_;
  skip(bytes);
  const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(begin);
  return {*file_, std::vector<std::uint8_t>(first, first + static_cast<std::ptrdiff_t>(bytes))};
}

void Cursor::fail(const std::string& what) const {
  throw Error(ErrorCode::Corrupt, file_->name(), "is damaged: " + what);
}

namespace {

constexpr unsigned layout_message = 0x08, continuation_message = 0x10;
constexpr unsigned most_blocks = 1024;  // of one header

struct Block {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// What all blocks of one header have in common.
struct Header {
  const MappedFile& file;
  std::uint64_t base;
  unsigned version = 1;
  unsigned flags = 0;
  std::vector<Block> blocks{};  // those to come
  std::optional<DataLayout> layout{};
};

std::vector<std::uint64_t> chunk_of(Cursor& message, std::uint64_t axes) {
  std::vector<std::uint64_t> chunk(axes);
  for (std::uint64_t& extent : chunk) extent = message.number(4);
  return chunk;
}

std::uint64_t address_in(const Header& header, Cursor& message) {
  const std::uint64_t address = message.number(8);
  if (address == undefined_address) return address;
  if (address > header.file.size()) message.fail("an address lies outside of it");
  return address + header.base;
}

DataLayout layout_in(const Header& header, Cursor& message) {
  const std::uint64_t version = message.number(1);
  DataLayout layout;
  if (version != 3 && version != 4) return layout;
  const std::uint64_t kind = message.number(1);
  if (kind == 1) {
    layout.kind = DataLayout::Kind::Contiguous;
    layout.address = address_in(header, message);
    layout.bytes = message.number(8);
  } else if (kind == 2 && version == 3) {
    layout.kind = DataLayout::Kind::ChunkTree;
    const std::uint64_t axes = message.number(1);
    layout.address = address_in(header, message);
    layout.chunk = chunk_of(message, axes);
  }
  return layout;
}

void take_message(Header& header, std::uint64_t type, Cursor message) {
  if (type == layout_message) {
    header.layout = layout_in(header, message);
  } else if (type == continuation_message) {
    if (header.blocks.size() >= most_blocks) message.fail("an object's header has no end");
    Block block;
    block.offset = address_in(header, message);
    block.size = message.number(8);
    header.blocks.push_back(block);
  }
}

void read_messages(Header& header, Cursor messages) {
  const bool is_old = header.version == 1;
  const bool has_order = !is_old && (header.flags & 4U) != 0;
  const std::uint64_t prefix = is_old ? 8 : has_order ? 6 : 4;
  // Less is a gap.
  while (messages.left() >= prefix) {
    const std::uint64_t type = messages.number(is_old ? 2 : 1);
    const std::uint64_t size = messages.number(2);
    messages.skip(prefix - (is_old ? 4 : 3));
    take_message(header, type, messages.part(size));
  }
}

Cursor first_messages(Header& header, std::uint64_t offset) {
  // As long as either prefix can be.
  Cursor prefix(header.file, offset, std::min<std::uint64_t>(34, header.file.size() - offset));
  if (!prefix.next_is("OHDR")) {
    if (prefix.number(1) != 1) prefix.fail("an object's header is broken");
    prefix.skip(7);
    const std::uint64_t size = prefix.number(4);
    return {header.file, offset + 16, size};
  }
  header.version = 2;
  if (prefix.number(1) != 2) prefix.fail("an object's header is broken");
  header.flags = static_cast<unsigned>(prefix.number(1));
  std::uint64_t before = 6;
  const auto pass = [&](std::uint64_t bytes) {
    prefix.skip(bytes);
    before += bytes;
  };
  if ((header.flags & 0x20U) != 0) pass(16);
  if ((header.flags & 0x10U) != 0) pass(4);
  const unsigned width = 1U << (header.flags & 3U);
  const std::uint64_t size = prefix.number(width);
  return {header.file, offset + before + width, size};
}

}  // namespace

DataLayout read_layout(const MappedFile& file, std::uint64_t base, std::uint64_t header_address) {
  Header header{file, base};
  if (header_address > file.size() || base > file.size() - header_address) file.fail_short();
  read_messages(header, first_messages(header, base + header_address));
  for (std::size_t next = 0; next < header.blocks.size() && !header.layout; ++next) {
    const Block block = header.blocks[next];
    Cursor messages(file, block.offset, block.size);
    if (header.version == 1) {
      read_messages(header, std::move(messages));
      continue;
    }
    if (!messages.next_is("OCHK") || messages.left() < 4) {
      messages.fail("an object's header is broken");
    }
    read_messages(header, messages.part(messages.left() - 4));  // a checksum is behind them
  }
  return header.layout.value_or(DataLayout{});
}

}  // namespace sheaf::read
