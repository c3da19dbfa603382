// SPDX-License-Identifier: MIT
// The way to the module with FFmpeg, which is loaded when a source first needs it.
#include <dlfcn.h>
#include <filesystem>
#include <string>
#include <system_error>

#include "media/media.hpp"

namespace sheaf::media {
namespace {

// Below the folder of the plugin, where no search for plugins looks.
std::filesystem::path module_file() {
  static const char within = 0;  // has an address in this library
  Dl_info info{};
  if (dladdr(&within, &info) == 0 || info.dli_fname == nullptr) {
    throw sdk::PluginError("can't tell where it lies, and so not where its FFmpeg does");
  }
  std::error_code error;
  std::filesystem::path plugin = std::filesystem::canonical(info.dli_fname, error);
  if (error) plugin = info.dli_fname;
  return plugin.parent_path() / "media" / "ffmpeg.so";
}

#define SHEAF_MEDIA_TEXT_OF(name) #name
#define SHEAF_MEDIA_TEXT(name) SHEAF_MEDIA_TEXT_OF(name)

EngineEntry load_module() {
  const std::filesystem::path file = module_file();
  const auto refuse = [&](const std::string& why) {
    throw sdk::PluginError("needs FFmpeg for this recording, whose module '" + file.string() +
                           "' " + why + "; install Sheaf's plugins again");
  };
  void* const module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    const char* why = dlerror();
    refuse("can't be loaded: " + std::string(why == nullptr ? "no reason given" : why));
  }
  void* const entry = dlsym(module, SHEAF_MEDIA_TEXT(SHEAF_MEDIA_FFMPEG_ENTRY));
  if (entry == nullptr) refuse("belongs to another version of this plugin");
  return reinterpret_cast<EngineEntry>(entry);
}

}  // namespace

Place place_of(const sdk::Source& source) {
  if (source.path_bytes().empty()) throw sdk::Error("not a local file: copy it to a disk first");
  return {source.path_bytes(), source.id()};
}

std::unique_ptr<Engine> make_engine() {
  static const EngineEntry entry = load_module();  // tried again if it throws
  return std::unique_ptr<Engine>(entry());
}

}  // namespace sheaf::media
