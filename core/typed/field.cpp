// SPDX-License-Identifier: MIT
#include "core/typed/field.hpp"

#include "core/error.hpp"
#include "core/layout/paths.hpp"
#include "core/typed/store.hpp"

namespace sheaf::typed {

Field::Field(Place place, FieldOptions options)
    : Field(std::move(place), std::nullopt, false, std::move(options)) {}

Field::Field(Place place, std::optional<Dtype> dtype, bool is_required, FieldOptions options)
    : place_(std::move(place)) {
  place_.store->declare({place_.path, dtype, is_required, std::move(options)});
}

bool Field::exists() const { return place_.store->exists(path()); }
std::vector<layout::Attribute> Field::attrs() const { return place_.store->attrs(path()); }
Shape Field::shape() const { return place_.store->shape(path()); }

bool Field::has(std::string_view id) const { return place_.store->has(path(), id); }
std::optional<Value> Field::get(std::string_view id) const { return place_.store->get(path(), id); }
std::vector<std::optional<Span>> Field::refs() const { return place_.store->refs(path()); }

Value Field::operator[](const std::optional<Span>& ref) const {
  if (ref) return rows(ref->start, ref->stop);
  throw Error(ErrorCode::Invalid, place_.store->name() + ":/" + path(),
              "the reference is empty: the source is absent; look before it is followed");
}

Value Field::rows(std::int64_t start, std::int64_t stop) const {
  return place_.store->rows(path(), start, stop);
}
Value Field::rows(const std::vector<std::int64_t>& numbers) const {
  return place_.store->rows(path(), numbers);
}

void Field::add(std::string_view id, const Value& value) const {
  const std::string& whole = path();
  place_.store->add(layout::parent_of(whole), id, {{layout::name_of(whole), value}}, {});
}
void Field::set(std::string_view id, const Value& value) const {
  const std::string& whole = path();
  place_.store->add(layout::parent_of(whole), id, {{layout::name_of(whole), value}},
                    {.must_exist = true});
}
void Field::iset(std::string_view id, std::int64_t offset, const Value& rows) const {
  place_.store->iset(path(), id, offset, rows);
}
void Field::set_rows(std::int64_t start, const Value& rows) const {
  place_.store->set_rows(path(), start, rows);
}
void Field::set_rows(const std::vector<std::int64_t>& numbers, const Value& rows) const {
  place_.store->set_rows(path(), numbers, rows);
}

Group::Group(Place place) : place_(std::move(place)) {}

Place Group::at(std::string_view path) const {
  return {place_.store, layout::below(place_.path, std::string(path))};
}

std::optional<Values> Group::get(std::string_view id) const {
  return place_.store->get_all(place_.path, id);
}
void Group::add(std::string_view id, const Values& values) const {
  place_.store->add(place_.path, id, values, {});
}
void Group::set(std::string_view id, const Values& values) const {
  place_.store->add(place_.path, id, values, {.must_exist = true});
}
std::vector<layout::Attribute> Group::attrs() const { return place_.store->attrs(place_.path); }

}  // namespace sheaf::typed
