// SPDX-License-Identifier: MIT
#include "host/conformance/task.hpp"

#include "host/wire.hpp"
#include "host/worker/protocol.hpp"

namespace sheaf::host::conformance {
namespace {

void put_values(wire::Out& out, const std::vector<Value>& values) {
  out.list(values, [&](const Value& value) { out.value(value); });
}

std::vector<Value> take_values(wire::In& in) {
  std::vector<Value> values;
  in.list([&] { values.push_back(in.value()); });
  return values;
}

}  // namespace

std::string put(const Task& task) {
  wire::Out out;
  for (const std::string* text : {&task.test, &task.file, &task.id, &task.version, &task.feature,
                                  &task.request, &task.input}) {
    out.text(*text);
  }
  out.list(task.samples, [&](const Sample& sample) {
    out.text(sample.id);
    out.text(sample.path);
    put_values(out, sample.inputs);
  });
  out.put(task.seed);
  out.put(task.first_case);
  out.put(task.only_case);
  out.put(task.allowed);
  return out.bytes();
}

Task take_task(std::string_view bytes) {
  wire::In in(bytes);
  Task task;
  for (std::string* text : {&task.test, &task.file, &task.id, &task.version, &task.feature,
                            &task.request, &task.input}) {
    *text = in.string();
  }
  in.list([&] {
    Sample& sample = task.samples.emplace_back();
    sample.id = in.string();
    sample.path = in.string();
    sample.inputs = take_values(in);
  });
  task.seed = in.get<std::uint64_t>();
  task.first_case = in.get<std::uint64_t>();
  task.only_case = in.get<bool>();
  task.allowed = in.get<std::uint32_t>();
  return task;
}

std::string put(const Entered& entered) {
  wire::Out out;
  out.put(entered.number);
  out.text(entered.what);
  return out.bytes();
}

Entered take_entered(std::string_view bytes) {
  wire::In in(bytes);
  const auto number = in.get<std::uint64_t>();
  return {number, in.string()};
}

std::string put(const Finding& finding) {
  wire::Out out;
  out.put(static_cast<std::uint8_t>(finding.level));
  for (const std::string* text :
       {&finding.test, &finding.feature, &finding.message, &finding.remedy, &finding.command}) {
    out.text(*text);
  }
  return out.bytes();
}

Finding take_finding(std::string_view bytes) {
  wire::In in(bytes);
  Finding finding;
  const auto level = in.get<std::uint8_t>();
  if (level > static_cast<std::uint8_t>(Level::Error)) wire::In::broken();
  finding.level = static_cast<Level>(level);
  for (std::string* text :
       {&finding.test, &finding.feature, &finding.message, &finding.remedy, &finding.command}) {
    *text = in.string();
  }
  return finding;
}

std::string put(const FedRows& rows) {
  wire::Out out;
  out.put(rows.sample);
  put_values(out, rows.rows);
  return out.bytes();
}

std::string put(const plugin::Description& description) {
  return worker::put(worker::PreparedMessage{{}, {description}, {}});
}

plugin::Description take_description(std::string_view bytes) {
  worker::PreparedMessage message = worker::take_prepared(bytes);
  if (message.descriptions.size() != 1) wire::In::broken();
  return std::move(message.descriptions.front());
}

FedRows take_rows(std::string_view bytes) {
  wire::In in(bytes);
  const auto sample = in.get<std::uint64_t>();
  return {sample, take_values(in)};
}

}  // namespace sheaf::host::conformance
