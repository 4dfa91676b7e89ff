// A checkpoint: named records between a magic number and a checksum.
//
// Layout: "hepgan\r\n" | version u32 | record count u32 | records | XXH64 of all before. A record is: name length u32,
// name, type u8 ('f' float, 'i' int64, 'd' double, 's' text), bytes u64, data. Little-endian; in order of names.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <hepgan/core/checksum.hpp>
#include <hepgan/core/file.hpp>
#include <span>
#include <string>
#include <string_view>

namespace hepgan {

class checkpoint {
 public:
  static constexpr std::uint32_t version = 1;

  void put(const std::string& name, std::span<const float> v) { put(name, 'f', v.data(), v.size_bytes()); }
  void put(const std::string& name, std::integral auto v) {
    const auto wide = static_cast<std::int64_t>(v);
    put(name, 'i', &wide, sizeof wide);
  }
  void put(const std::string& name, double v) { put(name, 'd', &v, sizeof v); }
  void put(const std::string& name, const std::string& v) { put(name, 's', v.data(), v.size()); }
  bool has(const std::string& name) const { return named(name).end; }
  /// How many records of float numbers have names that begin so.
  std::size_t blocks_under(std::string_view prefix) const {
    std::size_t n = 0;
    for (const char* p = records_.data(); p != end();)
      if (const record r = next(p); r.type == 'f' && r.name.substr(0, prefix.size()) == prefix) ++n;
    return n;
  }

  void get(const std::string& name, std::span<float> to) const {
    expect(name, to.size());
    find(name, 'f').data.copy(reinterpret_cast<char*>(to.data()), to.size_bytes());
  }
  /// Refuses a record that is not there or has another number of numbers, as `get` does.
  void expect(const std::string& name, std::size_t numbers) const {
    const record r = find(name, 'f');
    if (r.data.size() != numbers * sizeof(float))
      fail({name, ": found ", r.data.size() / 4, " numbers, expected ", numbers});
  }
  std::int64_t integer(const std::string& name) const { return value<std::int64_t>(name, 'i'); }
  double real(const std::string& name) const { return value<double>(name, 'd'); }
  std::string text(const std::string& name) const { return std::string(find(name, 's').data); }

  /// Durable when it returns: the old file stays whole until the new one is on disk.
  void write(const std::string& path) const {
    std::string bytes;
    bytes.reserve(sizeof magic + 8 + records_.size() + 8);
    bytes.assign(magic, sizeof magic);
    std::uint32_t count = 0;
    for (const char* p = records_.data(); p != end(); ++count) next(p);
    append(bytes, version), append(bytes, count);
    bytes += records_;
    append(bytes, checksum(std::as_bytes(std::span(bytes))));
    write_file(path, bytes);
  }

  static checkpoint read(const std::string& path) {
    checkpoint c;
    c.path_ = path;
    expect_file(path, "a checkpoint");
    std::string bytes;
    if (!read_file(path, bytes)) c.fail({"found no such file, or one that cannot be read, expected a checkpoint"});
    const char* p = bytes.data();
    if (bytes.size() < 24 || std::memcmp(p, magic, sizeof magic) != 0)
      c.fail({"found a file that begins otherwise, expected a hepgan checkpoint"});
    const char* end = p + bytes.size() - 8;
    p += sizeof magic;
    if (const auto v = take<std::uint32_t>(p); v != version) c.fail({"found version ", v, ", expected ", version});
    std::uint64_t sum;
    std::memcpy(&sum, end, 8);
    if (sum != checksum(std::as_bytes(std::span(bytes)).first(bytes.size() - 8)))
      c.fail({"found contents that do not match their checksum, expected them as they were written: it is damaged"});
    const auto room = [&](std::uint64_t n) {
      if (n > static_cast<std::uint64_t>(end - p))
        c.fail({"found a record beyond the end of the file, expected all inside: it is damaged"});
    };
    room(4);
    c.records_.reserve(bytes.size());
    for (auto n = take<std::uint32_t>(p); n-- > 0;) {
      const char* begin = p;
      room(4);
      const auto name = take<std::uint32_t>(p);
      room(std::uint64_t(name) + 9);
      p += name + 1;
      room(take<std::uint64_t>(p));
      const record r = next(p = begin);
      if (c.has(std::string(r.name))) c.fail({"found two records ", r.name, ", expected one: it is damaged"});
      c.put(r.name, r.type, r.data.data(), r.data.size());
    }
    if (p != end) c.fail({"found bytes behind the last record, expected none: it is damaged"});
    return c;
  }

  /// Where it was read from.
  const std::string& path() const { return path_; }
  [[noreturn]] void fail(std::initializer_list<word> what) const { throw error({path_, ": ", text_from(what)}); }

 private:
  static constexpr char magic[8] = {'h', 'e', 'p', 'g', 'a', 'n', '\r', '\n'};
  struct record {
    const char *begin, *end = nullptr;
    std::string_view name{}, data{};
    char type = 0;
  };
  /// The one that begins there, which p is behind then.
  static record next(const char*& p) {
    record r{p};
    const auto name = take<std::uint32_t>(p);
    r.name = {p, name}, p += name, r.type = *p++;
    const auto data = take<std::uint64_t>(p);
    r.data = {p, data}, p += data, r.end = p;
    return r;
  }
  const char* end() const { return records_.data() + records_.size(); }
  /// Of this name; if there is none, one without end at the place where it would be: names are in order.
  record named(std::string_view name) const {
    for (const char* p = records_.data(); p != end();)
      if (const record r = next(p); r.name >= name) return r.name == name ? r : record{r.begin};
    return {end()};
  }
  void put(std::string_view name, char type, const void* data, std::size_t size) {
    std::string head;
    append(head, static_cast<std::uint32_t>(name.size()));
    head += name, head += type;
    append(head, static_cast<std::uint64_t>(size));
    const record old = named(name);
    const std::size_t at = old.begin - records_.data();
    records_.replace(at, old.end ? old.end - old.begin : 0, head.size() + size, '\0');
    head.copy(records_.data() + at, head.size());
    std::copy_n(static_cast<const char*>(data), size, records_.data() + at + head.size());
  }
  record find(const std::string& name, char type) const {
    const record r = named(name);
    if (!r.end) fail({"found no record ", name, ", expected one"});
    if (r.type != type)
      fail({"record ", name, ": found type ", std::string_view(&r.type, 1), ", expected ", std::string_view(&type, 1)});
    return r;
  }
  template <class T>
  T value(const std::string& name, char type) const {
    const record r = find(name, type);
    T v;
    if (r.data.size() != sizeof v) fail({"record ", name, ": found ", r.data.size(), " bytes, expected ", sizeof v});
    std::memcpy(&v, r.data.data(), sizeof v);
    return v;
  }
  template <class T>
  static void append(std::string& bytes, T v) {
    bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
  }
  template <class T>
  static T take(const char*& p) {
    T v;
    std::memcpy(&v, p, sizeof v);
    p += sizeof v;
    return v;
  }

  std::string path_ = "checkpoint";
  std::string records_;  ///< as they lie in the file
};

}  // namespace hepgan
