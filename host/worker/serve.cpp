// SPDX-License-Identifier: MIT
#include "host/worker/serve.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "host/ingest/decoder.hpp"
#include "host/ingest/finish_call.hpp"
#include "host/ingest/survey_table.hpp"
#include "host/log.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/python/loader.hpp"
#include "host/worker/child.hpp"
#include "host/worker/confine.hpp"
#include "host/worker/extend_serve.hpp"
#include "host/worker/finish_rows.hpp"
#include "host/worker/process_state.hpp"
#include "host/worker/protocol.hpp"
#include "host/worker/region.hpp"

namespace sheaf::host::worker {
namespace {

// The host is gone; there is nobody left to tell.
struct HungUp {};

// What plugins log goes to the host.
void forward_log(Channel& host, log::Level level, std::string_view origin,
                 std::string_view message) {
  wire::Out out;
  out.put(static_cast<std::uint8_t>(level));
  out.text(origin);
  out.text(message);
  worker::send(host, Kind::Log, out.bytes());
}

class Worker final : public Watch {
 public:
  explicit Worker(Channel& host) : host_(host) { is_connected(); }

  void run() {
    while (true) {
      Message message = next();
      switch (static_cast<Kind>(message.kind)) {
        case Kind::Scan:
          scan(take_scan(message.bytes));
          break;
        case Kind::Load:
          load_plugins(message);
          break;
        case Kind::Setup:
          guarded([&] { set_up(message); });
          break;
        case Kind::Assign:
          load(message);
          break;
        case Kind::Finish:
          finish(wire::In(message.bytes).get<std::uint64_t>());
          break;
        case Kind::Extend:
          guarded([&] { extend(take_extend(message.bytes)); });
          break;
        default:
          note(message);
      }
    }
  }

  void enter(std::size_t source, std::size_t feature) override {
    Control& control = region_->control();
    control.source.store(source, std::memory_order_relaxed);
    control.feature.store(static_cast<std::uint32_t>(feature), std::memory_order_relaxed);
    control.calls.fetch_add(1, std::memory_order_relaxed);
    control.is_loading.store(1, std::memory_order_release);
  }
  void leave(std::size_t feature) override {
    region_->control().is_loading.store(0, std::memory_order_release);
    report(feature, state_.restore_quick(has_relative_paths_));
  }

 private:
  // Whether the channel's file is what it was at first.
  bool is_connected() {
    struct stat now {};
    if (fstat(host_.descriptor(), &now) != 0) return false;
    if (channel_file_ == 0) channel_file_ = now.st_ino;
    return channel_file_ == now.st_ino;
  }

  // The next message that isn't only to be noted. Messages that came while a tray was awaited
  // first.
  Message next() {
    if (!deferred_.empty()) {
      Message message = std::move(deferred_.front());
      deferred_.pop_front();
      return message;
    }
    auto message = host_.receive(true);
    if (!message) throw HungUp();
    return *std::move(message);
  }

  // Messages that change what the worker knows, at any time.
  bool note(const Message& message) {
    wire::In in(message.bytes);
    switch (static_cast<Kind>(message.kind)) {
      case Kind::TrayBack: {
        const auto tray = in.get<std::uint32_t>();
        granted_.at(tray) = in.get<std::uint64_t>();
        free_trays_.push_back(tray);
        return true;
      }
      case Kind::Granted:
        granted_.at(current_tray_) = in.get<std::uint64_t>();
        return true;
      case Kind::Quarantine: {
        const QuarantineMessage told = take_quarantine(message.bytes);
        quarantine_->add(told.feature, told.reason);
        return true;
      }
      default:
        return false;
    }
  }

  // Waits until `is_there`, putting off all other work.
  template <class Predicate>
  void wait_until(Predicate is_there) {
    while (!is_there()) {
      auto message = host_.receive(true);
      if (!message) throw HungUp();
      if (!note(*message)) deferred_.push_back(*std::move(message));
    }
  }

  template <class Body>
  void guarded(Body body) {
    try {
      return body();
    } catch (const Error& error) {
      send(Kind::Failed, put(to_failed(error)));
    } catch (const std::exception& error) {
      send(Kind::Failed, put(FailedMessage{ErrorCode::Invalid, "worker", error.what()}));
    }
  }

  void send(Kind kind, const std::string& bytes) {
    if (!worker::send(host_, kind, bytes)) throw HungUp();
  }

  // Loaders in Python among the files are started before it is too late for that.
  void confine_once(const Confine& wanted, const std::vector<std::filesystem::path>& files,
                    int rows_file = -1) {
    if (std::exchange(is_confined_, true)) return;
    python::Surroundings around{{wanted.wanted, wanted.allowed, wanted.memory}, rows_file, {}};
    if (region_) around.rows = region_->whole();
    python::start_ahead(files, around);
    limit_resources(wanted.memory);
    const char* const folder = std::getenv("TMPDIR");
    if (wanted.wanted) unconfined_ = confine(folder == nullptr ? "" : folder, wanted.allowed);
    state_.remember();
  }

