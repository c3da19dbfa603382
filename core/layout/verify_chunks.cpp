// SPDX-License-Identifier: MIT
// Whether all of a dataset can be read: its chunks one by one, past HDF5's filters where we can.
#include <algorithm>
#include <memory>
#include <utility>

#include "core/codecs/pipeline.hpp"
#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/strings.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/chunk_decoder.hpp"
#include "core/layout/verification.hpp"
#include "core/utf8.hpp"

namespace sheaf::layout {
namespace {

// What the file has for an element of variable length: its length, an address and an index.
constexpr std::size_t variable_element_bytes = 16;
constexpr std::int64_t verify_block_bytes = std::int64_t{4} << 20;
// So many that can't be looked up, or aren't there, and the index is lost as a whole.
constexpr std::int64_t most_failures = 100;
constexpr std::int64_t most_missing = 1'000'000;

// How one dataset is stored.
struct Stored {
  hdf5::Dataset dataset;
  Shape shape;
  Shape chunk;  // empty when it has no chunks
  std::size_t element_bytes = 0;
  bool is_variable = false;
  std::shared_ptr<const codecs::Pipeline> pipeline;  // null where a filter has no codec here
};

std::shared_ptr<const codecs::Pipeline> pipeline_of(const hdf5::Dataset& dataset) {
  try {
    return std::make_shared<const codecs::Pipeline>(hdf5::filter_pipeline(dataset));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Unsupported) throw;
    return nullptr;
  }
}

Stored open_stored(const hdf5::File& file, const std::string& path) {
  Stored stored;
  stored.dataset = hdf5::open_dataset(file.get(), path);
  stored.shape = hdf5::shape_of(stored.dataset);
  stored.chunk = hdf5::chunks_of(stored.dataset);
  const hdf5::Datatype type = hdf5::type_of(stored.dataset);
  stored.is_variable = hdf5::is_variable(type);
  const bool is_one = hdf5::is_variable_string(type) || hdf5::inspect(type).text == "vlen";
  stored.element_bytes = is_one ? variable_element_bytes : hdf5::size_of(type);
  // Compounds of such are smaller or larger in the file than in memory.
  if (!stored.chunk.empty() && (is_one || !stored.is_variable)) {
    stored.pipeline = pipeline_of(stored.dataset);
  }
  return stored;
}

std::string rows_of_chunk(const Stored& stored, const Shape& first) {
  const std::int64_t stop = std::min(first[0] + stored.chunk[0], stored.shape[0]);
  return "rows " + std::to_string(first[0]) + " to " + std::to_string(stop);
}

class ChunkCheck {
 public:
  ChunkCheck(Verification& state, const std::string& path, const Stored& stored)
      : state_(state),
        object_("/" + path),
        stored_(stored),
        decoder_(state.options.threads),
        is_plain_(hdf5::filter_pipeline(stored.dataset).empty()),
        chunk_bytes_(static_cast<std::size_t>(element_count(stored.chunk)) * stored.element_bytes) {
  }

  // The first rows of the chunks that are there.
  [[nodiscard]] const std::vector<std::int64_t>& rows() const noexcept { return rows_; }

  void run(bool may_be_sparse) {
    const std::int64_t there = hdf5::chunk_count(stored_.dataset);
    Shape first(stored_.shape.size(), 0);
    // What lies behind the last one that is there needn't be looked for: a damaged extent may say
    // that there is no end of it.
    while (found_ < there && failures_ < most_failures && missing_ < most_missing) {
      check(first);
      if (!hdf5::next_chunk(stored_.shape, stored_.chunk, first)) break;
    }
    report_damaged();
    Shape grid;
    for (std::size_t axis = 0; axis < stored_.shape.size(); ++axis) {
      grid.push_back((stored_.shape[axis] + stored_.chunk[axis] - 1) / stored_.chunk[axis]);
    }
    const std::int64_t expected = element_count(grid);
    if (found_ + failures_ < expected && failures_ < most_failures && !may_be_sparse) {
      state_.problem(
          object_, "chunk-missing",
          std::to_string(expected - found_ - failures_) + " of " + std::to_string(expected) +
              " chunks aren't in the file" +
              (first_missing_.empty() ? std::string(", at its end") : ", first " + first_missing_),
          restore);
    }
    if (found_ + failures_ < there && failures_ < most_failures && missing_ < most_missing) {
      state_.problem(object_, "chunk-outside",
                     std::to_string(there - found_) + " chunks lie outside of its shape " +
                         to_string(stored_.shape),
                     restore);
    }
  }

