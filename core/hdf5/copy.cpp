// SPDX-License-Identifier: MIT
#include "core/hdf5/copy.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "core/hdf5/attribute.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/links.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr std::int64_t block_rows = 4096;  // where there are no chunks
constexpr const char* looking = "look at how it was created";

Attribute create_attribute(hid_t object, const std::string& name, const Datatype& type,
                           const Dataspace& space) {
  const PropertyList list = property_list(H5P_ATTRIBUTE_CREATE);
  checked(list.get(), "set the encoding of names",
          [&] { return H5Pset_char_encoding(list.get(), H5T_CSET_UTF8); });
  return Attribute(checked(object, name, "create the attribute", [&] {
    return H5Acreate2(object, name.c_str(), type.get(), space.get(), list.get(), H5P_DEFAULT);
  }));
}

std::vector<std::byte> memory_of(const Datatype& type, const Dataspace& space,
                                 const std::string& object) {
  if (is_null(space)) return {};
  return memory_for<std::byte>(shape_of(space), size_of(type), object);
}

void read(const Attribute& attribute, const Datatype& type, std::vector<std::byte>& data) {
  checked(attribute.get(), "read it",
          [&] { return H5Aread(attribute.get(), type.get(), data.data()); });
}

void write(const Attribute& attribute, const Datatype& type, const std::vector<std::byte>& data) {
  checked(attribute.get(), "write it",
          [&] { return H5Awrite(attribute.get(), type.get(), data.data()); });
}

// With the model's way of storing.
Dataset create_in(hid_t where, const std::string& name, const Dataset& model,
                  const Dataspace& space) {
  const PropertyList creation(
      checked(model.get(), looking, [&] { return H5Dget_create_plist(model.get()); }));
  leave_out_times(creation);
  const Datatype type = copy_of(type_of(model));
  const PropertyList link = utf8_link_properties();
  return Dataset(checked(where, name, "create the dataset", [&] {
    return H5Dcreate2(where, name.c_str(), type.get(), space.get(), link.get(), creation.get(),
                      H5P_DEFAULT);
  }));
}

void read_all(const Dataset& dataset, const Datatype& type, void* data) {
  checked(dataset.get(), "read it",
          [&] { return H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data); });
}

void write_all(const Dataset& dataset, const Datatype& type, const void* data) {
  checked(dataset.get(), "write it",
          [&] { return H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data); });
}

// In other files, or in other datasets: how to find them is part of how it was created.
bool has_rows_elsewhere(const Dataset& dataset) {
  const PropertyList creation(
      checked(dataset.get(), looking, [&] { return H5Dget_create_plist(dataset.get()); }));
  return H5Pget_layout(creation.get()) == H5D_VIRTUAL || H5Pget_external_count(creation.get()) > 0;
}

// Makes references null that are members of an element, or of its members.
void clear_references(const Datatype& type, std::byte* element) {
  switch (H5Tget_class(type.get())) {
    case H5T_REFERENCE:
      std::fill_n(element, size_of(type), std::byte{0});
      return;
    case H5T_COMPOUND:
      for (int index = 0; index < H5Tget_nmembers(type.get()); ++index) {
        const auto number = static_cast<unsigned>(index);
        const Datatype member(H5Tget_member_type(type.get(), number));
        clear_references(member, element + H5Tget_member_offset(type.get(), number));
      }
      return;
    case H5T_ARRAY: {
      const Datatype base(H5Tget_super(type.get()));
      const std::size_t size = size_of(base);
      for (std::size_t at = 0; at < size_of(type); at += size) clear_references(base, element + at);
      return;
    }
    case H5T_VLEN: {
      const Datatype base(H5Tget_super(type.get()));
      hvl_t list{};
      std::memcpy(&list, element, sizeof(list));
      auto* const items = static_cast<std::byte*>(list.p);
      for (std::size_t at = 0; at < list.len; ++at)
        clear_references(base, items + at * size_of(base));
      return;
    }
    default:
      return;
  }
}

void clear_references(const Datatype& type, std::vector<std::byte>& elements) {
  if (references_in(type) == References::None) return;
  const std::size_t size = size_of(type);
  for (std::size_t at = 0; at < elements.size(); at += size) {
    clear_references(type, elements.data() + at);
  }
}

