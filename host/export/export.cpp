// SPDX-License-Identifier: MIT
#include "host/export/export.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/layout/names.hpp"
#include "core/layout/partial_file.hpp"
#include "host/export/export_job.hpp"
#include "host/export/file_names.hpp"
#include "host/export/folder.hpp"
#include "host/export/output_file.hpp"
#include "host/export/zip.hpp"

namespace sheaf::host {
namespace {

using layout::Span;
constexpr const char* ids_name = "__id__";
constexpr const char* npy_suffix = ".npy";

std::vector<const read::Output*> chosen_outputs(const read::File& file,
                                                const std::vector<std::string>& paths) {
  std::vector<const read::Output*> outputs;
  for (const std::string& path : paths.empty() ? file.paths() : paths) {
    const read::Output* output = &file.output(path);
    if (std::ranges::find(outputs, output) == outputs.end()) outputs.push_back(output);
  }
  if (outputs.empty()) throw Error(ErrorCode::NotFound, file.name(), "has no arrays to export");
  return outputs;
}

// Of an id that comes twice, as in files of h5mapper's, the last source counts.
std::vector<std::size_t> all_sources(const read::File& file) {
  std::vector<std::size_t> sources;
  for (std::size_t i = 0; i < file.ids().size(); ++i) {
    if (file.find(file.ids()[i]) == i) sources.push_back(i);
  }
  return sources;
}

std::vector<Span> spans_of(const ExportJob& job, const read::Output& output) {
  if (!job.by_source()) return {rows_of(job, output)};
  std::vector<Span> spans;
  spans.reserve(job.sources.size());
  for (const std::size_t source : job.sources) {
    if (const auto span = output.span(source)) spans.push_back(*span);
  }
  return spans;
}

// Where each source's rows are in what is exported; -1, -1 where it is absent.
ExportArray span_table(const ExportJob& job, const read::Output& output) {
  std::vector<std::int64_t> table;
  table.reserve(2 * job.sources.size());
  std::int64_t next = 0;
  for (const std::size_t source : job.sources) {
    const auto span = output.span(source);
    const std::int64_t rows = span ? span->stop - span->start : 0;
    table.push_back(span ? next : -1);
    table.push_back(span ? next + rows : -1);
    next += rows;
  }
  return numbers_array(output.path() + '/' + layout::names::spans,
                       {static_cast<std::int64_t>(job.sources.size()), 2}, std::move(table));
}

// One shape a source, filled up with -1 where it is absent or has fewer axes than others.
ExportArray shape_table(const ExportJob& job, const read::Output& output) {
  std::vector<Shape> shapes;
  std::size_t axes = 0;
  for (const std::size_t source : job.sources) {
    shapes.push_back(output.shape(source).value_or(Shape{}));
    axes = std::max(axes, shapes.back().size());
  }
  std::vector<std::int64_t> table;
  for (Shape& shape : shapes) {
    shape.resize(axes, -1);
    table.insert(table.end(), shape.begin(), shape.end());
  }
  return numbers_array(output.path() + '/' + layout::names::shapes,
                       {static_cast<std::int64_t>(shapes.size()), static_cast<std::int64_t>(axes)},
                       std::move(table));
}

ExportArray main_array(const ExportJob& job, const read::Output& output) {
  const std::string name =
      output.is_ragged() ? output.path() + '/' + layout::names::flat : output.path();
  return rows_array(name, output.array(), spans_of(job, output));
}

std::vector<ExportArray> npz_arrays(const ExportJob& job) {
  std::vector<ExportArray> arrays;
  if (job.by_source()) {
    arrays.push_back(texts_array(
        ids_name, job.sources.size(),
        [&job](std::size_t i) -> const std::string& { return job.file.ids()[job.sources[i]]; }));
  }
  for (const read::Output* output : job.outputs) {
    arrays.push_back(main_array(job, *output));
    if (!job.by_source()) continue;
    if (output->is_ragged()) arrays.push_back(shape_table(job, *output));
    arrays.push_back(span_table(job, *output));
  }
  std::unordered_set<std::string> names;
  for (const ExportArray& array : arrays) {
    const std::string why = refuse_name(array.name, 4);
    if (!why.empty() || !names.insert(array.name).second) {
      throw Error(ErrorCode::Invalid, job.file.name(),
                  fmt::format("the array '{}' {}; name the PATHs to export without it", array.name,
                              why.empty() ? "would be in the archive twice" : why));
    }
  }
  return arrays;
}

std::vector<ExportArray> npy_array(const ExportJob& job) {
  const std::string name = job.options.output.string();
  if (job.outputs.size() > 1) {
    throw Error(ErrorCode::Invalid, name,
                fmt::format("takes one array, and there are {} ({}); name one, or export to a .npz",
                            job.outputs.size(), fmt::join(job.file.paths(), ", ")));
  }
  const read::Output& output = *job.outputs.front();
  if (output.is_ragged()) {
    throw Error(ErrorCode::Invalid, name,
                fmt::format("takes one array, and each source has its own shape in '{}'; export to "
                            "a .npz, which has elements and shapes, or to a folder, which has a "
                            "file for each source",
                            output.path()));
  }
  std::vector<ExportArray> arrays;
  arrays.push_back(main_array(job, output));
  return arrays;
}

void check_space(const std::filesystem::path& file, std::int64_t bytes) {
  std::error_code error;
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const auto space = std::filesystem::space(folder, error);
  if (error || space.available >= static_cast<std::uintmax_t>(bytes)) return;
  throw Error(ErrorCode::NoSpace, file.string(),
              fmt::format("needs {} MB, and {} MB are free there", bytes / 1'000'000,
                          space.available / 1'000'000));
}

void write_file(ExportJob& job, ExportForm form, const std::vector<ExportArray>& arrays) {
  const std::string name = job.options.output.string();
  auto partial = layout::PartialFile::create(job.options.output, job.options.overwrite);
  for (const ExportArray& array : arrays) job.progress.bytes_total += array.bytes();
  check_space(job.options.output, job.progress.bytes_total);
  if (form == ExportForm::Npy) {
    OutputFile file = OutputFile::open(partial.name(), name);
    write_npy(arrays.front(), job.counted([&file](auto bytes) { file.write(bytes); }));
    file.close();
  } else {
    ZipWriter zip(partial.name(), name);
    const Sink sink = job.counted([&zip](auto bytes) { zip.write(bytes); });
    for (const ExportArray& array : arrays) {
      zip.begin(array.name + npy_suffix, array.bytes());
      write_npy(array, sink);
    }
    zip.close();
  }
  partial.sync();
  partial.publish();
}

}  // namespace

ExportForm form_of(const std::filesystem::path& output) {
  if (output.extension() == npy_suffix) return ExportForm::Npy;
  return output.extension() == ".npz" ? ExportForm::Npz : ExportForm::Folder;
}

Span rows_of(const ExportJob& job, const read::Output& output) {
  const std::int64_t rows = output.array().shape().at(0);
  if (!job.options.rows) return {0, rows};
  if (output.is_ragged()) {
    throw Error(ErrorCode::Invalid, job.file.name(),
                fmt::format("'{}' is ragged: rows don't tell sources apart there; choose sources "
                            "by --ids, or other arrays by PATH",
                            output.path()));
  }
  const auto place = [rows](std::int64_t row) {
    return std::clamp<std::int64_t>(row < 0 ? row + rows : row, 0, rows);
  };
  const std::int64_t start = place(job.options.rows->start);
  return {start, std::max(start, place(job.options.rows->stop))};
}

ExportReport export_arrays(const read::File& file, const ExportOptions& options,
                           const std::atomic<bool>& stop, Observer& observer) {
  ExportJob job{file, options, chosen_outputs(file, options.paths), {}, stop, observer};
  if (job.by_source()) {
    job.sources = options.sources ? *options.sources : all_sources(file);
    // Those that have nothing of what is exported would be holes in its list of ids.
    std::erase_if(job.sources, [&job](std::size_t source) {
      return std::ranges::none_of(job.outputs, [source](const read::Output* output) {
        return output->span(source).has_value();
      });
    });
  }
  const ExportForm form = form_of(options.output);
  ExportReport report;
  if (form == ExportForm::Folder) {
    report.arrays = export_folder(job);
  } else {
    const auto arrays = form == ExportForm::Npy ? npy_array(job) : npz_arrays(job);
    write_file(job, form, arrays);
    for (const ExportArray& array : arrays) {
      report.arrays.push_back({array.name, array.type.dtype.name(), array.type.shape});
    }
  }
  report.form = form;
  report.sources = job.sources.size();
  report.bytes = job.progress.bytes_done;
  return report;
}

}  // namespace sheaf::host
