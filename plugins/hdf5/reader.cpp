// SPDX-License-Identifier: MIT
// The module with HDF5.
#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <mutex>
#include <utility>

#include <hdf5.h>

#include "hdf5/dataset.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr std::int64_t most_bytes = std::int64_t{1} << 56U;
constexpr std::size_t longest_text = std::size_t{64} << 20U;

// HDF5 is one library a process, and Debian's isn't built for threads.
std::mutex& lock() {
  static std::mutex one;
  return one;
}

class Id {
 public:
  Id(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Id() {
    if (id_ >= 0) close_(id_);
  }
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Id& operator=(Id&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  [[nodiscard]] hid_t get() const noexcept { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// What HDF5 said first.
std::string reason() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* error, void* data) -> herr_t {
        auto& found = *static_cast<std::string*>(data);
        if (found.empty() && error->desc != nullptr) found = error->desc;
        return 0;
      },
      &text);
  return text.empty() ? "HDF5 doesn't say why" : text;
}

// Filters that HDF5 loads by itself look for its symbols among those of the whole process, and
// some of Debian's aren't linked to it. Nothing else here has any of that name (see module.cpp).
void show_to_filters() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&H5open), &info) == 0 || info.dli_fname == nullptr)
    return;
  static_cast<void>(dlopen(info.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD));
}

template <class T>
T check(T result, const char* what) {
  if (result < 0) throw sdk::Error(std::string(what) + ": " + reason());
  return result;
}

[[noreturn]] void refuse_type(const char* what) {
  throw sdk::Error(std::string("holds ") + what + ", which Sheaf has no counterpart of");
}

bool is_half(hid_t type) {
  std::size_t sign = 0, exponent = 0, exponent_size = 0, mantissa = 0, mantissa_size = 0;
  H5Tget_fields(type, &sign, &exponent, &exponent_size, &mantissa, &mantissa_size);
  return sign == 15 && exponent == 10 && exponent_size == 5 && mantissa == 0 && mantissa_size == 10;
}

sheaf_dtype number_type(hid_t type) {
  const std::size_t size = H5Tget_size(type);
  const auto bits = static_cast<std::uint8_t>(size * 8);
  if (size > 8 || H5Tget_precision(type) != size * 8) refuse_type("numbers of an odd width");
  if (H5Tget_class(type) == H5T_INTEGER) {
    if (size != 1 && size != 2 && size != 4 && size != 8) refuse_type("numbers of an odd width");
    const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
    return {is_signed ? std::uint8_t{SHEAF_INT} : std::uint8_t{SHEAF_UINT}, bits, 1};
  }
  const bool known = size == 2 ? is_half(type) : size == 4 || size == 8;
  if (!known) refuse_type("floats of an odd width");
  return {SHEAF_FLOAT, bits, 1};
}

// h5py's bool: an enumeration of FALSE and TRUE in a byte.
bool is_bool(hid_t type) {
  if (H5Tget_size(type) != 1 || H5Tget_nmembers(type) != 2) return false;
  signed char no = -1, yes = -1;
  return H5Tenum_valueof(type, "FALSE", &no) >= 0 && H5Tenum_valueof(type, "TRUE", &yes) >= 0 &&
         no == 0 && yes == 1;
}

class Reader final : public Dataset {
 public:
  Reader(const char* path, const char* name);
  ~Reader() override {
    const std::lock_guard guard(lock());
    dataset_ = Id(-1, &H5Dclose);
    space_ = Id(-1, &H5Sclose);
    memory_type_ = Id(-1, &H5Tclose);
    file_ = Id(-1, &H5Fclose);
  }
  [[nodiscard]] sheaf_dtype dtype() const override { return dtype_; }
  [[nodiscard]] const sdk::Shape& shape() const override { return shape_; }
  [[nodiscard]] std::int64_t good_rows() const override { return good_rows_; }
  void read(std::int64_t start, std::int64_t rows, std::span<std::byte> to) override;
  [[nodiscard]] std::vector<std::string> read_text(std::int64_t start, std::int64_t rows) override;

 private:
  void check_storage();
  void read_type();
  void read_shape();
  [[nodiscard]] Id select(std::int64_t start, std::int64_t rows);

  Id file_{-1, &H5Fclose}, dataset_{-1, &H5Dclose}, space_{-1, &H5Sclose},
      memory_type_{-1, &H5Tclose};
  sheaf_dtype dtype_{};
  sdk::Shape shape_;
  std::int64_t good_rows_ = 1;
};

Reader::Reader(const char* path, const char* name) {
  const std::lock_guard guard(lock());
  [[maybe_unused]] static const bool shown = (show_to_filters(), true);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Id access(H5Pcreate(H5P_FILE_ACCESS), &H5Pclose);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  file_ =
      Id(check(H5Fopen(path, H5F_ACC_RDONLY, access.get()), "can't be opened as HDF5"), &H5Fclose);
  const Id how(H5Pcreate(H5P_DATASET_ACCESS), &H5Pclose);
  H5Pset_elink_cb(
      how.get(),
      [](const char*, const char*, const char*, const char*, unsigned*, hid_t, void*) -> herr_t {
        return -1;
      },
      nullptr);
  const std::string what = "has no dataset '" + std::string(name) + "' of its own";
  dataset_ = Id(check(H5Dopen2(file_.get(), name, how.get()), what.c_str()), &H5Dclose);
  check_storage();
  read_type();
  read_shape();
}

void Reader::check_storage() {
  const Id how(check(H5Dget_create_plist(dataset_.get()), "can't be read"), &H5Pclose);
  if (H5Pget_layout(how.get()) == H5D_VIRTUAL || H5Pget_external_count(how.get()) > 0) {
    throw sdk::Error(
        "keeps this dataset in other files, which aren't opened: copy it into one, as "
        "h5repack does");
  }
}

