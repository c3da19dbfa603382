// SPDX-License-Identifier: MIT
#include "tests/core/journal/small_run.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <numeric>

#include "core/hdf5/file.hpp"
#include "core/hdf5/handle.hpp"
#include "core/hdf5/strings.hpp"
#include "core/journal/redo_log.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {
namespace {

using hdf5::checked;
using journal::JournaledFile;

constexpr hsize_t chunk = 256;  // elements
constexpr hsize_t rows_of_step = 300;
constexpr hsize_t texts_of_step = 20;

int repairs = 0;

hdf5::Datatype text_type() {
  hdf5::Datatype type(H5Tcopy(H5T_C_S1));
  checked(type.get(), "size it", [&] { return H5Tset_size(type.get(), H5T_VARIABLE); });
  return type;
}

hdf5::Dataset open_dataset(hid_t file, const char* name) {
  return hdf5::Dataset(
      checked(file, name, "open it", [&] { return H5Dopen2(file, name, H5P_DEFAULT); }));
}

void create_dataset(hid_t file, const char* name, hid_t type) {
  const hsize_t none = 0;
  const hsize_t unlimited = H5S_UNLIMITED;
  const hdf5::Dataspace space(H5Screate_simple(1, &none, &unlimited));
  const hdf5::PropertyList creation(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(creation.get(), 1, &chunk);
  H5Pset_obj_track_times(creation.get(), false);
  hdf5::Dataset(checked(file, name, "create it", [&] {
    return H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT);
  })).close();
}

hsize_t extent(const hdf5::Dataset& dataset) {
  const hdf5::Dataspace space(H5Dget_space(dataset.get()));
  hsize_t size = 0;
  H5Sget_simple_extent_dims(space.get(), &size, nullptr);
  return size;
}

void write_at(const hdf5::Dataset& dataset, hsize_t start, hsize_t count, hid_t type,
              const void* data) {
  const hsize_t size = std::max(extent(dataset), start + count);
  checked(dataset.get(), "extend it", [&] { return H5Dset_extent(dataset.get(), &size); });
  const hdf5::Dataspace memory(H5Screate_simple(1, &count, nullptr));
  const hdf5::Dataspace space(H5Dget_space(dataset.get()));
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &start, nullptr, &count, nullptr);
  const hdf5::PropertyList transfer = hdf5::string_transfer();
  checked(dataset.get(), "write to it", [&] {
    return H5Dwrite(dataset.get(), type, memory.get(), space.get(), transfer.get(), data);
  });
}

void append_rows(hid_t file, int number) {
  std::vector<std::int32_t> values(rows_of_step);
  std::iota(values.begin(), values.end(), number * 1000);
  const hdf5::Dataset rows = open_dataset(file, "rows");
  write_at(rows, extent(rows), values.size(), H5T_NATIVE_INT32, values.data());
}

void append_texts(hid_t file, int number) {
  std::vector<std::string> texts(texts_of_step, "text " + std::to_string(number));
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const hdf5::Dataset dataset = open_dataset(file, "texts");
  write_at(dataset, extent(dataset), pointers.size(), text_type().get(), pointers.data());
}

void number_file(hid_t file, int number) {
  if (H5Aexists(file, "commit") > 0) {
    checked(file, "delete an attribute of it", [&] { return H5Adelete(file, "commit"); });
  }
  const hdf5::Dataspace scalar(H5Screate(H5S_SCALAR));
  const hdf5::Attribute attribute(checked(file, "commit", "create it", [&] {
    return H5Acreate2(file, "commit", H5T_NATIVE_INT32, scalar.get(), H5P_DEFAULT, H5P_DEFAULT);
  }));
  checked(attribute.get(), "write it",
          [&] { return H5Awrite(attribute.get(), H5T_NATIVE_INT32, &number); });
}

template <class T>
std::string elements(hid_t file, const char* name, hid_t type) {
  std::string text = std::string(name) + ":";
  if (H5Lexists(file, name, H5P_DEFAULT) <= 0) return text + " none\n";
  const hdf5::Dataset dataset = open_dataset(file, name);
  std::vector<T> values(extent(dataset));
  const hdf5::PropertyList transfer = hdf5::string_transfer();
  checked(dataset.get(), "read it", [&] {
    return H5Dread(dataset.get(), type, H5S_ALL, H5S_ALL, transfer.get(), values.data());
  });
  std::string texts;
  std::string_view all(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  if constexpr (std::is_pointer_v<T>) {
    for (const T value : values) texts += std::string(" ") + (value != nullptr ? value : "null");
    all = texts;
    const hdf5::Dataspace space(H5Dget_space(dataset.get()));
    H5Dvlen_reclaim(type, space.get(), H5P_DEFAULT, values.data());
  }
  // The values themselves would fill pages where a test fails.
  return text + " " + std::to_string(values.size()) + " with hash " +
         std::to_string(journal::hash_of(all.data(), all.size())) + "\n";
}

// Edits, then commits; once more after a rollback where that is asked for, which may fail once.
void step(JournaledFile& file, int number, const Events& events) {
  const auto attempt = [&] {
    edit(file.file().get(), number);
    file.check();
    events.committing(number);
    file.commit();
    events.committed(number);
  };
  try {
    attempt();
  } catch (const Error&) {
    if (!events.tries_again || number == 1) throw;
    ++repairs;
    try {
      file.rollback();
    } catch (const Error&) {
      file.rollback();
    }
    events.rolled_back(content(file.file().get()));
    attempt();
  }
}

}  // namespace

