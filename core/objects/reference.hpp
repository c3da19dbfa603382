// SPDX-License-Identifier: MIT
#pragma once
// A reference to an object anywhere in the file, loaded when it is asked for.
//
//   struct Person { std::string name; Ref<Person> friend_; };
//   joe->friend_ = file["ann"].ref<Person>();
//   Person ann = file["joe"].as<Person>().friend_.load();
//
// Model: in memory a place in the file; stored as a hard link, a further name of the same object,
// and as none where it is empty. So it survives that the object gets another name, and keeps it: an
// object goes with its last name, and erase() at one name doesn't end the others. Replacing
// (file["ann"] = …) makes a new object under that name, and references stay with the old one;
// assigning members of a live object changes the one that all names lead to (live.hpp).
// Threads: as File. Failure: Error; for an object of another file, when it is stored.

#include <optional>
#include <utility>

#include "core/objects/described.hpp"

namespace sheaf::objects {

namespace detail {

void link_to(const Item& to, const Item& object);
[[nodiscard]] bool is_same_object(const Item& one, const Item& other);
// Where `from` is outside of the load that goes on.
[[nodiscard]] Item lasting(const Item& from);
[[noreturn]] void refuse_empty(std::type_index type);

}  // namespace detail

template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(Item object) : object_(std::move(object)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return object_.has_value(); }
  // Throws Error (NotFound) where it is empty.
  [[nodiscard]] const Item& item() const {
    if (!object_) detail::refuse_empty(typeid(T));
    return *object_;
  }
  // A T; of a base, item().as<std::shared_ptr<T>>() gives the whole object.
  [[nodiscard]] auto load() const { return item().template as<T>(); }
  [[nodiscard]] Live<T> live() const { return item().template bind<T>(); }
  // Whether both lead to one object, by whatever names.
  [[nodiscard]] bool operator==(const Ref& other) const {
    if (!object_ || !other.object_) return !object_ && !other.object_;
    return detail::is_same_object(*object_, *other.object_);
  }

 private:
  std::optional<Item> object_;
};

template <class T>
inline constexpr bool may_be_missing<Ref<T>> = true;
namespace detail {
template <class T>
inline constexpr bool may_be_none<Ref<T>> = true;
}  // namespace detail

template <class T>
void sheaf_write(const Item& to, const Ref<T>& reference) {
  if (!reference) return to.set(none);
  detail::link_to(to, reference.item());
}

template <class T>
void sheaf_read(const Item& from, Ref<T>& reference) {
  reference = detail::is_nothing(from) ? Ref<T>() : Ref<T>(detail::lasting(from));
}

template <class T>
Ref<T> Item::ref() const {
  return Ref<T>(*this);
}

}  // namespace sheaf::objects
