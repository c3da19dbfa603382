// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "core/value.hpp"
#include "tests/crash/layout_draws.hpp"
#include "tests/crash/model.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::crash {
namespace {

using layout::Failure;
using layout::SourceInfo;

using Cells = std::array<std::optional<Value>, feature_count>;

struct Attr {
  std::size_t feature = 0;
  std::string name;
  Value value;
};

struct Source {
  SourceInfo info;
  Cells cells;
};

struct SourceEdit {
  Source source;
  Cells dropped;  // appended and taken back before the cells
  bool is_whole = false;
};

// All edits up to one commit.
struct Plan {
  std::optional<std::vector<std::int64_t>> kept;  // none: nothing is dropped
  std::vector<SourceEdit> sources;
  std::vector<Failure> failed;
  std::vector<std::pair<std::string, std::string>> forgotten;
  std::vector<Attr> attrs;
  bool finishes = false;
};

struct Content {
  std::vector<Source> sources;
  std::vector<Failure> failures;
  std::array<std::map<std::string, Value>, feature_count> attrs;
  bool is_complete = false;
};

// What Writer::append takes.
class Rows {
 public:
  explicit Rows(const Value& value)
      : value_(&value), item_(value.shape.begin() + 1, value.shape.end()) {
    offsets_.push_back(0);
    for (const std::string& text : value.strings) {
      bytes_ += text;
      offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
    }
  }
  [[nodiscard]] layout::RowsView view() const {
    if (value_->dtype.is_string()) return {value_->shape[0], item_, bytes_.data(), offsets_.data()};
    return {value_->shape[0], item_, value_->bytes.data(), nullptr};
  }

 private:
  const Value* value_;
  Shape item_;
  std::string bytes_;
  std::vector<std::int64_t> offsets_;
};

class LayoutModel final : public Model {
 public:
  explicit LayoutModel(std::uint64_t seed) : seed_(seed) {
    // When the scans begin to differ.
    even_until_ = Random(seed, 1).below(20);
  }
  [[nodiscard]] std::unique_ptr<Model> copy() const override {
    return std::make_unique<LayoutModel>(*this);
  }
  void advance() override { take(plan()); }
  void edit(const std::filesystem::path& file, std::uint64_t commits,
            const std::function<void(std::uint64_t)>& report) override;
  [[nodiscard]] std::string difference(const std::filesystem::path& file) const override;

 private:
  [[nodiscard]] Plan plan() const;
  [[nodiscard]] std::vector<std::int64_t> draw_kept(Random& random) const;
  // `has_all`: rows of every feature.
  [[nodiscard]] SourceEdit draw_source(Random& random, const std::string& id, bool has_all) const;
  void plan_failures(Random& random, Plan& plan) const;
  void take(const Plan& plan);
  void take_source(const SourceEdit& edit);
  void take_failures(const Plan& plan);
  [[nodiscard]] layout::Writer open(const std::filesystem::path& file) const;

