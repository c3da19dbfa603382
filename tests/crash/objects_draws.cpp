// SPDX-License-Identifier: MIT
#include "tests/crash/objects_draws.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace sheaf::crash {
namespace {

using objects::Bytes;
using objects::none;
using objects::Tree;

constexpr std::size_t many = 300;  // entries of a file, from which on more are erased

template <class T>
const T& any(Random& random, const std::vector<T>& all) {
  return all[random.below(all.size())];
}

std::string draw_text(Random& random) {
  return std::string(random.below(random.chance(5) ? 9000 : 60), 't') +
         std::to_string(random.next());
}

std::vector<std::int64_t> draw_numbers(Random& random) {
  std::vector<std::int64_t> numbers(1 + random.below(random.chance(10) ? 6000 : 50));
  for (std::int64_t& number : numbers) number = static_cast<std::int64_t>(random.next());
  return numbers;
}

// What an attribute holds, too.
Tree draw_plain(Random& random) {
  switch (random.below(8)) {
    case 0:
      return none;
    case 1:
      return static_cast<std::int64_t>(random.next());
    case 2:
      return random.fraction();
    case 3:
      return random.chance(50);
    case 4:
      return Bytes{std::vector<std::byte>(random.below(200), std::byte{7}), false};
    case 5:
      return draw_numbers(random);
    case 6:
      return std::vector<std::string>(1 + random.below(4), draw_text(random));
    default:
      return draw_text(random);
  }
}

Tree draw_dict(Random& random, int depth);

Tree draw_tree(Random& random, int depth) {
  if (depth == 0 || random.chance(55)) return draw_plain(random);
  if (random.chance(50)) return draw_dict(random, depth - 1);
  Tree::List items(random.below(8));
  for (Tree& item : items) item = draw_tree(random, depth - 1);
  return items;
}

Tree draw_dict(Random& random, int depth) {
  Tree::Dict entries;
  for (std::uint64_t left = random.below(6); left > 0; --left) {
    entries.emplace_back("d" + std::to_string(left), draw_tree(random, depth));
  }
  return entries;
}

// Their paths, with or without the root.
std::vector<std::string> dicts(Node& content, bool with_root) {
  std::vector<std::string> all = paths_of(content, Node::Kind::Dict);
  if (with_root) all.emplace_back("");
  return all;
}

std::vector<std::string> everything(Node& content) {
  std::vector<std::string> all = dicts(content, false);
  for (const Node::Kind kind : {Node::Kind::List, Node::Kind::Leaf}) {
    const std::vector<std::string> more = paths_of(content, kind);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

bool is_in_list(Node& content, const std::string& path) {
  return at(content, std::string_view(path).substr(0, path.rfind('/'))).kind == Node::Kind::List;
}

bool is_numbers(const Node& node) {
  const Value* value = node.kind == Node::Kind::Leaf ? node.leaf.value() : nullptr;
  return value != nullptr && value->dtype == int64 && value->shape.size() == 1 &&
         value->shape[0] > 0;
}

// New names, and those of entries that are replaced; sometimes two dictionaries further down.
std::string draw_place(Random& random, Node& content, const std::string& name) {
  if (random.chance(25)) {
    const std::vector<std::string> all = everything(content);
    if (!all.empty()) return any(random, all);
  }
  const std::string place = any(random, dicts(content, true)) + "/n" + name;
  return random.chance(15) ? place + "/deep/er" : place;
}

std::optional<ObjectStep> draw_list_step(Random& random, Node& content) {
  const std::vector<std::string> lists = paths_of(content, Node::Kind::List);
  if (lists.empty()) return std::nullopt;
  const std::string& path = any(random, lists);
  const std::size_t size = at(content, path).entries.size();
  if (size > 0 && random.chance(size > 30 ? 60 : 25)) {
    return ObjectStep{Edit::Erase, path + "/" + std::to_string(random.below(size))};
  }
  if (random.chance(20)) {
    Tree::List items(random.below(20));
    for (Tree& item : items) item = draw_plain(random);
    return ObjectStep{.what = Edit::Extend, .path = path, .value = items};
  }
  return ObjectStep{.what = Edit::Insert,
                    .path = path,
                    .value = draw_tree(random, 1),
                    .index = random.chance(40) ? size : random.below(size + 1)};
}

std::optional<ObjectStep> draw_move(Random& random, Node& content, const std::string& name) {
  const std::vector<std::string> all = everything(content);
  if (all.empty()) return std::nullopt;
  const std::string& from = any(random, all);
  const std::string to = any(random, dicts(content, true)) + "/n" + name;
  const bool fits = !is_in_list(content, from) && !to.starts_with(from + "/");
  if (fits && random.chance(60)) return ObjectStep{Edit::Rename, from, to};
  if (count(at(content, from)) > 40) return std::nullopt;
  return ObjectStep{Edit::Copy, from, random.chance(30) ? any(random, all) : to};
}

std::optional<ObjectStep> draw_attr(Random& random, Node& content) {
  const std::vector<std::string> all = everything(content);
  const std::string path = all.empty() || random.chance(20) ? "/" : any(random, all);
  const auto& attrs = at(content, path).attrs;
  if (!attrs.empty() && random.chance(20)) {
    const auto which = static_cast<std::ptrdiff_t>(random.below(attrs.size()));
    return ObjectStep{Edit::EraseAttr, path, std::next(attrs.begin(), which)->first};
  }
  return ObjectStep{Edit::SetAttr, path, "a" + std::to_string(random.below(14)),
                    draw_plain(random)};
}

std::optional<ObjectStep> draw_overwrite(Random& random, Node& content) {
  std::vector<std::string> all = paths_of(content, Node::Kind::Leaf);
  std::erase_if(all, [&](const std::string& path) { return !is_numbers(at(content, path)); });
  if (all.empty()) return std::nullopt;
  const std::string& path = any(random, all);
  const auto extent = static_cast<std::size_t>(at(content, path).leaf.value()->shape[0]);
  std::vector<std::int64_t> numbers = draw_numbers(random);
  const std::size_t start = random.below(extent);
  numbers.resize(std::min(numbers.size(), extent - start));
  return ObjectStep{.what = Edit::Overwrite, .path = path, .value = numbers, .index = start};
}

std::optional<ObjectStep> draw_merge(Random& random, Node& content) {
  const std::string path = any(random, dicts(content, true));
  const Node& dict = at(content, path);
  Tree tree = draw_dict(random, 2);
  if (!dict.entries.empty()) {
    objects::merge(tree, Tree{{any(random, dict.entries).first, draw_dict(random, 1)}});
  }
  return ObjectStep{.what = Edit::Merge, .path = path, .value = tree};
}

bool is_recording(const Node& node) {
  return node.attrs.contains("sheaf_type") && node.attrs.contains("gain") &&
         node.attrs.contains("label");
}

std::optional<ObjectStep> draw_live(Random& random, Node& content) {
  std::vector<std::string> all = dicts(content, false);
  std::erase_if(all, [&](const std::string& path) { return !is_recording(at(content, path)); });
  if (all.empty()) return std::nullopt;
  return ObjectStep{.what = Edit::Live,
                    .path = any(random, all),
                    .other = draw_text(random),
                    .index = random.below(1000)};
}

std::optional<ObjectStep> draw_any(Random& random, Node& content, const std::string& name) {
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return draw_list_step(random, content);
    case 4:
    case 5:
      return draw_move(random, content, name);
    case 6:
    case 7:
      return draw_attr(random, content);
    case 8:
      return draw_overwrite(random, content);
    case 9:
      return draw_merge(random, content);
    case 10:
      return ObjectStep{.what = random.chance(30) ? Edit::Failing : Edit::Made,
                        .path = draw_place(random, content, name),
                        .index = random.below(1000)};
    case 11:
      return ObjectStep{.what = Edit::Resizable,
                        .path = draw_place(random, content, name),
                        .value = draw_numbers(random),
                        .index = random.below(5000)};
    case 12:
      return ObjectStep{.what = Edit::Object,
                        .path = draw_place(random, content, name),
                        .index = random.below(1000)};
    case 13:
      return draw_live(random, content);
    default:
      return std::nullopt;
  }
}

std::vector<std::int64_t> numbers_in(const Tree& tree) {
  return tree.as<std::vector<std::int64_t>>();
}

Node node_of(const Recording& recording) {
  Node node{.kind = Node::Kind::Dict};
  node.attrs["sheaf_type"] = "crash.recording";
  node.attrs["gain"] = recording.gain;
  node.attrs["label"] = recording.label;
  put(node, "/samples", crash::node_of(recording.samples));
  put(node, "/next", recording.next ? node_of(*recording.next) : crash::node_of(none));
  return node;
}

void overwrite(const ObjectStep& step, Node& content) {
  Value value = *at(content, step.path).leaf.value();
  const Value& part = *step.value.value();
  std::copy(part.bytes.begin(), part.bytes.end(),
            value.bytes.begin() + static_cast<std::ptrdiff_t>(step.index * sizeof(std::int64_t)));
  at(content, step.path).leaf = value;
}

}  // namespace

ObjectStep draw_step(Random& random, Node& content, const std::string& name) {
  const std::vector<std::string> all = everything(content);
  if (!all.empty() && random.chance(all.size() > many ? 70 : 8)) {
    return {Edit::Erase, any(random, all)};
  }
  if (auto drawn = draw_any(random, content, name)) return std::move(*drawn);
  return {
      .what = Edit::Put, .path = draw_place(random, content, name), .value = draw_tree(random, 2)};
}

Value grown(std::int64_t extent, const std::vector<std::int64_t>& numbers) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(extent), 0);
  all.insert(all.end(), numbers.begin(), numbers.end());
  return Value::of(all);
}

