// SPDX-License-Identifier: MIT
// Dictionaries, lists and attributes, many small steps each.
//
//   sheaf_bench_objects FOLDER COUNT
//
// Prints seconds as JSON, the commit included where something is written; objects.py compares them
// with h5py's and ch5mpy's.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include "core/error.hpp"
#include "core/objects/file.hpp"

namespace {

using namespace sheaf;
using Clock = std::chrono::steady_clock;

template <class Body>
void measure(const char* name, const char* after, const Body& body) {
  const auto begin = Clock::now();
  body();
  std::printf("\"%s\": %.6f%s", name, std::chrono::duration<double>(Clock::now() - begin).count(),
              after);
}

void run(const std::string& folder, int count) {
  const auto file = objects::File::open(folder + "/sheaf.h5", "w");
  std::printf("{");
  measure("sets", ", ", [&] {
    for (int at = 0; at < count; ++at) {
      file["run/" + std::to_string(at % 100) + "/key" + std::to_string(at)] = at * 0.5;
    }
    file.commit();
  });
  measure("groups", ", ", [&] {
    for (int at = 0; at < count; ++at) {
      file["deep/" + std::to_string(at) + "/a/b"] = at;
    }
    file.commit();
  });
  measure("appends", ", ", [&] {
    const objects::List list = file["log"].require_list();
    for (int at = 0; at < count; ++at) list.append(at);
    file.commit();
  });
  measure("erases", ", ", [&] {
    const objects::List list = file["log"].list();
    for (int at = 0; at < 100; ++at) list.erase(at);
    file.commit();
  });
  measure("attributes", ", ", [&] {
    const objects::Attributes attrs = file.attrs();
    for (int at = 0; at < count * 10; ++at) attrs["a" + std::to_string(at)] = at;
    file.commit();
  });
  measure("attributes_of_many", ", ", [&] {
    for (int at = 0; at < count * 10; ++at) {
      const int item = at % count;
      file["run/" + std::to_string(item % 100) + "/key" + std::to_string(item)]
          .attrs()["a" + std::to_string(at / count)] = at;
    }
    file.commit();
  });
  measure("reads", ", ", [&] {
    for (int at = 0; at < count; ++at) {
      const auto item = file["run/" + std::to_string(at % 100) + "/key" + std::to_string(at)];
      if (item.as<double>() != at * 0.5) std::abort();
    }
  });
  objects::Tree::Dict many;
  for (int at = 0; at < count * 10; ++at) many.emplace_back("key" + std::to_string(at), at);
  measure("large_dictionary", ", ", [&] {
    file["many"] = objects::Tree(std::move(many));
    file.commit();
  });
  measure("print", "}\n", [&] {
    std::ostringstream out;
    out << file["many"].dict();
  });
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "sheaf_bench_objects FOLDER COUNT\n");
    return 2;
  }
  try {
    run(arguments[1], std::atoi(arguments[2]));
    return 0;
  } catch (const sheaf::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
