// SPDX-License-Identifier: MIT
#pragma once
// What a worker process may not do, since decoding needs none of it.
//
// Model: without privileges to gain (no_new_privs); by seccomp no network, no other programs or
// processes, no signals to others, no debugging of others, no mounts, keys, kernel modules; by
// Landlock no writing outside one folder, by seccomp no change of modes, owners and times at all.
// All threads, for good. Denied calls fail with EPERM
// ("operation not permitted"); what the C library can do without is answered ENOSYS.
// What a plugin needs nevertheless is allowed by name in the configuration.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::host::worker {

// Bits of what is allowed.
enum Allow : std::uint32_t {
  allow_network = 1,   // "network": sockets
  allow_write = 2,     // "write": writing files anywhere the user may
  allow_programs = 4,  // "programs": starting processes
};

// The bit of "network", "write", "programs"; 0 for any other word.
[[nodiscard]] std::uint32_t parse_allow(std::string_view word);

// What this system can do, a line each: "seccomp: no network, …", "Landlock (ABI 3): …".
struct Confinement {
  bool has_seccomp = false;
  int landlock_abi = 0;  // 0: the kernel has none
};
[[nodiscard]] Confinement available_confinement();
[[nodiscard]] std::vector<std::string> describe(const Confinement& what, std::uint32_t allowed);

// No core files, and no more than about twice `memory` bytes of data (0: any): the host looks at
// what a worker really uses, this stops what grows faster than it looks.
void limit_resources(std::uint64_t memory);

// The part of it that denies starting programs and processes, as a filter of struct sock_filter:
// for a process that had to start one first. Empty where that can't be made.
[[nodiscard]] std::string program_filter();

// Confines this process, which has one thread. Returns what could not be done, empty if all was.
[[nodiscard]] std::string confine(const std::string& writable_folder, std::uint32_t allowed);

}  // namespace sheaf::host::worker