  void scan(const ScanMessage& wanted) {
    confine_once(wanted.confine, {wanted.plugin.file});
    const plugin::Note note{SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR, wanted.plugin.id,
                            wanted.plugin.version};
    const auto loaded = plugin::load_library(wanted.plugin.file, note);
    if (const auto* reason = std::get_if<std::string>(&loaded)) return send(Kind::Refused, *reason);
    send(Kind::Manifest, plugin::to_bytes(*std::get<const sheaf_plugin*>(loaded)));
  }

  void set_up(const Message& message) {
    const SetupMessage setup = take_setup(message.bytes);
    if (message.files.size() != 1) wire::In::broken();
    work_.sources = WorkTable::attach(message.files[0].get(), setup.claims);
    work_.limits = setup.limits;
    work_.stop = &region_->orders().cancel;
    granted_.assign(free_trays_.size(), setup.granted);
    find_features(setup);
    quarantine_.emplace(work_.features.size());
    has_relative_paths_ = setup.has_relative_paths;
    open_instances(setup);
  }

  // What can't be loaded is told when it is set up.
  void load_plugins(const Message& message) {
    const LoadMessage wanted = take_load(message.bytes);
    if (message.files.size() != 1) wire::In::broken();
    region_ = Region::attach(message.files[0], wanted.trays, wanted.tray_size);
    std::vector<std::filesystem::path> files;
    for (const PluginFile& plugin : wanted.plugins) files.emplace_back(plugin.file);
    confine_once(wanted.confine, files, message.files[0].get());
    for (std::uint32_t tray = wanted.trays; tray > 0; --tray) free_trays_.push_back(tray - 1);
    for (const PluginFile& file : wanted.plugins) {
      region_->control().feature = wanted.features.at(plugins_.size());  // whose fault it would be
      const plugin::Note note{SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR, file.id, file.version};
      const auto loaded = plugin::load_library(file.file, note);
      plugin::Plugin& kept = plugins_.emplace_back();
      kept.file = file.file;
      kept.id = file.id;
      kept.version = file.version;
      if (const auto* descriptor = std::get_if<const sheaf_plugin*>(&loaded)) {
        kept.descriptor = *descriptor;
      } else {
        load_problems_.emplace(plugins_.size() - 1, std::get<std::string>(loaded));
      }
    }
  }

  void find_features(const SetupMessage& setup) {
    work_.before.ids = setup.stored_ids;
    for (const FeatureSetup& wanted : setup.features) {
      const plugin::Plugin& from = plugins_.at(wanted.plugin);
      if (from.descriptor == nullptr) {
        throw Error(ErrorCode::Invalid, from.file.string(), load_problems_[wanted.plugin]);
      }
      const sheaf_plugin& descriptor = *from.descriptor;
      const auto* const end = descriptor.features + descriptor.feature_count;
      const auto* const found = std::find_if(
          descriptor.features, end,
          [&](const sheaf_feature* feature) { return plugin::view(feature->name) == wanted.name; });
      if (found == end) {
        throw Error(
            ErrorCode::Invalid, from.file.string(),
            fmt::format("has no feature '{}' any more; was it replaced just now?", wanted.name));
      }
      features_.push_back({*found, &from});
      Selected& selected = work_.features.emplace_back();
      selected.feature = &features_.back();
      selected.params = wanted.params;
      selected.input = wanted.input;
      work_.before.attrs.push_back(wanted.stored);
    }
  }

  void open_instances(const SetupMessage& setup) {
    PreparedMessage prepared;
    prepared.unconfined = unconfined_;
    for (std::size_t i = 0; i < work_.features.size(); ++i) {
      region_->control().feature = static_cast<std::uint32_t>(i);  // whose fault it would be
      // While the first worker surveys nothing else runs.
      const plugin::Services services{work_.stop, setup.agreed ? 1 : work_.limits.workers};
      const Selected& selected = work_.features[i];
      auto instance = std::make_shared<plugin::Instance>(
          plugin::Instance::open(*selected.feature, selected.params, services));
      const SurveyTable table(work_, i);
      std::string agreed;
      if (setup.agreed) {
        instance->survey(table.view(prepared.descriptions), setup.agreed->at(i));
      } else {
        agreed = instance->survey_first(table.view(prepared.descriptions));
      }
      prepared.agreed.push_back(std::move(agreed));
      prepared.descriptions.push_back(instance->describe());
      work_.sources.forget(work_.sources.size() - 1);
      instance->state().services.threads = 1;
      loaders_.push_back({std::move(instance), nullptr});
      report(i, state_.restore_all());
    }
    descriptions_ = prepared.descriptions;
    decoder_ = std::make_unique<Decoder>(
        work_, descriptions_, loaders_, *quarantine_,
        [this](std::unique_ptr<Parcel> parcel) { return send_on(std::move(parcel)); },
        [this](std::size_t source) { return std::move(fetched_[source]); }, this);
    send(Kind::Prepared, put(prepared));
  }

