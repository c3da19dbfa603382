// SPDX-License-Identifier: MIT
#pragma once
// All plugins there are, and why the other candidates aren't.
//
// Model: scan() looks at every place once; a candidate that isn't refused is loaded for good (a
// plugin is never unloaded) and its descriptor checked. An id found twice: the first wins. The
// catalog and the descriptors in it live as long as the process.
// Threads: build it on one, read it on any.

#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/search.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

struct Plugin {
  const sheaf_plugin* descriptor = nullptr;
  std::filesystem::path file;
  std::string id;
  std::string version;
};

// A feature and the plugin that brings it.
struct Feature {
  const sheaf_feature* descriptor = nullptr;
  const Plugin* plugin = nullptr;

  [[nodiscard]] std::string_view name() const;        // "sheaf.image"
  [[nodiscard]] std::string_view short_name() const;  // "image"
  [[nodiscard]] bool has_flag(std::uint32_t flag) const { return (descriptor->flags & flag) != 0; }
};

class Catalog {
 public:
  [[nodiscard]] static Catalog scan();
  // The process's catalog, scanned on first use.
  [[nodiscard]] static const Catalog& instance();

  [[nodiscard]] const std::vector<Plugin>& plugins() const noexcept { return plugins_; }
  [[nodiscard]] const std::vector<Feature>& features() const noexcept { return features_; }
  // Every place and candidate, with the reasons of all refusals.
  [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }
  [[nodiscard]] const Plugin* find_plugin(std::string_view id) const;
  // Features by full or short name, optionally of one plugin only.
  [[nodiscard]] std::vector<const Feature*> find_features(std::string_view name,
                                                          std::string_view plugin_id = {}) const;

 private:
  void load(Candidate& candidate);

  std::vector<Place> places_;
  std::vector<Plugin> plugins_;  // never grows after scan(): features_ point into it
  std::vector<Feature> features_;
};

inline std::string_view view(sheaf_string text) noexcept {
  return {text.data, static_cast<std::size_t>(text.size)};
}

}  // namespace sheaf::host::plugin
