// SPDX-License-Identifier: MIT
#pragma once
// A plugin's descriptor without its code: what a scan sends to a host that never loads the plugin.
//
// Model: to_bytes() writes all that a descriptor declares; Manifest reads it back into a descriptor
// of the same shape whose functions are only there or not there (calling one ends the process);
// what it says of extensions is found by extension.hpp. What it points to lives as long as the
// Manifest. Failure: Error for bytes that make no sense.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "host/wire.hpp"
#include <sheaf/methods.h>
#include <sheaf/plugin.h>
#include <sheaf/preview.h>
#include <sheaf/transform.h>

namespace sheaf::host::plugin {

[[nodiscard]] std::string to_bytes(const sheaf_plugin& plugin);

class Manifest {
 public:
  explicit Manifest(std::string_view bytes);
  Manifest(const Manifest&) = delete;
  Manifest& operator=(const Manifest&) = delete;
  [[nodiscard]] const sheaf_plugin& descriptor() const { return plugin_.plain; }
  // The one that a descriptor is of; null for a descriptor of a plugin that was loaded here.
  [[nodiscard]] static const Manifest* of(const sheaf_plugin& plugin);
  [[nodiscard]] const sheaf_transforms* transforms() const {
    return transform_list_.empty() ? nullptr : &transforms_;
  }

  // What stands behind a descriptor of ours; the descriptor comes first.
  struct Plugin {
    sheaf_plugin plain{};
    const Manifest* owner = nullptr;
  };
  struct Feature {
    sheaf_feature plain{};
    sheaf_preview preview{};  // without kinds: none
    sheaf_methods methods{};  // without methods: none
  };

 private:
  sheaf_string text(wire::In& in);
  const sheaf_string* texts(wire::In& in, std::uint64_t& count);
  sheaf_param_value param_value(wire::In& in);
  const sheaf_param* param(wire::In& in);
  const sheaf_param* const* params(wire::In& in, std::uint64_t& count);
  const sheaf_feature* feature(wire::In& in);
  void extensions(wire::In& in, Feature& feature);
  const sheaf_method* method(wire::In& in);
  const sheaf_transform* transform(wire::In& in);

  std::deque<std::string> strings_;
  std::deque<std::vector<sheaf_string>> lists_;
  std::deque<std::vector<sheaf_param_value>> value_lists_;
  std::deque<sheaf_param> params_;
  std::deque<std::vector<const sheaf_param*>> param_lists_;
  std::deque<sheaf_method> methods_;
  std::deque<std::vector<const sheaf_method*>> method_lists_;
  std::deque<sheaf_transform> transform_structs_;
  std::vector<const sheaf_transform*> transform_list_;
  sheaf_transforms transforms_{};
  std::deque<Feature> features_;
  std::vector<const sheaf_feature*> feature_list_;
  Plugin plugin_;
};

}  // namespace sheaf::host::plugin
