// SPDX-License-Identifier: MIT
// An experiment in one file: images and labels from a folder, what a training logs, its
// checkpoints.
//
//   <Experiment "experiment.h5">
//   ─────────────────────────────────────────────► sources
//   │                   "planes/01.ppm"     "train"      "epoch-10"
//   │ data/image         (1, 32, 32, 3)        –             –
//   │ data/label         (1,)                  –             –
//   │ logs/loss           –                 (200,)           –
//   │ model/weights       –                    –         (3072,)
//   ▼ features
//
// Run it in an empty folder: it makes its own pictures.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/typed/checkpoints.hpp"
#include "core/typed/compute.hpp"
#include "core/typed/file.hpp"
#include "host/create.hpp"

namespace fs = std::filesystem;
using namespace sheaf;
using typed::Tensor;

namespace {

// The type of the file: what is loaded from sources (.from), and what comes on the fly.
struct Experiment : typed::File {
  struct Data : typed::Group {
    typed::Feature<std::uint8_t> image{at("image"),
                                       {.item = Shape{32, 32, 3}, .from = "image:size=32x32"}};
    typed::Feature<std::int64_t> label{at("label"), {.from = "dirlabel"}};
    typed::Array<float> brightness{at("brightness")};
  } data{at("data")};
  typed::Array<float> loss{at("logs/loss")};
  typed::Checkpoints model{at("model")};
};

// Planes in a bright sky, frogs in dark water.
void make_pictures(const fs::path& folder, int count) {
  std::mt19937 random(7);
  for (int i = 0; i < 2 * count; ++i) {
    const bool is_plane = i % 2 == 0;
    const fs::path file = folder / (is_plane ? "planes" : "frogs") /
                          ((i / 2 < 9 ? "0" : "") + std::to_string(i / 2 + 1) + ".ppm");
    fs::create_directories(file.parent_path());
    std::ofstream stream(file, std::ios::binary);
    stream << "P6\n48 40\n255\n";
    for (int byte = 0; byte < 48 * 40 * 3; ++byte) {
      stream.put(static_cast<char>((is_plane ? 120 : 60) + static_cast<int>(random() % 80)));
    }
  }
}

// Logistic regression: is it a plane?
class Classifier {
 public:
  // One step over an image; returns the loss.
  float learn(const Tensor<std::uint8_t>& image, bool is_plane) {
    const float probability = predict(image);
    const float target = is_plane ? 1.0F : 0.0F;
    const float step = 0.01F * (target - probability);
    for (std::size_t i = 0; i < image.size(); ++i) weights[i] += step * scaled(image[i]);
    bias += step;
    return -std::log(std::max(is_plane ? probability : 1 - probability, 1e-6F));
  }
  [[nodiscard]] float predict(const Tensor<std::uint8_t>& image) const {
    float sum = bias;
    for (std::size_t i = 0; i < image.size(); ++i) sum += weights[i] * scaled(image[i]);
    return 1 / (1 + std::exp(-sum));
  }

  std::vector<float> weights = std::vector<float>(32 * 32 * 3);
  float bias = 0;

 private:
  static float scaled(std::uint8_t pixel) { return (static_cast<float>(pixel) - 128) / 128; }
};

float mean(const Tensor<std::uint8_t>& image) {
  float sum = 0;
  for (const std::uint8_t pixel : image) sum += pixel;
  return sum / static_cast<float>(image.size());
}

void train(const Experiment& exp, int epochs) {
  // Labels are numbers of classes, whose names are an attribute.
  const std::int64_t plane = exp.data.label.get("planes/01.ppm")->data[0];
  const std::int64_t images = exp.data.image.size();
  Classifier classifier;
  exp.loss.add("train", std::vector<float>(static_cast<std::size_t>(epochs * images)));
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    for (std::int64_t i = 0; i < images; ++i) {
      const auto label = exp.data.label.rows({i});
      const float loss = classifier.learn(exp.data.image.rows({i}), label[0] == plane);
      // In place, within the rows of "train".
      exp.loss.iset("train", (epoch - 1) * images + i, loss);
    }
    if (epoch % 5 != 0) continue;
    exp.model.add("epoch-" + std::to_string(epoch), {{"weights", Value::of(classifier.weights)},
                                                     {"bias", Value::of(classifier.bias)}});
  }
}

// Opened again, by somebody else: everything is where it was put.
int evaluate(const fs::path& file) {
  const auto exp = typed::open<Experiment>(file);
  const typed::Tensors tensors = *exp.model.get(exp.model.ids().back());
  Classifier classifier;
  classifier.weights = Tensor<float>(tensors.at("weights")).data;
  classifier.bias = Tensor<float>(tensors.at("bias"))[0];
  int right = 0;
  for (const std::string& id : exp.ids()) {
    const auto image = exp.data.image.get(id);  // empty for "train" and the checkpoints
    if (image) right += (classifier.predict(*image) > 0.5F) == id.starts_with("planes/") ? 1 : 0;
  }
  const auto losses = exp.loss.get("train");
  std::cout << file.string() << ": " << right << " of " << exp.data.image.size()
            << " right, loss from " << (*losses)[0] << " to " << losses->data.back() << "\n";
  return right == exp.data.image.size() ? 0 : 1;
}

int run() {
  make_pictures("pictures", 10);
  {
    auto exp = host::create<Experiment>("experiment.h5", {"pictures/"}, {.overwrite = true});
    // By id, by reference, by row.
    const auto image = *exp.data.image.get("planes/01.ppm");
    const auto same = exp.data.image[exp.data.image.refs()[10]];
    std::cout << "planes/01.ppm is " << to_string(image.shape) << ", source 10 "
              << to_string(same.shape) << ", labels 4 to 8:";
    for (const std::int64_t label : exp.data.label.rows(4, 8)) std::cout << " " << label;
    std::cout << "\n";
    typed::compute(exp.data.image, exp.data.brightness, mean);
    const typed::Values frog = *exp.get("frogs/01.ppm");
    std::cout << "frogs/01.ppm has:";
    for (const auto& [path, value] : frog) std::cout << " " << path;
    std::cout << "\n";
    train(exp, 10);
  }
  return evaluate("experiment.h5");
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const Error& error) {
    std::cerr << "experiment: " << error.what() << "\n";
    return 1;
  }
}
