// SPDX-License-Identifier: MIT
// sheaf.table: CSV and TSV files, a row a record.
//
// Model: the parameter `columns`, else the first source, says which columns there are and what they
// hold; every other source must have them, in any order where there is a header. Columns of one
// numeric type are one array (rows, columns), others an array each.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "table/preview.hpp"
#include "table/table.hpp"

namespace sheaf::table {
namespace {

constexpr std::size_t batch_bytes = std::size_t{1} << 20U;
constexpr char separator = '\x1f';  // of what instances agree on

struct Field {
  std::string name;
  Type type = 0;
};

// What all sources have in common.
struct Layout {
  bool known = true;  // false: no source could be read
  bool header = true;
  bool matrix = true;
  std::vector<Field> fields;
};

char one_character(const std::string& text, const char* parameter) {
  if (text == "tab" || text == "\\t") return '\t';
  const bool is_one = text.size() == 1 && static_cast<unsigned char>(text[0]) < 0x80;
  if (is_one && std::string_view("\"\n\r").find(text[0]) == std::string_view::npos) return text[0];
  throw sdk::PluginError(std::string(parameter) + " must be one character, not '" + text +
                         "'; a tab is written tab");
}

// "x:float64,name:str,y": a type after the last colon, where it is one.
std::vector<Field> parse_columns(const std::string& text, std::vector<bool>& typed) {
  std::vector<Field> fields;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string part = text.substr(at, end - at);
    const std::size_t colon = part.rfind(':');
    const std::optional<Type> type =
        colon == std::string::npos ? std::nullopt : type_named(part.substr(colon + 1));
    if (colon != std::string::npos && !type) {
      throw sdk::PluginError("columns: '" + part.substr(colon + 1) +
                             "' is no type; there are float64, float32, int8 to int64, uint8 to "
                             "uint64, bool and str");
    }
    if (type) part.resize(colon);
    if (part.empty()) throw sdk::PluginError("columns: a name is missing in '" + text + "'");
    typed.push_back(type.has_value());
    fields.push_back({part, type.value_or(0)});
    at = end + 1;
  }
  return fields;
}

// A name for an output: what HDF5 and Sheaf take as one, and no two alike.
std::vector<std::string> output_names(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  std::set<std::string> taken{"shape_"};
  for (const Field& field : fields) {
    std::string name = sdk::replace_invalid_utf8(field.name);
    std::ranges::replace(name, '/', '_');
    if (name.empty() || name.starts_with("__") || name.find_first_not_of('.') == name.npos) {
      name.insert(0, "column_");
    }
    const std::string plain = name;
    for (int i = 2; !taken.insert(name).second; ++i) name = plain + '_' + std::to_string(i);
    names.push_back(name);
  }
  return names;
}

class Table {
 public:
  using Preview = TablePreview;
  static void declare(sdk::Declaration<Table>& feature);
  void open();
  void survey(const sdk::Survey& survey);
  void describe(sdk::Description& file) const;
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const;

 private:
  [[nodiscard]] bool look_at(const sdk::Source& source);
  [[nodiscard]] Layout infer(Csv csv) const;
  void infer_types(Csv& csv, Record& record, Layout& layout,
                   const std::vector<std::size_t>& places) const;
  [[nodiscard]] bool is_header(const Record& record) const;
  void choose_form(Layout& layout) const;
  [[nodiscard]] std::vector<std::size_t> places_in(const Record& first, const Layout& layout) const;
  [[nodiscard]] std::vector<Column> make_columns() const;
  void add(const Record& record, const std::vector<std::size_t>& places,
           std::vector<Column>& columns) const;
  void flush(std::vector<Column>& columns, sdk::Sink& sink) const;
  [[nodiscard]] std::vector<std::string> to_texts() const;
  void from_texts(const std::vector<std::string>& texts);

