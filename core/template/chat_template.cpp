#include "core/template/chat_template.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/template/continued_message.h"

namespace espalier {

namespace {

namespace fs = std::filesystem;
using Named = std::map<std::string, std::shared_ptr<const Template>>;

std::shared_ptr<const Template> fileTemplate(const fs::path& file) {
  return std::make_shared<const Template>(readTextFile(file), file.string());
}

// "chat_template" of a file: a text, or a list of {"name", "template"}.
Named keyTemplates(const nlohmann::json& settings, const fs::path& file) {
  Named out;
  if (!settings.is_object() || !settings.contains("chat_template")) return out;
  const auto& given = settings["chat_template"];
  const auto source = file.string() + " (\"chat_template\")";
  if (given.is_null()) return out;
  if (given.is_string()) {
    out["default"] = std::make_shared<const Template>(given.get<std::string>(), source);
    return out;
  }
  const auto refuse = [&] {
    throw Error(ErrorKind::Format, file.string() +
                                       " has a \"chat_template\" that is neither a text nor a list of "
                                       "{\"name\", \"template\"}; one of these was expected.");
  };
  if (!given.is_array()) refuse();
  for (const auto& one : given) {
    if (!one.is_object() || !one.contains("name") || !one.contains("template") || !one["name"].is_string() ||
        !one["template"].is_string())
      refuse();
    const auto name = one["name"].get<std::string>();
    out[name] = std::make_shared<const Template>(one["template"].get<std::string>(),
                                                 source + " named \"" + name + "\"");
  }
  return out;
}

Named templatesIn(const fs::path& folder) {
  Named out;
  if (const auto file = folder / "chat_template.jinja"; fs::exists(file)) {
    out["default"] = fileTemplate(file);
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder / "additional_chat_templates", none))
      if (entry.path().extension() == ".jinja")
        out[entry.path().stem().string()] = fileTemplate(entry.path());
    return out;
  }
  for (const char* name : {"chat_template.json", "processor_config.json", "tokenizer_config.json"})
    if (const auto file = folder / name; fs::exists(file))
      if (out = keyTemplates(readJsonFile(file), file); !out.empty()) return out;
  return out;
}

// Texts by role, as the reference's special_tokens_map has them; roles that are not filled are absent.
nlohmann::ordered_json tokensOf(const fs::path& folder, const Tokenizer& tokenizer) {
  auto out = nlohmann::ordered_json::object();
  const auto& special = tokenizer.special();
  const std::pair<const char*, std::optional<int64_t>> roles[] = {
      {"bos_token", special.bos},  {"eos_token", special.eos}, {"unk_token", special.unk},
      {"sep_token", special.sep},  {"pad_token", special.pad}, {"cls_token", special.cls},
      {"mask_token", special.mask}};
  for (const auto& [role, id] : roles)
    if (id) out[role] = tokenizer.piece(*id);
  const auto file = folder / "tokenizer_config.json";
  if (!fs::exists(file)) return out;
  const auto settings = readJsonFile(file);
  // Names a model gives tokens of its own: "image_token" and the like.
  const auto contentOf = [](const nlohmann::json& token) {
    return token.is_object()   ? token.value("content", std::string())
           : token.is_string() ? token.get<std::string>()
                               : "";
  };
  for (const char* key : {"extra_special_tokens", "model_specific_special_tokens"})
    if (settings.is_object() && settings.contains(key) && settings[key].is_object())
      for (const auto& [name, token] : settings[key].items())
        if (const auto content = contentOf(token); !content.empty()) out[name] = content;
  return out;
}

bool isSet(const nlohmann::ordered_json& request, const char* key) {
  return request.contains(key) && request[key].is_boolean() && request[key].get<bool>();
}

