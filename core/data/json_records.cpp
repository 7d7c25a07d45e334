#include "core/data/json_records.h"

#include <cmath>

#include "core/base/error.h"
#include "core/base/input_file.h"
#include "core/base/json.h"
#include "core/base/mapping.h"
#include "core/data/data_text.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// Members of the top object that hold objects are records by id; those of a large file are not all looked at.
constexpr int kEnoughKeys = 64;
constexpr int64_t kMostBytes = int64_t(4) << 30;

// Notes keys down to the second level; stops where nothing new can come.
class Sketcher : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Sketcher(JsonSketch& out) : m_out(out) {}

  bool start_object(std::size_t) override {
    ++m_depth;
    m_isObject.push_back(true);
    return true;
  }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override {
    if (m_depth == 0) m_out.isList = true;
    if (m_depth == 1 && !m_out.isList) m_out.lists.insert(m_top);
    ++m_depth;
    m_isObject.push_back(false);
    return true;
  }
  bool end_array() override { return end(); }
  bool key(string_t& name) override {
    if (m_depth == 1) {
      m_top = name;
      m_out.keys[name];
      m_sawRecord = false;
      return m_out.keys.size() < kEnoughKeys;
    }
    // The record of a list lies one deeper than that of an object of objects.
    const int recordDepth = m_out.isList ? 2 : m_isObject[1] ? 2 : 3;
    if (m_depth == recordDepth && !m_sawRecord) m_out.keys[m_out.isList ? "" : m_top].insert(name);
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool end() {
    --m_depth;
    m_isObject.pop_back();
    if (m_out.isList && m_depth == 1) return false;  // the first entry tells
    if (!m_out.isList && m_depth == 2 && !m_isObject[1]) m_sawRecord = true;
    return true;
  }

  JsonSketch& m_out;
  int m_depth = 0;
  bool m_sawRecord = false;
  std::vector<bool> m_isObject;
  std::string m_top;
};

std::string inLowerCase(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return name;
}

// Builds the values that are kept. A number that is none, or beyond any double, is no value: null.
class RecordBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  RecordBuilder(JsonRecords& out, const int64_t& line, const std::set<std::string>& members, bool keepTop)
      : m_out(out), m_line(line), m_members(members), m_keepTop(keepTop) {}

  bool start_object(std::size_t) override { return start('{', nlohmann::json::object()); }
  bool start_array(std::size_t) override { return start('[', nlohmann::json::array()); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool key(string_t& name) override {
    m_key = name;
    if (m_kinds.size() == 1) m_top = name;
    m_keepKey = (m_keepTop && m_kinds.size() == 1) || m_members.contains(name) ||
                m_members.contains(inLowerCase(name));
    return true;
  }
  bool null() override { return add(nullptr); }
  bool boolean(bool v) override { return add(v); }
  bool number_integer(number_integer_t v) override { return add(v); }
  bool number_unsigned(number_unsigned_t v) override { return add(v); }
  bool number_float(number_float_t v, const string_t&) override {
    return add(std::isfinite(v) ? nlohmann::json(v) : nlohmann::json());
  }
  bool string(string_t& v) override { return add(std::move(v)); }
  bool binary(binary_t&) override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  // Whatever stands where a record may stand counts, so that lines and indices agree.
  void noteRecord() {
    const bool isRecord = m_kinds.size() == 1 ? m_kinds[0] == '[' || m_keepTop : m_kinds == "{[";
    if (isRecord) m_out.lines[m_kinds[0] == '[' ? "" : m_top].push_back(m_line);
  }
  bool start(char kind, nlohmann::json value) {
    noteRecord();
    m_kinds += kind;
    if (m_skipped > 0 || !(m_at = place(std::move(value)))) {
      ++m_skipped;
    } else {
      m_open.push_back(m_at);
    }
    return true;
  }
  bool end() {
    m_kinds.pop_back();
    if (m_skipped > 0)
      --m_skipped;
    else
      m_open.pop_back();
    return true;
  }
  bool add(nlohmann::json value) {
    noteRecord();
    if (m_skipped == 0) place(std::move(value));
    return true;
  }
  // Where a value now stands; null if it is not kept.
  nlohmann::json* place(nlohmann::json value) {
    if (m_open.empty()) return &(m_out.json = std::move(value));
    auto& parent = *m_open.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return m_keepKey ? &(parent[m_key] = std::move(value)) : nullptr;
  }

  JsonRecords& m_out;
  const int64_t& m_line;
  const std::set<std::string>& m_members;
  bool m_keepTop, m_keepKey = false;
  std::string m_kinds;  // of the containers that are open, the top first
  std::string m_key, m_top;
  int m_skipped = 0;  // containers open within one that is not kept
  std::vector<nlohmann::json*> m_open;
  nlohmann::json* m_at = nullptr;
};

}  // namespace

JsonSketch sketchJson(const std::filesystem::path& file) {
  // False where there is a fault, not where enough was seen.
  const auto sketched = [](std::string_view text, JsonSketch& out) {
    out = {};
    Sketcher sketcher(out);
    JsonFault fault;
    return readJsonEvents(text, sketcher, fault) || fault.what.empty();
  };
  JsonSketch out;
  try {
    const InputFile in(file);
    if (in.size() == 0) return out;
    const Mapping mapping(file, in.descriptor(), size_t(in.size()));
    const auto bytes = mapping.bytes();
    if (sketched({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, out)) return out;
    JsonSketch again;
    if (sketched(validUtf8(readDataText(file, kMostBytes)), again)) return again;
  } catch (const Error&) {
  }
  return out;
}

std::string JsonRecords::placeOf(const std::string& list, size_t index) const {
  const auto it = lines.find(list);
  const std::string line =
      it != lines.end() && index < it->second.size() ? ", line " + std::to_string(it->second[index]) : "";
  return fileName + line + ", " + (list.empty() ? "entry " : list) + "[" + std::to_string(index) + "]";
}

std::string JsonRecords::placeOfNamed(const std::string& key) const {
  const auto it = lines.find(key);
  return fileName + ", line " + std::to_string(it != lines.end() ? it->second[0] : 1) + ", entry " + key;
}

JsonRecords readJsonRecords(const std::filesystem::path& file, const std::set<std::string>& members,
                            bool keepTop) {
  const std::string text = readDataText(file, kMostBytes);
  JsonRecords out;
  JsonFault fault;
  const auto parsed = [&](const std::string& json) {
    out = {};
    out.fileName = file.filename().string();
    int64_t line = 1;
    RecordBuilder builder(out, line, members, keepTop);
    return readJsonEvents(json, builder, fault, &line);
  };
  if (!parsed(text) && !parsed(validUtf8(text)))
    throw Error(ErrorKind::Format, file.string() + " is not valid JSON (line " + std::to_string(fault.line) +
                                       ", column " + std::to_string(fault.column) + "): " + fault.what + ".");
  return out;
}

}  // namespace espalier
