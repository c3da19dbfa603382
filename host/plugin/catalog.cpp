// SPDX-License-Identifier: MIT
#include "host/plugin/catalog.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "host/conformance/record.hpp"

namespace sheaf::host::plugin {
namespace {

class LibraryScanner final : public Scanner {
 public:
  Scanned scan(const std::filesystem::path& file, const Note& note) override {
    return load_library(file, note);
  }
  [[nodiscard]] bool loads_here() const override { return true; }
};

}  // namespace

std::string_view Feature::name() const { return view(descriptor->name); }

std::string_view Feature::short_name() const {
  const std::string_view full = name();
  return full.substr(full.rfind('.') + 1);  // npos + 1 is 0: a name without a dot is its own
}

Catalog Catalog::scan(Scanner& scanner) {
  Catalog catalog;
  catalog.is_loaded_ = scanner.loads_here();
  catalog.places_ = search_places();
  for (Place& place : catalog.places_) {
    for (Candidate& candidate : place.candidates) {
      if (candidate.refused.empty()) catalog.add(candidate, scanner);
    }
  }
  for (const Plugin& plugin : catalog.plugins_) {
    for (std::uint64_t i = 0; i < plugin.descriptor->feature_count; ++i) {
      catalog.features_.push_back({plugin.descriptor->features[i], &plugin});
    }
  }
  return catalog;
}

Catalog Catalog::load() {
  LibraryScanner scanner;
  return scan(scanner);
}

void Catalog::add(Candidate& candidate, Scanner& scanner) {
  std::variant<Note, std::string> note;  // of a loader in Python an empty one
  if (!is_python(candidate.file)) note = read_compatible_note(candidate.file);
  if (auto* reason = std::get_if<std::string>(&note)) {
    candidate.refused = *reason;
    return;
  }
  Note& found = std::get<Note>(note);
  if (refuse_second(candidate, found.id)) return;
  candidate.refused = conformance::why_not_conformant(candidate.file);
  if (!candidate.refused.empty()) return;
  auto loaded = scanner.scan(candidate.file, found);
  if (auto* reason = std::get_if<std::string>(&loaded)) {
    candidate.refused = *reason;
    return;
  }
  const sheaf_plugin* const descriptor = std::get<const sheaf_plugin*>(loaded);
  found.id = view(descriptor->id);
  found.version = view(descriptor->version);
  if (refuse_second(candidate, found.id)) return;
  plugins_.push_back({descriptor, candidate.file, found.id, found.version});
}

bool Catalog::refuse_second(Candidate& candidate, std::string_view id) const {
  const Plugin* const first = find_plugin(id);
  if (first == nullptr) return false;
  candidate.refused =
      fmt::format("'{}' {} is there already, from {}", id, first->version, first->file.string());
  return true;
}

const Plugin* Catalog::find_plugin(std::string_view id) const {
  const auto found = std::ranges::find(plugins_, id, &Plugin::id);
  return found == plugins_.end() ? nullptr : &*found;
}

std::vector<const Feature*> Catalog::find_features(std::string_view name,
                                                   std::string_view plugin_id) const {
  std::vector<const Feature*> found;
  for (const Feature& feature : features_) {
    if (!plugin_id.empty() && feature.plugin->id != plugin_id) continue;
    if (feature.name() == name || feature.short_name() == name) found.push_back(&feature);
  }
  return found;
}

}  // namespace sheaf::host::plugin
