// SPDX-License-Identifier: MIT
#pragma once
// Parameters of features, previews, methods and transforms: members of a class.
//
// Model: a parameter is bound to a member of T; the member's initialiser is its default, so a
// default stands in one place. Members may be bool, std::int64_t, double, std::string, a
// std::vector of one (a list), or a std::optional of any of these, which is unset by default.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <sheaf/plugin.h>
#include <sheaf/sdk/error.hpp>
#include <sheaf/sdk/minor.hpp>

namespace sheaf::sdk {
namespace detail {

template <class M>
struct unwrap {
  using type = M;
};
template <class M>
struct unwrap<std::optional<M>> {
  using type = M;
};

template <class M>
struct is_list : std::false_type {};
template <class M>
struct is_list<std::vector<M>> : std::true_type {};

template <class M>
constexpr std::uint32_t param_type() {
  if constexpr (is_list<M>::value) {
    constexpr std::uint32_t item = param_type<typename M::value_type>();
    return item == SHEAF_PARAM_UNSET ? SHEAF_PARAM_UNSET : item | SHEAF_PARAM_LIST;
  }
  if constexpr (std::is_same_v<M, bool>) return SHEAF_PARAM_BOOL;
  if constexpr (std::is_same_v<M, std::int64_t>) return SHEAF_PARAM_INT;
  if constexpr (std::is_same_v<M, double>) return SHEAF_PARAM_FLOAT;
  if constexpr (std::is_same_v<M, std::string>) return SHEAF_PARAM_STRING;
  return SHEAF_PARAM_UNSET;
}

template <class M>
void from_param(const sheaf_param_value& value, M& member) {
  if constexpr (is_list<M>::value) {
    member.clear();
    for (std::uint64_t i = 0; i < value.item_count; ++i) {
      typename M::value_type item{};
      from_param(value.items[i], item);
      member.push_back(std::move(item));
    }
  }
  if constexpr (std::is_same_v<M, bool>) member = value.boolean != 0;
  if constexpr (std::is_same_v<M, std::int64_t>) member = value.integer;
  if constexpr (std::is_same_v<M, double>) member = value.real;
  if constexpr (std::is_same_v<M, std::string>) member = view(value.string);
}

// The storage that a default's views point into; never moves.
struct DefaultStore {
  std::string text;
  std::vector<sheaf_param_value> items;
  std::list<DefaultStore> item_stores;
};

template <class M>
void to_param(const M& member, DefaultStore& store, sheaf_param_value& value) {
  value.type = param_type<M>();
  if constexpr (is_list<M>::value) {
    for (const auto& item : member) {
      to_param<typename M::value_type>(item, store.item_stores.emplace_back(),
                                       store.items.emplace_back());
    }
    value.items = store.items.data();
    value.item_count = store.items.size();
  }
  if constexpr (std::is_same_v<M, bool>) value.boolean = member ? 1 : 0;
  if constexpr (std::is_same_v<M, std::int64_t>) value.integer = member;
  if constexpr (std::is_same_v<M, double>) value.real = member;
  if constexpr (std::is_same_v<M, std::string>) {
    store.text = member;
    value.string = view(store.text);
  }
}

// One parameter with the storage its views point into; lives in a std::list and never moves.
struct ParamStore {
  std::string name, doc;
  DefaultStore default_value;
  std::vector<std::string> choices;
  std::vector<sheaf_string> choice_views;
  sheaf_param plain{};
};

}  // namespace detail

// Refines the parameter just declared.
class Parameter {
 public:
  explicit Parameter(detail::ParamStore& store) noexcept : store_(&store) {}

  Parameter& required() {
    store_->plain.flags |= SHEAF_PARAM_REQUIRED;
    store_->plain.default_value.type = SHEAF_PARAM_UNSET;
    return *this;
  }
  // Both ends are allowed. Of a list: each item.
  Parameter& range(double minimum, double maximum) {
    store_->plain.flags |= SHEAF_PARAM_RANGE;
    store_->plain.minimum = minimum;
    store_->plain.maximum = maximum;
    return *this;
  }
  Parameter& choices(std::initializer_list<const char*> values) {
    store_->choices.assign(values.begin(), values.end());
    store_->choice_views.clear();
    for (const std::string& choice : store_->choices) {
      store_->choice_views.push_back(detail::view(choice));
    }
    store_->plain.choices = store_->choice_views.data();
    store_->plain.choice_count = store_->choice_views.size();
    return *this;
  }

 private:
  detail::ParamStore* store_;
};

template <class T>
class Parameters {
 public:
  template <class M>
  Parameter parameter(std::string name, M T::*member, std::string doc) {
    using Value = typename detail::unwrap<M>::type;
    static_assert(
        detail::param_type<Value>() != SHEAF_PARAM_UNSET,
        "a parameter is a bool, std::int64_t, double or std::string, a vector or an optional of "
        "one, or an optional vector");
    detail::ParamStore& store = params_.emplace_back();
    store.name = std::move(name);
    store.doc = std::move(doc);
    store.plain.struct_size = sizeof(sheaf_param);
    store.plain.type = detail::param_type<Value>();
    store.plain.name = detail::view(store.name);
    store.plain.doc = detail::view(store.doc);
    const T defaults{};
    if constexpr (std::is_same_v<M, Value>) {
      detail::to_param(defaults.*member, store.default_value, store.plain.default_value);
    } else if ((defaults.*member).has_value()) {
      detail::to_param(*(defaults.*member), store.default_value, store.plain.default_value);
    }
    setters_.push_back([member](T& object, const sheaf_param_value& value) {
      if (value.type == SHEAF_PARAM_UNSET) return;
      if constexpr (std::is_same_v<M, Value>) {
        detail::from_param(value, object.*member);
      } else {
        detail::from_param(value, (object.*member).emplace());
      }
    });
    return Parameter(store);
  }

  // Sets all parameters of an object from what the host passed.
  void apply(T& object, const sheaf_config& config) const {
    if (config.param_count != setters_.size()) {
      throw PluginError("the host passed another number of parameters than are declared");
    }
    for (std::size_t i = 0; i < setters_.size(); ++i) setters_[i](object, config.params[i]);
  }

 protected:
  // Views of the declaration, which must stay; asked for once, when all are declared.
  const std::vector<const sheaf_param*>& views(std::uint32_t host_minor = SHEAF_ABI_MINOR) {
    for (detail::ParamStore& store : params_) {
      store.plain.flags =
          detail::known_flags(store.plain.flags, detail::late_param_flags, host_minor);
      param_views_.push_back(&store.plain);
    }
    return param_views_;
  }

 private:
  std::list<detail::ParamStore> params_;
  std::vector<std::function<void(T&, const sheaf_param_value&)>> setters_;
  std::vector<const sheaf_param*> param_views_;
};

}  // namespace sheaf::sdk
