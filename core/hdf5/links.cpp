// SPDX-License-Identifier: MIT
#include "core/hdf5/links.hpp"

#include <exception>

#include "core/hdf5/group.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr const char* listing = "list it";

struct Collected {
  std::vector<Link> links;
  std::vector<std::size_t> value_bytes;
  std::exception_ptr error;
};

LinkKind kind_of(const H5L_info_t& info) noexcept {
  switch (info.type) {
    case H5L_TYPE_HARD:
      return LinkKind::Hard;
    case H5L_TYPE_SOFT:
      return LinkKind::Soft;
    case H5L_TYPE_EXTERNAL:
      return LinkKind::External;
    default:
      return LinkKind::Other;
  }
}

herr_t collect(hid_t /*group*/, const char* name, const H5L_info_t* info, void* context) noexcept {
  auto& all = *static_cast<Collected*>(context);
  try {
    Link& link = all.links.emplace_back();
    link.name = name;
    link.kind = kind_of(*info);
    all.value_bytes.push_back(info->type == H5L_TYPE_HARD ? 0 : info->u.val_size);
    return 0;
  } catch (const std::exception&) {
    all.error = std::current_exception();
    return -1;
  }
}

void read_value(hid_t group, Link& link, std::size_t bytes) {
  std::vector<char> value(bytes + 1);
  checked(group, link.name, "read the link",
          [&] { return H5Lget_val(group, link.name.c_str(), value.data(), bytes, H5P_DEFAULT); });
  if (link.kind == LinkKind::Soft) {
    link.path = value.data();
    return;
  }
  const char* file = nullptr;
  const char* path = nullptr;
  checked(group, link.name, "read the link",
          [&] { return H5Lunpack_elink_val(value.data(), bytes, nullptr, &file, &path); });
  link.file = file;
  link.path = path;
}

struct Names {
  std::vector<std::string> names;
  std::exception_ptr error;
};

herr_t collect_name(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/,
                    void* context) noexcept {
  auto& all = *static_cast<Names*>(context);
  try {
    all.names.emplace_back(name);
    return 0;
  } catch (const std::exception&) {
    all.error = std::current_exception();
    return -1;
  }
}

H5_index_t index_of(bool by_creation) noexcept {
  return by_creation ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
}

}  // namespace

bool keeps_order(hid_t group) {
  const PropertyList list(checked(group, listing, [&] { return H5Gget_create_plist(group); }));
  unsigned flags = 0;
  checked(group, listing, [&] { return H5Pget_link_creation_order(list.get(), &flags); });
  return (flags & H5P_CRT_ORDER_INDEXED) != 0;
}

bool keeps_attribute_order(hid_t object) {
  const PropertyList list(checked(object, listing, [&] {
    return is_group(object) ? H5Gget_create_plist(object) : H5Dget_create_plist(object);
  }));
  unsigned flags = 0;
  checked(object, listing, [&] { return H5Pget_attr_creation_order(list.get(), &flags); });
  return (flags & H5P_CRT_ORDER_INDEXED) != 0;
}

std::int64_t link_count(hid_t group) {
  H5G_info_t info{};
  checked(group, listing, [&] { return H5Gget_info(group, &info); });
  return static_cast<std::int64_t>(info.nlinks);
}

std::vector<std::string> link_names(hid_t group, bool by_creation) {
  Names all;
  checked(group, listing, [&] {
    const herr_t result =
        H5Literate(group, index_of(by_creation), H5_ITER_INC, nullptr, collect_name, &all);
    if (all.error) std::rethrow_exception(all.error);
    return result;
  });
  return std::move(all.names);
}

std::string link_name(hid_t group, bool by_creation, std::int64_t index) {
  const auto name_at = [&](char* buffer, std::size_t size) {
    return checked(group, listing, [&] {
      return H5Lget_name_by_idx(group, ".", index_of(by_creation), H5_ITER_INC,
                                static_cast<hsize_t>(index), buffer, size, H5P_DEFAULT);
    });
  };
  std::string name(static_cast<std::size_t>(name_at(nullptr, 0)), '\0');
  name_at(name.data(), name.size() + 1);
  return name;
}

Link link_at(hid_t group, const std::string& name) {
  H5L_info_t info{};
  checked(group, name, "read the link",
          [&] { return H5Lget_info(group, name.c_str(), &info, H5P_DEFAULT); });
  Link link{name, kind_of(info), {}, {}};
  if (link.kind == LinkKind::Soft || link.kind == LinkKind::External) {
    read_value(group, link, info.u.val_size);
  }
  return link;
}

std::vector<Link> list_links(const Group& group) {
  Collected all;
  const H5_index_t order = index_of(keeps_order(group.get()));
  checked(group.get(), listing, [&] {
    const herr_t result = H5Literate(group.get(), order, H5_ITER_INC, nullptr, collect, &all);
    if (all.error) std::rethrow_exception(all.error);
    return result;
  });
  for (std::size_t index = 0; index < all.links.size(); ++index) {
    Link& link = all.links[index];
    if (link.kind != LinkKind::Soft && link.kind != LinkKind::External) continue;
    read_value(group.get(), link, all.value_bytes[index]);
  }
  return std::move(all.links);
}

void make_soft_link(hid_t group, const Link& link) {
  const PropertyList creation = utf8_link_properties();
  checked(group, link.name, "create the link", [&] {
    return H5Lcreate_soft(link.path.c_str(), group, link.name.c_str(), creation.get(), H5P_DEFAULT);
  });
}

void make_external_link(hid_t group, const Link& link) {
  const PropertyList creation = utf8_link_properties();
  checked(group, link.name, "create the link", [&] {
    return H5Lcreate_external(link.file.c_str(), link.path.c_str(), group, link.name.c_str(),
                              creation.get(), H5P_DEFAULT);
  });
}

void make_hard_link(hid_t object, hid_t group, const std::string& name) {
  const PropertyList creation = utf8_link_properties();
  checked(group, name, "create the link",
          [&] { return H5Olink(object, group, name.c_str(), creation.get(), H5P_DEFAULT); });
}

bool is_group(hid_t object) { return H5Iget_type(object) == H5I_GROUP; }

bool is_dataset(hid_t object) { return H5Iget_type(object) == H5I_DATASET; }

Identity identity_of(hid_t object) {
  H5O_info_t info{};
  checked(object, "look at it", [&] { return H5Oget_info2(object, &info, H5O_INFO_BASIC); });
  return {info.fileno, info.addr};
}

ObjectInfo info_of(hid_t object) {
  H5O_info_t info{};
  checked(object, "look at it",
          [&] { return H5Oget_info2(object, &info, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS); });
  return {{info.fileno, info.addr}, static_cast<std::int64_t>(info.num_attrs)};
}

bool has_name(hid_t object) {
  H5O_info_t info{};
  checked(object, "look at it", [&] { return H5Oget_info2(object, &info, H5O_INFO_BASIC); });
  return info.rc > 0;
}

bool has_several_names(hid_t object) {
  H5O_info_t info{};
  checked(object, "look at it", [&] { return H5Oget_info2(object, &info, H5O_INFO_BASIC); });
  return info.rc > 1;
}

std::uint64_t address_of(hid_t object) {
  H5O_info_t info{};
  checked(object, "look at it", [&] { return H5Oget_info2(object, &info, H5O_INFO_BASIC); });
  return info.addr;
}

}  // namespace sheaf::hdf5
