// SPDX-License-Identifier: MIT
#pragma once
// Standard sequences of numbers, texts, times or paths as one Array.
//
//   std::vector<std::array<float, 3>> points;   item = points;   // an array of shape (N, 3)
//
// Model: a sequence of what is always one dtype (Form's Stored) is an array with one axis, and
// std::arrays inside are further axes. Where an element isn't of that dtype after all (a path that
// isn't UTF-8), it is a list. An array of any shape reads as nested sequences, and so does a list.
// Failure: Error (Invalid) that names the object, where a std::array's size or an axis is another.

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <iterator>
#include <list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/objects/form.hpp"
#include "core/objects/storing.hpp"

namespace sheaf::objects {
namespace detail {

// Errors that say both what there is and what was asked for.
[[noreturn]] void refuse_count(std::size_t count, std::size_t wanted, const std::string& object);
[[noreturn]] void refuse_repeated(const std::string& object);
// An extent is -1 where any will do.
void check_shape(const Value& value, const Shape& wanted, const std::string& object);
// One element of an array, or its rows.
[[nodiscard]] Tree element_of(const Value& array, std::size_t at);

template <class T>
struct Sequence {
  static constexpr bool is_one = false;
};
template <class T, class E>
struct ViewedSequence {
  static constexpr bool is_one = true;
  static constexpr std::int64_t extent = -1;
  using Element = E;
};
template <class T, class E>
struct GrowingSequence : ViewedSequence<T, E> {
  static T from(std::vector<E>&& items, const std::string& /*object*/) {
    return T(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  }
};
template <class T, class E>
struct SetSequence : ViewedSequence<T, E> {
  static T from(std::vector<E>&& items, const std::string& object) {
    T set(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    if (set.size() != items.size()) refuse_repeated(object);
    return set;
  }
};
template <class E, class A>
struct Sequence<std::vector<E, A>> : GrowingSequence<std::vector<E, A>, E> {};
template <class E, class A>
struct Sequence<std::deque<E, A>> : GrowingSequence<std::deque<E, A>, E> {};
template <class E, class A>
struct Sequence<std::list<E, A>> : GrowingSequence<std::list<E, A>, E> {};
template <class E, class C, class A>
struct Sequence<std::set<E, C, A>> : SetSequence<std::set<E, C, A>, E> {};
template <class E, class H, class P, class A>
struct Sequence<std::unordered_set<E, H, P, A>> : SetSequence<std::unordered_set<E, H, P, A>, E> {};
template <class E, std::size_t N>
struct Sequence<std::span<E, N>> : ViewedSequence<std::span<E, N>, std::remove_const_t<E>> {};
template <class E, std::size_t N>
struct Sequence<std::array<E, N>> : ViewedSequence<std::array<E, N>, E> {
  static constexpr std::int64_t extent = N;
  static std::array<E, N> from(std::vector<E>&& items, const std::string& object) {
    if (items.size() != N) refuse_count(items.size(), N, object);
    std::array<E, N> all;
    for (std::size_t at = 0; at < N; ++at) all[at] = std::move(items[at]);
    return all;
  }
};

template <class T>
concept IsSequence = Sequence<T>::is_one;
template <class T>
concept IsFilled = IsSequence<T> && requires(std::vector<typename Sequence<T>::Element> items) {
  { Sequence<T>::from(std::move(items), std::string()) } -> std::same_as<T>;
};

// What is inside all sequences, and what they ask of a shape.
template <class T>
struct Nesting {
  using Leaf = T;
  static constexpr bool is_box = true;
  static constexpr bool is_filled = true;
  static void add_axes(Shape& /*shape*/) {}
};
template <IsSequence T>
struct Nesting<T> {
  using Inner = Nesting<typename Sequence<T>::Element>;
  using Leaf = typename Inner::Leaf;
  static constexpr bool is_box = Sequence<T>::extent >= 0 && Inner::is_box;
  static constexpr bool is_filled = IsFilled<T> && Inner::is_filled;
  static void add_axes(Shape& shape) {
    shape.push_back(Sequence<T>::extent);
    Inner::add_axes(shape);
  }
};

// Text that isn't owned.
template <class T>
concept IsViewedText = std::convertible_to<const T&, std::string_view> && !HasForm<T>;
template <class T>
struct StoredAs {};
template <class T>
requires requires { typename Form<T>::Stored; }
struct StoredAs<T> {
  using Type = typename Form<T>::Stored;
};
template <IsViewedText T>
struct StoredAs<T> {
  using Type = std::string;
};
template <class T>
concept IsStoredAlike = Element<typename StoredAs<T>::Type>::is_known;

// Elements that make an array, rows included.
template <class T>
concept IsBox = Nesting<T>::is_box && IsStoredAlike<typename Nesting<T>::Leaf> &&
    !OwnWritable<typename Nesting<T>::Leaf>;
template <class T>
concept IsNested = IsSequence<T> && Nesting<T>::is_filled && HasForm<typename Nesting<T>::Leaf> &&
    !OwnReadable<typename Nesting<T>::Leaf>;

// As it lies in memory: numbers, and std::arrays of them.
template <class T>
inline constexpr bool is_flat = std::same_as<T, std::byte> ||
                                (Element<T>::is_known && !std::same_as<T, std::string> &&
                                 !std::same_as<T, bool>);
template <class T, std::size_t N>
inline constexpr bool is_flat<std::array<T, N>> = N > 0 && is_flat<T>;
template <class Range, class E>
concept LiesInOnePiece = requires(const Range& range) {
  { range.data() } -> std::convertible_to<const E*>;
};

template <class T>
inline constexpr Dtype stored_dtype =
    Element<typename StoredAs<typename Nesting<T>::Leaf>::Type>::dtype();

class ArrayWriter {
 public:
  ArrayWriter(Dtype dtype, Shape shape) : value_{dtype, std::move(shape), {}, {}} {}

