// @id@: points with three coordinates, a line each, from text files (*.@name@).
#include <charconv>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

// The three numbers of a line. Throwing sdk::Error says that this source is bad: the run goes on.
void parse(const std::string& line, std::size_t number, std::vector<double>& points) {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (int axis = 0; axis < 3; ++axis) {
    while (at != end && *at == ' ') ++at;
    double value = 0;
    const auto [stop, error] = std::from_chars(at, end, value);
    if (error != std::errc()) {
      throw sdk::Error("line " + std::to_string(number) + " hasn't three numbers: '" + line + "'");
    }
    points.push_back(value);
    at = stop;
  }
}

class @Name@ {
 public:
  static void declare(sdk::Declaration<@Name@>& feature) {
    feature.name("@id@").summary("Points in space, in metres").pattern(R"(\.@name@$)");
    feature.parameter("scale", &@Name@::scale_, "factor every coordinate is multiplied by");
  }

  // What is stored: rows of three numbers, so (points, 3) for each source.
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<double>("points", {3}));
    file.attr("unit", "m");
  }

  void load(const sdk::Source& source, sdk::Sink& sink) const {
    std::ifstream lines(source.path());
    if (!lines) throw sdk::Error("can't be opened");
    std::vector<double> points;
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
      if (!line.empty()) parse(line, number, points);
    }
    for (double& coordinate : points) coordinate *= scale_;
    const std::int64_t item_shape[] = {3};
    sink.write(0, std::span<const double>(points), static_cast<std::int64_t>(points.size() / 3),
               item_shape);
  }

 private:
  double scale_ = 1.0;  // the default of the parameter
};

}  // namespace

SHEAF_PLUGIN("@id@", "0.1.0", "MIT", "Points in space", @Name@);
