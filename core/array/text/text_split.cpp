// SPDX-License-Identifier: MIT
// Texts cut into several: lists of several lengths, kept flat.
#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/array/cumulative.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/shaping/made.hpp"
#include "core/array/text.hpp"
#include "core/array/text/text_nodes.hpp"
#include "core/array/text/unicode.hpp"

namespace sheaf::np::strings {
namespace {

using Pieces = std::vector<std::string>;
using Cut = std::function<Pieces(const Given& in)>;
using Points = std::u32string_view;

Pieces cut_by(const std::string& text, const std::string& separator, std::int64_t most) {
  Pieces pieces;
  std::size_t at = 0;
  for (; most != 0; --most) {
    const std::size_t found = text.find(separator, at);
    if (found == std::string::npos) break;
    pieces.push_back(text.substr(at, found - at));
    at = found + separator.size();
  }
  pieces.push_back(text.substr(at));
  return pieces;
}

Pieces cut_back_by(const std::string& text, const std::string& separator, std::int64_t most) {
  Pieces pieces;
  std::size_t end = text.size();
  for (; most != 0 && end >= separator.size(); --most) {
    const std::size_t found = text.rfind(separator, end - separator.size());
    if (found == std::string::npos) break;
    pieces.push_back(text.substr(found + separator.size(), end - found - separator.size()));
    end = found;
  }
  pieces.push_back(text.substr(0, end));
  std::ranges::reverse(pieces);
  return pieces;
}

// At white space, of which none is left but in what isn't cut any more.
Pieces cut_at_space(const std::string& text, std::int64_t most) {
  const std::u32string points = unicode::points_of(text);
  Pieces pieces;
  for (std::size_t at = 0;;) {
    while (at < points.size() && unicode::is_space(points[at])) ++at;
    if (at == points.size()) return pieces;
    std::size_t end = most-- == 0 ? points.size() : at;
    while (end < points.size() && !unicode::is_space(points[end])) ++end;
    pieces.push_back(unicode::text_of(Points(points).substr(at, end - at)));
    at = end;
  }
}

Pieces cut_back_at_space(const std::string& text, std::int64_t most) {
  const std::u32string points = unicode::points_of(text);
  Pieces pieces;
  for (std::size_t end = points.size();;) {
    while (end > 0 && unicode::is_space(points[end - 1])) --end;
    if (end == 0) break;
    std::size_t at = most-- == 0 ? 0 : end;
    while (at > 0 && !unicode::is_space(points[at - 1])) --at;
    pieces.push_back(unicode::text_of(Points(points).substr(at, end - at)));
    end = at;
  }
  std::ranges::reverse(pieces);
  return pieces;
}

bool ends_line(char32_t point) {
  return (point >= 0xA && point <= 0xD) || (point >= 0x1C && point <= 0x1E) || point == 0x85 ||
         point == 0x2028 || point == 0x2029;
}

Pieces lines_of(const std::string& text, bool keeps_ends) {
  const std::u32string points = unicode::points_of(text);
  Pieces lines;
  for (std::size_t at = 0; at < points.size();) {
    std::size_t end = at;
    while (end < points.size() && !ends_line(points[end])) ++end;
    std::size_t next = std::min(end + 1, points.size());
    if (end + 1 < points.size() && points[end] == '\r' && points[end + 1] == '\n') ++next;
    lines.push_back(unicode::text_of(Points(points).substr(at, (keeps_ends ? next : end) - at)));
    at = next;
  }
  return lines;
}

constexpr std::int64_t small_gap = 8;  // texts without pieces, read rather than left out

// All pieces one behind the other: those of text k end at ends[k].
class AllPieces : public Node {
 public:
  AllPieces(const NodePtr& counts, std::vector<NodePtr> texts, Cut cut)
      : AllPieces(counted_places(counts), counts, std::move(texts), std::move(cut)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(utf8, box.size());
    const Pass::BufferPtr owners = pass.read(owners_, box);
    const auto* owner = owners->as<std::int64_t>();
    for (std::int64_t at = 0; at < box.size();) {
      std::int64_t end = at + 1;
      while (end < box.size() && owner[end] - owner[end - 1] <= small_gap) ++end;
      read_run(box.first.front() + at, owner + at, end - at,
               &out.strings()[static_cast<std::size_t>(at)], pass);
      at = end;
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override {
    std::vector<NodePtr> all = texts_;
    all.insert(all.end(), {owners_, ends_, counts_});
    return all;
  }

 private:
  AllPieces(NodePtr owners, const NodePtr& counts, std::vector<NodePtr> texts, Cut cut)
      : Node(utf8, owners->shape()),
        owners_(std::move(owners)),
        counts_(counts),
        ends_(cumsum(Array(counts)).node()),
        texts_(std::move(texts)),
        cut_(std::move(cut)) {}

  // Pieces from number `first` on, of texts that lie close together.
  void read_run(std::int64_t first, const std::int64_t* owner, std::int64_t count, std::string* to,
                Pass& pass) const {
    const Box box{{owner[0]}, {owner[count - 1] - owner[0] + 1}};
    Given in(texts_, box, pass);
    const Pass::BufferPtr ends = pass.read(ends_, box);
    const Pass::BufferPtr counts = pass.read(counts_, box);
    Pieces pieces;
    for (std::int64_t at = 0; at < count; ++at) {
      const std::int64_t text = owner[at] - owner[0];
      if (at == 0 || owner[at] != owner[at - 1]) {
        in.move_to(text);
        pieces = cut_(in);
        if (static_cast<std::int64_t>(pieces.size()) != counts->as<std::int64_t>()[text]) {
          refuse("split", "texts have changed since their pieces were counted; split them again");
        }
      }
      const std::int64_t begin = ends->as<std::int64_t>()[text] - counts->as<std::int64_t>()[text];
      to[at] = std::move(pieces[static_cast<std::size_t>(first + at - begin)]);
    }
  }

  NodePtr owners_;  // whose each piece is
  NodePtr counts_;
  NodePtr ends_;
  std::vector<NodePtr> texts_;
  Cut cut_;
};

Split split_by(const std::vector<NodePtr>& inputs, const Cut& cut) {
  const Array lengths = each_of<std::int64_t>(
      inputs, [cut](const Given& in) { return static_cast<std::int64_t>(cut(in).size()); });
  const NodePtr counts = kept(lengths.node());
  std::vector<NodePtr> flat{reshaped(inputs.front(), {lengths.size()})};
  for (std::size_t at = 1; at < inputs.size(); ++at) {
    flat.push_back(inputs[at]->size() == 1 ? inputs[at] : reshaped(inputs[at], {lengths.size()}));
  }
  const NodePtr in_a_row = reshaped(counts, {lengths.size()});
  return {Array(std::make_shared<AllPieces>(in_a_row, std::move(flat), cut)), Array(counts)};
}

// Negative: any number.
std::int64_t most_cuts(const Given& in) { return std::max<std::int64_t>(in.number(1), -1); }

const std::string& separator_of(const std::string& name, const Given& in) {
  if (in.text(2).empty()) refuse(name, "has an empty separator");
  return in.text(2);
}

}  // namespace

Split split(const Texts& a, const std::optional<Texts>& sep, const Array& maxsplit) {
  if (!sep) {
    return split_by(text_inputs("split", {a, maxsplit}),
                    [](const Given& in) { return cut_at_space(in.text(0), most_cuts(in)); });
  }
  return split_by(text_inputs("split", {a, maxsplit, *sep}), [](const Given& in) {
    return cut_by(in.text(0), separator_of("split", in), most_cuts(in));
  });
}

Split rsplit(const Texts& a, const std::optional<Texts>& sep, const Array& maxsplit) {
  if (!sep) {
    return split_by(text_inputs("rsplit", {a, maxsplit}),
                    [](const Given& in) { return cut_back_at_space(in.text(0), most_cuts(in)); });
  }
  return split_by(text_inputs("rsplit", {a, maxsplit, *sep}), [](const Given& in) {
    return cut_back_by(in.text(0), separator_of("rsplit", in), most_cuts(in));
  });
}

Split splitlines(const Texts& a, bool keepends) {
  return split_by(text_inputs("splitlines", {a}),
                  [keepends](const Given& in) { return lines_of(in.text(0), keepends); });
}

}  // namespace sheaf::np::strings
