// SPDX-License-Identifier: MIT
#pragma once
// The kit over bad_plugin.c, in a folder of a test's own.
//
//   const Kit kit;
//   const Report report = kit.check("unwritten");   // the plugin with that defect
//
// Failure: as the host's. Threads: one.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "host/conformance/check.hpp"
#include "host/conformance/tests.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {

class Kit {
 public:
  Kit()
      : data_("XDG_DATA_HOME", (folder / "data").string()),
        config_("XDG_CONFIG_HOME", (folder / "config").string()),
        cache_("XDG_CACHE_HOME", (folder / "cache").string()),
        system_("SHEAF_SYSTEM_CONFIG", (folder / "system.toml").string()),
        temporary_("TMPDIR", (folder / "tmp").string()),
        worker_("SHEAF_WORKER", SHEAF_TEST_WORKER) {
    std::filesystem::create_directories(folder / "tmp");
    source("1.bad", 3, 4);
    source("2.bad", 1, 7);
    source("3.bad", 20, 2);
  }

  // The plugin with a defect.
  [[nodiscard]] std::filesystem::path plugin(const std::string& defect) const {
    const std::filesystem::path file = folder / (defect + ".so");
    std::filesystem::copy_file(SHEAF_TEST_BAD_PLUGIN, file,
                               std::filesystem::copy_options::overwrite_existing);
    return file;
  }
  [[nodiscard]] host::conformance::Request request(const std::string& defect) const {
    host::conformance::Request request;
    request.file = plugin(defect);
    request.sources = {(folder / "in").string() + "/"};
    request.seed = 7;
    // The ELF file is the same for all of them, and has tests of its own.
    for (const auto& test : host::conformance::all_tests()) {
      if (std::string_view(test.name) != "elf") request.only.emplace_back(test.name);
    }
    return request;
  }
  [[nodiscard]] host::conformance::Report check(const std::string& defect,
                                                double seconds = 20) const {
    host::conformance::Request wanted = request(defect);
    wanted.limit = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    return host::conformance::check(wanted);
  }

  TempDir folder;

 private:
  void source(const std::string& name, std::uint32_t rows, std::uint32_t width) const {
    std::string bytes = "BAD1";
    const auto put = [&](const auto number) {
      bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
    };
    put(rows);
    put(width);
    for (std::uint32_t i = 0; i < rows * width; ++i) put(static_cast<std::int16_t>(i * 3 + width));
    folder.write("in/" + name, bytes);
  }

  ScopedVariable data_, config_, cache_, system_, temporary_, worker_;
  ScopedVariable sanitizer_{"ASAN_OPTIONS", "handle_segv=0:handle_sigill=0:detect_leaks=0"};
};

}  // namespace sheaf::test
