// SPDX-License-Identifier: MIT
#pragma once
// The digest of a source's content, as __src__/digest has it: XXH3, 128 bits.
//
// Model: update() with all bytes in any pieces, then text(). Threads: one at a time.
// Failure: std::bad_alloc.

#include <cstddef>
#include <string>

struct XXH3_state_s;

namespace sheaf {

class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void update(const void* data, std::size_t size) noexcept;
  // "xxh128:" and what `xxh128sum` prints.
  [[nodiscard]] std::string text() const;

 private:
  XXH3_state_s* state_;
};

}  // namespace sheaf
