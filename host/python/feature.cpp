// SPDX-License-Identifier: MIT
// The ABI's functions of a feature that is a class in Python.
#include <memory>
#include <optional>
#include <span>

#include "core/error.hpp"
#include "host/plugin/bridge.hpp"
#include "host/python/load_answers.hpp"
#include "host/python/loader.hpp"

namespace sheaf::host::python {
namespace {

struct LoaderInstance {
  Loader* loader = nullptr;
  std::uint64_t number = 0;
};

const LoaderFeature& whole(const sheaf_feature* feature) {
  return *reinterpret_cast<const LoaderFeature*>(feature);
}

sheaf_string abi_text(std::string_view text) { return {text.data(), text.size()}; }
std::string_view text_of(sheaf_bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

// Runs `body` with a request that names the instance, in the loader's turn.
template <class Body>
sheaf_status with_turn(void* instance, const sheaf_call* call, Body body) {
  const auto& own = *static_cast<LoaderInstance*>(instance);
  const std::lock_guard lock(own.loader->turn);
  try {
    own.loader->scratch().clear();
    wire::Out request;
    request.put(own.number);
    return body(*own.loader, request);
  } catch (const Error& error) {
    return call == nullptr ? SHEAF_ERR_PLUGIN
                           : call->fail(call, SHEAF_ERR_PLUGIN, abi_text(error.what()));
  }
}

void put_param(wire::Out& out, const sheaf_param_value& value) {
  out.put(value.type);
  if (value.type == SHEAF_PARAM_BOOL) out.put(value.boolean);
  if (value.type == SHEAF_PARAM_INT) out.put(value.integer);
  if (value.type == SHEAF_PARAM_FLOAT) out.put(value.real);
  if (value.type == SHEAF_PARAM_STRING) out.text(plugin::view(value.string));
  if ((value.type & SHEAF_PARAM_LIST) == 0) return;
  out.put(value.item_count);
  for (std::uint64_t i = 0; i < value.item_count; ++i) put_param(out, value.items[i]);
}

sheaf_status on_open(const sheaf_feature* feature, const sheaf_call* call, const sheaf_config* config,
                  void** instance) {
  const LoaderFeature& from = whole(feature);
  auto made = std::make_unique<LoaderInstance>(LoaderInstance{from.loader, 0});
  made->number = from.loader->next_instance();
  const sheaf_status status = with_turn(made.get(), call, [&](Loader& loader, wire::Out& request) {
    loader.revive();
    request.put(from.number);
    request.put(config->param_count);
    for (std::uint32_t i = 0; i < config->param_count; ++i) put_param(request, config->params[i]);
    return loader.ask(call, Say::Open, request);
  });
  if (status == SHEAF_OK) *instance = made.release();
  return status;
}

void put_sources(wire::Out& out, const sheaf_survey& survey) {
  out.put(survey.source_count);
  for (std::uint64_t i = 0; i < survey.source_count; ++i) {
    out.text(plugin::view(survey.sources[i]->id));
    out.text(text_of(survey.sources[i]->path));
  }
}

// What the feature it derives from describes; no outputs where it derives from none.
void put_input(wire::Out& out, const sheaf_input* input) {
  out.put(input == nullptr ? std::uint64_t{0} : input->output_count);
  if (input == nullptr) return;
  for (std::uint64_t i = 0; i < input->output_count; ++i) {
    const sheaf_output& output = *input->outputs[i];
    out.text(plugin::view(output.name));
    out.put(output.dtype.code);
    out.put(output.dtype.bits);
    out.list(std::span(output.item_shape, output.ndim), [&](std::int64_t n) { out.put(n); });
  }
  out.put(input->attr_count);
  for (std::uint64_t i = 0; i < input->attr_count; ++i) {
    out.text(plugin::view(input->attr_names[i]));
    out.value(plugin::to_value(input->attr_values[i]));
  }
}

sheaf_status on_survey(void* instance, const sheaf_call* call, const sheaf_survey* host) {
  return with_turn(instance, call, [&](Loader& loader, wire::Out& request) {
    request.put(host->is_first);
    request.text(text_of(host->agreed));
    put_sources(request, *host);
    request.put(host->stored_count);
    for (std::uint64_t i = 0; i < host->stored_count; ++i) {
      request.text(plugin::view(host->stored_names[i]));
      request.value(plugin::to_value(host->stored_values[i]));
    }
    request.put(host->stored_id_count);
    for (std::uint64_t i = 0; i < host->stored_id_count; ++i) {
      request.text(plugin::view(host->stored_ids[i]));
    }
    put_input(request, host->input);
    const auto agree = [&](Say kind, wire::In& in, wire::Out& out) {
      if (kind != Say::Agree) wire::In::broken();
      const std::string_view said = in.text();
      out.put(host->agree(host, {reinterpret_cast<const std::uint8_t*>(said.data()), said.size()}));
    };
    return loader.ask(call, Say::Survey, request, {agree, {}});
  });
}

sheaf_status add_output(const sheaf_description& host, wire::In& in) {
  const std::string name = in.string();
  sheaf_output output{};
  output.struct_size = sizeof(output);
  output.name = abi_text(name);
  output.dtype = {in.get<std::uint8_t>(), in.get<std::uint8_t>(), 1};
  Shape shape;
  in.list([&] { shape.push_back(in.get<std::int64_t>()); });
  output.ndim = static_cast<std::uint32_t>(shape.size());
  output.item_shape = shape.data();
  output.flags = in.get<std::uint32_t>();
  output.chunk_rows = in.get<std::int64_t>();
  std::optional<Value> fill;
  if (in.get<bool>()) fill = in.value();
  std::optional<plugin::AbiArray> fill_array;
  if (fill) output.fill_value = &fill_array.emplace(*fill).array();
  std::vector<sheaf_filter> filters;
  std::vector<std::uint32_t> options;
  in.list([&] {
    filters.push_back({in.get<std::uint32_t>(), in.get<std::uint32_t>(), nullptr});
    options.push_back(in.get<std::uint32_t>());
  });
  for (std::size_t i = 0; i < filters.size(); ++i) filters[i].options = &options[i];
  output.filters = filters.data();
  output.filter_count = filters.size();
  return host.add_output(&host, &output);
}

sheaf_status on_describe(void* instance, const sheaf_call* call, const sheaf_description* host) {
  return with_turn(instance, call, [&](Loader& loader, wire::Out& request) {
    const auto done = [&](wire::In& in) -> sheaf_status {
      for (std::size_t left = in.count(); left > 0; --left) {
        if (const sheaf_status status = add_output(*host, in); status != SHEAF_OK) return status;
      }
      for (std::size_t left = in.count(); left > 0; --left) {
        const std::string name = in.string();
        const Value value = in.value();
        const plugin::AbiArray array(value);
        const sheaf_status status = host->set_attr(host, abi_text(name), &array.array());
        if (status != SHEAF_OK) return status;
      }
      return SHEAF_OK;
    };
    return loader.ask(call, Say::Describe, request, {{}, done});
  });
}

sheaf_status on_load(void* instance, const sheaf_call* call, const sheaf_source* source,
                  const sheaf_sink* sink) {
  return with_turn(instance, call, [&](Loader& loader, wire::Out& request) {
    const std::vector<int> files = put_source(loader, *source, request);
    SinkAnswers answers(loader, *call, *sink);
    return loader.ask(call, Say::Load, request,
                      {[&](Say kind, wire::In& in, wire::Out& out) { answers(kind, in, out); },
                       [&](wire::In& in) { return answers.last_rows(in); }},
                      files);
  });
}

sheaf_status on_finish(void* instance, const sheaf_call* call, const sheaf_rows* rows) {
  return with_turn(instance, call, [&](Loader& loader, wire::Out& request) {
    const auto question = [&](Say kind, wire::In& in, wire::Out& out) {
      answer_rows(loader, *call, *rows, kind, in, out);
    };
    return loader.ask(call, Say::Finish, request, {question, {}});
  });
}

void on_close(void* instance) {
  with_turn(instance, nullptr, [](Loader& loader, wire::Out& request) {
    return loader.ask(nullptr, Say::Close, request);
  });
  delete static_cast<LoaderInstance*>(instance);
}

}  // namespace

void set_functions(sheaf_feature& feature) {
  feature.open = &on_open;
  feature.survey = feature.survey == nullptr ? nullptr : &on_survey;
  feature.describe = &on_describe;
  feature.load = &on_load;
  feature.finish = feature.finish == nullptr ? nullptr : &on_finish;
  feature.close = &on_close;
  feature.get_extension = nullptr;
}

}  // namespace sheaf::host::python
