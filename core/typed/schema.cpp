// SPDX-License-Identifier: MIT
#include "core/typed/schema.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace sheaf::typed {
namespace {

bool fits(const Shape& declared, const Shape& item) {
  return std::equal(declared.begin(), declared.end(), item.begin(), item.end(),
                    [](std::int64_t a, std::int64_t b) { return a < 0 || a == b; });
}

bool is_known(const Shape& item) {
  return std::ranges::none_of(item, [](std::int64_t extent) { return extent < 0; });
}

// Whether there is a place for it, although nobody has rows of it yet.
bool is_reserved(const read::File& file, const std::string& path) {
  try {
    (void)file.attrs(path);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::NotFound) throw;
    return false;
  }
}

// One piece of the message, empty where nothing differs.
std::string difference(const read::Output& output, const Declaration& declared) {
  const read::Array& array = output.array();
  const FieldOptions& options = declared.options;
  if (declared.dtype && array.dtype() != *declared.dtype) {
    return "holds " + array.dtype().name() + " and is declared " + declared.dtype->name();
  }
  const Ragged ragged = ragged_of(options);
  if (output.is_ragged() && ragged == Ragged::Never) {
    return "is ragged and is declared to have items of one shape";
  }
  if (!output.is_ragged() && ragged == Ragged::Always) {
    return "has items of one shape and is declared ragged";
  }
  if (output.is_ragged() || !options.item) return {};
  const Shape item(array.shape().begin() + 1, array.shape().end());
  if (fits(*options.item, item)) return {};
  return "has items of shape " + to_string(item) + " and is declared " + to_string(*options.item);
}

}  // namespace

Ragged ragged_of(const FieldOptions& options) noexcept {
  if (options.ragged) return *options.ragged;
  return options.item && is_known(*options.item) ? Ragged::Never : Ragged::IfNeeded;
}

void check_schema(const read::File& file, const std::vector<Declaration>& declarations) {
  const std::vector<std::string>& paths = file.paths();
  std::string differences;
  bool is_missing = false;
  for (const Declaration& declared : declarations) {
    std::string text;
    if (std::ranges::find(paths, declared.path) != paths.end()) {
      text = difference(file.output(declared.path), declared);
    } else if (declared.is_required && !file.ids().empty() && !is_reserved(file, declared.path)) {
      text = "is missing";
      is_missing = true;
    }
    if (text.empty()) continue;
    differences += (differences.empty() ? "'" : "; '") + declared.path + "' " + text;
  }
  if (differences.empty()) return;
  std::string known;
  for (const std::string& path : paths) known += (known.empty() ? "" : ", ") + path;
  throw Error(ErrorCode::Invalid, file.name(),
              "isn't of the declared type: " + differences +
                  ". It has: " + (known.empty() ? "nothing" : known) + ". Declare what it holds" +
                  (is_missing ? ", add what is missing with `sheaf ingest` or declare it an Array, "
                                "which may be missing"
                              : "") +
                  ", or build the file anew");
}

std::vector<std::string> requests_of(const std::vector<Declaration>& declarations) {
  std::vector<std::string> requests;
  for (const Declaration& declared : declarations) {
    const std::string& from = declared.options.from;
    if (from.empty()) continue;
    const std::size_t colon = std::min(from.find(':'), from.size());
    requests.push_back(from.substr(0, colon) + "=" + declared.path + from.substr(colon));
  }
  return requests;
}

}  // namespace sheaf::typed
