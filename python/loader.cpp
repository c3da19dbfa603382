// SPDX-License-Identifier: MIT
// The loader of core/loader for Python; sheaf/_loader.py has what users see of it. Batches come as
// NumPy arrays over the loader's own memory, which each of them keeps alive.
#include "core/loader/loader.hpp"

#include <map>
#include <mutex>
#include <utility>

#include <pybind11/stl.h>

#include "core/error.hpp"
#include "core/loader/target.hpp"
#include "python/bindings.hpp"
#include "python/file.hpp"
#include "python/fork.hpp"

namespace sheaf::python {
namespace {

using loader::Input;
using loader::Loader;

Error invalid(const std::string& message) { return {ErrorCode::Invalid, "loader", message}; }

template <class T>
T get(const py::handle& object, const char* name) {
  return object.attr(name).cast<T>();
}

// One of the words that an option may be.
template <class T>
T choose(const std::string& what, const std::string& word, const std::map<std::string, T>& words) {
  const auto found = words.find(word);
  if (found != words.end()) return found->second;
  std::string all;
  for (const auto& [name, value] : words) all += (all.empty() ? "'" : ", '") + name + "'";
  throw invalid(what + " is one of " + all + ", not '" + word + "'");
}

// From the dataclasses of the same names.
loader::Getter getter_from(const py::handle& getter) {
  const auto name = get<std::string>(py::type::handle_of(getter), "__name__");
  if (name == "ByRow") return loader::ByRow{};
  if (name == "ById") return loader::ById{get<bool>(getter, "squeeze")};
  if (name == "Slice") {
    return loader::Slice{get<std::int64_t>(getter, "shift"), get<std::int64_t>(getter, "length"),
                         get<std::int64_t>(getter, "downsampling"),
                         get<std::size_t>(getter, "axis")};
  }
  if (name != "FramedSlice") {
    throw invalid("a getter is one of ByRow, ById, Slice, FramedSlice, not a " + name);
  }
  loader::FramedSlice slice;
  slice.shift = get<std::int64_t>(getter, "shift");
  slice.length = get<std::int64_t>(getter, "length");
  slice.frame_size = get<std::int64_t>(getter, "frame_size");
  slice.hop = get<std::int64_t>(getter, "hop");
  slice.center = get<bool>(getter, "center");
  slice.padding = choose<loader::Padding>(
      "padding", get<std::string>(getter, "padding"),
      {{"reflect", loader::Padding::Reflect}, {"constant", loader::Padding::Constant}});
  slice.downsampling = get<std::int64_t>(getter, "downsampling");
  return slice;
}

Input input_from(const std::string& name, const py::handle& given) {
  Input input;
  input.path = get<std::string>(given, "path");
  input.getter = getter_from(given.attr("getter"));
  const py::object transform = given.attr("transform");
  if (py::hasattr(transform, "scale")) {
    input.transform = loader::scaled(dtype_from(transform.attr("dtype")),
                                     get<std::vector<double>>(transform, "scale"),
                                     get<std::vector<double>>(transform, "offset"));
  }
  input.fit.lengths = choose<loader::Lengths>("lengths", get<std::string>(given, "lengths"),
                                              {{"equal", loader::Lengths::Equal},
                                               {"pad", loader::Lengths::Pad},
                                               {"crop", loader::Lengths::Crop},
                                               {"ragged", loader::Lengths::Ragged}});
  input.fit.shape = get<Shape>(given, "shape");
  input.fit.pad_value = get<double>(given, "pad_value");
  input.fit.crop = choose<loader::CropFrom>("crop", get<std::string>(given, "crop"),
                                            {{"start", loader::CropFrom::Start},
                                             {"centre", loader::CropFrom::Centre},
                                             {"random", loader::CropFrom::Random}});
  input.name = name;
  return input;
}

loader::Options loader_options(const py::dict& given) {
  loader::Options options;
  options.batch_size = given["batch_size"].cast<std::int64_t>();
  options.drop_last = given["drop_last"].cast<bool>();
  options.jitter = given["jitter"].cast<std::int64_t>();
  options.crosses_sources = given["crosses_sources"].cast<bool>();
  options.workers = given["workers"].cast<unsigned>();
  options.prefetch = given["prefetch"].cast<std::size_t>();
  loader::Sampling& sampling = options.sampling;
  sampling.order = choose<loader::Order>("order", given["order"].cast<std::string>(),
                                         {{"sequential", loader::Order::Sequential},
                                          {"shuffled", loader::Order::Shuffled},
                                          {"weighted", loader::Order::Weighted}});
  sampling.seed = given["seed"].cast<std::uint64_t>();
  sampling.block = given["block"].cast<std::int64_t>();
  sampling.mixed = given["mixed"].cast<std::int64_t>();
  sampling.weights = given["weights"].cast<std::vector<double>>();
  sampling.samples = given["samples"].cast<std::int64_t>();
  sampling.rank = given["rank"].cast<std::int64_t>();
  sampling.world_size = given["world_size"].cast<std::int64_t>();
  sampling.pads_ranks = given["pads_ranks"].cast<bool>();
  return options;
}

py::array_t<std::int64_t> integers(const std::vector<std::int64_t>& numbers) {
  return py::array_t<std::int64_t>(static_cast<py::ssize_t>(numbers.size()), numbers.data());
}

py::object tensor_to_python(const loader::Tensor& tensor, const py::capsule& owner) {
  if (tensor.dtype.is_string()) return to_python(Value{utf8, tensor.shape, {}, tensor.strings});
  return array_over(tensor.dtype, tensor.shape, tensor.bytes.data(), owner, false);
}

// A batch and what NumPy sees of it.
class BatchHandle {
 public:
  explicit BatchHandle(loader::BatchPtr batch) : batch_(std::move(batch)) {}

