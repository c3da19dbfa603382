// SPDX-License-Identifier: MIT
#pragma once
// Sources, and the look at all of them before the first is loaded.
//
// Model: survey(const Survey&) runs once on every instance, with the same sources in the same order
// (class labels, vocabularies, a shape that all share). Work that opens files is done by the first
// instance alone: it agrees on some text, and all the others are given that text.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sheaf/plugin.h>
#include <sheaf/sdk/call.hpp>
#include <sheaf/sdk/dtype.hpp>

namespace sheaf::sdk {

class Source {
 public:
  explicit Source(const sheaf_source& source) noexcept : source_(&source) {}

  // Unique, '/'-normalised UTF-8.
  [[nodiscard]] std::string_view id() const noexcept { return detail::view(source_->id); }
  [[nodiscard]] std::string_view uri() const noexcept { return detail::view(source_->uri); }
  // Any bytes but 0; zero-terminated; empty when the source isn't a local file.
  [[nodiscard]] std::string_view path_bytes() const noexcept {
    return {reinterpret_cast<const char*>(source_->path.data), source_->path.size};
  }
  [[nodiscard]] const char* c_path() const noexcept {
    return source_->path.size == 0 ? "" : reinterpret_cast<const char*>(source_->path.data);
  }
  [[nodiscard]] std::filesystem::path path() const { return path_bytes(); }
  // The whole source, in load and only if the feature wants_bytes().
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return {reinterpret_cast<const std::byte*>(source_->bytes.data), source_->bytes.size};
  }
  // Derived features: the rows of the input feature's outputs for this source.
  [[nodiscard]] std::size_t input_count() const noexcept { return source_->input_count; }
  [[nodiscard]] ArrayView input(std::size_t output = 0) const {
    if (output >= source_->input_count) throw PluginError("the source has no such input");
    return ArrayView(source_->inputs[output]);
  }

 private:
  const sheaf_source* source_;
};

// What the feature that this one derives from describes.
class Input {
 public:
  explicit Input(const sheaf_input& input) noexcept : input_(&input) {}
  // In the order of Source::input().
  [[nodiscard]] std::size_t output_count() const noexcept { return input_->output_count; }
  // Its struct: name, dtype, item shape, flags.
  [[nodiscard]] const sheaf_output& output(std::size_t i = 0) const {
    if (i >= output_count()) throw PluginError("the input has no such output");
    return *input_->outputs[i];
  }
  [[nodiscard]] std::optional<ArrayView> attr(std::string_view name) const {
    for (std::uint64_t i = 0; i < input_->attr_count; ++i) {
      if (detail::view(input_->attr_names[i]) == name) return ArrayView(input_->attr_values[i]);
    }
    return std::nullopt;
  }

 private:
  const sheaf_input* input_;
};

class Survey : public Call {
 public:
  Survey(const sheaf_call* call, const sheaf_survey* host) noexcept : Call(call), host_(host) {}

  [[nodiscard]] std::size_t size() const noexcept { return host_->source_count; }
  [[nodiscard]] Source operator[](std::size_t i) const noexcept {
    return Source(*host_->sources[i]);
  }

  // Whether this instance decides; the others find in agreed() what it said.
  [[nodiscard]] bool is_first() const noexcept { return host_->is_first != 0; }
  void agree(std::string_view text) const {
    detail::check_host(
        host_->agree(host_, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
  [[nodiscard]] std::string_view agreed() const noexcept {
    return {reinterpret_cast<const char*>(host_->agreed.data), host_->agreed.size};
  }

  // Derived features only.
  [[nodiscard]] Input input() const {
    if (host_->input == nullptr) throw PluginError("the feature derives from no other");
    return Input(*host_->input);
  }

  // Ids the file already has (resume, update).
  [[nodiscard]] std::size_t stored_id_count() const noexcept { return host_->stored_id_count; }
  [[nodiscard]] std::string_view stored_id(std::size_t i) const noexcept {
    return detail::view(host_->stored_ids[i]);
  }
  // An attribute the file already has (resume, update).
  [[nodiscard]] std::optional<ArrayView> stored(std::string_view name) const {
    for (std::uint64_t i = 0; i < host_->stored_count; ++i) {
      if (detail::view(host_->stored_names[i]) == name) return ArrayView(host_->stored_values[i]);
    }
    return std::nullopt;
  }

 private:
  const sheaf_survey* host_;
};

}  // namespace sheaf::sdk
