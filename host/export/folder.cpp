// SPDX-License-Identifier: MIT
#include "host/export/folder.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "host/export/file_names.hpp"
#include "host/export/label_table.hpp"
#include "host/export/new_folder.hpp"
#include "host/export/output_file.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {
namespace {

constexpr const char* table_name = "labels.csv";

// An output with a file for each source.
struct Files {
  const read::Output* output;
  std::string folder;  // "" or "image/"
  std::string suffix;  // ".npy", ".txt"
  std::size_t count = 0;
};

struct Plan {
  std::vector<Files> files;
  std::vector<const read::Output*> labels;
};

Plan make_plan(const ExportJob& job) {
  Plan plan;
  const bool by_kind = job.options.format == FileFormat::Auto;
  for (const read::Output* output : job.outputs) {
    if (by_kind && is_label(job, *output)) {
      plan.labels.push_back(output);
    } else {
      const bool is_text = by_kind && output->array().dtype().is_string();
      plan.files.push_back({output, {}, is_text ? ".txt" : ".npy"});
    }
  }
  if (plan.files.size() > 1) {
    for (Files& files : plan.files) files.folder = files.output->path() + '/';
  }
  return plan;
}

// Names that aren't for sources.
bool is_reserved(std::string_view name, const Plan& plan) {
  const std::string_view first = name.substr(0, name.find('/'));
  return first == NewFolder::marker || (first == table_name && !plan.labels.empty());
}

[[noreturn]] void refuse(const std::string& id, const std::string& why) {
  throw Error(ErrorCode::Invalid, printable(id),
              why + "; leave the source out (--ids), or export to a .npz, which takes any id");
}

void check_names(const ExportJob& job, const Files& files, const Plan& plan) {
  const std::string folder = files.folder.substr(0, files.folder.find_last_of('/'));
  if (const std::string why = refuse_name(folder, 0); !folder.empty() && !why.empty()) {
    throw Error(ErrorCode::Invalid, job.file.name(),
                fmt::format("the path '{}' {}, so it can't be a folder; name the other PATHs",
                            printable(folder), why));
  }
  std::vector<bool> is_chosen(job.file.ids().size(), false);
  for (const std::size_t source : job.sources) is_chosen[source] = true;
  const auto has_file = [&](std::string_view id) {
    const auto source = job.file.find(id);
    return source && is_chosen[*source] && files.output->span(*source);
  };
  for (const std::size_t source : job.sources) {
    const std::string& id = job.file.ids()[source];
    if (!files.output->span(source)) continue;
    const std::string why = refuse_name(id, files.suffix.size());
    if (!why.empty()) refuse(id, "the id " + why + ", so it can't be the name of a file");
    if (is_reserved(files.folder + id, plan)) refuse(id, "the id is a name that export needs");
    const std::string above = file_above(id, files.suffix, has_file);
    if (above.empty()) continue;
    refuse(id, fmt::format("would be in a folder that is the file {}{} of the source '{}'",
                           printable(above), files.suffix, printable(above)));
  }
}

class FolderWriter {
 public:
  FolderWriter(ExportJob& job, const NewFolder& folder) : job_(job), folder_(folder) {}

  // Makes the folders above it. `write` gets what takes the bytes.
  template <class Write>
  void file(const std::string& name, const Write& write) {
    const std::filesystem::path path = folder_.name() / name;
    if (path.parent_path() != last_) {
      std::error_code error;
      std::filesystem::create_directories(path.parent_path(), error);
      if (error) throw system_error(error.value(), shown(name), "create its folder");
      last_ = path.parent_path();
    }
    OutputFile file = OutputFile::create(path, shown(name));
    write(job_.counted([&file](auto bytes) { file.write(bytes); }));
    file.close();
    ++files_;
  }
  [[nodiscard]] std::size_t files() const noexcept { return files_; }

 private:
  [[nodiscard]] std::string shown(const std::string& name) const {
    return printable((job_.options.output / name).string());
  }

