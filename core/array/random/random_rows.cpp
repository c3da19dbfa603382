// SPDX-License-Identifier: MIT
// Distributions of vectors: rows along a last axis.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <numeric>

#include <boost/random/binomial_distribution.hpp>

#include "core/array/engine/evaluate.hpp"
#include "core/array/options.hpp"
#include "core/array/random.hpp"
#include "core/array/random/drawn.hpp"
#include "core/array/random/samplers.hpp"

namespace sheaf::np::random {
namespace {

// An element of a row comes of the whole row: a box makes all rows that it touches; those that are
// longer than blocks are made once for all boxes that have parts of them.
template <class T>
class Rows : public Node {
 public:
  using Row = std::vector<T>;
  using Fill = std::function<void(Stream& stream, std::uint64_t first, Row& row)>;

  // `fill` makes the row whose first element has that place in the array.
  Rows(const State& key, Shape shape, Fill fill)
      : Node(std::is_same_v<T, double> ? float64 : int64, std::move(shape)),
        key_(key),
        fill_(std::move(fill)) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(dtype(), box.size());
    const auto length = static_cast<std::uint64_t>(shape().back());
    const Shape lead(shape().begin(), shape().end() - 1);
    const Box rows{{box.first.begin(), box.first.end() - 1},
                   {box.count.begin(), box.count.end() - 1}};
    if (box.size() == 0) return;
    const bool is_part = length > longest && box.count.back() < shape().back();
    Row own(is_part ? 0 : length);
    Stream stream(key_);
    T* to = out.as<T>();
    for_each_place(lead, rows, [&](std::int64_t, std::int64_t number) {
      std::shared_ptr<const Row> common;
      if (is_part) {
        common = common_row(number);
      } else {
        fill_(stream, static_cast<std::uint64_t>(number) * length, own);
      }
      const Row& row = is_part ? *common : own;
      to = std::copy_n(row.begin() + box.first.back(), box.count.back(), to);
    });
  }
  [[nodiscard]] Shape grain() const override {
    Shape whole_rows(shape().size(), 1);
    whole_rows.back() = shape().back();
    return whole_rows;
  }

 private:
  static constexpr std::uint64_t longest = 1 << 14;  // of rows that are made for each box

  [[nodiscard]] std::shared_ptr<const Row> common_row(std::int64_t number) const {
    const std::lock_guard lock(mutex_);
    if (!common_ || common_number_ != number) {
      const auto row = std::make_shared<Row>(static_cast<std::size_t>(shape().back()));
      Stream stream(key_);
      fill_(stream, static_cast<std::uint64_t>(number) * row->size(), *row);
      common_ = row;
      common_number_ = number;
    }
    return common_;
  }

  State key_;
  Fill fill_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Row> common_;
  mutable std::int64_t common_number_ = 0;
};

using Numbers = std::vector<double>;

// What every row needs is kept in memory. Of one axis it is as long as a row, and each thread has a
// row, too.
Numbers numbers(const std::string& name, const Array& of, std::size_t axes) {
  if (of.ndim() != axes) {
    refuse(name, "takes a parameter of " + std::to_string(axes) + " axes; it has the shape " +
                     to_string(of.shape()));
  }
  const std::size_t copies = axes == 1 ? budget_for({of.node()}).threads + 4 : 1;
  const std::size_t most = options().max_memory / 4 / copies / sizeof(double);
  if (static_cast<std::size_t>(of.size()) > most) {
    refuse(name, "has a parameter of the shape " + to_string(of.shape()) +
                     "; with this max_memory it may have " + std::to_string(most) + " elements");
  }
  const Value value = of.astype(float64).load();
  Numbers all(static_cast<std::size_t>(of.size()));
  if (!all.empty()) std::memcpy(all.data(), value.bytes.data(), value.bytes.size());
  return all;
}

Shape shape_of_rows(const std::string& name, const Size& size, std::size_t length) {
  Shape shape = drawn_shape(name, {}, size);
  shape.push_back(static_cast<std::int64_t>(length));
  return shape;
}

// The lower triangle L with L L' = cov, for a matrix that may be singular.
Numbers cholesky(Numbers cov, std::size_t n) {
  Numbers deviations(n);
  for (std::size_t at = 0; at < n; ++at) deviations[at] = std::sqrt(std::abs(cov[at * n + at]));
  const double largest = n == 0 ? 0 : *std::ranges::max_element(deviations);
  // Columns may have units of their own; what rounding leaves may be of the largest one.
  const auto nothing = [&](std::size_t row, std::size_t column) {
    return 1e-8 * deviations[row] * deviations[column] + 1e-15 * largest * largest;
  };
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      const double difference = cov[row * n + column] - cov[column * n + row];
      if (!(std::abs(difference) <= nothing(row, column))) {
        refuse("multivariate_normal", "takes a symmetric cov");
      }
    }
  }
  for (std::size_t column = 0; column < n; ++column) {
    const auto below = [&](std::size_t row) {
      double sum = cov[row * n + column];
      for (std::size_t at = 0; at < column; ++at) sum -= cov[row * n + at] * cov[column * n + at];
      return sum;
    };
    const double square = below(column);
    if (!(square >= -nothing(column, column))) {
      refuse("multivariate_normal", "takes a cov without negative eigenvalues");
    }
    const double variance = deviations[column] * deviations[column];
    const double pivot = square <= variance * 1e-15 ? 0 : std::sqrt(square);
    for (std::size_t row = column + 1; row < n; ++row) {
      const double left = below(row);
      if (pivot == 0 && std::abs(left) > nothing(row, column)) {
        refuse("multivariate_normal", "takes a cov without negative eigenvalues");
      }
      cov[row * n + column] = pivot == 0 ? 0 : left / pivot;
    }
    cov[column * n + column] = pivot;
  }
  return cov;
}

}  // namespace

