// SPDX-License-Identifier: MIT
#include "host/worker/extend_serve.hpp"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/plugin/library.hpp"

namespace sheaf::host::worker {
namespace {

// A source whose rows are with the host.
class RemoteSource final : public extend::StoredSource {
 public:
  RemoteSource(Channel& host, std::uint32_t number, SourceHead head)
      : host_(host), number_(number), head_(std::move(head)) {}

  const std::string& id() const override { return head_.id; }
  const std::vector<extend::StoredOutput>& outputs() const override { return head_.outputs; }
  const std::vector<layout::Attribute>& attrs() const override { return head_.attrs; }

 private:
  Value ask(std::uint32_t output, layout::Span rows) {
    send(host_, Kind::Read, put(ReadMessage{number_, output, rows}));
    auto answer = host_.receive(true);
    if (!answer) throw Error(ErrorCode::Cancelled, "worker", "the host is gone");
    if (static_cast<Kind>(answer->kind) == Kind::RowsRead) return wire::In(answer->bytes).value();
    const FailedMessage failed = take_failed(answer->bytes);
    throw Error(failed.code, failed.object, failed.message);
  }
  void read_bytes(std::uint32_t output, layout::Span rows, std::span<std::byte> out) override {
    const Value value = ask(output, rows);
    if (value.bytes.size() != out.size()) wire::In::broken();
    std::memcpy(out.data(), value.bytes.data(), out.size());
  }
  std::vector<std::string> read_texts(std::uint32_t output, layout::Span rows) override {
    return ask(output, rows).strings;
  }

  Channel& host_;
  std::uint32_t number_;
  SourceHead head_;
};

}  // namespace

std::string Extender::answer(const ExtendMessage& message) {
  if (message.task == Task::Shape || message.task == Task::Apply) {
    if (!transform_) wire::In::broken();
    if (message.task == Task::Shape) return put(transform_->item_shape(message.item_shape));
    std::string made(message.new_bytes, '\0');
    transform_->apply(message.item_shape, message.rows, std::as_bytes(std::span(message.bytes)),
                      std::as_writable_bytes(std::span(made)));
    return made;
  }
  load(message.plugin);
  return message.task == Task::OpenTransform ? open_transform(message) : on_rows(message);
}

void Extender::load(const PluginFile& file) {
  if (plugin_.descriptor != nullptr) return;
  const plugin::Note note{SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR, file.id, file.version};
  const auto loaded = plugin::load_library(file.file, note);
  if (const auto* reason = std::get_if<std::string>(&loaded)) {
    throw Error(ErrorCode::Invalid, file.file, *reason);
  }
  plugin_ = {std::get<const sheaf_plugin*>(loaded), file.file, file.id, file.version};
}

plugin::Feature Extender::find_feature(const std::string& name) const {
  for (std::uint64_t i = 0; i < plugin_.descriptor->feature_count; ++i) {
    const sheaf_feature* const each = plugin_.descriptor->features[i];
    if (plugin::view(each->name) == name) return {each, &plugin_};
  }
  throw Error(ErrorCode::Invalid, plugin_.file.string(),
              fmt::format("has no feature '{}' any more; was it replaced just now?", name));
}

std::string Extender::on_rows(const ExtendMessage& message) {
  const plugin::Feature feature = find_feature(message.feature);
  std::vector<std::unique_ptr<RemoteSource>> sources;
  std::vector<extend::StoredSource*> list;
  for (const SourceHead& head : message.sources) {
    const auto number = static_cast<std::uint32_t>(sources.size());
    sources.push_back(std::make_unique<RemoteSource>(host_, number, head));
    list.push_back(sources.back().get());
  }
  const plugin::Services services{};
  if (message.task == Task::Call) {
    return put(extend::call_here(feature, message.name, message.params, list, services));
  }
  if (list.size() != 1) wire::In::broken();
  return put(extend::render_here(
      feature, *list[0], {message.kind, message.width, message.height, message.params}, services));
}

std::string Extender::open_transform(const ExtendMessage& message) {
  const sheaf_transform* const found = plugin::find_transform(*plugin_.descriptor, message.name);
  if (found == nullptr) {
    throw Error(
        ErrorCode::Invalid, plugin_.file.string(),
        fmt::format("has no transform '{}' any more; was it replaced just now?", message.name));
  }
  transform_.emplace(*found, message.params, message.input, plugin::Services{});
  return put(transform_->dtype());
}

}  // namespace sheaf::host::worker
