// SPDX-License-Identifier: MIT
#pragma once
// What host and worker say to each other.
//
//   host                                worker
//   Scan ─────────────────────────────► loads a plugin ──────────► Manifest | Refused
//   Load (region) ────────────────────► loads plugins
//   Setup (sources) ──────────► opens, surveys ──────────► Prepared | Failed
//   Assign … (fetched sources) ───────► loads into trays ────────► Rows …
//   TrayBack, Granted, Quarantine ────►                     ◄───── Want, Log
//   Finish ───────────────────────────► Count, Read, SetAttr ────► Finished
//   RowsCount, RowsRead, Done ────────►
//   Extend ───────────────────────────► Read … ──────────────────► Extended | Failed
//   RowsRead ─────────────────────────►
//
// Model: a struct a message; put() and take() are each other's inverse, and take() throws an Error
// for what makes no sense. The two are always of one build, so nothing here is versioned. Requests
// on extensions (Extend) are extend_protocol.hpp's.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/ingest/decoder.hpp"
#include "host/ingest/parcel.hpp"
#include "host/ingest/work.hpp"
#include "host/plugin/bridge.hpp"
#include "host/plugin/instance.hpp"
#include "host/wire.hpp"
#include "host/worker/channel.hpp"

namespace sheaf::host::worker {

enum class Kind : std::uint32_t {
  // From the host.
  Scan,
  Load,
  Setup,
  Assign,
  TrayBack,
  Granted,
  Quarantine,
  Finish,
  RowsCount,
  RowsRead,
  Done,
  // From the worker.
  Manifest,
  Refused,
  Prepared,
  Failed,
  Rows,
  Want,
  Log,
  Count,
  Read,
  SetAttr,
  Finished,
  // A request on an extension from the host, and its answer.
  Extend,
  Extended,
};

struct PluginFile {
  std::string file;
  std::string id;
  std::string version;
};

// Confinement comes with the first message, before any plugin is loaded.
struct Confine {
  bool wanted = true;
  std::uint32_t allowed = 0;
  std::uint64_t memory = 0;
};

struct ScanMessage {
  Confine confine;
  PluginFile plugin;
};

struct FeatureSetup {
  std::uint32_t plugin = 0;  // number in LoadMessage::plugins
  std::string name;
  std::vector<plugin::ParamValue> params;
  std::uint64_t input = 0;                // number of a feature, or no_input
  std::vector<layout::Attribute> stored;  // of its place, in a file that is added to
};

// So that all workers do it at once, while the first one surveys too.
struct LoadMessage {
  Confine confine;
  std::vector<PluginFile> plugins;
  std::vector<std::uint32_t> features;  // for each plugin the first feature it is loaded for
  std::uint32_t trays = 0;
  std::uint64_t tray_size = 0;
};

struct SetupMessage {
  std::vector<FeatureSetup> features;
  std::vector<std::string> stored_ids;
  std::vector<WorkTable::Claims> claims;
  bool has_relative_paths = false;
  Limits limits;
  std::uint64_t granted = 0;
  // What the first worker agreed on, by feature; absent for the first one itself.
  std::optional<std::vector<std::string>> agreed;
};

struct PreparedMessage {
  std::vector<std::string> agreed;
  std::vector<plugin::Description> descriptions;
  std::string unconfined;  // what of the confinement could not be done
};

struct FailedMessage {
  ErrorCode code = ErrorCode::Invalid;
  std::string object;
  std::string message;
};

// A source that was fetched: its file is the next one that comes with the message, or there is an
// error instead.
struct FetchedNote {
  std::uint64_t source = 0;
  std::string error;
};

struct AssignMessage {
  std::uint64_t job = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::vector<Verdict> verdicts;
  std::vector<FetchedNote> fetched;
};

// Stands where a piece has no offsets.
inline constexpr std::uint64_t no_offsets = ~std::uint64_t{0};

struct QuarantineMessage {
  std::uint64_t feature = 0;
  std::string reason;
};

// Channel::send with a name for the kind.
bool send(Channel& to, Kind kind, std::string_view bytes = {}, const std::vector<int>& files = {});
// What an Error says, without its object in front, which the receiver's Error puts there again.
[[nodiscard]] FailedMessage to_failed(const Error& error);

[[nodiscard]] std::string put(const ScanMessage& message);
[[nodiscard]] std::string put(const LoadMessage& message);
[[nodiscard]] std::string put(const SetupMessage& message);
[[nodiscard]] std::string put(const PreparedMessage& message);
[[nodiscard]] std::string put(const FailedMessage& message);
[[nodiscard]] std::string put(const AssignMessage& message);
[[nodiscard]] std::string put(const QuarantineMessage& message);
[[nodiscard]] std::string put(const plugin::Outcome& outcome);
[[nodiscard]] ScanMessage take_scan(std::string_view bytes);
[[nodiscard]] LoadMessage take_load(std::string_view bytes);
[[nodiscard]] SetupMessage take_setup(std::string_view bytes);
[[nodiscard]] PreparedMessage take_prepared(std::string_view bytes);
[[nodiscard]] FailedMessage take_failed(std::string_view bytes);
[[nodiscard]] AssignMessage take_assign(std::string_view bytes);
[[nodiscard]] QuarantineMessage take_quarantine(std::string_view bytes);
[[nodiscard]] plugin::Outcome take_outcome(std::string_view bytes);

// A parcel without its rows, which lie in the tray that begins at `tray`; what it says about places
// is in distances from there. receive_rows.hpp has the host's side.
void put_rows(wire::Out& out, const Parcel& parcel, const std::byte* tray, bool ends);

}  // namespace sheaf::host::worker
