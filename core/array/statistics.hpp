// SPDX-License-Identifier: MIT
#pragma once
// sum, mean, max and their like, along axes; medians and quantiles; covariances.
//
// Model: axes may be negative; none are all of them. The outcome is an Array that isn't computed
// before it is asked for; several of the same input are found in one pass. dtypes are NumPy's, but
// sums of floats are made in double and keep what rounding loses: the result is the nearest number,
// nearly always, for any order of blocks. `nan…` leave NaNs aside. Failure: Error, for no elements
// where there is no outcome, too.

#include <optional>
#include <string>
#include <vector>

#include "core/array/array.hpp"

namespace sheaf::np {

// Along which axes, and whether these stay, with one element.
struct Along {
  Along() = default;
  Along(std::int64_t axis, bool keepdims_ = false)
      : axes{axis}, keepdims(keepdims_), is_whole(false) {}
  Along(std::initializer_list<std::int64_t> axes_, bool keepdims_ = false)
      : axes(axes_), keepdims(keepdims_), is_whole(false) {}
  Shape axes{};
  bool keepdims = false;
  bool is_whole = axes.empty();  // all axes
};

// What elements are converted to first; what counts beside them; which of them count (broadcast).
struct Folding {
  std::optional<Dtype> dtype{};
  std::optional<Array> initial{};
  std::optional<Array> where{};
};

[[nodiscard]] Array sum(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array prod(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array nansum(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array nanprod(const Array& a, const Along& along = {}, const Folding& how = {});
// np::all is in select.hpp, for it is a slice, too.
[[nodiscard]] Array any(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array all_of(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array count_nonzero(const Array& a, const Along& along = {});

// Of texts, too. `how.dtype` isn't looked at; with `where` there must be an initial one.
[[nodiscard]] Array max(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array min(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] inline Array amax(const Array& a, const Along& along = {}, const Folding& how = {}) {
  return max(a, along, how);
}
[[nodiscard]] inline Array amin(const Array& a, const Along& along = {}, const Folding& how = {}) {
  return min(a, along, how);
}
[[nodiscard]] Array nanmax(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array nanmin(const Array& a, const Along& along = {}, const Folding& how = {});
[[nodiscard]] Array ptp(const Array& a, const Along& along = {});
// Indices of the first one, along one axis or in the flattened array.
[[nodiscard]] Array argmax(const Array& a, const Along& along = {});
[[nodiscard]] Array argmin(const Array& a, const Along& along = {});
[[nodiscard]] Array nanargmax(const Array& a, const Along& along = {});
[[nodiscard]] Array nanargmin(const Array& a, const Along& along = {});

[[nodiscard]] Array mean(const Array& a, const Along& along = {}, std::optional<Dtype> dtype = {});
[[nodiscard]] Array nanmean(const Array& a, const Along& along = {},
                            std::optional<Dtype> dtype = {});
// Divided by count - ddof.
[[nodiscard]] Array var(const Array& a, const Along& along = {}, double ddof = 0,
                        std::optional<Dtype> dtype = {});
[[nodiscard]] Array std(const Array& a, const Along& along = {}, double ddof = 0,
                        std::optional<Dtype> dtype = {});
[[nodiscard]] Array nanvar(const Array& a, const Along& along = {}, double ddof = 0,
                           std::optional<Dtype> dtype = {});
[[nodiscard]] Array nanstd(const Array& a, const Along& along = {}, double ddof = 0,
                           std::optional<Dtype> dtype = {});
struct Average {
  Array average;
  Array sum_of_weights;
};
// Weights of the array's shape, or of one axis' length.
[[nodiscard]] Average average(const Array& a, const Along& along, const Array& weights);

// Exact, whatever the size. `q` (percent for percentiles) is read at once; its axes come first.
// Methods as NumPy names them: linear, lower, higher, nearest, midpoint, hazen, weibull,
// median_unbiased, normal_unbiased, inverted_cdf, averaged_inverted_cdf, interpolated_inverted_cdf,
// closest_observation.
[[nodiscard]] Array median(const Array& a, const Along& along = {});
[[nodiscard]] Array nanmedian(const Array& a, const Along& along = {});
[[nodiscard]] Array quantile(const Array& a, const Array& q, const Along& along = {},
                             const std::string& method = "linear");
[[nodiscard]] Array percentile(const Array& a, const Array& q, const Along& along = {},
                               const std::string& method = "linear");
[[nodiscard]] Array nanquantile(const Array& a, const Array& q, const Along& along = {},
                                const std::string& method = "linear");
[[nodiscard]] Array nanpercentile(const Array& a, const Array& q, const Along& along = {},
                                  const std::string& method = "linear");

struct Covariance {
  bool rowvar = true;  // a row is a variable, columns are observations
  bool bias = false;
  std::optional<double> ddof{};
  std::optional<Array> fweights{};
  std::optional<Array> aweights{};
  std::optional<Dtype> dtype{};
};
// `y` has more variables.
[[nodiscard]] Array cov(const Array& m, const std::optional<Array>& y = {},
                        const Covariance& how = {});
[[nodiscard]] Array corrcoef(const Array& x, const std::optional<Array>& y = {},
                             const Covariance& how = {});

}  // namespace sheaf::np
