// SPDX-License-Identifier: MIT
#include "host/config/draft.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "host/config/toml_text.hpp"
#include "host/dispatch/plan.hpp"

namespace sheaf::host {
namespace {

using plugin::view;

constexpr std::size_t width = 98;

constexpr const char* keys =
    R"(#overwrite = false         # true: build the file anew, also when it is there
#update = false            # true: replace sources that changed since …
#prune = false             # … and drop those that are gone
#check = "time"            # or "digest": how a changed source is known
#commit_every = 250000     # sources after which all is made durable; 1 GiB of rows does it too
#commit_after = 30         # seconds, when sources are slow
#workers = {}               # how many decode at once; this machine's cores
#on_error = "skip"         # or "stop": end at the first failure
# On the command line only: --memory 512MiB, --timeout 60, --worker-memory 4GiB.
)";

constexpr const char* dataset =
    R"(#dataset.chunks = 64                # rows a chunk; default: chosen by size
#dataset.compression = "none"       # or gzip, lzf, lz4, zstd, blosc; default: the plugin's
#dataset.shuffle = false
#dataset.fletcher32 = false
)";

// Prose, broken into lines that begin as `first` and `more` say.
std::string wrapped(std::string_view first, std::string_view more, std::string_view text) {
  std::string lines(first);
  std::size_t column = first.size();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const bool begins = column == first.size() || column == more.size();
    if (!begins && column + 1 + (end - at) > width) {
      lines += fmt::format("\n{}", more);
      column = more.size();
    } else if (!begins) {
      lines += ' ';
      ++column;
    }
    lines += text.substr(at, end - at);
    column += end - at;
    at = end + 1;
  }
  return lines + '\n';
}

std::string examples_of(const Share& share) {
  std::string text;
  for (const std::string& id : share.examples) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", printable(id));
  }
  return share.sources > share.examples.size() ? text + ", …" : text;
}

std::string counted(std::size_t count) {
  return fmt::format("{} source{}", count, count == 1 ? "" : "s");
}

std::string list_of_texts(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + toml_text(text);
  return "[" + list + "]";
}

std::string default_output(const std::vector<std::string>& sources) {
  if (sources.empty() || sources.front() == "-" || sources.front().starts_with('@')) {
    return "data.h5";
  }
  const std::string name = std::filesystem::path(normalised(sources.front())).filename();
  const bool is_name = !name.empty() && name.find_first_of("*?[") == std::string::npos;
  std::string stem = is_name ? std::filesystem::path(name).stem().string() : std::string();
  return (stem.empty() || stem == "." || stem == ".." ? "data" : stem) + ".h5";
}

class Writing {
 public:
  Writing(const DraftOptions& options, const plugin::Catalog& catalog)
      : options_(options),
        catalog_(catalog),
        usual_selection_(select(catalog, {})),
        possible_selection_(all_features(catalog)),
        usual_(usual_selection_),
        possible_(possible_selection_) {}

  Draft run();

 private:
  void look();
  void write_head();
  void write_usual();
  void write_possible();
  void write_ties();
  void write_unclaimed();
  // `mark` is "" for what holds, "#" for what could.
  void write_feature(const Selected& selected, const Share* share, const char* mark);
  void write_params(const sheaf_feature& declared);
  [[nodiscard]] bool knows_nothing() const { return usual_.plan().sources == 0; }
  [[nodiscard]] std::string hint_for(const Share& share) const;
  template <class... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...);
  }

  const DraftOptions& options_;
  const plugin::Catalog& catalog_;
  const std::vector<Selected> usual_selection_;
  const std::vector<Selected> possible_selection_;
  Planner usual_;
  Planner possible_;
  std::string text_;
};

void Writing::look() {
  const WalkOptions walk_options{options_.base, options_.output, options_.archives};
  if (options_.sources.empty()) return;
  walk(options_.sources, walk_options, [this](const Source& source) {
    usual_.add(source.id);
    possible_.add(source.id);
  });
}

void Writing::write_head() {
  text_ += wrapped("# ", "# ",
                   fmt::format("A configuration of Sheaf. `sheaf ingest -c {0}` does what it says, "
                               "`sheaf config check {0}` tells whether it is right. Lines that "
                               "begin with '#' and a key show what is so anyway, or what could be: "
                               "take the '#' away and change the value. docs/configuration.md has "
                               "all keys.",
                               printable(options_.name)));
  text_ += '\n';
  if (options_.sources.empty()) {
    put("#sources = [\"photos\"]     # files, folders, globs, archives, addresses\n");
  } else {
    put("sources = {}  # {} now\n", list_of_texts(options_.sources),
        counted(usual_.plan().sources));
  }
  const std::string output =
      options_.output.empty() ? default_output(options_.sources) : options_.output;
  put("output = {}\n", toml_text(output));
  if (options_.base) {
    put("base = {}\n", toml_text(*options_.base));
  } else {
    put("# base: a folder from which ids are paths; else they are from the folder around a "
        "source\n");
  }
  put("{}          # false: tar and zip archives are files like any other\n",
      options_.archives ? "#archives = true" : "archives = false");
  put(keys, std::max(1U, std::thread::hardware_concurrency()));
}

