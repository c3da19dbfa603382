// SPDX-License-Identifier: MIT
// Texts in order: they stay in memory, as all texts do.
#include <algorithm>
#include <numeric>

#include "core/array/engine/evaluate.hpp"
#include "core/array/sorting/sorted.hpp"

namespace sheaf::np {
namespace {

using Texts = std::vector<std::string>;
using Places = std::vector<std::int64_t>;

Texts texts_of(const std::vector<NodePtr>& inputs) {
  Texts all;
  for (const NodePtr& input : inputs) {
    Value value = load(input);
    std::ranges::move(value.strings, std::back_inserter(all));
  }
  return all;
}

Places text_places(const Texts& texts) {
  Places places(texts.size());
  std::iota(places.begin(), places.end(), 0);
  std::ranges::stable_sort(places, {}, [&](std::int64_t place) -> const std::string& {
    return texts[static_cast<std::size_t>(place)];
  });
  return places;
}

NodePtr memory_of(Texts texts) {
  const auto count = static_cast<std::int64_t>(texts.size());
  return memory_node({utf8, {count}, {}, std::move(texts)});
}
NodePtr memory_of(const Places& places) { return memory_node(Value::of(places)); }

}  // namespace

NodePtr sorted_texts(const NodePtr& input) {
  Texts texts = texts_of({input});
  std::ranges::sort(texts);
  return memory_of(std::move(texts));
}

NodePtr sorted_text_places(const NodePtr& input) {
  return memory_of(text_places(texts_of({input})));
}

Groups grouped_texts(const std::vector<NodePtr>& inputs, const Grouping& how) {
  Texts texts = texts_of(inputs);
  const Places places = text_places(texts);
  Texts values;
  Places first;
  Places counts;
  Places inverse(texts.size());
  std::int64_t groups = 0;
  for (std::size_t at = 0; at < places.size(); ++groups) {
    const auto begin = static_cast<std::size_t>(places[at]);
    std::size_t stop = at;
    while (stop < places.size() && texts[static_cast<std::size_t>(places[stop])] == texts[begin]) {
      inverse[static_cast<std::size_t>(places[stop++])] = groups;
    }
    const auto size = static_cast<std::int64_t>(stop - at);
    at = stop;
    if (how.of_size != 0 && size != how.of_size) continue;
    values.push_back(texts[begin]);
    first.push_back(places[at - static_cast<std::size_t>(size)]);
    counts.push_back(size);
  }
  Groups all{memory_of(std::move(values)), {}, {}, {}};
  if (how.first) all.first = memory_of(first);
  if (how.counts) all.counts = memory_of(counts);
  if (how.inverse) {
    Value value = Value::of(inverse);
    if (how.keeps_shape) value.shape = inputs.front()->shape();
    all.inverse = memory_node(std::move(value));
  }
  return all;
}

}  // namespace sheaf::np
