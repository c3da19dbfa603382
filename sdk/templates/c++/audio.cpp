// @id@: recordings of any length (*.@name@): raw samples, signed 16 bits, little-endian, mono.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

constexpr std::size_t piece = 65536;  // samples at a time: hours of sound need no more memory

class @Name@ {
 public:
  static void declare(sdk::Declaration<@Name@>& feature) {
    feature.name("@id@").summary("Samples of recordings, from -1 to 1").pattern(R"(\.@name@$)");
    feature.parameter("rate", &@Name@::rate_, "samples a second").range(1, 10'000'000);
  }

  // A row is one sample; the rate stands beside the array.
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<float>("samples", {}));
    file.attr("sample_rate", rate_);
  }

  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    std::ifstream file(source.path(), std::ios::binary);
    if (!file) throw sdk::Error("can't be opened");
    std::vector<unsigned char> bytes(2 * piece);
    bool is_empty = true;
    // The length isn't known: reserve and commit again and again.
    while (file) {
      file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      const auto got = static_cast<std::size_t>(file.gcount());
      if (got % 2 != 0) throw sdk::Error("ends in the middle of a sample");
      if (got == 0) break;
      const std::span<float> slot = sink.reserve<float>(0, static_cast<std::int64_t>(got / 2));
      for (std::size_t i = 0; i < slot.size(); ++i) {
        const auto value = static_cast<std::int16_t>(bytes[2 * i] | (bytes[2 * i + 1] << 8));
        slot[i] = static_cast<float>(value) / 32768.0F;
      }
      sink.commit(0, static_cast<std::int64_t>(slot.size()));
      is_empty = false;
    }
    return is_empty ? sdk::Result::Empty : sdk::Result::Ok;
  }

 private:
  std::int64_t rate_ = 8000;
};

}  // namespace

SHEAF_PLUGIN("@id@", "0.1.0", "MIT", "Raw recordings", @Name@);
