// SPDX-License-Identifier: MIT
// `sheaf diff`
#include <algorithm>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <stdio_ext.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "core/error.hpp"
#include "core/objects/difference.hpp"
#include "core/objects/file.hpp"
#include "host/cli/command.hpp"
#include "host/cli/difference_text.hpp"
#include "host/cli/format.hpp"
#include "host/cli/terminal.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* diff_footer = R"(
Compares any two HDF5 files: what there is, attributes, and all values. A line tells a path, and
what is in A → what is in B.

Numbers are the same when |a - b| <= ATOL + RTOL * |b|, as in NumPy's isclose(); without --rtol and
--atol they must be equal. How values are stored (chunks, compression, byte order, kinds of links
and of text) makes no difference without --storage, nor does the order of entries without --order.

PATTERN is a regular expression (RE2), found anywhere in the path, as it is printed; an attribute's
path is /run/7@gain. What is below an ignored path is ignored, too.

Examples:
  sheaf diff a.h5 b.h5
  sheaf diff a.h5 b.h5 /model --rtol 1e-5
  sheaf diff lab.h5 lab.h5 /run/7 /run/8             two places in one file
  sheaf diff one.h5 two.h5 --ignore '^/__src__/mtime$' --ignore '@sheaf_'
  sheaf diff a.h5 b.h5 --json | jq '.differences[].where'

Exit status: 0 no difference, 1 differences, 2 something couldn't be compared or read, or usage.)";

struct DiffOptions {
  std::string file_a, file_b;
  std::string path_a = "/";
  std::string path_b;  // as in A, where it is empty
  std::vector<std::string> ignored;
  objects::DifferenceOptions wanted;
  std::size_t max = std::numeric_limits<std::size_t>::max();
  bool no_attrs = false;
  bool brief = false;
  bool json = false;
};

class Printer final : public objects::DifferenceSink {
 public:
  explicit Printer(const DiffOptions& options)
      : options_(options),
        style_{side(options.file_a, options.path_a), side(options.file_b, options.path_b),
               has_colors()} {}

  void differs(const objects::Difference& difference) override {
    ++found_;
    if (options_.brief && !options_.json) return;
    if (found_ > options_.max) return;
    const std::string where = shown(difference.where());
    if (options_.json) {
      differences_.push_back(to_json(difference, where));
    } else {
      fmt::print("{}\n", line_of(difference, where, style_));
    }
  }
  void not_compared(const std::string& where, const std::string& why) override {
    if (options_.json) {
      not_compared_.push_back({{"where", shown(where)}, {"why", why}});
    } else {
      print_error(shown(where) + ": not compared: " + why);
    }
  }
  void failed(const std::string& where, const Error& error) override {
    if (options_.json) {
      errors_.push_back({{"where", shown(where)}, {"error", error.what()}});
    } else {
      print_error(error.what());
    }
  }

  void finish(const objects::DifferenceSummary& summary) const {
    if (options_.json) return print_json(summary);
    if (options_.brief) {
      if (found_ > 0) {
        fmt::print("{} and {} differ\n", printable(style_.name_a), printable(style_.name_b));
      }
      return;
    }
    if (found_ > options_.max) fmt::print("… and {} more\n", grouped(count(found_ - options_.max)));
    fmt::print("{}\n", summary_text(summary));
  }

  // As it is printed and matched with --ignore: from the root, where both sides are at one path.
  [[nodiscard]] std::string shown(std::string_view where) const {
    const std::string below(where.substr(1));
    const bool is_itself = below.empty() || (below.front() == '@' && !below.starts_with("@@"));
    if (options_.path_a != options_.path_b) return is_itself ? "." + below : below;
    if (options_.path_a == "/") return std::string(where);
    return options_.path_a + (is_itself ? below : std::string(where));
  }

 private:
  [[nodiscard]] static std::int64_t count(std::size_t number) {
    return static_cast<std::int64_t>(number);
  }
  [[nodiscard]] static std::string side(const std::string& file, const std::string& path) {
    return path == "/" ? file : file + ":" + path;
  }

  [[nodiscard]] static std::string summary_text(const objects::DifferenceSummary& summary) {
    if (summary.is_one && summary.is_same() && summary.objects == 1) {
      return "no differences: both are the same object";
    }
    const auto plural = [](std::int64_t number, const char* noun) {
      return grouped(number) + " " + noun + (number == 1 ? "" : "s");
    };
    std::string text =
        summary.differences == 0 ? "no differences" : plural(summary.differences, "difference");
    text += " in " + plural(summary.objects, "object");
    if (summary.not_compared > 0) text += ", " + grouped(summary.not_compared) + " not compared";
    if (summary.failed > 0) text += ", " + grouped(summary.failed) + " couldn't be read";
    return text;
  }

