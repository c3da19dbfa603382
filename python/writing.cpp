// SPDX-License-Identifier: MIT
// Files that are written to, by core/typed. What Python calls on them has the names of file.cpp's
// reading ones, so that the package's File and Field need not know which they are.
#include "python/writing.hpp"

#include <utility>

#include <pybind11/stl.h>

#include "core/error.hpp"
#include "core/layout/compression.hpp"
#include "core/typed/checkpoints.hpp"
#include "python/arrays.hpp"
#include "python/bindings.hpp"

namespace sheaf::python {
namespace {

template <class Call>
auto unlocked(Call call) {
  const py::gil_scoped_release released;
  return call();
}

typed::Values values_from(const py::dict& given) {
  typed::Values values;
  for (const auto& [path, value] : given) {
    values.set(path.cast<std::string>(), from_python(value));
  }
  return values;
}

template <class T>
void take(const py::dict& given, const char* name, std::optional<T>& option) {
  if (!given[name].is_none()) option = given[name].cast<T>();
}

// From the attributes of sheaf.Storage.
typed::FieldOptions field_options(const py::dict& given) {
  typed::FieldOptions options;
  take(given, "item", options.item);
  if (!given["ragged"].is_none()) {
    options.ragged = given["ragged"].cast<bool>() ? layout::Ragged::Always : layout::Ragged::Never;
  }
  layout::DatasetOptions& storage = options.storage;
  take(given, "chunk_rows", storage.chunk_rows);
  take(given, "level", storage.level);
  if (!given["compression"].is_none()) {
    const auto name = given["compression"].cast<std::string>();
    const layout::CompressionKind* const kind = layout::find_compression(name);
    if (kind == nullptr) {
      throw Error(ErrorCode::Invalid, "storage",
                  "compression is one of " + layout::compression_names() + ", not " + name);
    }
    storage.compression = kind->compression;
  }
  storage.shuffle = given["shuffle"].cast<bool>();
  storage.fletcher32 = given["fletcher32"].cast<bool>();
  if (!given["dtype"].is_none()) storage.dtype = dtype_from(given["dtype"]);
  return options;
}

}  // namespace

WritableFile::WritableFile(std::string path, const std::string& mode, const py::dict& fields)
    : path_(std::move(path)) {
  auto file = std::make_shared<typed::File>();
  for (const auto& [name, options] : fields) {
    typed::Field({file->store(), name.cast<std::string>()},
                 field_options(py::reinterpret_borrow<py::dict>(options)));
  }
  unlocked([&] { typed::detail::open(*file->store(), path_, mode); });
  file_ = ForkBound<typed::File>(std::move(file));
}

typed::File& WritableFile::typed() const {
  if (!file_) throw Error(ErrorCode::Invalid, path_, "is closed; open it again");
  if (file_.is_here()) return *file_.get();
  throw Error(ErrorCode::Invalid, path_,
              "was opened for writing before this process was forked; write in the process that "
              "opened it, or open it for reading here");
}

const std::shared_ptr<read::File>& WritableFile::file() {
  reader_ = unlocked([this] { return typed().reader(); });
  return reader_;
}

void WritableFile::close(bool is_whole) {
  if (!file_ || !file_.is_here()) return file_.reset();
  typed::File& file = typed();
  reader_.reset();
  unlocked([&] { is_whole ? file.close() : file.abandon(); });
  file_.reset();
}

namespace {

class WritableOutput {
 public:
  WritableOutput(std::shared_ptr<WritableFile> owner, const std::string& path)
      : owner_(std::move(owner)), path_(path) {}

  [[nodiscard]] typed::Field field() const { return owner_->typed().field(path_); }
  [[nodiscard]] Shape shape() const { return field().shape(); }
  [[nodiscard]] Dtype dtype() const { return field().rows(0, 0).dtype; }
  // Of a source's own shape there is more than of the flat elements.
  [[nodiscard]] bool is_ragged() const {
    if (shape().size() != 1) return false;
    const std::vector<std::string> ids = owner_->typed().ids();
    const auto refs = field().refs();
    for (std::size_t source = 0; source < refs.size(); ++source) {
      if (!refs[source]) continue;
      const auto value = field().get(ids[source]);
      return value && (value->shape.size() != 1 ||
                       value->shape[0] != refs[source]->stop - refs[source]->start);
    }
    return false;
  }
  [[nodiscard]] py::object read(std::int64_t start, std::int64_t stop) const {
    return to_python(unlocked([&] { return field().rows(start, stop); }));
  }
  [[nodiscard]] py::object gather(const std::vector<std::int64_t>& numbers) const {
    std::vector<std::int64_t> rows = numbers;
    for (std::int64_t& row : rows) row = row_number(row);
    return to_python(unlocked([&] { return field().rows(rows); }));
  }
  [[nodiscard]] py::object row(std::int64_t number) const {
    const std::int64_t start = row_number(number);
    Value value = unlocked([&] { return field().rows(start, start + 1); });
    value.shape.erase(value.shape.begin());
    return to_python(value);
  }
  [[nodiscard]] py::object get_id(const std::string& id) const {
    const auto value = unlocked([&] { return field().get(id); });
    return value ? to_python(*value) : py::none();
  }
  [[nodiscard]] py::object get(std::int64_t source) const { return get_id(id_of(source)); }
  [[nodiscard]] py::object span(std::int64_t source) const {
    const auto refs = field().refs();
    (void)id_of(source);
    const auto at = static_cast<std::size_t>(
        source < 0 ? source + static_cast<std::int64_t>(refs.size()) : source);
    if (at >= refs.size() || !refs[at]) return py::none();
    return py::make_tuple(refs[at]->start, refs[at]->stop);
  }
  [[nodiscard]] py::object shape_of(std::int64_t source) const {
    const py::object value = get(source);
    return value.is_none() ? value : py::object(value.attr("shape"));
  }
  [[nodiscard]] py::object spans() const {
    std::vector<std::int64_t> numbers;
    for (const auto& ref : field().refs()) {
      const layout::Span span = ref.value_or(layout::Span{});
      numbers.insert(numbers.end(), {span.start, span.stop});
    }
    return py::array_t<std::int64_t>(static_cast<py::ssize_t>(numbers.size()), numbers.data())
        .reshape({static_cast<py::ssize_t>(numbers.size() / 2), py::ssize_t{2}});
  }
  [[nodiscard]] py::object view(std::int64_t, std::int64_t) const {
    throw Error(ErrorCode::Unsupported, owner_->path() + ":/" + path_,
                "is open for writing, and what is viewed must not change; a slice copies");
  }
  void iset(const std::string& id, std::int64_t offset, const py::object& rows) const {
    const Value value = from_python(rows);
    unlocked([&] { field().iset(id, offset, value); });
  }
  void set_rows(const std::vector<std::int64_t>& numbers, const py::object& rows) const {
    const Value value = from_python(rows);
    unlocked([&] { field().set_rows(numbers, value); });
  }