  std::optional<std::string> delimiter_, columns_, comment_, missing_;
  std::string header_ = "auto", decimal_ = "point", form_ = "auto";
  Dialect dialect_;
  char decimal_mark_ = '.';
  std::vector<Field> wanted_;
  std::vector<bool> typed_;
  Layout layout_;
};

void Table::declare(sdk::Declaration<Table>& feature) {
  feature.name("sheaf.table")
      .summary("CSV and TSV files: a row a record")
      .pattern(R"(\.(csv|tsv|tab)$)")
      .ignore_case()
      .opt_in();
  feature.parameter("columns", &Table::columns_,
                    "columns to take, as in x:float64,y,name:str; without a header their numbers "
                    "from 0; unset: all");
  feature
      .parameter("form", &Table::form_,
                 "matrix: one array (rows, columns); columns: an array each; auto: a matrix where "
                 "all columns have one numeric type")
      .choices({"auto", "matrix", "columns"});
  feature
      .parameter("header", &Table::header_,
                 "whether the first record names the columns; auto: if it holds no number")
      .choices({"auto", "yes", "no"});
  feature.parameter("delimiter", &Table::delimiter_,
                    "character between cells, or tab; unset: found out in each file");
  feature.parameter("decimal", &Table::decimal_, "how fractions are written: point 1.5, comma 1,5")
      .choices({"point", "comma"});
  feature.parameter("comment", &Table::comment_, "character that begins lines to leave out");
  feature.parameter("missing", &Table::missing_,
                    "what stands for a missing value, besides nothing, NA, NaN, null and the like");
}

void Table::open() {
  if (delimiter_) dialect_.delimiter = one_character(*delimiter_, "delimiter");
  if (comment_) dialect_.comment = one_character(*comment_, "comment");
  decimal_mark_ = decimal_ == "comma" ? ',' : '.';
  if (columns_) wanted_ = parse_columns(*columns_, typed_);
}

void Table::survey(const sdk::Survey& survey) {
  std::vector<std::string> texts;
  if (!survey.is_first()) {
    const std::string_view agreed = survey.agreed();
    for (std::size_t at = 0; at < agreed.size();) {
      const std::size_t end = std::min(agreed.find(separator, at), agreed.size());
      texts.emplace_back(agreed.substr(at, end - at));
      at = end + 1;
    }
    return from_texts(texts);
  }
  if (const auto stored = survey.stored("table_layout"); stored && stored->dtype() == sdk::utf8) {
    from_texts(stored->strings());
  } else {
    bool found = false;
    for (std::size_t i = 0; i < survey.size() && !found; ++i) {
      survey.check_cancelled();
      found = look_at(survey[i]);
    }
    const bool decided =
        !wanted_.empty() && std::ranges::count(typed_, false) == 0 && header_ != "auto";
    if (!found && !decided && survey.size() > 0 && survey[0].path_bytes().empty()) {
      throw sdk::PluginError(
          "none of the tables is a local file to take the columns from: give "
          "columns with types, and header, as in -f "
          "table:header=yes,columns=x:float64,name:str");
    }
    if (!found) {
      layout_.fields = wanted_.empty() ? std::vector<Field>{{"0", 0}} : wanted_;
      layout_.header = header_ != "no";
      layout_.known = decided;
      choose_form(layout_);
    }
  }
  std::string agreed;
  for (const std::string& text : to_texts()) agreed.append(text).push_back(separator);
  survey.agree(agreed);
}

// "header matrix", where nothing is known "unknown header matrix", then type and name of each
// column.
std::vector<std::string> Table::to_texts() const {
  std::vector<std::string> texts{std::string(layout_.known ? "" : "unknown ") +
                                 (layout_.header ? "header" : "plain") +
                                 (layout_.matrix ? " matrix" : " columns")};
  for (const Field& field : layout_.fields) {
    texts.push_back(std::string(types()[field.type].name) + ' ' + field.name);
  }
  return texts;
}

void Table::from_texts(const std::vector<std::string>& texts) {
  layout_ = {};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i];
    const std::size_t blank = std::min(text.find(' '), text.size());
    if (i == 0) {
      layout_.known = !text.starts_with("unknown");
      layout_.header = text.find("header") != std::string::npos;
      layout_.matrix = text.ends_with("matrix");
    } else if (const std::optional<Type> type = type_named(text.substr(0, blank))) {
      layout_.fields.push_back({text.substr(std::min(blank + 1, text.size())), *type});
    }
  }
  if (layout_.fields.empty()) throw sdk::PluginError("the instances don't agree on any columns");
}

