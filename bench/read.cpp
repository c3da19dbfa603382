// SPDX-License-Identifier: MIT
// The fast reader against what the same bytes cost without it, in turns, warm.
//
//   sheaf_bench_read FOLDER SECTION [COUNT]     images, codecs, audio, chunks, sources
//
// Makes the section's file in FOLDER, and prints lines of a table. Ratios: ours / the limit's.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <sys/mman.h>

#include "core/codecs/codec.hpp"
#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/layout/writer.hpp"
#include "core/read/file.hpp"

namespace {

using namespace sheaf;
using Clock = std::chrono::steady_clock;
using Path = std::filesystem::path;
using Body = std::function<void()>;

constexpr int turns = 7;

double seconds_of(const Body& body) {
  const auto begin = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Medians of all bodies, run in turns after one round that warms up.
std::vector<double> in_turns(const std::vector<Body>& bodies, int rounds = turns) {
  std::vector<std::vector<double>> times(bodies.size());
  for (int round = -1; round < rounds; ++round) {
    for (std::size_t body = 0; body < bodies.size(); ++body) {
      const double seconds = seconds_of(bodies[body]);
      if (round >= 0) times[body].push_back(seconds);
    }
  }
  std::vector<double> medians;
  for (auto& all : times) {
    std::ranges::sort(all);
    medians.push_back(all[all.size() / 2]);
  }
  return medians;
}

void line(const std::string& what, double seconds, double limit, double units, const char* unit) {
  std::printf("  %-46s %10.3g %s   limit %10.3g   %.2f of it\n", what.c_str(), units / seconds,
              unit, units / limit, limit / seconds);
  std::fflush(stdout);
}

layout::FeatureSpec feature(const char* path, Dtype dtype, Shape item,
                            const layout::DatasetOptions& options = {}) {
  return {path, {{"", dtype, std::move(item), layout::Ragged::Never, options}}, {}};
}

// Bytes that every codec makes smaller: half of them are few values, half were there before.
std::vector<std::uint8_t> noise(std::size_t bytes, unsigned seed) {
  std::vector<std::uint8_t> data(bytes);
  std::mt19937 random(seed);
  constexpr std::size_t run = 16;
  for (std::size_t at = 0; at + run <= bytes; at += run) {
    const bool is_repeated = at >= 4096 && random() % 2 == 0;
    const std::size_t from = is_repeated ? at - 512 - random() % 2048 : 0;
    for (std::size_t index = 0; index < run; ++index) {
      data[at + index] =
          is_repeated ? data[from + index] : static_cast<std::uint8_t>(random() % 24 * 3);
    }
  }
  return data;
}

// ---- images: batches of 64 by id ----

constexpr std::size_t image_bytes = 32 * 32 * 3;
constexpr std::size_t batch = 64;

struct Memory {
  std::vector<std::uint8_t> images;
  std::vector<std::int64_t> labels;
};

std::string id_of(std::size_t source) { return "train/" + std::to_string(source) + ".png"; }

Memory make_images(const Path& path, std::size_t count) {
  Memory memory{noise(count * image_bytes, 1), std::vector<std::int64_t>(count)};
  std::iota(memory.labels.begin(), memory.labels.end(), 0);
  auto writer = layout::Writer::create(path, true, {0, true});
  writer.add_feature(feature("image", uint8, {32, 32, 3}));
  writer.add_feature(feature("label", int64, {}));
  for (std::size_t source = 0; source < count; ++source) {
    writer.begin_source({id_of(source)});
    (void)writer.append(0, 0, {1, {32, 32, 3}, &memory.images[source * image_bytes], nullptr});
    (void)writer.append(1, 0, {1, {}, &memory.labels[source], nullptr});
    writer.end_source();
  }
  writer.finish();
  return memory;
}

struct Batch {
  std::vector<std::byte> images = std::vector<std::byte>(batch * image_bytes);
  std::vector<std::byte> labels = std::vector<std::byte>(batch * sizeof(std::int64_t));
};

void gather(const read::File& file, std::span<const std::size_t> sources, Batch& out) {
  const read::Output& image = file.output("image");
  const read::Output& label = file.output("label");
  std::array<std::int64_t, batch> rows{};
  for (std::size_t at = 0; at < sources.size(); ++at) rows[at] = image.span(sources[at])->start;
  image.array().gather(rows, out.images);
  for (std::size_t at = 0; at < sources.size(); ++at) rows[at] = label.span(sources[at])->start;
  label.array().gather(rows, out.labels);
}

void images(const Path& folder, std::size_t count) {
  const Path path = folder / "images.h5";
  const Memory memory = make_images(path, count);
  const auto file = read::File::open(path);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  order.resize(count / batch * batch);
  std::vector<std::string> ids;
  for (const std::size_t source : order) ids.push_back(id_of(source));
  Batch out;
  Batch expected;
  const auto each_batch = [&](const auto& body) {
    for (std::size_t at = 0; at < order.size(); at += batch) body(at);
  };
  const auto copy = [&](std::size_t at) {
    for (std::size_t row = 0; row < batch; ++row) {
      const std::size_t source = order[at + row];
      std::memcpy(&expected.images[row * image_bytes], &memory.images[source * image_bytes],
                  image_bytes);
      std::memcpy(&expected.labels[row * 8], &memory.labels[source], 8);
    }
  };
  const auto by_number = [&](std::size_t at) {
    gather(*file, std::span(order).subspan(at, batch), out);
  };
  const auto by_text = [&](std::size_t at) {
    std::array<std::size_t, batch> sources{};
    for (std::size_t row = 0; row < batch; ++row) sources[row] = *file->find(ids[at + row]);
    gather(*file, sources, out);
  };
  const auto times = in_turns(
      {[&] { each_batch(copy); }, [&] { each_batch(by_number); }, [&] { each_batch(by_text); }});
  each_batch([&](std::size_t at) {
    copy(at);
    by_text(at);
    if (out.images != expected.images || out.labels != expected.labels) std::abort();
  });
  const auto samples = static_cast<double>(order.size());
  const std::string size = std::to_string(count * image_bytes >> 20U) + " MiB";
  line("shuffled batches by number, " + size, times[1], times[0], samples, "samples/s");
  line("the same by id as text", times[2], times[0], samples, "samples/s");
}

// ---- codecs: a scan of chunks with filters ----

struct Encoded {
  std::vector<std::vector<std::byte>> chunks;
  std::size_t chunk_bytes = 0;
};

Encoded encoded_chunks(const Path& path) {
  const hdf5::File file = hdf5::open_file(path.string());
  const hdf5::Dataset dataset = hdf5::open_dataset(file.get(), "x/__arr__");
  const Shape shape = hdf5::shape_of(dataset);
  const Shape chunk = hdf5::chunks_of(dataset);
  Encoded encoded;
  encoded.chunk_bytes = static_cast<std::size_t>(element_count(chunk));
  Shape first(shape.size(), 0);
  do {
    auto& bytes = encoded.chunks.emplace_back(*hdf5::chunk_bytes(dataset, first));
    (void)hdf5::read_chunk(dataset, first, bytes.data());
  } while (hdf5::next_chunk(shape, chunk, first));
  return encoded;
}

void decode_all(const Encoded& encoded, const codecs::Codec& codec, unsigned threads) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    codecs::Buffer out;
    for (std::size_t at = next++; at < encoded.chunks.size(); at = next++) {
      codec.decode(encoded.chunks[at], {}, encoded.chunk_bytes, out);
    }
  };
  std::vector<std::jthread> others;
  for (unsigned thread = 1; thread < threads; ++thread) others.emplace_back(work);
  work();
}

