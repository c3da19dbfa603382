// SPDX-License-Identifier: MIT
#include "core/layout/verify.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/links.hpp"
#include "core/hdf5/types.hpp"
#include "core/journal/guarded_file.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"
#include "core/layout/verification.hpp"

namespace sheaf::layout {
namespace {

// What of an Error follows the object's name.
std::string message_of(const std::exception& exception) {
  const auto* error = dynamic_cast<const Error*>(&exception);
  return error != nullptr ? error->message() : exception.what();
}

// A file's datasets, and the groups of arrays.
struct Contents {
  std::vector<std::string> datasets;  // no slash in front
  std::vector<std::string> arrays;    // groups that hold an __arr__
};

class Walk {
 public:
  explicit Walk(Verification& state) : state_(state) {}

  Contents run() {
    add("", hdf5::open_object(state_.file.get(), "/"));
    while (!open_.empty()) {
      const std::string path = std::move(open_.back());
      open_.pop_back();
      state_.try_to("/" + path, [&] { look_into(path); });
    }
    std::ranges::sort(contents_.datasets);
    std::ranges::sort(contents_.arrays);
    return std::move(contents_);
  }

 private:
  void look_into(const std::string& path) {
    state_.at("/" + path);
    const hdf5::Group group = hdf5::open_group(state_.file.get(), path.empty() ? "/" : path);
    (void)hdf5::read_attributes(group.get());
    for (const hdf5::Link& link : hdf5::list_links(group)) {
      if (link.kind != hdf5::LinkKind::Hard) continue;
      const std::string child = below(path, link.name);
      state_.try_to("/" + child, [&] { add(child, hdf5::open_object(group.get(), link.name)); });
    }
    const std::string array = below(path, names::array);
    if (hdf5::is_dataset(state_.file.get(), array)) contents_.arrays.push_back(path);
  }

  void add(const std::string& path, const hdf5::Object& object) {
    if (!seen_.insert(hdf5::address_of(object.get())).second) return;
    if (hdf5::is_group(object.get())) open_.push_back(path);
    if (!hdf5::is_dataset(object.get())) return;
    contents_.datasets.push_back(path);
    const hdf5::Dataset dataset = hdf5::open_dataset(state_.file.get(), path);
    state_.total += hdf5::stored_bytes(dataset);
    (void)hdf5::read_attributes(dataset.get());
  }

  Verification& state_;
  Contents contents_;
  std::vector<std::string> open_;
  std::unordered_set<std::uint64_t> seen_;
};

bool is_table(const std::string& path) {
  return path.starts_with(std::string(names::sources) + "/") ||
         path.starts_with(std::string(names::failures) + "/");
}

// Whether the path is one of the three datasets of an array's group.
bool is_of_array(const std::string& path, const std::unordered_set<std::string>& arrays) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || !arrays.contains(path.substr(0, slash))) return false;
  const std::string name = path.substr(slash + 1);
  return name == names::array || name == names::references || name == names::spans;
}

void check_datasets(Verification& state, const Contents& contents) {
  const std::unordered_set<std::string> arrays(contents.arrays.begin(), contents.arrays.end());
  for (const std::string& path : contents.datasets) {
    const std::string object = "/" + path;
    const bool is_ours = is_table(path) || is_of_array(path, arrays);
    state.at(object);
    state.try_to(object, [&] {
      const hdf5::Dataset dataset = hdf5::open_dataset(state.file.get(), path);
      if (is_ours && !hdf5::read_attributes(dataset.get()).empty()) {
        state.note(object, "dataset-attribute",
                   "has an attribute of its own; h5mapper 0.2 doesn't open such a file",
                   "put it on the group instead");
      }
    });
    state.try_to(object, [&] { check_chunks(state, path, !is_ours); });
  }
}

bool is_extents(const hdf5::File& file, const std::string& key) {
  const auto type = hdf5::type_of(hdf5::open_dataset(file.get(), below(key, names::array)));
  const auto dtype = hdf5::inspect(type).dtype;
  return dtype && (dtype->kind == DtypeKind::Int || dtype->kind == DtypeKind::Uint);
}

