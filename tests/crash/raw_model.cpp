// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <fcntl.h>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <unistd.h>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "core/hdf5/attribute.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/strings.hpp"
#include "core/hdf5/types.hpp"
#include "core/journal/journaled_file.hpp"
#include "tests/crash/model.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::crash {
namespace {

using Numbers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

// Everything in the file, by path; the root is "/".
struct RawContent {
  std::map<std::string, Numbers> numbers;
  std::map<std::string, Texts> texts;
  std::map<std::string, std::map<std::string, Value>> groups;  // and their attributes
};

enum class What { AddGroup, AddNumbers, AddTexts, SetNumbers, SetTexts, Resize, Delete, SetAttr };

struct Step {
  What what = What::AddGroup;
  std::string path;
  std::string name{};       // of the attribute
  Value value{};            // of the attribute
  std::uint64_t start = 0;  // where numbers or texts go to, also behind the end
  std::uint64_t size = 0;   // after resizing
  Numbers numbers{};
  Texts texts{};
  std::uint64_t variant = 0;  // of a new dataset: its filters and chunks
};

// All edits up to one commit.
struct RawPlan {
  std::vector<Step> undone;  // before a rollback
  bool rolls_back = false;
  std::vector<Step> steps;
  bool closes = false;
};

template <class Map>
std::string any_key(Random& random, const Map& map) {
  return std::next(map.begin(), static_cast<std::ptrdiff_t>(random.below(map.size())))->first;
}

Numbers draw_numbers(Random& random) {
  Numbers numbers(1 + random.below(random.chance(5) ? 40000 : 900));
  const std::uint64_t mask = random.chance(50) ? ~std::uint64_t{0} : 0xf;
  for (std::int64_t& number : numbers) number = static_cast<std::int64_t>(random.next() & mask);
  return numbers;
}

Texts draw_texts(Random& random) {
  Texts texts(1 + random.below(12));
  for (std::string& text : texts) {
    text = std::string(random.below(random.chance(5) ? 9000 : 80), 't') +
           std::to_string(random.next());
  }
  return texts;
}

std::string join(const std::string& group, const std::string& name) {
  return group == "/" ? "/" + name : group + "/" + name;
}

Step draw_set(Random& random, const RawContent& content, bool is_text) {
  Step step{is_text ? What::SetTexts : What::SetNumbers,
            is_text ? any_key(random, content.texts) : any_key(random, content.numbers)};
  const std::size_t size =
      is_text ? content.texts.at(step.path).size() : content.numbers.at(step.path).size();
  step.start = random.chance(50) ? size : random.below(size + 1);
  if (is_text) {
    step.texts = draw_texts(random);
  } else {
    step.numbers = draw_numbers(random);
  }
  return step;
}

// `name` is new in the file.
Step draw_step(Random& random, const RawContent& content, const std::string& name) {
  const std::string group = any_key(random, content.groups);
  switch (random.below(12)) {
    case 0:
      return {What::AddGroup, join(group, "g" + name)};
    case 1:
      return {.what = What::AddNumbers,
              .path = join(group, "n" + name),
              .numbers = draw_numbers(random),
              .variant = random.next()};
    case 2:
      return {.what = What::AddTexts,
              .path = join(group, "t" + name),
              .texts = draw_texts(random),
              .variant = random.next()};
    case 3:
      if (content.numbers.size() < 4) break;
      return {What::Delete, random.chance(70) || content.texts.empty()
                                ? any_key(random, content.numbers)
                                : any_key(random, content.texts)};
    case 4:
      if (content.numbers.empty()) break;
      return {.what = What::Resize,
              .path = any_key(random, content.numbers),
              .size = random.below(1200)};
    case 5:
    case 6:
      if (content.texts.empty()) break;
      return draw_set(random, content, true);
    case 7:
    case 8:
    case 9:
      if (content.numbers.empty()) break;
      return draw_set(random, content, false);
    default:
      break;
  }
  return {
      .what = What::SetAttr,
      .path = group,
      .name = "a" + std::to_string(random.below(5)),
      .value = random.chance(50) ? Value::of(draw_texts(random)) : Value::of(draw_numbers(random))};
}

template <class Elements>
void put(Elements& old, std::uint64_t start, const Elements& fresh) {
  old.resize(std::max<std::size_t>(old.size(), start + fresh.size()));
  std::copy(fresh.begin(), fresh.end(), old.begin() + static_cast<std::ptrdiff_t>(start));
}

void take(const Step& step, RawContent& content) {
  switch (step.what) {
    case What::AddGroup:
      content.groups[step.path];
      return;
    case What::AddNumbers:
    case What::SetNumbers:
      return put(content.numbers[step.path], step.start, step.numbers);
    case What::AddTexts:
    case What::SetTexts:
      return put(content.texts[step.path], step.start, step.texts);
    case What::Resize:
      content.numbers[step.path].resize(step.size);
      return;
    case What::Delete:
      content.numbers.erase(step.path);
      content.texts.erase(step.path);
      return;
    case What::SetAttr:
      content.groups[step.path][step.name] = step.value;
      return;
  }
}

hdf5::Dataset create(hid_t file, const std::string& path, const Step& step,
                     const hdf5::Datatype& type) {
  hdf5::DatasetCreation creation;
  creation.chunk_rows = static_cast<std::int64_t>(8U << (step.variant & 7U));
  if ((step.variant & 8U) != 0) {
    if ((step.variant & 16U) != 0) creation.filters.push_back(codecs::shuffle_filter(8));
    creation.filters.push_back(codecs::deflate_filter(4));
  }
  return hdf5::create_dataset(file, path, type, creation);
}

void grow(const hdf5::Dataset& dataset, std::uint64_t size) {
  if (hdf5::shape_of(dataset)[0] < static_cast<std::int64_t>(size)) {
    hdf5::set_shape(dataset, {static_cast<std::int64_t>(size)});
  }
}

void put_numbers(const hdf5::Dataset& dataset, const Step& step) {
  grow(dataset, step.start + step.numbers.size());
  hdf5::write_rows(dataset, hdf5::memory_type(int64), static_cast<std::int64_t>(step.start),
                   {static_cast<std::int64_t>(step.numbers.size())}, step.numbers.data());
}

void put_texts(const hdf5::Dataset& dataset, const Step& step) {
  grow(dataset, step.start + step.texts.size());
  std::vector<const char*> texts;
  for (const std::string& text : step.texts) texts.push_back(text.c_str());
  hdf5::write_strings(dataset, static_cast<std::int64_t>(step.start),
                      {static_cast<std::int64_t>(texts.size())}, texts.data());
}

// Relative to the root.
std::string below_root(const std::string& path) { return path == "/" ? path : path.substr(1); }

void perform(const Step& step, hid_t file) {
  const std::string path = below_root(step.path);
  switch (step.what) {
    case What::AddGroup:
      static_cast<void>(hdf5::require_group(file, path));
      return;
    case What::AddNumbers:
      return put_numbers(create(file, path, step, hdf5::stored_type(int64)), step);
    case What::AddTexts:
      return put_texts(create(file, path, step, hdf5::stored_type(utf8)), step);
    case What::SetNumbers:
      return put_numbers(hdf5::open_dataset(file, path), step);
    case What::SetTexts:
      return put_texts(hdf5::open_dataset(file, path), step);
    case What::Resize:
      return hdf5::set_shape(hdf5::open_dataset(file, path),
                             {static_cast<std::int64_t>(step.size)});
    case What::Delete:
      return hdf5::unlink(file, path);
    case What::SetAttr:
      return hdf5::write_attribute(hdf5::open_group(file, path).get(), step.name, step.value);
  }
}

void read_group(const hdf5::Group& group, const std::string& path, RawContent& content) {
  auto& attributes = content.groups[path];
  for (auto& [name, value] : hdf5::read_attributes(group.get())) attributes[name] = value;
  for (const std::string& name : hdf5::links(group.get())) {
    const std::string below = join(path, name);
    if (!hdf5::is_dataset(group.get(), name)) {
      read_group(hdf5::open_group(group.get(), name), below, content);
      continue;
    }
    const hdf5::Dataset dataset = hdf5::open_dataset(group.get(), name);
    const Shape shape = hdf5::shape_of(dataset);
    if (hdf5::is_variable_string(hdf5::type_of(dataset))) {
      content.texts[below] = hdf5::read_strings(dataset, 0, shape);
    } else {
      Numbers& numbers = content.numbers[below];
      numbers.resize(static_cast<std::size_t>(shape[0]));
      hdf5::read_rows(dataset, hdf5::memory_type(int64), 0, shape, numbers.data());
    }
  }
}

template <class Map>
std::string map_difference(const Map& stored, const Map& expected) {
  for (const auto& [path, content] : expected) {
    const auto found = stored.find(path);
    if (found == stored.end()) return path + " is missing";
    if (found->second != content) return path + " holds something else";
  }
  return stored.size() > expected.size() ? "something is there that was deleted" : "";
}

class RawModel final : public Model {
 public:
  explicit RawModel(std::uint64_t seed) : seed_(seed) { content_.groups["/"]; }
  [[nodiscard]] std::unique_ptr<Model> copy() const override {
    return std::make_unique<RawModel>(*this);
  }
  void advance() override { take_plan(plan()); }
  void edit(const std::filesystem::path& file, std::uint64_t commits,
            const std::function<void(std::uint64_t)>& report) override;
  [[nodiscard]] std::string difference(const std::filesystem::path& file) const override;