void edit(hid_t file, int number) {
  if (number == 1) {
    create_dataset(file, "rows", H5T_STD_I32LE);
    create_dataset(file, "texts", text_type().get());
  }
  append_rows(file, number);
  append_texts(file, number);
  number_file(file, number);
  if (number == 2) {
    create_dataset(file, "extra", H5T_STD_I32LE);
    const std::vector<std::int32_t> values(3000, 7);
    write_at(open_dataset(file, "extra"), 0, values.size(), H5T_NATIVE_INT32, values.data());
  }
  if (number == 3) {
    const std::vector<std::int32_t> values(400, -3);
    write_at(open_dataset(file, "rows"), 100, values.size(), H5T_NATIVE_INT32, values.data());
  }
  if (number == 4) {
    checked(file, "extra", "delete it", [&] { return H5Ldelete(file, "extra", H5P_DEFAULT); });
  }
}

std::string content(hid_t file) {
  hdf5::enter();
  std::int32_t number = 0;
  const hdf5::Attribute attribute(
      checked(file, "commit", "open it", [&] { return H5Aopen(file, "commit", H5P_DEFAULT); }));
  checked(attribute.get(), "read it",
          [&] { return H5Aread(attribute.get(), H5T_NATIVE_INT32, &number); });
  return "commit " + std::to_string(number) + "\n" +
         elements<std::int32_t>(file, "rows", H5T_NATIVE_INT32) +
         elements<char*>(file, "texts", text_type().get()) +
         elements<std::int32_t>(file, "extra", H5T_NATIVE_INT32);
}

std::string content_of(const std::filesystem::path& path) {
  hdf5::enter();
  const hdf5::File file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (!file) return "no HDF5 file";
  try {
    return content(file.get());
  } catch (const Error& error) {
    return error.what();
  }
}

std::vector<std::string> expected_contents() {
  const TempDir folder;
  const hdf5::File file = hdf5::create_file(folder / "plain.h5");
  std::vector<std::string> contents{"nothing yet"};
  for (int number = 1; number <= last_commit; ++number) {
    edit(file.get(), number);
    contents.push_back(content(file.get()));
  }
  return contents;
}

void commit(JournaledFile& file, int number) {
  edit(file.file().get(), number);
  file.commit();
}

JournaledFile create_committed(const std::filesystem::path& path, const journal::Options& options) {
  const std::filesystem::path temporary = path.string() + ".partial";
  std::ofstream(temporary).close();
  JournaledFile file = JournaledFile::create(temporary, hdf5::creation_properties().get(),
                                             hdf5::access_properties().get(), options);
  commit(file, 1);
  std::filesystem::rename(temporary, path);
  file.renamed(path);
  return file;
}

void small_run(const std::filesystem::path& folder, const Events& events) {
  const std::filesystem::path temporary = folder / "data.h5.partial";
  const std::filesystem::path path = folder / "data.h5";
  std::ofstream(temporary).close();
  {
    JournaledFile file = JournaledFile::create(temporary, hdf5::creation_properties().get(),
                                               hdf5::access_properties().get(), events.options);
    step(file, 1, events);
    if (events.publish) {
      events.publish(temporary, path);
    } else {
      std::filesystem::rename(temporary, path);
    }
    file.renamed(path);
    step(file, 2, events);
    step(file, 3, events);
    edit(file.file().get(), 4);
    H5Fflush(file.file().get(), H5F_SCOPE_LOCAL);
    file.rollback();
    events.rolled_back(content(file.file().get()));
    step(file, 4, events);
    file.close();
  }
  JournaledFile file = JournaledFile::open(path, hdf5::access_properties().get(), events.options);
  step(file, 5, events);
  file.close();
}

journal::Options through_buffers(std::size_t count) {
  journal::Options options;
  options.tail = {.bytes = journal::block_size, .count = count, .worth = 64};
  return options;
}

int tried_again() noexcept { return repairs; }

}  // namespace sheaf::test
