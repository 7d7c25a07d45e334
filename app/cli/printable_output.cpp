#include "app/cli/printable_output.h"

#include "core/text/printable.h"
#include "core/text/utf8.h"

namespace espalier::cli {

PrintableOutput::~PrintableOutput() {
  pass(true);
  m_target->pubsync();
  m_stream.rdbuf(m_target);
}

PrintableOutput::int_type PrintableOutput::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char one = traits_type::to_char_type(c);
  return xsputn(&one, 1) == 1 ? c : traits_type::eof();
}

std::streamsize PrintableOutput::xsputn(const char* text, std::streamsize count) {
  m_held.append(text, size_t(count));
  return pass(false) ? count : 0;
}

int PrintableOutput::sync() {
  return pass(false) && m_target->pubsync() == 0 ? 0 : -1;
}

// Writes what is whole; all: also what is not.
bool PrintableOutput::pass(bool all) {
  size_t whole = m_held.size();
  for (size_t back = 1; !all && back <= 3 && back <= m_held.size(); ++back) {
    const char lead = m_held[m_held.size() - back];
    if ((static_cast<unsigned char>(lead) & 0xC0) == 0x80) continue;
    if (utf8Length(lead) > back) whole = m_held.size() - back;
    break;
  }
  const auto shown = printable(std::string_view(m_held).substr(0, whole));
  m_held.erase(0, whole);
  return m_target->sputn(shown.data(), std::streamsize(shown.size())) == std::streamsize(shown.size());
}

}  // namespace espalier::cli
