// SPDX-License-Identifier: MIT
#include "core/objects/difference.hpp"

#include "core/objects/comparison.hpp"
#include "core/objects/store.hpp"

namespace sheaf::objects {

namespace {

void append_name(std::string& text, std::string_view name) {
  for (const char letter : name) text += letter == '@' ? "@@" : std::string_view(&letter, 1);
}

}  // namespace

std::string Difference::where() const {
  std::string text = "/";
  append_name(text, path);
  if (!attribute) return text;
  text += '@';
  append_name(text, *attribute);
  return text;
}

DifferenceSummary compare(const Item& a, const Item& b, const DifferenceOptions& options,
                          DifferenceSink& sink) {
  const auto locks = Store::lock(*a.store(), *b.store());
  return a.store()->look([&](Places& of_a) {
    return b.store()->look([&](Places& of_b) {
      hdf5::Object root_a = of_a.open(a.path());
      hdf5::Object root_b = of_b.open(b.path());
      return Comparison(of_a, of_b, options, sink).run(std::move(root_a), std::move(root_b));
    });
  });
}

}  // namespace sheaf::objects
