// SPDX-License-Identifier: MIT
// The preview of sheaf.spectrogram: its rows in dB, whatever scale they are stored in. Many rows
// share a column of pixels, which has their mean; they are read piece by piece.
#include "spectrogram/preview.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "draw/heat.hpp"
#include "draw/paint.hpp"

namespace sheaf::spectrogram {
namespace {

constexpr std::int64_t piece_elements = 262'144;

double number_of(const sdk::Stored& stored, std::string_view name) {
  const auto value = stored.attr(name);
  if (!value || value->size() != 1 || !(value->dtype() == sdk::dtype_of<double>())) return 0;
  return value->elements<double>()[0];
}

std::vector<double> frequencies_of(const sdk::Stored& stored, std::size_t bins) {
  const auto value = stored.attr("frequencies");
  if (!value || value->size() != bins || !(value->dtype() == sdk::dtype_of<double>())) return {};
  const auto elements = value->elements<double>();
  return {elements.begin(), elements.end()};
}

std::string unit_of(const sdk::Stored& stored) {
  const auto value = stored.attr("unit");
  return value && value->dtype() == sdk::utf8 && value->size() == 1 ? value->strings()[0] : "dB";
}

void to_decibels(std::span<float> values, const std::string& unit) {
  if (unit == "dB") return;
  constexpr float floor_power = 1e-10F;
  const float per_ln = 10 / std::log(10.0F);
  for (float& value : values) {
    value = unit == "power" ? 10 * std::log10(std::max(value, floor_power)) : value * per_ln;
  }
}

draw::Matrix decibels_of(const sdk::Stored& stored, std::int64_t rows, std::size_t bins,
                         std::size_t columns) {
  const std::string unit = unit_of(stored);
  draw::ColumnMeans means(static_cast<std::size_t>(rows), bins, columns);
  const std::int64_t most =
      std::max<std::int64_t>(piece_elements / static_cast<std::int64_t>(bins), 1);
  std::vector<float> piece;
  for (std::int64_t at = 0; at < rows; at += most) {
    stored.check_cancelled();
    const std::int64_t stop = std::min(at + most, rows);
    piece.resize(static_cast<std::size_t>(stop - at) * bins);
    stored.read_bytes(0, at, stop, std::as_writable_bytes(std::span(piece)));
    to_decibels(piece, unit);
    for (std::size_t i = 0; i < piece.size(); i += bins) {
      means.add(std::span(piece).subspan(i, bins));
    }
  }
  return means.take();
}

}  // namespace

void SpectrogramPreview::declare(sdk::Preview<SpectrogramPreview>& preview) {
  preview.makes(SHEAF_PREVIEW_RGBA | SHEAF_PREVIEW_SVG);
  preview.parameter("range", &SpectrogramPreview::range_, "dB from black to white").range(1, 300);
}

void SpectrogramPreview::render(const sdk::Stored& stored, sdk::Canvas& canvas) const {
  const auto rows = stored.rows();
  const auto item = stored.item_shape();
  if (item.size() != 1 || item[0] < 1 || !(stored.output().dtype == sdk::dtype_of<float>())) {
    throw sdk::Error("isn't rows of float32, as sheaf.spectrogram stores them");
  }
  const auto bins = static_cast<std::size_t>(item[0]);
  draw::HeatPlot plot;
  plot.decibels = decibels_of(stored, std::max<std::int64_t>(rows, 0), bins, canvas.width());
  plot.range = range_;
  plot.frequencies = frequencies_of(stored, bins);
  const double frame_rate = number_of(stored, "frame_rate");
  plot.seconds = frame_rate > 0 ? static_cast<double>(rows) / frame_rate : 0;
  plot.headline = (frame_rate > 0 ? draw::duration(plot.seconds) + ", " : "") +
                  std::to_string(rows) + " frames, " + std::to_string(bins) + " bands";
  draw::paint(canvas, canvas.width(), std::min(canvas.height(), std::max(canvas.width() / 2, 96U)),
              [&](draw::Surface& surface) { draw::draw_heat(surface, plot); });
}

}  // namespace sheaf::spectrogram