void scan(const read::Array& array, std::vector<std::byte>& out) {
  const std::int64_t rows = array.shape()[0];
  const auto step = static_cast<std::int64_t>(out.size() / array.row_bytes());
  for (std::int64_t row = 0; row < rows; row += step) {
    const std::int64_t stop = std::min(rows, row + step);
    const std::size_t bytes = static_cast<std::size_t>(stop - row) * array.row_bytes();
    array.read({row, stop}, std::span(out).first(bytes));
  }
}

void codec(const Path& folder, const char* name, const codecs::Codec& codec,
           const std::vector<std::uint8_t>& data) {
  const Path path = folder / "codec.h5";
  layout::DatasetOptions options;
  options.compression = layout::find_compression(std::string_view(name))->compression;
  const auto rows = static_cast<std::int64_t>(data.size() / image_bytes);
  {
    auto writer = layout::Writer::create(path, true);
    writer.add_feature(feature("x", uint8, {32, 32, 3}, options));
    writer.begin_source({"all"});
    (void)writer.append(0, 0, {rows, {32, 32, 3}, data.data(), nullptr});
    writer.end_source();
    writer.finish();
  }
  const Encoded encoded = encoded_chunks(path);
  const auto bytes = static_cast<double>(rows * static_cast<std::int64_t>(image_bytes)) / 1e6;
  for (const unsigned threads : {1U, std::max(2U, std::thread::hardware_concurrency())}) {
    const auto file = read::File::open(path, {std::size_t{32} << 20U, threads, true});
    const read::Array& array = file->output("x").array();
    std::vector<std::byte> large(std::size_t{4} << 20U);
    std::vector<std::byte> small(20 * image_bytes);
    const auto times = in_turns({[&] { decode_all(encoded, codec, threads); },
                                 [&] { scan(array, large); }, [&] { scan(array, small); }});
    const std::string what = std::string(name) + ", " + std::to_string(threads) + " threads, ";
    line(what + "4 MiB a read", times[1], times[0], bytes, "MB/s");
    line(what + "60 KiB a read", times[2], times[0], bytes, "MB/s");
  }
}

