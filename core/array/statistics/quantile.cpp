// SPDX-License-Identifier: MIT
// median, quantile, percentile.
#include <cmath>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/statistics/quantile_method.hpp"
#include "core/array/statistics/ranks.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

class Quantile : public FoundAtOnce {
 public:
  // `input`: the axes of lines first. Result axes are those of q, then those of lines, with axes of
  // one element at `kept_places`.
  Quantile(NodePtr input, std::size_t line_axes, Dtype dtype, Shape shape, Shape kept_places,
           std::vector<double> q, Method method, bool skips)
      : FoundAtOnce(dtype, std::move(shape)),
        input_(std::move(input)),
        line_axes_(line_axes),
        kept_places_(std::move(kept_places)),
        q_(std::move(q)),
        method_(std::move(method)),
        skips_(skips) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }

 private:
  void find(const Node& result) const override {
    if (size() == 0) return;
    with_type(input_->dtype(), [&]<class T>(std::type_identity<T>) {
      if constexpr (!Complex<T>) find_all<T>(result);
    });
  }
  [[nodiscard]] Shape line_shape() const {
    const Shape& all = input_->shape();
    return {all.begin(), all.begin() + static_cast<long>(line_axes_)};
  }
  [[nodiscard]] Shape line_grain() const {
    Shape grain = input_->grain();
    grain.resize(std::min(grain.size(), line_axes_));
    return grain;
  }
  [[nodiscard]] std::int64_t length() const {
    return input_->size() / std::max<std::int64_t>(1, element_count(line_shape()));
  }

  // Where lines of a box stand in the result, for all q.
  [[nodiscard]] Box result_box(const Box& lines) const {
    Box box = Box::whole(shape());
    const std::size_t q_axes = shape().size() - line_axes_ - kept_places_.size();
    std::size_t next = 0;
    for (std::size_t axis = q_axes; axis < shape().size(); ++axis) {
      if (std::ranges::count(kept_places_, static_cast<std::int64_t>(axis)) > 0) continue;
      box.first[axis] = lines.first[next];
      box.count[axis] = lines.count[next++];
    }
    return box;
  }

  template <class T>
  void find_all(const Node& result) const {
    const Shape lines = line_shape();
    const Budget budget = budget_for({input_});
    const auto room = static_cast<std::int64_t>(options().max_memory / budget.threads / 4);
    const auto found_bytes = static_cast<std::int64_t>(q_.size() * dtype().size());
    const std::int64_t line_bytes =
        std::max<std::int64_t>(1, length()) * static_cast<std::int64_t>(sizeof(T)) + found_bytes;
    if (reads_whole_lines(room / line_bytes)) {
      // What is in order anyway is taken in blocks for the cache, else as much as there is room.
      const bool is_view = input_->grain().empty() == false;
      const std::int64_t elements =
          is_view ? room / static_cast<std::int64_t>(sizeof(T)) : budget.block_elements;
      const std::int64_t most =
          std::max<std::int64_t>(1, elements * static_cast<std::int64_t>(sizeof(T)) / line_bytes);
      const Blocks blocks(lines, block_extents(lines, line_grain(), most));
      run_tasks(blocks.count(), budget.threads, {input_}, [&](std::int64_t number, Pass& pass) {
        find_in_memory<T>(blocks.at(number), result, pass);
      });
      return;
    }
    const std::int64_t each = (std::int64_t{8} << 10U) + 8 * found_bytes;
    const auto most = std::max<std::int64_t>(1, std::min(room / each, budget.block_elements / 64));
    const Blocks groups(lines, block_extents(lines, line_grain(), most));
    for (std::int64_t number = 0; number < groups.count(); ++number) {
      find_by_passes<T>(groups.at(number), result);
    }
  }

  // Whether to read some lines at a time, whole; else their elements are counted in passes.
  [[nodiscard]] bool reads_whole_lines(std::int64_t fitting) const {
    const std::int64_t lines = element_count(line_shape());
    if (fitting < 1) return false;
    if (fitting >= lines || input_->grain().empty()) return true;
    const Shape grain = line_grain();  // of several lines that are next to each other
    const std::int64_t near = std::max<std::int64_t>(grain.empty() ? 1 : grain.back(), 64);
    return fitting >= std::min(near, lines);
  }

  template <class T>
  void find_in_memory(const Box& lines, const Node& result, Pass& pass) const {
    Box box = Box::whole(input_->shape());
    std::ranges::copy(lines.first, box.first.begin());
    std::ranges::copy(lines.count, box.count.begin());
    const Pass::BufferPtr block = pass.read(input_, box);
    const std::int64_t count = lines.size();
    const std::int64_t all = length();
    const auto found = pass.scratch();
    found->reset(dtype(), count * static_cast<std::int64_t>(q_.size()));
    std::vector<T> line;
    std::vector<Place> places;
    std::vector<std::int64_t> ranks;
    std::int64_t placed = -1;  // of so many numbers
    for (std::int64_t at = 0; at < count; ++at) {
      const T* from = block->as<T>() + at * all;
      line.clear();
      std::copy_if(from, from + all, std::back_inserter(line),
                   [](const T& x) { return !is_nan(x); });
      const auto numbers = static_cast<std::int64_t>(line.size());
      if (gives_nan(numbers, all - numbers)) {
        put_nans<T>(*found, at, count);
        continue;
      }
      if (numbers != placed) places_of(placed = numbers, places, ranks);
      put_in_place(line, ranks);
      for (std::size_t q = 0; q < places.size(); ++q) {
        put<T>(*found, static_cast<std::int64_t>(q) * count + at, places[q],
               line[static_cast<std::size_t>(places[q].low)],
               line[static_cast<std::size_t>(places[q].high)]);
      }
    }
    result.write(result_box(lines), *found);
  }

  template <class T>
  void find_by_passes(const Box& lines, const Node& result) const {
    RankSearch<T> search({input_, line_axes_, lines, input_->grain()});
    search.begin();
    using Target = typename RankSearch<T>::Target;
    std::vector<Target> targets;
    std::vector<Place> places;
    std::vector<std::int64_t> ranks;
    for (std::int64_t line = 0; line < lines.size(); ++line) {
      if (gives_nan(search.numbers(line), search.nans(line))) continue;
      places_of(search.numbers(line), places, ranks);
      for (const std::int64_t rank : ranks) targets.push_back({line, rank});
    }
    search.find(targets);
    Buffer found;
    found.reset(dtype(), lines.size() * static_cast<std::int64_t>(q_.size()));
    auto target = targets.begin();
    for (std::int64_t line = 0; line < lines.size(); ++line) {
      if (gives_nan(search.numbers(line), search.nans(line))) {
        put_nans<T>(found, line, lines.size());
        continue;
      }
      places_of(search.numbers(line), places, ranks);
      const auto of_rank = [&](std::int64_t rank) {
        const auto index = std::ranges::lower_bound(ranks, rank) - ranks.begin();
        return KeyOf<T>::element((target + index)->prefix);
      };
      for (std::size_t q = 0; q < places.size(); ++q) {
        put<T>(found, static_cast<std::int64_t>(q) * lines.size() + line, places[q],
               of_rank(places[q].low), of_rank(places[q].high));
      }
      target += static_cast<long>(ranks.size());
    }
    result.write(result_box(lines), found);
  }

  [[nodiscard]] bool gives_nan(std::int64_t numbers, std::int64_t nans) const {
    return numbers == 0 || (!skips_ && nans > 0);
  }

  // Ranks: each once, in order.
  void places_of(std::int64_t numbers, std::vector<Place>& places,
                 std::vector<std::int64_t>& ranks) const {
    places.clear();
    ranks.clear();
    for (const double q : q_) {
      places.push_back(method_.place(numbers, q));
      ranks.push_back(places.back().low);
      ranks.push_back(places.back().high);
    }
    std::ranges::sort(ranks);
    ranks.erase(std::ranges::unique(ranks).begin(), ranks.end());
  }

  // Each rank's element to its place; greater ones behind it.
  template <class T>
  static void put_in_place(std::vector<T>& line, const std::vector<std::int64_t>& ranks) {
    auto first = line.begin();
    if (ranks.size() > 16) return std::sort(line.begin(), line.end());
    for (const std::int64_t rank : ranks) {
      const auto place = line.begin() + rank;
      std::nth_element(first, place, line.end());
      first = place + 1;
    }
  }

  template <class T>
  void put(Buffer& found, std::int64_t at, const Place& place, T low, T high) const {
    if (method_.gives == Gives::Element) {
      found.as<T>()[at] = low;
    } else if (method_.gives == Gives::Between) {
      found.as<double>()[at] = between(low, high, place.gamma);
    } else {
      using Out = decltype(middle(low, high));
      found.as<Out>()[at] = middle(low, high);
    }
  }

  template <class T>
  void put_nans(Buffer& found, std::int64_t at, std::int64_t step) const {
    for (std::int64_t place = at; place < found.count(); place += step) {
      with_type(dtype(), [&]<class Out>(std::type_identity<Out>) {
        if constexpr (Real<Out>) {
          found.as<Out>()[place] = static_cast<Out>(std::numeric_limits<float>::quiet_NaN());
        }
      });
    }
  }

  NodePtr input_;
  std::size_t line_axes_;
  Shape kept_places_;
  std::vector<double> q_;
  Method method_;
  bool skips_;
};

