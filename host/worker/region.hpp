// SPDX-License-Identifier: MIT
#pragma once
// The memory a worker shares with the host: control pages, and trays that parcels are filled in.
//
//   control │ orders │ guard │ tray 0 … │ guard │ tray 1 … │ guard │ …     one sealed memory file
//
// Model: a tray is as large as the largest parcel may become and takes memory only where it was
// written. The worker writes trays, one at a time: guard pages lie between them, and a tray that is
// on its way is closed to it, and so are the host's orders. The host maps trays read-only. Since
// the file's size is sealed, what is mapped stays there whatever a plugin does to the file.
// Threads: the first pages' fields are atomics; the rest belongs to one thread a side.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "host/worker/channel.hpp"

namespace sheaf::host::worker {

// Written by the worker, for the host a hint only.
struct Control {
  std::atomic<std::uint32_t> is_loading = 0;
  std::atomic<std::uint32_t> feature = 0;
  std::atomic<std::uint64_t> source = 0;
  std::atomic<std::uint64_t> calls = 0;  // into plugins so far
};

// Written by the host; the worker can't.
struct Orders {
  std::atomic<bool> cancel = false;
};

class Region {
 public:
  // The host's side. Throws Error.
  [[nodiscard]] static std::shared_ptr<Region> create(std::size_t trays, std::size_t tray_size);
  // The worker's side of what create() made. Throws Error.
  [[nodiscard]] static std::shared_ptr<Region> attach(const Descriptor& file, std::size_t trays,
                                                      std::size_t tray_size);
  ~Region();
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  [[nodiscard]] const Descriptor& file() const { return file_; }
  [[nodiscard]] Control& control() { return *reinterpret_cast<Control*>(start_); }
  [[nodiscard]] Orders& orders();
  [[nodiscard]] std::span<std::byte> tray(std::size_t number) const;
  [[nodiscard]] std::span<const std::byte> whole() const;
  // Worker: opens or closes a tray to this process.
  void set_writable(std::size_t number, bool writable) const;
  // Host: gives the memory of a tray from `kept` on back to the system.
  void release(std::size_t number, std::size_t kept) const;

 private:
  Region(Descriptor file, std::byte* start, std::size_t trays, std::size_t tray_size)
      : file_(std::move(file)), start_(start), trays_(trays), tray_size_(tray_size) {}
  [[nodiscard]] std::size_t offset(std::size_t number) const;

  Descriptor file_;
  std::byte* start_;
  std::size_t trays_;
  std::size_t tray_size_;
};

}  // namespace sheaf::host::worker