  // False where the element isn't of the dtype.
  template <class T>
  bool put(const T& element) {
    if constexpr (is_flat<T>) {
      return put_bytes(&element, sizeof(T));
    } else if constexpr (IsSequence<T>) {
      return std::ranges::all_of(element, [&](const auto& inner) { return put(inner); });
    } else if constexpr (IsViewedText<T>) {
      value_.strings.emplace_back(std::string_view(element));
      return true;
    } else {
      return put_scalar(Form<T>::to_tree(element));
    }
  }
  bool put_bytes(const void* bytes, std::size_t count);
  [[nodiscard]] Value take() { return std::move(value_); }

 private:
  bool put_scalar(const Tree& tree);
  Value value_;
};

template <class T>
Tree list_tree(const T& value) {
  if constexpr (IsSequence<T>) {
    Tree::List all;
    for (const auto& element : value) all.push_back(list_tree(element));
    return all;
  } else {
    return tree_of(value);
  }
}

// The elements of a range, each an E.
template <class E, class Range>
Tree array_tree(const Range& range) {
  Shape shape{static_cast<std::int64_t>(range.size())};
  Nesting<E>::add_axes(shape);
  ArrayWriter writer(stored_dtype<E>, std::move(shape));
  if constexpr (is_flat<E> && LiesInOnePiece<Range, E>) {
    writer.put_bytes(range.data(), range.size() * sizeof(E));
  } else {
    for (const E& element : range) {
      if (writer.put(element)) continue;
      Tree::List all;
      for (const E& each : range) all.push_back(list_tree(each));
      return all;
    }
  }
  return writer.take();
}

class ArrayReader {
 public:
  ArrayReader(Value value, const std::string& object) : value_(std::move(value)), object_(object) {}

  template <class T>
  T next(std::size_t axis) {
    if constexpr (is_flat<T>) {
      T value;
      take_bytes(&value, sizeof(T));
      return value;
    } else if constexpr (IsSequence<T>) {
      using E = typename Sequence<T>::Element;
      std::vector<E> items;
      items.reserve(static_cast<std::size_t>(value_.shape[axis]));
      for (std::int64_t left = value_.shape[axis]; left > 0; --left) {
        items.push_back(next<E>(axis + 1));
      }
      return Sequence<T>::from(std::move(items), object_);
    } else {
      return Form<T>::from_tree(next_scalar(), object_);
    }
  }

 private:
  void take_bytes(void* to, std::size_t count);
  Tree next_scalar();

  Value value_;
  const std::string& object_;
  std::size_t at_ = 0;  // bytes, or strings
};

template <IsNested T>
T nested_from(const Tree& tree, const std::string& object) {
  using E = typename Sequence<T>::Element;
  using Leaf = typename Nesting<T>::Leaf;
  if (const Value* value = tree.value()) {
    Shape wanted;
    Nesting<T>::add_axes(wanted);
    if (value->shape == Shape{0}) return Sequence<T>::from({}, object);
    check_shape(*value, wanted, object);
    if constexpr (is_flat<Leaf> || Element<Leaf>::is_known) {
      return ArrayReader(converted(*value, stored_dtype<T>, object), object).template next<T>(0);
    } else {
      return ArrayReader(*value, object).template next<T>(0);
    }
  }
  if (tree.list_items() == nullptr) refuse(tree, "an array or a list", object);
  std::vector<E> items;
  for (const Tree& item : *tree.list_items()) {
    if constexpr (IsSequence<E>) {
      items.push_back(nested_from<E>(item, object));
    } else {
      items.push_back(value_from<E>(item, object));
    }
  }
  return Sequence<T>::from(std::move(items), object);
}

}  // namespace detail

template <detail::IsSequence T>
requires detail::IsBox<typename detail::Sequence<T>::Element>
struct ArrayForm<T> {
  static Tree to_tree(const T& value) {
    return detail::array_tree<typename detail::Sequence<T>::Element>(value);
  }
  static T from_tree(const Tree& tree, const std::string& object) requires detail::IsNested<T> {
    return detail::nested_from<T>(tree, object);
  }
};

}  // namespace sheaf::objects