void Reader::read_type() {
  const Id type(check(H5Dget_type(dataset_.get()), "can't be read"), &H5Tclose);
  switch (H5Tget_class(type.get())) {
    case H5T_INTEGER:
    case H5T_FLOAT:
      dtype_ = number_type(type.get());
      memory_type_ = Id(check(H5Tcopy(type.get()), "can't be read"), &H5Tclose);
      check(H5Tset_order(memory_type_.get(), H5Tget_order(H5T_NATIVE_INT)), "can't be read");
      return;
    case H5T_ENUM: {
      const Id base(check(H5Tget_super(type.get()), "can't be read"), &H5Tclose);
      dtype_ = is_bool(type.get()) ? sdk::dtype_of<bool>() : number_type(base.get());
      memory_type_ =
          Id(check(H5Tget_native_type(type.get(), H5T_DIR_ASCEND), "can't be read"), &H5Tclose);
      return;
    }
    case H5T_STRING:
      dtype_ = sdk::utf8;
      memory_type_ = Id(check(H5Tcopy(type.get()), "can't be read"), &H5Tclose);
      return;
    case H5T_COMPOUND:
      refuse_type("records (a compound type)");
    default:
      refuse_type("elements that are neither numbers nor strings");
  }
}

void Reader::read_shape() {
  space_ = Id(check(H5Dget_space(dataset_.get()), "can't be read"), &H5Sclose);
  const int axes = check(H5Sget_simple_extent_ndims(space_.get()), "can't be read");
  std::vector<hsize_t> extents(static_cast<std::size_t>(axes));
  H5Sget_simple_extent_dims(space_.get(), extents.data(), nullptr);
  if (H5Sget_simple_extent_type(space_.get()) == H5S_NULL) extents = {0};
  auto bytes = static_cast<std::int64_t>(std::max<std::size_t>(dtype_.bits / 8U, 1));
  for (const hsize_t extent : extents) {
    if (extent > 0 && static_cast<hsize_t>(most_bytes / bytes) < extent) {
      throw sdk::Error("claims to be larger than any dataset");
    }
    bytes *= std::max<std::int64_t>(static_cast<std::int64_t>(extent), 1);
    shape_.push_back(static_cast<std::int64_t>(extent));
  }
  if (shape_.empty()) shape_ = {1};
  const Id how(check(H5Dget_create_plist(dataset_.get()), "can't be read"), &H5Pclose);
  if (H5Pget_layout(how.get()) != H5D_CHUNKED || extents.empty()) return;
  std::vector<hsize_t> chunk(extents.size());
  H5Pget_chunk(how.get(), static_cast<int>(chunk.size()), chunk.data());
  good_rows_ = std::max<std::int64_t>(static_cast<std::int64_t>(chunk[0]), 1);
}

Id Reader::select(std::int64_t start, std::int64_t rows) {
  const int axes = H5Sget_simple_extent_ndims(space_.get());
  if (axes == 0) return {H5Screate(H5S_SCALAR), &H5Sclose};
  std::vector<hsize_t> from(shape_.size(), 0), count(shape_.begin(), shape_.end());
  from[0] = static_cast<hsize_t>(start);
  count[0] = static_cast<hsize_t>(rows);
  check(H5Sselect_hyperslab(space_.get(), H5S_SELECT_SET, from.data(), nullptr, count.data(),
                            nullptr),
        "can't be read");
  return {check(H5Screate_simple(axes, count.data(), nullptr), "can't be read"), &H5Sclose};
}

void Reader::read(std::int64_t start, std::int64_t rows, std::span<std::byte> to) {
  const std::lock_guard guard(lock());
  const Id memory = select(start, rows);
  check(H5Dread(dataset_.get(), memory_type_.get(), memory.get(), space_.get(), H5P_DEFAULT,
                to.data()),
        "can't be read");
}

std::vector<std::string> Reader::read_text(std::int64_t start, std::int64_t rows) {
  const std::lock_guard guard(lock());
  const Id memory = select(start, rows);
  std::vector<std::string> texts;
  if (H5Tis_variable_str(memory_type_.get()) > 0) {
    std::vector<char*> found(static_cast<std::size_t>(rows), nullptr);
    check(H5Dread(dataset_.get(), memory_type_.get(), memory.get(), space_.get(), H5P_DEFAULT,
                  found.data()),
          "can't be read");
    for (const char* text : found) texts.emplace_back(text == nullptr ? "" : text);
    H5Dvlen_reclaim(memory_type_.get(), memory.get(), H5P_DEFAULT, found.data());
    return texts;
  }
  const std::size_t size = H5Tget_size(memory_type_.get());
  if (size > longest_text) throw sdk::Error("holds strings of " + std::to_string(size) + " bytes");
  std::string all(size * static_cast<std::size_t>(rows), '\0');
  check(H5Dread(dataset_.get(), memory_type_.get(), memory.get(), space_.get(), H5P_DEFAULT,
                all.data()),
        "can't be read");
  const bool spaces = H5Tget_strpad(memory_type_.get()) == H5T_STR_SPACEPAD;
  for (std::int64_t row = 0; row < rows; ++row) {
    std::string text = all.substr(static_cast<std::size_t>(row) * size, size);
    text.resize(std::min(text.find('\0'), text.size()));
    if (spaces) text.resize(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace
}  // namespace sheaf::hdf5

extern "C" SHEAF_EXPORT sheaf::hdf5::Dataset* SHEAF_HDF5_READER_ENTRY(const char* path,
                                                                      const char* name) {
  return new sheaf::hdf5::Reader(path, name);
}
