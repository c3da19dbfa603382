// SPDX-License-Identifier: MIT
#pragma once
// Write a Sheaf plugin in C++: a class a feature and one macro line.
//
//   #include <sheaf/sdk.hpp>
//   namespace sdk = sheaf::sdk;
//
//   class Tone {
//    public:
//     static void declare(sdk::Declaration<Tone>& feature) {
//       feature.name("lab.tone").summary("Tones of the lab's generator").pattern(R"(\.tone$)");
//       feature.parameter("gain", &Tone::gain_, "factor every sample is multiplied by");
//     }
//     void describe(sdk::Description& file) const {
//       file.add(sdk::Output::of<float>("tone", {}));  // rows are scalars: a 1-d array
//       file.attr("sample_rate", 48000);
//     }
//     void load(const sdk::Source& source, sdk::Sink& sink) {
//       const std::vector<float> samples = read_tone(source.path());  // throws sdk::Error
//       std::span<float> slot = sink.reserve<float>(0, samples.size());
//       std::ranges::transform(samples, slot.begin(), [&](float s) { return s * float(gain_); });
//       sink.commit(0, samples.size());
//     }
//    private:
//     double gain_ = 1.0;  // the default of the parameter
//   };
//
//   SHEAF_PLUGIN("lab.tones", "1.0.0", "MIT", "Tones of the lab", Tone)
//
// Optional methods: open() once the parameters are set (do they make sense together?),
// survey(const sdk::Survey&) before describe, finish(const sdk::Rows&) after the last load. load
// may return sdk::Result instead of void. Beyond loading: previews (sdk/preview.hpp), named
// functions on stored rows (sdk/methods.hpp), transforms (sdk/transform.hpp). Constructors should
// be cheap: a default object tells defaults. Threads: an object is used by one thread at a time;
// every thread has its own. Failure: throw. sdk::Error means this source is bad, sdk::PluginError
// that the plugin can't go on; the SDK turns both, and anything else, into a status with the
// message.

#include <sheaf/sdk/declaration.hpp>
#include <sheaf/sdk/description.hpp>
#include <sheaf/sdk/error.hpp>
#include <sheaf/sdk/file.hpp>
#include <sheaf/sdk/load.hpp>
#include <sheaf/sdk/methods.hpp>
#include <sheaf/sdk/parameters.hpp>
#include <sheaf/sdk/plugin.hpp>
#include <sheaf/sdk/preview.hpp>
#include <sheaf/sdk/stored.hpp>
#include <sheaf/sdk/survey.hpp>
#include <sheaf/sdk/transform.hpp>
#include <sheaf/sdk/utf8.hpp>
