// SPDX-License-Identifier: MIT
#include "core/objects/standard_forms.hpp"

#include <cstring>

#include "core/utf8.hpp"

namespace sheaf::objects::detail {

Tree tree_of_path(const std::filesystem::path& path) {
  const std::string& text = path.native();
  if (is_utf8(text)) return text;
  Bytes bytes{std::vector<std::byte>(text.size()), false};
  std::memcpy(bytes.data.data(), text.data(), text.size());
  return bytes;
}

std::filesystem::path path_in(const Tree& tree, const std::string& object) {
  const Bytes* bytes = tree.bytes();
  if (bytes == nullptr || bytes->is_pickle) return from_tree<std::string>(tree, object);
  return std::string(reinterpret_cast<const char*>(bytes->data.data()), bytes->data.size());
}

}  // namespace sheaf::objects::detail
