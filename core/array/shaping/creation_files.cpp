// SPDX-License-Identifier: MIT
// Arrays of bytes, files and elements that come one by one.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <numeric>
#include <unistd.h>

#include "core/array/creation.hpp"
#include "core/array/engine/cast.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/options.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

[[noreturn]] void fail_file(const std::filesystem::path& file, const std::string& why) {
  throw Error(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, file.string(), why);
}

class RawFile {
 public:
  explicit RawFile(const std::filesystem::path& path) : path_(path) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail_file(path, std::string("can't be opened: ") + std::strerror(errno));
  }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile() { ::close(descriptor_); }

  void read(std::int64_t offset, std::byte* to, std::size_t size) const {
    while (size > 0) {
      const ssize_t done = ::pread(descriptor_, to, size, offset);
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) fail_file(path_, std::string("can't be read: ") + std::strerror(errno));
      if (done == 0) fail_file(path_, "has become shorter than it was");
      to += done;
      offset += done;
      size -= static_cast<std::size_t>(done);
    }
  }

 private:
  std::filesystem::path path_;
  int descriptor_;
};

std::int64_t elements_in(const std::string& what, std::int64_t bytes, std::int64_t offset,
                         std::int64_t count, Dtype dtype) {
  const auto size = static_cast<std::int64_t>(dtype.size());
  if (size == 0) throw Error(ErrorCode::Unsupported, what, "holds numbers, not texts");
  if (offset < 0 || offset > bytes) {
    throw Error(ErrorCode::Invalid, what, "has no byte " + std::to_string(offset));
  }
  const std::int64_t there = (bytes - offset) / size;
  if (count <= there) return count < 0 ? there : count;
  throw Error(ErrorCode::Invalid, what,
              "has " + std::to_string(there) + " elements of " + dtype.name() + ", not " +
                  std::to_string(count));
}

// One row of a text file.
class TextRow {
 public:
  TextRow(std::string_view line, const LoadText& how) {
    std::string_view rest = line;
    if (!how.comments.empty()) rest = rest.substr(0, rest.find(how.comments));
    if (rest.find_first_not_of(blanks) == std::string_view::npos) return;
    while (true) {
      if (how.delimiter.empty()) {
        rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
        if (rest.empty()) return;
      }
      const std::size_t end =
          how.delimiter.empty() ? rest.find_first_of(blanks) : rest.find(how.delimiter);
      words_.push_back(trimmed(rest.substr(0, end)));
      if (end == std::string_view::npos) return;
      rest.remove_prefix(end + std::max<std::size_t>(1, how.delimiter.size()));
    }
  }
  [[nodiscard]] const std::vector<std::string_view>& words() const noexcept { return words_; }

 private:
  static constexpr std::string_view blanks = " \t\r\n\v\f";
  static std::string_view trimmed(std::string_view word) {
    const std::size_t first = word.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return word.substr(first, word.find_last_not_of(blanks) - first + 1);
  }
  std::vector<std::string_view> words_;
};

template <class T>
bool parse_number(std::string_view word, T& number) {
  if (word.starts_with('+')) word.remove_prefix(1);
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  return error == std::errc() && stop == end;
}

// Those that are asked for, or all.
Shape columns_of(const std::string& where, std::size_t columns, const Shape& asked) {
  Shape chosen = asked;
  if (asked.empty()) {
    chosen.resize(columns);
    std::iota(chosen.begin(), chosen.end(), std::int64_t{0});
  }
  const auto count = static_cast<std::int64_t>(columns);
  for (std::int64_t& at : chosen) {
    if (at < -count || at >= count) {
      throw Error(ErrorCode::Invalid, where, "has no column " + std::to_string(at));
    }
    if (at < 0) at += count;
  }
  return chosen;
}

bool add_number(std::string_view word, Dtype dtype, Collector& values) {
  std::byte element[16];
  const auto add = [&](auto number) {
    if (!parse_number(word, number)) return false;
    cast(&number, dtype_of<decltype(number)>(), element, dtype, 1);
    values.add(element);
    return true;
  };
  if (dtype.kind == DtypeKind::Int) return add(std::int64_t{0});
  if (dtype.kind == DtypeKind::Uint) return add(std::uint64_t{0});
  if (dtype == float32) return add(0.0F);
  return add(0.0);
}

}  // namespace

struct Collector::Kept {
  Dtype dtype;
  std::size_t most_in_memory = options().max_memory / 16;
  std::vector<std::byte> pending{};
  std::shared_ptr<TemporaryFile> file{};
  std::int64_t written = 0;  // bytes

  void spill() {
    if (!file) file = TemporaryFile::create();
    file->write(written, pending.data(), pending.size());
    written += static_cast<std::int64_t>(pending.size());
    pending.clear();
  }
};

Collector::Collector(Dtype dtype) : kept_(std::make_shared<Kept>()) { kept_->dtype = dtype; }

