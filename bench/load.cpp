// SPDX-License-Identifier: MIT
// What a loader costs beside copying the same bytes: samples a second and milliseconds to the first
// batch, all contenders in turns, medians as JSON.
//
//   sheaf_bench_load make FOLDER IMAGES MINUTES    images.h5 with labels, audio.h5, audio.raw
//   sheaf_bench_load run FOLDER REPEAT SECONDS     so long each time
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/mman.h>

#include "core/error.hpp"
#include "core/layout/writer.hpp"
#include "core/loader/loader.hpp"

using namespace sheaf;
using namespace sheaf::loader;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t batch_size = 64;
constexpr std::size_t image_bytes = 32 * 32 * 3;
constexpr std::int64_t window = 16'000;  // samples of audio

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void append(layout::Writer& writer, std::size_t feature, const layout::RowsView& rows) {
  if (const auto reason = writer.append(feature, 0, rows)) {
    throw Error(ErrorCode::Invalid, "bench", *reason);
  }
}

layout::FeatureSpec feature(const char* path, Dtype dtype, Shape item) {
  return {path, {{"", dtype, std::move(item), layout::Ragged::Never, {}}}, {}};
}

void make(const fs::path& folder, std::int64_t images, std::int64_t minutes) {
  std::mt19937_64 random(1);
  layout::Writer pictures = layout::Writer::create(folder / "images.h5", true);
  pictures.add_feature(feature("image", uint8, {32, 32, 3}));
  pictures.add_feature(feature("label", int64, {}));
  std::vector<std::uint64_t> pixels(image_bytes / sizeof(std::uint64_t));
  for (std::int64_t number = 0; number < images; ++number) {
    std::generate(pixels.begin(), pixels.end(), std::ref(random));
    pictures.begin_source({"image-" + std::to_string(number)});
    append(pictures, 0, {1, {32, 32, 3}, pixels.data(), nullptr});
    append(pictures, 1, {1, {}, &number, nullptr});
    pictures.end_source();
  }
  pictures.finish();

  layout::Writer recordings = layout::Writer::create(folder / "audio.h5", true);
  recordings.add_feature(feature("audio", float32, {}));
  std::ofstream raw(folder / "audio.raw", std::ios::binary);
  std::vector<float> minute(60 * 16'000);
  for (int recording = 0; recording < 2; ++recording) {
    recordings.begin_source({"recording-" + std::to_string(recording)});
    for (std::int64_t done = 0; done < minutes; ++done) {
      for (float& sample : minute) sample = static_cast<float>(random() >> 40U);
      append(recordings, 0, {static_cast<std::int64_t>(minute.size()), {}, minute.data(), nullptr});
      raw.write(reinterpret_cast<const char*>(minute.data()),
                static_cast<std::streamsize>(minute.size() * sizeof(float)));
    }
    recordings.end_source();
  }
  recordings.finish();
}

struct Figures {
  std::vector<double> rates;   // samples a second
  std::vector<double> firsts;  // seconds
};

// `open` makes what then copies a batch each time it is called.
struct Contender {
  std::string name;
  std::function<std::function<std::int64_t()>()> open;
  Figures figures{};
};

void run(Contender& contender, double seconds) {
  const Clock::time_point opening = Clock::now();
  const std::function<std::int64_t()> next = contender.open();
  (void)next();
  contender.figures.firsts.push_back(seconds_since(opening));
  for (int i = 0; i < 20; ++i) (void)next();  // threads have begun, pages are there
  std::int64_t samples = 0;
  const Clock::time_point begin = Clock::now();
  while (seconds_since(begin) < seconds) samples += next();
  contender.figures.rates.push_back(static_cast<double>(samples) / seconds_since(begin));
}

// Rows of a mapped file or of memory, in an order that is known beforehand: nothing but the copy.
std::function<std::function<std::int64_t()>()> copying(
    std::shared_ptr<const std::vector<std::span<const std::byte>>> rows) {
  return [rows] {
    std::vector<std::size_t> order(rows->size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937(2));
    auto batch = std::make_shared<AlignedBuffer>();
    return [rows, batch, order = std::move(order), at = std::size_t{0}]() mutable {
      const std::size_t bytes = rows->front().size();
      std::byte* to = batch->claim(batch_size * bytes);
      for (std::int64_t i = 0; i < batch_size; ++i, to += bytes) {
        std::memcpy(to, (*rows)[order[at]].data(), bytes);
        if (++at == order.size()) at = 0;
      }
      return batch_size;
    };
  };
}

std::function<std::function<std::int64_t()>()> loading(const fs::path& name,
                                                       std::vector<Input> inputs,
                                                       unsigned workers) {
  return [name, inputs = std::move(inputs), workers] {
    std::shared_ptr<Loader> loader =
        Loader::open(read::File::open(name), inputs,
                     {.batch_size = batch_size,
                      .drop_last = true,
                      .sampling = {.order = Order::Shuffled, .seed = 1},
                      .workers = workers});
    return [loader]() -> std::int64_t {
      BatchPtr batch = loader->next();
      if (!batch) {
        loader->begin(loader->epoch() + 1);
        batch = loader->next();
      }
      return static_cast<std::int64_t>(batch->size());
    };
  };
}

// Of `bytes` bytes each, from every `step` bytes on.
std::shared_ptr<const std::vector<std::span<const std::byte>>> pieces(
    std::span<const std::byte> from, std::size_t bytes, std::size_t step) {
  auto rows = std::make_shared<std::vector<std::span<const std::byte>>>();
  for (std::size_t at = 0; at + bytes <= from.size(); at += step) {
    rows->push_back(from.subspan(at, bytes));
  }
  return rows;
}

std::span<const std::byte> mapped(const fs::path& name) {
  const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  const std::size_t size = fs::file_size(name);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (data == MAP_FAILED) throw Error(ErrorCode::Io, name, "can't be mapped");
  return {static_cast<const std::byte*>(data), size};
}

std::vector<Contender> contenders(const fs::path& folder, const Value& memory) {
  const std::vector<Input> images{{"image", ById{.squeeze = true}},
                                  {"label", ById{.squeeze = true}}};
  const std::vector<Input> audio{{"audio", Slice{.length = window, .downsampling = 4'000}}};
  std::vector<Contender> all{
      {"images memory", copying(pieces(memory.bytes, image_bytes, image_bytes))},
      {"audio mapping", copying(pieces(mapped(folder / "audio.raw"), window * sizeof(float),
                                       4'000 * sizeof(float)))}};
  for (const unsigned workers : {0U, 1U, 2U}) {
    const std::string name = " loader " + std::to_string(workers);
    all.push_back({"images" + name, loading(folder / "images.h5", images, workers)});
    all.push_back({"audio" + name, loading(folder / "audio.h5", audio, workers)});
  }
  return all;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void run_all(const fs::path& folder, int repeat, double seconds) {
  const Value memory = [&] {
    const std::shared_ptr<read::File> file = read::File::open(folder / "images.h5");
    const read::Array& array = file->output("image").array();
    return array.rows(0, array.shape()[0]);
  }();
  std::vector<Contender> all = contenders(folder, memory);
  for (int time = 0; time < repeat; ++time) {
    for (Contender& contender : all) run(contender, seconds);
  }
  std::printf("{");
  for (const Contender& contender : all) {
    std::printf("%s\"%s\": {\"samples\": %.0f, \"first_ms\": %.3f}",
                &contender == &all.front() ? "" : ", ", contender.name.c_str(),
                median(contender.figures.rates), 1000 * median(contender.figures.firsts));
  }
  std::printf("}\n");
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count == 5 ? arguments[1] : "";
  if (mode != "make" && mode != "run") {
    std::fprintf(stderr,
                 "sheaf_bench_load make FOLDER IMAGES MINUTES | run FOLDER REPEAT SECONDS\n");
    return 2;
  }
  try {
    if (mode == "make") {
      make(arguments[2], std::atoll(arguments[3]), std::atoll(arguments[4]));
    } else {
      run_all(arguments[2], std::atoi(arguments[3]), std::atof(arguments[4]));
    }
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
