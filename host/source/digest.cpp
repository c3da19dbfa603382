// SPDX-License-Identifier: MIT
#include "host/source/digest.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <vector>
#include <xxhash.h>

namespace sheaf::host {
namespace {

constexpr std::size_t step = std::size_t{1} << 20U;

class File {
 public:
  explicit File(const std::string& path) noexcept
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  // Bytes read; 0 at the end, below 0 when that fails.
  [[nodiscard]] ssize_t read(std::vector<char>& into) const noexcept {
    ssize_t got = -1;
    do {
      got = ::read(descriptor_, into.data(), into.size());
    } while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int descriptor_;
};

std::string hex(const XXH128_canonical_t& digest) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest.digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

}  // namespace

std::string digest_of_file(const std::string& path) {
  const File file(path);
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              &XXH3_freeState);
  if (!state) return {};
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(step);
  ssize_t got = 0;
  while ((got = file.read(buffer)) > 0) {
    XXH3_128bits_update(state.get(), buffer.data(), static_cast<std::size_t>(got));
  }
  if (got < 0) return {};
  XXH128_canonical_t canonical{};
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  return "xxh128:" + hex(canonical);
}

}  // namespace sheaf::host
