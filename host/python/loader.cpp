// SPDX-License-Identifier: MIT
#include "host/python/loader.hpp"

#include <algorithm>
#include <map>
#include <unistd.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/plugin/search.hpp"
#include "host/worker/child.hpp"
#include "host/worker/confine.hpp"

namespace sheaf::host::python {
namespace {

// By file, for the life of the process, as libraries are.
std::map<std::filesystem::path, std::unique_ptr<Loader>>& loaders() {
  static auto* const kept = new std::map<std::filesystem::path, std::unique_ptr<Loader>>();
  return *kept;
}

}  // namespace

Loader::Loader(std::filesystem::path file, std::optional<Surroundings> around)
    : file_(std::move(file)), around_(around) {
  start();
}

void Loader::start() {
  try {
    process_.reset();
    scratch_ = std::make_unique<Scratch>();
    process_ = Process::start(around_ ? std::optional(around_->confined) : std::nullopt);
    const bool programs = !around_ || !around_->confined.wanted ||
                          (around_->confined.allowed & worker::allow_programs) != 0 ||
                          !worker::available_confinement().has_seccomp;
    std::vector<int> files{scratch_->file()};
    if (around_ && around_->rows_file >= 0) files.push_back(around_->rows_file);
    wire::Out out;
    out.text(file_.string());
    out.text(programs ? std::string() : worker::program_filter());
    out.put(static_cast<std::uint64_t>(files.size() > 1 ? around_->rows.size() : 0));
    process_->channel().send(static_cast<std::uint32_t>(Say::Begin), out.bytes(), files);
  } catch (const Error& error) {
    process_.reset();
    problem_ = fmt::format("is a loader in Python: {}", error.what());
  }
}

plugin::Scanned Loader::declare() {
  if (feature_list_.size() > 0) return &plugin_;
  if (!process_) return problem_;
  try {
    while (auto message = process_->channel().receive(true)) {
      wire::In in(message->bytes);
      switch (static_cast<Say>(message->kind)) {
        case Say::Declared:
          return adopt(message->bytes);
        case Say::Refused:
          problem_ = in.string();
          process_.reset();
          return problem_;
        default:
          if (!answer_common(nullptr, static_cast<Say>(message->kind), in)) wire::In::broken();
      }
    }
  } catch (const Error&) {
    process_.reset();
    return std::string("sent what makes no sense while it was imported");
  }
  const int status = process_->end();
  if (around_) end_alike(status);
  process_.reset();
  return "ended its Python while it was imported: " + worker::how_it_ended(status);
}

plugin::Scanned Loader::adopt(std::string_view manifest) {
  const sheaf_plugin& declared = manifest_.emplace(manifest).descriptor();
  features_.resize(declared.feature_count);
  for (std::uint32_t i = 0; i < features_.size(); ++i) {
    features_[i] = {*declared.features[i], this, i};
    set_functions(features_[i].plain);
    // All threads of a host share one process.
    if (!around_) features_[i].plain.flags |= SHEAF_FEATURE_EXCLUSIVE;
    feature_list_.push_back(&features_[i].plain);
  }
  plugin_ = declared;
  plugin_.features = feature_list_.data();
  plugin_.get_extension = nullptr;
  return &plugin_;
}

void Loader::revive() {
  if (process_ || around_) return;
  start();
  if (!process_) throw Error(ErrorCode::NotFound, file_.string(), problem_);
  const auto message = process_->channel().receive(true);
  if (!message || static_cast<Say>(message->kind) != Say::Declared) {
    process_.reset();
    throw Error(ErrorCode::Invalid, file_.string(), "can't be imported any more");
  }
}

bool Loader::answer_common(const sheaf_call* call, Say kind, wire::In& in) {
  wire::Out out;
  switch (kind) {
    case Say::Log: {
      const auto severity = in.get<std::uint32_t>();
      const std::string_view text = in.text();
      if (call != nullptr) call->log(call, severity, {text.data(), text.size()});
      return true;
    }
    case Say::Progress:
      if (call != nullptr) call->progress(call, in.get<double>());
      return true;
    case Say::IsCancelled:
      out.put(call == nullptr ? 0U : call->cancelled(call));
      break;
    case Say::ThreadBudget:
      out.put(call == nullptr ? 1U : call->thread_budget(call));
      break;
    case Say::MayImport:
      out.text(plugin::why_refused(in.string()));
      break;
    default:
      return false;
  }
  reply(out);
  return true;
}

void Loader::reply(const wire::Out& out) {
  // One that is gone is noticed by who waits for its next message.
  process_->channel().send(static_cast<std::uint32_t>(Say::Answer), out.bytes());
}

sheaf_status Loader::lost(const sheaf_call* call) {
  const int status = process_->end();
  if (around_) end_alike(status);
  process_.reset();
  const std::string text = fmt::format("the Python of '{}' has ended: {}",
                                       file_.filename().string(), worker::how_it_ended(status));
  if (call == nullptr) return SHEAF_ERR_FATAL;
  return call->fail(call, SHEAF_ERR_FATAL, {text.data(), text.size()});
}

sheaf_status Loader::ask(const sheaf_call* call, Say what, const wire::Out& request,
                         const Answers& answers, const std::vector<int>& files) {
  if (!process_) {
    return call == nullptr ? SHEAF_ERR_FATAL
                           : call->fail(call, SHEAF_ERR_FATAL, SHEAF_STR("its Python has ended"));
  }
  process_->channel().send(static_cast<std::uint32_t>(what), request.bytes(), files);
  try {
    while (auto message = process_->channel().receive(true)) {
      const auto kind = static_cast<Say>(message->kind);
      wire::In in(message->bytes);
      if (answer_common(call, kind, in)) continue;
      if (kind != Say::Done) {
        if (!answers.question || kind < Say::Agree) wire::In::broken();
        wire::Out out;
        answers.question(kind, in, out);
        reply(out);
        continue;
      }
      const auto status = in.get<sheaf_status>();
      const std::string_view text = in.text();
      if (!text.empty() && call != nullptr) call->fail(call, status, {text.data(), text.size()});
      return status == SHEAF_OK && answers.done ? answers.done(in) : status;
    }
  } catch (const Error&) {
    process_->channel() = worker::Channel();  // it can't be followed any more
  }
  return lost(call);
}

std::optional<std::uint64_t> Loader::place_in_rows(const void* data) const noexcept {
  if (!around_ || around_->rows.empty()) return std::nullopt;
  const auto* const place = static_cast<const std::byte*>(data);
  const std::byte* const start = around_->rows.data();
  if (place < start || place >= start + around_->rows.size()) return std::nullopt;
  return static_cast<std::uint64_t>(place - start);
}

void start_ahead(const std::vector<std::filesystem::path>& files, const Surroundings& around) {
  for (const std::filesystem::path& file : files) {
    if (!plugin::is_python(file) || loaders().contains(file)) continue;
    loaders().emplace(file, std::make_unique<Loader>(file, around));
  }
}

plugin::Scanned load(const std::filesystem::path& file) {
  auto& kept = loaders()[file];
  if (!kept) kept = std::make_unique<Loader>(file, std::nullopt);
  auto declared = kept->declare();
  // What was missing may be there next time.
  if (std::holds_alternative<std::string>(declared)) loaders().erase(file);
  return declared;
}

}  // namespace sheaf::host::python
