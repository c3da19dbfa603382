// SPDX-License-Identifier: MIT
// Bases, and pointers to them.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "core/objects/sharing.hpp"

using namespace sheaf;
using Catch::Contains;

namespace shapes {

struct Figure {
  std::string name;
  virtual ~Figure() = default;
  [[nodiscard]] virtual double area() const = 0;
};
BOOST_DESCRIBE_STRUCT(Figure, (), (name))

struct Colour {
  int red = 0;
  std::vector<double> mix;
};
BOOST_DESCRIBE_STRUCT(Colour, (), (red, mix))

struct Circle : Figure {
  double radius = 0;
  [[nodiscard]] double area() const override { return 3 * radius * radius; }
};
BOOST_DESCRIBE_STRUCT(Circle, (Figure), (radius))
constexpr objects::TypeName sheaf_type(const Circle* /*type*/) { return {"lab.circle"}; }

struct Square : Colour, Figure {
  double side = 0;
  [[nodiscard]] double area() const override { return side * side; }
};
BOOST_DESCRIBE_STRUCT(Square, (Colour, Figure), (side))

struct Ring : Circle {
  std::vector<double> inner;
};
BOOST_DESCRIBE_STRUCT(Ring, (Circle), (inner))

struct Drawing {
  std::unique_ptr<Figure> first;
  std::shared_ptr<Figure> second;
  std::shared_ptr<const Colour> colour;
};
BOOST_DESCRIBE_STRUCT(Drawing, (), (first, second, colour))

// Not an abstract base, and stored in its own way.
struct Sign : Circle {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Sign, (Circle), ())
void sheaf_write(const objects::Item& to, const Sign& sign) { to["text"] = sign.text; }
void sheaf_read(const objects::Item& from, Sign& sign) {
  sign.text = from["text"].as<std::string>();
}

struct Impostor {};
BOOST_DESCRIBE_STRUCT(Impostor, (), ())
constexpr objects::TypeName sheaf_type(const Impostor* /*type*/) { return {"lab.circle"}; }

// Without a virtual function.
struct Plain {
  int one = 1;
};
BOOST_DESCRIBE_STRUCT(Plain, (), (one))
struct Richer : Plain {
  int two = 2;
};
BOOST_DESCRIBE_STRUCT(Richer, (Plain), (two))

}  // namespace shapes

using namespace sheaf::objects;
using namespace shapes;

namespace {

File knowing_file() {
  const File file = File::in_memory();
  return file.know<Circle, Square, Ring>();
}

Ring ring() {
  Ring ring;
  ring.name = "ring";
  ring.radius = 2;
  ring.inner = {1, 0.5};
  return ring;
}

}  // namespace

TEST_CASE("the members of all bases are in one group", "[core][objects]") {
  const File file = File::in_memory();
  file["ring"] = ring();
  CHECK(file["ring"].attrs().names() == std::vector<std::string>{"name", "radius", "sheaf_type"});
  CHECK(file["ring"].attrs().get<std::string>("sheaf_type") == "shapes::Ring");
  CHECK(file["ring"].dict().keys() == std::vector<std::string>{"inner"});
  CHECK(file["ring"].as<Ring>().name == "ring");
  CHECK(file["ring"].as<Ring>().inner == ring().inner);
  CHECK_THROWS_WITH(file["ring"].as<Circle>(), Contains("is a shapes::Ring, no lab.circle"));
}

TEST_CASE("a pointer to a base comes back as what it was", "[core][objects]") {
  const File file = knowing_file();
  Drawing drawing;
  drawing.first = std::make_unique<Ring>(ring());
  auto square = std::make_shared<Square>();
  square->name = "square";
  square->side = 3;
  square->red = 7;
  square->mix = {1, 2};
  drawing.second = square;
  drawing.colour = square;
  file["drawing"] = drawing;
  CHECK(file["drawing/first"].attrs().get<std::string>("sheaf_type") == "shapes::Ring");
  const auto read = file["drawing"].as<Drawing>();
  REQUIRE(dynamic_cast<const Ring*>(read.first.get()) != nullptr);
  CHECK(read.first->area() == 12);
  CHECK(read.first->name == "ring");
  const auto* same = dynamic_cast<const Square*>(read.second.get());
  REQUIRE(same != nullptr);
  CHECK(same->mix == square->mix);
  CHECK(read.second->area() == 9);
  // Colour has no virtual function: what it points to is stored as a Colour.
  CHECK(read.colour->red == 7);
  CHECK(file["drawing/colour"].attrs().get<std::string>("sheaf_type") == "shapes::Colour");
}