void check_pairs(Verification& state, const std::map<std::string, CheckedArray>& arrays) {
  const std::string ending = std::string("/") + names::flat;
  for (const auto& [key, flat] : arrays) {
    if (!key.ends_with(ending)) continue;
    const std::string path = key.substr(0, key.size() - ending.size());
    const auto shapes = arrays.find(path + "/" + names::shapes);
    if (shapes == arrays.end()) continue;
    if (flat.shape.size() != 1 || shapes->second.shape.size() != 1) continue;
    const CheckedArray& elements = flat;
    state.try_to("/" + shapes->first, [&] {
      if (is_extents(state.file, shapes->first)) {
        check_pair(state, path, elements, shapes->second);
      }
    });
  }
}

// A key may lack its array only where h5mapper wrote it.
void check_key(Verification& state, const std::string& key) {
  const std::string object = "/" + key;
  const bool has_cells = hdf5::exists(state.file.get(), below(key, names::references)) ||
                         hdf5::exists(state.file.get(), below(key, names::spans));
  if (state.is_ours || has_cells) {
    state.problem(object, "array-missing", "is listed in /__src__/ds_keys, but has no __arr__",
                  restore);
  } else {
    state.note(object, "key-without-array", "is listed in /__src__/ds_keys, but has no __arr__",
               "`sheaf pack " + state.name + "` takes it off the list");
  }
}

void check_arrays(Verification& state, const Contents& contents,
                  const std::vector<std::string>& keys) {
  const std::unordered_set<std::string> there(contents.arrays.begin(), contents.arrays.end());
  std::unordered_set<std::string> listed(keys.begin(), keys.end());
  for (const std::string& path : contents.arrays) {
    if (listed.contains(path)) continue;
    state.problem("/" + path, "key-missing", "holds an __arr__, but isn't in /__src__/ds_keys",
                  "append its path to /__src__/ds_keys");
  }
  std::map<std::string, CheckedArray> arrays;
  for (const std::string& key : keys) {
    state.at("/" + key);
    state.try_to("/" + key, [&] {
      if (!there.contains(key) && !hdf5::is_dataset(state.file.get(), below(key, names::array))) {
        return check_key(state, key);
      }
      ++state.report.checked.arrays;
      if (!state.has_ids) return;
      if (auto array = check_cells(state, key)) arrays.emplace(key, std::move(*array));
    });
  }
  check_pairs(state, arrays);
}

// False when nothing more can be said of it.
bool check_format(Verification& state) {
  const hdf5::Group root = hdf5::open_group(state.file.get(), "/");
  if (!hdf5::exists(root.get(), names::sources)) {
    state.problem("", "foreign",
                  "is HDF5, but neither Sheaf nor h5mapper wrote it: it has no group /__src__",
                  "`sheaf ingest` makes files of Sheaf's");
    return false;
  }
  if (!hdf5::has_attribute(root.get(), names::format_attr)) {
    state.is_ours = false;
    state.note("", "h5mapper", "has h5mapper's format: no sizes, times and spans", "none needed");
    return true;
  }
  const Value format = hdf5::read_attribute(root.get(), names::format_attr);
  const std::string version = format.strings.size() == 1 ? format.strings[0] : "";
  if (version.starts_with("1.")) return true;
  state.problem("", "format-version", "has the format '" + version + "'; this Sheaf knows 1.x",
                "use the Sheaf that made it, or a newer one");
  return false;
}

void check_complete(Verification& state) {
  const hdf5::Group root = hdf5::open_group(state.file.get(), "/");
  if (!hdf5::has_attribute(root.get(), names::complete_attr)) return;
  const Value value = hdf5::read_attribute(root.get(), names::complete_attr);
  const bool is_complete =
      std::ranges::any_of(value.bytes, [](std::byte byte) { return byte != std::byte{0}; });
  if (is_complete) return;
  state.note("", "incomplete", "is incomplete: its ingest didn't end",
             "run the same ingest again; it goes on where it stopped");
}

void check_journal(Verification& state) {
  std::error_code error;
  const std::string journal = journal::journal_of(state.name);
  if (!std::filesystem::exists(journal, error)) return;
  state.note(
      "", "journal",
      "has a journal beside it, " + journal +
          ": a writer is at work on it, or was killed; its last commit is what was checked",
      "none needed; the next writer recovers it, and `sheaf recover " + state.name + "` does");
}