 private:
  [[nodiscard]] std::int64_t row_number(std::int64_t number) const {
    const std::int64_t rows = shape().at(0);
    if (number >= -rows && number < rows) return number < 0 ? number + rows : number;
    throw py::index_error(owner_->path() + ":/" + path_ + ": has " + std::to_string(rows) +
                          " rows, so none has the number " + std::to_string(number));
  }
  [[nodiscard]] std::string id_of(std::int64_t source) const {
    const std::vector<std::string>& ids = owner_->typed().ids();
    const auto count = static_cast<std::int64_t>(ids.size());
    if (source >= -count && source < count) {
      return ids[static_cast<std::size_t>(source < 0 ? source + count : source)];
    }
    throw py::index_error(owner_->path() + ": has " + std::to_string(count) +
                          " sources, so none has the number " + std::to_string(source));
  }

  std::shared_ptr<WritableFile> owner_;
  std::string path_;
};

void add(WritableFile& self, const std::string& id, const py::dict& given, bool must_exist) {
  const typed::Values values = values_from(given);
  unlocked([&] { must_exist ? self.typed().set(id, values) : self.typed().add(id, values); });
}

typed::Checkpoints checkpoints(WritableFile& self, const std::string& path) {
  return typed::Checkpoints({self.typed().store(), path});
}

void add_checkpoint(WritableFile& self, const std::string& path, const std::string& id,
                    const py::dict& given) {
  typed::Tensors tensors;
  for (const auto& [name, value] : given) {
    tensors.emplace(name.cast<std::string>(), from_python(value));
  }
  unlocked([&] { checkpoints(self, path).add(id, tensors); });
}

py::object get_checkpoint(WritableFile& self, const std::string& path, const std::string& id) {
  const auto tensors = unlocked([&] { return checkpoints(self, path).get(id); });
  if (!tensors) return py::none();
  py::dict dict;
  for (const auto& [name, value] : *tensors) dict[py::str(name)] = to_python(value);
  return py::object(std::move(dict));
}

}  // namespace

void bind_writing(py::module_& module) {
  py::class_<WritableFile, HasReader, std::shared_ptr<WritableFile>>(module, "WritableFile")
      .def(py::init<std::string, const std::string&, const py::dict&>())
      .def_property_readonly("closed", &WritableFile::is_closed)
      .def("ids", [](WritableFile& self) { return py::tuple(py::cast(self.typed().ids())); })
      .def("count", [](WritableFile& self) { return self.typed().ids().size(); })
      .def("has", [](WritableFile& self, const std::string& id) { return self.typed().has(id); })
      .def("paths", [](WritableFile& self) { return py::tuple(py::cast(self.typed().paths())); })
      .def("attrs",
           [](WritableFile& self, const std::string& path) {
             return to_python(path.empty() ? self.typed().attrs()
                                           : self.typed().field(path).attrs());
           })
      .def("add", add)
      .def("commit", [](WritableFile& self) { unlocked([&] { self.typed().commit(); }); })
      .def("rollback", [](WritableFile& self) { unlocked([&] { self.typed().rollback(); }); })
      .def("add_checkpoint", add_checkpoint)
      .def("get_checkpoint", get_checkpoint)
      .def("checkpoint_ids",
           [](WritableFile& self, const std::string& path) {
             return py::tuple(py::cast(checkpoints(self, path).ids()));
           })
      .def("close", &WritableFile::close, py::arg("is_whole") = true);
  py::class_<WritableOutput>(module, "WritableOutput")
      .def(py::init<std::shared_ptr<WritableFile>, const std::string&>())
      .def_property_readonly("dtype",
                             [](WritableOutput& self) { return numpy_dtype(self.dtype()); })
      .def_property_readonly("shape",
                             [](WritableOutput& self) { return py::tuple(py::cast(self.shape())); })
      .def_property_readonly("ragged", &WritableOutput::is_ragged)
      .def("row", &WritableOutput::row)
      .def("read", &WritableOutput::read)
      .def("gather", &WritableOutput::gather)
      .def("get", &WritableOutput::get)
      .def("get_id", &WritableOutput::get_id)
      .def("span", &WritableOutput::span)
      .def("shape_of", &WritableOutput::shape_of)
      .def("spans", &WritableOutput::spans)
      .def("view", &WritableOutput::view)
      .def("iset", &WritableOutput::iset)
      .def("set_rows", &WritableOutput::set_rows);
}

}  // namespace sheaf::python