void Writing::write_params(const sheaf_feature& declared) {
  for (std::uint64_t i = 0; i < declared.param_count; ++i) {
    const sheaf_param& param = *declared.params[i];
    const std::string name(view(param.name));
    text_ += wrapped("# ", "#   ",
                     fmt::format("{}: {}; {}. {}", name, plugin::describe_type(param),
                                 (param.flags & SHEAF_PARAM_REQUIRED) != 0
                                     ? "required"
                                     : "default " + plugin::describe_default(param),
                                 printable(view(param.doc))));
    put("#params.{} = {}\n", name, plugin::toml_example(param));
  }
}

void Writing::write_feature(const Selected& selected, const Share* share, const char* mark) {
  const plugin::Feature& feature = *selected.feature;
  const sheaf_feature& declared = *feature.descriptor;
  put("\n");
  text_ += wrapped("# ", "# ",
                   fmt::format("{} of {} {}: {}", feature.name(), feature.plugin->id,
                               feature.plugin->version, printable(view(declared.summary))));
  if (share != nullptr) {
    text_ +=
        wrapped("# ", "# ", fmt::format("{}: {}", counted(share->sources), examples_of(*share)));
  }
  if (declared.input.size > 0) put("# from the rows of {}\n", view(declared.input));
  put("{}[[feature]]\n{}name = {}\n", mark, mark, toml_text(feature.name()));
  const bool is_ambiguous = catalog_.find_features(feature.name()).size() > 1;
  put("{}plugin = {}\n", is_ambiguous ? mark : "#", toml_text(feature.plugin->id));
  put("#path = {}\n", toml_text(feature.short_name()));
  if (!selected.patterns.empty()) put("#pattern = {}\n", list_of_texts(selected.patterns));
  write_params(declared);
  if (*mark == '\0') text_ += dataset;
}

void Writing::write_usual() {
  put("\n# As soon as one [[feature]] is named, only those that are named take part.\n");
  std::vector<bool> is_left(usual_selection_.size(), false);  // to the user's choice
  for (const auto& [tie, share] : usual_.plan().ties) is_left[tie.other] = true;
  for (std::size_t i = 0; i < usual_selection_.size(); ++i) {
    const Share& share = usual_.plan().features[i];
    const std::size_t input = usual_selection_[i].input;
    if (input != no_input && is_left[input]) is_left[i] = true;
    if (share.sources > 0) write_feature(usual_selection_[i], &share, is_left[i] ? "#" : "");
    if (knows_nothing()) write_feature(usual_selection_[i], nullptr, "#");
  }
}

void Writing::write_ties() {
  for (const auto& [tie, share] : usual_.plan().ties) {
    put("\n");
    text_ += wrapped(
        "# ", "# ", fmt::format("{}: {}", printable(share.examples.front()), usual_.describe(tie)));
  }
}

void Writing::write_possible() {
  const auto is_usual = [&](const Selected& one) {
    return std::ranges::count(usual_selection_, one.feature, &Selected::feature) > 0;
  };
  put("\n# Further features, which take part only when they are named:\n");
  for (std::size_t i = 0; i < possible_selection_.size(); ++i) {
    const Selected& one = possible_selection_[i];
    const Share& share = possible_.plan().features[i];
    if (is_usual(one) || (share.sources == 0 && !knows_nothing())) continue;
    // Which sources a companion describes depends on the features beside it.
    const bool is_counted = share.sources > 0 && !one.is_companion();
    write_feature(one, is_counted ? &share : nullptr, "#");
  }
}

std::string Writing::hint_for(const Share& share) const {
  const Matcher matcher(possible_selection_);
  std::string names;
  for (const Match& match : matcher.match(share.examples.front())) {
    const Selected& one = possible_selection_[match.feature];
    if (one.is_companion() || one.input != no_input) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", one.feature->short_name());
  }
  return names.empty() ? "no installed plugin knows them; `sheaf plugins new` begins one"
                       : "when it is named, this would load them: " + names;
}

void Writing::write_unclaimed() {
  if (usual_.plan().unclaimed.empty()) return;
  put("\n# Nothing above loads these:\n");
  for (const auto& [ending, share] : usual_.plan().unclaimed) {
    text_ +=
        wrapped("#   ", "#     ",
                fmt::format("{}: {} ({}); {}", ending.empty() ? "no ending" : printable(ending),
                            counted(share.sources), examples_of(share), hint_for(share)));
  }
}

Draft Writing::run() {
  look();
  write_head();
  write_usual();
  write_ties();
  write_unclaimed();
  write_possible();
  Draft draft{std::move(text_), usual_.plan().sources, usual_.plan().skipped(), {}};
  for (std::size_t i = 0; i < usual_selection_.size(); ++i) {
    if (usual_.plan().features[i].sources == 0) continue;
    draft.features.emplace_back(usual_selection_[i].feature->short_name());
  }
  return draft;
}

}  // namespace

Draft draft_config(const DraftOptions& options, const plugin::Catalog& catalog) {
  return Writing(options, catalog).run();
}

}  // namespace sheaf::host
