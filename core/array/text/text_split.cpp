// SPDX-License-Identifier: MIT
// Texts cut into several: lists of several lengths, kept flat.
#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
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

// How far a text is cut.
struct Walk {
  std::size_t done = 0;  // bytes; from the end where it is cut from there
  std::int64_t cuts = 0;
  bool is_over = false;
};
using Piece = std::optional<std::string_view>;
// A way to cut.
struct Cut {
  std::string name;  // of the function
  bool is_back;      // begins with the last piece
  std::function<Piece(const Given& in, Walk& walk)> next;
};

Piece next_by(std::string_view text, std::string_view separator, std::int64_t most, Walk& walk) {
  if (walk.is_over) return std::nullopt;
  const std::size_t at = walk.done;
  const std::size_t found =
      walk.cuts++ == most ? std::string_view::npos : unicode::find(text, separator, at);
  walk.is_over = found == std::string_view::npos;
  if (walk.is_over) return text.substr(at);
  walk.done = found + separator.size();
  return text.substr(at, found - at);
}

Piece next_back_by(std::string_view text, std::string_view separator, std::int64_t most,
                   Walk& walk) {
  if (walk.is_over) return std::nullopt;
  const std::string_view left = text.substr(0, text.size() - walk.done);
  const std::size_t found =
      walk.cuts++ == most ? std::string_view::npos : unicode::rfind(left, separator);
  walk.is_over = found == std::string_view::npos;
  if (walk.is_over) return left;
  walk.done = text.size() - found;
  return left.substr(found + separator.size());
}

bool begins_with_space(std::string_view text) {
  return unicode::is_space(unicode::first_point(text));
}
bool ends_with_space(std::string_view text) {
  return begins_with_space(text.substr(text.size() - unicode::bytes_of_last(text)));
}

// At white space, of which none is left but in what isn't cut any more.
Piece next_at_space(std::string_view text, std::int64_t most, Walk& walk) {
  std::string_view left = text.substr(walk.done);
  while (!left.empty() && begins_with_space(left))
    left.remove_prefix(unicode::bytes_of_first(left));
  if (left.empty()) return std::nullopt;
  const std::string_view piece = left;
  if (walk.cuts++ == most) left = {};
  while (!left.empty() && !begins_with_space(left)) {
    left.remove_prefix(unicode::bytes_of_first(left));
  }
  walk.done = text.size() - left.size();
  return piece.substr(0, piece.size() - left.size());
}

Piece next_back_at_space(std::string_view text, std::int64_t most, Walk& walk) {
  std::string_view left = text.substr(0, text.size() - walk.done);
  while (!left.empty() && ends_with_space(left)) left.remove_suffix(unicode::bytes_of_last(left));
  if (left.empty()) return std::nullopt;
  const std::string_view piece = left;
  if (walk.cuts++ == most) left = {};
  while (!left.empty() && !ends_with_space(left)) left.remove_suffix(unicode::bytes_of_last(left));
  walk.done = text.size() - left.size();
  return piece.substr(left.size());
}

bool ends_line(char32_t point) {
  return (point >= 0xA && point <= 0xD) || (point >= 0x1C && point <= 0x1E) || point == 0x85 ||
         point == 0x2028 || point == 0x2029;
}

Piece next_line(std::string_view text, bool keeps_ends, Walk& walk) {
  const std::string_view left = text.substr(walk.done);
  if (left.empty()) return std::nullopt;
  std::size_t end = 0;
  while (end < left.size() && !ends_line(unicode::first_point(left.substr(end)))) {
    end += unicode::bytes_of_first(left.substr(end));
  }
  std::size_t next = end;
  if (end < left.size()) {
    next += left.substr(end).starts_with("\r\n") ? 2 : unicode::bytes_of_first(left.substr(end));
  }
  walk.done += next;
  return left.substr(0, keeps_ends ? next : end);
}