Tree made_of(std::int64_t seed) {
  return {{"gain", static_cast<double>(seed) * 0.5},
          {"samples", std::vector<float>(static_cast<std::size_t>(seed), 0.5F)},
          {"notes", Tree::list({seed, "made"})}};
}

Recording recording_of(std::int64_t seed) {
  Recording recording{seed, "recording " + std::to_string(seed), {}, nullptr};
  for (std::int64_t at = 0; at < seed; ++at) recording.samples.push_back(at * seed);
  if (seed % 2 == 1) recording.next = std::make_unique<Recording>(recording_of(seed / 2));
  return recording;
}

void apply(const ObjectStep& step, Node& content) {
  switch (step.what) {
    case Edit::Put:
      return put(content, step.path, node_of(step.value));
    case Edit::Made: {
      Node node = node_of(made_of(static_cast<std::int64_t>(step.index)));
      node.attrs["kind"] = "made";
      return put(content, step.path, std::move(node));
    }
    case Edit::Failing:
      return;
    case Edit::Object:
      return put(content, step.path, node_of(recording_of(static_cast<std::int64_t>(step.index))));
    case Edit::Live:
      at(content, step.path).attrs["gain"] = static_cast<std::int64_t>(step.index);
      at(content, step.path).attrs["label"] = step.other;
      return;
    case Edit::Merge:
      return merge(at(content, step.path), step.value);
    case Edit::Insert:
      return insert(content, step.path, step.index, node_of(step.value));
    case Edit::Extend:
      for (const Tree& item : *step.value.list_items()) {
        insert(content, step.path, at(content, step.path).entries.size(), node_of(item));
      }
      return;
    case Edit::Erase:
      return static_cast<void>(take(content, step.path));
    case Edit::Rename:
      return put(content, step.other, take(content, step.path));
    case Edit::Copy:
      return put(content, step.other, Node(at(content, step.path)));
    case Edit::SetAttr:
      at(content, step.path).attrs[step.other] = step.value;
      return;
    case Edit::EraseAttr:
      at(content, step.path).attrs.erase(step.other);
      return;
    case Edit::Resizable:
      return put(content, step.path,
                 node_of(grown(static_cast<std::int64_t>(step.index), numbers_in(step.value))));
    case Edit::Overwrite:
      return overwrite(step, content);
  }
}

}  // namespace sheaf::crash
