// SPDX-License-Identifier: MIT
// Which rows of an array are whose: __span__, __ref__, and that they say the same.
#include <algorithm>
#include <array>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/links.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/region.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/names.hpp"
#include "core/layout/verification.hpp"

namespace sheaf::layout {
namespace {

constexpr std::size_t block = 4096;  // references read at a time
const Span absent{};

std::string text_of(Span cell) {
  if (cell == absent) return "no rows";
  return "rows " + std::to_string(cell.start) + " to " + std::to_string(cell.stop);
}

// The tables of one array, as far as they can be read.
struct Tables {
  std::vector<Span> spans;
  bool has_spans = false;                       // also where they can't be read
  std::vector<std::optional<Span>> references;  // empty for one that can't be followed
  bool has_references = false;
  bool are_readable = true;
};

class CellCheck {
 public:
  CellCheck(Verification& state, const std::string& key)
      : state_(state),
        key_(key),
        path_("/" + key),
        array_(hdf5::open_dataset(state.file.get(), key + "/" + names::array)),
        shape_(hdf5::shape_of(array_)) {}

  std::optional<CheckedArray> run() {
    if (shape_.empty()) {
      state_.problem(object(names::array), "no-rows", "is a single value, no array of rows",
                     restore);
      return std::nullopt;
    }
    row_elements_ = element_count(Shape(shape_.begin() + 1, shape_.end()));
    state_.report.checked.rows += shape_[0];
    tables_.are_readable &= state_.try_to(object(names::spans), [&] { read_spans(); });
    tables_.are_readable &= state_.try_to(object(names::references), [&] { follow_references(); });
    if (tables_.are_readable) check_lengths();
    CheckedArray checked{shape_, settle()};
    if (tables_.are_readable) check_overlaps(checked.cells);
    return checked;
  }

 private:
  [[nodiscard]] std::string object(const char* name) const { return path_ + "/" + name; }
  [[nodiscard]] bool is_inside(Span cell) const {
    return cell == absent || (cell.start >= 0 && cell.start <= cell.stop && cell.stop <= shape_[0]);
  }

  void read_spans();
  void follow_references();
  std::optional<Span> follow(const hdf5::RegionReference& reference, std::size_t source);
  void check_lengths();
  void check_length(const char* name, bool is_there, std::size_t length);
  bool agree(Span span, Span reference) const;
  void compare(std::size_t source, Span span, std::int64_t last);
  std::vector<Span> settle();
  void check_overlaps(const std::vector<Span>& cells);

