// SPDX-License-Identifier: MIT
#include "core/hdf5/dataset.hpp"

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr const char* preparing = "prepare a dataset";

PropertyList creation_list(const DatasetCreation& creation) {
  PropertyList list = property_list(H5P_DATASET_CREATE);
  leave_out_times(list);
  std::vector<hsize_t> chunk{static_cast<hsize_t>(creation.chunk_rows)};
  for (const std::int64_t extent : creation.item_shape) {
    chunk.push_back(static_cast<hsize_t>(std::max<std::int64_t>(extent, 1)));
  }
  checked(list.get(), preparing,
          [&] { return H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data()); });
  set_filters(list, creation.filters);
  if (creation.fill_value) {
    const Datatype type = memory_type(creation.fill_value->dtype);
    checked(list.get(), preparing, [&] {
      return H5Pset_fill_value(list.get(), type.get(), creation.fill_value->bytes.data());
    });
  }
  return list;
}

Dataspace growing_space(const Shape& item_shape) {
  std::vector<hsize_t> extents{0};
  std::vector<hsize_t> limits{H5S_UNLIMITED};
  for (const std::int64_t extent : item_shape) {
    extents.push_back(static_cast<hsize_t>(extent));
    limits.push_back(extent == 0 ? H5S_UNLIMITED : static_cast<hsize_t>(extent));
  }
  return make_space(extents, limits);
}

PropertyList creation_list_of(const Dataset& dataset) {
  return PropertyList(checked(dataset.get(), "look at how it was created",
                              [&] { return H5Dget_create_plist(dataset.get()); }));
}

codecs::Filter filter_of(const PropertyList& list, unsigned index) {
  unsigned flags = 0;
  unsigned config = 0;
  std::array<unsigned, 32> values{};
  std::size_t count = values.size();
  const H5Z_filter_t id = checked(list.get(), "look at its filters", [&] {
    return H5Pget_filter2(list.get(), index, &flags, &count, values.data(), 0, nullptr, &config);
  });
  return {static_cast<unsigned>(id),
          (flags & H5Z_FLAG_OPTIONAL) != 0,
          {values.begin(), values.begin() + std::min(count, values.size())}};
}

std::string filter_text(const PropertyList& list, unsigned index) {
  unsigned flags = 0;
  unsigned config = 0;
  std::array<unsigned, 8> options{};
  std::size_t count = options.size();
  std::array<char, 64> name{};
  const H5Z_filter_t filter = checked(list.get(), "look at its filters", [&] {
    return H5Pget_filter2(list.get(), index, &flags, &count, options.data(), name.size(),
                          name.data(), &config);
  });
  switch (filter) {
    case H5Z_FILTER_DEFLATE:
      return "deflate(" + std::to_string(options[0]) + ")";
    case H5Z_FILTER_SHUFFLE:
      return "shuffle";
    case H5Z_FILTER_FLETCHER32:
      return "fletcher32";
    case H5Z_FILTER_SZIP:
      return "szip";
    case H5Z_FILTER_NBIT:
      return "nbit";
    case H5Z_FILTER_SCALEOFFSET:
      return "scaleoffset";
    case codecs::lzf_id:
      return "lzf";
    case codecs::lz4_id:
      return "lz4";
    case codecs::zstd_id:
      return count == 0 ? "zstd" : "zstd(" + std::to_string(options[0]) + ")";
    case codecs::blosc_id:
      return count < 5 ? "blosc" : "blosc(" + std::to_string(options[4]) + ")";
    default:
      break;
  }
  name.back() = '\0';
  return name[0] != '\0' ? name.data() : "filter " + std::to_string(filter);
}

}  // namespace

void set_filters(const PropertyList& list, const std::vector<codecs::Filter>& filters) {
  for (const codecs::Filter& filter : filters) {
    const unsigned flags = filter.is_optional ? H5Z_FLAG_OPTIONAL : H5Z_FLAG_MANDATORY;
    checked(list.get(), preparing, [&] {
      return H5Pset_filter(list.get(), static_cast<H5Z_filter_t>(filter.id), flags,
                           filter.values.size(), filter.values.data());
    });
  }
}

