// SPDX-License-Identifier: MIT
#pragma once
// One raw source, with the id it has in the file we write.
//
// Model: a local file, a member of an archive, or something to download. Only a File can be opened
// by its path; the others are fetched first (fetch.hpp), which makes an open file of them.
// Threads: plain values.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::host {

enum class SourceKind : std::uint8_t { File, Member, Remote };

struct Source {
  std::string id;    // unique, UTF-8, '/'-normalised
  std::string path;  // of the file, or of the archive: any bytes but 0; of a Remote its URL
  std::int64_t size = -1;
  std::int64_t mtime_ns = -1;
  SourceKind kind = SourceKind::File;
  std::uint64_t member = 0;  // Member: which entry of the archive, counted from 0
  std::size_t name_at = 0;   // Member: where in the id its name in the archive begins
  std::string shown{};       // Remote: its address, without what may be secret in it

  [[nodiscard]] bool is_local() const noexcept { return kind == SourceKind::File; }
};

// A Source whose texts lie elsewhere; `path` is followed by a zero byte.
struct SourceView {
  std::string_view id;
  std::string_view path;
  std::int64_t size = -1;
  std::int64_t mtime_ns = -1;
  SourceKind kind = SourceKind::File;
  std::uint64_t member = 0;
  std::size_t name_at = 0;
  std::string_view shown{};

  [[nodiscard]] bool is_local() const noexcept { return kind == SourceKind::File; }
};
[[nodiscard]] inline SourceView view(const Source& source) {
  return {source.id,   source.path,   source.size,    source.mtime_ns,
          source.kind, source.member, source.name_at, source.shown};
}

// A list of sources, wherever it is kept; what it returns stays as long as the list.
struct SourceList {
  std::size_t count = 0;
  std::function<SourceView(std::size_t)> at;
};
[[nodiscard]] inline SourceList list_of(const std::vector<Source>& sources) {
  return {sources.size(), [&sources](std::size_t i) { return view(sources[i]); }};
}

// "file:///…", percent-encoded; `folder` is what a relative path starts from.
[[nodiscard]] std::string file_uri(std::string_view path, std::string_view folder);
// What plugins get as URI: that of the file; "file:///…/photos.tar#cats/1.jpg" for a member; the
// address of a Remote as it may be shown.
[[nodiscard]] std::string source_uri(const SourceView& source, std::string_view folder);
// Percent-encoded but for what a path may hold as it is; a '/' stays.
[[nodiscard]] std::string percent_encoded(std::string_view text);
// A path as an id has it: normalised, without a leading /, ./ or ../.
[[nodiscard]] std::string normalised(const std::string& path);

// Throws the Error for two sources that have one id.
[[noreturn]] void refuse_twice(const SourceView& first, const SourceView& second);

// Text for people: control characters and broken UTF-8 escaped, so that a name takes one line. An
// id without control characters is shown as it is.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sheaf::host
