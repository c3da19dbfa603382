// SPDX-License-Identifier: MIT
#pragma once
// How many bins a histogram has by NumPy's rules: auto, doane, fd, rice, scott, sqrt, sturges.
//
// Model: what a rule needs of the elements (their number, range, spread, quartiles) is found when
// it is called, in double. `stone` isn't there: it makes as many histograms as the square root of
// the number of elements. Failure: Error for a rule that isn't known, and for endless ranges.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/array/array.hpp"

namespace sheaf::np {

// `range`: only elements within count, and bins divide it.
[[nodiscard]] std::int64_t bins_by_rule(const Array& a, const std::string& rule,
                                        const std::optional<std::pair<double, double>>& range);

}  // namespace sheaf::np