  std::uint64_t seed_;
  std::uint64_t even_until_;
  Content content_;
};

SourceEdit LayoutModel::draw_source(Random& random, const std::string& id, bool has_all) const {
  SourceEdit edit;
  edit.source.info = {id, number_below(random, 1000), number_below(random, 1U << 30U),
                      random.chance(50) ? "xxh128:" + std::string(32, 'a') : ""};
  edit.is_whole = random.chance(50);
  const bool is_even = number_ < even_until_;
  for (std::size_t feature = 0; feature < feature_count; ++feature) {
    if (has_all || random.chance(80)) {
      edit.source.cells[feature] = draw_cell(random, feature, is_even);
    }
    if (random.chance(8)) edit.dropped[feature] = draw_cell(random, feature, is_even);
  }
  return edit;
}

void LayoutModel::plan_failures(Random& random, Plan& plan) const {
  for (std::uint64_t left = random.below(4); left > 0; --left) {
    Failure failure{"bad" + std::to_string(number_) + "-" + std::to_string(left),
                    random.chance(50) ? paths[random.below(feature_count)] : "",
                    "source",
                    "message " + std::string(random.below(200), 'm'),
                    "crash 1",
                    "load",
                    1,
                    static_cast<std::int64_t>(random.below(1U << 30U))};
    plan.failed.push_back(std::move(failure));
  }
  // A Writer knows again what was there when it opened the file, and that only.
  if (!content_.is_complete) return;
  for (std::size_t row = 0; row < content_.failures.size(); ++row) {
    if (random.chance(10)) {
      plan.forgotten.emplace_back(content_.failures[row].id, content_.failures[row].feature);
    } else if (random.chance(10)) {
      plan.failed.push_back(content_.failures[row]);
      plan.failed.back().attempts = 1;  // the Writer counts
      plan.failed.back().message += " again";
    }
  }
}

std::vector<std::int64_t> LayoutModel::draw_kept(Random& random) const {
  std::vector<std::int64_t> kept;
  if (random.chance(15)) return kept;
  for (std::size_t source = 0; source < content_.sources.size(); ++source) {
    if (source == 0 || random.chance(85)) kept.push_back(static_cast<std::int64_t>(source));
  }
  if (random.chance(30)) std::reverse(kept.begin(), kept.end());
  return kept;
}

Plan LayoutModel::plan() const {
  Random random(seed_, 1000 + number_);
  Plan plan;
  // Only a file that was opened anew takes it: the one before was finished.
  if (content_.is_complete && random.chance(30)) plan.kept = draw_kept(random);
  // The first sources have all features, so that all shapes are known.
  const bool is_first = content_.sources.empty() || (plan.kept && plan.kept->empty());
  const std::uint64_t count = random.chance(5) ? random.below(150) : random.below(10);
  for (std::uint64_t source = 0; source <= count; ++source) {
    std::string id = "new/" + std::to_string(number_) + "/" + std::to_string(source);
    // Also one that this very plan drops, which then comes back at the end.
    if (!content_.sources.empty() && random.chance(25)) {
      id = content_.sources[random.below(content_.sources.size())].info.id;
    }
    plan.sources.push_back(draw_source(random, id, is_first));
  }
  plan_failures(random, plan);
  for (std::uint64_t left = random.below(4); left > 0; --left) {
    plan.attrs.push_back(
        {random.below(feature_count), "a" + std::to_string(random.below(6)), draw_attr(random)});
  }
  plan.attrs.push_back({0, "commit", Value::of(number_ + 1)});
  plan.finishes = random.chance(20);
  return plan;
}

void LayoutModel::take_source(const SourceEdit& edit) {
  const Cells& cells = edit.source.cells;
  const auto has_rows = [](const auto& cell) { return cell.has_value(); };
  if (std::none_of(cells.begin(), cells.end(), has_rows)) return;
  const auto found =
      std::find_if(content_.sources.begin(), content_.sources.end(),
                   [&](const Source& other) { return other.info.id == edit.source.info.id; });
  if (found == content_.sources.end()) {
    content_.sources.push_back(edit.source);
    return;
  }
  found->info = edit.source.info;
  for (std::size_t feature = 0; feature < feature_count; ++feature) {
    if (cells[feature] || edit.is_whole) found->cells[feature] = cells[feature];
  }
}

void LayoutModel::take_failures(const Plan& plan) {
  const auto take_away = [this](const std::string& id, const std::string& feature) {
    std::int64_t attempts = 0;
    std::erase_if(content_.failures, [&](const Failure& failure) {
      if (failure.id != id || failure.feature != feature) return false;
      attempts = failure.attempts;
      return true;
    });
    return attempts;
  };
  for (const auto& [id, feature] : plan.forgotten) take_away(id, feature);
  for (const Failure& failure : plan.failed) {
    const std::int64_t attempts = take_away(failure.id, failure.feature) + 1;
    content_.failures.push_back(failure);
    content_.failures.back().attempts = attempts;
  }
}

void LayoutModel::take(const Plan& plan) {
  if (plan.kept) {
    std::vector<Source> kept;
    for (const std::int64_t source : *plan.kept) kept.push_back(content_.sources[source]);
    content_.sources = std::move(kept);
  }
  for (const SourceEdit& edit : plan.sources) take_source(edit);
  take_failures(plan);
  for (const Attr& attr : plan.attrs) content_.attrs[attr.feature][attr.name] = attr.value;
  content_.is_complete = plan.finishes;
  ++number_;
}

void append(layout::Writer& writer, std::size_t feature, const Value& value) {
  const Rows rows(value);
  if (const auto reason = writer.append(feature, 0, rows.view())) {
    throw std::runtime_error("refused: " + *reason);
  }
}

void perform(const Plan& plan, layout::Writer& writer) {
  if (plan.kept) writer.keep_sources(*plan.kept);
  for (const SourceEdit& edit : plan.sources) {
    writer.begin_source(edit.source.info, edit.is_whole);
    for (std::size_t feature = 0; feature < feature_count; ++feature) {
      if (const auto& dropped = edit.dropped[feature]) {
        append(writer, feature, *dropped);
        writer.drop(feature);
      }
      if (const auto& cell = edit.source.cells[feature]) append(writer, feature, *cell);
    }
    static_cast<void>(writer.end_source());
  }
  for (const auto& [id, feature] : plan.forgotten) writer.forget_failure(id, feature);
  for (const Failure& failure : plan.failed) writer.add_failure(failure);
  for (const Attr& attr : plan.attrs) writer.set_attr(attr.feature, attr.name, attr.value);
}

layout::Writer LayoutModel::open(const std::filesystem::path& file) const {
  const layout::WriterOptions options{.encoders = 2, .ids_are_unique = false};
  layout::Writer writer = number_ == 0 ? layout::Writer::create(file, false, options)
                                       : layout::Writer::open(file, options);
  for (layout::FeatureSpec& spec : features(seed_)) writer.add_feature(std::move(spec));
  return writer;
}

void LayoutModel::edit(const std::filesystem::path& file, std::uint64_t commits,
                       const std::function<void(std::uint64_t)>& report) {
  std::optional<layout::Writer> writer;
  for (; commits > 0; --commits) {
    const Plan next = plan();
    if (!writer) writer = open(file);
    perform(next, *writer);
    if (next.finishes) {
      writer->finish();
      writer.reset();
    } else {
      writer->commit();
    }
    take(next);
    report(number_);
  }
}

std::string source_difference(const layout::Reader& reader, std::size_t number,
                              const SourceInfo& stored, const Source& expected) {
  const std::string name = "source " + expected.info.id;
  if (reader.ids()[number] != expected.info.id) return name + " is " + reader.ids()[number];
  if (stored.size != expected.info.size || stored.mtime_ns != expected.info.mtime_ns ||
      stored.digest != expected.info.digest) {
    return name + " has another size, time or digest";
  }
  for (std::size_t feature = 0; feature < feature_count; ++feature) {
    if (reader.get(paths[feature], number) != expected.cells[feature]) {
      return name + " has other rows of " + paths[feature];
    }
  }
  return {};
}

bool is_same(const Failure& a, const Failure& b) {
  return a.id == b.id && a.feature == b.feature && a.status == b.status && a.message == b.message &&
         a.plugin == b.plugin && a.stage == b.stage && a.attempts == b.attempts &&
         a.time_ns == b.time_ns;
}

std::string LayoutModel::difference(const std::filesystem::path& file) const {
  const layout::Reader reader = layout::Reader::open(file);
  for (std::size_t feature = 0; feature < feature_count; ++feature) {
    std::map<std::string, Value> stored;
    for (auto& [name, value] : reader.attrs(paths[feature])) {
      if (!name.starts_with("sheaf_")) stored[name] = std::move(value);
    }
    if (stored != content_.attrs[feature])
      return std::string(paths[feature]) + ": other attributes";
  }
  if (reader.complete() != content_.is_complete) return "is complete, or isn't";
  if (reader.ids().size() != content_.sources.size()) {
    return std::to_string(reader.ids().size()) + " sources instead of " +
           std::to_string(content_.sources.size());
  }
  const std::vector<SourceInfo> infos = reader.sources();
  for (std::size_t number = 0; number < infos.size(); ++number) {
    std::string text = source_difference(reader, number, infos[number], content_.sources[number]);
    if (!text.empty()) return text;
  }
  const std::vector<Failure> failures = reader.failures();
  if (!std::equal(failures.begin(), failures.end(), content_.failures.begin(),
                  content_.failures.end(), is_same)) {
    return "other failures";
  }
  return {};
}

}  // namespace

std::unique_ptr<Model> layout_model(std::uint64_t seed) {
  return std::make_unique<LayoutModel>(seed);
}

}  // namespace sheaf::crash
