// SPDX-License-Identifier: MIT
#include "host/extend/remote.hpp"

#include <algorithm>
#include <poll.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/log.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::extend {
namespace {

constexpr int tick_ms = 50;  // how often the limits are looked at

using worker::Kind;

}  // namespace

Remote::Remote(const plugin::Plugin& plugin, const Options& options)
    : plugin_(fmt::format("plugin {} {}", plugin.id, plugin.version)),
      file_{plugin.file.string(), plugin.id, plugin.version},
      options_(options),
      child_(worker::Child::start()) {}

std::string Remote::ask(worker::ExtendMessage message, const std::string& doing,
                        const std::vector<StoredSource*>& sources) {
  if (!child_) throw Error(ErrorCode::Invalid, plugin_, doing + ": its worker is gone");
  message.confine = {true, options_.allowed, options_.memory};
  message.plugin = file_;
  worker::send(child_->channel(), Kind::Extend, worker::put(message));
  const auto limit = std::chrono::steady_clock::now() + options_.longest;
  while (true) {
    pollfd waits[] = {{child_->channel().descriptor(), POLLIN, 0},
                      {child_->printed_out(), POLLIN, 0},
                      {child_->printed_err(), POLLIN, 0}};
    poll(waits, 3, tick_ms);
    listen();
    try {
      while (const auto answer = child_->channel().receive(false)) {
        if (auto bytes = take(*answer, sources)) return *std::move(bytes);
        check_limits(limit, doing);
      }
    } catch (const Error& error) {
      // From a worker that may have been written over, by what it sent.
      if (error.object() == "worker") give_up(doing, error.message());
      throw;
    }
    if (child_->channel().is_garbled()) give_up(doing, "sent what makes no sense");
    if (!child_->channel().is_open()) {
      listen();
      give_up(doing, "ended its worker: " + child_->reap());
    }
    check_limits(limit, doing);
  }
}

// The answer's bytes, if it is one.
std::optional<std::string> Remote::take(const worker::Message& message,
                                        const std::vector<StoredSource*>& sources) {
  switch (static_cast<Kind>(message.kind)) {
    case Kind::Extended:
      return message.bytes;
    case Kind::Read:
      serve_rows(message, sources);
      return std::nullopt;
    case Kind::Failed: {
      const worker::FailedMessage failed = worker::take_failed(message.bytes);
      throw Error(failed.code, printable(failed.object), printable(failed.message));
    }
    case Kind::Log: {
      wire::In in(message.bytes);
      const auto level = std::min<std::uint8_t>(in.get<std::uint8_t>(), 3);
      const std::string origin = printable(in.text());
      log::write(static_cast<log::Level>(level), origin, printable(in.text()));
      return std::nullopt;
    }
    default:
      wire::In::broken();
  }
}

void Remote::serve_rows(const worker::Message& message, const std::vector<StoredSource*>& sources) {
  const worker::ReadMessage wanted = worker::take_read(message.bytes);
  if (wanted.source >= sources.size()) wire::In::broken();
  try {
    wire::Out out;
    out.value(sources[wanted.source]->read(wanted.output, wanted.rows.start, wanted.rows.stop));
    worker::send(child_->channel(), Kind::RowsRead, out.bytes());
  } catch (const Error& error) {
    worker::send(child_->channel(), Kind::Failed, worker::put(worker::to_failed(error)));
  }
}

void Remote::check_limits(std::chrono::steady_clock::time_point limit, const std::string& doing) {
  if (options_.stop != nullptr && *options_.stop) {
    child_.reset();
    throw Error(ErrorCode::Cancelled, plugin_, doing + ": cancelled");
  }
  if (std::chrono::steady_clock::now() > limit) {
    give_up(doing, fmt::format("took longer than {} s",
                               std::chrono::duration<double>(options_.longest).count()));
  }
  if (options_.memory > 0 && child_->memory() > options_.memory) {
    give_up(doing, fmt::format("took more than {} MB of memory", options_.memory / 1'000'000));
  }
}

void Remote::give_up(const std::string& doing, const std::string& why) {
  child_.reset();
  throw Error(ErrorCode::Invalid, plugin_, doing + " " + why);
}

void Remote::listen() {
  child_->read_lines(
      [this](bool is_err, std::string_view line) { printed_.add(file_.id, is_err, line); });
}

}  // namespace sheaf::host::extend