  [[nodiscard]] const loader::Batch& batch() const { return *batch_.get(); }

  [[nodiscard]] py::dict arrays() const {
    auto held = std::make_unique<ForkBound<loader::Batch>>(batch_.get());
    const py::capsule owner(
        held.get(), [](void* owned) { delete static_cast<ForkBound<loader::Batch>*>(owned); });
    (void)held.release();
    py::dict arrays;
    for (const loader::Tensor& tensor : batch().tensors) {
      arrays[py::str(tensor.name)] = tensor_to_python(tensor, owner);
    }
    return arrays;
  }

  // (samples, axes) of an input, or None where all are equal.
  [[nodiscard]] py::object sample_shapes(const std::string& name) const {
    const std::vector<std::int64_t>& shapes = batch()[name].sample_shapes;
    if (shapes.empty()) return py::none();
    return integers(shapes).reshape({static_cast<py::ssize_t>(batch().size()),
                                     static_cast<py::ssize_t>(shapes.size() / batch().size())});
  }

  [[nodiscard]] py::object offsets(const std::string& name) const {
    const std::vector<std::int64_t>& offsets = batch()[name].offsets;
    if (offsets.empty()) return py::none();
    return integers(offsets);
  }

  template <class Member>
  [[nodiscard]] py::object of_places(Member member) const {
    std::vector<std::int64_t> numbers;
    for (const loader::Place& place : batch().places) numbers.push_back(place.*member);
    return integers(numbers);
  }

 private:
  ForkBound<loader::Batch> batch_;
};

class LoaderHandle {
 public:
  LoaderHandle(HasReader& file, const py::dict& inputs, const py::dict& options) {
    std::vector<Input> made;
    for (const auto& [name, input] : inputs) {
      made.push_back(input_from(name.cast<std::string>(), input));
    }
    const std::shared_ptr<read::File> from = file.file();
    const loader::Options how = loader_options(options);
    std::shared_ptr<Loader> opened;
    {
      const py::gil_scoped_release unlocked;
      opened = Loader::open(from, std::move(made), how);
    }
    loader_ = ForkBound<Loader>(std::move(opened));
  }