struct Asked {
  const char* name;
  Method method;
  Shape q_shape;
  std::vector<double> q;
  bool skips;
};

void require_real(const Array& a, const Asked& asked) {
  require_numbers(a, asked.name);
  const bool is_bool = a.dtype() == boolean && asked.method.gives == Gives::Between;
  if (a.dtype().kind != DtypeKind::Complex && !is_bool) return;
  throw Error(ErrorCode::Invalid, asked.name,
              "isn't there for " + a.dtype().name() + "; convert it (astype)");
}

Array quantiles(const Array& a, const Along& along, Asked asked) {
  require_real(a, asked);
  const Shape reduced_axes = axes_of(along, a.ndim());
  Shape order;
  Shape shape = asked.q_shape;
  Shape kept_places;
  std::int64_t length = 1;
  for (std::size_t axis = 0; axis < a.ndim(); ++axis) {
    const std::int64_t count = a.shape()[axis];
    if (std::ranges::count(reduced_axes, static_cast<std::int64_t>(axis)) == 0) {
      order.push_back(static_cast<std::int64_t>(axis));
      shape.push_back(count);
      continue;
    }
    length *= count;
    if (!along.keepdims) continue;
    kept_places.push_back(static_cast<std::int64_t>(shape.size()));
    shape.push_back(1);
  }
  const bool may_be_empty = asked.skips || asked.method.gives == Gives::Middle;
  if (length == 0 && element_count(shape) > 0 && !may_be_empty) {
    throw Error(ErrorCode::Invalid, asked.name,
                "has no outcome for no elements (shape " + to_string(a.shape()) + ")");
  }
  const std::size_t lines = order.size();
  order.insert(order.end(), reduced_axes.begin(), reduced_axes.end());
  const NodePtr turned = std::ranges::is_sorted(order) ? a.node() : transposed(a.node(), order);
  const bool is_whole = a.dtype().kind != DtypeKind::Float;
  const bool is_own =
      asked.method.gives == Gives::Element || (asked.method.gives == Gives::Middle && !is_whole);
  return Array(std::make_shared<Quantile>(turned, lines, is_own ? a.dtype() : float64, shape,
                                          kept_places, std::move(asked.q), asked.method,
                                          asked.skips));
}

