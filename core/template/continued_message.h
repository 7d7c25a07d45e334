#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace espalier {

// A conversation whose last message goes on (apply_chat_template's continue_final_message): a mark behind the
// message's last text shows where the template's own words begin.
class ContinuedMessage {
 public:
  // field: which of the last message's texts goes on, "content" or another. templateSource: what the template
  // is written as. Throws Error (InvalidInput) where the message has no such text, or the template never
  // reads the field.
  ContinuedMessage(const nlohmann::ordered_json& messages, const std::string& field,
                   const std::string& templateSource);

  // The conversation with the mark.
  const nlohmann::ordered_json& messages() const { return m_messages; }
  // What a template made of it, up to the mark. Throws Error (InvalidInput) where the text is not there as it
  // is.
  std::string upToHere(std::string rendered) const;

 private:
  nlohmann::ordered_json m_messages;
  std::string m_field, m_text;
};

}  // namespace espalier
