// SPDX-License-Identifier: MIT
#include "host/cli/open_file.hpp"

#include <algorithm>

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
  throw Error(ErrorCode::NotFound, printable(id),
              fmt::format("no such source in {0}; `sheaf ls {0}` lists them", file.name()));
}

}  // namespace sheaf::host::cli
