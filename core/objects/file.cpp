// SPDX-License-Identifier: MIT
#include "core/objects/file.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/objects/address.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/store.hpp"

namespace sheaf::objects {
namespace {

constexpr std::pair<char, std::string_view> escapes[] = {{'%', "%25"}, {'#', "%23"}};

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == escapes[0].first) {
      result += escapes[0].second;
    } else if (letter == escapes[1].first) {
      result += escapes[1].second;
    } else {
      result += letter;
    }
  }
  return result;
}

std::string unescaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    std::size_t taken = 1;
    char letter = text[0];
    for (const auto& [plain, code] : escapes) {
      if (!text.starts_with(code)) continue;
      letter = plain;
      taken = code.size();
    }
    result += letter;
    text.remove_prefix(taken);
  }
  return result;
}

}  // namespace

std::string address_of(const Address& address) {
  const std::string file = std::filesystem::absolute(address.file).string();
  return (address.is_writable ? "r+:" : "r:") + escaped(file) + "#" + address.path;
}

Address parse_address(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t hash = text.find('#');
  const std::string_view mode = text.substr(0, colon);
  if (hash == std::string_view::npos || colon > hash || (mode != "r" && mode != "r+") ||
      !text.substr(hash + 1).starts_with('/')) {
    throw Error(ErrorCode::Invalid, std::string(text),
                "is no address of an item; one looks like r+:/data/lab.h5#/run/7");
  }
  return {unescaped(text.substr(colon + 1, hash - colon - 1)), mode == "r+",
          std::string(text.substr(hash + 1))};
}

File::File(std::shared_ptr<Store> store) : store_(std::move(store)) {}

File File::open(const std::filesystem::path& path, std::string_view mode) {
  return File(Store::open(path, mode));
}
File File::in_memory() { return File(Store::scratch(typed::ScratchFolder::Place::Memory)); }
File File::temporary() { return File(Store::scratch(typed::ScratchFolder::Place::Disk)); }

Item File::from_address(std::string_view address) {
  const Address parsed = parse_address(address);
  return {Store::shared(parsed.file, parsed.is_writable), join("/", parsed.path)};
}

Dict File::root() const { return {store_, "/"}; }
Item File::operator[](std::string_view path) const { return {store_, join("/", path)}; }
Attributes File::attrs() const { return {store_, "/"}; }
const std::filesystem::path& File::path() const { return store_->path(); }
std::string_view File::mode() const { return store_->is_writable() ? "r+" : "r"; }
bool File::is_writable() const { return store_->is_writable(); }
bool File::is_open() const { return store_->is_open(); }
void File::transaction(const std::function<void()>& step) const {
  const std::shared_ptr<Store> store = store_;
  store->transaction(step);
}
void File::commit() const { store_->commit(); }
void File::rollback() const { store_->rollback(); }
void File::close() const { store_->close(); }

}  // namespace sheaf::objects