  ~LoaderHandle() { close(); }
  LoaderHandle(LoaderHandle&&) = delete;
  LoaderHandle& operator=(LoaderHandle&&) = delete;

  [[nodiscard]] Loader& loader() const { return *shared(); }

  void begin(std::int64_t epoch) {
    const std::shared_ptr<Loader> self = shared();
    const py::gil_scoped_release unlocked;
    const std::lock_guard turn(turn_);
    self->begin(epoch);
  }

  // None at the epoch's end.
  [[nodiscard]] std::unique_ptr<BatchHandle> next() {
    const std::shared_ptr<Loader> self = shared();
    loader::BatchPtr batch;
    {
      const py::gil_scoped_release unlocked;
      const std::lock_guard turn(turn_);
      batch = self->next();
    }
    check_signals();
    return batch ? std::make_unique<BatchHandle>(std::move(batch)) : nullptr;
  }

  void close() {
    if (!loader_.is_here()) return loader_.reset();
    const py::gil_scoped_release unlocked;
    loader_.reset();
  }

 private:
  // Another thread may close it while this one waits without the GIL: it stays for the call.
  [[nodiscard]] const std::shared_ptr<Loader>& shared() const {
    if (!loader_) throw invalid("is closed");
    if (loader_.is_here()) return loader_.get();
    throw invalid(
        "was made before this process was forked, and its workers stayed behind; make it "
        "in the process that uses it");
  }

  ForkBound<Loader> loader_;
  std::mutex turn_;  // a Loader gives batches to one thread at a time
};

// Predictions, by source.
class TargetHandle {
 public:
  TargetHandle(const LoaderHandle& from, const py::object& place)
      : target_(from.loader(), getter_from(place), sink_) {}

  void write(const BatchHandle& batch, const py::object& predictions) {
    target_.write(batch.batch(), from_python(predictions));
  }
  [[nodiscard]] py::object rows(std::int64_t source) const { return to_python(sink_.rows(source)); }

 private:
  loader::MemorySink sink_;
  loader::Target target_;
};

}  // namespace

void bind_loader(py::module_& module) {
  using loader::Place;
  py::class_<BatchHandle>(module, "Batch")
      .def_property_readonly("epoch", [](const BatchHandle& self) { return self.batch().epoch; })
      .def_property_readonly("number", [](const BatchHandle& self) { return self.batch().number; })
      .def("arrays", &BatchHandle::arrays)
      .def("sample_shapes", &BatchHandle::sample_shapes)
      .def("offsets", &BatchHandle::offsets)
      .def("sources", [](const BatchHandle& self) { return self.of_places(&Place::source); })
      .def("steps", [](const BatchHandle& self) { return self.of_places(&Place::step); });
  py::class_<LoaderHandle>(module, "Loader")
      .def(py::init<HasReader&, const py::dict&, const py::dict&>())
      .def("items", [](LoaderHandle& self) { return self.loader().items(); })
      .def("length", [](LoaderHandle& self) { return self.loader().length(); })
      .def("epoch", [](LoaderHandle& self) { return self.loader().epoch(); })
      .def("position", [](LoaderHandle& self) { return self.loader().position(); })
      .def("begin", &LoaderHandle::begin)
      .def("next", &LoaderHandle::next)
      .def("state", [](LoaderHandle& self) { return self.loader().state(); })
      .def("restore",
           [](LoaderHandle& self, const std::string& state) { self.loader().restore(state); })
      .def("close", &LoaderHandle::close);
  py::class_<TargetHandle>(module, "Target")
      .def(py::init<const LoaderHandle&, const py::object&>(), py::keep_alive<1, 2>())
      .def("write", &TargetHandle::write)
      .def("rows", &TargetHandle::rows);
}

}  // namespace sheaf::python
