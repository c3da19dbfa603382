// SPDX-License-Identifier: MIT
// sum, mean, max and their like, by name.
#include "core/array/statistics.hpp"

#include "core/array/cumulative.hpp"
#include "core/array/histogram.hpp"
#include "core/array/script/argument.hpp"

namespace sheaf::np::script {
namespace {

// `initial` stands behind `keepdims`, and `where` behind it.
Folding folding(const Arguments& in, std::size_t dtype_place, std::size_t initial_place) {
  return {in.dtype(dtype_place, "dtype"), in.array_if(initial_place, "initial"),
          in.array_if(initial_place + 1, "where")};
}

void add_totals(Functions& all) {
  using Total = Array (*)(const Array&, const Along&, const Folding&);
  for (const auto& [name, total] : {std::pair<const char*, Total>{"sum", sum},
                                    {"prod", prod},
                                    {"nansum", nansum},
                                    {"nanprod", nanprod}}) {
    all[name] = [total = total](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "dtype", "", "keepdims", "initial", "where"});
      return total(in.array(0, "a"), in.along(1, 4), folding(in, 2, 5));
    };
  }
  for (const auto& [name, extreme] : {std::pair<const char*, Total>{"max", max},
                                      {"amax", max},
                                      {"min", min},
                                      {"amin", min},
                                      {"nanmax", nanmax},
                                      {"nanmin", nanmin}}) {
    all[name] = [extreme = extreme](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "", "keepdims", "initial", "where"});
      return extreme(in.array(0, "a"), in.along(1, 3), folding(in, by_name, 4));
    };
  }
  for (const auto& [name, truth] : {std::pair<const char*, Total>{"all", all_of}, {"any", any}}) {
    all[name] = [truth = truth](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "", "keepdims", "where"}, 4);
      const Folding how{.where = in.array_if(by_name, "where")};
      return truth(in.array(0, "a"), in.along(1, 3), how);
    };
  }
}

void add_places(Functions& all) {
  using Place = Array (*)(const Array&, const Along&);
  for (const auto& [name, place] : {std::pair<const char*, Place>{"argmax", argmax},
                                    {"argmin", argmin},
                                    {"nanargmax", nanargmax},
                                    {"nanargmin", nanargmin},
                                    {"count_nonzero", count_nonzero},
                                    {"ptp", ptp}}) {
    all[name] = [place = place](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "", "keepdims"});
      return place(in.array(0, "a"), in.along(1, 3));
    };
  }
}

void add_moments(Functions& all) {
  using Mean = Array (*)(const Array&, const Along&, std::optional<Dtype>);
  for (const auto& [name, mean_of] :
       {std::pair<const char*, Mean>{"mean", mean}, {"nanmean", nanmean}}) {
    all[name] = [mean_of = mean_of](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "dtype", "", "keepdims"});
      return mean_of(in.array(0, "a"), in.along(1, 4), in.dtype(2, "dtype"));
    };
  }
  using Spread = Array (*)(const Array&, const Along&, double, std::optional<Dtype>);
  for (const auto& [name, spread] : {std::pair<const char*, Spread>{"var", var},
                                     {"std", std},
                                     {"nanvar", nanvar},
                                     {"nanstd", nanstd}}) {
    all[name] = [spread = spread](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "dtype", "", "ddof", "keepdims"});
      return spread(in.array(0, "a"), in.along(1, 5), in.real(4, "ddof", 0), in.dtype(2, "dtype"));
    };
  }
  all["average"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "axis", "weights", "returned", "keepdims"}, 4);
    const Array a = in.array(0, "a");
    const Along along = in.along(1, by_name);
    const bool returned = in.flag(3, "returned", false);
    if (!in.has(2, "weights")) {
      if (returned) in.refuse("returned", "goes with weights");
      return mean(a, along);
    }
    const Average found = average(a, along, in.array(2, "weights"));
    if (!returned) return found.average;
    return {List{found.average, found.sum_of_weights}, true};
  };
}

