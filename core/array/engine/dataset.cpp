// SPDX-License-Identifier: MIT
#include "core/array/engine/dataset.hpp"

#include <algorithm>
#include <utility>

#include "core/array/engine/chunk_encoder.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/options.hpp"
#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/stored_value.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/column_factory.hpp"
#include "core/objects/array.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"
#include "core/read/stored_rows.hpp"

namespace sheaf::np {
namespace {

using objects::Item;
using objects::Look;
using objects::Places;

constexpr std::int64_t worth_mapping = 1 << 17;  // elements; less is read through the library

// The same dataset, past the library.
class FastRows {
 public:
  FastRows(const std::filesystem::path& file, const std::string& path)
      : file_(read::MappedFile::open(file, false)),
        cache_(options().max_memory / 4),
        pool_(1),
        dataset_(hdf5::open_dataset(file_->hdf5().get(), path)),
        rows_(read::Shared{*file_, cache_, pool_}, dataset_, hdf5::inspect(hdf5::type_of(dataset_)),
              hdf5::shape_of(dataset_)) {}

  [[nodiscard]] const read::StoredRows& rows() const noexcept { return rows_; }

 private:
  std::unique_ptr<read::MappedFile> file_;
  read::ChunkCache cache_;
  read::DecodePool pool_;
  hdf5::Dataset dataset_;
  read::StoredRows rows_;
};

class DatasetNode : public Node {
 public:
  DatasetNode(Item item, const Look& look)
      : Node(look.what.dtype, look.what.shape),
        item_(std::move(item)),
        chunks_(hdf5::chunks_of(look.dataset)),
        encoder_(item_.store()->is_writable() ? ChunkEncoder::of(look.dataset, dtype()) : nullptr),
        is_fast_(!item_.store()->is_writable() && !dtype().is_string() && !shape().empty() &&
                 size() >= worth_mapping) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(dtype(), box.size());
    if (box.size() == 0) return;
    if (is_fast_) {
      const auto& fast = fast_.get(
          [&] { return std::make_unique<FastRows>(item_.store()->path(), item_.path()); });
      return fast->rows().read_box(box.first, box.count, {out.bytes(), out.size_bytes()});
    }
    item_.store()->look([&](Places& places) {
      const Look look = look_at(places);
      if (is_by_value()) {
        Value value = shape().empty()
                          ? hdf5::read_value(look.dataset, look.what)
                          : hdf5::read_box(look.dataset, look.what, box.first, box.count);
        std::ranges::copy(value.bytes, out.bytes());
        if (dtype().is_string()) out.strings() = std::move(value.strings);
      } else {
        hdf5::read_box(look.dataset, hdf5::memory_type(dtype()), box.first, box.count, box.count,
                       out.bytes());
      }
    });
  }

  void write(const Box& box, const Buffer& values) const override {
    if (box.size() == 0) return;
    if (encoder_ && encoder_->fits(box)) return write_chunks(encoder_->encode(box, values));
    item_.store()->change([&](Places& places) {
      const Look look = look_at(places);
      if (is_by_value()) {
        const std::byte* bytes = values.bytes();
        hdf5::write_box(
            look.dataset, box.first,
            {dtype(), box.count, {bytes, bytes + values.size_bytes()}, values.strings()});
      } else {
        hdf5::write_box(look.dataset, hdf5::memory_type(dtype()), box.first, box.count,
                        values.bytes());
      }
    });
  }

  bool change(const Box& box, const std::function<void(Buffer&)>& f) const override {
    item_.store()->change([&](Places&) { change_copy(box, f); });
    return true;
  }

  [[nodiscard]] bool is_writable() const noexcept override { return item_.store()->is_writable(); }
  [[nodiscard]] const Item& item() const noexcept { return item_; }
  [[nodiscard]] Shape grain() const override { return chunks_; }
  [[nodiscard]] bool wants_whole_grain() const noexcept override { return encoder_ != nullptr; }
  // Of the file: what is moved within it may be any of its datasets by another name.
  [[nodiscard]] const void* storage() const noexcept override { return item_.store().get(); }

 private:
  void write_chunks(const std::vector<ChunkEncoder::Chunk>& chunks) const {
    item_.store()->change([&](Places& places) {
      const Look look = look_at(places);
      for (const ChunkEncoder::Chunk& chunk : chunks) {
        hdf5::write_chunk(look.dataset, chunk.first, chunk.bytes.data(), chunk.bytes.size(),
                          chunk.mask);
      }
    });
  }
  [[nodiscard]] bool is_by_value() const noexcept { return dtype().is_string() || shape().empty(); }
  [[nodiscard]] Look look_at(Places& places) const {
    Look look = objects::look_at(places, item_.path());
    if (look.dataset && look.what.shape == shape() && look.what.dtype == dtype()) return look;
    throw Error(ErrorCode::Invalid, places.describe(item_.path()),
                "isn't the array any more that it was when this one was made of it");
  }

