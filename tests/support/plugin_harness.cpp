// SPDX-License-Identifier: MIT
#include "tests/support/plugin_harness.hpp"

#include <algorithm>
#include <dlfcn.h>
#include <fstream>
#include <iterator>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string_view>

#include "tests/support/memory_sink.hpp"
#include "tests/support/plain.hpp"

namespace sheaf::test {
namespace {

Array copy_of(const sheaf_array& array) {
  Array copy{array.dtype, {array.shape, array.shape + array.ndim}, {}, {}};
  const std::size_t count = element_count(copy.shape);
  if (array.dtype.code == SHEAF_UTF8) {
    const auto* texts = static_cast<const sheaf_string*>(array.data);
    for (std::size_t i = 0; i < count; ++i) copy.strings.emplace_back(view(texts[i]));
  } else {
    const auto* bytes = static_cast<const std::byte*>(array.data);
    copy.bytes.assign(bytes, bytes + count * element_size(array.dtype));
  }
  return copy;
}

// A source as the ABI has it, with the memory it points into.
class PlainSource {
 public:
  PlainSource(const Source& source, bool with_bytes) : source_(source) {
    uri_ = "file://" + source.path.string();
    if (with_bytes) bytes_ = source.bytes.empty() ? content(source.path) : source.bytes;
    for (const Array& input : source_.inputs) views_.emplace_back(input);
    for (const View& input : views_) inputs_.push_back(input.plain());
    const std::string& path = source_.path.native();
    plain_ = {sizeof(sheaf_source),
              0,
              view(std::string_view(source_.id)),
              view(std::string_view(uri_)),
              {reinterpret_cast<const std::uint8_t*>(path.c_str()), path.size()},
              {reinterpret_cast<const std::uint8_t*>(bytes_.data()), bytes_.size()},
              inputs_.empty() ? nullptr : inputs_.data(),
              inputs_.size()};
  }
  PlainSource(const PlainSource&) = delete;
  PlainSource& operator=(const PlainSource&) = delete;
  [[nodiscard]] const sheaf_source& plain() const noexcept { return plain_; }

 private:
  static std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  Source source_;
  std::string uri_, bytes_;
  std::vector<View> views_;
  std::vector<sheaf_array> inputs_;
  sheaf_source plain_{};
};

// The sources of a survey, which have no bytes.
class PlainSources {
 public:
  explicit PlainSources(const std::vector<Source>& sources) {
    for (const Source& source : sources) {
      owned_.push_back(std::make_unique<PlainSource>(source, false));
      views_.push_back(&owned_.back()->plain());
    }
  }
  [[nodiscard]] const std::vector<const sheaf_source*>& views() const noexcept { return views_; }

 private:
  std::vector<std::unique_ptr<PlainSource>> owned_;
  std::vector<const sheaf_source*> views_;
};

// What the input of a derived feature describes, which must stay.
class PlainInput {
 public:
  explicit PlainInput(const Description& description) : attrs_(description.attrs) {
    for (const OutputSpec& spec : description.outputs) {
      sheaf_output& output = outputs_.emplace_back();
      output.struct_size = sizeof(sheaf_output);
      output.flags = spec.flags;
      output.name = view(std::string_view(spec.name));
      output.dtype = spec.dtype;
      output.ndim = static_cast<std::uint32_t>(spec.item_shape.size());
      output.item_shape = spec.item_shape.data();
    }
    for (const sheaf_output& output : outputs_) list_.push_back(&output);
    plain_ = {sizeof(sheaf_input),   0,
              list_.data(),          list_.size(),
              attrs_.names().data(), attrs_.values().data(),
              attrs_.names().size()};
  }
  PlainInput(const PlainInput&) = delete;
  PlainInput& operator=(const PlainInput&) = delete;
  [[nodiscard]] const sheaf_input& plain() const noexcept { return plain_; }

