// SPDX-License-Identifier: MIT
#include "host/doctor/advice.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/source/source.hpp"

namespace sheaf::host::doctor {
namespace {

constexpr std::int64_t worth_a_word = std::int64_t{1} << 20U;  // smaller arrays take no time
constexpr std::int64_t usual_chunk = std::int64_t{64} << 10U;
constexpr std::int64_t small_chunk = std::int64_t{4} << 10U;
constexpr std::int64_t random_chunk = std::int64_t{16} << 10U;
constexpr std::int64_t worth_waiting = std::int64_t{16} << 20U;  // for the disk
constexpr double mostly_cached = 0.95;
constexpr double slow_open = 0.5;  // seconds

// As a shell takes it.
std::string quoted(const std::string& text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("/._-+:=@,").find(c) != std::string_view::npos;
  });
  if (is_plain) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string pack_command(const FileReport& file, const std::string& path,
                         const std::string& option) {
  return fmt::format("sheaf pack {} -f {}:{}", quoted(file.name), quoted(path), option);
}

std::int64_t rows_for(std::int64_t bytes, const OutputReport& output) {
  return std::max<std::int64_t>(1, bytes / std::max<std::int64_t>(1, output.row_bytes));
}

void about_cache(const MachineReport& machine, const FileReport& file,
                 std::vector<Advice>& advice) {
  if (file.cached >= mostly_cached || file.bytes < worth_waiting) return;
  std::string finding = fmt::format("{:.0f} % of the file is in the page cache", file.cached * 100);
  if (file.uncached) {
    finding += fmt::format("; the rest comes from the disk, at {}", rate_text(*file.uncached));
  }
  if (file.bytes < machine.available / 10 * 8) {
    advice.push_back({{},
                      finding + ". It would fit: once read, it stays in memory",
                      fmt::format("cat {} > /dev/null", quoted(file.name))});
  } else {
    advice.push_back({{},
                      fmt::format("{}. With {} it is larger than the memory that is free: reading "
                                  "at random waits for the disk",
                                  finding, size_text(file.bytes)),
                      "a faster disk, more memory, or stronger compression: sheaf pack " +
                          quoted(file.name) + " --compression zstd --shuffle"});
  }
}

// The one that decodes fastest among those that shrink nearly as well, or the fastest of all.
const CodecSpeed* faster_codec(const OutputReport& output) {
  const CodecSpeed* best = nullptr;
  for (const CodecSpeed& codec : output.other_codecs) {
    if (codec.size > 0.95 || codec.decode < 2 * *output.decode) continue;
    if (best == nullptr || codec.decode / codec.size > best->decode / best->size) best = &codec;
  }
  return best;
}

void about_decoding(const MachineReport& machine, const FileReport& file,
                    const OutputReport& output, std::vector<Advice>& advice) {
  if (!output.decode || output.logical_bytes < worth_a_word) return;
  const double together = *output.decode * machine.cores;
  if (together > machine.copy / 2) return;
  const double size = static_cast<double>(output.stored_bytes) /
                      static_cast<double>(std::max<std::int64_t>(1, output.logical_bytes));
  std::string finding =
      fmt::format("chunks of {} with {} decode at {} a core", size_text(output.chunk_bytes),
                  fmt::join(output.filters, ", "), rate_text(*output.decode));
  finding += fmt::format("; copying would reach {}", rate_text(machine.copy));
  if (const CodecSpeed* codec = faster_codec(output)) {
    advice.push_back(
        {output.path,
         fmt::format("{}. {} would decode at about {}, with {:.0f} % of the raw size "
                     "instead of {:.0f} %",
                     finding, codec->name, rate_text(codec->decode), codec->size * 100, size * 100),
         pack_command(file, output.path, "compression=" + codec->name)});
  } else {
    advice.push_back({output.path,
                      fmt::format("{}. Stored plainly it would take {:.1f} times the room", finding,
                                  1 / std::max(size, 0.01)),
                      pack_command(file, output.path, "compression=none,shuffle=false")});
  }
}

void about_chunks(const FileReport& file, const OutputReport& output, std::vector<Advice>& advice) {
  if (output.logical_bytes < worth_a_word || output.chunks.empty() || output.row_bytes == 0) return;
  const bool has_other_rows = output.chunks[0] != rows_for(random_chunk, output);
  if (!output.filters.empty() && output.chunk_bytes > 2 * usual_chunk && has_other_rows &&
      output.chunk_bytes > 8 * output.row_bytes) {
    advice.push_back({output.path,
                      fmt::format("to read {} at random, a chunk of {} is decoded",
                                  size_text(output.random_bytes), size_text(output.chunk_bytes)),
                      pack_command(file, output.path,
                                   fmt::format("chunks={}", rows_for(random_chunk, output)))});
  } else if (output.chunk_bytes < small_chunk && output.row_bytes < usual_chunk) {
    advice.push_back(
        {output.path,
         fmt::format("{} of {} a chunk: {} chunks, each found by the index on its own",
                     output.chunks[0] == 1 ? std::string("1 row")
                                           : fmt::format("{} rows", output.chunks[0]),
                     size_text(output.chunk_bytes), output.chunk_count),
         pack_command(file, output.path, fmt::format("chunks={}", rows_for(usual_chunk, output)))});
  }
}

void about_state(const FileReport& file, std::vector<Advice>& advice) {
  if (file.has_journal) {
    advice.push_back({{},
                      "a journal lies beside it: somebody writes, or a writer was killed. Readers "
                      "take part of the file from there",
                      "sheaf recover " + quoted(file.name) + "   (when nobody writes)"});
  }
  if (!file.is_complete) {
    advice.push_back({{}, "is incomplete: its ingest didn't end", "sheaf ingest …, as before"});
  }
  const bool has_spans = std::ranges::all_of(file.outputs, &OutputReport::has_spans);
  if (file.open_seconds > slow_open && !has_spans) {
    advice.push_back({{},
                      fmt::format("opening takes {:.1f} s: which rows are whose stands in "
                                  "references only, which are followed one by one",
                                  file.open_seconds),
                      "sheaf pack " + quoted(file.name)});
  }
}

}  // namespace