Array dirichlet(const Array& alpha, const Size& size, Generator& from) {
  const auto shapes = std::make_shared<const Numbers>(numbers("dirichlet", alpha, 1));
  if (std::ranges::any_of(*shapes, [](double one) { return one <= 0; })) {
    refuse("dirichlet", "takes alpha > 0");
  }
  const bool are_numbers =
      std::ranges::none_of(*shapes, [](double one) { return std::isnan(one); });
  const auto fill = [shapes, are_numbers](Stream& stream, std::uint64_t first, Numbers& row) {
    if (!are_numbers) {
      std::ranges::fill(row, std::numeric_limits<double>::quiet_NaN());
      return;
    }
    for (std::size_t at = 0; at < row.size(); ++at) {
      stream.start(first + at);
      row[at] = log_gamma_of(stream, (*shapes)[at]);
    }
    const double most = *std::ranges::max_element(row);
    for (double& one : row) one = std::exp(one - most);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (double& one : row) one /= sum;
  };
  const Shape shape = shape_of_rows("dirichlet", size, shapes->size());
  return Array(std::make_shared<Rows<double>>(from.next_call(), shape, fill));
}

Array multinomial(std::int64_t n, const Array& pvals, const Size& size, Generator& from) {
  const auto p = std::make_shared<const Numbers>(numbers("multinomial", pvals, 1));
  const bool are_probabilities =
      std::ranges::all_of(*p, [](double one) { return one >= 0 && one <= 1; });
  const double but_last = p->empty() ? 0 : std::accumulate(p->begin(), p->end() - 1, 0.0);
  if (n < 0 || !are_probabilities || but_last > 1 + 1e-12) {
    refuse("multinomial", "takes n ≥ 0, and pvals ≥ 0 whose sum is 1");
  }
  const auto fill = [n, p](Stream& stream, std::uint64_t first, std::vector<std::int64_t>& row) {
    std::int64_t left = n;
    double rest = 1;
    for (std::size_t at = 0; at < row.size(); ++at) {
      const double part = at + 1 == row.size() ? 1 : rest > 0 ? std::min(1.0, (*p)[at] / rest) : 0;
      row[at] = part == 1 ? left : 0;
      if (part > 0 && part < 1 && left > 0) {
        stream.start(first + at);
        row[at] = boost::random::binomial_distribution<std::int64_t, double>(left, part)(stream);
      }
      left -= row[at];
      rest -= (*p)[at];
    }
  };
  const Shape shape = shape_of_rows("multinomial", size, p->size());
  return Array(std::make_shared<Rows<std::int64_t>>(from.next_call(), shape, fill));
}

Array multivariate_normal(const Array& mean, const Array& cov, const Size& size, Generator& from) {
  const auto middle = std::make_shared<const Numbers>(numbers("multivariate_normal", mean, 1));
  const std::size_t n = middle->size();
  if (cov.shape() != Shape{mean.size(), mean.size()}) {
    refuse("multivariate_normal", "has a mean of the shape " + to_string(mean.shape()) +
                                      " and a cov of the shape " + to_string(cov.shape()));
  }
  const auto root =
      std::make_shared<const Numbers>(cholesky(numbers("multivariate_normal", cov, 2), n));
  const auto fill = [=](Stream& stream, std::uint64_t first, Numbers& row) {
    Numbers standard(n);
    for (std::size_t at = 0; at < n; ++at) {
      stream.start(first + at);
      standard[at] = standard_normal_of(stream);
    }
    for (std::size_t at = 0; at < n; ++at) {
      row[at] = std::inner_product(
          standard.begin(), standard.begin() + static_cast<std::ptrdiff_t>(at) + 1,
          root->begin() + static_cast<std::ptrdiff_t>(at * n), (*middle)[at]);
    }
  };
  const Shape shape = shape_of_rows("multivariate_normal", size, n);
  return Array(std::make_shared<Rows<double>>(from.next_call(), shape, fill));
}

}  // namespace sheaf::np::random