// Takes the layout of a source, or says that it can't be read: load will say why.
bool Table::look_at(const sdk::Source& source) {
  if (source.path_bytes().empty()) return false;
  try {
    layout_ = infer(Csv(sdk::File(source), dialect_));
    return true;
  } catch (const sdk::PluginError&) {
    throw;
  } catch (const std::exception&) {  // out of memory, too: one source mustn't end the survey
    return false;
  }
}

bool Table::is_header(const Record& record) const {
  if (header_ != "auto") return header_ == "yes";
  return std::ranges::none_of(
      record.cells, [&](const std::string& cell) { return is_number(cell, decimal_mark_); });
}

Layout Table::infer(Csv csv) const {
  Record record;
  if (!csv.next(record)) throw sdk::Error("has no records");
  Layout layout;
  layout.header = is_header(record);
  layout.fields = wanted_;
  if (wanted_.empty()) {
    for (std::size_t i = 0; i < record.cells.size(); ++i) {
      std::string name = layout.header ? record.cells[i] : std::to_string(i);
      if (sdk::find_invalid_utf8(name) != std::string::npos ||
          name.find(separator) != std::string::npos) {
        throw sdk::Error("has a header that isn't text");
      }
      layout.fields.push_back({std::move(name), 0});
    }
  }
  infer_types(csv, record, layout, places_in(record, layout));
  choose_form(layout);
  return layout;
}

// float64 where all cells are numbers or missing, of which one is a number; else str.
void Table::infer_types(Csv& csv, Record& record, Layout& layout,
                        const std::vector<std::size_t>& places) const {
  const std::string missing = missing_.value_or("");
  const std::size_t count = layout.fields.size();
  std::vector<bool> is_text(count, false), has_number(count, false);
  bool more = layout.header ? csv.next(record) : true;
  for (; more; more = csv.next(record)) {
    for (std::size_t i = 0; i < count; ++i) {
      if (is_text[i] || places[i] >= record.cells.size()) continue;
      const std::string& cell = record.cells[places[i]];
      if (is_missing(cell, missing)) continue;
      const bool number = is_number(cell, decimal_mark_);
      (number ? has_number : is_text)[i] = true;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!wanted_.empty() && typed_[i]) continue;
    layout.fields[i].type = *type_named(is_text[i] ? "str" : "float64");
  }
}

void Table::choose_form(Layout& layout) const {
  const Type type = layout.fields[0].type;
  const bool alike = !is_text(type) && std::ranges::all_of(layout.fields, [&](const Field& field) {
    return field.type == type;
  });
  layout.matrix = form_ == "columns" ? false : alike;
  if (form_ == "matrix" && !alike) {
    throw sdk::PluginError("form=matrix wants columns of one numeric type, and they are " + [&] {
      std::string list;
      for (const Field& field : layout.fields) {
        list +=
            (list.empty() ? "" : ", ") + field.name + ":" + std::string(types()[field.type].name);
      }
      return list;
    }() + "; choose some with columns=");
  }
}