void add_quantiles(Functions& all) {
  using Median = Array (*)(const Array&, const Along&);
  for (const auto& [name, found] :
       {std::pair<const char*, Median>{"median", median}, {"nanmedian", nanmedian}}) {
    all[name] = [found = found](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "", "", "keepdims"});
      return found(in.array(0, "a"), in.along(1, 4));
    };
  }
  using Quantile = Array (*)(const Array&, const Array&, const Along&, const std::string&);
  for (const auto& [name, found] : {std::pair<const char*, Quantile>{"quantile", quantile},
                                    {"percentile", percentile},
                                    {"nanquantile", nanquantile},
                                    {"nanpercentile", nanpercentile}}) {
    all[name] = [found = found](const Arguments& in) -> Argument {
      in.allow({"a", "q", "axis", "", "", "method", "keepdims"});
      return found(in.array(0, "a"), in.array(1, "q"), in.along(2, 6),
                   in.text(5, "method", "linear"));
    };
  }
}

void add_cumulative(Functions& all) {
  using Cumulate = Array (*)(const Array&, std::optional<std::int64_t>, std::optional<Dtype>);
  for (const auto& [name, cumulate] : {std::pair<const char*, Cumulate>{"cumsum", cumsum},
                                       {"cumprod", cumprod},
                                       {"nancumsum", nancumsum},
                                       {"nancumprod", nancumprod}}) {
    all[name] = [cumulate = cumulate](const Arguments& in) -> Argument {
      in.allow({"a", "axis", "dtype", ""});
      return cumulate(in.array(0, "a"), in.integer_if(1, "axis"), in.dtype(2, "dtype"));
    };
  }
  all["trapz"] = [](const Arguments& in) -> Argument {
    in.allow({"y", "x", "dx", "axis"});
    return trapz(in.array(0, "y"), in.array_if(1, "x"), in.array_if(2, "dx").value_or(Array(1.0)),
                 in.integer(3, "axis", -1));
  };
  all["unwrap"] = [](const Arguments& in) -> Argument {
    in.allow({"p", "discont", "axis", "period"}, 3);
    return unwrap(in.array(0, "p"), in.array_if(1, "discont"), in.integer(2, "axis", -1),
                  in.array_if(by_name, "period"));
  };
}

Histogram histogram_of(const Arguments& in) {
  Histogram how;
  if (in.has(1, "bins")) {
    const Argument& bins = in.at(1, "bins");
    if (const auto* rule = std::get_if<std::string>(&bins.held)) {
      how.rule = *rule;
    } else {
      how.bins = array_of(bins);
    }
  }
  if (in.has(2, "range")) {
    const Array range = in.array(2, "range");
    if (range.size() != 2) in.refuse("range", "is no pair");
    how.range = {range[0], range[1]};
  }
  return how;
}

void add_counts(Functions& all) {
  all["histogram"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "bins", "range", "density", "weights"});
    Histogram how = histogram_of(in);
    how.density = in.flag(3, "density", false);
    how.weights = in.array_if(4, "weights");
    const Counts found = histogram(in.array(0, "a"), how);
    return {List{found.counts, found.edges}, true};
  };
  all["histogram_bin_edges"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "bins", "range"});
    return histogram_bin_edges(in.array(0, "a"), histogram_of(in));
  };
  all["bincount"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "weights", "minlength"});
    return bincount(in.array(0, "x"), in.array_if(1, "weights"), in.integer(2, "minlength", 0));
  };
  all["digitize"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "bins", "right"});
    return digitize(in.array(0, "x"), in.array(1, "bins"), in.flag(2, "right", false));
  };
}

void add_covariances(Functions& all) {
  all["cov"] = [](const Arguments& in) -> Argument {
    in.allow({"m", "y", "rowvar", "bias", "ddof", "fweights", "aweights", "dtype"}, 7);
    Covariance how{
        in.flag(2, "rowvar", true), in.flag(3, "bias", false),  std::nullopt,
        in.array_if(5, "fweights"), in.array_if(6, "aweights"), in.dtype(by_name, "dtype")};
    if (in.has(4, "ddof")) how.ddof = in.real(4, "ddof", 0);
    return cov(in.array(0, "m"), in.array_if(1, "y"), how);
  };
  all["corrcoef"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "y", "rowvar", "dtype"}, 3);
    Covariance how;
    how.rowvar = in.flag(2, "rowvar", true);
    how.dtype = in.dtype(by_name, "dtype");
    return corrcoef(in.array(0, "x"), in.array_if(1, "y"), how);
  };
}

}  // namespace

void add_statistics(Functions& all) {
  add_totals(all);
  add_places(all);
  add_moments(all);
  add_quantiles(all);
  add_cumulative(all);
  add_counts(all);
  add_covariances(all);
}

}  // namespace sheaf::np::script
