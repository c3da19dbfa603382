// SPDX-License-Identifier: MIT
#pragma once
// One loader file in Python: its process, the talk with it, and the descriptor it declares.
//
//   worker                                   python3
//   Begin (file, memory) ──────────────────► imports the file ─────────► Declared | Refused
//   Open, Survey, Describe, Load, Finish ──► calls the class ──────────► … Done
//                                       ◄──  Reserve, Commit, Rows, Agree, Read, Log …, answered
//
// Model: a request goes out, questions come back and are answered, Done ends it. The bytes of rows
// lie in memory that both have mapped: the trays of a worker, else Scratch; what is small comes
// with the message. sdk/python/sheaf_plugin/_wire.py has the other end; the two are of one build.
// Threads: requests of one loader wait for each other. Failure: a process that has ended takes a
// worker along, so that the host blames who was loading; in the host itself the run ends.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/python/process.hpp"
#include "host/python/scratch.hpp"
#include "host/wire.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::python {

enum class Say : std::uint32_t {
  // To python3.
  Begin,
  Open,
  Survey,
  Describe,
  Load,
  Finish,
  Close,
  Answer,
  // From it.
  Declared,
  Refused,
  Done,
  Log,
  Progress,
  IsCancelled,
  ThreadBudget,
  MayImport,
  Agree,
  Reserve,
  Commit,
  Rows,
  Count,
  Read,
  SetAttr,
};

// What a worker that is about to confine itself tells the loaders it starts.
struct Surroundings {
  Confined confined;
  int rows_file = -1;               // memory that all slots lie in, or -1
  std::span<const std::byte> rows;  // where this process has it
};

class Loader;

// The C struct stands first: the ABI's pointer to it is one to all of this.
struct LoaderFeature {
  sheaf_feature plain;
  Loader* loader = nullptr;
  std::uint32_t number = 0;
};

class Loader {
 public:
  // Starts the process, if that can be; declare() says why it couldn't.
  Loader(std::filesystem::path file, std::optional<Surroundings> around);

  [[nodiscard]] plugin::Scanned declare();

  // What only one kind of request is asked, and what it makes of the rest of Done if that is OK.
  struct Answers {
    std::function<void(Say, wire::In&, wire::Out&)> question;
    std::function<sheaf_status(wire::In&)> done;
  };
  // Returns the status of the call, which may be null (close). The caller has `turn`.
  sheaf_status ask(const sheaf_call* call, Say what, const wire::Out& request,
                   const Answers& answers = {}, const std::vector<int>& files = {});
  // For open: another process, if the last one has ended. Only in the host itself.
  void revive();

  [[nodiscard]] std::uint64_t next_instance() noexcept { return ++instances_; }
  [[nodiscard]] Scratch& scratch() noexcept { return *scratch_; }
  // Where `data` is in the trays.
  [[nodiscard]] std::optional<std::uint64_t> place_in_rows(const void* data) const noexcept;
  // Held for the whole of a request, its scratch included.
  std::mutex turn;

 private:
  void start();
  // Answers what may be asked during any request; false for anything else.
  bool answer_common(const sheaf_call* call, Say kind, wire::In& in);
  void reply(const wire::Out& out);
  sheaf_status lost(const sheaf_call* call);
  plugin::Scanned adopt(std::string_view manifest);

  const std::filesystem::path file_;
  const std::optional<Surroundings> around_;
  std::unique_ptr<Scratch> scratch_;
  std::optional<Process> process_;
  std::string problem_;  // why there is no process
  std::uint64_t instances_ = 0;
  std::optional<plugin::Manifest> manifest_;
  std::vector<LoaderFeature> features_;
  std::vector<const sheaf_feature*> feature_list_;
  sheaf_plugin plugin_{};
};

// Starts processes for those of the files that are loaders in Python, before this process gives up
// the right to.
void start_ahead(const std::vector<std::filesystem::path>& files, const Surroundings& around);

// The descriptor of a loader's file, which lives as long as this process; or why there is none.
[[nodiscard]] plugin::Scanned load(const std::filesystem::path& file);

// feature.cpp: the ABI's functions, over a Loader.
void set_functions(sheaf_feature& feature);

}  // namespace sheaf::host::python
