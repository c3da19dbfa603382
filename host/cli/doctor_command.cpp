// SPDX-License-Identifier: MIT
// `sheaf doctor`
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/progress_bar.hpp"
#include "host/doctor/advice.hpp"
#include "host/doctor/file.hpp"
#include "host/doctor/machine.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using doctor::Advice;
using doctor::FileReport;
using doctor::MachineReport;
using doctor::OutputReport;
using doctor::rate_text;
using doctor::size_text;
using Json = nlohmann::ordered_json;

constexpr const char* doctor_footer = R"(
Measures what this machine reaches at best, and with FILE what reading it reaches of that: opening,
rows in order, rows at random, decoding. Then it names what holds reading back, and what helps. It
takes some seconds, at most 64 MiB of disk for a moment (in FILE's folder, else in TMPDIR), and
leaves nothing behind. Other programs that are busy make all figures smaller.

Examples:
  sheaf doctor
  sheaf doctor photos.h5
  sheaf doctor photos.h5 --quick         a second; nothing is written to the disk
  sheaf doctor photos.h5 --json | jq .advice

Exit status: 0 whatever was found, 1 FILE can't be opened, 2 usage, 130 interrupted.)";

constexpr double file_seconds = 5;
constexpr double quick_file_seconds = 1;
constexpr doctor::Effort quick_effort{0.04, 0};
constexpr int gauge_width = 20;

struct DoctorArguments {
  std::string file;
  bool quick = false;
  bool json = false;
  bool quiet = false;
};

std::filesystem::path folder_of(const std::string& file) {
  if (!file.empty()) {
    return std::filesystem::absolute(file).lexically_normal().parent_path();
  }
  const char* temporary = std::getenv("TMPDIR");
  return temporary != nullptr && *temporary != '\0' ? temporary : "/tmp";
}

// A rate, and how much of the best there is.
std::string bar(double rate, double best) {
  const double share = best > 0 ? std::clamp(rate / best, 0.0, 1.0) : 0;
  const int full = static_cast<int>(share * gauge_width + 0.5);
  std::string text;
  for (int i = 0; i < gauge_width; ++i) text += i < full ? "━" : "┈";
  return text;
}

std::string share_text(double part, double whole) {
  const double percent = whole > 0 ? part / whole * 100 : 0;
  return percent >= 9.5   ? fmt::format("{:.0f} %", percent)
         : percent >= 0.1 ? fmt::format("{:.1f} %", percent)
                          : "<0.1 %";
}

void print_rates(const MachineReport& machine) {
  const doctor::DiskReport& disk = machine.disk;
  TextTable table;
  const auto line = [&](const std::string& what, double rate, const std::string& note = {}) {
    table.row({what, rate_text(rate), bar(rate, machine.copy), note});
  };
  line("copying memory", machine.copy, "the limit of all reading");
  if (machine.has_memory_files) {
    line("mapped file, in the page cache", machine.mapped);
    line("pread, from the page cache", machine.read);
  }
  const std::string where =
      fmt::format("{}{}", printable(disk.folder),
                  disk.filesystem.empty() ? "" : fmt::format(" ({})", disk.filesystem));
  if (disk.synced) line("disk: write and fsync", *disk.synced, where);
  if (disk.direct) line("disk: write past the cache", *disk.direct);
  fmt::print("{}", table.text("  "));
  if (!disk.problem.empty()) {
    fmt::print("  disk: nothing can be written in {}: {}\n", where, disk.problem);
  }
}

void print_codecs(const MachineReport& machine) {
  TextTable table;
  table.row({"codecs, one core", "encode", "decode", "", "size"});
  for (const doctor::CodecSpeed& codec : machine.codecs) {
    table.row({codec.name, rate_text(codec.encode), rate_text(codec.decode),
               bar(codec.decode, machine.copy), share_text(codec.size, 1)});
  }
  fmt::print("\n{}", table.text("  "));
}

void print_decoders(const MachineReport& machine) {
  TextTable table;
  table.row({"decoders, in workers", "sources a second"});
  for (const doctor::DecoderSpeed& decoder : machine.decoders) {
    table.row({decoder.what, decoder.problem.empty() ? fmt::format("{:.0f}", decoder.sources)
                                                     : "not measured: " + decoder.problem});
  }
  fmt::print("\n{}", table.text("  "));
}

void print_system(const MachineReport& machine) {
  fmt::print("\n  workers   {}, {}, {}\n",
             machine.has_memory_files ? "shared memory files" : "NO memory files",
             machine.has_seccomp ? "seccomp" : "NO seccomp",
             machine.landlock_abi > 0 ? fmt::format("Landlock (ABI {})", machine.landlock_abi)
                                      : "NO Landlock");
  std::string text;
  for (const doctor::Limit& limit : machine.limits) {
    if (!limit.value) continue;
    const bool is_count = limit.name == "open files" || limit.name == "processes";
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", limit.name,
                        is_count ? std::to_string(*limit.value)
                                 : size_text(static_cast<std::int64_t>(*limit.value)));
  }
  if (!text.empty()) fmt::print("  limits    {}\n", text);
}

