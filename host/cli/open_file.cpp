// SPDX-License-Identifier: MIT
#include "host/cli/open_file.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/layout/names.hpp"
#include "core/layout/reader.hpp"
#include "host/cli/terminal.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

bool is_complete(const read::File& file) {
  const auto attrs = file.attrs("");
  const auto found =
      std::ranges::find(attrs, layout::names::complete_attr, &layout::Attribute::first);
  if (found == attrs.end()) return true;
  return !std::ranges::all_of(found->second.bytes, [](std::byte b) { return b == std::byte{0}; });
}

// How many characters to change, insert or leave out; `limit` or more are all the same.
std::size_t edits(std::string_view a, std::string_view b, std::size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= limit) return limit;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i + 1), least = row[0];
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t replaced = corner + (a[i] == b[k] ? 0 : 1);
      corner = row[k + 1];
      row[k + 1] = std::min({replaced, corner + 1, row[k] + 1});
      least = std::min(least, row[k + 1]);
    }
    if (least >= limit) return limit;
  }
  return row.back();
}

// The id that ends so, as in "1.jpg" for "cats/1.jpg", else one with few letters changed; "" where
// none is near.
std::string nearest(const std::string& wanted, const std::vector<std::string>& ids) {
  const auto ending =
      std::ranges::find_if(ids, [&](const std::string& id) { return id.ends_with('/' + wanted); });
  if (ending != ids.end()) return *ending;
  constexpr std::size_t most_compared = 200'000;  // some 0.1 s
  std::size_t least = wanted.size() / 3 + 1;
  const std::string* found = nullptr;
  for (std::size_t i = 0; i < std::min(ids.size(), most_compared); ++i) {
    const std::size_t count = edits(wanted, ids[i], least);
    if (count < least) least = count, found = &ids[i];
  }
  return found == nullptr ? "" : *found;
}

}  // namespace

std::shared_ptr<read::File> open_to_read(const std::string& file) {
  auto opened = read::File::open(file);
  if (!is_complete(*opened)) {
    print_error(fmt::format("{}: is incomplete: its ingest didn't end", file));
  }
  return opened;
}

std::size_t find_source(const read::File& file, const std::string& id) {
  if (const auto source = file.find(id)) return *source;
  if (file.ids().empty()) {
    throw Error(ErrorCode::NotFound, printable(id),
                fmt::format("{} has no sources; take rows with --rows A:B", file.name()));
  }
  // Only now, since failures are no business of a reader of rows.
  for (const layout::Failure& failure : layout::Reader::open(file.name()).failures()) {
    if (failure.id != id) continue;
    throw Error(ErrorCode::NotFound, printable(id), "isn't stored, it failed: " + failure.message);
  }
  const std::string meant = nearest(id, file.ids());
  throw Error(ErrorCode::NotFound, printable(id),
              fmt::format("no such source in {0}; {1}`sheaf ls {0}` lists them", file.name(),
                          meant.empty() ? "" : "did you mean '" + printable(meant) + "'? "));
}

}  // namespace sheaf::host::cli