void copy_elements(const Dataset& from, const Dataset& to, const Datatype& type,
                   const Shape& shape) {
  const bool is_single = shape.empty();
  const Shape chunk = chunks_of(from);
  const std::int64_t most = is_single ? 1 : chunk.empty() ? block_rows : chunk[0];
  const std::int64_t rows = is_single ? 1 : shape[0];
  Shape block = shape;
  for (std::int64_t row = 0; row < rows; row += most) {
    if (!is_single) block[0] = std::min(most, rows - row);
    const Dataspace memory = make_space(block);
    auto data = memory_for<std::byte>(block, size_of(type), describe(from.get()));
    is_single ? read_all(from, type, data.data()) : read_rows(from, type, row, block, data.data());
    const Reclaim reclaim(type, memory, data.data());
    clear_references(type, data);
    is_single ? write_all(to, type, data.data()) : write_rows(to, type, row, block, data.data());
  }
}

// References of one kind, in a row.
class Translation {
 public:
  Translation(hid_t from, hid_t to, const Datatype& type, const NewPath& new_path)
      : from_(from),
        to_(to),
        kind_(references_in(type)),
        width_(size_of(type)),
        new_path_(new_path) {}

  std::int64_t run(std::vector<std::byte>& references) {
    std::int64_t lost = 0;
    for (std::size_t at = 0; at < references.size(); at += width_) {
      if (!translate(references.data() + at)) ++lost;
    }
    return lost;
  }

 private:
  [[nodiscard]] H5R_type_t type() const {
    return kind_ == References::Objects ? H5R_OBJECT : H5R_DATASET_REGION;
  }

  bool translate(std::byte* reference) {
    const std::vector<std::byte> old(reference, reference + width_);
    if (std::ranges::all_of(old, [](std::byte byte) { return byte == std::byte{0}; })) return true;
    std::fill_n(reference, width_, std::byte{0});
    const hid_t id = H5Rdereference2(from_, H5P_DEFAULT, type(), old.data());
    if (id < 0) return false;  // it led nowhere before
    const Object target(id);
    const std::string path = new_path_(address_of(target.get()), kind_);
    if (path.empty()) return false;
    Dataspace region;
    if (kind_ == References::Regions) {
      region = Dataspace(checked(from_, "follow a reference",
                                 [&] { return H5Rget_region(from_, type(), old.data()); }));
    }
    checked(to_, path, "make a reference to it", [&] {
      return H5Rcreate(reference, to_, ("/" + path).c_str(), type(),
                       region ? region.get() : H5I_INVALID_HID);
    });
    return true;
  }

  hid_t from_;
  hid_t to_;
  References kind_;
  std::size_t width_;
  const NewPath& new_path_;
};

}  // namespace

Group create_group_like(hid_t where, const std::string& name, const Group& model) {
  // A group's list as a whole can't be used: it has the model's number of links, and their address.
  const PropertyList old(
      checked(model.get(), looking, [&] { return H5Gget_create_plist(model.get()); }));
  unsigned order = 0;
  checked(model.get(), looking, [&] { return H5Pget_link_creation_order(old.get(), &order); });
  const PropertyList creation = property_list(H5P_GROUP_CREATE);
  leave_out_times(creation);
  checked(model.get(), looking, [&] { return H5Pset_link_creation_order(creation.get(), order); });
  const PropertyList link = utf8_link_properties();
  return Group(checked(where, name, "create the group", [&] {
    return H5Gcreate2(where, name.c_str(), link.get(), creation.get(), H5P_DEFAULT);
  }));
}

Dataset create_dataset_like(hid_t where, const std::string& name, const Dataset& model,
                            std::int64_t rows) {
  std::vector<hsize_t> extents(H5S_MAX_RANK);
  std::vector<hsize_t> limits(H5S_MAX_RANK);
  const Dataspace old = space_of(model);
  const int rank = checked(model.get(), "get its extents", [&] {
    return H5Sget_simple_extent_dims(old.get(), extents.data(), limits.data());
  });
  extents.resize(static_cast<std::size_t>(rank));
  limits.resize(static_cast<std::size_t>(rank));
  extents[0] = static_cast<hsize_t>(rows);
  limits[0] = H5S_UNLIMITED;
  return create_in(where, name, model, make_space(extents, limits));
}

void copy_dataset(const Dataset& from, hid_t where, const std::string& name) {
  const Dataspace space = space_of(from);
  const Dataset to = create_in(where, name, from, space);
  const Datatype type = copy_of(type_of(from));
  if (is_null(space) || element_count(shape_of(space)) == 0 || has_rows_elsewhere(from)) return;
  const References references = references_in(type);
  if (references == References::None && !is_variable(type) && !chunks_of(from).empty()) {
    copy_chunks(from, to);
  } else if (references == References::None ||
             (references == References::Nested && !is_variable(type))) {
    copy_elements(from, to, type, shape_of(space));
  }
}