  void print_json(const objects::DifferenceSummary& summary) const {
    fmt::print("{}\n", dump({{"a", style_.name_a},
                             {"b", style_.name_b},
                             {"same", summary.is_same()},
                             {"objects", summary.objects},
                             {"count", summary.differences},
                             {"differences", differences_},
                             {"not_compared", not_compared_},
                             {"errors", errors_}}));
  }

  const DiffOptions& options_;
  DifferenceStyle style_;
  std::size_t found_ = 0;
  Json differences_ = Json::array();
  Json not_compared_ = Json::array();
  Json errors_ = Json::array();
};

using Patterns = std::vector<std::unique_ptr<RE2>>;

Patterns compile(const std::vector<std::string>& texts) {
  Patterns patterns;
  for (const std::string& text : texts) {
    patterns.push_back(std::make_unique<RE2>(text, RE2::Quiet));
    if (!patterns.back()->ok()) {
      throw CLI::ValidationError("--ignore",
                                 fmt::format("'{}': {}", text, patterns.back()->error()));
    }
  }
  return patterns;
}

int compare_files(DiffOptions options, const Patterns& patterns) {
  const objects::File a = objects::File::open(options.file_a);
  const objects::File b = objects::File::open(options.file_b);
  if (options.path_b.empty()) options.path_b = options.path_a;
  options.path_a = a[options.path_a].path();  // as it is written in full
  options.path_b = b[options.path_b].path();
  Printer printer(options);
  objects::DifferenceOptions wanted = options.wanted;
  wanted.attributes = !options.no_attrs;
  wanted.only_whether = options.brief;
  if (!patterns.empty()) {
    wanted.ignores = [&](std::string_view where) {
      const std::string text = printer.shown(where);
      return std::ranges::any_of(
          patterns, [&](const auto& pattern) { return RE2::PartialMatch(text, *pattern); });
    };
  }
  const auto summary = compare(a[options.path_a], b[options.path_b], wanted, printer);
  printer.finish(summary);
  if (summary.failed > 0 || summary.not_compared > 0) return exit_trouble;
  return summary.is_same() ? exit_ok : exit_different;
}

// Whatever goes wrong is trouble: to main, 1 is that.
int diff_command(const DiffOptions& options) {
  const Patterns patterns = compile(options.ignored);
  int status = exit_trouble;
  try {
    status = compare_files(options, patterns);
    if (std::fflush(stdout) == 0) return status;
    print_error("the output can't be written");
  } catch (const CLI::Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
  } catch (const std::exception& error) {
    print_error(error.what());
  }
  __fpurge(stdout);  // main would try once more
  return exit_trouble;
}

void add_tolerances(CLI::App& command, DiffOptions& options) {
  const auto not_negative = CLI::Range(0.0, std::numeric_limits<double>::max()).description("");
  command.add_option("--rtol", options.wanted.rtol, "How far numbers may differ, relative to B's")
      ->check(not_negative)
      ->type_name("RTOL");
  command.add_option("--atol", options.wanted.atol, "How far numbers may differ")
      ->check(not_negative)
      ->type_name("ATOL");
  command.add_flag("--nan-differs", options.wanted.nan_differs, "NaN differs from NaN");
}

}  // namespace

void add_diff(CLI::App& app, Run& run) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Shows what differs between two HDF5 files");
  command->group(any_file_group);
  command->footer(diff_footer);
  command->add_option("A", options->file_a, "A file")->required();
  command->add_option("B", options->file_b, "Another one, or the same")->required();
  command->add_option("PATH", options->path_a, "Compare only what is there")->type_name("");
  command->add_option("PATH_IN_B", options->path_b, "B's, where it is another one")->type_name("");
  add_tolerances(*command, *options);
  command->add_option("--ignore", options->ignored, "Leave out paths that match; may be repeated")
      ->take_all()
      ->expected(1)
      ->type_name("PATTERN");
  command->add_flag("--no-attrs", options->no_attrs, "Leave out attributes");
  command->add_flag("--order", options->wanted.order, "The order of entries matters");
  command->add_flag("--storage", options->wanted.storage, "How values are stored matters");
  command->add_option("--max", options->max, "Show so many differences at most")->type_name("N");
  command
      ->add_option("--places", options->wanted.most_places,
                   "Elements to show of each array (default: 3)")
      ->type_name("N");
  command->add_flag("-q,--brief", options->brief,
                    "Only whether they differ: ends at the first one");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options, &run] { run = [options] { return diff_command(*options); }; });
}

}  // namespace sheaf::host::cli