void codecs_section(const Path& folder, std::size_t megabytes) {
  const std::vector<std::uint8_t> data =
      noise((megabytes << 20U) / (20 * image_bytes) * (20 * image_bytes), 2);
  codec(folder, "deflate", codecs::deflate, data);
  codec(folder, "lz4", codecs::lz4, data);
  codec(folder, "zstd", codecs::zstd, data);
}

// ---- audio: windows of long rows ----

void audio(const Path& folder, std::size_t hours) {
  constexpr std::int64_t window = 16'000;
  const std::int64_t samples_an_hour = 3600LL * 16'000;
  const std::vector<float> hour(static_cast<std::size_t>(samples_an_hour), 0.5F);
  const Path path = folder / "audio.h5";
  const Path raw = folder / "audio.f32";
  std::FILE* const stream = std::fopen(raw.c_str(), "wb");
  auto writer = layout::Writer::create(path, true);
  writer.add_feature(feature("audio", float32, {}));
  for (std::size_t number = 0; number < hours; ++number) {
    writer.begin_source({std::to_string(number)});
    (void)writer.append(0, 0, {samples_an_hour, {}, hour.data(), nullptr});
    writer.end_source();
    std::fwrite(hour.data(), sizeof(float), hour.size(), stream);
  }
  writer.finish();
  std::fclose(stream);
  const std::size_t bytes = std::filesystem::file_size(raw);
  const int descriptor = ::open(raw.c_str(), O_RDONLY | O_CLOEXEC);
  const auto* const mapped =
      static_cast<const std::byte*>(::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, descriptor, 0));
  ::close(descriptor);
  const auto file = read::File::open(path);
  const read::Array& array = file->output("audio").array();
  std::mt19937_64 random(4);
  std::vector<std::int64_t> starts(4000);
  for (std::int64_t& start : starts) {
    start =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(array.shape()[0] - window));
  }
  std::vector<std::byte> out(window * sizeof(float));
  const auto times = in_turns({[&] {
                                 for (const std::int64_t start : starts) {
                                   std::memcpy(out.data(), mapped + start * 4, out.size());
                                 }
                               },
                               [&] {
                                 for (const std::int64_t start : starts)
                                   array.read({start, start + window}, out);
                               }});
  line("windows of 16,000 of " + std::to_string(hours) + " h", times[1], times[0],
       static_cast<double>(starts.size()), "windows/s");
}

