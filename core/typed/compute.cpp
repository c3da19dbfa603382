// SPDX-License-Identifier: MIT
#include "core/typed/compute.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/error.hpp"
#include "core/typed/store.hpp"

namespace sheaf::typed {
namespace {

constexpr std::size_t ahead = 8;  // results a thread that may wait for the one in front

unsigned threads_of(const ComputeOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

[[noreturn]] void fail(const std::exception_ptr& failure, const std::string& file,
                       const std::string& id) {
  const std::string source = "source '" + id + "': ";
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    throw Error(error.code(), file, source + error.what());
  } catch (const std::exception& error) {
    throw Error(ErrorCode::Invalid, file, source + error.what());
  }
}

// Calls work(number) for 0 ≤ number < count in threads, and take(number) here, in order. A call of
// `work` that throws ends it: all before it are taken.
class InOrder {
 public:
  using Step = std::function<void(std::size_t)>;

  InOrder(std::size_t count, unsigned threads, const Step& work)
      : count_(count), window_(threads * ahead), work_(work), states_(window_) {
    for (unsigned thread = 0; thread < std::min<std::size_t>(threads, count); ++thread) {
      threads_.emplace_back([this] { run(); });
    }
  }
  InOrder(const InOrder&) = delete;
  InOrder& operator=(const InOrder&) = delete;
  ~InOrder() {
    {
      const std::lock_guard lock(mutex_);
      count_ = 0;
    }
    room_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // Waits for the next one; its failure, if it failed.
  std::exception_ptr next() {
    std::unique_lock lock(mutex_);
    State& state = states_[taken_ % window_];
    ready_.wait(lock, [&] { return state.is_done; });
    return std::exchange(state, {}).failure;
  }
  void taken() {
    {
      const std::lock_guard lock(mutex_);
      ++taken_;
    }
    room_.notify_one();
  }

 private:
  struct State {
    bool is_done = false;
    std::exception_ptr failure;
  };

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      room_.wait(lock, [this] { return begun_ >= count_ || begun_ < taken_ + window_; });
      if (begun_ >= count_) return;
      const std::size_t number = begun_++;
      lock.unlock();
      std::exception_ptr failure;
      try {
        work_(number);
      } catch (...) {  // a thread's entry: carried over to whoever takes it
        failure = std::current_exception();
      }
      lock.lock();
      states_[number % window_] = {true, failure};
      if (failure) count_ = std::min(count_, begun_);
      ready_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable ready_;
  std::size_t count_;
  const std::size_t window_;
  const Step& work_;
  std::vector<State> states_;
  std::size_t begun_ = 0;
  std::size_t taken_ = 0;
  std::vector<std::thread> threads_;
};

// Over these sources, by number. `after` runs whether or not one failed.
void run(const std::string& file, const std::vector<std::string>& ids, unsigned threads,
         const InOrder::Step& work, const InOrder::Step& take, const std::function<void()>& after) {
  std::exception_ptr failure;
  std::size_t number = 0;
  {
    InOrder order(ids.size(), threads, work);
    for (; number < ids.size(); ++number) {
      failure = order.next();
      if (failure) break;
      try {
        take(number);
      } catch (const Error&) {
        failure = std::current_exception();
        break;
      }
      order.taken();
    }
  }
  after();
  if (failure) fail(failure, file, ids[number]);
}

struct Sources {
  std::vector<std::string> ids;
  std::vector<std::size_t> numbers;  // in the file that is read
};

Sources sources_of(const read::File& file, const read::Output& from,
                   const std::function<bool(const std::string&)>& is_wanted) {
  Sources sources;
  for (std::size_t number = 0; number < file.ids().size(); ++number) {
    if (!from.span(number) || !is_wanted(file.ids()[number])) continue;
    sources.ids.push_back(file.ids()[number]);
    sources.numbers.push_back(number);
  }
  return sources;
}

}  // namespace

void compute(const File& file, const Function& function, const ComputeOptions& options) {
  file.store()->prepare();
  file.commit();
  const std::vector<std::string> ids = file.ids();
  std::vector<Values> results(ids.size());
  run(
      file.name(), ids, threads_of(options),
      [&](std::size_t number) { results[number] = function(ids[number]); },
      [&](std::size_t number) { file.add(ids[number], std::exchange(results[number], {})); },
      [&] { file.commit(); });
}

namespace detail {

void compute(const Field& from, const Field& to, const std::function<Value(Value)>& function,
             const ComputeOptions& options) {
  to.store().prepare();
  from.store().commit();
  const std::shared_ptr<read::File> file = from.store().reader();
  const read::Output& output = file->output(from.path());
  const Sources sources = sources_of(*file, output, [&](const std::string& id) {
    return options.again || !to.store().has(id) || !to.has(id);
  });
  std::vector<std::optional<Value>> results(sources.ids.size());
  run(
      file->name(), sources.ids, threads_of(options),
      [&](std::size_t number) { results[number] = function(*output.get(sources.numbers[number])); },
      [&](std::size_t number) {
        to.add(sources.ids[number], *results[number]);
        results[number].reset();
      },
      [&] { to.store().commit(); });
}

void map(const Field& from, const std::function<void(std::size_t)>& begin,
         const std::function<void(std::size_t, const std::string&, Value)>& work,
         const ComputeOptions& options) {
  from.store().commit();
  const std::shared_ptr<read::File> file = from.store().reader();
  const read::Output& output = file->output(from.path());
  const Sources sources = sources_of(*file, output, [](const std::string&) { return true; });
  begin(sources.ids.size());
  run(
      file->name(), sources.ids, threads_of(options),
      [&](std::size_t number) {
        work(number, sources.ids[number], *output.get(sources.numbers[number]));
      },
      [](std::size_t) {}, [] {});
}

}  // namespace detail

}  // namespace sheaf::typed
