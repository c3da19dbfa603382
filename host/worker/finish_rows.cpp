// SPDX-License-Identifier: MIT
#include "host/worker/finish_rows.hpp"

#include <utility>

#include "core/error.hpp"

namespace sheaf::host::worker {
namespace {

constexpr std::size_t longest_answer = std::size_t{1} << 29U;  // bytes

}  // namespace

std::int64_t RemoteRows::count(std::uint32_t output) {
  wire::Out out;
  out.put(output);
  return wire::In(ask(Kind::Count, out.bytes())).get<std::int64_t>();
}

Value RemoteRows::read(std::uint32_t output, std::int64_t start, std::int64_t stop) {
  wire::Out out;
  out.put(output);
  out.put(start);
  out.put(stop);
  const std::string answer = ask(Kind::Read, out.bytes());
  return wire::In(answer).value();
}

void RemoteRows::set_attr(const std::string& name, const Value& value) {
  wire::Out out;
  out.text(name);
  out.value(value);
  ask(Kind::SetAttr, out.bytes());
}

std::string RemoteRows::ask(Kind kind, const std::string& bytes) {
  send(host_, kind, bytes);
  auto answer = host_.receive(true);
  if (!answer) throw Error(ErrorCode::Cancelled, "worker", "the host is gone");
  if (static_cast<Kind>(answer->kind) != Kind::Failed) return std::move(answer->bytes);
  const FailedMessage failed = take_failed(answer->bytes);
  throw Error(failed.code, failed.object, failed.message);
}

bool serve_rows(Channel& worker, const Message& message, RowAccess& rows) {
  wire::In in(message.bytes);
  wire::Out out;
  try {
    switch (static_cast<Kind>(message.kind)) {
      case Kind::Count:
        out.put(rows.count(in.get<std::uint32_t>()));
        send(worker, Kind::RowsCount, out.bytes());
        return true;
      case Kind::Read: {
        const auto output = in.get<std::uint32_t>();
        const auto start = in.get<std::int64_t>();
        out.value(rows.read(output, start, in.get<std::int64_t>()));
        if (out.bytes().size() > longest_answer) {
          throw Error(ErrorCode::Invalid, "finish", "reads too much at once; read it in parts");
        }
        send(worker, Kind::RowsRead, out.bytes());
        return true;
      }
      case Kind::SetAttr: {
        const std::string name = in.string();
        rows.set_attr(name, in.value());
        send(worker, Kind::Done);
        return true;
      }
      default:
        return false;
    }
  } catch (const Error& error) {
    send(worker, Kind::Failed, put(to_failed(error)));
    return true;
  }
}

}  // namespace sheaf::host::worker
