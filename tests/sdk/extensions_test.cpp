// SPDX-License-Identifier: MIT
// Previews, methods and transforms of classes, called as a host calls them.
#include <catch2/catch.hpp>

#include "tests/sdk/fake_call.hpp"
#include <sheaf/sdk.hpp>

using namespace sheaf;

namespace {

struct Feature {
  void describe(sdk::Description&) const {}
  void load(const sdk::Source&, sdk::Sink&) {}
};

struct Scaled {
  static void declare(sdk::Method<Scaled>& method) {
    method.name("scaled").summary("Sums, scaled");
    method.parameter("by", &Scaled::by, "factor");
  }
  void call(const sdk::Sources& sources, sdk::Results& results) const {
    std::vector<double> sums;
    for (const sdk::Stored& source : sources) {
      double sum = 0;
      for (const double each : source.read_as<double>(0, 0, source.rows())) sum += each;
      sums.push_back(sum * by);
    }
    results.add("sums", sums).add("first", std::string(sources.front().id()));
    if (by < 0) throw sdk::Error("takes no negative factor");
  }
  double by = 2;
};

struct Bare : Feature {
  static void declare(sdk::Declaration<Bare>& feature) { feature.name("lab.plain").pattern("."); }
};

struct Shown : Feature {
  static void declare(sdk::Declaration<Shown>& feature) { feature.name("lab.shown").pattern("."); }
  static void preview(const sdk::Stored& rows, sdk::Canvas& canvas) {
    canvas.pixels(canvas.width(), 1)[0] = static_cast<std::uint8_t>(rows.rows());
  }
  static void methods(sdk::Methods& list) { list.add<Scaled>(); }
};

struct View {
  static void declare(sdk::Preview<View>& preview) {
    preview.makes(SHEAF_PREVIEW_TEXT).makes(SHEAF_PREVIEW_SVG);
    preview.parameter("mark", &View::mark, "what is drawn");
  }
  void render(const sdk::Stored&, sdk::Canvas& canvas) const { canvas.text(mark); }
  std::string mark = "x";
};
struct Viewed : Feature {
  using Preview = View;
  static void declare(sdk::Declaration<Viewed>& feature) {
    feature.name("lab.viewed").pattern(".");
  }
};

// Of each row the first element.
struct First {
  static void declare(sdk::Transform<First>& transform) { transform.name("lab.first"); }
  sheaf_dtype open(const sdk::TransformInput& input) {
    if (!input.attr("unit")) throw sdk::Error("wants a unit");
    return input.dtype();
  }
  [[nodiscard]] sdk::Shape shape(const sdk::Shape&) const { return {1}; }
  void apply(const sdk::ArrayView& rows, std::span<std::byte> out) const {
    const std::span<const std::int32_t> from = rows.elements<std::int32_t>();
    const std::size_t item = from.size() / static_cast<std::size_t>(rows.shape()[0]);
    auto* const to = reinterpret_cast<std::int32_t*>(out.data());
    for (std::size_t row = 0; row * item < from.size(); ++row) to[row] = from[row * item];
  }
};

// Rows 1, 2, 3 of int16, and an attribute.
struct FakeStored {
  static constexpr std::int16_t values[] = {1, 2, 3};
  static sheaf_status read(const sheaf_stored*, std::uint32_t, std::int64_t start,
                           std::int64_t stop, void* data, std::uint64_t size) {
    if (stop > 3 || size != static_cast<std::uint64_t>(stop - start) * 2) return SHEAF_ERR_PLUGIN;
    std::memcpy(data, values + start, size);
    return SHEAF_OK;
  }
  sheaf_stored_output output{sizeof output, 0, {}, nullptr, 3, sdk::dtype_of<std::int16_t>(), 0};
  const sheaf_stored_output* outputs[1] = {&output};
  sheaf_string name = SHEAF_STR("unit");
  sheaf_string unit = SHEAF_STR("V");
  sheaf_array attr{sdk::utf8, 0, nullptr, &unit};
  sheaf_stored plain{
      sizeof plain, 0, nullptr, SHEAF_STR_INIT("a"), outputs, 1, &name, &attr, 1, &read, nullptr};
};

const sheaf_host quiet_host{sizeof(sheaf_host), SHEAF_ABI_MINOR, SHEAF_STR("test"),
                      SHEAF_STR("1"),     nullptr,         nullptr};

template <class T>
const T* extension(const sheaf_feature& feature, sheaf_string name) {
  if (feature.get_extension == nullptr) return nullptr;
  return static_cast<const T*>(feature.get_extension(&feature, name));
}

std::vector<std::string> given;  // what came out: names, then texts
std::vector<double> numbers;

const sheaf_results results{
    sizeof(sheaf_results), 0, nullptr,
    [](const sheaf_results*, sheaf_string name, const sheaf_array* value) -> sheaf_status {
      given.emplace_back(sdk::detail::view(name));
      const sdk::ArrayView array(*value);
      if (array.dtype() == sdk::utf8) {
        given.push_back(array.strings().at(0));
      } else {
        for (const double each : array.elements<double>()) numbers.push_back(each);
      }
      return SHEAF_OK;
    }};

}  // namespace

