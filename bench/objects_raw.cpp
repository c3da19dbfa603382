// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <hdf5.h>

#include "bench/objects_steps.hpp"

namespace sheaf::bench {
namespace {

template <class Result>
Result checked(Result result) {
  if (result < 0) throw std::runtime_error("a call of HDF5 failed");
  return result;
}

// What is the same for all objects, made once: the layout is that of core/objects, and texts get a
// small buffer as they do there (HDF5's own of a megabyte takes 0.4 ms at each of them).
struct Lists {
  Lists() {
    checked(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST));
    checked(H5Pset_obj_track_times(compact, 0));
    checked(H5Pset_layout(compact, H5D_COMPACT));
    checked(H5Pset_obj_track_times(ordered, 0));
    checked(H5Pset_link_creation_order(ordered, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
    checked(H5Pset_obj_track_times(plain, 0));
    checked(H5Pset_create_intermediate_group(link, 1));
    for (const hid_t list : {compact, ordered, plain}) {
      checked(H5Pset_attr_phase_change(list, 64, 48));
    }
    checked(H5Pset_buffer(transfer, 16 << 10, nullptr, nullptr));
    checked(H5Tset_size(text, H5T_VARIABLE));
    checked(H5Tset_cset(text, H5T_CSET_UTF8));
  }
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  hid_t compact = H5Pcreate(H5P_DATASET_CREATE);
  hid_t ordered = H5Pcreate(H5P_GROUP_CREATE);
  hid_t plain = H5Pcreate(H5P_GROUP_CREATE);
  hid_t link = H5Pcreate(H5P_LINK_CREATE);
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  hid_t text = H5Tcopy(H5T_C_S1);
  hid_t scalar = H5Screate(H5S_SCALAR);
};

class Raw {
 public:
  Raw(const std::string& path, int count)
      : file_(checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, lists_.access))),
        count_(count) {}
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  ~Raw() { H5Fclose(file_); }

  void sets() {
    const hid_t run = group(file_, "run", lists_.ordered);
    for (int at = 0; at < 100; ++at) H5Gclose(group(run, std::to_string(at), lists_.ordered));
    for (int at = 0; at < count_; ++at) {
      const double number = at * 0.5;
      store(file_, key(at), H5T_NATIVE_DOUBLE, &number);
    }
    H5Gclose(run);
    flush();
  }

  void groups() {
    const hid_t deep = group(file_, "deep", lists_.ordered);
    for (int at = 0; at < count_; ++at) {
      const hid_t outer = group(deep, std::to_string(at), lists_.ordered);
      const hid_t inner = group(outer, "a", lists_.ordered);
      store(inner, "b", H5T_NATIVE_INT, &at);
      H5Gclose(inner);
      H5Gclose(outer);
    }
    H5Gclose(deep);
    flush();
  }

  void reads() const {
    for (int at = 0; at < count_; ++at) {
      double number = 0;
      load(file_, key(at), H5T_NATIVE_DOUBLE, &number);
      if (number != at * 0.5) throw std::runtime_error("another number");
    }
  }

  void appends() {
    const hid_t log = group(file_, "log", lists_.plain);
    for (int at = 0; at < count_; ++at) store(log, std::to_string(at), H5T_NATIVE_INT, &at);
    H5Gclose(log);
    flush();
  }

  // Names are moved up once for all of them.
  void erases() {
    const hid_t log = checked(H5Gopen2(file_, "log", H5P_DEFAULT));
    const int first = count_ / 2 - count_ / 10 + 1;
    const int erased = count_ / 10;
    for (int at = first; at < first + erased; ++at) {
      checked(H5Ldelete(log, std::to_string(at).c_str(), H5P_DEFAULT));
    }
    for (int at = first + erased; at < count_; ++at) {
      checked(H5Lmove(log, std::to_string(at).c_str(), log, std::to_string(at - erased).c_str(),
                      H5P_DEFAULT, H5P_DEFAULT));
    }
    H5Gclose(log);
    flush();
  }

  void attributes() {
    const hid_t one = group(file_, "one", lists_.ordered);
    for (int at = 0; at < count_ * 10; ++at) attribute(one, "a" + std::to_string(at), at);
    H5Gclose(one);
    flush();
  }

  void attributes_of_many() {
    for (int at = 0; at < count_ * 10; ++at) {
      const hid_t object = checked(H5Oopen(file_, key(at % count_).c_str(), H5P_DEFAULT));
      attribute(object, "a" + std::to_string(at / count_), at);
      H5Oclose(object);
    }
    flush();
  }

