// SPDX-License-Identifier: MIT
// A plugin that no process survives: the first line of a source says what it does, "segv", "leak
// 64". Against the bare ABI, since the SDK would catch some of it.
//
//   test.deadly     rows (number of the id, index of the row); an act that it survives gives two,
//                   "ok 5" five
//   test.bystander  harmless, on the same sources: the number of the id
//   test.heir       derives from test.deadly: its rows
//   test.flood      opt-in, derives from test.deadly: of seven rows it makes 600 KiB in many parts,
//   and
//                   dies
//   test.staged     opt-in: dies in the stage that the parameter `at` names
//   test.stream     streams "count" rows of 1 KiB, each element the row's index; "count segv" dies
//                   behind them, "count once FILE" only as long as FILE isn't there

#include <atomic>
#include <cerrno>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <sheaf/plugin.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

SHEAF_NOTE("test.deadly", "6.6.6")

namespace {

std::string_view view(sheaf_string text) { return {text.data, text.size}; }

// FNV-1a, so that rows of one source don't pass for those of another.
std::int32_t number_of(std::string_view id) {
  std::uint32_t hash = 2166136261U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

struct Load {
  const sheaf_call* call;
  const sheaf_source* source;
  const sheaf_sink* sink;
  long argument;
  std::string rest;  // behind the act

  [[nodiscard]] std::int32_t* reserve(std::int64_t rows) const {
    sheaf_slot slot{};
    const std::int64_t shape[] = {2};
    if (sink->reserve(sink, 0, rows, shape, 1, 0, &slot) != SHEAF_OK) return nullptr;
    return static_cast<std::int32_t*>(slot.data);
  }
  void fill(std::int32_t* row, std::int64_t rows) const {
    for (std::int64_t i = 0; i < rows; ++i) {
      *row++ = number_of(view(source->id));
      *row++ = static_cast<std::int32_t>(i);
    }
  }
  [[nodiscard]] sheaf_status rows(std::int64_t count) const {
    std::int32_t* const slot = reserve(count);
    if (slot == nullptr) return SHEAF_ERR_SOURCE;
    fill(slot, count);
    return sink->commit(sink, 0, count);
  }
  [[nodiscard]] std::string folder() const {
    const std::string path(reinterpret_cast<const char*>(source->path.data), source->path.size);
    return path.substr(0, path.rfind('/'));
  }
};

using Act = std::function<sheaf_status(const Load&)>;
using Acts = std::map<std::string, Act, std::less<>>;

// An act after which the source is loaded as if nothing had been.
Act then_rows(std::function<void(const Load&)> deed) {
  return [deed = std::move(deed)](const Load& load) {
    deed(load);
    return load.rows(2);
  };
}

// Where the kernel says no, the source fails with what it said.
Act expect_denied(std::function<long(const Load&)> deed) {
  return [deed = std::move(deed)](const Load& load) {
    errno = 0;
    const long result = deed(load);
    const int number = errno;
    if (result >= 0) return load.call->fail(load.call, SHEAF_ERR_SOURCE, SHEAF_STR("was allowed"));
    const std::string why = std::string("denied: ") + std::strerror(number);
    return load.call->fail(load.call, SHEAF_ERR_SOURCE, {why.data(), why.size()});
  };
}

int* volatile nowhere = reinterpret_cast<int*>(64);  // null would be caught by a sanitizer
[[noreturn]] void crash() {
  *nowhere = 1;
  std::abort();
}

[[gnu::noinline]] int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : overflow(depth + 1) + frame[0];
}

[[noreturn]] void throw_error(const char* what) { throw std::runtime_error(what); }

void sleep_ms(long milliseconds) { usleep(static_cast<useconds_t>(milliseconds * 1000)); }

const Acts& deaths() {
  static const Acts acts{
      {"segv", [](const Load&) -> sheaf_status { crash(); }},
      {"segv-after-rows", [](const Load& load) -> sheaf_status { (void)load.rows(3), crash(); }},
      {"abort", [](const Load&) -> sheaf_status { std::abort(); }},
      {"exit",
       [](const Load& load) -> sheaf_status { std::exit(static_cast<int>(load.argument)); }},
      {"_exit", [](const Load& load) -> sheaf_status { _exit(static_cast<int>(load.argument)); }},
      {"quick-exit", [](const Load&) -> sheaf_status { std::quick_exit(0); }},
      {"stack-overflow", [](const Load&) -> sheaf_status { return overflow(0); }},
      {"illegal", [](const Load&) -> sheaf_status { __builtin_trap(); }},
      {"kill-self", [](const Load&) -> sheaf_status { return kill(getpid(), SIGKILL); }},
      {"noexcept",
       [](const Load&) -> sheaf_status {
         []() noexcept { throw_error("out of a noexcept function"); }();
         return SHEAF_OK;
       }},
      {"throw-in-thread",
       [](const Load&) -> sheaf_status {
         std::thread([] { throw std::runtime_error("thrown in a thread"); }).join();
         return SHEAF_OK;
       }},
      {"ignore-segv", [](const Load&) -> sheaf_status { std::signal(SIGSEGV, SIG_IGN), crash(); }},
      {"late-thread", then_rows([](const Load& load) {
         std::thread([ms = load.argument] {
           sleep_ms(ms);
           crash();
         }).detach();
       })},
      {"alarm", then_rows([](const Load&) { alarm(1); })},
  };
  return acts;
}

const Acts& hangs() {
  static const Acts acts{
      {"sleep",
       [](const Load&) -> sheaf_status {
         while (true) pause();
       }},
      {"spin",
       [](const Load&) -> sheaf_status {
         std::atomic<int> count = 0;
         while (true) count.fetch_add(1, std::memory_order_relaxed);
       }},
      {"catch-segv",
       [](const Load&) -> sheaf_status {
         std::signal(SIGSEGV, [](int) {});  // comes back to the same instruction
         crash();
       }},
      {"print-forever",
       [](const Load&) -> sheaf_status {
         while (true) std::puts("and another line, since there is no end to it");
       }},
      {"log-forever",
       [](const Load& load) -> sheaf_status {
         while (true) load.call->log(load.call, SHEAF_LOG_DEBUG, SHEAF_STR("and another line"));
       }},
      {"nap", then_rows([](const Load& load) { sleep_ms(load.argument); })},
  };
  return acts;
}

void* touched(long mebibytes) {
  const auto size = static_cast<std::size_t>(mebibytes) << 20U;
  void* const memory = std::malloc(size);
  if (memory != nullptr) std::memset(memory, 1, size);
  return memory;
}

const Acts& leaks() {
  static const Acts acts{
      {"grow",
       [](const Load& load) -> sheaf_status {  // until somebody notices
         while (touched(4) != nullptr) sleep_ms(load.argument);
         crash();
       }},
      {"leak", then_rows([](const Load& load) { (void)touched(load.argument); })},
      {"leak-file", then_rows([](const Load&) { (void)open("/dev/null", O_RDONLY); })},
  };
  return acts;
}

// The start of the memory that is shared with the host: the control page stands first.
char* shared_memory(std::size_t& size) {
  std::ifstream maps("/proc/self/maps");
  char* first = nullptr;
  for (std::string line; std::getline(maps, line);) {
    if (line.find("sheaf-rows") == std::string::npos) continue;
    unsigned long begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx", &begin, &end) != 2) continue;
    if (first == nullptr) first = reinterpret_cast<char*>(begin);
    size = static_cast<std::size_t>(reinterpret_cast<char*>(end) - first);
  }
  return first;
}

char* last_slot = nullptr;  // of an earlier load

const Acts& scribbles() {
  static const Acts acts{
      {"after-1",
       [](const Load& load) -> sheaf_status {
         std::int32_t* const slot = load.reserve(2);
         load.fill(slot, 2);
         reinterpret_cast<char*>(slot)[16] ^= 1;
         return load.sink->commit(load.sink, 0, 2);
       }},
      {"after-commit",
       [](const Load& load) -> sheaf_status {
         std::int32_t* const slot = load.reserve(2);
         load.fill(slot, 2);
         const sheaf_status status = load.sink->commit(load.sink, 0, 2);
         reinterpret_cast<char*>(slot)[16] ^= 1;
         return status;
       }},
      {"after-1M",
       [](const Load& load) -> sheaf_status {
         std::int32_t* const slot = load.reserve(2);
         std::memset(slot, 7, 1 << 20);
         return load.sink->commit(load.sink, 0, 2);
       }},
      {"after-1G",
       [](const Load& load) -> sheaf_status {
         std::memset(load.reserve(2), 7, 1 << 30);
         return load.sink->commit(load.sink, 0, 2);
       }},
      {"before",
       [](const Load& load) -> sheaf_status {  // guards of the sources before it
         std::int32_t* const slot = load.reserve(2);
         std::memset(reinterpret_cast<char*>(slot) - 256, 7, 256);
         load.fill(slot, 2);
         return load.sink->commit(load.sink, 0, 2);
       }},
      {"before-1G",
       [](const Load& load) -> sheaf_status {
         char* const slot = reinterpret_cast<char*>(load.reserve(2));
         for (char* at = slot; at > slot - (1 << 30); at -= 64) *at = 7;
         return SHEAF_OK;
       }},
      {"keep",
       then_rows([](const Load& load) { last_slot = reinterpret_cast<char*>(load.reserve(2)); })},
      {"delivered", then_rows([](const Load&) {
         if (last_slot != nullptr) *last_slot = 7;
       })},
      {"control", then_rows([](const Load&) {
         std::size_t size = 0;
         std::memset(shared_memory(size), 0x5a, 4096);
       })},
      {"control-segv",
       [](const Load&) -> sheaf_status {
         std::size_t size = 0;
         std::memset(shared_memory(size), 0x5a, 4096);
         crash();
       }},
      {"stop-all", then_rows([](const Load&) {  // wherever a flag may be that says "stop"
         std::size_t size = 0;
         char* const start = shared_memory(size);
         for (int i = 0; i < 64; ++i) start[i] = 1;
       })},
      {"unmap", then_rows([](const Load&) {
         std::size_t size = 0;
         char* const start = shared_memory(size);
         munmap(start, size);
       })},
      {"protect", then_rows([](const Load&) {
         std::size_t size = 0;
         char* const start = shared_memory(size);
         mprotect(start, size, PROT_NONE);
       })},
  };
  return acts;
}

template <class Deed>
void each_file(Deed deed) {
  for (int file = 0; file < 256; ++file) deed(file);
}

const Acts& files() {
  static const Acts acts{
      {"truncate",
       then_rows([](const Load&) { each_file([](int f) { (void)!ftruncate(f, 0); }); })},
      {"close-all", then_rows([](const Load&) { each_file([](int file) { close(file); }); })},
      {"close-channel", then_rows([](const Load&) { close(3); })},
      {"close-and-open", then_rows([](const Load&) { close(3), open("/dev/null", O_RDONLY); })},
      {"garbage", then_rows([](const Load&) {
         const std::string bytes(4096, 'x');
         (void)!write(3, bytes.data(), bytes.size());
       })},
      {"half-a-message", then_rows([](const Load&) {  // a header whose bytes never come
         const std::uint32_t header[] = {14, 0, 1U << 29U, 0};
         (void)!write(3, header, sizeof(header));
       })},
      {"shut-down", then_rows([](const Load&) { shutdown(3, SHUT_RDWR); })},
      {"close-stdout", then_rows([](const Load&) { close(1), close(2); })},
      {"print", then_rows([](const Load& load) {
         std::printf("on stdout %s\n", load.rest.c_str());
         std::fprintf(stderr, "on stderr %s\n", load.rest.c_str());
       })},
      {"print-and-die", [](const Load&) -> sheaf_status { std::puts("last words"), crash(); }},
      {"print-no-newline", then_rows([](const Load&) {
         std::printf("no newline here");
         std::fprintf(stderr, "nor there");
       })},
      {"print-10M", then_rows([](const Load&) {
         for (int i = 0; i < 100'000; ++i) {
           std::printf("%0100d\n", i);
         }
       })},
      {"print-10M-in-a-line", then_rows([](const Load&) {
         const std::string much(10 << 20U, 'x');
         std::fwrite(much.data(), 1, much.size(), stdout);
       })},
  };
  return acts;
}

const Acts& lies() {
  static const Acts acts{
      {"throw", [](const Load&) -> sheaf_status { throw std::runtime_error("thrown through C"); }},
      {"wrong-shape",
       [](const Load& load) -> sheaf_status {
         sheaf_slot slot{};
         const std::int64_t shape[] = {3};
         return load.sink->reserve(load.sink, 0, 1, shape, 1, 0, &slot);
       }},
      {"shape-in-place",
       [](const Load& load) -> sheaf_status {  // the host's note of the shape
         std::int32_t* const slot = load.reserve(2);
         load.fill(slot, 2);
         reinterpret_cast<std::int64_t*>(slot)[-8] = 1000;
         return load.sink->commit(load.sink, 0, 2);
       }},
      {"garbage-status", [](const Load&) -> sheaf_status { return 0x5a5a5a5a; }},
      {"source-error",
       [](const Load& load) -> sheaf_status {
         return load.call->fail(load.call, SHEAF_ERR_SOURCE, SHEAF_STR("a bad source"));
       }},
      {"plugin-error",
       [](const Load& load) -> sheaf_status {
         return load.call->fail(load.call, SHEAF_ERR_PLUGIN, SHEAF_STR("a broken plugin"));
       }},
  };
  return acts;
}

const Acts& escapes() {
  static const Acts acts{
      {"kill-host", expect_denied([](const Load&) { return kill(getppid(), SIGKILL); })},
      {"kill-group", expect_denied([](const Load&) { return kill(0, SIGKILL); })},
      {"kill-all", expect_denied([](const Load&) { return kill(-1, SIGUSR2); })},
      {"tkill-host",
       expect_denied([](const Load&) { return syscall(SYS_tkill, getppid(), SIGKILL); })},
      {"fork", expect_denied([](const Load&) -> long {
         const pid_t child = fork();
         if (child == 0) {
           sleep_ms(2000);
           _exit(0);
         }
         return child;
       })},
      {"fork-bomb", expect_denied([](const Load&) -> long {
         int made = 0;
         for (int i = 0; i < 1000; ++i) {
           const pid_t child = fork();
           if (child == 0) _exit(0);
           made += child > 0 ? 1 : 0;
         }
         return made > 0 ? made : -1;
       })},
      {"exec", expect_denied([](const Load&) {
         return execl("/bin/true", "true", static_cast<char*>(nullptr));
       })},
      {"socket", expect_denied([](const Load&) { return socket(AF_INET, SOCK_STREAM, 0); })},
      {"write-tmp", expect_denied([](const Load&) {
         return open("/tmp/sheaf-deadly-was-here", O_CREAT | O_WRONLY, 0600);
       })},
      {"write-beside", expect_denied([](const Load& load) {
         return open((load.folder() + "/was-here").c_str(), O_CREAT | O_WRONLY, 0600);
       })},
      {"write-source", expect_denied([](const Load& load) {
         return open(reinterpret_cast<const char*>(load.source->path.data), O_WRONLY | O_TRUNC);
       })},
      {"chmod-source", expect_denied([](const Load& load) {
         return chmod(reinterpret_cast<const char*>(load.source->path.data), 0);
       })},
      {"unlink-source", expect_denied([](const Load& load) {
         return unlink(reinterpret_cast<const char*>(load.source->path.data));
       })},
      {"limit-host", expect_denied([](const Load&) {
         const rlimit none{0, 0};
         return prlimit(getppid(), RLIMIT_CORE, &none, nullptr);
       })},
      {"write-own", then_rows([](const Load&) {
         std::ofstream file(std::string(std::getenv("TMPDIR")) + "/mine");
         if (!(file << "mine").flush()) crash();
       })},
  };
  return acts;
}

const Acts& changes() {
  static const Acts acts {
    {"locale", then_rows([](const Load&) {
       if (std::setlocale(LC_ALL, "C.UTF-8") == nullptr) crash();
     })},
        {"chdir", then_rows([](const Load&) { (void)!chdir("/"); })},
        {"umask", then_rows([](const Load&) { umask(0); })},
#if defined(__x86_64__)
        {"flush-to-zero", then_rows([](const Load&) { _mm_setcsr(_mm_getcsr() | 0x8040U); })},
#else
        {"flush-to-zero", then_rows([](const Load&) { std::fesetround(FE_DOWNWARD); })},
#endif
  };
  return acts;
}

sheaf_status act(const Load& load, const std::string& name) {
  if (name == "ok") return load.rows(load.argument);
  for (const Acts* some :
       {&deaths(), &hangs(), &leaks(), &scribbles(), &files(), &lies(), &escapes(), &changes()}) {
    if (const auto found = some->find(name); found != some->end()) return found->second(load);
  }
  if (name == "seven-once") {  // rows the first time, which the second time aren't there
    if (access(load.rest.c_str(), F_OK) == 0) return SHEAF_ERR_SOURCE;
    std::ofstream(load.rest) << "x";
    return load.rows(7);
  }
  if (name == "once") {  // as long as the file isn't there
    if (access(load.rest.c_str(), F_OK) != 0) {
      std::ofstream(load.rest) << "x";
      crash();
    }
    return load.rows(2);
  }
  return load.call->fail(load.call, SHEAF_ERR_SOURCE, SHEAF_STR("no such act"));
}

Load parse(const sheaf_call* call, const sheaf_source* source, const sheaf_sink* sink,
           std::string& name) {
  std::string text(reinterpret_cast<const char*>(source->bytes.data), source->bytes.size);
  text = text.substr(0, text.find('\n'));
  const std::size_t blank = text.find(' ');
  name = text.substr(0, blank);
  const std::string rest = blank == std::string::npos ? std::string() : text.substr(blank + 1);
  return {call, source, sink, std::atol(rest.c_str()), rest};
}

int here;

sheaf_status open_any(const sheaf_feature*, const sheaf_call*, const sheaf_config*,
                      void** instance) {
  *instance = &here;
  return SHEAF_OK;
}
void close_any(void*) {}

sheaf_status describe_rows(const sheaf_description* to, sheaf_dtype dtype,
                           const std::vector<std::int64_t>& shape) {
  sheaf_output output{};
  output.struct_size = sizeof(output);
  output.name = SHEAF_STR("rows");
  output.dtype = dtype;
  output.ndim = static_cast<std::uint32_t>(shape.size());
  output.item_shape = shape.data();
  return to->add_output(to, &output);
}

sheaf_status deadly_describe(void*, const sheaf_call*, const sheaf_description* to) {
  return describe_rows(to, {SHEAF_INT, 32, 1}, {2});
}
sheaf_status deadly_load(void*, const sheaf_call* call, const sheaf_source* source,
                         const sheaf_sink* sink) {
  std::string name;
  const Load load = parse(call, source, sink, name);
  return act(load, name);
}

sheaf_status number_describe(void*, const sheaf_call*, const sheaf_description* to) {
  return describe_rows(to, {SHEAF_INT, 32, 1}, {});
}
sheaf_status put_number(const sheaf_sink* sink, std::int32_t number) {
  sheaf_slot slot{};
  const sheaf_status status = sink->reserve(sink, 0, 1, nullptr, 0, 0, &slot);
  if (status != SHEAF_OK) return status;
  std::memcpy(slot.data, &number, sizeof(number));
  return sink->commit(sink, 0, 1);
}
sheaf_status bystander_load(void*, const sheaf_call*, const sheaf_source* source,
                            const sheaf_sink* sink) {
  return put_number(sink, number_of(view(source->id)));
}
sheaf_status heir_load(void*, const sheaf_call*, const sheaf_source* source,
                       const sheaf_sink* sink) {
  return put_number(sink, static_cast<std::int32_t>(source->inputs[0].shape[0]));
}

constexpr std::int64_t stream_width = 1024;
sheaf_status stream_describe(void*, const sheaf_call*, const sheaf_description* to) {
  return describe_rows(to, {SHEAF_UINT, 8, 1}, {stream_width});
}
sheaf_status stream_load(void*, const sheaf_call* call, const sheaf_source* source,
                         const sheaf_sink* sink) {
  std::string word;
  const Load load = parse(call, source, sink, word);
  const long count = std::atol(word.c_str());
  const long batch = load.rest.starts_with("in-one") ? count : 1;
  for (long i = 0; i < count; i += batch) {
    sheaf_slot slot{};
    const std::int64_t shape[] = {stream_width};
    const sheaf_status status = sink->reserve(sink, 0, batch, shape, 1, 0, &slot);
    if (status != SHEAF_OK) return status;
    for (long row = 0; row < batch; ++row) {
      std::memset(static_cast<char*>(slot.data) + row * stream_width,
                  static_cast<int>((i + row) & 0xff), stream_width);
    }
    if (const sheaf_status done = sink->commit(sink, 0, batch); done != SHEAF_OK) return done;
  }
  if (load.rest.ends_with("segv")) crash();
  if (load.rest.starts_with("once ")) {
    const std::string marker = load.rest.substr(5);
    if (access(marker.c_str(), F_OK) != 0) {
      std::ofstream(marker) << "x";
      crash();
    }
  }
  return SHEAF_OK;
}

sheaf_status flood_load(void*, const sheaf_call*, const sheaf_source* source,
                        const sheaf_sink* sink) {
  if (source->inputs[0].shape[0] != 7) return SHEAF_EMPTY;
  for (int i = 0; i < 600; ++i) {
    sheaf_slot slot{};
    const std::int64_t shape[] = {stream_width};
    if (sink->reserve(sink, 0, 1, shape, 1, 0, &slot) != SHEAF_OK) return SHEAF_ERR_SOURCE;
    std::memset(slot.data, i & 0xff, stream_width);
    if (sink->commit(sink, 0, 1) != SHEAF_OK) return SHEAF_ERR_SOURCE;
  }
  crash();
}

// ---- test.staged

struct Staged {
  std::string at;
};
void stage(const std::string& at, const char* name) {
  if (at == name) crash();
  if (at != std::string("hang-") + name) return;
  while (true) pause();
}
sheaf_status staged_open(const sheaf_feature*, const sheaf_call*, const sheaf_config* config,
                         void** instance) {
  auto* const self = new Staged{std::string(view(config->params[0].string))};
  stage(self->at, "open");
  *instance = self;
  return SHEAF_OK;
}
const std::string& at(void* instance) { return static_cast<Staged*>(instance)->at; }
sheaf_status staged_survey(void* instance, const sheaf_call*, const sheaf_survey*) {
  return stage(at(instance), "survey"), SHEAF_OK;
}
sheaf_status staged_describe(void* instance, const sheaf_call*, const sheaf_description* to) {
  stage(at(instance), "describe");
  return describe_rows(to, {SHEAF_INT, 32, 1}, {});
}
sheaf_status staged_load(void* instance, const sheaf_call*, const sheaf_source* source,
                         const sheaf_sink* sink) {
  stage(at(instance), "load");
  return put_number(sink, number_of(view(source->id)));
}
sheaf_status staged_finish(void* instance, const sheaf_call*, const sheaf_rows*) {
  stage(at(instance), "finish");
  if (at(instance) == "garbage-finish") {
    const std::uint32_t message[] = {21, 0, 3, 0, 7};  // Finished, too short
    (void)!write(3, message, 19);
  }
  return SHEAF_OK;
}
void staged_close(void* instance) {
  stage(at(instance), "close");
  delete static_cast<Staged*>(instance);
}

const sheaf_string deadly_pattern[] = {SHEAF_STR_INIT("\\.deadly$")};
const sheaf_string stream_pattern[] = {SHEAF_STR_INIT("\\.stream$")};

sheaf_feature feature(sheaf_string name, const sheaf_string* patterns) {
  sheaf_feature made{};
  made.struct_size = sizeof(made);
  made.name = name;
  made.summary = SHEAF_STR("Deadly or near it");
  made.patterns = patterns;
  made.pattern_count = patterns == nullptr ? 0 : 1;
  made.open = &open_any;
  made.close = &close_any;
  return made;
}

const sheaf_plugin& plugin() {
  static sheaf_feature deadly = feature(SHEAF_STR("test.deadly"), deadly_pattern);
  deadly.flags = SHEAF_FEATURE_WANTS_BYTES;
  deadly.describe = &deadly_describe;
  deadly.load = &deadly_load;
  static sheaf_feature bystander = feature(SHEAF_STR("test.bystander"), deadly_pattern);
  bystander.describe = &number_describe;
  bystander.load = &bystander_load;
  static sheaf_feature heir = feature(SHEAF_STR("test.heir"), nullptr);
  heir.input = SHEAF_STR("test.deadly");
  heir.describe = &number_describe;
  heir.load = &heir_load;
  static sheaf_feature flood = feature(SHEAF_STR("test.flood"), nullptr);
  flood.flags = SHEAF_FEATURE_OPT_IN;
  flood.input = SHEAF_STR("test.deadly");
  flood.describe = &stream_describe;
  flood.load = &flood_load;
  static sheaf_feature stream = feature(SHEAF_STR("test.stream"), stream_pattern);
  stream.flags = SHEAF_FEATURE_WANTS_BYTES;
  stream.describe = &stream_describe;
  stream.load = &stream_load;
  static sheaf_param at_param{};
  at_param.struct_size = sizeof(at_param);
  at_param.type = SHEAF_PARAM_STRING;
  at_param.name = SHEAF_STR("at");
  at_param.doc = SHEAF_STR("the stage to die in");
  at_param.default_value.type = SHEAF_PARAM_STRING;
  at_param.default_value.string = SHEAF_STR("nowhere");
  static const sheaf_param* const params[] = {&at_param};
  static sheaf_feature staged = feature(SHEAF_STR("test.staged"), deadly_pattern);
  staged.flags = SHEAF_FEATURE_OPT_IN;
  staged.params = params;
  staged.param_count = 1;
  staged.open = &staged_open;
  staged.survey = &staged_survey;
  staged.describe = &staged_describe;
  staged.load = &staged_load;
  staged.finish = &staged_finish;
  staged.close = &staged_close;
  static const sheaf_feature* const features[] = {&deadly, &bystander, &heir,
                                                  &flood,  &stream,    &staged};
  static sheaf_plugin made{};
  made.struct_size = sizeof(made);
  made.id = SHEAF_STR("test.deadly");
  made.version = SHEAF_STR("6.6.6");
  made.summary = SHEAF_STR("Dies on demand");
  made.features = features;
  made.feature_count = std::size(features);
  return made;
}

}  // namespace

const sheaf_plugin* sheaf_plugin_entry_v1(const sheaf_host*) { return &plugin(); }