 private:
  PlainAttrs attrs_;
  std::vector<sheaf_output> outputs_;
  std::vector<const sheaf_output*> list_;
  sheaf_input plain_{};
};

}  // namespace

Array strings(std::vector<std::string> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {{SHEAF_UTF8, 0, 1}, {count}, {}, std::move(values)};
}
Array text(std::string value) { return {{SHEAF_UTF8, 0, 1}, {}, {}, {std::move(value)}}; }

Plugin Plugin::load(const std::filesystem::path& library) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, const sheaf_plugin*> loaded;
  static const sheaf_host host{
      sizeof(sheaf_host),
      SHEAF_ABI_MINOR,
      SHEAF_STR("sheaf-test"),
      SHEAF_STR("0"),
      [](const sheaf_host*, sheaf_string) -> const void* { return nullptr; },
      [](const sheaf_host*, sheaf_string) {}};
  const std::lock_guard lock(mutex);
  const sheaf_plugin*& descriptor = loaded[std::filesystem::absolute(library)];
  if (descriptor == nullptr) {
    void* handle = dlopen(std::filesystem::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) throw std::logic_error(dlerror());
    const auto entry = reinterpret_cast<sheaf_plugin_entry_fn>(dlsym(handle, SHEAF_PLUGIN_ENTRY));
    if (entry == nullptr) throw std::logic_error(library.string() + " has no entry");
    descriptor = entry(&host);
    if (descriptor == nullptr) throw std::logic_error(library.string() + " refused to run");
  }
  return Plugin(descriptor);
}

const sheaf_feature& Plugin::feature(const std::string& name) const {
  const std::span features(descriptor_->features, descriptor_->feature_count);
  const auto found = std::ranges::find(
      features, name, [](const sheaf_feature* feature) { return view(feature->name); });
  if (found == features.end()) throw std::logic_error("no feature " + name);
  return **found;
}

struct Instance::State {
  const sheaf_feature* feature = nullptr;
  void* instance = nullptr;
  Outcome opened;
  sheaf_call call{};
  std::uint32_t threads = 2;
  std::string message;
  std::vector<std::string> log;
  bool cancelled = false;
  std::vector<OutputSpec> outputs;
  std::vector<Array> all;  // the rows of every OK load, concatenated

  static State& of(const sheaf_call* call) { return *static_cast<State*>(call->host_data); }
  void prepare() {
    call = {sizeof(sheaf_call),
            SHEAF_ABI_MINOR,
            this,
            [](const sheaf_call* c, sheaf_status status, sheaf_string why) {
              of(c).message = view(why);
              return status;
            },
            [](const sheaf_call* c, std::uint32_t, sheaf_string line) {
              of(c).log.emplace_back(view(line));
            },
            [](const sheaf_call* c) { return of(c).cancelled ? 1U : 0U; },
            [](const sheaf_call*, double) {},
            [](const sheaf_call* c) { return of(c).threads; }};
  }
  const sheaf_call* begin() {
    if (instance == nullptr) throw std::logic_error("the instance isn't open: " + opened.message);
    message.clear();
    return &call;
  }
  [[nodiscard]] Outcome outcome(sheaf_status status) const { return {status, message}; }
  void keep(const std::vector<Array>& rows);
};

void Instance::State::keep(const std::vector<Array>& rows) {
  all.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all[i].dtype = rows[i].dtype;
    all[i].bytes.insert(all[i].bytes.end(), rows[i].bytes.begin(), rows[i].bytes.end());
    if (rows[i].shape.empty()) continue;
    if (all[i].shape.empty()) all[i].shape = {0};
    all[i].shape[0] += rows[i].shape[0];
  }
}

Instance::Instance(const Plugin& plugin, const std::string& feature,
                   const std::vector<Param>& params)
    : state_(std::make_unique<State>()) {
  state_->feature = &plugin.feature(feature);
  state_->prepare();
  const std::vector<sheaf_param_value> values =
      to_plain({state_->feature->params, state_->feature->param_count}, params);
  const sheaf_config config{sizeof(sheaf_config), static_cast<std::uint32_t>(values.size()),
                            values.data()};
  const sheaf_status status =
      state_->feature->open(state_->feature, &state_->call, &config, &state_->instance);
  state_->opened = state_->outcome(status);
  if (status != SHEAF_OK) state_->instance = nullptr;
}

Instance::~Instance() {
  if (state_->instance != nullptr) state_->feature->close(state_->instance);
}

const Outcome& Instance::opened() const noexcept { return state_->opened; }
const std::vector<std::string>& Instance::log() const noexcept { return state_->log; }
void Instance::cancel() noexcept { state_->cancelled = true; }

