// SPDX-License-Identifier: MIT
#include "core/loader/dlpack.hpp"

#include <thread>

#include <catch2/catch.hpp>
#include <dlpack/dlpack.h>

#include "core/error.hpp"
#include "core/loader/loader.hpp"
#include "tests/core/loader/recordings.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;

namespace {

Options four_at_a_time() { return {.batch_size = 4, .workers = 0}; }

}  // namespace

TEST_CASE("A tensor goes out as it is, without a copy", "[core][loader]") {
  const Recordings made = recordings(20, 9);
  const auto loader = Loader::open(made.file, {{"image"}, {"label"}}, four_at_a_time());
  const BatchPtr batch = loader->next();
  DLManagedTensor* image = to_dlpack(batch, 0);
  CHECK(image->dl_tensor.data == batch->tensors[0].bytes.data());
  CHECK(image->dl_tensor.device.device_type == kDLCPU);
  CHECK(image->dl_tensor.ndim == 4);
  CHECK(Shape(image->dl_tensor.shape, image->dl_tensor.shape + 4) == Shape{4, 1, 2, 3});
  CHECK(image->dl_tensor.strides == nullptr);
  CHECK(image->dl_tensor.byte_offset == 0);
  CHECK(image->dl_tensor.dtype.code == kDLUInt);
  CHECK(image->dl_tensor.dtype.bits == 8);
  CHECK(image->dl_tensor.dtype.lanes == 1);
  DLManagedTensor* label = to_dlpack(batch, 1);
  CHECK(label->dl_tensor.dtype.code == kDLInt);
  CHECK(label->dl_tensor.dtype.bits == 64);
  label->deleter(label);
  image->deleter(image);
}

TEST_CASE("An export holds its batch, then gives it back for another one", "[core][loader]") {
  const Recordings made = recordings(20, 9);
  auto loader = Loader::open(made.file, {{"label"}}, four_at_a_time());
  BatchPtr batch = loader->next();
  const void* const data = batch->tensors[0].bytes.data();
  const std::int64_t first = batch->tensors[0].as<std::int64_t>()[0];
  DLManagedTensor* exported = to_dlpack(std::move(batch), 0);
  // While it is held, the memory isn't used for others.
  for (int i = 0; i < 2; ++i) CHECK(loader->next()->tensors[0].bytes.data() != data);
  CHECK(static_cast<const std::int64_t*>(exported->dl_tensor.data)[0] == first);
  std::thread([exported] { exported->deleter(exported); }).join();
  bool is_back = false;
  loader->begin(0);
  std::vector<BatchPtr> held;
  while (BatchPtr next = loader->next()) {
    is_back = is_back || next->tensors[0].bytes.data() == data;
    held.push_back(std::move(next));
  }
  CHECK(is_back);
}

TEST_CASE("An export outlives its loader", "[core][loader]") {
  const Recordings made = recordings(20, 9);
  auto loader = Loader::open(made.file, {{"label"}}, {.batch_size = 4, .workers = 2});
  DLManagedTensor* exported = to_dlpack(loader->next(), 0);
  loader.reset();
  CHECK(static_cast<const std::int64_t*>(exported->dl_tensor.data)[0] % a_source == 0);
  exported->deleter(exported);
}

TEST_CASE("bool goes out as uint8, strings don't", "[core][loader]") {
  auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a", "b"});
  Value flags = Value::of(std::vector<std::uint8_t>{0, 1});
  flags.dtype = boolean;
  file->put("flag", flags, {{0, 1}, {1, 2}});
  file->put("text", Value::of(std::vector<std::string>{"x", "y"}), {{0, 1}, {1, 2}});
  file->put("wave", {complex64, {2}, std::vector<std::byte>(16), {}}, {{0, 1}, {1, 2}});
  const auto loader = Loader::open(file, {{"flag"}, {"text"}, {"wave"}}, four_at_a_time());
  const BatchPtr batch = loader->next();
  DLManagedTensor* flag = to_dlpack(batch, 0);
  CHECK(flag->dl_tensor.dtype.code == kDLUInt);
  CHECK(flag->dl_tensor.dtype.bits == 8);
  flag->deleter(flag);
  DLManagedTensor* wave = to_dlpack(batch, 2);
  CHECK(wave->dl_tensor.dtype.code == kDLComplex);
  CHECK(wave->dl_tensor.dtype.bits == 64);
  wave->deleter(wave);
  CHECK_THROWS_AS(to_dlpack(batch, 1), Error);
}