  Verification& state_;
  std::string key_;
  std::string path_;  // the key with a slash in front, for findings
  hdf5::Dataset array_;
  Shape shape_;
  std::int64_t row_elements_ = 1;
  Tables tables_;
};

void CellCheck::read_spans() {
  const std::string path = object(names::spans);
  state_.at(path);
  if (!hdf5::exists(state_.file.get(), key_ + "/" + names::spans)) return;
  const hdf5::Dataset dataset = hdf5::open_dataset(state_.file.get(), path);
  const Shape shape = hdf5::shape_of(dataset);
  const auto dtype = hdf5::inspect(hdf5::type_of(dataset)).dtype;
  if (shape.size() != 2 || shape[1] != 2 || !dtype || !hdf5::convertible(*dtype, int64)) {
    throw Error(ErrorCode::Corrupt, path, "doesn't hold two numbers a source");
  }
  tables_.spans = hdf5::memory_for<Span>({shape[0]}, 1, path);
  hdf5::read_rows(dataset, hdf5::memory_type(int64), 0, shape, tables_.spans.data());
  tables_.has_spans = true;
  for (std::size_t source = 0; source < tables_.spans.size(); ++source) {
    const Span cell = tables_.spans[source];
    if (is_inside(cell)) continue;
    state_.problem(
        path, "span-range",
        state_.name_of(source) + " has " + text_of(cell) + " of " + std::to_string(shape_[0]),
        restore);
  }
}

std::optional<Span> CellCheck::follow(const hdf5::RegionReference& reference, std::size_t source) {
  if (reference == hdf5::RegionReference{}) return absent;
  std::optional<Span> cell;
  state_.try_to(object(names::references), [&] {
    if (!hdf5::leads_to(reference, array_, hdf5::address_of(array_.get()))) {
      return state_.problem(object(names::references), "reference-elsewhere",
                            state_.name_of(source) + " has a reference to another array", restore);
    }
    const auto rows = hdf5::rows_of(reference, array_, shape_);
    if (rows) cell = Span{rows->first, rows->second};
  });
  return cell;
}

void CellCheck::follow_references() {
  const std::string path = object(names::references);
  state_.at(path);
  if (!hdf5::exists(state_.file.get(), key_ + "/" + names::references)) return;
  const hdf5::Dataset dataset = hdf5::open_dataset(state_.file.get(), path);
  const Shape shape = hdf5::shape_of(dataset);
  const hdf5::Datatype type = hdf5::region_reference_type();
  if (shape.size() != 1 || !hdf5::equal(hdf5::type_of(dataset), type)) {
    throw Error(ErrorCode::Corrupt, path, "doesn't hold one region reference a source");
  }
  tables_.has_references = true;
  const auto count = static_cast<std::size_t>(shape[0]);
  (void)hdf5::memory_for<std::optional<Span>>(shape, 1, path);  // throws if that can't be
  std::vector<hdf5::RegionReference> references;
  for (std::size_t first = 0; first < count; first += block) {
    references.resize(std::min(block, count - first));
    hdf5::read_rows(dataset, type, static_cast<std::int64_t>(first),
                    {static_cast<std::int64_t>(references.size())}, references.data());
    for (const hdf5::RegionReference& reference : references) {
      tables_.references.push_back(follow(reference, tables_.references.size()));
    }
    state_.report.checked.references += static_cast<std::int64_t>(references.size());
    state_.advance(0);
  }
}

void CellCheck::check_length(const char* name, bool is_there, std::size_t length) {
  const std::size_t sources = state_.ids.size();
  if (!is_there) {
    if (sources == 0) return;
    return state_.note(object(name), "missing", "isn't there",
                       "`sheaf pack " + state_.name + "` writes it");
  }
  const std::string rows = "has " + count_of(length, "row") + " for " + count_of(sources, "source");
  if (length > sources) state_.problem(object(name), "too-long", rows, restore);
  if (length >= sources) return;
  state_.note(object(name), "too-short", rows, "`sheaf pack " + state_.name + "` fills it up");
}

void CellCheck::check_lengths() {
  check_length(names::spans, tables_.has_spans, tables_.spans.size());
  check_length(names::references, tables_.has_references, tables_.references.size());
}

// A reference to no rows doesn't say where.
bool CellCheck::agree(Span span, Span reference) const {
  if (span == reference) return true;
  if (span == absent || reference == absent) return false;
  return span.stop - span.start == 0 ? reference.start == reference.stop : row_elements_ == 0;
}

// `last` is where the rows that spans know of end.
void CellCheck::compare(std::size_t source, Span span, std::int64_t last) {
  if (source >= tables_.references.size()) {
    if (span == absent || !tables_.are_readable) return;
    return state_.problem(object(names::references), "reference-missing",
                          state_.name_of(source) + " has " + text_of(span) + " and no reference",
                          restore);
  }
  const auto reference = tables_.references[source];
  if (!reference || !is_inside(span) || agree(span, *reference)) return;
  const std::string both = state_.name_of(source) + " has " + text_of(span) + " in __span__, but " +
                           text_of(*reference) + " in __ref__";
  if (last < shape_[0] && reference->start >= last) {
    state_.note(object(names::spans), "span-old",
                both + ", which count: something else replaced its rows",
                "`sheaf pack " + state_.name + "` brings both together");
  } else {
    state_.problem(path_, "span-reference", both, restore);
  }
}

// What a reader takes: spans, and references where something else appended.
std::vector<Span> CellCheck::settle() {
  std::int64_t last = 0;
  for (const Span& span : tables_.spans) {
    if (is_inside(span)) last = std::max(last, span.stop);
  }
  const bool has_grown = last < shape_[0];
  std::vector<Span> cells(state_.ids.size());
  for (std::size_t source = 0; source < cells.size(); ++source) {
    const bool has_span = source < tables_.spans.size();
    if (has_span) compare(source, tables_.spans[source], last);
    if (source < tables_.references.size() && (has_grown || !has_span)) {
      cells[source] = tables_.references[source].value_or(absent);
    } else if (has_span && is_inside(tables_.spans[source])) {
      cells[source] = tables_.spans[source];
    }
  }
  return cells;
}

void CellCheck::check_overlaps(const std::vector<Span>& cells) {
  std::vector<std::size_t> order;
  for (std::size_t source = 0; source < cells.size(); ++source) {
    if (cells[source].stop > cells[source].start) order.push_back(source);
  }
  std::ranges::sort(order, {}, [&](std::size_t source) { return cells[source].start; });
  std::int64_t covered = 0, end = 0;
  std::size_t widest = 0;  // the source that reaches to `end`
  for (const std::size_t source : order) {
    const Span cell = cells[source];
    if (cell.start < end) {
      state_.problem(path_, "overlap",
                     state_.name_of(widest) + " and " + state_.name_of(source) +
                         " have rows in common: " + text_of(cells[widest]) + ", and " +
                         text_of(cell),
                     restore);
    }
    covered += std::max<std::int64_t>(cell.stop - std::max(cell.start, end), 0);
    if (cell.stop > end) widest = source;
    end = std::max(end, cell.stop);
  }
  if (covered == shape_[0]) return;
  state_.note(object(names::array), "holes",
              std::to_string(shape_[0] - covered) + " of " + std::to_string(shape_[0]) +
                  " rows belong to no source",
              "`sheaf pack " + state_.name + "` drops them");
}

}  // namespace

std::optional<CheckedArray> check_cells(Verification& state, const std::string& key) {
  return CellCheck(state, key).run();
}

void check_pair(Verification& state, const std::string& path, const CheckedArray& flat,
                const CheckedArray& shapes) {
  const std::string object = "/" + path + "/" + names::shapes;
  const hdf5::Dataset dataset = hdf5::open_dataset(state.file.get(), object + "/" + names::array);
  auto extents = hdf5::memory_for<std::int64_t>(shapes.shape, 1, object);
  hdf5::read_rows(dataset, hdf5::memory_type(int64), 0, shapes.shape, extents.data());
  for (std::size_t source = 0; source < flat.cells.size(); ++source) {
    const Span elements = flat.cells[source], cell = shapes.cells[source];
    if ((elements == absent) != (cell == absent)) {
      state.problem(object, "pair",
                    state.name_of(source) + " has " +
                        (cell == absent ? "elements, but no shape" : "a shape, but no elements"),
                    restore);
    }
    if (elements == absent || cell == absent || cell.stop > shapes.shape[0]) continue;
    const Shape shape(extents.begin() + cell.start, extents.begin() + cell.stop);
    if (has_elements(shape, elements.stop - elements.start)) continue;
    state.problem(object, "shape",
                  state.name_of(source) + " has the shape " + to_string(shape) + ", but " +
                      std::to_string(elements.stop - elements.start) + " elements",
                  restore);
  }
}

}  // namespace sheaf::layout