  void saves() {
    const hid_t scans = group(file_, "scans", lists_.ordered);
    for (int at = 0; at < count_; ++at) {
      const Scan made = scan(at);
      const hid_t object = group(scans, std::to_string(at), lists_.ordered);
      store(object, "gain", H5T_NATIVE_DOUBLE, &made.gain);
      const char* name = made.name.c_str();
      store(object, "name", lists_.text, &name);
      const hsize_t extent = made.samples.size();
      const hid_t space = checked(H5Screate_simple(1, &extent, nullptr));
      store(object, "samples", H5T_NATIVE_FLOAT, made.samples.data(), space);
      H5Sclose(space);
      H5Gclose(object);
    }
    H5Gclose(scans);
    flush();
  }

  void loads() const {
    for (int at = 0; at < count_; ++at) {
      const std::string path = "scans/" + std::to_string(at);
      Scan loaded;
      load(file_, path + "/gain", H5T_NATIVE_DOUBLE, &loaded.gain);
      char* name = nullptr;
      load(file_, path + "/name", lists_.text, &name);
      loaded.name = name;
      H5free_memory(name);
      load(file_, path + "/samples", H5T_NATIVE_FLOAT, loaded.samples.data());
      if (loaded.gain != at * 0.5) throw std::runtime_error("another number");
    }
  }

  void large_dictionary() {
    const hid_t many = group(file_, "many", lists_.ordered);
    for (int at = 0; at < count_ * 10; ++at) {
      store(many, "key" + std::to_string(at), H5T_NATIVE_INT, &at);
    }
    H5Gclose(many);
    flush();
  }

 private:
  static hid_t group(hid_t where, const std::string& name, hid_t list) {
    return checked(H5Gcreate2(where, name.c_str(), H5P_DEFAULT, list, H5P_DEFAULT));
  }
  void store(hid_t where, const std::string& name, hid_t type, const void* data) {
    store(where, name, type, data, lists_.scalar);
  }
  void store(hid_t where, const std::string& name, hid_t type, const void* data, hid_t space) {
    const hid_t dataset = checked(
        H5Dcreate2(where, name.c_str(), type, space, lists_.link, lists_.compact, H5P_DEFAULT));
    checked(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, lists_.transfer, data));
    H5Dclose(dataset);
  }
  void load(hid_t where, const std::string& name, hid_t type, void* data) const {
    const hid_t dataset = checked(H5Dopen2(where, name.c_str(), H5P_DEFAULT));
    checked(H5Dread(dataset, type, H5S_ALL, H5S_ALL, lists_.transfer, data));
    H5Dclose(dataset);
  }
  void attribute(hid_t object, const std::string& name, int number) const {
    const hid_t made = checked(
        H5Acreate2(object, name.c_str(), H5T_NATIVE_INT, lists_.scalar, H5P_DEFAULT, H5P_DEFAULT));
    checked(H5Awrite(made, H5T_NATIVE_INT, &number));
    H5Aclose(made);
  }
  void flush() const { checked(H5Fflush(file_, H5F_SCOPE_GLOBAL)); }

  Lists lists_;
  hid_t file_;
  int count_;
};

// The first and last ten names and values.
void print(const std::string& path, int count) {
  const hid_t file = checked(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const hid_t many = checked(H5Gopen2(file, "many", H5P_DEFAULT));
  for (int at = 0; at < 20; ++at) {
    const auto index = static_cast<hsize_t>(at < 10 ? at : count - 20 + at);
    char name[64];
    checked(H5Lget_name_by_idx(many, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, name, sizeof name,
                               H5P_DEFAULT));
    int number = 0;
    const hid_t dataset = checked(H5Dopen2(many, name, H5P_DEFAULT));
    checked(H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, &number));
    H5Dclose(dataset);
  }
  H5Gclose(many);
  H5Fclose(file);
}

}  // namespace

void run_raw(const std::string& file, int count) {
  Report report;
  {
    Raw raw(file, count);
    report.measure("sets", [&] { raw.sets(); });
    report.measure("groups", [&] { raw.groups(); });
    report.measure("reads", [&] { raw.reads(); });
    report.measure("appends", [&] { raw.appends(); });
    report.measure("erases", [&] { raw.erases(); });
    report.measure("attributes", [&] { raw.attributes(); });
    report.measure("attributes_of_many", [&] { raw.attributes_of_many(); });
    report.measure("saves", [&] { raw.saves(); });
    report.measure("loads", [&] { raw.loads(); });
    report.measure("large_dictionary", [&] { raw.large_dictionary(); });
  }
  report.measure("print", [&] { print(file, count * 10); });
}

}  // namespace sheaf::bench
