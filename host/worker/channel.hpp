// SPDX-License-Identifier: MIT
#pragma once
// Messages between host and worker: a kind, bytes and open files, over a Unix socket.
//
// Model: each message is a small header, then its bytes; open files travel beside the header. Ends
// are symmetric. A peer that is gone, or that sends a header out of bounds, is an end of the
// conversation, told as such and never as an exception: the other end may be third-party code.
// Threads: any may send (plugins log from their own); one at a time receives.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/descriptor.hpp"

namespace sheaf::host::worker {

struct Message {
  std::uint32_t kind = 0;
  std::string bytes;
  std::vector<Descriptor> files;
};

class Channel {
 public:
  Channel() = default;
  explicit Channel(Descriptor socket) : socket_(std::move(socket)) {}
  // Two ends; both close on exec.
  [[nodiscard]] static std::pair<Channel, Channel> pair();

  // Waits until all is handed over. False when the peer is gone.
  bool send(std::uint32_t kind, std::string_view bytes = {}, const std::vector<int>& files = {});
  // The next message. Empty when there is none yet (`wait` false) or the peer is gone (is_open()).
  std::optional<Message> receive(bool wait);
  // False once nothing can be received any more.
  [[nodiscard]] bool is_open() const noexcept { return socket_ && !is_broken_; }
  // Whether that is since what came makes no sense; the peer may well be there.
  [[nodiscard]] bool is_garbled() const noexcept { return is_garbled_; }
  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

 private:
  // Reads what is there; false when nothing came.
  bool fill(bool wait);

  Descriptor socket_;
  std::unique_ptr<std::mutex> sending_ = std::make_unique<std::mutex>();
  bool is_broken_ = false;
  bool is_garbled_ = false;
  std::string buffer_;
  std::size_t taken_ = 0;  // of the buffer
  std::vector<Descriptor> files_;
};

}  // namespace sheaf::host::worker
