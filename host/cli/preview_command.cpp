// SPDX-License-Identifier: MIT
// `sheaf preview`
#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/read/file.hpp"
#include "host/cli/command.hpp"
#include "host/cli/open_file.hpp"
#include "host/cli/painter.hpp"
#include "host/cli/terminal.hpp"
#include "host/cli/values_text.hpp"
#include "host/export/whole_file.hpp"
#include "host/preview/png.hpp"
#include "host/preview/sheet.hpp"
#include "host/preview/terminal.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using preview::Image;
using preview::Size;

constexpr const char* preview_footer = R"(
Without ID it is the first sources that have PATH. param=value are parameters of the preview; `sheaf
plugins info FEATURE` lists them. Without -o it is drawn on the terminal.

Examples:
  sheaf preview photos.h5 image cats/1.jpg
  sheaf preview photos.h5 image -o sheet.png --count 25      a contact sheet
  sheaf preview speech.h5 audio 1.wav -o 1.svg
  sheaf preview speech.h5 audio 1.wav style=spectrogram -o 1.png --width 1600)";

constexpr Size usual_size{1024, 768}, usual_sheet{1600, 1200};
constexpr std::uint32_t largest_side = 8192, usual_count = 16;

struct PreviewOptions {
  std::string file, path, output, kind;
  std::vector<std::string> words;  // ids and parameters
  std::uint32_t width = 0, height = 0, count = 0;
};

// What is to be shown, and how.
struct Job {
  std::shared_ptr<read::File> file;
  std::vector<std::size_t> sources;
  plugin::ParamInputs params;
  std::uint32_t kind = 0;  // 0: the values as text
  Size size;               // of all
};

std::string id_of(const Job& job, std::size_t source) { return printable(job.file->ids()[source]); }

// An id may hold '=' and look like a parameter: what is stored is an id.
void sort_words(const PreviewOptions& options, Job& job) {
  for (const std::string& word : options.words) {
    const std::size_t sign = word.find('=');
    const bool is_param = sign != std::string::npos && sign > 0 && !job.file->find(word) &&
                          word.substr(0, sign).find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (!is_param) {
      job.sources.push_back(find_source(*job.file, word));
    } else if (!job.params.emplace(word.substr(0, sign), word.substr(sign + 1)).second) {
      throw CLI::ValidationError(word.substr(0, sign), "is given twice");
    }
  }
}

void choose_sources(const PreviewOptions& options, const read::Output& output, Job& job) {
  if (!job.sources.empty()) {
    if (options.count > 0) throw CLI::ValidationError("--count", "give IDs or --count, not both");
    for (const std::size_t source : job.sources) {
      if (output.span(source)) continue;
      throw Error(ErrorCode::NotFound, id_of(job, source),
                  fmt::format("has no '{}'", options.path));
    }
    return;
  }
  if (job.file->ids().empty()) {
    throw Error(ErrorCode::NotFound, job.file->name(),
                fmt::format("has no sources; `sheaf get {} {} --rows 0:3` reads rows",
                            job.file->name(), options.path));
  }
  const std::size_t wanted = options.count > 0 ? options.count : usual_count;
  for (std::size_t i = 0; i < job.file->ids().size() && job.sources.size() < wanted; ++i) {
    if (output.span(i)) job.sources.push_back(i);
  }
  if (job.sources.empty()) {
    throw Error(ErrorCode::NotFound, options.path, "no source has it in " + job.file->name());
  }
}

const std::map<std::string, std::uint32_t>& kinds() {
  static const std::map<std::string, std::uint32_t> map{
      {"rgba", SHEAF_PREVIEW_RGBA}, {"svg", SHEAF_PREVIEW_SVG}, {"text", SHEAF_PREVIEW_TEXT}};
  return map;
}