std::string rate_text(double rate) {
  constexpr std::array<const char*, 4> units{"kB/s", "MB/s", "GB/s", "TB/s"};
  double value = rate / 1000;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
  return fmt::format("{:.{}f} {}", value, value < 9.95 ? 1 : 0, units.at(unit));
}

std::string size_text(std::int64_t bytes) {
  constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1023.5 && unit + 1 < units.size(); ++unit) value /= 1024;
  const bool is_whole =
      value >= 99.5 || value == static_cast<double>(static_cast<std::int64_t>(value));
  return fmt::format("{:.{}f} {}", value, is_whole ? 0 : 1, units.at(unit));
}

std::vector<Advice> advise(const MachineReport& machine) {
  std::vector<Advice> advice;
  if (!machine.has_memory_files) {
    advice.push_back({{},
                      "the system gives no memory files (memfd): plugins can't run in workers",
                      "sheaf ingest --in-process, where the plugins are trusted"});
  }
  if (!machine.has_seccomp || machine.landlock_abi == 0) {
    advice.push_back({{},
                      fmt::format("workers can't be confined wholly: the kernel has no {}",
                                  machine.has_seccomp ? "Landlock" : "seccomp"),
                      "ingest only what you trust here, or use Linux 5.13 or newer with both"});
  }
  for (const Limit& limit : machine.limits) {
    constexpr std::uint64_t few_files = 256;
    if (limit.name != "open files" || !limit.value || *limit.value >= few_files) continue;
    advice.push_back(
        {{},
         fmt::format("at most {} files can be open: too few for many workers", *limit.value),
         "ulimit -n 1024"});
  }
  return advice;
}

std::vector<Advice> advise(const MachineReport& machine, const FileReport& file) {
  std::vector<Advice> advice;
  about_cache(machine, file, advice);
  for (const OutputReport& output : file.outputs) {
    about_decoding(machine, file, output, advice);
    about_chunks(file, output, advice);
  }
  about_state(file, advice);
  return advice;
}

}  // namespace sheaf::host::doctor
