// SPDX-License-Identifier: MIT
#include "host/source/fetch.hpp"

#include <algorithm>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "core/layout/source_id.hpp"
#include "host/source/archive.hpp"
#include "host/source/downloader.hpp"

namespace sheaf::host {
namespace {

template <class Predicate>
std::vector<std::size_t> numbers_of(const SourceList& sources, Predicate wanted) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < sources.count; ++i) {
    if (wanted(sources.at(i))) numbers.push_back(i);
  }
  return numbers;
}

bool is_fetched(const SourceView& source) { return !source.is_local(); }

// Reads one member into a file and accounts for its bytes.
class Member {
 public:
  Member(std::size_t number, const FetchLimits& limits, Shelf& shelf)
      : number_(number), limits_(limits), shelf_(shelf), spool_(limits.in_memory) {}

  void fetch(ArchiveReader& reader, const SourceView& source) {
    const std::string name = layout::unescape_id(source.id.substr(source.name_at));
    spool_.expect(source.size);
    const ArchiveReader::Read read =
        reader.read(source.member, name,
                    [this](std::int64_t offset, auto bytes) { return receive(offset, bytes); });
    Fetched fetched{Descriptor(), -1, read.problem};
    if (fetched.error.empty()) fetched = spool_.finish(read.size);
    if (!fetched.error.empty()) {
      shelf_.hold(-held_);
      held_ = 0;
      fetched.error = fmt::format("{}: member '{}': {}", printable(source.path), printable(name),
                                  fetched.error);
    }
    shelf_.put(number_, std::move(fetched), held_);
  }

 private:
  std::string receive(std::int64_t offset, std::span<const std::byte> bytes) {
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (offset + size > limits_.max_source) {
      return fmt::format("unpacks to more than {} MiB, the most that is read of one member",
                         limits_.max_source >> 20U);
    }
    if (!shelf_.wait_for_room(number_)) return "the run was stopped";
    held_ += size;
    shelf_.hold(size);
    return spool_.write(offset, bytes);
  }

  const std::size_t number_;
  const FetchLimits& limits_;
  Shelf& shelf_;
  Spool spool_;
  std::int64_t held_ = 0;
};

}  // namespace

bool wants_fetching(const SourceList& sources) {
  for (std::size_t i = 0; i < sources.count; ++i) {
    if (is_fetched(sources.at(i))) return true;
  }
  return false;
}

Fetcher::Fetcher(SourceList sources, const FetchLimits& limits, const std::atomic<bool>* stop)
    : sources_(std::move(sources)),
      limits_(limits),
      shelf_(numbers_of(sources_, is_fetched), limits.memory, stop) {
  auto members = numbers_of(
      sources_, [](const SourceView& source) { return source.kind == SourceKind::Member; });
  auto remotes = numbers_of(
      sources_, [](const SourceView& source) { return source.kind == SourceKind::Remote; });
  if (!remotes.empty()) {
    downloader_ = std::make_unique<Downloader>(sources_, std::move(remotes), limits_, shelf_);
    shelf_.on_room([this] { downloader_->wake(); });
    add_thread([this] { downloader_->run(); });
  }
  if (!members.empty()) {
    add_thread([this, numbers = std::move(members)] { read_archives(numbers); });
  }
}

Fetcher::~Fetcher() { cancel(); }

template <class Body>
void Fetcher::add_thread(Body body) {
  threads_.emplace_back([this, run = std::move(body)] {
    try {
      run();
    } catch (const std::exception& error) {  // a thread's entry: what is missing fails with it
      shelf_.fail(fmt::format("fetching ended: {}", error.what()));
    }
  });
}

void Fetcher::read_archives(const std::vector<std::size_t>& numbers) {
  std::optional<ArchiveReader> reader;
  for (const std::size_t number : numbers) {
    if (!shelf_.wait_for_room(number)) return;
    const SourceView source = sources_.at(number);
    if (!reader || reader->path() != source.path || reader->position() > source.member) {
      reader.emplace(std::string(source.path));
    }
    Member(number, limits_, shelf_).fetch(*reader, source);
  }
}

}  // namespace sheaf::host
