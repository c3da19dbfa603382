// SPDX-License-Identifier: MIT
// A commit against the least that anything durable costs.
//
//   sheaf_bench_commit FOLDER ROUNDS
//
// In turns: 1,000 rows of 3 KiB, each a source, through layout::Writer, with a commit; and as many
// bytes written behind each other to a file, with an fdatasync. Prints the medians as JSON,
// seconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "core/error.hpp"
#include "core/layout/writer.hpp"

namespace {

using namespace sheaf;
using Clock = std::chrono::steady_clock;

constexpr int rows_a_commit = 1000;
constexpr std::int64_t row_bytes = 3072;

template <class Body>
double seconds_of(const Body& body) {
  const auto begin = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

class Plain {
 public:
  explicit Plain(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {}
  ~Plain() { ::close(descriptor_); }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;
  void append(const std::vector<std::uint8_t>& bytes) const {
    const bool done =
        ::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
        ::fdatasync(descriptor_) == 0;
    if (!done) throw Error(ErrorCode::Io, "bench", "a write failed");
  }

 private:
  int descriptor_;
};

void append(layout::Writer& writer, const std::vector<std::uint8_t>& bytes, int round) {
  for (int row = 0; row < rows_a_commit; ++row) {
    writer.begin_source({std::to_string(round) + "/" + std::to_string(row)});
    if (writer.append(0, 0, {1, {32, 32, 3}, bytes.data() + row * row_bytes, nullptr}))
      std::abort();
    writer.end_source();
  }
}

void measure(const std::string& folder, int rounds) {
  const std::vector<std::uint8_t> bytes(rows_a_commit * row_bytes, 7);
  const Plain plain(folder + "/plain");
  layout::Writer writer = layout::Writer::create(folder + "/commit.h5", true, {1, true});
  writer.add_feature({"image", {{"image", uint8, {32, 32, 3}, layout::Ragged::Never, {}}}, {}});
  std::vector<double> commits, appends, syncs;
  for (int round = 0; round < rounds; ++round) {
    appends.push_back(seconds_of([&] { append(writer, bytes, round); }));
    commits.push_back(seconds_of([&] { writer.commit(); }));
    syncs.push_back(seconds_of([&] { plain.append(bytes); }));
  }
  std::printf("{\"append\": %.6f, \"commit\": %.6f, \"sync\": %.6f}\n", median(appends),
              median(commits), median(syncs));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "sheaf_bench_commit FOLDER ROUNDS\n");
    return 2;
  }
  try {
    measure(arguments[1], std::atoi(arguments[2]));
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
