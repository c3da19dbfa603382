// SPDX-License-Identifier: MIT
#pragma once
// What a feature declares before any instance exists: name, patterns, parameters.
//
// Model: declare(Declaration<T>&) runs once a process. A parameter is bound to a member of T; the
// member's initialiser is its default, so a default stands in one place. Members may be bool,
// std::int64_t, double, std::string, a std::vector of one (a list), or a std::optional of any of
// these, which is unset by default.

#include <algorithm>
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
class Declaration {
 public:
  // "lab.scan": the part after the last dot is the short name and the default place in the file.
  Declaration& name(std::string text) { return name_ = std::move(text), *this; }
  Declaration& summary(std::string text) { return summary_ = std::move(text), *this; }
  // RE2 syntax, unanchored, on the source's id. May be called again: any of them makes a match.
  Declaration& pattern(std::string regex) { return patterns_.push_back(std::move(regex)), *this; }
  Declaration& priority(std::int32_t value) { return priority_ = value, *this; }
  // Loads from the rows of another feature instead of from sources.
  Declaration& derived_from(std::string feature) { return input_ = std::move(feature), *this; }
  Declaration& opt_in() { return flags_ |= SHEAF_FEATURE_OPT_IN, *this; }
  Declaration& wants_bytes() { return flags_ |= SHEAF_FEATURE_WANTS_BYTES, *this; }
  Declaration& exclusive() { return flags_ |= SHEAF_FEATURE_EXCLUSIVE, *this; }
  Declaration& ignore_case() { return flags_ |= SHEAF_FEATURE_IGNORE_CASE, *this; }
  Declaration& companion() { return flags_ |= SHEAF_FEATURE_COMPANION, *this; }
  // It makes no sense with hosts older than this minor of the ABI: they refuse the plugin. Without
  // it they are told what they know.
  Declaration& needs_abi_minor(std::uint32_t minor) {
    return needed_minor_ = std::max(needed_minor_, minor), *this;
  }

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

  [[nodiscard]] std::uint32_t needed_abi_minor() const noexcept { return needed_minor_; }

  // Fills the data fields of the ABI's struct, as a host of that minor knows it, with views of this
  // declaration, which must stay.
  void fill(sheaf_feature& feature, std::uint32_t host_minor = SHEAF_ABI_MINOR) {
    for (detail::ParamStore& store : params_) {
      store.plain.flags =
          detail::known_flags(store.plain.flags, detail::late_param_flags, host_minor);
    }
    for (const std::string& regex : patterns_) pattern_views_.push_back(detail::view(regex));
    for (const detail::ParamStore& store : params_) param_views_.push_back(&store.plain);
    feature.struct_size = sizeof(sheaf_feature);
    feature.flags = detail::known_flags(flags_, detail::late_feature_flags, host_minor);
    feature.name = detail::view(name_);
    feature.summary = detail::view(summary_);
    feature.patterns = pattern_views_.data();
    feature.pattern_count = pattern_views_.size();
    feature.priority = priority_;
    feature.params = param_views_.data();
    feature.param_count = param_views_.size();
    feature.input = detail::view(input_);
  }

 private:
  std::string name_, summary_, input_;
  std::vector<std::string> patterns_;
  std::int32_t priority_ = 0;
  std::uint32_t flags_ = 0;
  std::uint32_t needed_minor_ = 0;
  std::list<detail::ParamStore> params_;
  std::vector<std::function<void(T&, const sheaf_param_value&)>> setters_;
  std::vector<sheaf_string> pattern_views_;
  std::vector<const sheaf_param*> param_views_;
};

}  // namespace sheaf::sdk