  // An empty parcel on a free tray, once there is one.
  std::unique_ptr<Parcel> open_tray(std::size_t job) {
    wait_until([this] { return !free_trays_.empty(); });
    current_tray_ = free_trays_.back();
    free_trays_.pop_back();
    region_->set_writable(current_tray_, true);
    auto parcel = std::make_unique<Parcel>();
    parcel->job = job;
    parcel->tray = current_tray_;
    parcel->arena = Arena(region_->tray(current_tray_), granted_[current_tray_],
                          [this](std::size_t bytes) { return want(bytes); });
    return parcel;
  }

  // Asks for more of the current tray and waits for it.
  std::size_t want(std::size_t bytes) {
    wire::Out out;
    out.put(current_tray_);
    out.put(static_cast<std::uint64_t>(bytes));
    // Waiting for memory is not loading: the host's clock stands still.
    region_->control().is_loading.store(0, std::memory_order_release);
    send(Kind::Want, out.bytes());
    wait_until([&] { return granted_[current_tray_] >= bytes; });
    region_->control().calls.fetch_add(1, std::memory_order_relaxed);
    region_->control().is_loading.store(1, std::memory_order_release);
    return granted_[current_tray_];
  }

  void deliver(const Parcel& parcel, bool ends) {
    rows_.clear();
    put_rows(rows_, parcel, region_->tray(parcel.tray).data(), ends);
    region_->set_writable(parcel.tray, false);
    send(Kind::Rows, rows_.bytes());
  }

  std::unique_ptr<Parcel> send_on(std::unique_ptr<Parcel> parcel) {
    Control& control = region_->control();
    const auto loading = control.is_loading.exchange(0);
    deliver(*parcel, false);
    auto next_parcel = open_tray(parcel->job);
    control.calls.fetch_add(1, std::memory_order_relaxed);
    control.is_loading.store(loading, std::memory_order_release);
    return next_parcel;
  }

  void load(Message& message) {
    AssignMessage assign = take_assign(message.bytes);
    fetched_.clear();
    auto file = message.files.begin();
    for (FetchedNote& note : assign.fetched) {
      Fetched& fetched = fetched_[note.source];
      fetched.error = std::move(note.error);
      if (!fetched.error.empty()) continue;
      if (file == message.files.end()) wire::In::broken();
      fetched.file = std::move(*file++);
    }
    auto parcel = open_tray(assign.job);
    parcel =
        decoder_->run({assign.first, assign.last}, std::move(parcel), std::move(assign.verdicts));
    if (!is_connected()) _exit(lost_the_host);
    const std::size_t features = work_.features.size();
    report(features == 1 ? 0 : features, state_.restore_all());
    deliver(*parcel, true);
    work_.sources.forget(assign.first);
  }

  void finish(std::size_t feature) {
    RemoteRows rows(host_);
    enter(0, feature);
    const plugin::Outcome outcome = call_finish(*loaders_.at(feature).instance, rows);
    leave(feature);
    send(Kind::Finished, worker::put(outcome));
  }

  void extend(const ExtendMessage& message) {
    confine_once(message.confine, {message.plugin.file});
    if (!std::exchange(unconfined_, {}).empty()) log::warning("the worker isn't confined fully");
    const std::string answer = extender_.answer(message);
    if (!is_connected()) _exit(lost_the_host);
    send(Kind::Extended, answer);
  }

  // `feature` may be one behind the last: one of several, it isn't known which.
  void report(std::size_t feature, const std::vector<std::string>& changes) {
    for (const std::string& change : changes) {
      std::string origin = "one of the plugins";
      if (feature < work_.features.size()) origin = work_.features[feature].feature->name();
      log::write(log::Level::Warning, origin,
                 change + ", which plugins must leave alone; it was put back");
    }
  }

  Channel& host_;
  ino_t channel_file_ = 0;
  std::deque<Message> deferred_;
  bool is_confined_ = false;
  bool has_relative_paths_ = false;
  std::string unconfined_;
  ProcessState state_;
  Work work_;
  std::deque<plugin::Plugin> plugins_;
  std::map<std::size_t, std::string> load_problems_;  // by plugin
  std::deque<plugin::Feature> features_;
  std::vector<LoaderSlot> loaders_;
  std::vector<plugin::Description> descriptions_;
  std::optional<Quarantine> quarantine_;
  std::shared_ptr<Region> region_;
  std::vector<std::uint64_t> granted_;
  std::vector<std::uint32_t> free_trays_;
  std::uint32_t current_tray_ = 0;
  wire::Out rows_;
  std::map<std::size_t, Fetched> fetched_;  // of the present job, by source
  std::unique_ptr<Decoder> decoder_;
  Extender extender_{host_};
};

}  // namespace

void serve(Channel& host) {
  log::set_sink([&host](log::Level level, std::string_view origin, std::string_view message) {
    forward_log(host, level, origin, message);
  });
  try {
    Worker(host).run();
  } catch (const HungUp&) {
    return;
  }
}

}  // namespace sheaf::host::worker
