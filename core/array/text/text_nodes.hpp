// SPDX-License-Identifier: MIT
#pragma once
// Nodes of functions that take texts, and numbers beside them, element by element.
//
//   return each_text<bool>("isspace", {a}, [](const Given& in) { … in.text(0) … });
//
// Failure: Error (Invalid) that names the function, for inputs that are no texts or no integers.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/array/array.hpp"
#include "core/array/text.hpp"

namespace sheaf::np::strings {

// The inputs of one element.
class Given {
 public:
  Given(const std::vector<NodePtr>& inputs, const Box& box, Pass& pass);

  void move_to(std::int64_t element) noexcept { element_ = element; }
  [[nodiscard]] std::int64_t place(std::size_t input) const { return element_ * steps_[input]; }
  [[nodiscard]] const Buffer& block(std::size_t input) const { return *blocks_[input]; }
  [[nodiscard]] const std::string& text(std::size_t input) const {
    return block(input).strings()[static_cast<std::size_t>(place(input))];
  }
  [[nodiscard]] std::int64_t number(std::size_t input) const {
    return block(input).as<std::int64_t>()[place(input)];
  }

 private:
  std::vector<Pass::BufferPtr> blocks_;
  std::vector<std::int64_t> steps_;
  std::int64_t element_ = 0;
};

// Texts, or integers, as which they are read.
struct Input {
  Input(const Texts& texts) : array(texts.array), is_text(true) {}
  Input(Array integers) : array(std::move(integers)) {}
  Array array;
  bool is_text = false;
};

[[noreturn]] void refuse(const std::string& function, const std::string& why);
// Texts as they are, integers as int64; broadcast. All others are refused.
[[nodiscard]] std::vector<NodePtr> text_inputs(const std::string& function,
                                               const std::vector<Input>& inputs);
[[nodiscard]] std::vector<NodePtr> broadcast_inputs(const std::string& function,
                                                    const std::vector<Array>& inputs);

template <class Result, class F>
class EachText : public Node {
 public:
  EachText(Dtype dtype, Shape shape, std::vector<NodePtr> inputs, F f)
      : Node(dtype, std::move(shape)), inputs_(std::move(inputs)), f_(std::move(f)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    Given in(inputs_, box, pass);
    out.reset(dtype(), box.size());
    for (std::int64_t at = 0; at < box.size(); ++at) {
      in.move_to(at);
      if constexpr (std::is_same_v<Result, std::string>) {
        out.strings()[static_cast<std::size_t>(at)] = f_(in);
      } else {
        out.as<Result>()[at] = f_(in);
      }
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return inputs_; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  std::vector<NodePtr> inputs_;
  F f_;
};

[[nodiscard]] Shape shape_together(const std::vector<NodePtr>& inputs);

// Result: std::string, bool or std::int64_t.
template <class Result, class F>
Array each_of(std::vector<NodePtr> inputs, F f) {
  Dtype dtype = utf8;
  if constexpr (!std::is_same_v<Result, std::string>) dtype = dtype_of<Result>();
  Shape shape = shape_together(inputs);
  return Array(std::make_shared<EachText<Result, F>>(dtype, std::move(shape), std::move(inputs),
                                                     std::move(f)));
}
template <class Result, class F>
Array each_text(const std::string& function, const std::vector<Input>& inputs, F f) {
  return each_of<Result>(text_inputs(function, inputs), std::move(f));
}

}  // namespace sheaf::np::strings