std::string names_of(std::uint32_t made) {
  std::string text;
  for (const auto& [name, kind] : kinds()) {
    if ((made & kind) != 0) text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

const char* ending_of(std::uint32_t made) {
  return (made & SHEAF_PREVIEW_RGBA) != 0 ? "png" : (made & SHEAF_PREVIEW_SVG) != 0 ? "svg" : "txt";
}

// What -o and --kind say; 0: neither does.
std::uint32_t wanted_kind(const PreviewOptions& options) {
  std::uint32_t kind = options.kind.empty() ? 0 : kinds().at(options.kind);
  if (options.output.empty()) return kind;
  const std::string ending = std::filesystem::path(options.output).extension().string();
  const std::uint32_t says = ending == ".png"   ? SHEAF_PREVIEW_RGBA
                             : ending == ".svg" ? SHEAF_PREVIEW_SVG
                             : ending == ".txt" ? SHEAF_PREVIEW_TEXT
                                                : 0;
  if (says == 0) {
    throw CLI::ValidationError("-o", "'" + options.output + "' must end in .png, .svg or .txt");
  }
  if (kind != 0 && kind != says) {
    throw CLI::ValidationError(
        "--kind", "says " + options.kind + " and -o " + ending + "; leave one of them out");
  }
  return says;
}

// Says on stderr where values come instead of a preview, and why.
std::uint32_t choose_kind(const PreviewOptions& options, const Painter& painter,
                          const preview::Terminal& screen) {
  const std::uint32_t wanted = wanted_kind(options), made = painter.kinds();
  if ((wanted & made) != 0) return wanted;
  const bool any_text = wanted == SHEAF_PREVIEW_TEXT || wanted == 0;
  if (!any_text) {
    throw Error(ErrorCode::Unsupported, options.path,
                made == 0 ? painter.why_none() + "; -o x.txt shows its first rows"
                          : fmt::format("{} is drawn as {}; give -o x.{}", painter.feature(),
                                        names_of(made), ending_of(made)));
  }
  if (wanted == 0 && screen.has_color && (made & SHEAF_PREVIEW_RGBA) != 0) {
    return SHEAF_PREVIEW_RGBA;
  }
  if ((made & SHEAF_PREVIEW_TEXT) != 0) return SHEAF_PREVIEW_TEXT;
  print_error(
      made == 0 ? fmt::format("{}: {}; these are its first rows", options.path, painter.why_none())
                : fmt::format("{}: {} is drawn as {}: give -o x.{}; these are its first rows",
                              options.path, painter.feature(), names_of(made), ending_of(made)));
  return 0;
}

Size choose_size(const PreviewOptions& options, const Job& job, const preview::Terminal& screen) {
  Size size = job.sources.size() > 1 ? usual_sheet : usual_size;
  if (options.output.empty() && job.kind == SHEAF_PREVIEW_RGBA) {
    size = {screen.columns, std::max(screen.rows, 8U) * 2 - 6};  // the prompt stays in sight
  } else if (job.kind == SHEAF_PREVIEW_TEXT || job.kind == 0) {
    size = {screen.columns, std::max(screen.rows, 8U) - 3};
  }
  if (options.width > 0) size.width = options.width;
  if (options.height > 0) size.height = options.height;
  return size;
}

extend::Picture paint(const Job& job, const Painter& painter, std::size_t source, Size size) {
  extend::PreviewRequest request;
  request.kind = job.kind;
  request.width = size.width;
  request.height = size.height;
  request.params = job.params;
  return painter.paint(source, request);
}

Image paint_pixels(const Job& job, const Painter& painter, std::size_t source, Size size) {
  extend::Picture picture = paint(job, painter, source, size);
  return {{picture.width, picture.height}, std::move(picture.rgba)};
}

Image paint_sheet(const Job& job, const Painter& painter) {
  const Size place = preview::place_size(job.sources.size(), job.size);
  std::vector<Image> images;
  for (const std::size_t source : job.sources) {
    images.push_back(paint_pixels(job, painter, source, place));
  }
  return preview::make_sheet(images, job.size);
}

// A plugin's text, which tells a terminal nothing but letters.
std::string plain_lines(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    plain += printable(text.substr(at, end - at)) + '\n';
    at = end + 1;
  }
  return plain;
}

// One below the other, each under its id where there are several.
std::string paint_text(const Job& job, const Painter& painter) {
  std::string text;
  for (const std::size_t source : job.sources) {
    if (job.sources.size() > 1) text += (text.empty() ? "" : "\n") + id_of(job, source) + '\n';
    if (job.kind == 0) {
      text += values_text(painter.output(), source, job.size.width, job.size.height);
    } else if (job.kind == SHEAF_PREVIEW_RGBA) {
      text += preview::half_blocks(paint_pixels(job, painter, source, job.size));
    } else {
      const std::string drawn = paint(job, painter, source, job.size).text;
      text += job.kind == SHEAF_PREVIEW_TEXT ? plain_lines(drawn) : drawn;
    }
  }
  return text;
}

void write(const PreviewOptions& options, const Job& job, const Painter& painter) {
  std::error_code error;
  if (std::filesystem::equivalent(options.output, options.file, error)) {
    throw Error(ErrorCode::Invalid, options.output, "is the file that is read; name another one");
  }
  std::string bytes, what;
  if (job.kind == SHEAF_PREVIEW_RGBA) {
    const Image image = paint_sheet(job, painter);
    bytes = preview::encode_png(image, options.output);
    what = fmt::format("{} × {} pixels", image.size.width, image.size.height);
  } else {
    bytes = paint_text(job, painter);
    what = job.kind == SHEAF_PREVIEW_SVG ? "a drawing" : "text";
  }
  write_whole(options.output, [&](std::ostream& file) {
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  });
  fmt::print("{}: {}{}\n", options.output, what,
             job.sources.size() > 1 ? fmt::format(", {} sources", job.sources.size()) : "");
}

int preview_command(const PreviewOptions& options) {
  Job job;
  job.file = open_to_read(options.file);
  const Painter painter(job.file, options.path);
  sort_words(options, job);
  choose_sources(options, painter.output(), job);
  const preview::Terminal screen = preview::terminal();
  job.kind = choose_kind(options, painter, screen);
  job.size = choose_size(options, job, screen);
  if (job.kind == SHEAF_PREVIEW_SVG && job.sources.size() > 1) {
    throw CLI::ValidationError("ID", "an SVG shows one source; give one ID, or -o x.png");
  }
  if (!options.output.empty()) {
    write(options, job, painter);
  } else {
    fmt::print("{}", paint_text(job, painter));
  }
  return exit_ok;
}

}  // namespace

void add_preview(CLI::App& app, Run& run) {
  auto options = std::make_shared<PreviewOptions>();
  CLI::App* command =
      app.add_subcommand("preview", "Shows what sources look like, on the terminal or as a file");
  command->footer(preview_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->path, "The array or feature, as `sheaf info` names it")
      ->required();
  command->add_option("ID", options->words, "Sources, and parameters of the preview")
      ->type_name("ID | param=value");
  command->add_option("-o,--output", options->output, "Write a picture, a drawing or text")
      ->type_name("OUT.png|.svg|.txt");
  command->add_option("--kind", options->kind, "rgba, svg or text; usually -o says it")
      ->check(CLI::IsMember({"rgba", "svg", "text"}));
  const CLI::Range side(1U, largest_side);
  command->add_option("--width", options->width, "At most so many pixels, or characters")
      ->check(side);
  command->add_option("--height", options->height, "At most so many pixels, or lines")->check(side);
  command->add_option("--count", options->count, "Without ID: so many sources (16)")
      ->check(CLI::Range(1U, 1024U));
  command->callback([options, &run] { run = [options] { return preview_command(*options); }; });
}

}  // namespace sheaf::host::cli
