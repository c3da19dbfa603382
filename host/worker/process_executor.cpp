// SPDX-License-Identifier: MIT
#include "host/worker/process_executor.hpp"

#include <algorithm>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/log.hpp"
#include "host/worker/finish_rows.hpp"

namespace sheaf::host::worker {
namespace {

constexpr std::size_t jobs_ahead = 3;  // of a worker
constexpr std::size_t max_deaths_at_start = 3;
constexpr std::chrono::milliseconds tick{100};
constexpr std::chrono::milliseconds longest_pause{300};  // of the host between two looks at limits
constexpr int messages_at_a_time = 256;
constexpr std::chrono::seconds longest_start{20};

}  // namespace

ProcessExecutor::ProcessExecutor(const Work& work, const Allowances& allowed, Crew crew)
    : work_(work),
      trays_(Trays::of(work.limits)),
      plugins_(load_message(work, allowed, trays_)),
      jury_(work),
      hands_(std::move(crew)) {
  for (const auto& hand : hands_) hand->load(plugins_, trays_.share);
  set_up(*hands_[0]);  // while the host opens the file
}

void ProcessExecutor::dismiss() {
  if (fetcher_) fetcher_->cancel();
  for (const auto& hand : hands_) {
    if (hand->region) hand->region->orders().cancel = true;
    print(*hand);
    hand->child.channel() = Channel();
  }
}

ProcessExecutor::~ProcessExecutor() {
  dismiss();
  const auto limit = Clock::now() + std::chrono::seconds(2);
  for (const auto& hand : hands_) {
    if (hand->is_prepared && hand->queue.empty()) hand->child.reap(limit);
    hand->child.kill();
    print(*hand, true);
  }
}

void ProcessExecutor::set_up(Hand& hand) {
  SetupMessage setup = setup_message(work_, trays_);
  if (!agreed_.empty()) setup.agreed = agreed_;
  hand.set_up(put(setup), work_.sources.share());
  for (const QuarantineMessage& told : quarantines_) {
    worker::send(hand.child.channel(), Kind::Quarantine, put(told));
  }
}

std::vector<plugin::Description> ProcessExecutor::prepare() {
  while (!hands_[0]->is_prepared && !stopped()) listen(tick);
  if (stopped()) return {};
  for (std::size_t i = 1; i < hands_.size(); ++i) set_up(*hands_[i]);
  return descriptions_;
}

void ProcessExecutor::start() {
  if (work_.sources.has_remote()) {
    FetchLimits limits;
    limits.memory = work_.limits.memory / 4;
    fetcher_.emplace(list_of(work_.sources), limits, work_.stop);
  }
  feed();
}

void ProcessExecutor::feed() {
  for (std::size_t ahead = 0; ahead < jobs_ahead; ++ahead) {
    for (const auto& hand : hands_) {
      if (hand->queue.size() > ahead) continue;
      auto assignment = next_assignment();
      if (!assignment) return;
      hand->assign(*std::move(assignment));
    }
  }
}

std::optional<Assignment> ProcessExecutor::next_assignment() {
  if (next_job_ == work_.jobs.size()) return std::nullopt;
  const Job& job = work_.jobs[next_job_];
  if (fetcher_ && !fetcher_->ready(job.first, job.last)) return std::nullopt;
  Assignment assignment;
  assignment.range = job;
  assignment.job = next_job_++;
  if (!fetcher_) return assignment;
  for (std::size_t source = job.first; source < job.last; ++source) {
    const bool is_local = work_.sources[source].is_local();
    assignment.fetched.push_back(
        is_local ? nullptr : std::make_shared<const Fetched>(fetcher_->take(source)));
  }
  return assignment;
}

std::unique_ptr<Parcel> ProcessExecutor::take_ready() {
  const auto found = waiting_.find(first_);
  if (found == waiting_.end() || found->second.empty()) return nullptr;
  std::unique_ptr<Parcel> parcel = std::move(found->second.front());
  found->second.pop_front();
  if (parcel->ends_job) {
    waiting_.erase(found);
    ++first_;
    grant_memory();  // another job is first now
  }
  return parcel;
}

std::unique_ptr<Parcel> ProcessExecutor::next() {
  while (!stopped() && first_ < work_.jobs.size()) {
    feed();
    auto parcel = take_ready();
    listen(parcel ? std::chrono::milliseconds(0) : tick);
    if (parcel) return parcel;
  }
  return nullptr;
}

void ProcessExecutor::recycle(std::unique_ptr<Parcel> parcel) {
  for (const auto& hand : hands_) {
    if (hand->region != parcel->memory) continue;
    const bool is_short =
        std::ranges::any_of(hands_, [](const auto& other) { return other->wanted.has_value(); });
    hand->return_tray(parcel->tray, !is_short);
  }
  grant_memory();
}

void ProcessExecutor::grant_memory() {
  std::size_t extra = 0;
  for (const auto& hand : hands_) extra += hand->region ? hand->extra() : 0;
  for (const auto& hand : hands_) {
    if (!hand->wanted || hand->queue.empty()) continue;
    const std::size_t more = hand->wanted->bytes - std::min(hand->wanted->bytes, trays_.share);
    const bool is_first = hand->queue.front().job == first_;
    if (!is_first && extra + more > work_.limits.memory / 4) continue;
    extra += more;
    hand->grant();
  }
}

void ProcessExecutor::listen(std::chrono::milliseconds limit) {
  std::vector<pollfd> files;
  for (const auto& hand : hands_) {
    for (const int file : {hand->child.channel().descriptor(), hand->child.printed_out(),
                           hand->child.printed_err()}) {
      files.push_back({file, POLLIN, 0});
    }
    if (hand->has_more) limit = std::chrono::milliseconds(0);
  }
  if (fetcher_) files.push_back({fetcher_->event(), POLLIN, 0});
  poll(files.data(), files.size(), static_cast<int>(limit.count()));
  if (fetcher_ && files.back().revents != 0) {
    std::uint64_t count = 0;  // it says that something came, not what
    if (::read(fetcher_->event(), &count, sizeof(count)) < 0) count = 0;
  }
  for (std::size_t i = 0; i < hands_.size(); ++i) {
    if ((files[3 * i + 1].revents | files[3 * i + 2].revents) != 0) print(*hands_[i]);
    if (files[3 * i].revents != 0 || hands_[i]->has_more) read(i);
  }
  if (Clock::now() - checked_ >= tick) check_limits();
}

void ProcessExecutor::read(std::size_t number) {
  Hand& hand = *hands_[number];
  try {
    // One that talks without end keeps neither the others waiting nor its own time from ending.
    for (int left = messages_at_a_time; left > 0; --left) {
      const auto message = hand.child.channel().receive(false);
      hand.has_more = message.has_value();
      if (!message) break;
      handle(number, *message);
    }
  } catch (const Error& error) {
    if (error.object() != "worker") throw;
    hand.child.kill();
    return bury(number, {"damage", to_failed(error).message, false});
  }
  if (hand.child.channel().is_open()) return;
  if (hand.child.channel().is_garbled()) {
    hand.child.kill();
    return bury(number, {"damage", "sent what is no message", false});
  }
  const Hint hint = hand.hint();  // one that only hung up may go on for a while
  const std::string how = hand.child.reap();
  bury(number, {"crash", how, false}, hint);
}

void ProcessExecutor::handle(std::size_t number, const Message& message) {
  Hand& hand = *hands_[number];
  wire::In in(message.bytes);
  switch (static_cast<Kind>(message.kind)) {
    case Kind::Prepared:
      return take_prepared(hand, message);
    case Kind::Failed: {
      const FailedMessage failed = take_failed(message.bytes);
      throw Error(failed.code, failed.object == "worker" ? "plugins" : failed.object,
                  failed.message);
    }
    case Kind::Rows:
      return take_rows(number, message);
    case Kind::Want: {
      const auto tray = in.get<std::uint32_t>();
      const auto bytes = in.get<std::uint64_t>();
      if (tray >= trays_.count || bytes > trays_.size) wire::In::broken();
      hand.wanted = {tray, bytes};
      return grant_memory();
    }
    case Kind::Log: {
      const auto level = std::min<std::uint8_t>(in.get<std::uint8_t>(), 3);
      const std::string origin = printable(in.text());
      return log::write(static_cast<log::Level>(level), origin, printable(in.text()));
    }
    default:
      wire::In::broken();
  }
}

void ProcessExecutor::take_prepared(Hand& hand, const Message& message) {
  PreparedMessage prepared = worker::take_prepared(message.bytes);
  if (prepared.descriptions.size() != work_.features.size()) wire::In::broken();
  if (!prepared.unconfined.empty() && !std::exchange(told_unconfined_, true)) {
    log::warning("plugins aren't confined as they should be: " + prepared.unconfined);
  }
  deaths_at_start_ = 0;
  hand.is_prepared = true;
  if (descriptions_.empty()) {
    descriptions_ = std::move(prepared.descriptions);
    agreed_ = std::move(prepared.agreed);
    return;
  }
  for (std::size_t i = 0; i < descriptions_.size(); ++i) {
    if (prepared.descriptions[i] == descriptions_[i]) continue;
    throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", work_.features[i].feature->name()),
                "two of its instances describe different outputs or attributes; this is a bug of "
                "the plugin");
  }
}