  Item item_;
  Shape chunks_;
  std::unique_ptr<ChunkEncoder> encoder_;
  bool is_fast_;
  read::Lazy<std::unique_ptr<FastRows>> fast_;
};

constexpr std::int64_t usual_chunk_bytes = std::int64_t{1} << 20U;
constexpr std::int64_t worth_chunks = 4 * usual_chunk_bytes;

Shape chunks_for(const NodePtr& like, const Storage& storage) {
  const Shape& shape = like->shape();
  const bool is_compressed = storage.compression != layout::Compression::None;
  if (like->size() == 0 || shape.empty() || storage.is_contiguous) return {};
  Shape chunks = storage.chunks;
  const bool fits = chunks.empty() || (chunks.size() == shape.size() &&
                                       std::ranges::all_of(chunks, [](auto n) { return n > 0; }));
  if (!fits) {
    throw Error(ErrorCode::Invalid, "store()",
                "can't make chunks of " + to_string(chunks) + " of an array of the shape " +
                    to_string(shape) + ": give an extent of at least 1 for each axis");
  }
  const bool is_text = like->dtype().is_string();
  const auto element = static_cast<std::int64_t>(is_text ? 1 : like->dtype().size());
  if (chunks.empty() && !is_text && like->size() * element >= worth_chunks) {
    chunks = grain_of(like);
    if (element_count(chunks) * element > 16 * usual_chunk_bytes) chunks.clear();
  }
  if (chunks.empty() && is_compressed && !is_text) {
    chunks = block_extents(shape, {}, usual_chunk_bytes / element);
  }
  for (std::size_t axis = 0; axis < chunks.size(); ++axis) {
    chunks[axis] = std::min(chunks[axis], shape[axis]);
  }
  return chunks;
}

std::vector<codecs::Filter> filters_for(Dtype dtype, const Shape& chunks, const Storage& storage) {
  if (chunks.empty() || dtype.is_string()) return {};
  if (const auto why = storage.level ? layout::refuse_level(storage.compression, *storage.level)
                                     : std::nullopt) {
    throw Error(ErrorCode::Invalid, "store()", *why);
  }
  const layout::DatasetOptions options{
      .compression = storage.compression, .level = storage.level, .shuffle = storage.shuffle};
  const auto count = static_cast<std::size_t>(element_count(chunks));
  return layout::filters_of(options, dtype.size(), count * dtype.size());
}

}  // namespace

NodePtr dataset_node(const Item& item) {
  (void)item.array().dtype();  // it is an array, with a match
  return item.store()->look([&](Places& places) -> NodePtr {
    return std::make_shared<DatasetNode>(item, objects::look_at(places, item.path()));
  });
}

const Item* item_of(const NodePtr& node) {
  const auto* dataset = dynamic_cast<const DatasetNode*>(node.get());
  return dataset == nullptr ? nullptr : &dataset->item();
}

NewDataset::NewDataset(const Item& place, const NodePtr& like, const Storage& storage)
    : place_(place) {
  const Shape chunks = chunks_for(like, storage);
  const std::vector<codecs::Filter> filters = filters_for(like->dtype(), chunks, storage);
  place.store()->change([&](Places& places) {
    if (!storage.replaces && places.find(place.path()).is_there) {
      throw Error(ErrorCode::Exists, places.describe(place.path()), "is there already");
    }
    const hdf5::Dataset dataset =
        places.maker().array(places.file(), like->dtype(), like->shape(), chunks, filters);
    objects::mark_dtype(places.maker(), dataset.get(), {like->dtype(), like->shape(), {}, {}});
    stage_ = places.begin_stage(place.path());
    places.put(stage_ + "/value", dataset.get());
  });
  node_ = dataset_node({place.store(), stage_ + "/value"});
}

NewDataset::~NewDataset() {
  try {
    place_.store()->look([&](Places& places) { places.end_stage(stage_); });
  } catch (const Error&) {
    // The file was closed meanwhile, and the stage with it.
  }
}

void NewDataset::put() const {
  place_.store()->change(
      [&](Places& places) { places.put(place_.path(), places.open(stage_ + "/value").get()); });
}

}  // namespace sheaf::np