  ExportJob& job_;
  const NewFolder& folder_;
  std::filesystem::path last_;
  std::size_t files_ = 0;
};

// One text as it is; several with a line each.
void write_texts(const read::Array& array, layout::Span span, const Sink& sink) {
  const bool is_one = span.stop - span.start == 1 && array.shape().size() == 1;
  for_each_text(array, {span}, [&](const std::string& text) {
    sink(std::as_bytes(std::span(text)));
    if (!is_one) sink(std::as_bytes(std::span("\n", 1)));
  });
}

void write_source(FolderWriter& writer, const ExportJob& job, Files& files, std::size_t source) {
  const read::Output& output = *files.output;
  const auto span = output.span(source);
  if (!span) return;
  ++files.count;
  const std::string& id = job.file.ids()[source];
  writer.file(files.folder + id + files.suffix, [&](const Sink& sink) {
    if (files.suffix == ".txt") return write_texts(output.array(), *span, sink);
    ExportArray array = rows_array(id, output.array(), {*span});
    if (auto shape = output.shape(source)) array.type.shape = *std::move(shape);
    write_npy(array, sink);
  });
}

void write_marker(FolderWriter& writer, const ExportJob& job,
                  const std::vector<Exported>& exported) {
  nlohmann::ordered_json json{{"file", job.file.name()},
                              {"files", writer.files() + 1},
                              {"arrays", nlohmann::json::object()}};
  for (const Exported& array : exported) json["arrays"][array.path] = array.where;
  const std::string text =
      json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
  writer.file(NewFolder::marker, [&](const Sink& sink) { sink(std::as_bytes(std::span(text))); });
}

Exported told(const read::Output& output, std::size_t files, std::string where) {
  return {output.path(), output.array().dtype().name(), output.array().shape(), files,
          std::move(where)};
}

void expect_bytes(ExportJob& job, const Plan& plan) {
  job.progress.total = job.sources.size();
  for (const Files& files : plan.files) {
    const auto row_bytes = static_cast<std::int64_t>(files.output->array().row_bytes());
    for (const std::size_t source : job.sources) {
      const auto span = files.output->span(source);
      if (span) job.progress.bytes_total += (span->stop - span->start) * row_bytes;
    }
  }
}

std::vector<Exported> write_sources(FolderWriter& writer, ExportJob& job, Plan& plan) {
  expect_bytes(job, plan);
  for (const std::size_t source : job.sources) {
    for (Files& files : plan.files) write_source(writer, job, files, source);
    ++job.progress.done;
  }
  std::vector<Exported> exported;
  for (const Files& files : plan.files) {
    exported.push_back(told(*files.output, files.count, files.folder + "{id}" + files.suffix));
  }
  if (!plan.labels.empty()) {
    writer.file(table_name, [&](const Sink& sink) { write_label_table(job, plan.labels, sink); });
  }
  for (const read::Output* label : plan.labels) exported.push_back(told(*label, 0, table_name));
  return exported;
}

std::vector<Exported> write_whole_arrays(FolderWriter& writer, const ExportJob& job) {
  std::vector<Exported> exported;
  for (const read::Output* output : job.outputs) {
    const std::string name = output->path() + ".npy";
    const ExportArray array = rows_array(name, output->array(), {rows_of(job, *output)});
    writer.file(name, [&](const Sink& sink) { write_npy(array, sink); });
    exported.push_back({output->path(), array.type.dtype.name(), array.type.shape, 1, name});
  }
  return exported;
}

void check_whole_arrays(const ExportJob& job) {
  for (const read::Output* output : job.outputs) {
    const std::string why = refuse_name(output->path(), 4);
    if (why.empty()) continue;
    throw Error(ErrorCode::Invalid, job.file.name(),
                fmt::format("the path '{}' {}, so it can't be the name of a file; name the other "
                            "PATHs",
                            printable(output->path()), why));
  }
}

}  // namespace

std::vector<Exported> export_folder(ExportJob& job) {
  Plan plan;
  if (job.by_source()) {
    plan = make_plan(job);
    for (const Files& files : plan.files) check_names(job, files, plan);
  } else {
    check_whole_arrays(job);
  }
  NewFolder folder = NewFolder::create(job.options.output, job.options.overwrite);
  FolderWriter writer(job, folder);
  const auto exported =
      job.by_source() ? write_sources(writer, job, plan) : write_whole_arrays(writer, job);
  write_marker(writer, job, exported);
  job.observer.stage("making it durable");
  folder.publish();
  return exported;
}

}  // namespace sheaf::host