Surveyed Instance::survey(const std::vector<Source>& sources, const SurveyOptions& options) {
  const sheaf_call* call = state_->begin();
  Surveyed result;
  result.agreed = options.agreed;
  if (state_->feature->survey == nullptr) return result;
  state_->threads = options.threads;
  const PlainSources given(sources);
  const PlainAttrs stored(options.stored);
  const Description nothing;
  const PlainInput input(options.input == nullptr ? nothing : *options.input);
  const sheaf_survey plain{
      sizeof(sheaf_survey),
      options.is_first ? 1U : 0U,
      &result,
      given.views().data(),
      given.views().size(),
      {reinterpret_cast<const std::uint8_t*>(options.agreed.data()), options.agreed.size()},
      stored.names().data(),
      stored.values().data(),
      stored.names().size(),
      nullptr,
      0,
      [](const sheaf_survey* survey, sheaf_bytes bytes) {
        auto& surveyed = *static_cast<Surveyed*>(survey->host_data);
        surveyed.agreed.assign(reinterpret_cast<const char*>(bytes.data), bytes.size);
        return SHEAF_OK;
      },
      options.input == nullptr ? nullptr : &input.plain()};
  static_cast<Outcome&>(result) =
      state_->outcome(state_->feature->survey(state_->instance, call, &plain));
  return result;
}

Description Instance::describe() {
  const sheaf_call* call = state_->begin();
  Description result;
  const sheaf_description plain{
      sizeof(sheaf_description), 0, &result,
      [](const sheaf_description* description, const sheaf_output* output) {
        static_cast<Description*>(description->host_data)
            ->outputs.push_back({std::string(view(output->name)),
                                 output->dtype,
                                 output->flags,
                                 {output->item_shape, output->item_shape + output->ndim},
                                 output->chunk_rows,
                                 output->fill_value == nullptr
                                     ? std::nullopt
                                     : std::optional(copy_of(*output->fill_value))});
        return SHEAF_OK;
      },
      [](const sheaf_description* description, sheaf_string name, const sheaf_array* value) {
        auto& attrs = static_cast<Description*>(description->host_data)->attrs;
        attrs.insert_or_assign(std::string(view(name)), copy_of(*value));
        return SHEAF_OK;
      }};
  static_cast<Outcome&>(result) =
      state_->outcome(state_->feature->describe(state_->instance, call, &plain));
  state_->outputs = result.outputs;
  return result;
}

Loaded Instance::load(const Source& source) {
  const sheaf_call* call = state_->begin();
  if (state_->outputs.empty()) throw std::logic_error("describe before load");
  const PlainSource given(source, (state_->feature->flags & SHEAF_FEATURE_WANTS_BYTES) != 0);
  Sink rows(state_->outputs, call);
  const sheaf_sink sink = rows.plain();
  Loaded result;
  static_cast<Outcome&>(result) =
      state_->outcome(state_->feature->load(state_->instance, call, &given.plain(), &sink));
  result.outputs = rows.take();
  result.slots = rows.slots();
  result.largest_slot = rows.largest_slot();
  if (result.ok()) state_->keep(result.outputs);
  return result;
}

Description Instance::finish() {
  const sheaf_call* call = state_->begin();
  struct Host {
    State* state;
    Description result;
  } host{state_.get(), {}};
  if (state_->feature->finish == nullptr) return host.result;
  const sheaf_rows plain{
      sizeof(sheaf_rows),
      0,
      &host,
      [](const sheaf_rows* rows, std::uint32_t output) -> std::int64_t {
        const auto& all = static_cast<Host*>(rows->host_data)->state->all;
        return output < all.size() && !all[output].shape.empty() ? all[output].shape[0] : 0;
      },
      [](const sheaf_rows* rows, std::uint32_t output, std::int64_t start, std::int64_t stop,
         void* data, std::uint64_t size) {
        const Array& array = static_cast<Host*>(rows->host_data)->state->all.at(output);
        const std::size_t row = array.bytes.size() /
                                static_cast<std::size_t>(std::max<std::int64_t>(array.shape[0], 1));
        const auto wanted = static_cast<std::size_t>(stop - start) * row;
        if (start < 0 || stop > array.shape[0] || wanted > size) return SHEAF_ERR_PLUGIN;
        if (wanted > 0)
          std::memcpy(data, &array.bytes[static_cast<std::size_t>(start) * row], wanted);
        return SHEAF_OK;
      },
      [](const sheaf_rows* rows, sheaf_string name, const sheaf_array* value) {
        static_cast<Host*>(rows->host_data)
            ->result.attrs.insert_or_assign(std::string(view(name)), copy_of(*value));
        return SHEAF_OK;
      }};
  static_cast<Outcome&>(host.result) =
      state_->outcome(state_->feature->finish(state_->instance, call, &plain));
  return host.result;
}

}  // namespace sheaf::test