// Which text of the last message goes on; none: it does not.
std::string fieldThatGoesOn(const nlohmann::ordered_json& request) {
  if (isSet(request, "continue_final_message")) return "content";
  const auto it = request.find("continue_final_message");
  return it != request.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// Tools are schemas, documents their parts by name: what a template makes of anything else means nothing.
void requireObjects(const nlohmann::ordered_json& request, const char* key, const char* expected) {
  const auto it = request.find(key);
  if (it == request.end() || it->is_null()) return;
  if (!it->is_array() ||
      !std::all_of(it->begin(), it->end(), [](const auto& one) { return one.is_object(); }))
    throw Error(ErrorKind::InvalidInput, "The conversation's \"" + std::string(key) + "\" are " +
                                             jsonText(*it).substr(0, 80) + "; a list of " + expected +
                                             " was expected.");
}

}  // namespace

std::optional<ChatTemplate> ChatTemplate::ofFolder(const fs::path& folder, const Tokenizer& tokenizer) {
  ChatTemplate out;
  out.m_templates = templatesIn(folder);
  if (out.m_templates.empty()) return {};
  out.m_tokens = espalier::tokensOf(folder, tokenizer);
  out.m_source = folder.string();
  return out;
}

const Template& ChatTemplate::chosen(const nlohmann::ordered_json& request) const {
  std::string name = "default";
  if (request.contains("chat_template") && request["chat_template"].is_string()) {
    name = request["chat_template"].get<std::string>();
  } else if (request.contains("tools") && !request["tools"].is_null() && m_templates.contains("tool_use")) {
    name = "tool_use";
  }
  if (const auto found = m_templates.find(name); found != m_templates.end()) return *found->second;
  std::string known;
  for (const auto& [one, made] : m_templates) known += (known.empty() ? "\"" : ", \"") + one + "\"";
  throw Error(ErrorKind::InvalidInput,
              m_source + " has no chat template named \"" + name.substr(0, 80) + "\"; it has " + known + ".");
}

std::string ChatTemplate::render(const nlohmann::ordered_json& request, const TemplateClock& clock) const {
  const auto* messages = request.is_object() && request.contains("messages") ? &request["messages"] : nullptr;
  if (!messages || !messages->is_array() || messages->empty() ||
      !std::all_of(messages->begin(), messages->end(), [](const auto& m) { return m.is_object(); }))
    throw Error(ErrorKind::InvalidInput,
                "A conversation without \"messages\" was given to the chat template of " + m_source +
                    "; {\"messages\": [{\"role\": ..., \"content\": ...}, ...]} was expected.");
  const auto field = fieldThatGoesOn(request);
  if (!field.empty() && isSet(request, "add_generation_prompt"))
    throw Error(
        ErrorKind::InvalidInput,
        "Both \"continue_final_message\" and \"add_generation_prompt\" are set; one of them was expected.");
  requireObjects(request, "tools", "JSON schemas");
  requireObjects(request, "documents", "objects with a \"title\" and a \"text\"");
  auto context = m_tokens;
  context["tools"] = nullptr;
  context["documents"] = nullptr;
  context["add_generation_prompt"] = false;
  for (const auto& [key, value] : request.items())
    if (key != "chat_template" && key != "continue_final_message") context[key] = value;
  const bool inlineTemplate = request.contains("chat_template") && request["chat_template"].is_string() &&
                              request["chat_template"].get<std::string>().find('{') != std::string::npos;
  std::optional<Template> given;
  if (inlineTemplate) given.emplace(request["chat_template"].get<std::string>(), "The given chat template");
  const auto& written = inlineTemplate ? *given : chosen(request);
  if (field.empty()) return written.render(context, clock);
  const ContinuedMessage last(*messages, field, written.source());
  context["messages"] = last.messages();
  return last.upToHere(written.render(context, clock));
}

nlohmann::ordered_json readConversation(const fs::path& file) {
  const auto out = parseOrderedJson(readTextFile(file), file.string());
  if (!out.is_object() || !out.contains("messages") || !out["messages"].is_array())
    throw Error(ErrorKind::Format, file.string() +
                                       " has no list of \"messages\"; {\"messages\": [{\"role\": ..., "
                                       "\"content\": ...}, ...]} was expected.");
  return out;
}

}  // namespace espalier