 private:
  [[nodiscard]] RawPlan plan() const;
  void take_plan(const RawPlan& plan);
  [[nodiscard]] journal::Options options() const;

  std::uint64_t seed_;
  RawContent content_;
};

RawPlan RawModel::plan() const {
  Random random(seed_, 1000 + number_);
  const auto draw = [&](const char* prefix) {
    std::vector<Step> steps;
    RawContent content = content_;
    for (std::uint64_t count = 1 + random.below(10); count > 0; --count) {
      const std::string name = prefix + std::to_string(number_) + "_" + std::to_string(count);
      steps.push_back(draw_step(random, content, name));
      take(steps.back(), content);
    }
    return steps;
  };
  RawPlan plan;
  plan.rolls_back = number_ > 0 && random.chance(15);
  if (plan.rolls_back) plan.undone = draw("undone");
  plan.steps = draw("");
  plan.steps.push_back(
      {.what = What::SetAttr, .path = "/", .name = "commit", .value = Value::of(number_ + 1)});
  plan.closes = random.chance(20);
  return plan;
}

void RawModel::take_plan(const RawPlan& plan) {
  for (const Step& step : plan.steps) take(step, content_);
  ++number_;
}

// With little memory, pages go to the journal before their commit; with small buffers, the tail
// goes past the page cache.
journal::Options RawModel::options() const {
  Random random(seed_, 1);
  journal::Options options{.memory = std::size_t{4096} << random.below(13)};
  if (random.chance(60)) {
    options.tail = {.bytes = std::size_t{4096} << random.below(6),
                    .count = 1 + random.below(3),
                    .worth = std::size_t{64} << random.below(7)};
  }
  return options;
}

journal::JournaledFile create(const std::filesystem::path& name, const journal::Options& options) {
  const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) throw std::runtime_error("cannot create " + name.string());
  ::close(descriptor);
  return journal::JournaledFile::create(name, hdf5::creation_properties().get(),
                                        hdf5::access_properties().get(), options);
}