TEST_CASE("an object given as its base is stored whole", "[core][objects]") {
  const File file = knowing_file();
  const Ring whole = ring();
  const Figure& part = whole;
  file["shape"] = part;
  CHECK(file["shape"].as<Ring>().inner == whole.inner);
  CHECK(file["shape"].as<std::shared_ptr<Figure>>()->area() == 12);
  CHECK(file["shape"].as<std::unique_ptr<Circle>>()->radius == 2);
}

TEST_CASE("a base may be any, also the second one", "[core][objects]") {
  const File file = knowing_file();
  Square square;
  square.red = 5;
  square.side = 2;
  file["square"] = square;
  CHECK(file["square"].as<std::shared_ptr<Colour>>()->red == 5);
  CHECK(file["square"].as<std::shared_ptr<Figure>>()->area() == 4);
  CHECK_THROWS_WITH(file["square"].as<std::unique_ptr<Colour>>(),
                    Contains("give shapes::Colour a virtual destructor"));
  CHECK_THROWS_WITH(file["square"].as<std::shared_ptr<Circle>>(),
                    Contains("is a shapes::Square, and shapes::Circle is no described base"));
}

TEST_CASE("types that the file doesn't know are refused with the remedy", "[core][objects]") {
  const File file = File::in_memory();
  Drawing drawing;
  drawing.first = std::make_unique<Ring>(ring());
  CHECK_THROWS_WITH(file["drawing"] = drawing,
                    Contains(":/drawing/first: is to hold a shapes::Ring") &&
                        Contains("file.know<shapes::Ring>()"));
  CHECK_FALSE(file["drawing"].exists());
  file["ring"] = ring();
  CHECK_THROWS_WITH(file["ring"].as<std::unique_ptr<Figure>>(),
                    Contains("is a shapes::Ring, a type that the file doesn't know"));
  CHECK(file["ring"].as<std::unique_ptr<Ring>>()->radius == 2);  // what it is needs no knowing
  file["untyped"] = Tree{{"name", "?"}};
  CHECK_THROWS_WITH(file["untyped"].as<std::unique_ptr<Figure>>(),
                    Contains("doesn't say what it is"));
  CHECK_THROWS_WITH(file.know<Impostor>().know<Circle>(),
                    Contains("two types are stored as lab.circle"));
  (void)file.know<Ring>().know<Ring>();
}

TEST_CASE("nothing is none, and a missing pointer is empty", "[core][objects]") {
  const File file = knowing_file();
  file["drawing"] = Drawing();
  CHECK(file["drawing/first"].tree().is_none());
  CHECK(file["drawing"].as<Drawing>().first == nullptr);
  (void)file["drawing/second"].erase();
  CHECK(file["drawing"].as<Drawing>().second == nullptr);
  file["number"] = std::make_unique<double>(0.5);
  CHECK(file["number"].kind() == Kind::Scalar);
  CHECK(*file["number"].as<std::unique_ptr<double>>() == 0.5);
  CHECK(*file["number"].as<std::shared_ptr<const double>>() == 0.5);
}

TEST_CASE("a derived type with functions of its own keeps its type", "[core][objects]") {
  const File file = File::in_memory();
  file.know<Sign>();
  auto sign = std::make_unique<Sign>();
  sign->text = "stop";
  file["sign"] = std::unique_ptr<Figure>(std::move(sign));
  CHECK(file["sign"].attrs().get<std::string>("sheaf_type") == "shapes::Sign");
  const auto read = file["sign"].as<std::shared_ptr<Figure>>();
  REQUIRE(dynamic_cast<const Sign*>(read.get()) != nullptr);
  CHECK(dynamic_cast<const Sign*>(read.get())->text == "stop");
}

TEST_CASE("types without virtual functions come back by their name", "[core][objects]") {
  const File file = File::in_memory();
  file["richer"] = Richer();
  CHECK_THROWS_AS(file["richer"].as<std::shared_ptr<Plain>>(), Error);
  file.know<Richer>();
  CHECK(file["richer"].as<std::shared_ptr<Plain>>()->one == 1);
}
