#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace espalier {

// A day and time of day, for templates that write them.
struct TemplateClock {
  int year = 2024, month = 7, day = 26, hour = 0, minute = 0, second = 0;
  static TemplateClock now();  // local time
};

// A text with Jinja's blocks and expressions, with the meaning that transformers gives chat templates: Jinja
// 3.1 in an immutable sandbox, trim_blocks and lstrip_blocks, break and continue, generation blocks (written
// as they are), tojson as json.dumps without ASCII escapes, raise_exception and strftime_now. Written for
// templates of strangers: what it may take in steps, text, output and depth is limited. Constant; may be used
// from several threads.
class Template {
 public:
  // Throws Error (Format) with the line, if it cannot be read. name stands for it in errors.
  Template(const std::string& source, std::string name);
  ~Template();
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;

  // As it is written.
  const std::string& source() const { return m_source; }

  // The text it makes of an object's members, whose order counts. Throws Error (InvalidInput): what it says
  // itself with raise_exception; or what is wrong in which line, where Python would raise; or which limit it
  // would pass.
  std::string render(const nlohmann::ordered_json& context, const TemplateClock& clock = {}) const;

 private:
  struct Parsed;
  std::string m_name, m_source;
  std::unique_ptr<const Parsed> m_parsed;
};

}  // namespace espalier
