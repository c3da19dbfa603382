// SPDX-License-Identifier: MIT
// Arrays out of nothing, by name.
#include "core/array/creation.hpp"

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {
namespace {

void add_filled(Functions& all) {
  for (const auto& [name, f] : {std::pair{"zeros", &zeros}, {"ones", &ones}, {"empty", &empty}}) {
    all[name] = [f = f](const Arguments& in) -> Argument {
      in.allow({"shape", "dtype"});
      return f(in.shape(0, "shape"), in.dtype(1, "dtype").value_or(float64));
    };
  }
  all["full"] = [](const Arguments& in) -> Argument {
    in.allow({"shape", "fill_value", "dtype"});
    return full(in.shape(0, "shape"), in.array(1, "fill_value"), in.dtype(2, "dtype"));
  };
  for (const auto& [name, f] : {std::pair{"zeros_like", &zeros_like},
                                {"ones_like", &ones_like},
                                {"empty_like", &empty_like}}) {
    all[name] = [f = f](const Arguments& in) -> Argument {
      in.allow({"a", "dtype"});
      return f(in.array(0, "a"), in.dtype(1, "dtype"));
    };
  }
  all["full_like"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "fill_value", "dtype"});
    return full_like(in.array(0, "a"), in.array(1, "fill_value"), in.dtype(2, "dtype"));
  };
  for (const char* name : {"array", "copy"}) {
    all[name] = [](const Arguments& in) -> Argument {
      in.allow({"object", "dtype"});
      return array(in.array(0, "object"), in.dtype(1, "dtype"));
    };
  }
  for (const char* name : {"asarray", "asanyarray", "require", "ascontiguousarray"}) {
    all[name] = [](const Arguments& in) -> Argument {
      in.allow({"a", "dtype"});
      const Array a = asarray(in.array(0, "a"), in.dtype(1, "dtype"));
      return in.function() == "ascontiguousarray" ? atleast_1d(a) : a;
    };
  }
  all["asfarray"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "dtype"});
    return asfarray(in.array(0, "a"), in.dtype(1, "dtype").value_or(float64));
  };
  all["asarray_chkfinite"] = [](const Arguments& in) -> Argument {
    in.allow({"a", "dtype"});
    return asarray_chkfinite(in.array(0, "a"), in.dtype(1, "dtype"));
  };
}

void add_ramps(Functions& all) {
  all["arange"] = [](const Arguments& in) -> Argument {
    in.allow({"start", "stop", "step", "dtype"});
    const std::optional<Dtype> dtype = in.dtype(3, "dtype");
    if (!in.has(1, "stop")) return arange(in.array(0, "start"), dtype);
    return arange(in.array(0, "start"), in.array(1, "stop"),
                  in.has(2, "step") ? in.array(2, "step") : Array(1), dtype);
  };
  all["linspace"] = [](const Arguments& in) -> Argument {
    in.allow({"start", "stop", "num", "endpoint", "retstep", "dtype", "axis"});
    const Array start = in.array(0, "start");
    const Array stop = in.array(1, "stop");
    const std::int64_t num = in.integer(2, "num", 50);
    const bool endpoint = in.flag(3, "endpoint", true);
    const Array samples =
        linspace(start, stop, num, {endpoint, in.dtype(5, "dtype"), in.integer(6, "axis", 0)});
    if (!in.flag(4, "retstep", false)) return samples;
    return {List{samples, linspace_step(start, stop, num, endpoint)}, true};
  };
  all["logspace"] = [](const Arguments& in) -> Argument {
    in.allow({"start", "stop", "num", "endpoint", "base", "dtype"});
    return logspace(in.array(0, "start").item<double>(), in.array(1, "stop").item<double>(),
                    in.integer(2, "num", 50), in.real(4, "base", 10),
                    {in.flag(3, "endpoint", true), in.dtype(5, "dtype"), 0});
  };
  all["geomspace"] = [](const Arguments& in) -> Argument {
    in.allow({"start", "stop", "num", "endpoint", "dtype"});
    return geomspace(in.array(0, "start").item<double>(), in.array(1, "stop").item<double>(),
                     in.integer(2, "num", 50),
                     {in.flag(3, "endpoint", true), in.dtype(4, "dtype"), 0});
  };
}

void add_matrices(Functions& all) {
  for (const bool is_eye : {true, false}) {
    all[is_eye ? "eye" : "tri"] = [is_eye](const Arguments& in) -> Argument {
      in.allow({"N", "M", "k", "dtype"});
      const auto f = is_eye ? eye : tri;
      return f(in.integer(0, "N"), in.integer_if(1, "M"), in.integer(2, "k", 0),
               in.dtype(3, "dtype").value_or(float64));
    };
  }
  all["identity"] = [](const Arguments& in) -> Argument {
    in.allow({"n", "dtype"});
    return identity(in.integer(0, "n"), in.dtype(1, "dtype").value_or(float64));
  };
  for (const auto& [name, f] :
       {std::pair{"tril", &tril}, {"triu", &triu}, {"diag", &diag}, {"diagflat", &diagflat}}) {
    all[name] = [f = f](const Arguments& in) -> Argument {
      in.allow({"m", "k"});
      return f(in.array(0, "m"), in.integer(1, "k", 0));
    };
  }
  all["vander"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "N", "increasing"});
    return vander(in.array(0, "x"), in.integer_if(1, "N"), in.flag(2, "increasing", false));
  };
  all["meshgrid"] = [](const Arguments& in) -> Argument {
    in.allow_more({"indexing", "sparse"}, 0);
    return list_of(meshgrid(in.arrays_from(0), in.text(by_name, "indexing", "xy"),
                            in.flag(by_name, "sparse", false)));
  };
  all["indices"] = [](const Arguments& in) -> Argument {
    in.allow({"dimensions", "dtype"});
    return indices(in.shape(0, "dimensions"), in.dtype(1, "dtype").value_or(int64));
  };
  all["fromstring"] = [](const Arguments& in) -> Argument {
    in.allow({"string", "dtype", "count", "sep"});
    return fromstring(in.text(0, "string", ""), in.dtype(1, "dtype").value_or(float64),
                      in.integer(2, "count", -1), in.text(3, "sep", ""));
  };
  all["mgrid"] = [](const Arguments& in) -> Argument {
    in.allow_more({}, 0);
    return mgrid(in.arrays_from(0));
  };
  all["ogrid"] = [](const Arguments& in) -> Argument {
    in.allow_more({}, 0);
    return list_of(ogrid(in.arrays_from(0)));
  };
}

}  // namespace

void add_creation(Functions& all) {
  add_filled(all);
  add_ramps(all);
  add_matrices(all);
}

}  // namespace sheaf::np::script
