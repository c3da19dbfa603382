// SPDX-License-Identifier: MIT
#include "host/extend/extensions.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/extend/remote.hpp"
#include "host/extend/run_here.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::extend {
namespace {

using plugin::view;

std::string who(const plugin::Feature& feature) {
  return fmt::format("feature '{}'", feature.name());
}

void check_process(const plugin::Feature& feature, const Options& options) {
  if (!options.in_process || plugin::is_callable(*feature.plugin->descriptor)) return;
  throw Error(ErrorCode::Invalid, who(feature),
              "isn't loaded in this process; find it in a Catalog::load()");
}

worker::SourceHead head_of(const StoredSource& source) {
  return {source.id(), source.outputs(), source.attrs()};
}

Rendering check(const plugin::Feature& feature, const PreviewRequest& request) {
  const sheaf_preview* const extension = plugin::preview_of(*feature.descriptor);
  if (extension == nullptr) throw Error(ErrorCode::NotFound, who(feature), "has no preview");
  Rendering wanted{request.kind, request.width, request.height, {}};
  if (wanted.kind == 0) wanted.kind = extension->kinds & (0U - extension->kinds);
  const bool is_one = (wanted.kind & (wanted.kind - 1)) == 0;
  if (!is_one || (wanted.kind & extension->kinds) == 0) {
    throw Error(ErrorCode::Unsupported, who(feature), "makes no preview of that kind");
  }
  if (wanted.width == 0 || wanted.height == 0 || wanted.width > most_pixels ||
      wanted.height > most_pixels) {
    throw Error(ErrorCode::Invalid, who(feature),
                fmt::format("a preview is 1 to {} wide and high", most_pixels));
  }
  wanted.params = plugin::resolve_params({fmt::format("the preview of {}", who(feature)), "",
                                          extension->params, extension->param_count},
                                         request.params);
  return wanted;
}

const sheaf_method& find_method(const plugin::Feature& feature, const std::string& name) {
  if (const sheaf_method* found = plugin::find_method(*feature.descriptor, name)) return *found;
  std::string names;
  if (const sheaf_methods* all = plugin::methods_of(*feature.descriptor)) {
    for (std::uint64_t i = 0; i < all->method_count; ++i) {
      names += fmt::format("{}{}", i == 0 ? "" : ", ", view(all->methods[i]->name));
    }
  }
  throw Error(ErrorCode::NotFound, who(feature),
              fmt::format("has no method '{}'; it has {}", name, names.empty() ? "none" : names));
}

// The worker isn't to be relied on: the same checks as over there.
template <class Check>
void check_answer(const plugin::Feature& feature, Check check) {
  try {
    check();
  } catch (const Error& error) {
    throw Error(ErrorCode::Invalid, who(feature), error.what());
  }
}

}  // namespace

Picture preview(const plugin::Feature& feature, StoredSource& source, const PreviewRequest& request,
                const Options& options) {
  const Rendering wanted = check(feature, request);
  check_process(feature, options);
  if (options.in_process) return render_here(feature, source, wanted, {options.stop, 1});
  worker::ExtendMessage message;
  message.task = worker::Task::Render;
  message.feature = feature.name();
  message.params = wanted.params;
  message.kind = wanted.kind;
  message.width = wanted.width;
  message.height = wanted.height;
  message.sources = {head_of(source)};
  Remote remote(*feature.plugin, options);
  Picture picture = worker::take_picture(
      remote.ask(std::move(message), fmt::format("the preview of {}", who(feature)), {&source}));
  check_answer(feature, [&] { check_picture(picture, wanted); });
  return picture;
}

Results call(const plugin::Feature& feature, const std::string& method,
             const plugin::ParamInputs& params, const std::vector<StoredSource*>& sources,
             const Options& options) {
  const sheaf_method& declared = find_method(feature, method);
  const std::string name = fmt::format("method '{}' of {}", method, who(feature));
  const std::vector<plugin::ParamValue> values =
      plugin::resolve_params({name, method + " ", declared.params, declared.param_count}, params);
  if (sources.empty()) throw Error(ErrorCode::Invalid, name, "wants at least one source");
  check_process(feature, options);
  if (options.in_process) {
    return call_here(feature, method, values, sources, {options.stop, 1});
  }
  worker::ExtendMessage message;
  message.task = worker::Task::Call;
  message.feature = feature.name();
  message.name = method;
  message.params = values;
  for (const StoredSource* source : sources) message.sources.push_back(head_of(*source));
  Remote remote(*feature.plugin, options);
  Results results = worker::take_results(remote.ask(std::move(message), name, sources));
  check_answer(feature, [&] { check_results(results); });
  return results;
}

}  // namespace sheaf::host::extend
