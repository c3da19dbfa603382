// SPDX-License-Identifier: MIT
#pragma once
// The smallest host there is, for tests of plugins: everything stays in memory.
//
// Model: a Plugin is a library that was loaded; an Instance is one of its features, opened. Its
// calls are the ABI's, in the ABI's order, and each returns what happened as a value, so that a
// test can look at failures as well:
//
//   Instance image(Plugin::load(path), "sheaf.image", {{"color", "grey"}});
//   image.survey({{"a.png", folder / "a.png"}});
//   Description described = image.describe();
//   Loaded loaded = image.load({"a.png", folder / "a.png"});
//   REQUIRE(loaded.outputs.at(0).elements<std::uint8_t>() == …);
//
// As the real host it checks parameters, shapes and row counts, aligns slots to 64 bytes and fills
// them with a pattern first; writing behind a slot is an error of the load.
// Failure: misuse by the test throws std::logic_error; what a plugin does wrong is in Outcome.
// Threads: one Instance is used by one thread at a time, different ones may run concurrently.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <sheaf/plugin.h>

namespace sheaf::test {

inline constexpr std::byte slot_pattern{0xA5};  // what a slot holds before the plugin writes

struct Outcome {
  sheaf_status status = SHEAF_OK;
  std::string message;  // the last one the plugin gave to fail(), or the harness's own
  [[nodiscard]] bool ok() const noexcept { return status == SHEAF_OK; }
};

// Rows of one output, or an attribute (whose shape is all of `shape`).
struct Array {
  sheaf_dtype dtype{};
  std::vector<std::int64_t> shape;   // of rows: axis 0 counts them
  std::vector<std::byte> bytes;      // all but strings
  std::vector<std::string> strings;  // SHEAF_UTF8

  template <class T>
  [[nodiscard]] std::vector<T> elements() const {
    std::vector<T> result(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(result.data(), bytes.data(), bytes.size());
    return result;
  }
  [[nodiscard]] std::string text() const { return strings.at(0); }
};
using Attrs = std::map<std::string, Array>;

// An attribute as a resumed file would have it.
[[nodiscard]] Array strings(std::vector<std::string> values);
[[nodiscard]] Array text(std::string value);

struct OutputSpec {
  std::string name;
  sheaf_dtype dtype{};
  std::uint32_t flags = 0;
  std::vector<std::int64_t> item_shape;
  std::int64_t chunk_rows = 0;
  std::optional<Array> fill_value = {};
  [[nodiscard]] bool ragged() const noexcept { return (flags & SHEAF_OUTPUT_RAGGED) != 0; }
  [[nodiscard]] bool ragged_if_needed() const {
    return (flags & SHEAF_OUTPUT_RAGGED_IF_NEEDED) != 0;
  }
};

struct Description : Outcome {
  std::vector<OutputSpec> outputs;
  Attrs attrs;
};

struct Loaded : Outcome {
  std::vector<Array> outputs;    // one for each output; shape empty where nothing was committed
  std::size_t slots = 0;         // reserved
  std::size_t largest_slot = 0;  // bytes
};

struct Source {
  std::string id;
  std::filesystem::path path;      // empty: not a local file
  std::string bytes = {};          // given to load instead of the file's own
  std::vector<Array> inputs = {};  // derived features
};

struct SurveyOptions {
  bool is_first = true;
  std::string agreed = {};  // what the first instance said, if this isn't it
  Attrs stored = {};
  std::uint32_t threads = 2;
  const Description* input = nullptr;  // derived features
};
struct Surveyed : Outcome {
  std::string agreed;
};

using ParamValue = std::variant<bool, std::int64_t, double, std::string>;
// Makes {{"rate", 8000}, {"color", "grey"}} readable: int and char arrays are taken too.
struct Param {
  std::string name;
  ParamValue value;
  Param(std::string n, const char* text) : name(std::move(n)), value(std::string(text)) {}
  Param(std::string n, std::string text) : name(std::move(n)), value(std::move(text)) {}
  Param(std::string n, bool yes) : name(std::move(n)), value(yes) {}
  Param(std::string n, int number) : name(std::move(n)), value(std::int64_t{number}) {}
  Param(std::string n, std::int64_t number) : name(std::move(n)), value(number) {}
  Param(std::string n, double number) : name(std::move(n)), value(number) {}
};

class Plugin {
 public:
  // Opened once a process and never closed, as the host does it.
  [[nodiscard]] static Plugin load(const std::filesystem::path& library);
  [[nodiscard]] const sheaf_plugin& descriptor() const noexcept { return *descriptor_; }
  [[nodiscard]] const sheaf_feature& feature(const std::string& name) const;

 private:
  explicit Plugin(const sheaf_plugin* descriptor) noexcept : descriptor_(descriptor) {}
  const sheaf_plugin* descriptor_;
};

class Instance {
 public:
  // Opens; opened() says whether that worked, and no other call may follow where it didn't.
  Instance(const Plugin& plugin, const std::string& feature, const std::vector<Param>& params = {});
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  [[nodiscard]] const Outcome& opened() const noexcept;
  Surveyed survey(const std::vector<Source>& sources, const SurveyOptions& options = {});
  Description describe();
  // describe() first. Rows of an OK load are kept for finish().
  Loaded load(const Source& source);
  // The attributes finish() set.
  Description finish();
  // Lines the plugin logged so far.
  [[nodiscard]] const std::vector<std::string>& log() const noexcept;
  // From now on call->cancelled() says yes.
  void cancel() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sheaf::test
