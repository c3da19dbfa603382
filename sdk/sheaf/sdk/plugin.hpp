// SPDX-License-Identifier: MIT
#pragma once
// From classes to the ABI: the adapter of one feature, and the macro of the whole plugin.
//
// Model: Adapter<T> holds the declaration and the C struct of feature T for the life of the
// process; its static functions are the ABI's function pointers, each a guard around one method.
// A class that declares a Transform is one of the plugin's transforms and no feature.

#include <algorithm>
#include <concepts>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include <sheaf/plugin.h>
#include <sheaf/sdk/declaration.hpp>
#include <sheaf/sdk/description.hpp>
#include <sheaf/sdk/error.hpp>
#include <sheaf/sdk/load.hpp>
#include <sheaf/sdk/methods.hpp>
#include <sheaf/sdk/preview.hpp>
#include <sheaf/sdk/survey.hpp>
#include <sheaf/sdk/transform.hpp>

namespace sheaf::sdk::detail {

template <class T>
concept HasOpen = requires(T& object) {
  object.open();
};
template <class T>
concept HasSurvey = requires(T& object, const Survey& survey) {
  object.survey(survey);
};
template <class T>
concept HasFinish = requires(T& object, const Rows& rows) {
  object.finish(rows);
};

template <class T>
class Adapter {
 public:
  // The C struct as a host of that minor knows it, made on first use.
  static const sheaf_feature* feature(std::uint32_t host_minor = SHEAF_ABI_MINOR) {
    return &self(host_minor).plain_;
  }
  // After feature().
  static std::uint32_t needed_abi_minor() { return declaration().needed_abi_minor(); }

 private:
  static const Adapter& self(std::uint32_t host_minor = SHEAF_ABI_MINOR) {
    static const Adapter adapter(host_minor);
    return adapter;
  }
  explicit Adapter(std::uint32_t host_minor) {
    T::declare(declaration());
    declaration().fill(plain_, host_minor);
    plain_.open = &open;
    plain_.describe = &describe;
    plain_.load = &load;
    plain_.close = &close;
    if constexpr (HasSurvey<T>) plain_.survey = &survey;
    if constexpr (HasFinish<T>) plain_.finish = &finish;
    if constexpr (HasPreview<T>) preview_ = PreviewAdapter<PlainPreview<T>>::extension();
    if constexpr (HasPreviewClass<T>) preview_ = PreviewAdapter<typename T::Preview>::extension();
    if constexpr (HasMethods<T>) methods_ = methods_of<T>();
    if (preview_ != nullptr || methods_ != nullptr) plain_.get_extension = &get_extension;
  }

  static Declaration<T>& declaration() {
    static Declaration<T> instance;
    return instance;
  }

  static sheaf_status open(const sheaf_feature*, const sheaf_call* call, const sheaf_config* config,
                           void** instance) noexcept {
    return guard(call, SHEAF_ERR_PLUGIN, [&] {
      auto object = std::make_unique<T>();
      declaration().apply(*object, *config);
      if constexpr (HasOpen<T>) object->open();
      *instance = object.release();
      return SHEAF_OK;
    });
  }
  static sheaf_status survey(void* instance, const sheaf_call* call,
                             const sheaf_survey* host) noexcept {
    return guard(call, SHEAF_ERR_PLUGIN, [&] {
      if constexpr (HasSurvey<T>) static_cast<T*>(instance)->survey(Survey(call, host));
      return SHEAF_OK;
    });
  }
  static sheaf_status describe(void* instance, const sheaf_call* call,
                               const sheaf_description* host) noexcept {
    return guard(call, SHEAF_ERR_PLUGIN, [&] {
      Description description(call, host);
      static_cast<T*>(instance)->describe(description);
      return SHEAF_OK;
    });
  }
  static sheaf_status load(void* instance, const sheaf_call* call, const sheaf_source* host_source,
                           const sheaf_sink* host) noexcept {
    return guard(call, SHEAF_ERR_SOURCE, [&]() -> sheaf_status {
      auto& object = *static_cast<T*>(instance);
      const Source source(*host_source);
      Sink sink(call, host);
      if constexpr (std::is_void_v<decltype(object.load(source, sink))>) {
        object.load(source, sink);
        return SHEAF_OK;
      } else {
        return static_cast<sheaf_status>(object.load(source, sink));
      }
    });
  }
  static sheaf_status finish(void* instance, const sheaf_call* call,
                             const sheaf_rows* host) noexcept {
    return guard(call, SHEAF_ERR_PLUGIN, [&] {
      if constexpr (HasFinish<T>) static_cast<T*>(instance)->finish(Rows(call, host));
      return SHEAF_OK;
    });
  }
  static void close(void* instance) noexcept { delete static_cast<T*>(instance); }
  // The struct is the adapter's, which was made before anybody could have it.
  static const void* get_extension(const sheaf_feature*, sheaf_string name) noexcept {
    if (view(name) == SHEAF_PREVIEW) return self().preview_;
    return view(name) == SHEAF_METHODS ? self().methods_ : nullptr;
  }

