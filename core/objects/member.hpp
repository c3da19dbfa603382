// SPDX-License-Identifier: MIT
#pragma once
// A member of a live object: what joe->age is.
//
//   joe->age = 23;   joe->age += 1;   if (joe->name == "Joe") …   std::cout << joe->age;
//   joe->samples[3] = 0.5;             // one element, read or written; joe->samples.array()
//   joe->home->street = "Elm Street";  // also by way of pointers and Ref
//   int age = joe->age;                // a value; `auto` would be the member itself
//
// Model: a place in the file. Each use reads or writes the file there, nothing is kept; assigning a
// member to a member writes what it holds. Changes that depend on the old value (+=, change()) are
// one step for other threads. Threads: any. Failure: Error (NotFound) where the object or member is
// gone; else as storing.hpp.

#include <array>
#include <compare>
#include <concepts>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/objects/array.hpp"
#include "core/objects/described.hpp"
#include "core/objects/dict.hpp"
#include "core/objects/list.hpp"
#include "core/objects/reference.hpp"
#include "core/objects/sharing.hpp"

namespace sheaf::objects {

namespace detail {

struct MemberPlace {
  std::shared_ptr<const Item> object;
  const char* name;
};

// The described type that a member leads to.
template <class T>
struct Target {};
template <Described T>
struct Target<T> {
  using Type = T;
};
template <class Pointer>
requires(requires { typename Pointer::element_type; } &&
         may_be_missing<Pointer>) struct Target<Pointer> {
  using Type = std::remove_const_t<typename Pointer::element_type>;
};
template <class T>
struct Target<Ref<T>> {
  using Type = T;
};
template <class T>
requires(!HasForm<std::optional<T>>) struct Target<std::optional<T>> {
  using Type = T;
};
// Numbers or texts along one axis.
template <class T>
inline constexpr bool is_view = VectorOf<T>::is_known;
template <class T, std::size_t N>
inline constexpr bool is_view<std::array<T, N>> = Element<T>::is_known;

template <class T>
concept LeadsToObject = Described<typename Target<T>::Type>;

// Of numbers, whatever their types: no surprises with signs.
template <class T, class U>
bool is_equal(const T& one, const U& other) {
  if constexpr (std::integral<T> && std::integral<U>) {
    return std::cmp_equal(+one, +other);
  } else {
    return one == other;
  }
}

}  // namespace detail

// An element of an array in the file.
template <class T>
class ArrayElement {
 public:
  ArrayElement(Array array, std::int64_t index) : array_(std::move(array)), index_{index} {}
  ArrayElement(const ArrayElement&) = default;
  operator T() const { return get(); }
  [[nodiscard]] T get() const {
    return from_tree<T>(array_.read(index_, {1}), array_.item().describe());
  }
  const ArrayElement& operator=(const T& value) const {
    array_.write(index_, *Tree(std::vector<T>{value}).value());
    return *this;
  }
  const ArrayElement& operator=(const ArrayElement& other) const { return *this = other.get(); }

 private:
  Array array_;
  Shape index_;
};

template <class T>
class Member {
 public:
  using Type = T;
  explicit Member(detail::MemberPlace place) : place_(std::move(place)) {}
  Member(const Member&) = default;

  [[nodiscard]] T get() const;
  operator T() const { return get(); }
  void set(const T& value) const;
  const Member& operator=(const T& value) const { return set(value), *this; }
  const Member& operator=(const Member& other) const { return set(other.get()), *this; }
  // Reads it, lets `step` change it, and writes it.
  template <class Step>
  void change(Step step) const;

  // An entry's place; scalars are attributes, object().attrs().
  [[nodiscard]] Item item() const requires(!HasForm<T>) { return object()[place_.name]; }
  [[nodiscard]] Array array() const requires(!HasForm<T>) { return item().array(); }
  [[nodiscard]] List list() const requires(!HasForm<T>) { return item().list(); }
  [[nodiscard]] Dict dict() const requires(!HasForm<T>) { return item().dict(); }
  [[nodiscard]] const Item& object() const noexcept { return *place_.object; }
  [[nodiscard]] const char* name() const noexcept { return place_.name; }

