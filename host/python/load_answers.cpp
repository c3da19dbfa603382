// SPDX-License-Identifier: MIT
#include "host/python/load_answers.hpp"

#include <charconv>
#include <cstring>

#include "core/error.hpp"
#include "host/plugin/bridge.hpp"

namespace sheaf::host::python {
namespace {

constexpr std::uint32_t most_outputs = 4096;
constexpr std::uint8_t in_rows = 0;
constexpr std::uint8_t in_scratch = 1;
// How a fetched source, which has no name, is named (host/source/spool.hpp).
constexpr std::string_view open_file = "/proc/self/fd/";

std::string_view view(const sheaf_bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

void put_place(Loader& loader, std::uint8_t memory, std::uint64_t offset, wire::Out& out) {
  out.put(memory);
  out.put(offset);
  out.put(static_cast<std::uint64_t>(loader.scratch().size()));
}

void put_input(Loader& loader, const sheaf_array& array, wire::Out& out) {
  out.put(array.dtype.code);
  out.put(array.dtype.bits);
  std::uint64_t count = 1;
  out.put(static_cast<std::uint64_t>(array.ndim));
  for (std::uint32_t axis = 0; axis < array.ndim; ++axis) {
    out.put(array.shape[axis]);
    count *= static_cast<std::uint64_t>(array.shape[axis]);
  }
  if (array.dtype.code == SHEAF_UTF8) {
    const auto* const texts = static_cast<const sheaf_string*>(array.data);
    for (std::uint64_t i = 0; i < count; ++i) out.text(plugin::view(texts[i]));
    return;
  }
  const std::uint64_t size = count * (array.dtype.bits / 8U);
  const std::uint64_t offset = loader.scratch().allocate(size);
  if (size > 0) std::memcpy(loader.scratch().at(offset), array.data, size);
  put_place(loader, in_scratch, offset, out);
}

Shape take_shape(wire::In& in) {
  Shape shape;
  in.list([&] { shape.push_back(in.get<std::int64_t>()); });
  return shape;
}

}  // namespace

std::vector<int> put_source(Loader& loader, const sheaf_source& source, wire::Out& request) {
  std::vector<int> files;
  const std::string_view path = view(source.path);
  request.text(plugin::view(source.id));
  request.text(plugin::view(source.uri));
  if (path.starts_with(open_file)) {
    int number = -1;
    std::from_chars(path.data() + open_file.size(), path.data() + path.size(), number);
    files.push_back(number);
  }
  request.text(files.empty() ? path : std::string_view());
  request.put(source.input_count);
  for (std::uint64_t i = 0; i < source.input_count; ++i) {
    put_input(loader, source.inputs[i], request);
  }
  return files;
}

void SinkAnswers::operator()(Say kind, wire::In& in, wire::Out& out) {
  switch (kind) {
    case Say::Reserve:
      return reserve(in, out);
    case Say::Commit:
      return out.put(commit(in));
    case Say::Rows:
      return out.put(write(in));
    default:
      wire::In::broken();
  }
}

sheaf_status SinkAnswers::last_rows(wire::In& in) {
  for (std::size_t left = in.count(); left > 0; --left) {
    const sheaf_status status = in.get<bool>() ? write(in) : commit(in);
    if (status != SHEAF_OK) return status;
  }
  return SHEAF_OK;
}

void SinkAnswers::reserve(wire::In& in, wire::Out& out) {
  const auto output = in.get<std::uint32_t>();
  Open made;
  made.rows = in.get<std::int64_t>();
  const Shape shape = take_shape(in);
  sheaf_status status = sink_.reserve(&sink_, output, made.rows, shape.data(),
                                      static_cast<std::uint32_t>(shape.size()), 0, &made.slot);
  std::uint64_t offset = 0;
  if (status == SHEAF_OK) {
    if (output >= most_outputs) wire::In::broken();
    const auto place = loader_.place_in_rows(made.slot.data);
    try {
      if (!place) made.scratch = loader_.scratch().allocate(made.slot.size);
      offset = place ? *place : *made.scratch;
    } catch (const Error& error) {
      const std::string_view what = error.what();
      status = call_.fail(&call_, SHEAF_ERR_SOURCE, {what.data(), what.size()});
    }
    if (open_.size() <= output) open_.resize(output + 1);
    open_[output] = made;
  }
  out.put(status);
  put_place(loader_, made.scratch ? in_scratch : in_rows, offset, out);
  out.put(made.slot.size);
}

sheaf_status SinkAnswers::commit(wire::In& in) {
  const auto output = in.get<std::uint32_t>();
  const auto rows = in.get<std::int64_t>();
  if (output < open_.size() && open_[output].scratch && rows >= 0 && rows <= open_[output].rows) {
    const Open& made = open_[output];
    const std::uint64_t row = made.rows > 0 ? made.slot.size / std::uint64_t(made.rows) : 0;
    if (row > 0) {
      std::memcpy(made.slot.data, loader_.scratch().at(*made.scratch), row * std::uint64_t(rows));
    }
    open_[output].scratch.reset();
  }
  return sink_.commit(&sink_, output, rows);
}

sheaf_status SinkAnswers::write(wire::In& in) {
  const auto output = in.get<std::uint32_t>();
  if (in.get<bool>()) return write_texts(output, in);
  const auto rows = in.get<std::int64_t>();
  const Shape shape = take_shape(in);
  const std::string_view bytes = in.text();
  sheaf_slot slot{};
  const sheaf_status status = sink_.reserve(&sink_, output, rows, shape.data(),
                                            static_cast<std::uint32_t>(shape.size()), 0, &slot);
  if (status != SHEAF_OK) return status;
  if (slot.size != bytes.size()) wire::In::broken();
  if (!bytes.empty()) std::memcpy(slot.data, bytes.data(), bytes.size());
  return sink_.commit(&sink_, output, rows);
}

sheaf_status SinkAnswers::write_texts(std::uint32_t output, wire::In& in) {
  std::vector<std::string_view> texts;
  std::uint64_t size = 0;
  in.list([&] { size += texts.emplace_back(in.text()).size(); });
  const auto rows = static_cast<std::int64_t>(texts.size());
  sheaf_slot slot{};
  const sheaf_status status = sink_.reserve(&sink_, output, rows, nullptr, 0, size, &slot);
  if (status != SHEAF_OK) return status;
  if (slot.offsets == nullptr) wire::In::broken();
  std::int64_t at = 0;
  auto* const bytes = static_cast<char*>(slot.data);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    slot.offsets[i] = at;
    if (!texts[i].empty()) std::memcpy(bytes + at, texts[i].data(), texts[i].size());
    at += static_cast<std::int64_t>(texts[i].size());
  }
  slot.offsets[texts.size()] = at;
  return sink_.commit(&sink_, output, rows);
}

void answer_rows(Loader& loader, const sheaf_call& call, const sheaf_rows& rows, Say kind,
                 wire::In& in, wire::Out& out) {
  switch (kind) {
    case Say::Count:
      return out.put(rows.count(&rows, in.get<std::uint32_t>()));
    case Say::Read: {
      const auto output = in.get<std::uint32_t>();
      const auto start = in.get<std::int64_t>();
      const auto stop = in.get<std::int64_t>();
      const auto size = in.get<std::uint64_t>();
      loader.scratch().clear();
      try {
        const std::uint64_t offset = loader.scratch().allocate(size);
        out.put(rows.read(&rows, output, start, stop, loader.scratch().at(offset), size));
        return put_place(loader, in_scratch, offset, out);
      } catch (const Error& error) {
        const std::string_view what = error.what();
        out.put(call.fail(&call, SHEAF_ERR_PLUGIN, {what.data(), what.size()}));
        return put_place(loader, in_scratch, 0, out);
      }
    }
    case Say::SetAttr: {
      const std::string name = in.string();
      const Value value = in.value();
      const plugin::AbiArray array(value);
      return out.put(rows.set_attr(&rows, {name.data(), name.size()}, &array.array()));
    }
    default:
      wire::In::broken();
  }
}

}  // namespace sheaf::host::python
