// SPDX-License-Identifier: MIT
#include "host/worker/fields.hpp"

#include <utility>

namespace sheaf::host::worker {
namespace {

using wire::In;
using wire::Out;

template <class... Held>
void put_variant(Out& out, const std::variant<Held...>& value) {
  out.put(static_cast<std::uint8_t>(value.index()));
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string>) {
          out.text(held);
        } else if constexpr (std::is_same_v<T, plugin::ParamList>) {
          out.put(held.type);
          out.list(held.items, [&](const plugin::ParamScalar& item) { put_variant(out, item); });
        } else if constexpr (!std::is_same_v<T, std::monostate>) {
          out.put(held);
        }
      },
      value);
}
template <class Variant>
Variant take_scalar(In& in, std::uint8_t kind) {
  switch (kind) {
    case 0:
      return {};
    case 1:
      return in.get<bool>();
    case 2:
      return in.get<std::int64_t>();
    case 3:
      return in.get<double>();
    case 4:
      return in.string();
    default:
      In::broken();
  }
}
}  // namespace

void put(Out& out, const Confine& confine) {
  out.put(confine.wanted);
  out.put(confine.allowed);
  out.put(confine.memory);
}
Confine take_confine(In& in) {
  Confine confine;
  confine.wanted = in.get<bool>();
  confine.allowed = in.get<std::uint32_t>();
  confine.memory = in.get<std::uint64_t>();
  return confine;
}

void put(Out& out, const PluginFile& plugin) {
  out.text(plugin.file);
  out.text(plugin.id);
  out.text(plugin.version);
}
PluginFile take_plugin(In& in) {
  PluginFile plugin;
  plugin.file = in.string();
  plugin.id = in.string();
  plugin.version = in.string();
  return plugin;
}

void put(Out& out, const plugin::ParamValue& value) { put_variant(out, value); }
plugin::ParamValue take_param(In& in) {
  constexpr std::uint8_t list_kind = 5;
  const auto kind = in.get<std::uint8_t>();
  if (kind != list_kind) return take_scalar<plugin::ParamValue>(in, kind);
  plugin::ParamList list;
  list.type = in.get<std::uint32_t>();
  in.list(
      [&] { list.items.push_back(take_scalar<plugin::ParamScalar>(in, in.get<std::uint8_t>())); });
  return list;
}

void put(Out& out, const std::vector<layout::Attribute>& attrs) {
  out.list(attrs, [&](const layout::Attribute& attr) {
    out.text(attr.first);
    out.value(attr.second);
  });
}
std::vector<layout::Attribute> take_attrs(In& in) {
  std::vector<layout::Attribute> attrs;
  in.list([&] {
    std::string name = in.string();
    attrs.emplace_back(std::move(name), in.value());
  });
  return attrs;
}

}  // namespace sheaf::host::worker
