// SPDX-License-Identifier: MIT
#pragma once
// Named functions on the rows of a feature: `sheaf call FILE PATH METHOD ID… [name=value…]`.
//
//   struct Peak {  // its parameters are its members
//     static void declare(sdk::Method<Peak>& method) {
//       method.name("peak").summary("The largest sample of each source");
//       method.parameter("gain", &Peak::gain, "factor every sample is multiplied by");
//     }
//     void call(const sdk::Sources& sources, sdk::Results& results) const {
//       std::vector<double> peaks;
//       for (const sdk::Stored& source : sources) peaks.push_back(…);
//       results.add("peak", peaks);
//     }
//     double gain = 1;
//   };
//
//   class Tone {
//     …
//     static void methods(sdk::Methods& list) { list.add<Peak>(); }
//
// Model: all sources of a call at once, at least one; values with names come out. Threads: any
// number of calls at once, each with an object of its own. Failure: throw, as in load.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sheaf/methods.h>
#include <sheaf/sdk/parameters.hpp>
#include <sheaf/sdk/stored.hpp>

namespace sheaf::sdk {

using Sources = std::vector<Stored>;

class Results : public Call {
 public:
  Results(const sheaf_call* call, const sheaf_results* host) noexcept : Call(call), host_(host) {}

  // Numbers, bool, strings, and vectors of them. Each name once.
  template <class T>
  Results& add(std::string_view name, const T& value) {
    detail::with_array(value, [&](const sheaf_array& array) { put(name, array); });
    return *this;
  }
  // An array of several axes.
  template <class T>
  Results& add(std::string_view name, std::span<const T> elements,
               std::span<const std::int64_t> shape) {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    if (count != elements.size()) throw PluginError("elements and shape don't go together");
    put(name,
        {dtype_of<T>(), static_cast<std::uint32_t>(shape.size()), shape.data(), elements.data()});
    return *this;
  }
  // As the ABI has it.
  void put(std::string_view name, const sheaf_array& array) {
    detail::check_host(host_->add(host_, detail::view(name), &array));
  }

 private:
  const sheaf_results* host_;
};

template <class T>
class Method : public Parameters<T> {
 public:
  Method& name(std::string text) { return name_ = std::move(text), *this; }
  Method& summary(std::string text) { return summary_ = std::move(text), *this; }

  void fill(sheaf_method& method) {
    const auto& params = this->views();
    method.struct_size = sizeof(sheaf_method);
    method.name = detail::view(name_);
    method.summary = detail::view(summary_);
    method.params = params.data();
    method.param_count = params.size();
  }

 private:
  std::string name_, summary_;
};

namespace detail {

template <class T>
class MethodAdapter {
 public:
  static const sheaf_method* method() {
    static const MethodAdapter adapter;
    return &adapter.plain_;
  }

 private:
  MethodAdapter() {
    T::declare(declaration());
    declaration().fill(plain_);
    plain_.call = &call;
  }
  static Method<T>& declaration() {
    static Method<T> instance;
    return instance;
  }
  static sheaf_status call(const sheaf_method*, const sheaf_call* call, const sheaf_config* config,
                           const sheaf_stored* const* sources, std::uint64_t count,
                           const sheaf_results* host) noexcept {
    return guard(call, SHEAF_ERR_SOURCE, [&] {
      T object;
      declaration().apply(object, *config);
      Sources list;
      for (std::uint64_t i = 0; i < count; ++i) list.emplace_back(call, sources[i]);
      Results results(call, host);
      object.call(std::as_const(list), results);
      return SHEAF_OK;
    });
  }
  sheaf_method plain_{};
};

}  // namespace detail

class Methods {
 public:
  template <class T>
  Methods& add() {
    return list_.push_back(detail::MethodAdapter<T>::method()), *this;
  }
  [[nodiscard]] sheaf_methods plain() const noexcept {
    return {sizeof(sheaf_methods), 0, list_.data(), list_.size()};
  }

 private:
  std::vector<const sheaf_method*> list_;
};

namespace detail {

template <class T>
concept HasMethods = requires(Methods& list) {
  T::methods(list);
};

template <class T>
const sheaf_methods* methods_of() {
  static const Methods list = [] {
    Methods made;
    T::methods(made);
    return made;
  }();
  static const sheaf_methods plain = list.plain();
  return &plain;
}

}  // namespace detail
}  // namespace sheaf::sdk
