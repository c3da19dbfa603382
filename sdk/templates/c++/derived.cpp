// @id@: the mean of each channel of an image, made from the rows that sheaf.image has loaded.
#include <cstdint>
#include <span>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

class @Name@ {
 public:
  static void declare(sdk::Declaration<@Name@>& feature) {
    feature.name("@id@").summary("Mean of each channel of an image").derived_from("sheaf.image");
    feature.parameter("scale", &@Name@::scale_, "factor every mean is multiplied by");
  }

  // One row a source; how many channels there are the first one says.
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<double>("mean", {sdk::per_source}));
  }

  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    // Rows of the input's first output: (1, height, width, channels).
    const sdk::ArrayView image = source.input(0);
    if (image.shape().size() != 4 || image.size() == 0) return sdk::Result::Skip;
    const std::span<const std::uint8_t> bytes = image.elements<std::uint8_t>();
    const auto channels = static_cast<std::size_t>(image.shape()[3]);
    std::vector<double> mean(channels);
    for (std::size_t i = 0; i < bytes.size(); ++i) mean[i % channels] += bytes[i];
    for (double& value : mean) value *= scale_ / (static_cast<double>(bytes.size()) / channels);
    const std::int64_t item_shape[] = {image.shape()[3]};
    sink.write(0, std::span<const double>(mean), 1, item_shape);
    return sdk::Result::Ok;
  }

 private:
  double scale_ = 1.0;
};

}  // namespace

SHEAF_PLUGIN("@id@", "0.1.0", "MIT", "Mean colours", @Name@);