void copy_chunks(const Dataset& from, const Dataset& to,
                 const std::function<void(std::int64_t row)>& at) {
  const Shape shape = shape_of(from);
  const Shape chunk = chunks_of(from);
  if (element_count(shape) == 0) return;
  std::vector<std::byte> bytes;
  Shape first(shape.size(), 0);
  std::int64_t left = chunk_count(from);
  for (bool has_more = true; has_more && left > 0; has_more = next_chunk(shape, chunk, first)) {
    if (at) at(first[0]);
    const auto size = chunk_bytes(from, first);
    if (!size) continue;
    bytes.resize(*size);
    const std::uint32_t mask = read_chunk(from, first, bytes.data());
    write_chunk(to, first, bytes.data(), bytes.size(), mask);
    --left;
  }
}

void copy_datatype(hid_t from, hid_t where, const std::string& name) {
  const Datatype type(checked(from, "copy it", [&] { return H5Tcopy(from); }));
  const PropertyList creation = property_list(H5P_DATATYPE_CREATE);
  leave_out_times(creation);
  const PropertyList link = utf8_link_properties();
  checked(where, name, "create the datatype", [&] {
    return H5Tcommit2(where, name.c_str(), type.get(), link.get(), creation.get(), H5P_DEFAULT);
  });
}

std::vector<std::string> attribute_names(hid_t object) {
  H5O_info_t info{};
  checked(object, "list its attributes",
          [&] { return H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS); });
  std::vector<std::string> names;
  for (hsize_t index = 0; index < info.num_attrs; ++index) {
    const auto name_at = [&](char* buffer, std::size_t size) {
      return checked(object, "list its attributes", [&] {
        return H5Aget_name_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, size,
                                  H5P_DEFAULT);
      });
    };
    std::string name(static_cast<std::size_t>(name_at(nullptr, 0)), '\0');
    name_at(name.data(), name.size() + 1);
    names.push_back(std::move(name));
  }
  return names;
}

Datatype attribute_type(hid_t object, const std::string& name) {
  const Attribute attribute = open_attribute(object, name);
  return Datatype(
      checked(object, name, "get its datatype", [&] { return H5Aget_type(attribute.get()); }));
}

void copy_attribute(hid_t from, hid_t to, const std::string& name) {
  copy_attribute(from, name, to, name, false);
}

void copy_attribute(hid_t from, const std::string& name, hid_t to, const std::string& new_name,
                    bool keeps_references) {
  const Attribute old = open_attribute(from, name);
  const Datatype type = copy_of(attribute_type(from, name));
  const Dataspace space = space_of(old);
  std::vector<std::byte> data = memory_of(type, space, describe(from, name));
  if (data.empty()) {
    (void)create_attribute(to, new_name, type, space);
    return;
  }
  read(old, type, data);
  const Reclaim reclaim(type, space, data.data());
  if (!keeps_references) clear_references(type, data);
  write(create_attribute(to, new_name, type, space), type, data);
}

References references_in(const Datatype& type) {
  if (!has_references(type)) return References::None;
  if (H5Tget_class(type.get()) != H5T_REFERENCE) return References::Nested;
  const Datatype region = region_reference_type();
  return equal(type, region) ? References::Regions : References::Objects;
}

std::int64_t copy_reference_attribute(hid_t from, hid_t to, const std::string& name,
                                      const NewPath& new_path) {
  const Attribute old = open_attribute(from, name);
  const Datatype type = copy_of(attribute_type(from, name));
  const Dataspace space = space_of(old);
  const Attribute made = create_attribute(to, name, type, space);
  std::vector<std::byte> data = memory_of(type, space, describe(from, name));
  if (data.empty()) return 0;
  read(old, type, data);
  const std::int64_t lost = Translation(from, to, type, new_path).run(data);
  write(made, type, data);
  return lost;
}

std::int64_t copy_references(const Dataset& from, const Dataset& to, const NewPath& new_path) {
  const Datatype type = copy_of(type_of(from));
  std::vector<std::byte> data = memory_of(type, space_of(from), describe(from.get()));
  if (data.empty()) return 0;
  read_all(from, type, data.data());
  const std::int64_t lost = Translation(from.get(), to.get(), type, new_path).run(data);
  write_all(to, type, data.data());
  return lost;
}

}  // namespace sheaf::hdf5
