// SPDX-License-Identifier: MIT
#pragma once
// What differs between two places, of two files or of one: structure, attributes and values.
//
//   compare(a.root().item(), b.root().item(), {.rtol = 1e-6}, sink);
//
// Model: dictionaries by name, lists by index, arrays block by block, so that memory is bounded by
// the chunks and not by the arrays. Soft and external links are what they lead to; ones that lead
// nowhere are the same when they do so in the same words. Each pair of objects is compared once, by
// the first names that lead to it, and an object is the same as itself without being read.
// References are the same when they lead to objects that were compared with each other. None is
// none, text is text and a number a number however the file stores it.
// Threads: as File. Failure: what can't be read goes to the sink, and the rest is compared; Error
// where `a` or `b` isn't there at all.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/objects/item.hpp"
#include "core/objects/tree.hpp"

namespace sheaf::objects {

struct DifferenceOptions {
  // Numbers are the same when |a - b| <= atol + rtol * |b|, as in NumPy's isclose().
  double rtol = 0;
  double atol = 0;
  bool nan_differs = false;  // from NaN
  bool attributes = true;
  bool order = false;           // of a dictionary's keys matters
  bool storage = false;         // chunks, filters, byte order, kinds of links matter
  bool only_whether = false;    // ends at the first difference
  std::size_t most_places = 3;  // to tell of each array
  // Of paths as Difference::where() has them; what is below an ignored one is ignored.
  std::function<bool(std::string_view where)> ignores{};
};

// An element that differs, at its index; parts of compounds are a Tree's entries.
struct DifferentElement {
  Shape at;
  Tree a, b;
};

struct Difference {
  enum class What : std::uint8_t {
    OnlyInA,
    OnlyInB,
    Kind,     // `a` and `b` say what is there
    Dtype,    // "float32", "compound {x: int32}"
    Shape,    // "(3, 4)"
    Values,   // the fields below
    Order,    // of keys
    Storage,  // "chunks (10, 3), deflate(4)"
  };
  What what = What::Values;
  std::string path{};                        // below what is compared; empty for itself
  std::optional<std::string> attribute{};    // of that object
  std::string a{}, b{};                      // in words; not of Values
  Shape shape{};                             // Values: of the array
  std::int64_t elements = 1;                 // that there are …
  std::int64_t differing = 0;                // … and that differ
  std::optional<double> largest_absolute{};  // of numbers; |a - b|
  std::optional<double> largest_relative{};  // |a - b| / |b|, where b isn't 0
  std::vector<DifferentElement> first{};

  [[nodiscard]] std::string where() const;  // "/run/7@gain"; an '@' in a name is "@@"
};

class DifferenceSink {
 public:
  DifferenceSink() = default;
  DifferenceSink(const DifferenceSink&) = delete;
  DifferenceSink& operator=(const DifferenceSink&) = delete;
  virtual ~DifferenceSink() = default;

  virtual void differs(const Difference& difference) = 0;
  // Neither the same nor different: "a link of an unknown kind".
  virtual void not_compared(const std::string& where, const std::string& why) = 0;
  // A part of one of the files can't be read.
  virtual void failed(const std::string& where, const Error& error) = 0;
};

struct DifferenceSummary {
  std::int64_t objects = 0;      // that were compared, or are on one side only
  std::int64_t differences = 0;  // told to the sink
  std::int64_t not_compared = 0;
  std::int64_t failed = 0;
  bool is_one = false;  // `a` and `b` are the same object

  [[nodiscard]] bool is_same() const noexcept {
    return differences == 0 && not_compared == 0 && failed == 0;
  }
};

[[nodiscard]] DifferenceSummary compare(const Item& a, const Item& b,
                                        const DifferenceOptions& options, DifferenceSink& sink);

}  // namespace sheaf::objects
