// SPDX-License-Identifier: MIT
// The dynamic section is described in elf(5) and the System V ABI, chapter 5; symbol versions in
// the Linux Standard Base, "Symbol Versioning".
#include "host/conformance/elf_library.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace sheaf::host::conformance {
namespace {

using plugin::ElfFile;

constexpr std::uint64_t max_dynamic = 1U << 20U;
// Of chained records, whose number the file says; no library has as many.
constexpr std::uint64_t max_records = 1U << 16U;
constexpr std::size_t max_needed = 4096;
constexpr std::size_t max_search_path = 1U << 16U;

class Dynamic {
 public:
  // nullopt where the file has none or it makes no sense.
  static std::optional<Dynamic> read(const ElfFile& file) {
    const Elf64_Phdr* segment = file.find_segment(PT_DYNAMIC);
    if (segment == nullptr || segment->p_filesz > max_dynamic) return std::nullopt;
    const auto bytes = file.bytes(segment->p_offset, segment->p_filesz);
    if (!bytes) return std::nullopt;
    Dynamic dynamic;
    for (std::size_t at = 0; at + sizeof(Elf64_Dyn) <= bytes->size(); at += sizeof(Elf64_Dyn)) {
      Elf64_Dyn entry;
      std::memcpy(&entry, bytes->data() + at, sizeof entry);
      if (entry.d_tag == DT_NULL) break;
      if (entry.d_tag == DT_NEEDED && dynamic.needed_.size() < max_needed) {
        dynamic.needed_.push_back(entry.d_un.d_val);
      }
      dynamic.values_[entry.d_tag] = entry.d_un.d_val;
    }
    const auto table = dynamic.find(DT_STRTAB);
    auto texts = table ? file.bytes_at(*table, dynamic.value(DT_STRSZ)) : std::nullopt;
    if (!texts) return std::nullopt;
    dynamic.texts_ = *std::move(texts);
    return dynamic;
  }