// Why HDF5 doesn't open a file.
Finding unopened(const std::filesystem::path& file, const Error& error) {
  const std::string& stack = error.hdf5_stack();
  const std::size_t cut = stack.find("truncated file: eof = ");
  unsigned long long bytes = 0, base = 0, wanted = 0;
  if (cut != std::string::npos &&
      std::sscanf(stack.c_str() + cut,  // NOLINT(cert-err34-c): unread numbers stay 0
                  "truncated file: eof = %llu, sblock->base_addr = %llu, stored_eof = %llu", &bytes,
                  &base, &wanted) == 3) {
    return {"", "truncated",
            "is cut off: it has " + std::to_string(bytes) + " bytes of " + std::to_string(wanted),
            restore, 1};
  }
  if (std::filesystem::file_size(file) == 0) return {"", "not-hdf5", "is empty", restore, 1};
  if (stack.find("file signature not found") != std::string::npos) {
    return {"", "not-hdf5", "is no HDF5 file, or its beginning is lost",
            "name a file that `sheaf ingest` made", 1};
  }
  return {"", "unreadable", message_of(error), restore, 1};
}

void run(Verification& state) {
  check_journal(state);
  bool is_known = true;
  state.at("/");
  state.try_to("/", [&] { is_known = check_format(state); });
  if (!is_known) return;
  state.try_to("/", [&] { check_complete(state); });
  const Contents contents = Walk(state).run();
  const std::vector<std::string> keys = check_sources(state);
  check_datasets(state, contents);
  check_arrays(state, contents, keys);
  check_failures(state);
  if (state.options.sources && state.has_ids) compare_sources(state);
}

}  // namespace

std::string count_of(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Verification::Verification(const std::filesystem::path& path, const VerifyOptions& chosen,
                           VerifyObserver& listener, hdf5::File opened)
    : name(path.string()), options(chosen), observer(listener), file(std::move(opened)) {}

void Verification::add(std::vector<Finding>& findings, Finding finding, bool is_problem) {
  const auto same = std::ranges::find_if(findings, [&](const Finding& other) {
    return other.object == finding.object && other.code == finding.code;
  });
  if (same != findings.end()) {
    ++same->count;
    return;
  }
  observer.found(finding, is_problem);
  findings.push_back(std::move(finding));
}

void Verification::problem(const std::string& object, const char* code, const std::string& message,
                           const std::string& remedy) {
  add(report.problems, {object, code, message, remedy, 1}, true);
}

void Verification::note(const std::string& object, const char* code, const std::string& message,
                        const std::string& remedy) {
  add(report.notes, {object, code, message, remedy, 1}, false);
}

bool Verification::try_to(const std::string& object, const std::function<void()>& check) {
  try {
    check();
    return true;
  } catch (const Error& error) {
    const bool lacks_filter = error.code() == ErrorCode::Unsupported;
    problem(object, lacks_filter ? "not-checked" : "unreadable", message_of(error),
            lacks_filter ? "install what is missing, and verify again" : restore);
  } catch (const std::bad_alloc&) {
    problem(object, "unreadable", "says it holds more than fits into memory", restore);
  } catch (const std::length_error&) {
    problem(object, "unreadable", "says it holds more than fits into memory", restore);
  }
  return false;
}

std::string Verification::name_of(std::size_t source) const {
  return source < ids.size() ? "source '" + ids[source] + "'" : "source " + std::to_string(source);
}

Report verify(const std::filesystem::path& file, const VerifyOptions& options,
              VerifyObserver& observer) {
  observer.at("");
  hdf5::File opened;
  try {
    // The one place where a file is opened: what a journal holds is settled there.
    opened = hdf5::open_file(file.string());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt) throw;
    Report report;
    report.problems.push_back(unopened(file, error));
    observer.found(report.problems.back(), true);
    return report;
  }
  Verification state(file, options, observer, std::move(opened));
  state.try_to("", [&] { run(state); });
  return std::move(state.report);
}

}  // namespace sheaf::layout
