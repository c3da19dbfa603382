// SPDX-License-Identifier: MIT
#include "core/hdf5/check.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "core/hdf5/filters.hpp"

namespace sheaf::hdf5 {
namespace {

// A fixed buffer: the callback runs inside HDF5 and must not throw.
struct StackText {
  std::array<char, 8192> text{};
  std::size_t used = 0;
  std::array<char, 512> innermost{};
};

herr_t collect(unsigned depth, const H5E_error2_t* entry, void* context) noexcept {
  auto& stack = *static_cast<StackText*>(context);
  const char* description = entry->desc != nullptr ? entry->desc : "";
  if (depth == 0) {
    std::snprintf(stack.innermost.data(), stack.innermost.size(), "%s", description);
  }
  const std::size_t room = stack.text.size() - stack.used;
  const int length = std::snprintf(stack.text.data() + stack.used, room, "%s: %s\n",
                                   entry->func_name, description);
  if (length > 0) stack.used += std::min(static_cast<std::size_t>(length), room - 1);
  return 0;
}

// HDF5's drivers write "errno = 28" into the entry of the failed system call.
int errno_in(std::string_view text) {
  constexpr std::string_view key = "errno = ";
  const std::size_t at = text.find(key);
  return at == std::string_view::npos ? 0 : std::atoi(text.data() + at + key.size());
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Error make_error(const std::string& object, const char* doing, const StackText& stack,
                 ErrorCode otherwise) {
  const std::string text(stack.text.data(), stack.used);
  if (contains(text, "unable to lock file")) {
    return {ErrorCode::Permission, object, "is open for writing in another process", text};
  }
  if (contains(text, "file is already open for")) {
    return {ErrorCode::Permission, object,
            "is marked as open for writing; if no process has it open any more, "
            "run `h5clear --status` on it",
            text};
  }
  if (contains(text, "is not registered") || contains(text, "filter plugin")) {
    return {ErrorCode::Unsupported, object,
            std::string("cannot ") + doing + ": a filter is missing (" + stack.innermost.data() +
                "); Debian has some more in hdf5-filter-plugin",
            text};
  }
  if (const int number = errno_in(text); number != 0) {
    const Error system = system_error(number, object, doing);
    return {system.code(), object, std::string(system.what()).substr(object.size() + 2), text};
  }
  const bool is_damaged = contains(text, "checksum") || contains(text, "damaged chunk");
  const ErrorCode code = is_damaged ? ErrorCode::Corrupt : otherwise;
  return {code, object, std::string("cannot ") + doing + ": " + stack.innermost.data(), text};
}

// Before anything else touches the stack: asking for names clears it.
StackText take_stack() noexcept {
  StackText stack;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &stack);
  return stack;
}

void prepare() noexcept {
  // A file that met a full disk can't be closed cleanly, and HDF5's exit handler crashes on it.
  H5dont_atexit();
  register_filters();
}

thread_local int without_paths = 0;

std::string text_of(hid_t object, ssize_t (*get)(hid_t, char*, size_t)) {
  std::array<char, 4096> buffer{};
  return get(object, buffer.data(), buffer.size()) > 0 ? buffer.data() : "";
}

}  // namespace

void enter() noexcept {
  static std::once_flag prepared;
  std::call_once(prepared, prepare);
  // Printing is a property of each thread's own error stack.
  static thread_local const herr_t quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  (void)quiet;
}

WithoutPaths::WithoutPaths() noexcept { ++without_paths; }

WithoutPaths::~WithoutPaths() { --without_paths; }

std::string describe(hid_t object, std::string_view name) {
  std::string text = text_of(object, H5Fget_name);
  if (without_paths > 0) return text;
  std::string path = text_of(object, H5Iget_name);
  if (!name.empty()) {
    if (!path.ends_with('/')) path += '/';
    path += name;
  }
  if (!path.empty()) text += ":" + path;
  return text;
}

void fail(hid_t object, std::string_view name, const char* doing) {
  const StackText stack = take_stack();
  throw make_error(describe(object, name), doing, stack, ErrorCode::Io);
}

void fail(const std::string& file, const char* doing, ErrorCode code) {
  const StackText stack = take_stack();
  throw make_error(file, doing, stack, code);
}

}  // namespace sheaf::hdf5