Asked asked_for_middle(bool skips, const char* name) {
  Asked asked{name, Method{}, {}, {0.5}, skips};
  asked.method.gives = Gives::Middle;
  return asked;
}

Asked asked_for(const Array& q, double most, const std::string& method, bool skips,
                const char* name) {
  Asked asked{name, method_of(method), q.shape(), doubles_of(q), skips};
  for (double& one : asked.q) {
    if (!(one >= 0 && one <= most)) {
      throw Error(ErrorCode::Invalid, name,
                  most == 1 ? "takes quantiles from 0 to 1" : "takes percentiles from 0 to 100");
    }
    one /= most;
  }
  return asked;
}

}  // namespace

Shape extents_of(const Lines& lines, std::int64_t most) {
  Shape extents = block_extents(lines.box.count, {}, most);
  const std::int64_t taken = std::max<std::int64_t>(1, element_count(extents));
  const auto split = static_cast<long>(lines.axes);
  const Shape& shape = lines.node->shape();
  Shape grain;
  if (lines.grain.size() == shape.size()) {
    grain.assign(lines.grain.begin() + split, lines.grain.end());
  }
  const Shape rest = block_extents({shape.begin() + split, shape.end()}, grain, most / taken);
  extents.insert(extents.end(), rest.begin(), rest.end());
  return extents;
}

Array median(const Array& a, const Along& along) {
  return quantiles(a, along, asked_for_middle(false, "median"));
}
Array nanmedian(const Array& a, const Along& along) {
  return quantiles(a, along, asked_for_middle(true, "nanmedian"));
}
Array quantile(const Array& a, const Array& q, const Along& along, const std::string& method) {
  return quantiles(a, along, asked_for(q, 1, method, false, "quantile"));
}
Array percentile(const Array& a, const Array& q, const Along& along, const std::string& method) {
  return quantiles(a, along, asked_for(q, 100, method, false, "percentile"));
}
Array nanquantile(const Array& a, const Array& q, const Along& along, const std::string& method) {
  return quantiles(a, along, asked_for(q, 1, method, true, "nanquantile"));
}
Array nanpercentile(const Array& a, const Array& q, const Along& along, const std::string& method) {
  return quantiles(a, along, asked_for(q, 100, method, true, "nanpercentile"));
}

}  // namespace sheaf::np
