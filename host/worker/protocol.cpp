// SPDX-License-Identifier: MIT
#include "host/worker/protocol.hpp"

#include "host/worker/fields.hpp"

namespace sheaf::host::worker {
namespace {

using wire::In;
using wire::Out;

void put(Out& out, const plugin::Outcome& outcome) {
  out.put(outcome.status);
  out.text(outcome.message);
}
plugin::Outcome take_outcome(In& in) {
  plugin::Outcome outcome;
  outcome.status = in.get<sheaf_status>();
  if (outcome.status < SHEAF_ERR_FATAL || outcome.status > SHEAF_CANCELLED) In::broken();
  outcome.message = in.string();
  return outcome;
}

void put(Out& out, const layout::OutputSpec& spec) {
  out.text(spec.name);
  out.put(static_cast<std::uint8_t>(spec.dtype.kind));
  out.put(spec.dtype.bits);
  out.list(spec.item_shape, [&](std::int64_t extent) { out.put(extent); });
  out.put(static_cast<std::uint8_t>(spec.ragged));
  const layout::DatasetOptions& options = spec.options;
  out.put(options.chunk_rows.value_or(-1));
  out.put(static_cast<std::uint8_t>(options.compression));
  out.put(options.level.has_value());
  if (options.level) out.put(*options.level);
  out.put(options.shuffle);
  out.put(options.fletcher32);
  out.put(options.fill_value.has_value());
  if (options.fill_value) out.value(*options.fill_value);
}
layout::OutputSpec take_output(In& in) {
  layout::OutputSpec spec;
  spec.name = in.string();
  spec.dtype.kind = static_cast<DtypeKind>(in.get<std::uint8_t>());
  spec.dtype.bits = in.get<std::uint16_t>();
  // Only what a plugin may say at all.
  if (spec.dtype.kind > DtypeKind::String || !plugin::to_dtype(plugin::to_abi(spec.dtype))) {
    In::broken();
  }
  in.list([&] {
    spec.item_shape.push_back(in.get<std::int64_t>());
    if (spec.item_shape.back() < -1) In::broken();
  });
  spec.ragged = static_cast<layout::Ragged>(in.get<std::uint8_t>());
  if (spec.ragged > layout::Ragged::Always) In::broken();
  layout::DatasetOptions& options = spec.options;
  if (const auto rows = in.get<std::int64_t>(); rows > 0) options.chunk_rows = rows;
  options.compression = static_cast<layout::Compression>(in.get<std::uint8_t>());
  if (options.compression > layout::Compression::Blosc) In::broken();
  if (in.get<bool>()) options.level = in.get<int>();
  options.shuffle = in.get<bool>();
  options.fletcher32 = in.get<bool>();
  if (in.get<bool>()) options.fill_value = in.value();
  return spec;
}

void put(Out& out, const plugin::Description& description) {
  out.list(description.outputs, [&](const layout::OutputSpec& spec) { put(out, spec); });
  worker::put(out, description.attrs);
}
plugin::Description take_description(In& in) {
  plugin::Description description;
  in.list([&] { description.outputs.push_back(take_output(in)); });
  description.attrs = take_attrs(in);
  return description;
}

void put(Out& out, const Limits& limits) {
  out.put(limits.workers);
  out.put(static_cast<std::uint64_t>(limits.memory));
  out.put(static_cast<std::uint64_t>(limits.parcel));
}
Limits take_limits(In& in) {
  Limits limits;
  limits.workers = in.get<unsigned>();
  limits.memory = in.get<std::uint64_t>();
  limits.parcel = in.get<std::uint64_t>();
  return limits;
}

void put_texts(Out& out, const std::vector<std::string>& texts) {
  out.list(texts, [&](const std::string& text) { out.text(text); });
}
std::vector<std::string> take_texts(In& in) {
  std::vector<std::string> texts;
  in.list([&] { texts.push_back(in.string()); });
  return texts;
}

}  // namespace

bool send(Channel& to, Kind kind, std::string_view bytes, const std::vector<int>& files) {
  return to.send(static_cast<std::uint32_t>(kind), bytes, files);
}

FailedMessage to_failed(const Error& error) {
  std::string what = error.what();
  const std::string prefix = error.object() + ": ";
  if (what.starts_with(prefix)) what.erase(0, prefix.size());
  return {error.code(), error.object(), std::move(what)};
}

std::string put(const ScanMessage& message) {
  Out out;
  put(out, message.confine);
  put(out, message.plugin);
  return out.bytes();
}
ScanMessage take_scan(std::string_view bytes) {
  In in(bytes);
  ScanMessage message;
  message.confine = take_confine(in);
  message.plugin = take_plugin(in);
  return message;
}

std::string put(const LoadMessage& message) {
  Out out;
  put(out, message.confine);
  out.list(message.plugins, [&](const PluginFile& plugin) { put(out, plugin); });
  out.list(message.features, [&](std::uint32_t feature) { out.put(feature); });
  out.put(message.trays);
  out.put(message.tray_size);
  return out.bytes();
}
LoadMessage take_load(std::string_view bytes) {
  In in(bytes);
  LoadMessage message;
  message.confine = take_confine(in);
  in.list([&] { message.plugins.push_back(take_plugin(in)); });
  in.list([&] { message.features.push_back(in.get<std::uint32_t>()); });
  message.trays = in.get<std::uint32_t>();
  message.tray_size = in.get<std::uint64_t>();
  return message;
}

std::string put(const SetupMessage& message) {
  Out out;
  out.list(message.features, [&](const FeatureSetup& feature) {
    out.put(feature.plugin);
    out.text(feature.name);
    out.list(feature.params, [&](const plugin::ParamValue& value) { put(out, value); });
    out.put(feature.input);
    put(out, feature.stored);
  });
  put_texts(out, message.stored_ids);
  out.list(message.claims, [&](const WorkTable::Claims& claims) {
    out.list(claims, [&](std::uint32_t feature) { out.put(feature); });
  });
  out.put(message.has_relative_paths);
  put(out, message.limits);
  out.put(message.granted);
  out.put(message.agreed.has_value());
  if (message.agreed) put_texts(out, *message.agreed);
  return out.bytes();
}
SetupMessage take_setup(std::string_view bytes) {
  In in(bytes);
  SetupMessage message;
  in.list([&] {
    FeatureSetup& feature = message.features.emplace_back();
    feature.plugin = in.get<std::uint32_t>();
    feature.name = in.string();
    in.list([&] { feature.params.push_back(take_param(in)); });
    feature.input = in.get<std::uint64_t>();
    feature.stored = take_attrs(in);
  });
  message.stored_ids = take_texts(in);
  in.list([&] {
    WorkTable::Claims& claims = message.claims.emplace_back();
    in.list([&] { claims.push_back(in.get<std::uint32_t>()); });
  });
  message.has_relative_paths = in.get<bool>();
  message.limits = take_limits(in);
  message.granted = in.get<std::uint64_t>();
  if (in.get<bool>()) message.agreed = take_texts(in);
  return message;
}

std::string put(const PreparedMessage& message) {
  Out out;
  put_texts(out, message.agreed);
  out.list(message.descriptions, [&](const plugin::Description& one) { put(out, one); });
  out.text(message.unconfined);
  return out.bytes();
}
PreparedMessage take_prepared(std::string_view bytes) {
  In in(bytes);
  PreparedMessage message;
  message.agreed = take_texts(in);
  in.list([&] { message.descriptions.push_back(take_description(in)); });
  message.unconfined = in.string();
  return message;
}

std::string put(const FailedMessage& message) {
  Out out;
  out.put(static_cast<std::uint32_t>(message.code));
  out.text(message.object);
  out.text(message.message);
  return out.bytes();
}
FailedMessage take_failed(std::string_view bytes) {
  In in(bytes);
  FailedMessage message;
  const auto code = in.get<std::uint32_t>();
  if (code > static_cast<std::uint32_t>(ErrorCode::Cancelled)) In::broken();
  message.code = static_cast<ErrorCode>(code);
  message.object = in.string();
  message.message = in.string();
  return message;
}

std::string put(const AssignMessage& message) {
  Out out;
  out.put(message.job);
  out.put(message.first);
  out.put(message.last);
  out.list(message.verdicts, [&](const Verdict& verdict) {
    out.put(static_cast<std::uint64_t>(verdict.feature));
    put(out, verdict.outcome);
  });
  out.list(message.fetched, [&](const FetchedNote& note) {
    out.put(note.source);
    out.text(note.error);
  });
  return out.bytes();
}
AssignMessage take_assign(std::string_view bytes) {
  In in(bytes);
  AssignMessage message;
  message.job = in.get<std::uint64_t>();
  message.first = in.get<std::uint64_t>();
  message.last = in.get<std::uint64_t>();
  in.list([&] {
    Verdict& verdict = message.verdicts.emplace_back();
    verdict.feature = in.get<std::uint64_t>();
    verdict.outcome = take_outcome(in);
  });
  in.list([&] {
    FetchedNote& note = message.fetched.emplace_back();
    note.source = in.get<std::uint64_t>();
    note.error = in.string();
  });
  return message;
}

std::string put(const QuarantineMessage& message) {
  Out out;
  out.put(message.feature);
  out.text(message.reason);
  return out.bytes();
}
QuarantineMessage take_quarantine(std::string_view bytes) {
  In in(bytes);
  QuarantineMessage message;
  message.feature = in.get<std::uint64_t>();
  message.reason = in.string();
  return message;
}

std::string put(const plugin::Outcome& outcome) {
  Out out;
  put(out, outcome);
  return out.bytes();
}
plugin::Outcome take_outcome(std::string_view bytes) {
  In in(bytes);
  return take_outcome(in);
}

void put_rows(Out& out, const Parcel& parcel, const std::byte* tray, bool ends) {
  out.put(static_cast<std::uint64_t>(parcel.job));
  out.put(parcel.tray);
  out.put(ends);
  out.put(static_cast<std::uint64_t>(parcel.arena.used()));
  out.put(static_cast<std::uint64_t>(parcel.cells.size()));
  for (const Cell& cell : parcel.cells) {
    out.put(static_cast<std::uint64_t>(cell.source));
    out.put(static_cast<std::uint32_t>(cell.feature));
    out.put(static_cast<std::uint8_t>((cell.begins ? 1U : 0U) | (cell.ends ? 2U : 0U)));
    out.put(cell.status);
    out.text(cell.message);
    out.put(static_cast<std::uint32_t>(cell.piece_count));
    for (std::size_t i = 0; i < cell.piece_count; ++i) {
      const Piece& piece = parcel.pieces[cell.first_piece + i];
      out.put(piece.output);
      out.put(piece.rows);
      out.put(piece.ndim);
      for (std::uint32_t axis = 0; axis < piece.ndim; ++axis) out.put(piece.item_shape[axis]);
      out.put(static_cast<std::uint64_t>(piece.data - tray));
      out.put(piece.size);
      out.put(piece.offsets == nullptr
                  ? no_offsets
                  : static_cast<std::uint64_t>(reinterpret_cast<const std::byte*>(piece.offsets) -
                                               tray));
    }
  }
}

}  // namespace sheaf::host::worker