void ProcessExecutor::take_rows(std::size_t number, const Message& message) {
  Hand& hand = *hands_[number];
  ReceivedRows received = hand.receive(message.bytes, work_, descriptions_);
  look_at(*received.parcel, hand.queue.front());
  if (received.ends) {
    const Assignment done = std::move(hand.queue.front());
    hand.queue.pop_front();
    ++hand.completed;
    hand.begin_front();
    jury_.acquit(done);
  }
  waiting_[received.parcel->job].push_back(std::move(received.parcel));
  while (const auto told = jury_.next_quarantine()) quarantine(*told);
}

void ProcessExecutor::look_at(const Parcel& parcel, const Assignment& from) {
  for (const Cell& cell : parcel.cells) {
    if (!cell.ends || cell.label != nullptr) continue;
    jury_.survived(cell.feature);
    if (cell.status != SHEAF_ERR_PLUGIN) continue;
    const bool known = std::ranges::any_of(
        quarantines_, [&](const QuarantineMessage& told) { return told.feature == cell.feature; });
    if (!known) quarantine({cell.feature, cell.message});
  }
  if (!from.is_replay) jury_.forget_incidents();
}

void ProcessExecutor::quarantine(const QuarantineMessage& told) {
  quarantines_.push_back(told);
  log::warning(fmt::format("feature '{}' gets no more sources: {}",
                           work_.features[told.feature].feature->name(), told.reason));
  for (const auto& hand : hands_) {
    worker::send(hand->child.channel(), Kind::Quarantine, put(told));
  }
}