void print_machine(const MachineReport& machine) {
  fmt::print("This machine: {}, {} of memory ({} free), {}\n\n", counted(machine.cores, "core"),
             size_text(machine.memory), size_text(machine.available), machine.kernel);
  print_rates(machine);
  print_codecs(machine);
  print_decoders(machine);
  print_system(machine);
}

std::string layout_text(const OutputReport& output) {
  if (output.chunks.empty()) return "in one piece";
  std::string text = size_text(output.chunk_bytes) + " chunks";
  if (!output.filters.empty()) text += fmt::format(", {}", fmt::join(output.filters, " "));
  return text;
}

// "120,000/s of 3 KiB", with three digits that tell something.
std::string random_text(const OutputReport& output) {
  if (!output.random) return "-";
  double unit = 1;
  while (*output.random / unit >= 999.5) unit *= 10;
  std::string text = fmt::format("{:.0f}", std::round(*output.random / unit) * unit);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  if (output.random_bytes == 0) return text + "/s";
  return fmt::format("{}/s of {}", text, size_text(output.random_bytes));
}

void print_outputs(const MachineReport& machine, const FileReport& file) {
  TextTable table;
  table.row({"array", "stored as", "in order", "of copying", "at random", "decoding, a core"});
  for (const OutputReport& output : file.outputs) {
    std::vector<std::string> row{shorten(printable(output.path), 28),
                                 shorten(layout_text(output), 36)};
    row.push_back(output.sequence ? rate_text(*output.sequence) : "-");
    row.push_back(output.sequence ? share_text(*output.sequence, machine.copy) : "-");
    row.push_back(random_text(output));
    row.push_back(output.decode ? rate_text(*output.decode) : "-");
    table.row(std::move(row));
  }
  fmt::print("\n{}", table.text("  "));
  for (const OutputReport& output : file.outputs) {
    if (output.problem.empty()) continue;
    fmt::print("  {}: {}\n", printable(output.path), printable(output.problem));
  }
  if (file.left_out > 0) fmt::print("  … and {} smaller ones\n", file.left_out);
}

void print_file(const MachineReport& machine, const FileReport& file) {
  fmt::print("\n{}: {}, {}, {} in the page cache, {:.1f} ms to the first row\n", file.name,
             human_bytes(file.bytes), counted(file.sources, "source"),
             file.cached >= 0.995 ? "all" : share_text(file.cached, 1), file.open_seconds * 1000);
  if (!file.outputs.empty()) print_outputs(machine, file);
}

// Breaks lines between words at 96 columns.
std::string wrapped(const std::string& text, const std::string& indent) {
  constexpr std::size_t width = 96;
  std::string result, line = indent;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    if (line.size() > indent.size() && line.size() + 1 + (space - at) > width) {
      result += line + '\n';
      line = indent;
    }
    if (line.size() > indent.size()) line += ' ';
    line += text.substr(at, space - at);
    at = space + 1;
  }
  return result + line + '\n';
}

void print_advice(const std::vector<Advice>& advice, const FileReport* file) {
  if (advice.empty()) {
    if (file != nullptr) fmt::print("\nNothing in how the file is stored holds reading back.\n");
    return;
  }
  fmt::print("\nWhat holds it back:\n");
  for (const Advice& one : advice) {
    const std::string object = one.object.empty() ? "" : printable(one.object) + ": ";
    fmt::print("{}    → {}\n", wrapped(object + one.finding, "  "), one.remedy);
  }
}

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json codecs_json(const std::vector<doctor::CodecSpeed>& codecs) {
  Json json = Json::array();
  for (const doctor::CodecSpeed& codec : codecs) {
    json.push_back({{"name", codec.name},
                    {"encode", codec.encode},
                    {"decode", codec.decode},
                    {"size", codec.size}});
  }
  return json;
}

Json decoders_json(const std::vector<doctor::DecoderSpeed>& decoders) {
  Json list = Json::array();
  for (const doctor::DecoderSpeed& decoder : decoders) {
    list.push_back(
        {{"what", decoder.what},
         {"sources_per_second", decoder.problem.empty() ? Json(decoder.sources) : Json()},
         {"problem", decoder.problem}});
  }
  return list;
}

