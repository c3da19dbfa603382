// SPDX-License-Identifier: MIT
// Whether the sources are still what they were when they were ingested.
#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/layout/names.hpp"
#include "core/layout/source_id.hpp"
#include "core/layout/stored_table.hpp"
#include "core/layout/verification.hpp"

namespace sheaf::layout {
namespace {

const std::string digest_path = std::string(names::sources) + "/" + names::digests;
const std::string size_path = std::string(names::sources) + "/" + names::sizes;

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

std::string digest_of(Verification& state, int descriptor, const std::string& name) {
  Digest digest;
  std::vector<char> block(std::size_t{1} << 20U);
  while (true) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, name, "read it");
    if (count == 0) return digest.text();
    digest.update(block.data(), static_cast<std::size_t>(count));
    state.advance(count);
  }
}

// A name that leads out of the folder isn't followed.
bool stays_inside(const std::filesystem::path& id) {
  return id.is_relative() && std::ranges::find(id, "..") == id.end();
}

// False when the source isn't at hand.
bool compare(Verification& state, std::size_t source, std::int64_t size,
             const std::string& digest) {
  const std::filesystem::path id = unescape_id(state.ids[source]);
  const std::filesystem::path path = *state.options.sources / id;
  struct stat status {};
  if (id.empty() || !stays_inside(id)) return false;
  const OpenFile file(path);
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (size >= 0 && status.st_size != size) {
    state.problem("/" + size_path, "source-size",
                  state.name_of(source) + " had " + std::to_string(size) + " bytes, and " +
                      path.string() + " has " + std::to_string(status.st_size),
                  "if the file is the right one, ingest it again");
  } else if (!digest.empty() && digest_of(state, file.get(), path.string()) != digest) {
    state.problem("/" + digest_path, "source-digest",
                  state.name_of(source) + " had other bytes than " + path.string(),
                  "if the file is the right one, ingest it again");
  }
  return true;
}

}  // namespace

void compare_sources(Verification& state) {
  const auto sizes = read_numbers(state.file, size_path, state.ids.size());
  std::vector<std::string> digests = read_texts(state.file, digest_path);
  digests.resize(state.ids.size());
  for (const std::int64_t size : sizes) state.total += std::max<std::int64_t>(size, 0);
  for (std::size_t source = 0; source < state.ids.size(); ++source) {
    if (sizes[source] < 0 && digests[source].empty()) {
      ++state.report.checked.not_at_hand;
      continue;
    }
    state.at(state.ids[source]);
    bool is_at_hand = true;
    state.try_to("/" + digest_path,
                 [&] { is_at_hand = compare(state, source, sizes[source], digests[source]); });
    ++(is_at_hand ? state.report.checked.compared : state.report.checked.not_at_hand);
  }
}

}  // namespace sheaf::layout
