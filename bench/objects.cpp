// SPDX-License-Identifier: MIT
// Dictionaries, lists, attributes and objects, many small steps each.
//
//   sheaf_bench_objects sheaf|raw FOLDER COUNT
//
// Prints seconds as JSON, the commit included where something is written; objects.py tells what
// the steps are and compares them with h5py's, ch5mpy's and those of plain HDF5 calls.
#include <cstdlib>
#include <sstream>
#include <vector>

#include "bench/objects_steps.hpp"
#include "core/error.hpp"
#include "core/objects/file.hpp"

namespace sheaf::bench {

void sheaf_write(const objects::Item& to, const Scan& scan) {
  to["gain"] = scan.gain;
  to["name"] = scan.name;
  to["samples"] = std::vector<float>(scan.samples.begin(), scan.samples.end());
}

void sheaf_read(const objects::Item& from, Scan& scan) {
  scan.gain = from["gain"].as<double>();
  scan.name = from["name"].as<std::string>();
  const auto samples = from["samples"].as<std::vector<float>>();
  std::copy(samples.begin(), samples.end(), scan.samples.begin());
}

}  // namespace sheaf::bench

namespace {

using namespace sheaf;
using objects::File;

void run_dictionaries(const File& file, int count, bench::Report& report) {
  report.measure("sets", [&] {
    for (int at = 0; at < count; ++at) file[bench::key(at)] = at * 0.5;
    file.commit();
  });
  report.measure("groups", [&] {
    for (int at = 0; at < count; ++at) file["deep/" + std::to_string(at) + "/a/b"] = at;
    file.commit();
  });
  report.measure("reads", [&] {
    for (int at = 0; at < count; ++at) {
      if (file[bench::key(at)].as<double>() != at * 0.5) std::abort();
    }
  });
}

void run_lists(const File& file, int count, bench::Report& report) {
  report.measure("appends", [&] {
    const objects::List list = file["log"].require_list();
    for (int at = 0; at < count; ++at) list.append(at);
    file.commit();
  });
  report.measure("erases", [&] {
    const objects::List list = file["log"].list();
    for (int at = 0; at < count / 10; ++at) list.erase(count / 2 - at);
    file.commit();
  });
}

void run_attributes(const File& file, int count, bench::Report& report) {
  (void)file["one"].require_dict();
  report.measure("attributes", [&] {
    const objects::Attributes attrs = file["one"].attrs();
    for (int at = 0; at < count * 10; ++at) attrs["a" + std::to_string(at)] = at;
    file.commit();
  });
  report.measure("attributes_of_many", [&] {
    for (int at = 0; at < count * 10; ++at) {
      file[bench::key(at % count)].attrs()["a" + std::to_string(at / count)] = at;
    }
    file.commit();
  });
}

void run_objects(const File& file, int count, bench::Report& report) {
  report.measure("saves", [&] {
    for (int at = 0; at < count; ++at) file["scans/" + std::to_string(at)] = bench::scan(at);
    file.commit();
  });
  report.measure("loads", [&] {
    for (int at = 0; at < count; ++at) {
      const auto loaded = file["scans/" + std::to_string(at)].as<bench::Scan>();
      if (loaded.gain != at * 0.5 || loaded.samples[7] != static_cast<float>(at)) std::abort();
    }
  });
}

void run_sheaf(const std::string& path, int count) {
  bench::Report report;
  {
    const auto file = File::open(path, "w");
    run_dictionaries(file, count, report);
    run_lists(file, count, report);
    run_attributes(file, count, report);
    run_objects(file, count, report);
    objects::Tree::Dict many;
    for (int at = 0; at < count * 10; ++at) many.emplace_back("key" + std::to_string(at), at);
    report.measure("large_dictionary", [&] {
      file["many"] = objects::Tree(std::move(many));
      file.commit();
    });
  }
  report.measure("print", [&] {
    std::ostringstream out;
    out << File::open(path)["many"].dict();
  });
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count == 4 ? arguments[1] : "";
  if (mode != "sheaf" && mode != "raw") {
    std::fprintf(stderr, "sheaf_bench_objects sheaf|raw FOLDER COUNT\n");
    return 2;
  }
  try {
    const std::string file = std::string(arguments[2]) + "/" + mode + ".h5";
    const int steps = std::atoi(arguments[3]);
    mode == "raw" ? bench::run_raw(file, steps) : run_sheaf(file, steps);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