constexpr std::int64_t small_gap = 8;        // texts without pieces, read rather than left out
constexpr std::int64_t few_pieces = 1 << 8;  // are passed over faster than remembered
constexpr std::int64_t most_marks = 1 << 12;

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
  // Where every so many pieces of a long text begin: a block doesn't look through all of it again.
  struct Marks {
    std::int64_t text;
    std::size_t hash;
    std::vector<Walk> walks;
  };
  struct Range {
    std::int64_t first;
    std::int64_t count;
    std::int64_t all;  // pieces of the text
  };

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
    for (std::int64_t at = 0; at < count;) {
      const std::int64_t text = owner[at] - owner[0];
      const std::int64_t all = counts->as<std::int64_t>()[text];
      const std::int64_t begin = ends->as<std::int64_t>()[text] - all;
      const std::int64_t end = std::find_if(owner + at, owner + count,
                                            [&](std::int64_t one) { return one != owner[at]; }) -
                               owner;
      in.move_to(text);
      read_pieces(in, owner[at], {first + at - begin, end - at, all}, to + at);
      at = end;
    }
  }

  void read_pieces(const Given& in, std::int64_t text, const Range& range, std::string* to) const {
    // In the order that they are cut in.
    const std::int64_t first = cut_.is_back ? range.all - range.first - range.count : range.first;
    const std::int64_t step = std::max(few_pieces, range.all / most_marks);
    Walk walk;
    std::int64_t at = 0;
    if (first >= step) {
      at = first / step * step;
      walk = marks_of(in, text, range.all, step)->walks[static_cast<std::size_t>(first / step)];
    }
    for (; at < first; ++at) (void)piece(in, walk);
    for (; at < first + range.count; ++at) {
      const std::int64_t place = at - first;
      to[cut_.is_back ? range.count - 1 - place : place] = piece(in, walk);
    }
    if (at == range.all && cut_.next(in, walk)) refuse_changed();
  }
  [[nodiscard]] std::string_view piece(const Given& in, Walk& walk) const {
    const Piece next = cut_.next(in, walk);
    if (!next) refuse_changed();
    return *next;
  }
  [[noreturn]] void refuse_changed() const {
    refuse(cut_.name, "texts have changed since their pieces were counted; split them again");
  }

  [[nodiscard]] std::shared_ptr<const Marks> marks_of(const Given& in, std::int64_t text,
                                                      std::int64_t all, std::int64_t step) const {
    const std::size_t hash = std::hash<std::string>()(in.text(0));
    const std::lock_guard lock(mutex_);
    if (marks_ && marks_->text == text && marks_->hash == hash) return marks_;
    Marks marks{text, hash, {}};
    Walk walk;
    for (std::int64_t at = 0; at < all; ++at) {
      if (at % step == 0) marks.walks.push_back(walk);
      (void)piece(in, walk);
    }
    return marks_ = std::make_shared<const Marks>(std::move(marks));
  }

  NodePtr owners_;  // whose each piece is
  NodePtr counts_;
  NodePtr ends_;
  std::vector<NodePtr> texts_;
  Cut cut_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Marks> marks_;  // of the text that was last asked for
};

Split split_by(const std::vector<NodePtr>& inputs, const Cut& cut) {
  const Array lengths = each_of<std::int64_t>(inputs, [cut](const Given& in) {
    std::int64_t count = 0;
    for (Walk walk; cut.next(in, walk);) ++count;
    return count;
  });
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
                    {"split", false, [](const Given& in, Walk& walk) {
                       return next_at_space(in.text(0), most_cuts(in), walk);
                     }});
  }
  return split_by(text_inputs("split", {a, maxsplit, *sep}),
                  {"split", false, [](const Given& in, Walk& walk) {
                     return next_by(in.text(0), separator_of("split", in), most_cuts(in), walk);
                   }});
}

Split rsplit(const Texts& a, const std::optional<Texts>& sep, const Array& maxsplit) {
  if (!sep) {
    return split_by(text_inputs("rsplit", {a, maxsplit}),
                    {"rsplit", true, [](const Given& in, Walk& walk) {
                       return next_back_at_space(in.text(0), most_cuts(in), walk);
                     }});
  }
  return split_by(text_inputs("rsplit", {a, maxsplit, *sep}),
                  {"rsplit", true, [](const Given& in, Walk& walk) {
                     return next_back_by(in.text(0), separator_of("rsplit", in), most_cuts(in),
                                         walk);
                   }});
}

Split splitlines(const Texts& a, bool keepends) {
  return split_by(text_inputs("splitlines", {a}),
                  {"splitlines", false, [keepends](const Given& in, Walk& walk) {
                     return next_line(in.text(0), keepends, walk);
                   }});
}

}  // namespace sheaf::np::strings
