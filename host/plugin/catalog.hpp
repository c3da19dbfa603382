// SPDX-License-Identifier: MIT
#pragma once
// All plugins there are, and why the other candidates aren't.
//
// Model: scan() looks at every place once; a candidate that isn't refused is given to a Scanner,
// which brings its descriptor: by loading it in a worker (host/worker/scan.hpp; this process then
// knows what plugins declare and can't call them) or, for a debugger, by loading it here for good.
// An id found twice: the first wins. The descriptors live as long as the process.
// Threads: build it on one, read it on any.

#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/library.hpp"
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

// Brings the descriptor of a file that may be loaded.
class Scanner {
 public:
  virtual ~Scanner() = default;
  [[nodiscard]] virtual Scanned scan(const std::filesystem::path& file, const Note& note) = 0;
  // Whether the descriptors' functions can be called in this process.
  [[nodiscard]] virtual bool loads_here() const = 0;
};

class Catalog {
 public:
  [[nodiscard]] static Catalog scan(Scanner& scanner);
  // With every plugin loaded into this process.
  [[nodiscard]] static Catalog load();

  [[nodiscard]] const std::vector<Plugin>& plugins() const noexcept { return plugins_; }
  [[nodiscard]] const std::vector<Feature>& features() const noexcept { return features_; }
  // Whether plugins are loaded in this process, so that instances can be opened in it.
  [[nodiscard]] bool is_loaded() const noexcept { return is_loaded_; }
  // Every place and candidate, with the reasons of all refusals.
  [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }
  [[nodiscard]] const Plugin* find_plugin(std::string_view id) const;
  // Features by full or short name, optionally of one plugin only.
  [[nodiscard]] std::vector<const Feature*> find_features(std::string_view name,
                                                          std::string_view plugin_id = {}) const;

 private:
  void add(Candidate& candidate, Scanner& scanner);
  // Whether a plugin of this id is there already.
  bool refuse_second(Candidate& candidate, std::string_view id) const;

  std::vector<Place> places_;
  std::vector<Plugin> plugins_;  // never grows after scan(): features_ point into it
  std::vector<Feature> features_;
  bool is_loaded_ = false;
};

inline std::string_view view(sheaf_string text) noexcept {
  return {text.data, static_cast<std::size_t>(text.size)};
}

}  // namespace sheaf::host::plugin
