// SPDX-License-Identifier: MIT
#pragma once
// The typed file that these tests play with, and a brute-force model of what it holds.

#include <cstdint>
#include <string>
#include <vector>

#include "core/typed/checkpoints.hpp"
#include "core/typed/file.hpp"

namespace sheaf::test {

struct Experiment : typed::File {
  struct Data : typed::Group {
    typed::Feature<std::uint8_t> image{at("image"), {.item = Shape{2, 3}}};
    typed::Feature<std::int64_t> label{at("label")};
    typed::Feature<float> sound{at("sound"), {.ragged = typed::Ragged::Always}};
  } data{at("data")};
  struct Logs : typed::Group {
    typed::Array<float> loss{at("loss")};
    typed::Array<std::string> note{at("note")};
  } logs{at("logs")};
  typed::Checkpoints checkpoints{at("checkpoints")};
};

// `rows` rows of 2 × 3, counting from `first`.
inline typed::Tensor<std::uint8_t> image(std::int64_t rows, int first) {
  std::vector<std::uint8_t> elements(static_cast<std::size_t>(rows) * 6);
  for (std::size_t at = 0; at < elements.size(); ++at) {
    elements[at] = static_cast<std::uint8_t>(first + static_cast<int>(at));
  }
  return {{rows, 2, 3}, elements};
}

inline typed::Tensor<float> sound(std::int64_t rows, std::int64_t channels, float first) {
  std::vector<float> elements(static_cast<std::size_t>(rows * channels));
  for (std::size_t at = 0; at < elements.size(); ++at) {
    elements[at] = first + static_cast<float>(at);
  }
  return {{rows, channels}, elements};
}

// Sources "0" … with i + 1 images, a label each, a sound where i is even.
inline void fill(Experiment& exp, int sources) {
  for (int i = 0; i < sources; ++i) {
    typed::Values values{{"image", image(i + 1, i)},
                         {"label", std::vector<std::int64_t>(std::size_t(i) + 1, i)}};
    if (i % 2 == 0) values.set("sound", sound(i + 1, 2, float(i)));
    exp.data.add(std::to_string(i), values);
  }
}

}  // namespace sheaf::test
