// SPDX-License-Identifier: MIT
#pragma once
// Fields that several messages have.
//
// Model: as protocol.hpp: put() and take are each other's inverse. Failure: Error.

#include <vector>

#include "host/plugin/params.hpp"
#include "host/wire.hpp"
#include "host/worker/protocol.hpp"

namespace sheaf::host::worker {

void put(wire::Out& out, const Confine& confine);
[[nodiscard]] Confine take_confine(wire::In& in);
void put(wire::Out& out, const PluginFile& plugin);
[[nodiscard]] PluginFile take_plugin(wire::In& in);
void put(wire::Out& out, const plugin::ParamValue& value);
[[nodiscard]] plugin::ParamValue take_param(wire::In& in);
void put(wire::Out& out, const std::vector<layout::Attribute>& attrs);
[[nodiscard]] std::vector<layout::Attribute> take_attrs(wire::In& in);

}  // namespace sheaf::host::worker
