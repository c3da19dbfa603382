// SPDX-License-Identifier: MIT
// numpy.char, by name.
#include "core/array/text.hpp"

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {
namespace {

using strings::Texts;
using OptionalTexts = std::optional<Texts>;

Texts texts(const Arguments& in, std::size_t place, const char* name) {
  return in.array(place, name);
}
Texts texts(const Arguments& in, std::size_t place, const char* name, const char* otherwise) {
  return in.has(place, name) ? texts(in, place, name) : Texts(otherwise);
}
Array integers_or(const Arguments& in, std::size_t place, const char* name,
                  std::int64_t otherwise) {
  return in.has(place, name) ? in.array(place, name) : Array(otherwise);
}

template <auto F>
Argument text_of_one(const Arguments& in) {
  in.allow({"a"});
  return Argument(Array(F(texts(in, 0, "a"))));
}

template <auto F>
Argument text_of_two(const Arguments& in) {
  in.allow({"x1", "x2"});
  return Argument(Array(F(texts(in, 0, "x1"), texts(in, 1, "x2"))));
}

template <auto F>
Argument part_of_text(const Arguments& in) {
  constexpr const char* names[] = {"sub", "prefix", "suffix"};
  const char* sub = names[0];
  for (const char* name : names) sub = in.find(1, name) != nullptr ? name : sub;
  in.allow({"a", sub, "start", "end"});
  return Argument(Array(F(texts(in, 0, "a"), texts(in, 1, sub), integers_or(in, 2, "start", 0),
                          integers_or(in, 3, "end", strings::to_end))));
}

template <auto F>
Argument filled_text(const Arguments& in) {
  in.allow({"a", "width", "fillchar"});
  return Argument(Array(F(texts(in, 0, "a"), in.array(1, "width"), texts(in, 2, "fillchar", " "))));
}

template <auto F>
Argument stripped_text(const Arguments& in) {
  in.allow({"a", "chars"});
  const OptionalTexts chars =
      in.has(1, "chars") ? OptionalTexts(texts(in, 1, "chars")) : OptionalTexts();
  return Argument(Array(F(texts(in, 0, "a"), chars)));
}

template <auto F>
Argument parted_text(const Arguments& in) {
  in.allow({"a", "sep"});
  return Argument(Array(F(texts(in, 0, "a"), texts(in, 1, "sep"))));
}

template <auto F>
Argument recoded_text(const Arguments& in) {
  in.allow({"a", "encoding", "errors"});
  if (in.text(2, "errors", "strict") != "strict") in.refuse("errors", "is 'strict' only");
  return Argument(Array(F(texts(in, 0, "a"), in.text(1, "encoding", "utf-8"))));
}

Argument pieces_and_counts(const strings::Split& split) {
  return {List{split.pieces, split.counts}, true};
}

template <auto F>
Argument split_text(const Arguments& in) {
  in.allow({"a", "sep", "maxsplit"});
  const OptionalTexts sep = in.has(1, "sep") ? OptionalTexts(texts(in, 1, "sep")) : OptionalTexts();
  return pieces_and_counts(F(texts(in, 0, "a"), sep, integers_or(in, 2, "maxsplit", -1)));
}

void add_new_texts(Functions& all) {
  all["char.multiply"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "i"});
    return strings::multiply(texts(in, 0, "a"), in.array(1, "i"));
  };
  all["char.mod"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "values"});
    return strings::mod(texts(in, 0, "a"), in.array(1, "values"));
  };
  all["char.expandtabs"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "tabsize"});
    return strings::expandtabs(texts(in, 0, "a"), integers_or(in, 1, "tabsize", 8));
  };
  all["char.join"] = [](const Arguments& in) -> Argument {
    in.allow({"sep", "seq"});
    return strings::join(texts(in, 0, "sep"), texts(in, 1, "seq"));
  };
  all["char.replace"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "old", "new", "count"});
    return strings::replace(texts(in, 0, "a"), texts(in, 1, "old"), texts(in, 2, "new"),
                            integers_or(in, 3, "count", -1));
  };
  all["char.translate"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "table"});
    return strings::translate(texts(in, 0, "a"), in.text(1, "table", ""));
  };
  all["char.zfill"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "width"});
    return strings::zfill(texts(in, 0, "a"), in.array(1, "width"));
  };
  for (const char* name : {"char.array", "char.asarray"}) {
    all[name] = [](const Arguments& in) -> Argument {
      in.allow({"obj"});
      return strings::asarray(in.array(0, "obj"));
    };
  }
}

