// SPDX-License-Identifier: MIT
#pragma once
// Values drawn at random: nested dictionaries and lists of numbers, texts, bytes and arrays.

#include <cstdint>
#include <string>
#include <vector>

#include "core/objects/tree.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::test {

using objects::Bytes;
using objects::Tree;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  Tree tree(int depth) {
    switch (random_.below(depth > 0 ? 9 : 7)) {
      case 0:
        return objects::none;
      case 1:
        return static_cast<std::int64_t>(random_.next());
      case 2:
        return random_.fraction();
      case 3:
        return text();
      case 4:
        return Bytes{std::vector<std::byte>(random_.below(40), std::byte{7}), false};
      case 5:
        return array();
      case 6:
        return std::vector<std::string>(random_.below(4), text());
      case 7: {
        Tree::List items(random_.below(12));
        for (Tree& item : items) item = tree(depth - 1);
        return items;
      }
      default:
        return dict(depth - 1);
    }
  }

  Tree dict(int depth) {
    Tree::Dict entries;
    for (std::uint64_t left = random_.below(14); left > 0; --left) {
      entries.emplace_back("k" + text() + std::to_string(left), tree(depth));
    }
    return entries;
  }

  crash::Random& random() { return random_; }

 private:
  std::string text() {
    std::string text;
    for (std::uint64_t left = random_.below(30); left > 0; --left) {
      text += random_.chance(20) ? "\u00e9" : std::string(1, static_cast<char>('a' + left % 26));
    }
    return text;
  }

  Tree array() {
    const Dtype dtypes[] = {int8, uint16, float32, float64, complex64, int64};
    const Dtype dtype = dtypes[random_.below(6)];
    Value value{dtype, Shape(random_.below(4)), {}, {}};
    for (std::int64_t& extent : value.shape) extent = static_cast<std::int64_t>(random_.below(20));
    value.bytes.resize(static_cast<std::size_t>(element_count(value.shape)) * dtype.size());
    for (std::byte& byte : value.bytes) byte = static_cast<std::byte>(random_.below(100));
    return value;
  }

  crash::Random random_;
};

}  // namespace sheaf::test
