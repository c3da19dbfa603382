// @id@: grey pictures as text (*.@name@): "height width", then as many numbers from 0 to 255.
#include <cstdint>
#include <fstream>
#include <span>
#include <string>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

class @Name@ {
 public:
  static void declare(sdk::Declaration<@Name@>& feature) {
    feature.name("@id@").summary("Grey pictures").pattern(R"(\.@name@$)");
    feature.parameter("limit", &@Name@::limit_, "most pixels a side").range(1, 65536);
  }

  // Each source is one row, and has a height and a width of its own.
  void describe(sdk::Description& file) const {
    file.add(
        sdk::Output::of<std::uint8_t>("picture", {sdk::per_source, sdk::per_source}).ragged());
  }

  void load(const sdk::Source& source, sdk::Sink& sink) const {
    std::ifstream text(source.path());
    std::int64_t height = 0;
    std::int64_t width = 0;
    if (!(text >> height >> width)) throw sdk::Error("doesn't begin with height and width");
    if (height < 1 || width < 1 || height > limit_ || width > limit_) {
      throw sdk::Error("says it has " + std::to_string(height) + " x " + std::to_string(width) +
                       " pixels; " + std::to_string(limit_) + " a side are allowed");
    }
    // The slot is the host's memory: what is written there needs no copy.
    const std::int64_t item_shape[] = {height, width};
    const std::span<std::uint8_t> pixels = sink.reserve<std::uint8_t>(0, 1, item_shape);
    for (std::uint8_t& pixel : pixels) {
      int value = 0;
      if (!(text >> value)) throw sdk::Error("ends before its last pixel");
      if (value < 0 || value > 255) throw sdk::Error("has a pixel that is " + std::to_string(value));
      pixel = static_cast<std::uint8_t>(value);
    }
    sink.commit(0, 1);
  }

 private:
  std::int64_t limit_ = 4096;
};

}  // namespace

SHEAF_PLUGIN("@id@", "0.1.0", "MIT", "Grey pictures as text", @Name@);
