// SPDX-License-Identifier: MIT
#include "host/export/arrays.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/codecs/buffer.hpp"
#include "core/error.hpp"

namespace sheaf::host {
namespace {

using layout::Span;

constexpr std::int64_t block_bytes = std::int64_t{4} << 20U;
constexpr std::int64_t block_texts = 256;  // which may be of any length
// NumPy pads each string to the longest one: beyond this much, and so many times the text, that is
// a mistake and no array.
constexpr std::int64_t most_padded = std::int64_t{1} << 30U;
constexpr std::int64_t most_padding = 64;

// Hands out `spans` in pieces of at most `rows` rows altogether.
void in_blocks(const std::vector<Span>& spans, std::int64_t rows,
               const std::function<void(const std::vector<Span>&, std::int64_t)>& use) {
  std::vector<Span> block;
  std::int64_t in_block = 0;
  const auto flush = [&] {
    if (in_block > 0) use(block, in_block);
    block.clear();
    in_block = 0;
  };
  for (Span span : spans) {
    while (span.start < span.stop) {
      const std::int64_t taken = std::min(span.stop - span.start, rows - in_block);
      if (!block.empty() && block.back().stop == span.start) {
        block.back().stop += taken;
      } else {
        block.push_back({span.start, span.start + taken});
      }
      span.start += taken;
      in_block += taken;
      if (in_block == rows) flush();
    }
  }
  flush();
}

void stream_rows(const read::Array& array, const std::vector<Span>& spans, const Sink& sink) {
  const auto row_bytes = static_cast<std::int64_t>(array.row_bytes());
  if (row_bytes == 0) return;
  codecs::Buffer buffer;
  in_blocks(spans, std::max<std::int64_t>(1, block_bytes / row_bytes),
            [&](const std::vector<Span>& block, std::int64_t rows) {
              const auto room = buffer.claim(static_cast<std::size_t>(rows * row_bytes));
              array.gather(std::span<const Span>(block), room);
              sink(room);
            });
}

// Gathers elements of a string array into blocks.
class TextBlock {
 public:
  TextBlock(std::size_t width, const Sink& sink) : width_(width), sink_(sink) {}

  void add(const std::string& text) {
    append_npy_text(text, width_, bytes_);
    if (bytes_.size() >= static_cast<std::size_t>(block_bytes)) flush();
  }
  void flush() {
    sink_(std::as_bytes(std::span(bytes_)));
    bytes_.clear();
  }

 private:
  std::size_t width_;
  const Sink& sink_;
  std::string bytes_;
};

ExportArray text_rows_array(ExportArray made, const read::Array& array, std::vector<Span> spans) {
  std::int64_t characters = 0;
  for_each_text(array, spans, [&](const std::string& text) {
    const std::size_t count = character_count(text);
    characters += static_cast<std::int64_t>(count);
    made.type.string_width = std::max(made.type.string_width, count);
  });
  const std::int64_t padded = npy_content_bytes(made.type);
  if (padded > most_padded && padded / most_padding > characters * std::int64_t{4}) {
    throw Error(ErrorCode::Unsupported, made.name,
                fmt::format("would be {} GB as a NumPy array, which pads each text to the longest "
                            "of {} characters; export to a folder, which has a .txt for each",
                            padded / 1'000'000'000, made.type.string_width));
  }
  made.elements = [&array, spans = std::move(spans),
                   width = made.type.string_width](const Sink& sink) {
    TextBlock block(width, sink);
    for_each_text(array, spans, [&](const std::string& text) { block.add(text); });
    block.flush();
  };
  return made;
}

}  // namespace

std::int64_t ExportArray::bytes() const {
  const auto header = static_cast<std::int64_t>(npy_header(type).size());
  return header + npy_content_bytes(type);
}

void write_npy(const ExportArray& array, const Sink& sink) {
  const std::string header = npy_header(array.type);
  sink(std::as_bytes(std::span(header)));
  array.elements(sink);
}

ExportArray rows_array(std::string name, const read::Array& array, std::vector<Span> spans) {
  array.require_readable();
  Shape shape = array.shape();
  shape.at(0) = 0;
  for (const Span span : spans) shape[0] += span.stop - span.start;
  ExportArray made{std::move(name), {array.dtype(), std::move(shape)}, {}};
  if (array.dtype().is_string()) return text_rows_array(std::move(made), array, std::move(spans));
  made.elements = [&array, spans = std::move(spans)](const Sink& sink) {
    stream_rows(array, spans, sink);
  };
  return made;
}

ExportArray texts_array(std::string name, std::size_t count,
                        std::function<const std::string&(std::size_t)> next) {
  ExportArray made{std::move(name), {utf8, {static_cast<std::int64_t>(count)}}, {}};
  for (std::size_t i = 0; i < count; ++i) {
    made.type.string_width = std::max(made.type.string_width, character_count(next(i)));
  }
  made.elements = [count, next = std::move(next),
                   width = made.type.string_width](const Sink& sink) {
    TextBlock block(width, sink);
    for (std::size_t i = 0; i < count; ++i) block.add(next(i));
    block.flush();
  };
  return made;
}

ExportArray numbers_array(std::string name, Shape shape, std::vector<std::int64_t> numbers) {
  auto kept = std::make_shared<const std::vector<std::int64_t>>(std::move(numbers));
  return {std::move(name), {int64, std::move(shape)}, [kept](const Sink& sink) {
            sink(std::as_bytes(std::span(*kept)));
          }};
}

void for_each_text(const read::Array& array, const std::vector<Span>& spans,
                   const std::function<void(const std::string&)>& use) {
  in_blocks(spans, block_texts, [&](const std::vector<Span>& block, std::int64_t) {
    for (const Span span : block) {
      for (const std::string& text : array.rows(span.start, span.stop).strings) use(text);
    }
  });
}

}  // namespace sheaf::host