void RawModel::edit(const std::filesystem::path& file, std::uint64_t commits,
                    const std::function<void(std::uint64_t)>& report) {
  const std::filesystem::path partial = file.string() + ".partial-" + std::to_string(::getpid());
  std::optional<journal::JournaledFile> journaled;
  for (; commits > 0; --commits) {
    const RawPlan next = plan();
    if (!journaled) {
      journaled = number_ == 0 ? create(partial, options())
                               : journal::JournaledFile::open(file, hdf5::access_properties().get(),
                                                              options());
    }
    for (const Step& step : next.undone) perform(step, journaled->file().get());
    if (next.rolls_back) journaled->rollback();
    for (const Step& step : next.steps) perform(step, journaled->file().get());
    journaled->commit();
    if (number_ == 0) {
      std::filesystem::rename(partial, file);
      journaled->renamed(file);
    }
    if (next.closes) {
      journaled->close();
      journaled.reset();
    }
    take_plan(next);
    report(number_);
  }
}

std::string RawModel::difference(const std::filesystem::path& file) const {
  const hdf5::File opened = hdf5::open_file(file);
  RawContent stored;
  read_group(hdf5::open_group(opened.get(), "/"), "/", stored);
  std::string text = map_difference(stored.groups, content_.groups);
  if (text.empty()) text = map_difference(stored.numbers, content_.numbers);
  if (text.empty()) text = map_difference(stored.texts, content_.texts);
  return text;
}

}  // namespace

std::unique_ptr<Model> raw_model(std::uint64_t seed) { return std::make_unique<RawModel>(seed); }

std::unique_ptr<Model> make_model(const std::string& kind, std::uint64_t seed) {
  if (kind == "layout") return layout_model(seed);
  if (kind == "raw") return raw_model(seed);
  if (kind == "objects") return objects_model(seed);
  return nullptr;
}

}  // namespace sheaf::crash
