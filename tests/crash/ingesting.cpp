// SPDX-License-Identifier: MIT
#include "tests/crash/ingesting.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <unistd.h>

#include "core/error.hpp"
#include "core/journal/guarded_file.hpp"
#include "core/layout/reader.hpp"

namespace sheaf::crash {
namespace {

constexpr int classes = 4;
constexpr int images_a_class = 90;
constexpr int most_kills = 6;  // of one file
constexpr auto forever = std::chrono::seconds(120);
const Shape image_shape{1, 5, 7, 3};

[[noreturn]] void become_ingest(const std::filesystem::path& folder) {
  // Its own words are of no interest; what a killed worker leaves goes with the folder.
  const int nowhere = ::open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  ::setenv("TMPDIR", (folder / "tmp").c_str(), 1);
  if (::chdir(folder.c_str()) != 0) ::_exit(127);
  ::execl(SHEAF_PROGRAM, SHEAF_PROGRAM, "ingest", "images", "-o", "x.h5", "--commit-every", "20",
          "-q", nullptr);
  ::_exit(127);
}

// The command tells nothing: that its end of the report closes is enough.
void report_until_end(int report) { ::fcntl(report, F_SETFD, 0); }

}  // namespace

Ingesting::Ingesting(const std::filesystem::path& folder, std::uint64_t seed, Counts& counts)
    : folder_(folder / ("ingest-" + std::to_string(seed))), random_(seed), counts_(counts) {
  std::filesystem::create_directories(folder_ / "tmp");
  make_images();
}

Ingesting::~Ingesting() {
  std::error_code ignored;
  if (!is_lost_) std::filesystem::remove_all(folder_, ignored);
}

void Ingesting::make_images() {
  for (int label = 0; label < classes; ++label) {
    const std::string name = "class" + std::to_string(label);
    std::filesystem::create_directories(folder_ / "images" / name);
    for (int number = 0; number < images_a_class; ++number) {
      Image image{"images/" + name + "/" + std::to_string(number) + ".ppm", "", label};
      image.pixels.resize(static_cast<std::size_t>(element_count(image_shape)));
      for (char& pixel : image.pixels) pixel = static_cast<char>(random_.next());
      std::ofstream(folder_ / image.id, std::ios::binary) << "P6 7 5 255\n" << image.pixels;
      images_.push_back(std::move(image));
    }
  }
  std::sort(images_.begin(), images_.end(),
            [](const Image& a, const Image& b) { return a.id < b.id; });
}

bool Ingesting::run(Seconds time) {
  Child child([this](int report) -> int {
    report_until_end(report);
    become_ingest(folder_);
  });
  const bool is_killed = child.kill_after(time);
  if (is_killed) {
    ++counts_.kills;
    ++counts_.ingest_kills;
    ++kills_;
    return false;
  }
  if (!child.is_well()) throw std::runtime_error("sheaf ingest failed: see " + folder_.string());
  whole_ = whole_.count() == 0 ? child.lived() : whole_;
  return true;
}

void Ingesting::round() {
  if (is_lost_) return;
  // The first one of all isn't killed: it shows how long an ingest takes.
  if (whole_.count() == 0 || kills_ >= most_kills) return finish();
  look(run(whole_ * random_.fraction()));
}

void Ingesting::finish() {
  if (!is_lost_) look(run(forever));
}

void Ingesting::look(bool has_ended) {
  std::string text;
  try {
    text = difference(has_ended);
    if (text.empty() && !has_ended && std::filesystem::exists(file()) && random_.chance(50)) {
      const journal::Recovery recovery = journal::recover(file());
      ++(recovery.blocks > 0 ? counts_.applied : recovery.cut > 0 ? counts_.cut : counts_.nothing);
      text = difference(has_ended);
    }
  } catch (const Error& error) {
    text = error.what();
  }
  if (!text.empty()) {
    ++counts_.losses;
    is_lost_ = true;
    std::printf("LOSS   ingest, %s, after %d kills: %s\n", folder_.c_str(), kills_, text.c_str());
    std::fflush(stdout);
  } else if (has_ended) {
    ++counts_.ingests;
    clear();
  }
}

std::string Ingesting::difference(bool has_ended) {
  if (!std::filesystem::exists(file())) {
    return stored_ > 0 || has_ended ? "the file is gone" : "";
  }
  const layout::Reader reader = layout::Reader::open(file());
  const std::size_t count = reader.ids().size();
  if (count < stored_) return "fewer sources than before";
  if (count > images_.size()) return "more sources than there are";
  if (has_ended && !reader.complete()) return "isn't complete";
  // Also one that was killed on its way out.
  if (reader.complete() && count != images_.size()) return "complete without all sources";
  if (!reader.failures().empty()) return "a failure: " + reader.failures()[0].message;
  for (std::size_t number = 0; number < count; ++number) {
    const Image& image = images_[number];
    if (reader.ids()[number] != image.id) return "not a beginning of the walk at " + image.id;
    Value expected{uint8, image_shape, std::vector<std::byte>(image.pixels.size()), {}};
    std::memcpy(expected.bytes.data(), image.pixels.data(), image.pixels.size());
    if (reader.get("image", number) != expected) return "other pixels of " + image.id;
    Value label = Value::of(std::vector<std::int64_t>{image.label});
    if (reader.get("dirlabel", number) != label) return "another label of " + image.id;
  }
  stored_ = count;
  return {};
}

void Ingesting::clear() {
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("x.h5")) std::filesystem::remove(entry.path());
  }
  std::filesystem::remove_all(folder_ / "tmp");
  std::filesystem::create_directories(folder_ / "tmp");
  stored_ = 0;
  kills_ = 0;
}

}  // namespace sheaf::crash
