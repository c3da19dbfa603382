// SPDX-License-Identifier: MIT
#pragma once
// What a feature declares before any instance exists: name, patterns, parameters.
//
// Model: declare(Declaration<T>&) runs once a process; what a parameter is, parameters.hpp says.

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sheaf/plugin.h>
#include <sheaf/sdk/minor.hpp>
#include <sheaf/sdk/parameters.hpp>

namespace sheaf::sdk {

template <class T>
class Declaration : public Parameters<T> {
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

  [[nodiscard]] std::uint32_t needed_abi_minor() const noexcept { return needed_minor_; }

  // Fills the data fields of the ABI's struct, as a host of that minor knows it, with views of this
  // declaration, which must stay.
  void fill(sheaf_feature& feature, std::uint32_t host_minor = SHEAF_ABI_MINOR) {
    for (const std::string& regex : patterns_) pattern_views_.push_back(detail::view(regex));
    const std::vector<const sheaf_param*>& params = this->views(host_minor);
    feature.struct_size = sizeof(sheaf_feature);
    feature.flags = detail::known_flags(flags_, detail::late_feature_flags, host_minor);
    feature.name = detail::view(name_);
    feature.summary = detail::view(summary_);
    feature.patterns = pattern_views_.data();
    feature.pattern_count = pattern_views_.size();
    feature.priority = priority_;
    feature.params = params.data();
    feature.param_count = params.size();
    feature.input = detail::view(input_);
  }

 private:
  std::string name_, summary_, input_;
  std::vector<std::string> patterns_;
  std::int32_t priority_ = 0;
  std::uint32_t flags_ = 0;
  std::uint32_t needed_minor_ = 0;
  std::vector<sheaf_string> pattern_views_;
};

}  // namespace sheaf::sdk
