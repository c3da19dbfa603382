// SPDX-License-Identifier: MIT
// What can't be stored or read, and what the compiler says about it (not_storable.sh): each "says"
// is text of an error or of where it is required from.
#include "core/objects/file.hpp"
#include "core/objects/storing_standard.hpp"

namespace lab {
struct Unknown {};
struct Mystery {};
struct Hidden {};
struct Argument {
  explicit Argument(int);
};
void sheaf_read(const sheaf::objects::Item&, Argument&);
}  // namespace lab

void not_storable(const sheaf::objects::File& file) {
  // says: this type can't be stored: write `void sheaf_write(const objects::Item& to, const T&
  // value)` says: WhyNotWritable<lab::Unknown>
  file["a"] = lab::Unknown();
  // The part is named, not the container.
  // says: WhyNotWritable<lab::Mystery>
  file["b"] = std::map<std::string, std::vector<std::optional<lab::Mystery>>>();
  // says: only a time of system_clock in whole ticks means the same elsewhere
  file["c"] = std::vector<std::chrono::steady_clock::time_point>();
  // says: a pointer can't be stored: store what it points to
  file["d"] = std::pair<int, int*>();
  // says: an optional of what may be none itself can't be stored
  file["e"].list().append(std::optional<std::optional<int>>());
  // says: this type can't be read: write `void sheaf_read(const objects::Item& from, T& value)`
  // says: WhyNotReadable<lab::Hidden>
  (void)file["f"].as<std::variant<int, std::vector<lab::Hidden>>>();
  // says: WhyNotReadable<lab::Argument>
  (void)file["g"].as<std::vector<lab::Argument>>();
  // says: a string_view owns nothing: read a std::string
  (void)file["h"].as<std::vector<std::string_view>>();
  // says: a span owns nothing: read a std::vector
  (void)file["i"].as<std::span<int>>();
  // says: an attribute holds what one scalar or array stands for
  file.attrs()["j"] = std::map<std::string, int>();
}