void ProcessExecutor::check_limits() {
  const auto now = Clock::now();
  const auto away = now - std::exchange(checked_, now);
  for (std::size_t i = 0; i < hands_.size(); ++i) {
    Hand& hand = *hands_[i];
    if (away > longest_pause) hand.excuse(away);
    const bool is_stuck = hand.stuck_for() > work_.limits.source_time;
    if (!hand.is_prepared) {
      // The first one may take its time to survey; the others are told what it found.
      const auto longest = std::max<Clock::duration>(10 * work_.limits.source_time, longest_start);
      if (agreed_.empty() || now - hand.set_up_at <= longest) continue;
      hand.child.kill();
      bury(i, {"timeout", "took too long", false});
    } else if (is_stuck) {
      const double limit = std::chrono::duration<double>(work_.limits.source_time).count();
      hand.child.kill();
      bury(i, {"timeout", fmt::format("took longer than the limit of {} s", limit), true});
    } else if (!hand.queue.empty() && hand.child.memory() > work_.limits.source_memory) {
      hand.child.kill();
      bury(i, {"memory",
               fmt::format("took more memory than the limit of {} MiB",
                           work_.limits.source_memory >> 20U),
               false});
    }
  }
}

void ProcessExecutor::bury(std::size_t number, const Death& death) {
  // By the time that damage is seen the worker may have gone on to another source.
  const bool is_damage = std::string_view(death.label) == "damage";
  bury(number, death, is_damage ? Hint() : hands_[number]->hint());
}

