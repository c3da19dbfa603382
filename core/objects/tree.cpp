// SPDX-License-Identifier: MIT
#include "core/objects/tree.hpp"

#include <algorithm>
#include <cstring>
#include <map>

namespace sheaf::objects {
namespace {

template <class T>
Value value_of(const T* elements, std::size_t count, Shape shape, Dtype dtype) {
  Value value{dtype, std::move(shape), std::vector<std::byte>(count * sizeof(T)), {}};
  if (count > 0) std::memcpy(value.bytes.data(), elements, value.bytes.size());
  return value;
}

template <class T>
Value value_of(const std::vector<T>& elements, Dtype dtype) {
  return value_of(elements.data(), elements.size(), {static_cast<std::int64_t>(elements.size())},
                  dtype);
}

std::vector<char> bytes_of(const std::vector<bool>& flags) { return {flags.begin(), flags.end()}; }

using ByName = std::map<std::string_view, const Tree*>;

ByName by_name(const Tree::Dict& entries) {
  ByName names;
  for (const auto& [name, value] : entries) names.emplace(name, &value);
  return names;
}

bool are_equal(const Tree::Dict& a, const Tree::Dict& b) {
  if (a.size() != b.size()) return false;
  const ByName others = by_name(b);
  return std::ranges::all_of(a, [&](const Tree::Entry& entry) {
    const auto found = others.find(entry.first);
    return found != others.end() && *found->second == entry.second;
  });
}

}  // namespace

Tree::Tree(Dict entries) {
  std::map<std::string_view, std::size_t> last;
  for (std::size_t at = 0; at < entries.size(); ++at) last[entries[at].first] = at;
  if (last.size() == entries.size()) {
    last.clear();
    held_ = std::move(entries);
    return;
  }
  Dict kept;
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (last[entries[at].first] == at) kept.push_back(entries[at]);
  }
  held_ = std::move(kept);
}

Tree::Tree(std::complex<float> number) : held_(value_of(&number, 1, {}, complex64)) {}
Tree::Tree(std::complex<double> number) : held_(value_of(&number, 1, {}, complex128)) {}
Tree::Tree(const std::vector<std::complex<float>>& numbers) : held_(value_of(numbers, complex64)) {}
Tree::Tree(const std::vector<std::complex<double>>& numbers)
    : held_(value_of(numbers, complex128)) {}
Tree::Tree(const std::vector<bool>& flags) : held_(value_of(bytes_of(flags), boolean)) {}

const Tree* Tree::find(std::string_view path) const noexcept {
  const Tree* at = this;
  while (at != nullptr && !path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    const Dict* entries = at->entries();
    if (entries == nullptr) return nullptr;
    const auto found = std::ranges::find(*entries, name, &Entry::first);
    at = found == entries->end() ? nullptr : &found->second;
  }
  return at;
}

bool Tree::operator==(const Tree& other) const {
  if (entries() != nullptr && other.entries() != nullptr) {
    return are_equal(*entries(), *other.entries());
  }
  return held_ == other.held_;
}

void merge(Tree& to, const Tree& from) {
  auto* into = std::get_if<Tree::Dict>(&to.held_);
  if (into == nullptr || from.entries() == nullptr) {
    to = from;
    return;
  }
  for (const auto& [name, value] : *from.entries()) {
    const auto found = std::ranges::find(*into, name, &Tree::Entry::first);
    if (found == into->end()) {
      into->emplace_back(name, value);
    } else {
      merge(found->second, value);
    }
  }
}

}  // namespace sheaf::objects
