// SPDX-License-Identifier: MIT
#include "python/file.hpp"

#include <algorithm>
#include <utility>

#include <pybind11/stl.h>

#include "core/error.hpp"
#include "python/bindings.hpp"

namespace sheaf::python {
namespace {

// What is read between two looks at whether Ctrl-C was pressed.
constexpr std::size_t piece_bytes = std::size_t{64} << 20U;

std::int64_t rows_a_piece(const read::Array& array) {
  return static_cast<std::int64_t>(
      std::max<std::size_t>(1, piece_bytes / std::max<std::size_t>(1, array.row_bytes())));
}

void read_rows(const read::Array& array, layout::Span rows, std::span<std::byte> out) {
  const std::int64_t step = rows_a_piece(array);
  std::int64_t at = rows.start;
  do {
    const std::int64_t stop = std::min(rows.stop, at + step);
    const auto offset = static_cast<std::size_t>(at - rows.start) * array.row_bytes();
    const auto bytes = static_cast<std::size_t>(stop - at) * array.row_bytes();
    {
      const py::gil_scoped_release unlocked;
      array.read({at, stop}, out.subspan(offset, bytes));
    }
    if (stop < rows.stop) check_signals();
    at = stop;
  } while (at < rows.stop);
}

void gather_rows(const read::Array& array, std::span<const std::int64_t> rows,
                 std::span<std::byte> out) {
  const auto step = static_cast<std::size_t>(rows_a_piece(array));
  for (std::size_t at = 0; at < rows.size(); at += step) {
    const std::size_t count = std::min(step, rows.size() - at);
    {
      const py::gil_scoped_release unlocked;
      array.gather(rows.subspan(at, count),
                   out.subspan(at * array.row_bytes(), count * array.row_bytes()));
    }
    if (at + count < rows.size()) check_signals();
  }
}

// What a view holds on to.
struct ViewOwner {
  ForkBound<read::File> file;
  std::shared_ptr<void> hold;
};

}  // namespace

OpenFile::OpenFile(std::string path, read::Options options)
    : path_(std::move(path)), options_(options) {
  reopen();
}

const std::shared_ptr<read::File>& OpenFile::file() {
  if (!file_) throw Error(ErrorCode::Invalid, path_, "is closed; open it again");
  if (!file_.is_here()) reopen();
  return file_.get();
}

bool OpenFile::refresh() {
  const std::shared_ptr<read::File> now = file();  // closed in another thread, it stays for this
  if (views_->load() == 0) {
    const py::gil_scoped_release unlocked;
    return now->refresh();
  }
  reopen();
  return true;
}

void OpenFile::close() { file_.reset(); }

void OpenFile::reopen() {
  std::shared_ptr<read::File> opened;
  {
    const py::gil_scoped_release unlocked;
    opened = read::File::open(path_, options_);
  }
  file_ = ForkBound<read::File>(std::move(opened));
  views_ = std::make_shared<std::atomic<int>>(0);
}

std::shared_ptr<void> OpenFile::hold() {
  views_->fetch_add(1);
  return {nullptr, [views = views_](void*) { views->fetch_sub(1); }};
}

OutputHandle::OutputHandle(std::shared_ptr<OpenFile> owner, std::string path)
    : owner_(std::move(owner)), path_(std::move(path)) {
  (void)output();
}

const read::Output& OutputHandle::output() {
  const std::shared_ptr<read::File>& file = owner_->file();
  if (output_ == nullptr || file_.owner_before(file) || file.owner_before(file_)) {
    output_ = &file->output(path_);
    file_ = file;
  }
  return *output_;
}

Shape OutputHandle::item_shape(std::int64_t rows) {
  Shape shape = array().shape();
  shape.at(0) = rows;
  return shape;
}

std::int64_t OutputHandle::row_number(std::int64_t number) {
  const std::int64_t rows = array().shape().at(0);
  if (number >= -rows && number < rows) return number < 0 ? number + rows : number;
  throw py::index_error(owner_->path() + ":/" + path_ + ": has " + std::to_string(rows) +
                        " rows, so none has the number " + std::to_string(number));
}

std::size_t OutputHandle::source_number(std::int64_t number) {
  const auto sources = static_cast<std::int64_t>(owner_->file()->ids().size());
  if (number >= -sources && number < sources) {
    return static_cast<std::size_t>(number < 0 ? number + sources : number);
  }
  throw py::index_error(owner_->path() + ": has " + std::to_string(sources) +
                        " sources, so none has the number " + std::to_string(number));
}

// Another thread may close the file while this one reads without the GIL: it stays for the call.
py::object OutputHandle::row(std::int64_t number) {
  const std::shared_ptr<read::File> kept = owner_->file();
  const std::int64_t start = row_number(number);
  Shape shape = array().shape();
  shape.erase(shape.begin());
  if (array().dtype().is_string()) {
    Value value = array().rows(start, start + 1);
    value.shape = shape;
    return to_python(value);
  }
  py::array row = new_array(array().dtype(), shape);
  read_rows(array(), {start, start + 1}, bytes_of(row));
  if (shape.empty()) return row[py::tuple()];
  return row;
}

py::object OutputHandle::read(std::int64_t start, std::int64_t stop) {
  const std::shared_ptr<read::File> kept = owner_->file();
  const read::Array& from = array();
  if (from.dtype().is_string()) {
    Value value{utf8, item_shape(0), {}, {}};
    if (stop > start) {
      const py::gil_scoped_release unlocked;
      value = from.rows(start, stop);
    }
    return to_python(value);
  }
  py::array rows = new_array(from.dtype(), item_shape(std::max<std::int64_t>(0, stop - start)));
  if (stop > start) read_rows(from, {start, stop}, bytes_of(rows));
  return rows;
}

py::object OutputHandle::gather(
    const py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>& rows) {
  const std::shared_ptr<read::File> kept = owner_->file();
  std::vector<std::int64_t> numbers(rows.data(), rows.data() + rows.size());
  for (std::int64_t& number : numbers) number = row_number(number);
  const auto count = static_cast<std::int64_t>(numbers.size());
  const read::Array& from = array();
  if (!from.dtype().is_string()) {
    py::array gathered = new_array(from.dtype(), item_shape(count));
    gather_rows(from, numbers, bytes_of(gathered));
    return gathered;
  }
  Value texts{utf8, item_shape(count), {}, {}};
  for (const std::int64_t number : numbers) {
    const Value row = from.rows(number, number + 1);
    texts.strings.insert(texts.strings.end(), row.strings.begin(), row.strings.end());
  }
  return to_python(texts);
}

py::object OutputHandle::get(std::int64_t source) {
  const std::shared_ptr<read::File> kept = owner_->file();
  const std::size_t number = source_number(source);
  const read::Output& from = output();
  if (from.array().dtype().is_string()) {
    std::optional<Value> value;
    {
      const py::gil_scoped_release unlocked;
      value = from.get(number);
    }
    return value ? to_python(*value) : py::none();
  }
  const std::optional<layout::Span> span = from.span(number);
  const std::optional<Shape> shape = from.shape(number);
  if (!span || !shape) return py::none();
  py::array rows = new_array(from.array().dtype(), *shape);
  if (span->stop > span->start) read_rows(from.array(), *span, bytes_of(rows));
  return rows;
}

py::object OutputHandle::get_id(const std::string& id) {
  const std::shared_ptr<read::File> kept = owner_->file();
  const auto source = owner_->file()->find(id);
  return source ? get(static_cast<std::int64_t>(*source)) : py::none();
}

py::object OutputHandle::span(std::int64_t source) {
  const auto span = output().span(source_number(source));
  if (!span) return py::none();
  return py::make_tuple(span->start, span->stop);
}

py::object OutputHandle::shape_of(std::int64_t source) {
  const auto shape = output().shape(source_number(source));
  if (!shape) return py::none();
  return py::tuple(py::cast(*shape));
}

py::object OutputHandle::spans() {
  const std::shared_ptr<read::File> kept = owner_->file();
  const std::size_t sources = owner_->file()->ids().size();
  py::array_t<std::int64_t> spans({static_cast<py::ssize_t>(sources), py::ssize_t{2}});
  std::int64_t* const numbers = spans.mutable_data();
  const read::Output& from = output();
  const py::gil_scoped_release unlocked;
  for (std::size_t source = 0; source < sources; ++source) {
    const layout::Span span = from.span(source).value_or(layout::Span{});
    numbers[2 * source] = span.start;
    numbers[2 * source + 1] = span.stop;
  }
  return py::object(std::move(spans));
}

py::object OutputHandle::view(std::int64_t start, std::int64_t stop) {
  const read::Array& from = array();
  const auto bytes = from.view({start, stop});
  if (!bytes) {
    throw Error(ErrorCode::Unsupported, owner_->path() + ":/" + path_,
                "these rows don't lie in one piece in the file, as plain numbers, or it is being "
                "written; a slice copies them");
  }
  auto owner =
      std::make_unique<ViewOwner>(ViewOwner{ForkBound<read::File>(owner_->file()), owner_->hold()});
  py::capsule capsule(owner.get(), [](void* held) { delete static_cast<ViewOwner*>(held); });
  (void)owner.release();
  return array_over(from.dtype(), item_shape(stop - start), bytes->data(), std::move(capsule),
                    true);
}

void bind_file(py::module_& module) {
  py::class_<HasReader, std::shared_ptr<HasReader>>(module, "HasReader");
  py::class_<OpenFile, HasReader, std::shared_ptr<OpenFile>>(module, "OpenFile")
      .def(py::init([](std::string path, std::size_t cache_bytes, unsigned threads, bool mapped) {
             return std::make_shared<OpenFile>(std::move(path),
                                               read::Options{cache_bytes, threads, mapped});
           }),
           py::arg("path"), py::arg("cache_bytes"), py::arg("threads"), py::arg("mapped"))
      .def_property_readonly("closed", &OpenFile::is_closed)
      .def("ids", [](OpenFile& self) { return py::tuple(py::cast(self.file()->ids())); })
      .def("count", [](OpenFile& self) { return self.file()->ids().size(); })
      .def("find", [](OpenFile& self, const std::string& id) { return self.file()->find(id); })
      .def("paths", [](OpenFile& self) { return py::tuple(py::cast(self.file()->paths())); })
      .def("attrs", [](OpenFile& self,
                       const std::string& path) { return to_python(self.file()->attrs(path)); })
      .def("refresh", &OpenFile::refresh)
      .def("close", &OpenFile::close);
  py::class_<OutputHandle>(module, "Output")
      .def(py::init<std::shared_ptr<OpenFile>, std::string>())
      .def_property_readonly("dtype",
                             [](OutputHandle& self) { return numpy_dtype(self.array().dtype()); })
      .def_property_readonly(
          "shape", [](OutputHandle& self) { return py::tuple(py::cast(self.array().shape())); })
      .def_property_readonly("ragged", [](OutputHandle& self) { return self.output().is_ragged(); })
      .def("row", &OutputHandle::row)
      .def("read", &OutputHandle::read)
      .def("gather", &OutputHandle::gather)
      .def("get", &OutputHandle::get)
      .def("get_id", &OutputHandle::get_id)
      .def("span", &OutputHandle::span)
      .def("shape_of", &OutputHandle::shape_of)
      .def("spans", &OutputHandle::spans)
      .def("view", &OutputHandle::view);
}

}  // namespace sheaf::python
