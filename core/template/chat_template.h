#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/template/template.h"
#include "core/text/tokenizer.h"

namespace espalier {

// How a model's conversations are written: the chat templates of its folder, with the special tokens its
// tokenizer has. Constant; may be used from several threads.
class ChatTemplate {
 public:
  // From chat_template.jinja and additional_chat_templates/*.jinja, else chat_template.json, else the
  // "chat_template" of processor_config.json or tokenizer_config.json, there a text or a list of {"name",
  // "template"}. Nothing if the folder has none. Throws Error naming the file that cannot be read.
  static std::optional<ChatTemplate> ofFolder(const std::filesystem::path& folder,
                                              const Tokenizer& tokenizer);

  // The text of a conversation, as transformers' apply_chat_template gives it. request is an object:
  // "messages", and beside it the template's arguments ("add_generation_prompt", "tools", "documents" and
  // whatever else it asks for); "chat_template" names one of several templates or is one itself;
  // "continue_final_message", true or the name of a message's text, cuts what follows that text of the last
  // message. Throws Error (InvalidInput) if there are no messages, tools or documents are no lists of
  // objects, or the template refuses them.
  std::string render(const nlohmann::ordered_json& request, const TemplateClock& clock = {}) const;

 private:
  ChatTemplate() = default;
  const Template& chosen(const nlohmann::ordered_json& request) const;

  std::map<std::string, std::shared_ptr<const Template>> m_templates;  // "default" and others by name
  nlohmann::ordered_json m_tokens = nlohmann::ordered_json::object();  // bos_token ...
  std::string m_source;
};

// A file with a conversation: {"messages": [...]} with arguments beside it. The order of keys is kept. Throws
// Error naming the file.
nlohmann::ordered_json readConversation(const std::filesystem::path& file);

}  // namespace espalier
