// SPDX-License-Identifier: MIT
#pragma once
// The system calls that the journal makes, in one place, so that tests can record and fail them.
//
// Model: each call does what its name says, whole: interrupted and short ones are gone on with.
// What fails throws Error with the file's name. Threads: any.

#include <cstddef>
#include <cstdint>
#include <string>

namespace sheaf::journal {

class System {
 public:
  virtual ~System() = default;

  // Descriptors aren't inherited by child processes. Returns -1 when there is no such file and it
  // isn't to be created.
  virtual int open(const std::string& path, int flags);
  virtual void close(int descriptor) noexcept;
  // Bytes that were there.
  virtual std::size_t read(int descriptor, const std::string& path, std::uint64_t offset,
                           void* data, std::size_t size);
  virtual void write(int descriptor, const std::string& path, std::uint64_t offset,
                     const void* data, std::size_t size);
  // Another descriptor of the file, for write_direct() alone; -1 where there is no such way.
  virtual int open_direct(int descriptor) noexcept;
  // Past the page cache: whole blocks of 4096 bytes, also in memory. False where the file system
  // refuses; some of it may be written then.
  [[nodiscard]] virtual bool write_direct(int descriptor, const std::string& path,
                                          std::uint64_t offset, const void* data, std::size_t size);
  // Has the system begin to write; nothing depends on it.
  virtual void start_writing(int descriptor, std::uint64_t offset, std::uint64_t size) noexcept;
  virtual void sync(int descriptor, const std::string& path);
  virtual void resize(int descriptor, const std::string& path, std::uint64_t size);
  virtual std::uint64_t size(int descriptor, const std::string& path);
  virtual void remove(const std::string& path);
  // Makes names in the folder of `path` durable.
  virtual void sync_folder(const std::string& path);

 protected:
  // One system call; what tests override. Return what the system does, with errno.
  virtual long pwrite_once(int descriptor, const void* data, std::size_t size,
                           std::uint64_t offset);
  virtual long pread_once(int descriptor, void* data, std::size_t size, std::uint64_t offset);
};

// The one in use: the real one, unless a test set another.
[[nodiscard]] System& system() noexcept;
void set_system(System* other) noexcept;  // null: the real one again

}  // namespace sheaf::journal
