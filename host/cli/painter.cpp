// SPDX-License-Identifier: MIT
#include "host/cli/painter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/read/feature_place.hpp"
#include "host/plugin/extension.hpp"
#include "host/source/source.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::cli {
namespace {

// The array, or the first one below a feature's place. Throws Error that says which there are.
const read::Output& output_at(const read::File& file, const std::string& path) {
  for (const std::string& each : file.paths()) {
    if (each == path) return file.output(each);
  }
  if (!path.empty()) {
    for (const std::string& each : file.paths()) {
      if (each.starts_with(path + '/')) return file.output(each);
    }
  }
  return file.output(path);
}

}  // namespace

Painter::Painter(std::shared_ptr<read::File> file, const std::string& path)
    : file_(std::move(file)), output_(&output_at(*file_, path)) {
  const std::string place = read::feature_place(*file_, path);
  const std::vector<std::string> features = read::features_at(*file_, place);
  if (features.empty()) {
    why_none_ = "the file doesn't say which feature wrote it, so there is no preview";
    return;
  }
  name_ = fmt::format("{}", fmt::join(features, ", "));
  rows_.emplace(file_, path);
  catalog_ = worker::scan_in_workers();
  try {
    feature_ = &rows_->feature(catalog_, plugin::preview_of, "preview");
    kinds_ = plugin::preview_of(*feature_->descriptor)->kinds;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::NotFound) throw;
    why_none_ = error.what();
  }
}

extend::Picture Painter::paint(std::size_t source, const extend::PreviewRequest& request) const {
  const std::string& id = file_->ids()[source];
  try {
    return extend::preview(*feature_, *rows_->source(id), request);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}:/{} {}", file_->name(), rows_->path(), printable(id)),
                error.what());
  }
}

}  // namespace sheaf::host::cli
