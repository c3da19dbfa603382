// SPDX-License-Identifier: MIT
// interp: values between points, on straight lines.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/array/engine/ufunc.hpp"
#include "core/array/logic.hpp"
#include "core/array/math.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

using Points = std::vector<double>;

// The points, in memory; fp has a part for the imaginary numbers too, or none.
struct Line {
  Points xp;
  std::vector<Points> fp;  // real, imaginary
  std::vector<double> left;
  std::vector<double> right;
  double period = 0;  // 0: none
};

double between(const Line& line, std::size_t part, std::size_t at, double x) {
  const Points& xp = line.xp;
  const Points& fp = line.fp[part];
  if (at + 1 == xp.size() || xp[at] == x) return fp[at];
  const double slope = (fp[at + 1] - fp[at]) / (xp[at + 1] - xp[at]);
  double value = slope * (x - xp[at]) + fp[at];
  if (std::isnan(value)) {
    value = slope * (x - xp[at + 1]) + fp[at + 1];
    if (std::isnan(value) && fp[at] == fp[at + 1]) value = fp[at];
  }
  return value;
}

double value_at(const Line& line, std::size_t part, double x) {
  if (std::isnan(x) && line.xp.size() > 1) return x;  // of one point its value, as NumPy
  if (x > line.xp.back()) return line.right[part];
  if (x < line.xp.front()) return line.left[part];
  const auto above = std::ranges::upper_bound(line.xp, x);
  return between(line, part, static_cast<std::size_t>(above - line.xp.begin()) - 1, x);
}

// Python's %.
double within(double x, double period) {
  const double rest = std::fmod(x, period);
  return rest < 0 ? rest + period : rest;
}

class Interpolated : public Node {
 public:
  Interpolated(NodePtr x, Line line)
      : Node(line.fp.size() == 2 ? complex128 : float64, x->shape()),
        x_(std::move(x)),
        line_(std::move(line)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const Pass::BufferPtr block = pass.read(x_, box);
    out.reset(dtype(), box.size());
    const std::size_t parts = line_.fp.size();
    auto* to = out.as<double>();
    for (std::int64_t at = 0; at < out.count(); ++at) {
      double x = block->as<double>()[at];
      if (line_.period != 0) x = within(x, line_.period);
      for (std::size_t part = 0; part < parts; ++part) *to++ = value_at(line_, part, x);
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {x_}; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  NodePtr x_;
  Line line_;
};

Points in_order(const Points& points, const std::vector<std::size_t>& order) {
  Points sorted;
  for (const std::size_t at : order) sorted.push_back(points[at]);
  return sorted;
}

// Sorted within a period, and a point of the neighbouring one on either side.
void make_periodic(Line& line, double period) {
  line.period = std::abs(period);
  for (double& x : line.xp) x = within(x, line.period);
  std::vector<std::size_t> order(line.xp.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t at) { return line.xp[at]; });
  line.xp = in_order(line.xp, order);
  const double first = line.xp.front() + line.period;
  line.xp.insert(line.xp.begin(), line.xp.back() - line.period);
  line.xp.push_back(first);
  for (Points& fp : line.fp) {
    fp = in_order(fp, order);
    const double start = fp.front();
    fp.insert(fp.begin(), fp.back());
    fp.push_back(start);
  }
}

}  // namespace

Array interp(const Array& x, const Array& xp, const Array& fp, const InterpOptions& options) {
  if (xp.ndim() != 1 || fp.ndim() != 1 || xp.shape() != fp.shape() || xp.size() == 0) {
    throw Error(ErrorCode::Invalid, "interp",
                "takes as many values as points, at least one; xp is " + to_string(xp.shape()) +
                    " and fp " + to_string(fp.shape()));
  }
  if (options.period && *options.period == 0) {
    throw Error(ErrorCode::Invalid, "interp", "'period' is 0");
  }
  Line line{doubles_of(xp), {doubles_of(real(fp))}, {}, {}};
  if (iscomplexobj(fp)) line.fp.push_back(doubles_of(imag(fp)));
  if (options.period) make_periodic(line, *options.period);
  const bool is_bounded = !options.period;  // NumPy ignores left and right beside a period
  for (std::size_t part = 0; part < line.fp.size(); ++part) {
    const auto side = [&](const std::optional<double>& given, double otherwise) {
      return given && is_bounded ? (part == 0 ? *given : 0.0) : otherwise;
    };
    line.left.push_back(side(options.left, line.fp[part].front()));
    line.right.push_back(side(options.right, line.fp[part].back()));
  }
  return Array(std::make_shared<Interpolated>(as_dtype(x.node(), float64), std::move(line)));
}

}  // namespace sheaf::np