Dataset create_dataset(hid_t where, const std::string& name, const Datatype& type,
                       const DatasetCreation& creation) {
  const PropertyList list = creation_list(creation);
  const PropertyList link = utf8_link_properties();
  const Dataspace space = growing_space(creation.item_shape);
  return Dataset(checked(where, name, "create the dataset", [&] {
    return H5Dcreate2(where, name.c_str(), type.get(), space.get(), link.get(), list.get(),
                      H5P_DEFAULT);
  }));
}

Dataset open_dataset(hid_t where, const std::string& path) {
  return Dataset(checked(where, path, "open the dataset",
                         [&] { return H5Dopen2(where, path.c_str(), H5P_DEFAULT); }));
}

DatasetCreation creation_of(const Dataset& dataset) {
  const Shape shape = shape_of(dataset);
  const Shape chunk = chunks_of(dataset);
  bool is_whole = !shape.empty() && chunk.size() == shape.size() &&
                  limits_of(space_of(dataset)).at(0) == unlimited;
  for (std::size_t axis = 1; is_whole && axis < shape.size(); ++axis) {
    is_whole = chunk[axis] == std::max<std::int64_t>(shape[axis], 1);
  }
  if (!is_whole) {
    throw Error(ErrorCode::Unsupported, describe(dataset.get()),
                "doesn't grow in chunks of whole rows; `sheaf pack` makes it so");
  }
  const PropertyList list = creation_list_of(dataset);
  DatasetCreation creation{{shape.begin() + 1, shape.end()}, chunk[0], {}, {}};
  const int filters =
      checked(dataset.get(), "look at its filters", [&] { return H5Pget_nfilters(list.get()); });
  for (int index = 0; index < filters; ++index) {
    creation.filters.push_back(filter_of(list, static_cast<unsigned>(index)));
  }
  return creation;
}

Datatype type_of(const Dataset& dataset) {
  return Datatype(
      checked(dataset.get(), "get its datatype", [&] { return H5Dget_type(dataset.get()); }));
}

Shape shape_of(const Dataset& dataset) { return shape_of(space_of(dataset)); }

Shape chunks_of(const Dataset& dataset) {
  const PropertyList list = creation_list_of(dataset);
  if (H5Pget_layout(list.get()) != H5D_CHUNKED) return {};
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = checked(dataset.get(), "get its chunks", [&] {
    return H5Pget_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data());
  });
  return {chunk.begin(), chunk.begin() + rank};
}

Place place_of(const Dataset& dataset) {
  const PropertyList list = creation_list_of(dataset);
  if (H5Pget_external_count(list.get()) > 0) return Place::Elsewhere;
  unsigned options = 0;
  if (H5Pget_layout(list.get()) == H5D_CHUNKED) {
    checked(dataset.get(), "look at how it was created",
            [&] { return H5Pget_chunk_opts(list.get(), &options); });
  }
  if ((options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0) return Place::Elsewhere;
  switch (H5Pget_layout(list.get())) {
    case H5D_COMPACT:
      return Place::Compact;
    case H5D_CONTIGUOUS:
      return Place::Contiguous;
    case H5D_CHUNKED:
      return Place::Chunked;
    default:
      return Place::Elsewhere;
  }
}

std::vector<std::string> filters_of(const Dataset& dataset) {
  const PropertyList list = creation_list_of(dataset);
  const int count =
      checked(dataset.get(), "look at its filters", [&] { return H5Pget_nfilters(list.get()); });
  std::vector<std::string> filters;
  filters.reserve(static_cast<std::size_t>(count));
  for (int index = 0; index < count; ++index) {
    filters.push_back(filter_text(list, static_cast<unsigned>(index)));
  }
  return filters;
}

std::int64_t stored_bytes(const Dataset& dataset) {
  enter();
  return static_cast<std::int64_t>(H5Dget_storage_size(dataset.get()));
}

void set_shape(const Dataset& dataset, const Shape& shape) {
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  checked(dataset.get(), "change its extent",
          [&] { return H5Dset_extent(dataset.get(), extents.data()); });
}

std::vector<std::byte> fill_element(const Dataset& dataset) {
  const PropertyList list = creation_list_of(dataset);
  const Datatype type = type_of(dataset);
  std::vector<std::byte> element(size_of(type));
  H5D_fill_value_t kind = H5D_FILL_VALUE_UNDEFINED;
  checked(dataset.get(), "get its fill value",
          [&] { return H5Pfill_value_defined(list.get(), &kind); });
  if (kind == H5D_FILL_VALUE_UNDEFINED) return element;
  checked(dataset.get(), "get its fill value",
          [&] { return H5Pget_fill_value(list.get(), type.get(), element.data()); });
  return element;
}

std::optional<Value> fill_value_of(const Dataset& dataset) {
  const PropertyList list = creation_list_of(dataset);
  H5D_fill_value_t kind = H5D_FILL_VALUE_UNDEFINED;
  checked(dataset.get(), "get its fill value",
          [&] { return H5Pfill_value_defined(list.get(), &kind); });
  const auto dtype = inspect(type_of(dataset)).dtype;
  if (kind != H5D_FILL_VALUE_USER_DEFINED || !dtype || dtype->is_string()) return std::nullopt;
  Value value{*dtype, {}, std::vector<std::byte>(dtype->size()), {}};
  const Datatype memory = memory_type(*dtype);
  checked(dataset.get(), "get its fill value",
          [&] { return H5Pget_fill_value(list.get(), memory.get(), value.bytes.data()); });
  return value;
}

void write_chunk(const Dataset& dataset, std::int64_t row, const void* data, std::size_t bytes,
                 std::uint32_t mask) {
  std::array<hsize_t, H5S_MAX_RANK> offset{};
  offset[0] = static_cast<hsize_t>(row);
  checked(dataset.get(), "write a chunk", [&] {
    return H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, mask, offset.data(), bytes, data);
  });
}

