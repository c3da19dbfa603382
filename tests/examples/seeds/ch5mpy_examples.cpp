// SPDX-License-Identifier: MIT
// ch5mpy's pages, example by example: what is Python there is C++ here.
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf::objects;
using sheaf::Error;
using sheaf::test::TempDir;

namespace {

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace

// from ch5mpy import File, Group, Dataset
TEST_CASE("files, groups and datasets go to other threads as text", "[examples][ch5mpy]") {
  const TempDir folder;
  const File file = File::open(folder / "lab.h5", "w");
  file["group/dataset"] = std::vector<int>{1, 2, 3};
  file.commit();

  const std::string group = file["group"].address();  // pickle.dumps(group)
  const std::string dataset = file["group/dataset"].address();

  std::vector<int> numbers;
  std::size_t size = 0;
  std::thread([&] {
    size = File::from_address(group).dict().size();  // pickle.loads(…)
    numbers = File::from_address(dataset).as<std::vector<int>>();
  }).join();
  CHECK(size == 1);
  CHECK(numbers == std::vector<int>{1, 2, 3});
}

// class H5Mode(str, Enum): READ, READ_WRITE, WRITE_TRUNCATE, WRITE, READ_WRITE_CREATE
TEST_CASE("a file is opened in one of five modes", "[examples][ch5mpy]") {
  const TempDir folder;
  const auto path = folder / "file.h5";

  // READ and READ_WRITE: the file must exist.
  CHECK_THROWS_AS(File::open(path, "r"), Error);
  CHECK_THROWS_AS(File::open(path, "r+"), Error);

  File::open(path, "a")["made"] = 1;               // READ_WRITE_CREATE: create otherwise …
  File::open(path, "a")["more"] = 2;               // … and read/write if it exists
  CHECK_THROWS_AS(File::open(path, "w-"), Error);  // WRITE: fail if it exists
  CHECK_THROWS_AS(File::open(path, "r")["x"] = 1, Error);  // READ: readonly
  File::open(path, "r+")["made"] = 3;
  CHECK(File::open(path).root().copy() == Tree{{"made", 3}, {"more", 2}});

  File::open(path, "w")["new"] = 4;  // WRITE_TRUNCATE: truncate if it exists
  CHECK(File::open(path).root().copy() == Tree{{"new", 4}});
}

// f = File('some/file.h5'); f.attrs; f.attrs['value']
TEST_CASE("attributes are a dictionary that knows none", "[examples][ch5mpy]") {
  const File file = File::in_memory();
  file.attrs().set({{"value", 1}, {"creation", "02/08/2021"}, {"parent", none}});

  CHECK(file.attrs()["value"].as<int>() == 1);
  CHECK(file.attrs().at("parent").is_none());
  // ch5mpy lists attributes by name, too; the page shows them as they were set.
  CHECK(printed(file.attrs()) ==
        "AttributeManager{creation: 02/08/2021, \n"
        "                 parent: None, \n"
        "                 value: 1}");
}

// dct = H5Dict(File("dict.h5", H5Mode.READ_WRITE))
TEST_CASE("a dictionary shows its values, and doesn't read those of others", "[examples][ch5mpy]") {
  const TempDir folder;
  File::open(folder / "dict.h5", "w").root() |=
      Tree{{"a", 1}, {"b", std::vector<std::int64_t>{1, 2, 3}}, {"c", {{"d", "e"}}}};

  const File file = File::open(folder / "dict.h5", "r+");
  const Dict dict = file.root();
  CHECK(printed(dict) ==
        "Dict{\n"
        "\ta: 1,\n"
        "\tb: Array([1, 2, 3], shape=(3,), dtype=int64),\n"
        "\tc: {...}\n"
        "}");
  CHECK(dict.keys() == std::vector<std::string>{"a", "b", "c"});
  CHECK(dict["c"]["d"].as<std::string>() == "e");
}

namespace {

// class O_: def __init__(self, v: float): self._v = v
struct O {
  double v = 0;
};

// The page's O is pickled; a C++ type says how it is stored.
void sheaf_write(const Item& to, const O& o) { to["v"] = o.v; }
void sheaf_read(const Item& from, O& o) { o.v = from["v"].as<double>(); }

}  // namespace

// lst = H5List(File("backed_list.h5", H5Mode.READ_WRITE)); lst.append(O(5.0))
TEST_CASE("a list holds numbers, texts and objects", "[examples][ch5mpy]") {
  const TempDir folder;
  File::open(folder / "backed_list.h5", "w")["list"] = Tree::list({1.0, 2, "4."});

  const File file = File::open(folder / "backed_list.h5", "r+");
  const List list = file["list"].list();
  CHECK(printed(list) == "List[1.0, 2, '4.']");

  list.append(O{5.0});
  CHECK(list.size() == 4);
  CHECK(list[3].as<O>().v == 5.0);
  CHECK(printed(list) == "List[1.0, 2, '4.', {...}]");
}

// h5_array = H5Array(File("h5_arrays", H5Mode.READ_WRITE)["integers"])
TEST_CASE("arrays print as NumPy's, and are loaded when asked", "[examples][ch5mpy]") {
  const File file = File::in_memory();
  sheaf::Value numbers = sheaf::Value::of(std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8});
  numbers.shape = {3, 3};
  file["integers"] = numbers;
  file["strings"] = std::vector<std::string>{"blue", "red", "yellow"};

  CHECK(printed(file["integers"].array()) ==
        "Array([[0, 1, 2],\n"
        "       [3, 4, 5],\n"
        "       [6, 7, 8]], shape=(3, 3), dtype=int64)");
  CHECK(printed(file["strings"].array()) ==
        "Array(['blue', 'red', 'yellow'], shape=(3,), dtype='<U6')");

  // np.array(h5_array)
  CHECK(file["integers"].array().read() == numbers);
}

// write_dataset(), write_datasets(), write_object(), write_objects()
TEST_CASE("anything is written by assigning it", "[examples][ch5mpy]") {
  const File file = File::in_memory();
  file["array"] = std::vector<double>{0.5, 1};
  file["number"] = 1;
  file["text"] = "abc";
  file["object"] = O{5.0};
  file.root() |= Tree{{"many", {{"x", 1}, {"y", Tree::list({1, "a"})}}}};

  CHECK(file["array"].kind() == Kind::Array);
  CHECK(file["number"].kind() == Kind::Scalar);
  CHECK(file["text"].as<std::string>() == "abc");
  CHECK(file["object"].as<O>().v == 5.0);
  CHECK(file["many/y/1"].as<std::string>() == "a");
}

namespace lab {

struct YourObject {
  std::string name;
  std::vector<float> data;
};

// def __h5_write__(self, values: ch5mpy.H5Dict[Any]) -> None
void sheaf_write(const Item& to, const YourObject& object) {
  to["name"] = object.name;
  to["data"] = object.data;
}

// @classmethod def __h5_read__(cls, values: ch5mpy.H5Dict[Any]) -> YourObject
void sheaf_read(const Item& from, YourObject& object) {
  object.name = from["name"].as<std::string>();
  object.data = from["data"].as<std::vector<float>>();
}

}  // namespace lab

TEST_CASE("a type says how it is stored", "[examples][ch5mpy]") {
  const File file = File::in_memory();
  file["yours"] = lab::YourObject{"mine", {1, 2}};

  const auto object = file["yours"].as<lab::YourObject>();
  CHECK(object.name == "mine");
  CHECK(object.data == std::vector<float>{1, 2});
}