void ProcessExecutor::bury(std::size_t number, Death death, const Hint& hint) {
  Hand& hand = *hands_[number];
  print(hand, true);
  death.is_alone = hand.completed == 0;
  if (!hand.is_prepared && ++deaths_at_start_ >= max_deaths_at_start) {
    const std::size_t feature = std::min(hand.hint().feature, work_.features.size() - 1);
    throw Error(
        ErrorCode::Invalid, fmt::format("feature '{}'", work_.features[feature].feature->name()),
        fmt::format("{} workers in a row ended while they opened it, the last one {}; leave "
                    "it out by naming others with -f, or look at it with --in-process",
                    deaths_at_start_, death.how));
  }
  std::deque<Assignment> tasks = std::move(hand.queue);
  if (hand.is_prepared && !tasks.empty()) {
    const Assignment died = std::move(tasks.front());
    tasks.pop_front();
    std::deque<Assignment> replays = jury_.judge(died, hand.range.next, hint, death);
    tasks.insert(tasks.begin(), std::make_move_iterator(replays.begin()),
                 std::make_move_iterator(replays.end()));
    while (const auto told = jury_.next_quarantine()) quarantine(*told);
  }
  // Parcels that lie in its trays keep them mapped until they are written.
  hands_[number] = std::make_unique<Hand>();
  hands_[number]->load(plugins_, trays_.share);
  set_up(*hands_[number]);
  for (Assignment& task : tasks) hands_[number]->assign(std::move(task));
}

void ProcessExecutor::print(Hand& hand, bool is_last) {
  const Hint hint = hand.hint();
  std::string name = "plugins";
  if (hand.region && hint.feature < work_.features.size()) {
    name = work_.features[hint.feature].feature->name();
  }
  hand.child.read_lines(
      [&](bool is_err, std::string_view line) { printed_.add(name, is_err, line); }, is_last);
}

plugin::Outcome ProcessExecutor::finish(std::size_t feature, RowAccess& rows) {
  const bool is_quarantined = std::ranges::any_of(
      quarantines_, [&](const QuarantineMessage& told) { return told.feature == feature; });
  if (work_.features[feature].feature->descriptor->finish == nullptr || is_quarantined) return {};
  while (!hands_[0]->is_prepared && !stopped()) listen(tick);
  wire::Out out;
  out.put(static_cast<std::uint64_t>(feature));
  worker::send(hands_[0]->child.channel(), Kind::Finish, out.bytes());
  const auto since = Clock::now();
  while (!stopped()) {
    Hand& hand = *hands_[0];
    pollfd file{hand.child.channel().descriptor(), POLLIN, 0};
    poll(&file, 1, hand.has_more ? 0 : static_cast<int>(tick.count()));
    print(hand);
    std::string how;
    try {
      for (int left = messages_at_a_time; left > 0; --left) {
        const auto message = hand.child.channel().receive(false);
        hand.has_more = message.has_value();
        if (!message) break;
        if (serve_rows(hand.child.channel(), *message, rows)) continue;
        if (static_cast<Kind>(message->kind) == Kind::Finished) return take_outcome(message->bytes);
        handle(0, *message);
      }
    } catch (const Error& error) {
      if (error.object() != "worker") throw;
      hand.child.kill();
      how = to_failed(error).message;
    }
    if (how.empty() && !hand.child.channel().is_open()) how = hand.child.reap();
    if (Clock::now() - since > 10 * work_.limits.source_time) {
      hand.child.kill();
      how = "took longer than ten times the limit of a source";
    }
    if (how.empty()) continue;
    bury(0, {"crash", how, false});
    return {SHEAF_ERR_PLUGIN, how};
  }
  return {SHEAF_CANCELLED, "cancelled"};
}

}  // namespace sheaf::host::worker
