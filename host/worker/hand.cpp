// SPDX-License-Identifier: MIT
#include "host/worker/hand.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace sheaf::host::worker {

Hand::Hand() : child(Child::start()) {}

void Hand::load(const LoadMessage& message, std::size_t share) {
  set_up_at = Clock::now();
  region = Region::create(message.trays, message.tray_size);
  is_out_.assign(message.trays, false);
  granted_.assign(message.trays, share);
  share_ = share;
  worker::send(child.channel(), Kind::Load, put(message), {region->file().get()});
}

void Hand::set_up(const std::string& message, int sources) {
  worker::send(child.channel(), Kind::Setup, message, {sources});
}

bool Hand::assign(Assignment assignment) {
  AssignMessage message{assignment.job, assignment.range.first, assignment.range.last, {}, {}};
  for (const Blame& blame : assignment.blames) message.verdicts.push_back(blame.verdict);
  std::vector<int> files;
  for (std::size_t source = message.first; source < message.last; ++source) {
    const Fetched* const fetched = assignment.fetched_of(source);
    if (fetched == nullptr) continue;
    message.fetched.push_back({source, fetched->error});
    if (fetched->error.empty()) files.push_back(fetched->file.get());
  }
  queue.push_back(std::move(assignment));
  if (queue.size() == 1) begin_front();
  return worker::send(child.channel(), Kind::Assign, put(message), files);
}

void Hand::begin_front() {
  since_ = Clock::now();
  if (queue.empty()) return;
  const Assignment& front = queue.front();
  range = {front.job, front.range.first, front.range.last, front.range.first, false, false};
}

void Hand::return_tray(std::uint32_t tray, bool keep_grant) {
  is_out_[tray] = false;
  since_ = Clock::now();
  if (!keep_grant && granted_[tray] > share_) {
    region->release(tray, share_);
    granted_[tray] = share_;
  }
  wire::Out out;
  out.put(tray);
  out.put(static_cast<std::uint64_t>(granted_[tray]));
  worker::send(child.channel(), Kind::TrayBack, out.bytes());
}

void Hand::grant() {
  std::size_t& granted = granted_[wanted->tray];
  granted = std::max(granted, wanted->bytes);
  wire::Out out;
  out.put(static_cast<std::uint64_t>(granted));
  wanted.reset();
  since_ = Clock::now();
  worker::send(child.channel(), Kind::Granted, out.bytes());
}

std::size_t Hand::extra() const {
  std::size_t sum = 0;
  for (const std::size_t granted : granted_) sum += granted - share_;
  return sum;
}

Hint Hand::hint() {
  if (!region) return {};
  const Control& control = region->control();
  return {control.is_loading.load() != 0, control.source.load(), control.feature.load()};
}

Hand::Clock::duration Hand::stuck_for() {
  const bool is_waiting =
      !is_prepared || queue.empty() || wanted || std::ranges::count(is_out_, false) == 0;
  const std::uint64_t calls = region ? region->control().calls.load() : 0;
  if (is_waiting || calls != calls_) {
    calls_ = calls;
    since_ = Clock::now();
  }
  return Clock::now() - since_;
}

ReceivedRows Hand::receive(std::string_view bytes, const Work& work,
                           const std::vector<plugin::Description>& descriptions) {
  if (queue.empty()) throw Error(ErrorCode::Invalid, "worker", "sent rows without being asked");
  ReceivedRows received = receive_rows(bytes, work, descriptions, *region, granted_.size(), range);
  Parcel& parcel = *received.parcel;
  if (is_out_[parcel.tray]) {
    throw Error(ErrorCode::Invalid, "worker", "sent rows in a tray that was on its way");
  }
  is_out_[parcel.tray] = true;
  parcel.memory = region;
  const Assignment& front = queue.front();
  // Blamed features weren't called; what is recorded is the host's own word.
  for (Cell& cell : parcel.cells) {
    const Fetched* const fetched = front.fetched_of(cell.source);
    if (fetched != nullptr && !fetched->error.empty()) {
      cell.status = SHEAF_ERR_SOURCE;
      cell.message = fetched->error;
      cell.unfetched = true;
      cell.piece_count = 0;
    }
    for (const Blame& blame : front.blames) {
      if (blame.verdict.feature != cell.feature) continue;
      cell.status = blame.verdict.outcome.status;
      cell.message = blame.verdict.outcome.message;
      cell.label = blame.label;
      cell.piece_count = 0;
    }
  }
  parcel.ends_job = received.ends && front.ends_job;
  return received;
}

Crew start_crew(unsigned workers) {
  Crew crew;
  for (unsigned i = 0; i < workers; ++i) crew.push_back(std::make_unique<Hand>());
  return crew;
}

}  // namespace sheaf::host::worker