  sheaf_feature plain_{};
  const sheaf_preview* preview_ = nullptr;
  const sheaf_methods* methods_ = nullptr;
};

// What a plugin consists of.
template <class... Each>
class Parts {
 public:
  static const Parts& get(std::uint32_t host_minor = SHEAF_ABI_MINOR) {
    static const Parts parts(host_minor);
    return parts;
  }
  static const void* get_extension(sheaf_string name) noexcept {
    return view(name) == SHEAF_TRANSFORM ? &get().extension_ : nullptr;
  }
  [[nodiscard]] const std::vector<const sheaf_feature*>& features() const { return features_; }
  [[nodiscard]] std::uint32_t needed_abi_minor() const { return needed_minor_; }
  [[nodiscard]] bool has_transforms() const { return !transforms_.empty(); }

 private:
  explicit Parts(std::uint32_t host_minor) {
    (add<Each>(host_minor), ...);
    extension_ = {sizeof(sheaf_transforms), 0, transforms_.data(), transforms_.size()};
  }
  template <class One>
  void add([[maybe_unused]] std::uint32_t host_minor) {
    if constexpr (IsTransform<One>) {
      transforms_.push_back(TransformAdapter<One>::transform());
    } else {
      features_.push_back(Adapter<One>::feature(host_minor));
      needed_minor_ = std::max(needed_minor_, Adapter<One>::needed_abi_minor());
    }
  }

  std::uint32_t needed_minor_ = 0;
  std::vector<const sheaf_feature*> features_;
  std::vector<const sheaf_transform*> transforms_;
  sheaf_transforms extension_{};
};

// The descriptor of features and transforms; nullptr when they can't be declared (out of memory, a
// throwing declare).
template <class... Features>
const sheaf_plugin* descriptor(const sheaf_host* host, std::string_view id,
                               std::string_view version, std::string_view license,
                               std::string_view summary) noexcept {
  static const sheaf_plugin* const made = [&]() -> const sheaf_plugin* {
    try {
      // An older host is told what it knows and nothing newer is claimed, unless it is needed.
      const std::uint32_t known = std::min<std::uint32_t>(SHEAF_ABI_MINOR, host->abi_minor);
      using All = Parts<Features...>;
      const All& parts = All::get(known);
      const std::uint32_t minor = std::max(known, parts.needed_abi_minor());
      static const sheaf_plugin plugin{sizeof(sheaf_plugin),
                                       minor,
                                       0,
                                       0,
                                       view(id),
                                       view(version),
                                       view(summary),
                                       view(license),
                                       parts.features().data(),
                                       parts.features().size(),
                                       parts.has_transforms() ? &All::get_extension : nullptr};
      return &plugin;
    } catch (const std::exception& error) {
      host->refuse(host, view(std::string_view(error.what())));
      return nullptr;
    } catch (...) {
      return nullptr;
    }
  }();
  return made;
}

}  // namespace sheaf::sdk::detail

// SHEAF_PLUGIN("lab.tones", "1.0.0", "MIT", "Tones of the lab", Tone, OtherFeature, ATransform…)
#define SHEAF_PLUGIN(plugin_id, plugin_version, plugin_license, plugin_summary, ...)      \
  SHEAF_NOTE(plugin_id, plugin_version)                                                   \
  extern "C" const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host* host) {          \
    return ::sheaf::sdk::detail::descriptor<__VA_ARGS__>(host, plugin_id, plugin_version, \
                                                         plugin_license, plugin_summary); \
  }                                                                                       \
  static_assert(true, "takes the semicolon")
