// SPDX-License-Identifier: MIT
#include "host/doctor/file.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/codecs/pipeline.hpp"
#include "core/error.hpp"
#include "core/journal/guarded_file.hpp"
#include "core/layout/names.hpp"
#include "core/layout/storage_sample.hpp"
#include "core/read/file.hpp"
#include "host/doctor/codecs.hpp"
#include "host/doctor/disk.hpp"
#include "host/doctor/measure.hpp"

namespace sheaf::host::doctor {
namespace {

using layout::Span;

constexpr std::size_t most_outputs = 8;
constexpr std::int64_t block_bytes = std::int64_t{4} << 20U;
constexpr std::int64_t most_row_bytes = std::int64_t{64} << 20U;
constexpr std::int64_t most_chunk_bytes = std::int64_t{64} << 20U;
constexpr std::int64_t random_read_bytes = 4096;  // of rows that are smaller
constexpr std::int64_t batch = 64;                // of a loader
constexpr std::int64_t most_batch_bytes = std::int64_t{16} << 20U;
constexpr std::int64_t block_texts = 256;
constexpr std::int64_t sampled_chunks = 32;
constexpr std::size_t sampled_bytes = std::size_t{16} << 20U;
constexpr std::size_t cache_bytes = std::size_t{64} << 20U;

std::int64_t text_bytes(const Value& value) {
  std::int64_t bytes = 0;
  for (const std::string& text : value.strings) bytes += static_cast<std::int64_t>(text.size());
  return bytes;
}

// Bytes a second from the first row on.
double scan(const read::Array& array, double seconds, const std::atomic<bool>& stop) {
  const std::int64_t rows = array.shape().at(0);
  const auto row_bytes = static_cast<std::int64_t>(array.row_bytes());
  const std::int64_t block =
      row_bytes == 0 ? block_texts : std::max(block_bytes / row_bytes, std::int64_t{1});
  std::vector<std::byte> room(static_cast<std::size_t>(std::min(block, rows) * row_bytes));
  std::int64_t bytes = 0;
  const Clock::time_point begin = Clock::now();
  for (std::int64_t at = 0; at < rows && seconds_since(begin) < seconds; at += block) {
    check_stop(stop);
    const Span span{at, std::min(rows, at + block)};
    if (array.dtype().is_string()) {
      bytes += text_bytes(array.rows(span.start, span.stop));
    } else {
      const std::int64_t size = (span.stop - span.start) * row_bytes;
      array.read(span, std::span(room).first(static_cast<std::size_t>(size)));
      bytes += size;
    }
  }
  return static_cast<double>(bytes) / std::max(seconds_since(begin), 1e-9);
}

// Once where chunks are decoded: the second time they would come from a cache. Else as often as
// time allows, since the first time maps the pages.
double scan_array(const read::Array& array, bool is_decoded, double seconds,
                  const std::atomic<bool>& stop) {
  const Clock::time_point begin = Clock::now();
  double best = scan(array, seconds, stop);
  while (!is_decoded && seconds_since(begin) < seconds) {
    best = std::max(best, scan(array, seconds, stop));
  }
  return best;
}

// Reads a second, in batches as a loader makes them.
double read_at_random(const read::Array& array, std::int64_t rows_a_read, double seconds,
                      const std::atomic<bool>& stop) {
  std::mt19937_64 random(1);
  const std::int64_t last = array.shape().at(0) - rows_a_read;
  std::uniform_int_distribution<std::int64_t> anywhere(0, last);
  const std::int64_t read_bytes = rows_a_read * static_cast<std::int64_t>(array.row_bytes());
  const std::int64_t count =
      std::clamp<std::int64_t>(most_batch_bytes / std::max<std::int64_t>(1, read_bytes), 1, batch);
  std::vector<Span> spans(static_cast<std::size_t>(count));
  std::vector<std::byte> room(static_cast<std::size_t>(count * read_bytes));
  std::int64_t reads = 0;
  const Clock::time_point begin = Clock::now();
  do {
    check_stop(stop);
    for (Span& span : spans) {
      span.start = anywhere(random);
      span.stop = span.start + rows_a_read;
      if (array.dtype().is_string()) (void)array.rows(span.start, span.stop);
    }
    if (!array.dtype().is_string()) array.gather(std::span<const Span>(spans), room);
    reads += count;
  } while (seconds_since(begin) < seconds);
  return static_cast<double>(reads) / seconds_since(begin);
}

void measure_decoding(OutputReport& report, const layout::StorageSample& sample,
                      std::size_t element_bytes, double seconds, const std::atomic<bool>& stop) {
  if (sample.some.empty() || report.chunk_bytes == 0) return;
  const codecs::Pipeline pipeline(sample.filters);
  codecs::Buffer out, spare;
  const auto decode_all = [&] {
    for (const layout::StoredChunk& chunk : sample.some) {
      pipeline.decode(chunk.bytes, chunk.mask, static_cast<std::size_t>(report.chunk_bytes), out,
                      spare);
      check_stop(stop);
    }
  };
  const auto chunks = static_cast<std::int64_t>(sample.some.size());
  report.decode = best_rate(chunks * report.chunk_bytes, seconds / 3, stop, decode_all);
  // A long chunk would take all of the time: its beginning stands for it.
  const std::size_t tried = std::min(out.size(), std::size_t{1} << 20U);
  const auto part = out.bytes().first(tried - tried % std::max<std::size_t>(1, element_bytes));
  if (part.empty()) return;
  report.other_codecs = measure_codecs(part, element_bytes, seconds * 2 / 15, stop);
}

// Of all elements; a shape from a file may be anything.
std::int64_t bytes_of(Shape shape, std::size_t element_bytes) {
  shape.push_back(static_cast<std::int64_t>(element_bytes));
  return element_count(shape);
}

void describe(OutputReport& report, const read::Output& output,
              const layout::StorageSample& sample) {
  const read::Array& array = output.array();
  const std::size_t element = array.dtype().size();
  report.chunks = sample.chunks;
  report.filters = sample.filter_names;
  report.stored_bytes = sample.stored_bytes;
  report.has_spans = sample.has_spans;
  report.row_bytes = static_cast<std::int64_t>(array.row_bytes());
  report.logical_bytes =
      array.dtype().is_string() ? sample.stored_bytes : bytes_of(report.shape, element);
  if (report.chunks.empty()) return;
  report.chunk_bytes = bytes_of(report.chunks, element);
  Shape counts;
  for (std::size_t axis = 0; axis < report.shape.size(); ++axis) {
    counts.push_back((report.shape[axis] + report.chunks[axis] - 1) / report.chunks[axis]);
  }
  report.chunk_count = element_count(counts);
}

std::string too_large(const OutputReport& report) {
  if (report.row_bytes > most_row_bytes) return "a row is too large to be read on trial";
  if (report.chunk_bytes > most_chunk_bytes && !report.filters.empty()) {
    return "a chunk is too large to be decoded on trial";
  }
  return {};
}

void measure(OutputReport& report, const std::filesystem::path& file, const read::Output& output,
             double seconds, const std::atomic<bool>& stop) {
  const read::Array& array = output.array();
  const auto sample = layout::sample_storage(file, output.path(), sampled_chunks, sampled_bytes);
  describe(report, output, sample);
  report.problem = too_large(report);
  if (!report.problem.empty() || report.shape.at(0) == 0) return;
  report.sequence = scan_array(array, !report.filters.empty(), seconds * 0.35, stop);
  const std::int64_t rows =
      report.row_bytes == 0 ? 1 : std::max(std::int64_t{1}, random_read_bytes / report.row_bytes);
  const std::int64_t rows_a_read = std::min(rows, report.shape[0]);
  report.random_bytes = rows_a_read * report.row_bytes;
  report.random = read_at_random(array, rows_a_read, seconds * 0.25, stop);
  if (!array.dtype().is_string()) {
    measure_decoding(report, sample, array.dtype().size(), seconds * 0.4, stop);
  }
}

// The outputs worth their time: the largest.
std::vector<const read::Output*> largest(const read::File& file) {
  std::vector<const read::Output*> outputs;
  for (const std::string& path : file.paths()) outputs.push_back(&file.output(path));
  const auto size = [](const read::Output* output) {
    return bytes_of(output->array().shape(),
                    std::max<std::size_t>(1, output->array().dtype().size()));
  };
  std::ranges::stable_sort(outputs, std::ranges::greater{}, size);
  if (outputs.size() > most_outputs) outputs.resize(most_outputs);
  return outputs;
}

bool is_complete(const read::File& file) {
  for (const auto& [name, value] : file.attrs("")) {
    if (name != layout::names::complete_attr) continue;
    return std::ranges::any_of(value.bytes, [](std::byte b) { return b != std::byte{0}; });
  }
  return true;
}

// What a reader does first: finds a source by its id, and reads a row.
void touch(const read::File& file) {
  for (const std::string& path : file.paths()) {
    const read::Output& output = file.output(path);
    if (output.array().shape().at(0) == 0 ||
        static_cast<std::int64_t>(output.array().row_bytes()) > most_row_bytes) {
      continue;
    }
    if (!file.ids().empty()) {
      if (const auto source = file.find(file.ids().back())) (void)output.span(*source);
    }
    (void)output.array().rows(0, 1);
    return;
  }
}

}  // namespace

FileReport examine_file(const std::filesystem::path& name, double seconds,
                        const std::atomic<bool>& stop) {
  FileReport report{name.string()};
  const Cached cached = measure_cached(name, stop);
  report.cached = cached.share;
  report.uncached = cached.uncached;
  const Clock::time_point begin = Clock::now();
  const auto file = read::File::open(name, {.cache_bytes = cache_bytes});
  touch(*file);
  report.open_seconds = seconds_since(begin);
  report.bytes = static_cast<std::int64_t>(std::filesystem::file_size(name));
  report.sources = file->ids().size();
  report.is_complete = is_complete(*file);
  report.has_journal = std::filesystem::exists(journal::journal_of(name.string()));
  const auto outputs = largest(*file);
  report.left_out = file->paths().size() - outputs.size();
  for (const read::Output* output : outputs) {
    OutputReport one{output->path(), output->array().dtype().name(), output->array().shape()};
    one.is_ragged = output->is_ragged();
    try {
      measure(one, name, *output, seconds / static_cast<double>(outputs.size()), stop);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Cancelled) throw;
      one.problem = error.what();
    }
    report.outputs.push_back(std::move(one));
  }
  return report;
}

}  // namespace sheaf::host::doctor
