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

herr_t collect(hid_t /*group*/, const char* name, const H5L_info_t* info, void* context) noexcept {
  auto& all = *static_cast<Collected*>(context);
  try {
    Link& link = all.links.emplace_back();
    link.name = name;
    link.kind = info->type == H5L_TYPE_HARD       ? LinkKind::Hard
                : info->type == H5L_TYPE_SOFT     ? LinkKind::Soft
                : info->type == H5L_TYPE_EXTERNAL ? LinkKind::External
                                                  : LinkKind::Other;
    all.value_bytes.push_back(info->type == H5L_TYPE_HARD ? 0 : info->u.val_size);
    return 0;
  } catch (const std::exception&) {
    all.error = std::current_exception();
    return -1;
  }
}

void read_value(const Group& group, Link& link, std::size_t bytes) {
  std::vector<char> value(bytes + 1);
  checked(group.get(), link.name, "read the link", [&] {
    return H5Lget_val(group.get(), link.name.c_str(), value.data(), bytes, H5P_DEFAULT);
  });
  if (link.kind == LinkKind::Soft) {
    link.path = value.data();
    return;
  }
  const char* file = nullptr;
  const char* path = nullptr;
  checked(group.get(), link.name, "read the link",
          [&] { return H5Lunpack_elink_val(value.data(), bytes, nullptr, &file, &path); });
  link.file = file;
  link.path = path;
}

H5_index_t order_of(const Group& group) {
  const PropertyList list(
      checked(group.get(), listing, [&] { return H5Gget_create_plist(group.get()); }));
  unsigned flags = 0;
  checked(group.get(), listing, [&] { return H5Pget_link_creation_order(list.get(), &flags); });
  return (flags & H5P_CRT_ORDER_INDEXED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
}

}  // namespace

std::vector<Link> list_links(const Group& group) {
  Collected all;
  const H5_index_t order = order_of(group);
  checked(group.get(), listing, [&] {
    const herr_t result = H5Literate(group.get(), order, H5_ITER_INC, nullptr, collect, &all);
    if (all.error) std::rethrow_exception(all.error);
    return result;
  });
  for (std::size_t index = 0; index < all.links.size(); ++index) {
    Link& link = all.links[index];
    if (link.kind != LinkKind::Soft && link.kind != LinkKind::External) continue;
    read_value(group, link, all.value_bytes[index]);
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

std::uint64_t address_of(hid_t object) {
  H5O_info_t info{};
  checked(object, "look at it", [&] { return H5Oget_info2(object, &info, H5O_INFO_BASIC); });
  return info.addr;
}

}  // namespace sheaf::hdf5
