// SPDX-License-Identifier: MIT
#pragma once
// What a loader's state depends on, as two digests.
//
// Model: data is the sources that take part, by id, and where their rows lie; configuration is
// what decides over which samples stand in a batch and what they look like. Workers, prefetch and
// rank are none of it. A transform counts by its dtype: code has no digest.
// Threads: any. Failure: std::bad_alloc.

#include <string>
#include <vector>

#include "core/loader/field.hpp"
#include "core/loader/item_table.hpp"
#include "core/loader/loader.hpp"

namespace sheaf::loader {

[[nodiscard]] std::string digest_of_data(const read::File& file, const ItemTable& table,
                                         const std::vector<const Field*>& fields);
[[nodiscard]] std::string digest_of_configuration(const std::vector<Input>& inputs,
                                                  const Options& options);

}  // namespace sheaf::loader
