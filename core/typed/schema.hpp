// SPDX-License-Identifier: MIT
#pragma once
// What a typed file declares, and whether a file holds it.
//
// Model: one declaration a member; what it leaves open isn't checked. Failure: one Error (Invalid)
// that names all that differs.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/read/file.hpp"
#include "core/typed/field.hpp"

namespace sheaf::typed {

struct Declaration {
  std::string path;
  std::optional<Dtype> dtype;
  bool is_required = false;  // where the file has sources
  FieldOptions options;
};

// What is stored of the ragged option where it is unset.
[[nodiscard]] Ragged ragged_of(const FieldOptions& options) noexcept;

void check_schema(const read::File& file, const std::vector<Declaration>& declarations);

// As behind `sheaf ingest -f`, for all members that say where they come from.
[[nodiscard]] std::vector<std::string> requests_of(const std::vector<Declaration>& declarations);

}  // namespace sheaf::typed