TEST_CASE("a feature has the extensions that its class has", "[sdk][extensions]") {
  const sheaf_feature& plain = *sdk::detail::Adapter<Bare>::feature();
  CHECK(plain.get_extension == nullptr);
  const sheaf_feature& shown = *sdk::detail::Adapter<Shown>::feature();
  CHECK(extension<sheaf_preview>(shown, SHEAF_STR(SHEAF_PREVIEW))->kinds == SHEAF_PREVIEW_RGBA);
  CHECK(extension<sheaf_methods>(shown, SHEAF_STR(SHEAF_METHODS))->method_count == 1);
  CHECK(extension<void>(shown, SHEAF_STR("lab.other/1")) == nullptr);
  const sheaf_feature& viewed = *sdk::detail::Adapter<Viewed>::feature();
  const auto* preview = extension<sheaf_preview>(viewed, SHEAF_STR(SHEAF_PREVIEW));
  CHECK(preview->kinds == (SHEAF_PREVIEW_TEXT | SHEAF_PREVIEW_SVG));
  REQUIRE(preview->param_count == 1);
  CHECK(sdk::detail::view(preview->params[0]->default_value.string) == "x");
  CHECK(extension<sheaf_methods>(viewed, SHEAF_STR(SHEAF_METHODS)) == nullptr);
}

TEST_CASE("classes that declare a transform are the plugin's and no features",
          "[sdk][extensions]") {
  const sheaf_plugin* plugin =
      sdk::detail::descriptor<Bare, First>(&quiet_host, "lab.z", "1", "MIT", "");
  REQUIRE((plugin != nullptr && plugin->feature_count == 1));
  const auto* all =
      static_cast<const sheaf_transforms*>(plugin->get_extension(SHEAF_STR(SHEAF_TRANSFORM)));
  REQUIRE((all != nullptr && all->transform_count == 1));
  CHECK(sdk::detail::view(all->transforms[0]->name) == "lab.first");
  const sheaf_plugin* without = sdk::detail::descriptor<Bare>(&quiet_host, "lab.w", "1", "MIT", "");
  CHECK(without->get_extension == nullptr);
  const sheaf_plugin* alone = sdk::detail::descriptor<First>(&quiet_host, "lab.v", "1", "MIT", "");
  CHECK((alone->feature_count == 0 && alone->get_extension != nullptr));
}

TEST_CASE("a method reads the rows of its sources and gives values", "[sdk][extensions]") {
  const sheaf_feature& shown = *sdk::detail::Adapter<Shown>::feature();
  const sheaf_method& method =
      *extension<sheaf_methods>(shown, SHEAF_STR(SHEAF_METHODS))->methods[0];
  test::FakeCall call;
  const FakeStored stored;
  const sheaf_stored* const sources[] = {&stored.plain, &stored.plain};
  sheaf_param_value by{};
  by.type = SHEAF_PARAM_FLOAT;
  by.real = 10;
  const sheaf_config config{sizeof config, 1, &by};
  given.clear(), numbers.clear();
  CHECK(method.call(&method, call.get(), &config, sources, 2, &results) == SHEAF_OK);
  CHECK(given == std::vector<std::string>{"sums", "first", "a"});
  CHECK(numbers == std::vector<double>{60, 60});
  by.real = -1;
  CHECK(method.call(&method, call.get(), &config, sources, 1, &results) == SHEAF_ERR_SOURCE);
  CHECK(call.message == "takes no negative factor");
}

TEST_CASE("stored rows are typed", "[sdk][extensions]") {
  test::FakeCall call;
  const FakeStored fake;
  const sdk::Stored stored(call.get(), &fake.plain);
  CHECK(stored.read<std::int16_t>(0, 1, 3) == std::vector<std::int16_t>{2, 3});
  CHECK_THROWS_AS(stored.read<float>(0, 0, 1), sdk::PluginError);
  CHECK_THROWS_AS(stored.read<std::int16_t>(0, 0, 4), sdk::detail::HostRefused);
  CHECK_THROWS_AS(stored.rows(1), sdk::PluginError);
  CHECK(stored.find("").value() == 0);
  CHECK_FALSE(stored.find("other").has_value());
  CHECK(stored.attr("unit")->strings() == std::vector<std::string>{"V"});
}

TEST_CASE("a transform lives from open to close", "[sdk][extensions]") {
  const sheaf_transform& first = *sdk::detail::TransformAdapter<First>::transform();
  test::FakeCall call;
  const FakeStored fake;
  const sheaf_config config{sizeof config, 0, nullptr};
  const std::int64_t item[] = {2};
  sheaf_transform_input input{sizeof input, 1,       item, sdk::dtype_of<std::int32_t>(), 0,
                              nullptr,      nullptr, 0};
  sheaf_dtype dtype{};
  void* instance = nullptr;
  CHECK(first.open(&first, call.get(), &config, &input, &dtype, &instance) == SHEAF_ERR_SOURCE);
  CHECK(call.message == "wants a unit");
  input.attr_names = &fake.name, input.attr_values = &fake.attr, input.attr_count = 1;
  REQUIRE(first.open(&first, call.get(), &config, &input, &dtype, &instance) == SHEAF_OK);
  CHECK(dtype == sdk::dtype_of<std::int32_t>());
  sheaf_item_shape from{1, 0, {2}}, to{};
  CHECK(first.shape(instance, call.get(), &from, &to) == SHEAF_OK);
  CHECK((to.ndim == 1 && to.extents[0] == 1));
  const std::int32_t rows[] = {1, 2, 3, 4};
  const std::int64_t shape[] = {2, 2};
  const sheaf_array array{sdk::dtype_of<std::int32_t>(), 2, shape, rows};
  std::int32_t made[2] = {};
  CHECK(first.apply(instance, call.get(), &array, made, sizeof made) == SHEAF_OK);
  CHECK((made[0] == 1 && made[1] == 3));
  first.close(instance);
}
