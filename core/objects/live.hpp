// SPDX-License-Identifier: MIT
#pragma once
// Objects in the file held so that assigning to a member writes it.
//
//   struct Person { std::string name; int age = 0; };
//   SHEAF_DESCRIBE(Person, (), (name, age))
//
//   auto joe = file.bind<Person>("joe");         // there is one already
//   auto ann = file.bind("ann", Person{"Ann", 31});
//   joe->age = 23;                      // in the file now; in it for others with commit()
//   joe[&Person::age] = 23;             // the same, for types of BOOST_DESCRIBE_STRUCT
//   file.transaction([&] { joe->age += 1; ann->age += 1; });  // both, or neither
//
// Model: a path in the file; see member.hpp for what members can do. A handle follows the path:
// after a rollback it reads what is there then, where the object was erased it says so, and where
// another one took its place it means that one. SHEAF_DESCRIBE stands where BOOST_DESCRIBE_STRUCT
// would, in the type's own namespace. A live base may lead to a derived object (File::know).
// Threads: any. Failure: bind() throws Error unless such an object is there.

#include <memory>
#include <type_traits>

#include "core/objects/file.hpp"
#include "core/objects/member.hpp"

namespace sheaf::objects {

namespace detail {

using ObjectPlace = std::shared_ptr<const Item>;

template <class T>
concept HasLiveMembers = requires(const ObjectPlace& place) {
  sheaf_live_members(Exactly<T>{}, place);
};

// Of a type that was described without SHEAF_DESCRIBE.
template <class T>
struct NoMembers {
  explicit NoMembers(const ObjectPlace& /*place*/) {}
};
template <class T>
struct LiveMembersOf {
  using Type = NoMembers<T>;
};
template <HasLiveMembers T>
struct LiveMembersOf<T> {
  using Type = decltype(sheaf_live_members(Exactly<T>{}, std::declval<const ObjectPlace&>()));
};
template <class T>
using LiveMembers = typename LiveMembersOf<T>::Type;

template <class... Base>
struct Together : LiveMembers<typename Base::type>... {
  explicit Together(const ObjectPlace& place) : LiveMembers<typename Base::type>(place)... {}
};
// The members of all described bases.
template <class T>
using LiveBases =
    boost::mp11::mp_apply<Together,
                          boost::describe::describe_bases<T, boost::describe::mod_public>>;

// Whether there is a T; throws otherwise.
template <class T>
void check_is(const Item& item) {
  check_names<T>();
  const auto name = type_at(item);
  const bool is_derived = name && *name != type_name<T>().name;
  TypeName type = type_name<T>();
  if (is_derived) {
    const ObjectType& known = known_type(item, *name, typeid(T));
    type = {known.name, known.version};
  }
  if (is_older(read_object(item, {}), type, true)) refuse_older(item, type);
  if (name) return;
  for_each_member<T>([&](auto member) {
    using M = MemberType<T, decltype(member)>;
    if constexpr (HasForm<M>) {
      (void)read_member(item, member.name, may_be_missing<M>);
    } else {
      (void)require_entry(item, member.name, may_be_missing<M>);
    }
  });
}

template <class T, class M, class C>
const char* name_of(M C::*member) {
  const char* name = nullptr;
  for_each_member<T>([&](auto described) {
    if constexpr (std::is_same_v<decltype(described.pointer), M C::*const>) {
      if (described.pointer == member) name = described.name;
    }
  });
  if (name == nullptr) refuse_undescribed(typeid(T));
  return name;
}

}  // namespace detail

template <class T>
class Live {
 public:
  // Doesn't look what is there: Item::bind() does.
  explicit Live(Item object)
      : object_(std::make_shared<const Item>(std::move(object))),
        members_(std::make_shared<const detail::LiveMembers<T>>(object_)) {}

  [[nodiscard]] const Item& item() const noexcept { return *object_; }
  // A T; of a base, item().as<std::shared_ptr<T>>() gives the whole object.
  [[nodiscard]] auto load() const { return item().template as<T>(); }
  // All members at once, of the object that is there: all its names lead to them.
  void save(const T& value) const {
    detail::write_members(item(), [&](const Item& to) { sheaf_write(to, value); });
  }
  [[nodiscard]] Ref<T> ref() const { return Ref<T>(item()); }

