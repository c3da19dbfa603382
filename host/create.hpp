// SPDX-License-Identifier: MIT
#pragma once
// Typed files from sources: what core/typed leaves to the host.
//
//   struct Bank : typed::File {
//     typed::Feature<std::uint8_t> image{at("image"), {.from = "image:size=32x32"}};
//   };
//   auto bank = host::create<Bank>("bank.h5", {"photos/"});
//
// Model: plugins are found and run in worker processes, as `sheaf ingest` does. Threads: one.
// Failure: Error.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/typed/create.hpp"

namespace sheaf::host {

enum class Plugins { InWorkers, InProcess };

// With the plugins that are found now. InProcess: in threads of this process, for a debugger.
[[nodiscard]] std::unique_ptr<typed::Ingestor> make_ingestor(Plugins plugins = Plugins::InWorkers);

template <class T>
[[nodiscard]] T create(const std::filesystem::path& file, const std::vector<std::string>& sources,
                       const typed::CreateOptions& options = {}) {
  return typed::create<T>(*make_ingestor(), file, sources, options);
}

}  // namespace sheaf::host