void Collector::add(const void* element) {
  const auto* bytes = static_cast<const std::byte*>(element);
  kept_->pending.insert(kept_->pending.end(), bytes, bytes + kept_->dtype.size());
  if (kept_->pending.size() >= std::max<std::size_t>(kept_->most_in_memory, 4096)) kept_->spill();
}

NodePtr Collector::finish() {
  const auto size = static_cast<std::int64_t>(kept_->dtype.size());
  if (!kept_->file) {
    const auto count = static_cast<std::int64_t>(kept_->pending.size()) / size;
    return memory_node({kept_->dtype, {count}, std::move(kept_->pending), {}});
  }
  kept_->spill();
  return file_array(kept_->file, 0, kept_->dtype, {kept_->written / size});
}

Array frombuffer(std::span<const std::byte> buffer, Dtype dtype, std::int64_t count,
                 std::int64_t offset) {
  const std::int64_t elements =
      elements_in("a buffer", static_cast<std::int64_t>(buffer.size()), offset, count, dtype);
  const auto part = buffer.subspan(static_cast<std::size_t>(offset),
                                   static_cast<std::size_t>(elements) * dtype.size());
  return Value{dtype, {elements}, {part.begin(), part.end()}, {}};
}

Array fromfile(const std::filesystem::path& file, Dtype dtype, std::int64_t count,
               std::int64_t offset) {
  const auto raw = std::make_shared<const RawFile>(file);
  const std::int64_t elements =
      elements_in(file.string(), static_cast<std::int64_t>(std::filesystem::file_size(file)),
                  offset, count, dtype);
  return Array(made_node(dtype, {elements}, {}, [=](const Box& box, Buffer& out, Pass&) {
    out.reset(dtype, box.size());
    raw->read(offset + box.first[0] * static_cast<std::int64_t>(dtype.size()), out.bytes(),
              out.size_bytes());
    if (dtype != boolean) return;
    for (std::int64_t at = 0; at < box.size(); ++at) {  // a bool is 0 or 1, whatever the file says
      auto* byte = reinterpret_cast<std::uint8_t*>(out.bytes()) + at;
      *byte = *byte != 0 ? 1 : 0;
    }
  }));
}

Array fromstring(std::string_view text, Dtype dtype, std::int64_t count, std::string_view sep) {
  if (sep.empty() || dtype.is_string()) {
    throw Error(
        ErrorCode::Invalid, "fromstring()",
        sep.empty() ? "needs a separator; frombuffer() takes bytes" : "reads numbers, not texts");
  }
  LoadText how{.dtype = dtype, .comments = {}};
  if (sep.find_first_not_of(" \t\n") != std::string_view::npos) how.delimiter = sep;
  const TextRow row(text, how);
  Collector values(dtype);
  for (const std::string_view word : row.words()) {
    if (count-- == 0) break;
    if (!add_number(word, dtype, values)) {
      throw Error(ErrorCode::Invalid, "fromstring()",
                  "'" + std::string(word) + "' is no " + dtype.name());
    }
  }
  if (count > 0) {
    throw Error(ErrorCode::Invalid, "fromstring()",
                "lacks " + std::to_string(count) + " of the numbers that were asked for");
  }
  return Array(values.finish());
}

Array loadtxt(const std::filesystem::path& file, const LoadText& how) {
  std::ifstream stream(file);
  if (!stream) fail_file(file, std::string("can't be opened: ") + std::strerror(errno));
  if (how.dtype.is_string()) {
    throw Error(ErrorCode::Unsupported, "loadtxt()", "reads numbers, not texts");
  }
  Collector values(how.dtype);
  std::string line;
  std::int64_t number = 0;
  std::int64_t rows = 0;
  std::size_t columns = 0;
  while ((how.max_rows < 0 || rows < how.max_rows) && std::getline(stream, line)) {
    if (number++ < how.skiprows) continue;
    const TextRow row(line, how);
    if (row.words().empty()) continue;
    const auto where = [&] { return file.string() + ", line " + std::to_string(number); };
    if (rows++ == 0) columns = row.words().size();
    if (row.words().size() != columns) {
      throw Error(ErrorCode::Invalid, where(),
                  "has " + std::to_string(row.words().size()) + " columns, and the first row " +
                      std::to_string(columns));
    }
    for (const std::int64_t at : columns_of(where(), columns, how.usecols)) {
      const std::string_view word = row.words()[static_cast<std::size_t>(at)];
      if (!add_number(word, how.dtype, values)) {
        throw Error(ErrorCode::Invalid, where(),
                    "'" + std::string(word) + "' is no " + how.dtype.name());
      }
    }
  }
  const auto width = static_cast<std::int64_t>(how.usecols.empty() ? columns : how.usecols.size());
  const Array flat(values.finish());
  return rows > 1 && width > 1     ? reshape(flat, {rows, width})
         : rows == 1 && width == 1 ? reshape(flat, {})
                                   : flat;
}

}  // namespace sheaf::np
