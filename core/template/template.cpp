#include "core/template/template.h"

#include "core/base/error.h"
#include "core/template/parser.h"
#include "core/template/renderer.h"

namespace espalier {

struct Template::Parsed {
  jinja::Statements statements;
};

namespace {

std::tm brokenDown(const TemplateClock& clock) {
  std::tm out{};
  out.tm_year = clock.year - 1900;
  out.tm_mon = clock.month - 1;
  out.tm_mday = clock.day;
  out.tm_hour = clock.hour;
  out.tm_min = clock.minute;
  out.tm_sec = clock.second;
  out.tm_isdst = -1;
  std::mktime(&out);  // the day of the week and of the year
  return out;
}

}  // namespace

TemplateClock TemplateClock::now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm t{};
  localtime_r(&seconds, &t);
  return {t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec};
}

Template::Template(const std::string& source, std::string name) : m_name(std::move(name)), m_source(source) {
  constexpr size_t kLongestSource = size_t(4) << 20;
  if (source.size() > kLongestSource)
    throw Error(ErrorKind::Format, m_name + " has " + std::to_string(source.size()) +
                                       " bytes; a template of up to 4 MiB was expected.");
  try {
    m_parsed = std::make_unique<const Parsed>(Parsed{jinja::parseTemplate(source)});
  } catch (const jinja::SyntaxFailure& f) {
    throw Error(ErrorKind::Format,
                m_name + " cannot be read, line " + std::to_string(f.line) + ": " + f.what() + ".");
  }
}

Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

std::string Template::render(const nlohmann::ordered_json& context, const TemplateClock& clock) const {
  jinja::Renderer renderer(jinja::Limits{}, brokenDown(clock));
  try {
    auto scope = std::make_shared<jinja::Scope>();
    for (const auto& [key, value] : context.items()) scope->names[key] = jinja::Value::fromJson(value);
    return renderer.render(m_parsed->statements, std::move(scope));
  } catch (const jinja::Refusal& refusal) {
    throw Error(ErrorKind::InvalidInput,
                m_name + " refuses what it is given: " + std::string(refusal.what()));
  } catch (const jinja::Failure& f) {
    throw Error(ErrorKind::InvalidInput,
                m_name + " fails in line " + std::to_string(renderer.line()) + ": " + f.what() + ".");
  }
}

}  // namespace espalier