  // Arrays, as views.
  static constexpr bool is_array = detail::is_view<T>;
  operator Array() const requires is_array { return array(); }
  [[nodiscard]] std::int64_t size() const requires is_array { return array().size(); }
  [[nodiscard]] auto operator[](std::int64_t index) const requires is_array {
    return ArrayElement<typename T::value_type>(array(), index);
  }

  // Objects.
  [[nodiscard]] auto live() const requires detail::LeadsToObject<T> {
    return item().template bind<typename detail::Target<T>::Type>();
  }
  auto operator->() const requires detail::LeadsToObject<T> { return live(); }
  template <class M, class C>
  requires detail::LeadsToObject<T>
  [[nodiscard]] Member<M> operator[](M C::*member) const { return live()[member]; }

  template <class U>
  requires requires(T value, const U& by) { value += by; }
  const Member& operator+=(const U& by) const {
    return change([&](T& value) { value = static_cast<T>(value + by); }), *this;
  }
  template <class U>
  requires requires(T value, const U& by) { value -= by; }
  const Member& operator-=(const U& by) const {
    return change([&](T& value) { value = static_cast<T>(value - by); }), *this;
  }
  template <class U>
  requires requires(T value, const U& by) { value *= by; }
  const Member& operator*=(const U& by) const {
    return change([&](T& value) { value = static_cast<T>(value * by); }), *this;
  }
  template <class U>
  requires requires(T value, const U& by) { value /= by; }
  const Member& operator/=(const U& by) const {
    return change([&](T& value) { value = static_cast<T>(value / by); }), *this;
  }
  const Member& operator++() const requires std::is_arithmetic_v<T> { return *this += T{1}; }
  const Member& operator--() const requires std::is_arithmetic_v<T> { return *this -= T{1}; }
  T operator++(int) const requires std::is_arithmetic_v<T>;
  T operator--(int) const requires std::is_arithmetic_v<T>;

 private:
  detail::MemberPlace place_;
};

template <class T>
T Member<T>::get() const {
  if constexpr (HasForm<T>) {
    return Form<T>::from_tree(detail::read_member(object(), name(), may_be_missing<T>),
                              "member '" + std::string(name()) + "' of " + object().describe());
  } else {
    T value{};
    detail::alone(object(), [&] {
      if (detail::require_entry(object(), name(), may_be_missing<T>))
        value = item().template as<T>();
    });
    return value;
  }
}

template <class T>
void Member<T>::set(const T& value) const {
  if constexpr (HasForm<T>) {
    detail::write_member(object(), name(), Form<T>::to_tree(value), may_be_missing<T>);
  } else {
    detail::alone(object(), [&] {
      (void)detail::require_entry(object(), name(), may_be_missing<T>);
      item() = value;
    });
  }
}

template <class T>
template <class Step>
void Member<T>::change(Step step) const {
  detail::alone(object(), [&] {
    T value = get();
    step(value);
    set(value);
  });
}

template <class T>
T Member<T>::operator++(int) const requires std::is_arithmetic_v<T> {
  T before{};
  change([&](T& value) { before = value++; });
  return before;
}

template <class T>
T Member<T>::operator--(int) const requires std::is_arithmetic_v<T> {
  T before{};
  change([&](T& value) { before = value--; });
  return before;
}

namespace detail {
template <class T>
inline constexpr bool is_member = false;
template <class T>
inline constexpr bool is_member<Member<T>> = true;
}  // namespace detail

template <class T, class U>
requires(!detail::is_member<U> && requires(const T& one, const U& other) { one == other; }) bool
operator==(const Member<T>& one, const U& other) {
  return detail::is_equal(one.get(), other);
}
template <class T, class U>
requires requires(const T& one, const U& other) { one == other; }
bool operator==(const Member<T>& one, const Member<U>& other) {
  return detail::is_equal(one.get(), other.get());
}
template <class T, class U>
requires(!detail::is_member<U> && requires(const T& one, const U& other) { one <=> other; }) auto
operator<=>(const Member<T>& one, const U& other) {
  return one.get() <=> other;
}
template <class T, class U>
requires requires(const T& one, const U& other) { one <=> other; }
auto operator<=>(const Member<T>& one, const Member<U>& other) { return one.get() <=> other.get(); }

template <class T>
requires requires(std::ostream& out, const T& value) { out << value; }
std::ostream& operator<<(std::ostream& out, const Member<T>& member) { return out << member.get(); }

}  // namespace sheaf::objects