// ---- chunks: the index ----

void chunks(const Path& folder, std::size_t most) {
  const std::vector<std::int64_t> rows(most);
  for (const std::size_t count : {most / 4, most / 2, most}) {
    const Path path = folder / "chunks.h5";
    auto writer = layout::Writer::create(path, true);
    writer.add_feature(feature("x", int64, {}, {.chunk_rows = 1}));
    writer.begin_source({"all"});
    (void)writer.append(0, 0, {static_cast<std::int64_t>(count), {}, rows.data(), nullptr});
    writer.end_source();
    writer.finish();
    std::vector<double> times;
    for (int turn = 0; turn < turns; ++turn) {
      const auto file = read::File::open(path);
      std::vector<std::byte> out(sizeof(std::int64_t));
      const std::clock_t begin = std::clock();
      file->output("x").array().read({0, 1}, out);
      times.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    const double best = std::ranges::min(times);
    std::printf(
        "  index of %7zu chunks: %7.2f ms, %.0f ns a chunk (of the processor, best of %d)\n", count,
        1e3 * best, 1e9 * best / static_cast<double>(count), turns);
  }
}

// ---- sources: from open to the first get ----

void sources(const Path& folder, std::size_t count) {
  const Path path = folder / "sources.h5";
  auto writer = layout::Writer::create(path, true, {0, true});
  writer.add_feature(feature("label", int64, {}));
  for (std::size_t source = 0; source < count; ++source) {
    const auto label = static_cast<std::int64_t>(source);
    writer.begin_source({"some/folder/" + id_of(source), 100, 200});
    (void)writer.append(0, 0, {1, {}, &label, nullptr});
    writer.end_source();
  }
  writer.finish();
  double open = 0;
  double find = 0;
  double cpu = 0;
  const auto first_get = [&] {
    const std::clock_t begin = std::clock();
    std::shared_ptr<read::File> file;
    open = seconds_of([&] { file = read::File::open(path); });
    std::size_t number = 0;
    find = seconds_of([&] { number = *file->find("some/folder/" + id_of(count / 2)); });
    const Value value = *file->output("label").get(number);
    cpu = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::int64_t label = -1;
    std::memcpy(&label, value.bytes.data(), sizeof label);
    if (label != static_cast<std::int64_t>(count / 2)) std::abort();
  };
  const double all = in_turns({first_get}, 3)[0];
  std::printf(
      "  %9zu sources: %.3f s to the first get; the last time %.3f open, %.3f first find, "
      "%.3f of the processor\n",
      count, all, open, find, cpu);
}

}  // namespace

int main(int count, char** arguments) {
  const std::map<std::string, std::pair<void (*)(const Path&, std::size_t), std::size_t>> sections{
      {"images", {images, 10'000}},
      {"codecs", {codecs_section, 128}},
      {"audio", {audio, 4}},
      {"chunks", {chunks, 200'000}},
      {"sources", {sources, 1'000'000}}};
  const auto section = count > 2 ? sections.find(arguments[2]) : sections.end();
  if (section == sections.end() || count > 4) {
    std::fprintf(stderr, "sheaf_bench_read FOLDER images|codecs|audio|chunks|sources [COUNT]\n");
    return 2;
  }
  const auto [run, usual] = section->second;
  try {
    run(arguments[1], count > 3 ? std::strtoull(arguments[3], nullptr, 10) : usual);
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
