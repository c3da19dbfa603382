// SPDX-License-Identifier: MIT
#include "host/worker/channel.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>

#include <sys/socket.h>

#include "core/error.hpp"

namespace sheaf::host::worker {
namespace {

struct Header {
  std::uint32_t kind = 0;
  std::uint32_t files = 0;
  std::uint64_t size = 0;
};

constexpr std::size_t max_files = 128;  // in one message: a job's fetched sources
constexpr std::uint64_t max_size = std::uint64_t{1} << 30U;
constexpr std::size_t block = std::size_t{64} << 10U;

}  // namespace

std::pair<Channel, Channel> Channel::pair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw system_error(errno, "worker", "make a socket");
  }
  return {Channel(Descriptor(ends[0])), Channel(Descriptor(ends[1]))};
}

bool Channel::send(std::uint32_t kind, std::string_view bytes, const std::vector<int>& files) {
  if (!socket_) return false;
  const std::lock_guard lock(*sending_);
  const Header header{kind, static_cast<std::uint32_t>(files.size()), bytes.size()};
  std::string whole(reinterpret_cast<const char*>(&header), sizeof(header));
  whole.append(bytes);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_files)];
  std::size_t sent = 0;
  while (sent < whole.size()) {
    iovec part{whole.data() + sent, whole.size() - sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (sent == 0 && !files.empty()) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(sizeof(int) * files.size());
      cmsghdr* const rights = CMSG_FIRSTHDR(&message);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(sizeof(int) * files.size());
      std::memcpy(CMSG_DATA(rights), files.data(), sizeof(int) * files.size());
    }
    const ssize_t count = sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

bool Channel::fill(bool wait) {
  const std::size_t before = buffer_.size();
  buffer_.resize(before + block);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_files)];
  iovec part{buffer_.data() + before, block};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  ssize_t count = -1;
  do {
    count = recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  } while (count < 0 && errno == EINTR);
  const bool is_empty = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count <= 0) {
    if (!is_empty) is_broken_ = true;
    return false;
  }
  for (cmsghdr* part_of = CMSG_FIRSTHDR(&message); part_of != nullptr;
       part_of = CMSG_NXTHDR(&message, part_of)) {
    if (part_of->cmsg_level != SOL_SOCKET || part_of->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t size = part_of->cmsg_len - CMSG_LEN(0);
    for (std::size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part_of) + at, sizeof(int));
      files_.emplace_back(number);
    }
  }
  return true;
}

std::optional<Message> Channel::receive(bool wait) {
  if (!socket_) return std::nullopt;
  while (true) {
    const std::size_t there = buffer_.size() - taken_;
    Header header;
    if (there >= sizeof(header)) {
      std::memcpy(&header, buffer_.data() + taken_, sizeof(header));
      if (header.size > max_size || header.files > max_files) {
        is_broken_ = is_garbled_ = true;
        return std::nullopt;
      }
      if (there >= sizeof(header) + header.size && files_.size() >= header.files) {
        Message message{header.kind, buffer_.substr(taken_ + sizeof(header), header.size), {}};
        const auto last = files_.begin() + header.files;
        message.files.assign(std::make_move_iterator(files_.begin()),
                             std::make_move_iterator(last));
        files_.erase(files_.begin(), last);
        taken_ += sizeof(header) + header.size;
        return message;
      }
    }
    buffer_.erase(0, std::exchange(taken_, 0));
    if (is_broken_ || !fill(wait)) return std::nullopt;
  }
}

}  // namespace sheaf::host::worker