// Where the fields stand in the records of a source whose first record this is.
std::vector<std::size_t> Table::places_in(const Record& first, const Layout& layout) const {
  std::vector<std::size_t> places;
  for (const Field& field : layout.fields) {
    std::size_t place = first.cells.size();
    if (layout.header) {
      const auto found = std::ranges::find(first.cells, field.name);
      place = static_cast<std::size_t>(found - first.cells.begin());
      // Of two columns with one name each is taken once.
      while (place < first.cells.size() && std::ranges::count(places, place) > 0) {
        const auto next = std::find(first.cells.begin() + static_cast<std::ptrdiff_t>(place) + 1,
                                    first.cells.end(), field.name);
        place = static_cast<std::size_t>(next - first.cells.begin());
      }
    } else {
      const bool digits = !field.name.empty() && field.name.size() < 7 &&
                          field.name.find_first_not_of("0123456789") == std::string::npos;
      if (!digits) {
        throw sdk::Error("has no header to find the column '" + field.name +
                         "' in: number the columns from 0, or give header=yes");
      }
      place = std::stoul(field.name);
    }
    if (place >= first.cells.size()) {
      throw sdk::Error("has no column '" + field.name + "', only " +
                       std::to_string(first.cells.size()) +
                       " others: is it another kind of table, or has it another delimiter?");
    }
    places.push_back(place);
  }
  return places;
}

void Table::describe(sdk::Description& file) const {
  const auto count = static_cast<std::int64_t>(layout_.fields.size());
  std::vector<std::string> names;
  for (const Field& field : layout_.fields) names.push_back(field.name);
  if (layout_.matrix) {
    file.add(sdk::Output("table", types()[layout_.fields[0].type].dtype, {count}));
  } else {
    const std::vector<std::string> outputs = output_names(layout_.fields);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      file.add(sdk::Output(outputs[i], types()[layout_.fields[i].type].dtype, {}));
    }
  }
  file.attr("columns", names);
  file.attr("table_layout", to_texts());
}

std::vector<Column> Table::make_columns() const {
  std::vector<Column> columns;
  const std::size_t count = layout_.matrix ? 1 : layout_.fields.size();
  for (std::size_t i = 0; i < count; ++i) {
    columns.emplace_back(layout_.fields[i].type, decimal_mark_, missing_.value_or(""));
  }
  return columns;
}

void Table::add(const Record& record, const std::vector<std::size_t>& places,
                std::vector<Column>& columns) const {
  for (std::size_t i = 0; i < places.size(); ++i) {
    columns[layout_.matrix ? 0 : i].add(record.cells[places[i]],
                                        {record.line, layout_.fields[i].name});
  }
}

void Table::flush(std::vector<Column>& columns, sdk::Sink& sink) const {
  const auto width = static_cast<std::int64_t>(layout_.matrix ? layout_.fields.size() : 0);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].flush(sink, static_cast<std::uint32_t>(i), width);
  }
}

sdk::Result Table::load(const sdk::Source& source, sdk::Sink& sink) const {
  Csv csv(sdk::File(source), dialect_);
  Record record;
  if (!csv.next(record)) return sdk::Result::Empty;
  if (!layout_.known) {
    static_cast<void>(infer(Csv(sdk::File(source), dialect_)));  // throws, as it did in the survey
    throw sdk::Error("can be read now, but no table could when the columns were chosen: try again");
  }
  const std::vector<std::size_t> places = places_in(record, layout_);
  const std::size_t width = record.cells.size();
  std::vector<Column> columns = make_columns();
  std::uint64_t rows = 0;
  bool more = layout_.header ? csv.next(record) : true;
  for (; more; more = csv.next(record)) {
    if (record.cells.size() != width) {
      throw sdk::Error("line " + std::to_string(record.line) + " has " +
                       std::to_string(record.cells.size()) + " cells and the first one " +
                       std::to_string(width) + ": is a delimiter or a quote missing?");
    }
    add(record, places, columns);
    ++rows;
    std::size_t bytes = 0;
    for (const Column& column : columns) bytes += column.bytes();
    if (bytes < batch_bytes) continue;
    flush(columns, sink);
    sink.check_cancelled();
    sink.progress(csv.position());
  }
  if (rows == 0) return sdk::Result::Empty;
  flush(columns, sink);
  return sdk::Result::Ok;
}

}  // namespace
}  // namespace sheaf::table

SHEAF_PLUGIN("sheaf.table", "0.1.0", "MIT", "CSV and TSV files", sheaf::table::Table);