Json machine_json(const MachineReport& machine) {
  Json limits = Json::object();
  for (const doctor::Limit& limit : machine.limits) {
    limits[limit.name] = limit.value ? Json(*limit.value) : Json();
  }
  return {{"cores", machine.cores},
          {"memory", machine.memory},
          {"available", machine.available},
          {"kernel", machine.kernel},
          {"copy", machine.copy},
          {"mapped", machine.mapped},
          {"pread", machine.read},
          {"disk",
           {{"folder", machine.disk.folder},
            {"filesystem", machine.disk.filesystem},
            {"problem", machine.disk.problem},
            {"bytes", machine.disk.bytes},
            {"fsync", optional_json(machine.disk.synced)},
            {"direct", optional_json(machine.disk.direct)}}},
          {"codecs", codecs_json(machine.codecs)},
          {"decoders", decoders_json(machine.decoders)},
          {"seccomp", machine.has_seccomp},
          {"landlock_abi", machine.landlock_abi},
          {"memory_files", machine.has_memory_files},
          {"limits", limits}};
}

Json output_json(const OutputReport& output) {
  return {{"path", output.path},
          {"ragged", output.is_ragged},
          {"dtype", output.dtype},
          {"shape", output.shape},
          {"chunks", output.chunks},
          {"chunk_bytes", output.chunk_bytes},
          {"chunk_count", output.chunk_count},
          {"filters", output.filters},
          {"stored_bytes", output.stored_bytes},
          {"logical_bytes", output.logical_bytes},
          {"problem", output.problem},
          {"sequence", optional_json(output.sequence)},
          {"random_reads", optional_json(output.random)},
          {"random_bytes", output.random_bytes},
          {"decode", optional_json(output.decode)},
          {"other_codecs", codecs_json(output.other_codecs)}};
}

Json file_json(const FileReport& file) {
  Json json{{"name", file.name},           {"bytes", file.bytes},
            {"sources", file.sources},     {"complete", file.is_complete},
            {"journal", file.has_journal}, {"open_seconds", file.open_seconds},
            {"cached", file.cached},       {"uncached", optional_json(file.uncached)},
            {"outputs", Json::array()},    {"left_out", file.left_out}};
  for (const OutputReport& output : file.outputs) json["outputs"].push_back(output_json(output));
  return json;
}

void print_json(const MachineReport& machine, const std::optional<FileReport>& file,
                const std::vector<Advice>& advice) {
  Json json{{"machine", machine_json(machine)}, {"file", Json()}, {"advice", Json::array()}};
  if (file) json["file"] = file_json(*file);
  for (const Advice& one : advice) {
    json["advice"].push_back(
        {{"object", one.object}, {"finding", one.finding}, {"remedy", one.remedy}});
  }
  fmt::print("{}\n", dump(json));
}

int doctor_command(const DoctorArguments& options) {
  const std::atomic<bool>& stop = stop_on_signals();
  ProgressBar progress(options.quiet);
  std::optional<FileReport> file;
  if (!options.file.empty()) {
    progress.stage("reading " + printable(options.file));
    file =
        doctor::examine_file(options.file, options.quick ? quick_file_seconds : file_seconds, stop);
  }
  progress.stage("measuring this machine");
  const MachineReport machine = doctor::examine_machine(
      folder_of(options.file), options.quick ? quick_effort : doctor::Effort(), stop);
  progress.clear();
  std::vector<Advice> advice;
  if (file) advice = doctor::advise(machine, *file);
  for (Advice& one : doctor::advise(machine)) advice.push_back(std::move(one));
  if (options.json) {
    print_json(machine, file, advice);
    return exit_ok;
  }
  print_machine(machine);
  if (file) print_file(machine, *file);
  print_advice(advice, file ? &*file : nullptr);
  return exit_ok;
}

}  // namespace

void add_doctor(CLI::App& app, Run& run) {
  auto options = std::make_shared<DoctorArguments>();
  CLI::App* command =
      app.add_subcommand("doctor", "Measures what reading reaches, and says what helps");
  command->footer(doctor_footer);
  command->add_option("FILE", options->file, "A file to examine");
  command->add_flag("--quick", options->quick, "Less exactly; nothing is written to the disk");
  command->add_flag("--json", options->json, "Print as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No progress");
  command->callback([options, &run] { run = [options] { return doctor_command(*options); }; });
}

}  // namespace sheaf::host::cli
