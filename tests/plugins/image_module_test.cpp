// SPDX-License-Identifier: MIT
// sheaf.image: OpenCV is loaded when an image needs it, and not before.

#include <filesystem>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/plugins/image_fixture.hpp"

namespace sheaf::test {
namespace {

using Catch::Contains;
namespace fs = std::filesystem;

// A copy of the plugin of its own, which hasn't loaded its module yet, with or without one.
class PluginCopy {
 public:
  PluginCopy() {
    fs::create_directories(module().parent_path());
    fs::copy_file(SHEAF_TEST_PLUGIN, file());
  }
  [[nodiscard]] fs::path file() const { return folder_ / "sheaf_image.so"; }
  [[nodiscard]] fs::path module() const { return folder_ / "image" / "opencv.so"; }
  void add_module() const {
    fs::copy_file(fs::path(SHEAF_TEST_PLUGIN).parent_path() / "image" / "opencv.so", module());
  }
  [[nodiscard]] Plugin load() const { return Plugin::load(file()); }

 private:
  TempDir folder_;
};

Loaded load_by(const Plugin& plugin, const Source& source, const Params& params = {}) {
  Instance image(plugin, "sheaf.image", params);
  REQUIRE(image.survey({source}).ok());
  image.describe();
  return image.load(source);
}

TEST_CASE("The plugin itself isn't linked to OpenCV", "[plugins][image]") {
  CHECK(read_file(SHEAF_TEST_PLUGIN).find("libopencv") == std::string::npos);
}

TEST_CASE("Plain JPEGs are loaded without OpenCV", "[plugins][image]") {
  const std::string mode = GENERATE("color", "grey", "as-is");
  const PluginCopy copy;
  const ImageFolder folder;
  for (const int type : {CV_8UC3, CV_8UC1}) {
    const Loaded loaded =
        load_by(copy.load(), folder.add("a.jpg", picture(5, 7, type)), {{"color", mode}});
    CHECK(loaded.message.empty());
    CHECK(loaded.slots == 1);
  }
}

TEST_CASE("A survey needs OpenCV only where no header tells", "[plugins][image]") {
  const PluginCopy copy;
  const ImageFolder folder;
  Instance image(copy.load(), "sheaf.image", {{"color", "as-is"}});
  CHECK(image.survey({folder.add("a.jpg", picture(40, 50))}).message.empty());
  Instance other(copy.load(), "sheaf.image", {{"color", "as-is"}});
  const Surveyed unknown = other.survey({folder.add("a.pam", picture(40, 50))});
  CHECK(unknown.status == SHEAF_ERR_PLUGIN);
  CHECK_THAT(unknown.message, Contains(copy.module().string()));
}

TEST_CASE("A header is found behind any number of other segments", "[plugins][image]") {
  const PluginCopy copy;  // so that nothing but the header can tell
  const ImageFolder folder;
  std::string bytes = encode(".jpg", picture(4, 6));
  for (int i = 0; i < 3; ++i) {
    bytes.insert(2, "\xFF\xE2" + big_endian(60002, 2) + std::string(60000, 'x'));
  }
  const Loaded loaded = load_by(copy.load(), folder.add("a.jpg", bytes));
  REQUIRE(loaded.message.empty());
  CHECK(loaded.outputs.at(0).shape == Shape{1, 4, 6, 3});
}

TEST_CASE("A module that is missing is the plugin's failure, and says which", "[plugins][image]") {
  const PluginCopy copy;
  const ImageFolder folder;
  const Source png = folder.add("a.png", picture(5, 7));
  const Loaded refused = load_by(copy.load(), png);
  CHECK(refused.status == SHEAF_ERR_PLUGIN);
  CHECK_THAT(refused.message, Contains("OpenCV") && Contains(copy.module().string()));
  SECTION("another library in its place is refused") {
    fs::copy_file(SHEAF_TEST_PLUGIN, copy.module());
    const Loaded other = load_by(copy.load(), png);
    CHECK(other.status == SHEAF_ERR_PLUGIN);
    CHECK_THAT(other.message, Contains("another version"));
  }
  SECTION("once it is there it is found") {
    copy.add_module();
    const Loaded loaded = load_by(copy.load(), png);
    REQUIRE(loaded.message.empty());
    CHECK((loaded.outputs.at(0).bytes == as_stored(picture(5, 7))));
  }
}

TEST_CASE("The module is found from behind a link to the plugin", "[plugins][image]") {
  const PluginCopy copy;
  copy.add_module();
  const ImageFolder folder;
  const fs::path link = folder.dir() / "linked.so";
  fs::create_symlink(copy.file(), link);
  CHECK(load_by(Plugin::load(link), folder.add("a.png", picture(5, 7))).message.empty());
}

TEST_CASE("Many threads may need the module at once", "[plugins][image]") {
  const PluginCopy copy;
  copy.add_module();
  const Plugin plugin = copy.load();
  const ImageFolder folder;
  const Source png = folder.add("a.png", picture(5, 7));
  std::vector<Loaded> loaded(4);
  {
    std::vector<std::jthread> threads;
    for (Loaded& result : loaded) {
      threads.emplace_back([&] {
        Instance image(plugin, "sheaf.image");
        image.survey({png});
        image.describe();
        result = image.load(png);
      });
    }
  }
  for (const Loaded& result : loaded) {
    REQUIRE(result.message.empty());
    CHECK((result.outputs.at(0).bytes == as_stored(picture(5, 7))));
  }
}

}  // namespace
}  // namespace sheaf::test