 private:
  void check(const Shape& first) {
    try {
      const auto bytes = hdf5::chunk_bytes(stored_.dataset, first);
      if (!bytes) {
        if (missing_++ == 0) first_missing_ = rows_of_chunk(stored_, first);
        return;
      }
      ++found_;
      const bool begins_rows =
          std::all_of(first.begin() + 1, first.end(), [](std::int64_t at) { return at == 0; });
      if (stored_.is_variable && begins_rows) rows_.push_back(first[0]);
      ++state_.report.checked.chunks;
      state_.report.checked.bytes += static_cast<std::int64_t>(*bytes);
      if (check_size(first, *bytes)) read(first, *bytes);
      state_.advance(static_cast<std::int64_t>(*bytes));
    } catch (const Error& error) {
      ++failures_;
      const std::string text = error.what();
      state_.problem(object_, "chunk-unreadable",
                     rows_of_chunk(stored_, first) + ": " + text.substr(error.object().size() + 2),
                     restore);
    }
  }

  // Before memory is asked for: the number may be any.
  bool check_size(const Shape& first, std::size_t bytes) {
    const bool is_right =
        is_plain_ ? bytes == chunk_bytes_ : bytes <= 2 * chunk_bytes_ + (std::size_t{1} << 20U);
    if (is_right) return true;
    state_.problem(object_, "chunk-size",
                   rows_of_chunk(stored_, first) + ": a chunk of " + std::to_string(chunk_bytes_) +
                       " bytes is said to lie in " + std::to_string(bytes),
                   restore);
    return false;
  }

  void read(const Shape& first, std::size_t bytes) {
    codecs::Buffer buffer = is_plain_ ? std::move(plain_) : decoder_.take_buffer();
    const std::uint32_t mask = hdf5::read_chunk(stored_.dataset, first, buffer.claim(bytes).data());
    if (is_plain_) {
      plain_ = std::move(buffer);  // there is nothing to decode, but it could be read
    } else {
      decoder_.submit({first, std::move(buffer), mask, chunk_bytes_, stored_.pipeline});
    }
  }

  void report_damaged() {
    for (const ChunkDecoder::Failed& failed : decoder_.drain()) {
      state_.problem(object_, "chunk-damaged",
                     rows_of_chunk(stored_, failed.first) + ": " + failed.message, restore);
    }
  }

  Verification& state_;
  std::string object_;
  const Stored& stored_;
  ChunkDecoder decoder_;
  bool is_plain_;  // without filters
  codecs::Buffer plain_;
  std::size_t chunk_bytes_;
  std::int64_t found_ = 0;
  std::int64_t missing_ = 0;
  std::int64_t failures_ = 0;
  std::string first_missing_;
  std::vector<std::int64_t> rows_;
};

std::int64_t rows_a_block(const Stored& stored) {
  if (!stored.chunk.empty()) return stored.chunk[0];
  Shape row(stored.shape.begin() + 1, stored.shape.end());
  row.push_back(static_cast<std::int64_t>(stored.element_bytes));
  return std::max<std::int64_t>(verify_block_bytes / std::max<std::int64_t>(element_count(row), 1),
                                1);
}

Shape block_at(const Stored& stored, std::int64_t start) {
  Shape shape = stored.shape;
  shape[0] = std::min(rows_a_block(stored), stored.shape[0] - start);
  return shape;
}

// What made HDF5 fail once may make it fail a million times: the first failure ends it.
void read_through_hdf5(Verification& state, const std::string& object, const Stored& stored) {
  const hdf5::Datatype type = hdf5::type_of(stored.dataset);
  for (std::int64_t start = 0; start < stored.shape[0]; start += rows_a_block(stored)) {
    const Shape shape = block_at(stored, start);
    auto rows = hdf5::memory_for<std::byte>(shape, stored.element_bytes, object);
    hdf5::read_rows(stored.dataset, type, start, shape, rows.data());
    state.advance(0);
  }
}

void check_texts(Verification& state, const std::string& object, const Stored& stored,
                 std::int64_t start) {
  const Shape shape = block_at(stored, start);
  const std::vector<std::string> texts = hdf5::read_strings(stored.dataset, start, shape);
  const auto row_elements = static_cast<std::int64_t>(texts.size()) / shape[0];
  state.report.checked.strings += static_cast<std::int64_t>(texts.size());
  state.advance(0);
  for (std::size_t index = 0; index < texts.size(); ++index) {
    if (is_utf8(texts[index])) continue;
    const std::int64_t row = start + static_cast<std::int64_t>(index) / row_elements;
    state.problem(object, "not-utf8", "row " + std::to_string(row) + " isn't UTF-8",
                  "write it anew, with the bytes in question as %XX");
  }
}

}  // namespace

void check_chunks(Verification& state, const std::string& path, bool may_be_sparse) {
  const std::string object = "/" + path;
  const Stored stored = open_stored(state.file, path);
  if (stored.shape.empty() || element_count(stored.shape) == 0) return;
  std::vector<std::int64_t> rows;
  if (stored.pipeline) {
    ChunkCheck check(state, path, stored);
    check.run(may_be_sparse || stored.is_variable);
    rows = check.rows();
  }
  if (hdf5::is_variable_string(hdf5::type_of(stored.dataset))) {
    // Those of no chunk are empty.
    for (const std::int64_t row : rows) check_texts(state, object, stored, row);
  } else if (!stored.pipeline && !stored.is_variable) {
    read_through_hdf5(state, object, stored);
  }
}

}  // namespace sheaf::layout
