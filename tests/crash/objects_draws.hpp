// SPDX-License-Identifier: MIT
#pragma once
// The edits that objects_model.cpp makes, and values for them.
//
// Threads: any. Failure: none, but for perform().

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/objects/file.hpp"
#include "tests/crash/objects_content.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::crash {

enum class Edit {
  Put,        // value at path, also in dictionaries that aren't there yet
  Made,       // by a type's sheaf_write
  Failing,    // … which throws: nothing happens
  Object,     // a described object
  Live,       // members of one, assigned
  Merge,      // value into the dictionary
  Insert,     // value before index
  Extend,     // by the entries of value
  Erase,      //
  Rename,     // from path to other
  Copy,       // from path to other
  SetAttr,    // value as the attribute `other`
  EraseAttr,  // `other`
  Resizable,  // an array that is made, grown by index and filled
  Overwrite,  // the array, in place, from index on
};

struct ObjectStep {
  Edit what = Edit::Put;
  std::string path;
  std::string other{};
  objects::Tree value{};
  std::size_t index = 0;
};

// `name` is new in the file.
[[nodiscard]] ObjectStep draw_step(Random& random, Node& content, const std::string& name);
// What the step does.
void apply(const ObjectStep& step, Node& content);
// The step itself (objects_perform.cpp). Throws what the file throws.
void perform(const ObjectStep& step, const objects::File& file);

// What an array holds that was made with `extent` zeros, grown by as many as there are numbers, and
// filled with these.
[[nodiscard]] Value grown(std::int64_t extent, const std::vector<std::int64_t>& numbers);
// What the type of Edit::Made holds.
[[nodiscard]] objects::Tree made_of(std::int64_t seed);

// What Edit::Object stores.
struct Recording {
  std::int64_t gain = 0;
  std::string label;
  std::vector<std::int64_t> samples;
  std::unique_ptr<Recording> next;
};
[[nodiscard]] Recording recording_of(std::int64_t seed);

}  // namespace sheaf::crash
