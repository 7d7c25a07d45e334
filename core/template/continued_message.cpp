#include "core/template/continued_message.h"

#include "core/base/error.h"
#include "core/template/functions.h"

namespace espalier {

namespace {

using nlohmann::ordered_json;

// As the reference has it: the blank shows whether the template strips what ends a message.
const std::string kMark = "CONTINUE_FINAL_MESSAGE_TAG ";

std::string stripped(const std::string& text) {
  return jinja::trimmed(text, nullptr, true, true);
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::InvalidInput, "\"continue_final_message\" is set, and " + why + ".");
}

// The text that goes on: the value itself, or the last one of a list of parts.
std::string* textOf(ordered_json& value) {
  if (value.is_string()) return value.get_ptr<std::string*>();
  if (!value.is_array()) return nullptr;
  for (auto part = value.rbegin(); part != value.rend(); ++part)
    if (part->is_object() && part->contains("text")) return (*part)["text"].get_ptr<std::string*>();
  return nullptr;
}

}  // namespace

ContinuedMessage::ContinuedMessage(const ordered_json& messages, const std::string& field,
                                   const std::string& templateSource)
    : m_messages(messages), m_field(field) {
  auto& last = m_messages.back();
  auto* text = last.contains(field) ? textOf(last[field]) : nullptr;
  if (!text) refuse("the last of the \"messages\" has no text under \"" + field + "\" to go on from");
  if (templateSource.find(field) == std::string::npos)
    refuse("the chat template reads no \"" + field + "\" of a message");
  m_text = *text;
  *text += kMark;
}

std::string ContinuedMessage::upToHere(std::string rendered) const {
  const size_t at = rendered.rfind(stripped(kMark));
  if (at == std::string::npos || rendered.find(stripped(m_text)) == std::string::npos)
    refuse("the chat template does not write the last message's \"" + m_field + "\" as it is");
  const bool blanksStay = rendered.compare(at, kMark.size(), kMark) == 0;
  rendered.resize(at);
  return blanksStay ? rendered : jinja::trimmed(rendered, nullptr, false, true);
}

}  // namespace espalier