void write_rows(const Dataset& dataset, const Datatype& memory, std::int64_t start,
                const Shape& shape, const void* data) {
  if (element_count(shape) == 0) return;
  const Dataspace memory_space = make_space(shape);
  const Dataspace file_space = select_rows(dataset, start, shape);
  checked(dataset.get(), "write rows", [&] {
    return H5Dwrite(dataset.get(), memory.get(), memory_space.get(), file_space.get(), H5P_DEFAULT,
                    data);
  });
}

void read_rows(const Dataset& dataset, const Datatype& memory, std::int64_t start,
               const Shape& shape, void* data) {
  if (element_count(shape) == 0) return;
  const Dataspace memory_space = make_space(shape);
  const Dataspace file_space = select_rows(dataset, start, shape);
  checked(dataset.get(), "read rows", [&] {
    return H5Dread(dataset.get(), memory.get(), memory_space.get(), file_space.get(), H5P_DEFAULT,
                   data);
  });
}

void read_box(const Dataset& dataset, const Datatype& memory, const Shape& first,
              const Shape& count, const Shape& room, void* data) {
  if (element_count(count) == 0) return;
  const std::vector<hsize_t> offsets(first.begin(), first.end());
  const std::vector<hsize_t> counts(count.begin(), count.end());
  const std::vector<hsize_t> corner(count.size(), 0);
  const Dataspace memory_space = make_space(room);
  const Dataspace file_space = space_of(dataset);
  const auto select = [&](const Dataspace& space, const std::vector<hsize_t>& from) {
    checked(dataset.get(), "select a part of it", [&] {
      return H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, from.data(), nullptr, counts.data(),
                                 nullptr);
    });
  };
  select(memory_space, corner);
  select(file_space, offsets);
  checked(dataset.get(), "read a part of it", [&] {
    return H5Dread(dataset.get(), memory.get(), memory_space.get(), file_space.get(), H5P_DEFAULT,
                   data);
  });
}

void write_box(const Dataset& dataset, const Datatype& memory, const Shape& first,
               const Shape& count, const void* data) {
  if (element_count(count) == 0) return;
  const std::vector<hsize_t> offsets(first.begin(), first.end());
  const std::vector<hsize_t> counts(count.begin(), count.end());
  const Dataspace memory_space = make_space(count);
  const Dataspace file_space = space_of(dataset);
  checked(dataset.get(), "select a part of it", [&] {
    return H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, offsets.data(), nullptr,
                               counts.data(), nullptr);
  });
  checked(dataset.get(), "write a part of it", [&] {
    return H5Dwrite(dataset.get(), memory.get(), memory_space.get(), file_space.get(), H5P_DEFAULT,
                    data);
  });
}

}  // namespace sheaf::hdf5
