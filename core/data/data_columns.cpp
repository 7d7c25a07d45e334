#include "core/data/data_columns.h"

#include "core/base/error.h"

namespace espalier {

namespace {

// The part of an entry that "picture=..." at this place names, and the length of that; nothing at others.
struct Named {
  std::string DataColumns::*part = nullptr;
  size_t length = 0;
};
Named partNamedAt(const std::string& written, size_t at) {
  for (const auto& [name, part] :
       {std::pair{"picture", &DataColumns::picture}, std::pair{"question", &DataColumns::question},
        std::pair{"text", &DataColumns::text}, std::pair{"answer", &DataColumns::text}}) {
    const auto begin = std::string(name) + "=";
    if (written.compare(at, begin.size(), begin) == 0) return {part, begin.size()};
  }
  return {};
}

}  // namespace

DataColumns dataColumnsFrom(const std::string& written) {
  DataColumns out;
  const auto fail = [&] {
    throw Error(
        ErrorKind::InvalidInput,
        "--columns is \"" + written +
            "\"; picture=NAME,question=NAME,text=NAME (or answer=NAME) was expected, each at most once.");
  };
  for (size_t at = 0; at < written.size();) {
    const auto named = partNamedAt(written, at);
    if (!named.part) fail();
    size_t end = at + named.length;
    while (end < written.size() && !(written[end] == ',' && partNamedAt(written, end + 1).part)) ++end;
    const auto column = written.substr(at + named.length, end - at - named.length);
    if (column.empty() || !(out.*named.part).empty()) fail();
    out.*named.part = column;
    at = end + 1;
  }
  return out;
}

std::string toText(const DataColumns& columns) {
  std::string out;
  for (const auto& [name, column] :
       {std::pair{"picture", columns.picture}, std::pair{"question", columns.question},
        std::pair{"text", columns.text}})
    if (!column.empty()) out += (out.empty() ? "" : ",") + std::string(name) + "=" + column;
  return out;
}

}  // namespace espalier