  [[nodiscard]] std::optional<std::uint64_t> find(std::int64_t tag) const {
    const auto found = values_.find(tag);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::uint64_t value(std::int64_t tag) const { return find(tag).value_or(0); }
  // A text of the string table, at most `longest` bytes; empty where it reaches outside.
  [[nodiscard]] std::string text(std::uint64_t offset, std::size_t longest = 1024) const {
    if (offset >= texts_.size()) return {};
    const std::string_view rest = std::string_view(texts_).substr(offset, longest);
    return std::string(rest.substr(0, rest.find('\0')));
  }
  [[nodiscard]] std::optional<std::string> find_text(std::int64_t tag) const {
    const auto offset = find(tag);
    return offset ? std::optional(text(*offset, max_search_path)) : std::nullopt;
  }
  [[nodiscard]] const std::vector<std::uint64_t>& needed() const { return needed_; }

 private:
  std::map<std::int64_t, std::uint64_t> values_;
  std::vector<std::uint64_t> needed_;
  std::string texts_;
};

bool read_version_needs(const ElfFile& file, const Dynamic& dynamic, Library& library) {
  std::uint64_t address = dynamic.value(DT_VERNEED);
  std::uint64_t left = std::min(dynamic.value(DT_VERNEEDNUM), max_records);
  std::uint64_t budget = max_records;
  for (; left > 0; --left) {
    const auto need = file.struct_at<Elf64_Verneed>(address);
    if (!need) return false;
    const std::string from = dynamic.text(need->vn_file);
    std::uint64_t at = address + need->vn_aux;
    for (unsigned i = 0; i < need->vn_cnt; ++i) {
      const auto version = file.struct_at<Elf64_Vernaux>(at);
      if (!version || budget-- == 0) return false;
      if ((version->vna_flags & VER_FLG_WEAK) == 0) {
        library.version_needs.push_back({from, dynamic.text(version->vna_name)});
      }
      at += version->vna_next;
    }
    if (need->vn_next == 0) break;
    address += need->vn_next;
  }
  return true;
}

bool read_versions(const ElfFile& file, const Dynamic& dynamic, Library& library) {
  std::uint64_t address = dynamic.value(DT_VERDEF);
  for (std::uint64_t left = std::min(dynamic.value(DT_VERDEFNUM), max_records); left > 0; --left) {
    const auto version = file.struct_at<Elf64_Verdef>(address);
    if (!version) return false;
    // The first name is its own, the others are what it inherits from.
    const auto name = file.struct_at<Elf64_Verdaux>(address + version->vd_aux);
    if (!name) return false;
    library.versions.insert(dynamic.text(name->vda_name));
    if (version->vd_next == 0) break;
    address += version->vd_next;
  }
  return true;
}

// The numbers of the symbols that a look-up can find: [first, second).
using Range = std::pair<std::uint64_t, std::uint64_t>;

std::optional<Range> gnu_hash_range(const ElfFile& file, std::uint64_t table) {
  struct Header {
    std::uint32_t buckets, first_symbol, bloom_words, bloom_shift;
  };
  const auto header = file.struct_at<Header>(table);
  if (!header) return std::nullopt;
  const std::uint64_t buckets_at = table + sizeof *header + std::uint64_t{header->bloom_words} * 8;
  const std::uint64_t buckets_size = std::uint64_t{header->buckets} * 4;
  const auto buckets = file.bytes_at(buckets_at, buckets_size);
  if (!buckets) return std::nullopt;
  std::uint64_t last = 0;
  for (std::size_t at = 0; at < buckets->size(); at += 4) {
    std::uint32_t bucket = 0;
    std::memcpy(&bucket, buckets->data() + at, sizeof bucket);
    last = std::max<std::uint64_t>(last, bucket);
  }
  if (last < header->first_symbol) return Range{0, 0};  // all buckets are empty
  // Along the last chain, to the entry whose lowest bit ends it.
  const std::uint64_t chains = buckets_at + buckets_size;
  for (std::uint64_t left = max_records; left > 0; --left, ++last) {
    const auto hash = file.struct_at<std::uint32_t>(chains + (last - header->first_symbol) * 4);
    if (!hash) return std::nullopt;
    if ((*hash & 1U) != 0) return Range{header->first_symbol, last + 1};
  }
  return std::nullopt;
}

std::optional<Range> export_range(const ElfFile& file, const Dynamic& dynamic) {
  if (const auto table = dynamic.find(DT_GNU_HASH)) return gnu_hash_range(file, *table);
  const auto table = dynamic.find(DT_HASH);
  if (!table) return Range{0, 0};
  const auto chains = file.struct_at<std::uint32_t>(*table + 4);
  return chains ? std::optional(Range{0, *chains}) : std::nullopt;
}

bool is_exported(const Elf64_Sym& symbol) {
  const unsigned bind = ELF64_ST_BIND(symbol.st_info);
  const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return symbol.st_shndx != SHN_UNDEF && symbol.st_shndx != SHN_ABS &&  // names of versions
         (bind == STB_GLOBAL || bind == STB_WEAK || bind == STB_GNU_UNIQUE) &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

}  // namespace

std::variant<Library, std::string> read_library(const ElfFile& file) {
  if (!file.is_whole()) return std::string("is cut short; copy it again");
  const auto dynamic = Dynamic::read(file);
  if (!dynamic) return std::string("has a damaged dynamic section; build or copy it again");
  Library library;
  library.file = file.path();
  library.name = dynamic->find_text(DT_SONAME).value_or(file.path().filename().string());
  for (const std::uint64_t offset : dynamic->needed()) {
    library.needed.push_back(dynamic->text(offset));
  }
  library.rpath = dynamic->find_text(DT_RPATH);
  library.runpath = dynamic->find_text(DT_RUNPATH);
  library.flags = dynamic->value(DT_FLAGS);
  library.flags_1 = dynamic->value(DT_FLAGS_1);
  library.has_text_relocations =
      dynamic->find(DT_TEXTREL).has_value() || (library.flags & DF_TEXTREL) != 0;
  library.init_functions = dynamic->value(DT_INIT_ARRAYSZ) / sizeof(Elf64_Addr);
  if (!read_version_needs(file, *dynamic, library) || !read_versions(file, *dynamic, library)) {
    return std::string("has damaged symbol versions; build or copy it again");
  }
  return library;
}

std::optional<std::vector<Symbol>> read_exports(const ElfFile& file) {
  const auto dynamic = Dynamic::read(file);
  const auto table = dynamic ? dynamic->find(DT_SYMTAB) : std::nullopt;
  const auto range = table ? export_range(file, *dynamic) : std::nullopt;
  if (!range) return std::nullopt;
  const auto bytes = file.bytes_at(*table + range->first * sizeof(Elf64_Sym),
                                   (range->second - range->first) * sizeof(Elf64_Sym));
  if (!bytes) return std::nullopt;
  std::vector<Symbol> symbols;
  for (std::size_t at = 0; at < bytes->size() && symbols.size() < max_records;
       at += sizeof(Elf64_Sym)) {
    Elf64_Sym symbol;
    std::memcpy(&symbol, bytes->data() + at, sizeof symbol);
    if (!is_exported(symbol)) continue;
    symbols.push_back({dynamic->text(symbol.st_name), ELF64_ST_TYPE(symbol.st_info),
                       ELF64_ST_BIND(symbol.st_info)});
  }
  return symbols;
}

}  // namespace sheaf::host::conformance
