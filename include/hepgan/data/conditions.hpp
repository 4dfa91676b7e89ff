// Conditions of events: which of their fields a network is told, and in which units.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/error.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hepgan::data {

/// What a condition may be, in its own units: squares of it are numbers of a float, and sums of those.
inline constexpr double largest_field = 1e15;

/// A field of an event, and a value of it.
struct field_value {
  std::string field;
  double value;
};

namespace detail {

/// f(part) for each of a list "a,b,c"; an empty one has none.
template <class F>
void each_of_list(const std::string& list, F f) {
  for (std::size_t at = 0; !list.empty() && at <= list.size();) {
    const std::size_t end = (std::min)(list.find(',', at), list.size());
    f(list.substr(at, end - at));
    at = end + 1;
  }
}
inline bool is_number(std::string_view text, double& value) {
  const std::optional<double> number = number_in(text);
  value = number.value_or(0);
  return number.has_value();
}
/// Adds to a list in which each field stands once.
template <class Named>
void add_once(std::vector<Named>& to, Named one, const std::string& list) {
  for (const Named& other : to)
    if (other.field == one.field) throw error({"found ", one.field, " twice in ", list, ", expected it once"});
  to.push_back(std::move(one));
}

}  // namespace detail

/// "mGlu=1500,mNeu=700".
inline std::vector<field_value> field_values(const std::string& text) {
  std::vector<field_value> all;
  detail::each_of_list(text, [&](const std::string& part) {
    const std::size_t equals = part.find('=');
    field_value one{part.substr(0, equals), 0};
    if (equals == part.npos || one.field.empty() || !detail::is_number(part.substr(equals + 1), one.value) ||
        std::abs(one.value) > largest_field)
      throw error({"found ", part.empty() ? "nothing" : part, ", expected field=number, of at most ", largest_field,
                   ", separated by commas"});
    detail::add_once(all, std::move(one), text);
  });
  if (all.empty()) throw error("found nothing, expected field=number, separated by commas");
  return all;
}
inline std::string to_text(std::span<const field_value> values) {
  std::string text;
  for (const field_value& v : values) append(text, {text.empty() ? "" : ",", v.field, "=", v.value});
  return text;
}

/// c = (field − offset)/scale for each field, by the name "(mGlu-1400)/500,(mNeu-250)/1400", or "mGlu" for a field as
/// it is; kept by this name in checkpoints. None: no conditions.
class condition_scale {
 public:
  struct condition {
    std::string field;
    double offset = 0, scale = 1;
  };

  explicit condition_scale(std::string name = "") : name_(std::move(name)) {
    detail::each_of_list(name_, [&](const std::string& part) { detail::add_once(all_, parsed(part), name_); });
  }

  const std::string& name() const { return name_; }
  std::size_t size() const { return all_.size(); }
  const condition& operator[](std::size_t i) const { return all_[i]; }
  float scaled(std::size_t i, double value) const {
    return static_cast<float>((value - all_[i].offset) / all_[i].scale);
  }
  /// Of rows of fields' values.
  std::vector<float> scaled(std::span<const float> values) const {
    std::vector<float> rows;
    for (std::size_t i = 0; i < values.size(); ++i) rows.push_back(scaled(i % size(), values[i]));
    return rows;
  }
  /// "mGlu, mNeu".
  std::string fields() const {
    std::string text;
    for (const condition& c : all_) text += (text.empty() ? "" : ", ") + c.field;
    return text.empty() ? "none" : text;
  }

  /// One value for each field, given in any order, in the order of the conditions.
  std::vector<float> row(std::span<const field_value> values) const {
    std::vector<float> all;
    for (const condition& c : all_)
      for (const field_value& v : values)
        if (v.field == c.field) all.push_back(static_cast<float>(v.value));
    if (all.size() != size() || values.size() != size())
      throw error({"found ", to_text(values), ", expected a value for each of ", fields()});
    return all;
  }

 private:
  static condition parsed(const std::string& part) {
    condition c{part};
    const std::size_t sign = part.find_first_of("+-", 1), close = part.find(")/");
    const bool formula = part.starts_with('(') && sign < close && close != part.npos;
    bool good = !part.empty() && part.find_first_of("()/+= ") == part.npos;
    if (formula) {
      c.field = part.substr(1, sign - 1);
      good = !c.field.empty() && detail::is_number(part.substr(sign + 1, close - sign - 1), c.offset) &&
             detail::is_number(part.substr(close + 2), c.scale) && c.scale != 0;
      if (part[sign] == '+') c.offset = -c.offset;
    }
    if (!good)
      throw error(
          {"found ", part.empty() ? "nothing" : part, ", expected such as (mGlu-1400)/500, separated by commas"});
    return c;
  }

  std::string name_;
  std::vector<condition> all_;
};

}  // namespace hepgan::data