  template <class M, class C>
  requires std::is_base_of_v<C, T>
  [[nodiscard]] Member<M> operator[](M C::*member) const {
    return Member<M>({object_, detail::name_of<T>(member)});
  }
  const detail::LiveMembers<T>* operator->() const noexcept {
    static_assert(detail::HasLiveMembers<T>,
                  "-> needs SHEAF_DESCRIBE in the place of BOOST_DESCRIBE_STRUCT; without it write "
                  "live[&T::member] (core/objects/live.hpp)");
    return members_.get();
  }

 private:
  detail::ObjectPlace object_;
  std::shared_ptr<const detail::LiveMembers<T>> members_;
};

template <class T>
Live<T> Item::bind() const {
  static_assert(Described<T>, "only objects of described types can be live (described.hpp)");
  detail::check_is<T>(*this);
  return Live<T>(*this);
}

template <class T>
Live<T> File::bind(std::string_view path) const {
  return (*this)[path].template bind<T>();
}

template <class T>
Live<T> File::bind(std::string_view path, const T& value) const {
  (*this)[path] = value;
  return Live<T>((*this)[path]);
}

}  // namespace sheaf::objects

#define SHEAF_DETAIL_PARENS ()
#define SHEAF_DETAIL_EXPAND(...) \
  SHEAF_DETAIL_EXPAND4(SHEAF_DETAIL_EXPAND4(SHEAF_DETAIL_EXPAND4(__VA_ARGS__)))
#define SHEAF_DETAIL_EXPAND4(...) \
  SHEAF_DETAIL_EXPAND3(SHEAF_DETAIL_EXPAND3(SHEAF_DETAIL_EXPAND3(__VA_ARGS__)))
#define SHEAF_DETAIL_EXPAND3(...) \
  SHEAF_DETAIL_EXPAND2(SHEAF_DETAIL_EXPAND2(SHEAF_DETAIL_EXPAND2(__VA_ARGS__)))
#define SHEAF_DETAIL_EXPAND2(...) \
  SHEAF_DETAIL_EXPAND1(SHEAF_DETAIL_EXPAND1(SHEAF_DETAIL_EXPAND1(__VA_ARGS__)))
#define SHEAF_DETAIL_EXPAND1(...) __VA_ARGS__
#define SHEAF_DETAIL_EACH(macro, ...) SHEAF_DETAIL_EACH_OF(macro, __VA_ARGS__)
#define SHEAF_DETAIL_EACH_OF(macro, type, ...) \
  __VA_OPT__(SHEAF_DETAIL_EXPAND(SHEAF_DETAIL_STEP(macro, type, __VA_ARGS__)))
#define SHEAF_DETAIL_STEP(macro, type, member, ...) \
  macro(type, member) __VA_OPT__(SHEAF_DETAIL_AGAIN SHEAF_DETAIL_PARENS(macro, type, __VA_ARGS__))
#define SHEAF_DETAIL_AGAIN() SHEAF_DETAIL_STEP
#define SHEAF_DETAIL_LIST(...) __VA_OPT__(, ) __VA_ARGS__
#define SHEAF_DETAIL_DECLARE(type, member) \
  ::sheaf::objects::Member<std::remove_cvref_t<decltype(type::member)>> member;
#define SHEAF_DETAIL_MAKE(type, member) \
  , member(::sheaf::objects::detail::MemberPlace{sheaf_place, #member})

// Describes a struct, and makes `live->member` work. At most 52 members (Boost.Describe).
#define SHEAF_DESCRIBE(Type, Bases, Members)                                            \
  BOOST_DESCRIBE_STRUCT(Type, Bases, Members)                                           \
  [[maybe_unused]] inline auto sheaf_live_members(                                      \
      ::sheaf::objects::detail::Exactly<Type> /*type*/,                                 \
      const ::sheaf::objects::detail::ObjectPlace& of) {                                \
    struct LiveMembers : ::sheaf::objects::detail::LiveBases<Type> {                    \
      explicit LiveMembers(const ::sheaf::objects::detail::ObjectPlace& sheaf_place)    \
          : ::sheaf::objects::detail::LiveBases<Type>(sheaf_place)                      \
                SHEAF_DETAIL_EACH(SHEAF_DETAIL_MAKE, Type SHEAF_DETAIL_LIST Members) {} \
      SHEAF_DETAIL_EACH(SHEAF_DETAIL_DECLARE, Type SHEAF_DETAIL_LIST Members)           \
    };                                                                                  \
    return LiveMembers(of);                                                             \
  }
