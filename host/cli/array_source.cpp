// SPDX-License-Identifier: MIT
#include "host/cli/array_source.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/layout/names.hpp"
#include "core/objects/nearest.hpp"
#include "core/objects/outline.hpp"
#include "host/cli/item_path.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

namespace names = layout::names;
using objects::Item;
using objects::Kind;

constexpr std::size_t most_listed = 10'000;  // datasets that are looked for
constexpr std::size_t most_named = 8;

std::string relative(std::string_view path) {
  return std::string(path.substr(std::min(path.find_first_not_of('/'), path.size())));
}

// Where the path leads; none where it leads through something that has no entries.
std::optional<Item> item_at(const objects::File& file, const std::string& path) {
  try {
    const ItemPath place = place_for(file, path);
    if (!place.attribute && place.item.exists()) return place.item;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::NotFound) throw;
  }
  return std::nullopt;
}

// The array of a feature; of a ragged one its values, one source's behind the other's.
std::optional<Item> values_of(const Item& group) {
  for (const Item& one : {group[names::array], group[names::flat][names::array]}) {
    if (one.kind() == Kind::Array) return one;
  }
  return std::nullopt;
}

// Paths of datasets at or below an item, by which they can be named; Sheaf's own tables aren't
// among them.
std::vector<std::string> paths_below(const Item& item) {
  std::vector<std::string> found;
  objects::Outline outline(item);
  while (const objects::Outline::Entry* entry = outline.next()) {
    if (found.size() == most_listed) break;
    const bool is_own = entry->depth > 0 && entry->name.starts_with("__");
    if (is_own) {
      if (entry->name == names::array) {
        found.push_back(relative(entry->path.substr(0, entry->path.rfind('/'))));
      }
      outline.skip();
    } else if (entry->kind == Kind::Array || entry->kind == Kind::Scalar) {
      found.push_back(relative(entry->path));
    }
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::string read_size(std::string& text) {
  try {
    text = std::to_string(np::parse_size(text));
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

std::string list_of(const std::vector<std::string>& paths) {
  const std::size_t shown = std::min(paths.size(), most_named);
  const std::vector<std::string> some(paths.begin(),
                                      paths.begin() + static_cast<std::ptrdiff_t>(shown));
  return printable(fmt::format("{}{}", fmt::join(some, ", "), shown < paths.size() ? ", …" : ""));
}

}  // namespace

void add_array_limits(CLI::App& command, ArrayLimits& limits) {
  command.add_option("--memory", limits.memory, "Limit for blocks and sorting (default: 250MiB)")
      ->transform(CLI::Validator(read_size, ""))
      ->type_name("SIZE");
  command.add_option("--workers", limits.workers, "How many compute at once (default: cores)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
}

np::Options array_options(const ArrayLimits& limits, const std::atomic<bool>* stop) {
  np::Options options;
  options.max_memory = static_cast<std::size_t>(limits.memory);
  options.threads = limits.workers;
  options.stop = stop;
  return options;
}

std::optional<Item> find_dataset(const objects::File& file, const std::string& path) {
  const std::optional<Item> item = item_at(file, path);
  if (!item) return std::nullopt;
  switch (item->kind()) {
    case Kind::Array:
    case Kind::Scalar:
      return item;
    case Kind::Dict:
    case Kind::Object:
      return values_of(*item);
    case Kind::Unreadable:
      throw Error(ErrorCode::Unsupported, item->describe(),
                  fmt::format("holds no numbers or texts that can be computed with: {}",
                              item->unreadable_because()));
    case Kind::Bytes:
      throw Error(ErrorCode::Unsupported, item->describe(),
                  "holds bytes, no numbers; `sheaf show` prints them");
    default:
      return std::nullopt;
  }
}

std::string why_no_dataset(const objects::File& file, const std::string& path) {
  if (const std::optional<Item> group = item_at(file, path)) {
    const std::vector<std::string> below = paths_below(*group);
    if (below.empty()) return "is a group without datasets; `sheaf show` prints what is in a file";
    return fmt::format("is a group; name one of its datasets: {}", list_of(below));
  }
  const std::vector<std::string> all = paths_below(file["/"]);
  if (all.empty()) return "isn't there; the file has no datasets";
  // Somebody may have left out the groups in front.
  const std::string ending = '/' + relative(path);
  std::vector<std::string> near;
  std::ranges::copy_if(all, std::back_inserter(near),
                       [&](const std::string& one) { return one.ends_with(ending); });
  if (near.empty()) return "isn't there; " + printable(objects::nearest(all, relative(path)));
  return fmt::format("isn't there; did you mean {}?", list_of(near));
}

Item require_dataset(const objects::File& file, const std::string& path) {
  if (std::optional<Item> found = find_dataset(file, path)) return *std::move(found);
  throw Error(ErrorCode::NotFound, fmt::format("{}:{}", file.path().string(), path),
              why_no_dataset(file, path));
}

}  // namespace sheaf::host::cli
