// SPDX-License-Identifier: MIT
#include <stdexcept>

#include "core/objects/file.hpp"
#include "core/objects/live.hpp"
#include "core/objects/sharing.hpp"
#include "tests/crash/objects_draws.hpp"

namespace sheaf::crash {

SHEAF_DESCRIBE(Recording, (), (gain, label, samples, next))
constexpr objects::TypeName sheaf_type(const Recording* /*type*/) { return {"crash.recording", 1}; }

namespace {

using objects::File;
using objects::Item;
using objects::Tree;

struct Made {
  std::int64_t seed = 0;
  bool fails = false;
};

struct Refusal : std::runtime_error {
  Refusal() : std::runtime_error("made to fail") {}
};

void sheaf_write(const Item& to, const Made& made) {
  const Tree all = made_of(made.seed);
  for (const auto& [name, value] : *all.entries()) {
    to[name].set(value);
    if (made.fails && name != "gain") throw Refusal();
  }
  to.attrs()["kind"] = "made";
}

void make_resizable(const Item& item, const ObjectStep& step) {
  const auto extent = static_cast<std::int64_t>(step.index);
  const Value& numbers = *step.value.value();
  const objects::Array array = item.make_array(int64, {extent});
  array.resize({extent + numbers.shape[0]});
  array.write({extent}, numbers);
}

void fail_to_make(const Item& item, const ObjectStep& step) {
  try {
    item = Made{static_cast<std::int64_t>(step.index), true};
  } catch (const Refusal&) {
    return;
  }
  throw std::logic_error("a sheaf_write that throws was stored");
}

void assign_members(const Item& item, const ObjectStep& step) {
  const auto recording = item.bind<Recording>();
  recording->gain = static_cast<std::int64_t>(step.index);
  recording->label = step.other;
}

void insert(const objects::List& list, const ObjectStep& step) {
  if (step.index == list.size()) {
    list.append(step.value);
  } else {
    list.insert(static_cast<std::int64_t>(step.index), step.value);
  }
}

}  // namespace

void perform(const ObjectStep& step, const File& file) {
  const Item item = file[step.path];
  switch (step.what) {
    case Edit::Put:
      return item.set(step.value);
    case Edit::Made:
      item = Made{static_cast<std::int64_t>(step.index), false};
      return;
    case Edit::Failing:
      return fail_to_make(item, step);
    case Edit::Object:
      item = recording_of(static_cast<std::int64_t>(step.index));
      return;
    case Edit::Live:
      return assign_members(item, step);
    case Edit::Merge:
      item.dict() |= step.value;
      return;
    case Edit::Insert:
      return insert(item.list(), step);
    case Edit::Extend:
      return item.list().extend(*step.value.list_items());
    case Edit::Erase:
      if (!item.erase()) throw std::logic_error("nothing to erase at " + step.path);
      return;
    case Edit::Rename:
      return file.root().rename(step.path, step.other);
    case Edit::Copy:
      return file[step.other].copy_from(item);
    case Edit::SetAttr:
      return item.attrs().set(step.other, step.value);
    case Edit::EraseAttr:
      if (!item.attrs().erase(step.other)) throw std::logic_error("no such attribute");
      return;
    case Edit::Resizable:
      return make_resizable(item, step);
    case Edit::Overwrite:
      return item.array().write({static_cast<std::int64_t>(step.index)}, *step.value.value());
  }
}

}  // namespace sheaf::crash