void add_comparisons(Functions& all) {
  all["char.equal"] = text_of_two<strings::equal>;
  all["char.not_equal"] = text_of_two<strings::not_equal>;
  all["char.greater_equal"] = text_of_two<strings::greater_equal>;
  all["char.less_equal"] = text_of_two<strings::less_equal>;
  all["char.greater"] = text_of_two<strings::greater>;
  all["char.less"] = text_of_two<strings::less>;
  all["char.compare_chararrays"] = [](const Arguments& in) -> Argument {
    in.allow({"a1", "a2", "cmp", "rstrip"});
    return strings::compare_chararrays(texts(in, 0, "a1"), texts(in, 1, "a2"),
                                       in.text(2, "cmp", ""), in.flag(3, "rstrip", false));
  };
}

}  // namespace

void add_text(Functions& all) {
  all["char.add"] = text_of_two<strings::add>;
  all["char.capitalize"] = text_of_one<strings::capitalize>;
  all["char.lower"] = text_of_one<strings::lower>;
  all["char.swapcase"] = text_of_one<strings::swapcase>;
  all["char.title"] = text_of_one<strings::title>;
  all["char.upper"] = text_of_one<strings::upper>;
  all["char.str_len"] = text_of_one<strings::str_len>;
  all["char.isalnum"] = text_of_one<strings::isalnum>;
  all["char.isalpha"] = text_of_one<strings::isalpha>;
  all["char.isdecimal"] = text_of_one<strings::isdecimal>;
  all["char.isdigit"] = text_of_one<strings::isdigit>;
  all["char.islower"] = text_of_one<strings::islower>;
  all["char.isnumeric"] = text_of_one<strings::isnumeric>;
  all["char.isspace"] = text_of_one<strings::isspace>;
  all["char.istitle"] = text_of_one<strings::istitle>;
  all["char.isupper"] = text_of_one<strings::isupper>;
  all["char.center"] = filled_text<strings::center>;
  all["char.ljust"] = filled_text<strings::ljust>;
  all["char.rjust"] = filled_text<strings::rjust>;
  all["char.strip"] = stripped_text<strings::strip>;
  all["char.lstrip"] = stripped_text<strings::lstrip>;
  all["char.rstrip"] = stripped_text<strings::rstrip>;
  all["char.partition"] = parted_text<strings::partition>;
  all["char.rpartition"] = parted_text<strings::rpartition>;
  all["char.encode"] = recoded_text<strings::encode>;
  all["char.decode"] = recoded_text<strings::decode>;
  all["char.count"] = part_of_text<strings::count>;
  all["char.find"] = part_of_text<strings::find>;
  all["char.rfind"] = part_of_text<strings::rfind>;
  all["char.index"] = part_of_text<strings::index>;
  all["char.rindex"] = part_of_text<strings::rindex>;
  all["char.startswith"] = part_of_text<strings::startswith>;
  all["char.endswith"] = part_of_text<strings::endswith>;
  all["char.split"] = split_text<strings::split>;
  all["char.rsplit"] = split_text<strings::rsplit>;
  all["char.splitlines"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "keepends"});
    return pieces_and_counts(strings::splitlines(texts(in, 0, "a"), in.flag(1, "keepends", false)));
  };
  add_new_texts(all);
  add_comparisons(all);
}

}  // namespace sheaf::np::script
