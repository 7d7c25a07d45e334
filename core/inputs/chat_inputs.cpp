#include "core/inputs/chat_inputs.h"

#include <algorithm>

#include "core/inputs/prompt_inputs.h"

namespace espalier {

namespace {

using nlohmann::ordered_json;

bool asksSomething(const Sample& sample) {
  return !sample.question.empty() || !sample.image.empty();
}

// Contents of a message as templates take them: a list of parts, or a text with the picture's placeholder.
ordered_json partsOf(const std::string& text, bool picture) {
  auto parts = ordered_json::array();
  if (picture) parts.push_back({{"type", "image"}});
  parts.push_back({{"type", "text"}, {"text", text}});
  return parts;
}

size_t countOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

}  // namespace

// What the template writes.
struct ChatInputs::Turns {
  std::string prompt;  // up to the answer
  std::string whole;   // with the answer
};

ChatInputs::ChatInputs(std::shared_ptr<const InputTools> tools, std::unique_ptr<Inputs> plain)
    : Inputs(tools), m_plain(std::move(plain)) {
  try {
    if (const auto* own = familyInputsOf(tools->model().family()); own && own->picturePrompt)
      m_picture = own->picturePrompt(tools->model().config(), &tools->tokenizer());
  } catch (const Error& e) {
    m_fault = e.what();
  }
}

ChatInputs::Turns ChatInputs::turnsOf(const Sample& sample) const {
  if (!m_fault.empty()) throw Error(ErrorKind::InvalidInput, m_fault);
  const bool picture = m_picture && !sample.image.empty();
  const auto question = sample.question.empty() ? std::string("Describe the picture.") : sample.question;
  const auto written = [&](bool asParts, bool answered) {
    const auto user = asParts ? partsOf(question, picture)
                              : ordered_json((picture ? m_picture->placeholder + "\n" : "") + question);
    ordered_json request{{"messages", {{{"role", "user"}, {"content", user}}}},
                         {"add_generation_prompt", !answered},
                         // Thoughts would be all that is said within the length of an answer.
                         {"enable_thinking", false}};
    if (answered)
      request["messages"].push_back(
          {{"role", "assistant"},
           {"content", asParts ? partsOf(sample.answer, false) : ordered_json(sample.answer)}});
    return tools().chat().render(request);
  };
  // Templates of image-text models take parts, those of text models a text; some take one only.
  std::string fault;
  for (const bool asParts : {picture, !picture}) {
    try {
      Turns out{written(asParts, false), written(asParts, true)};
      const auto asked = out.prompt.find(question.substr(0, question.find_last_not_of(" \t\n\r") + 1));
      if (asked != std::string::npos && (!picture || countOf(out.prompt, m_picture->placeholder) == 1))
        return out;
      if (fault.empty())
        fault = picture ? "it writes no \"" + m_picture->placeholder + "\" for a picture, or not the question"
                        : "it does not write the question";
    } catch (const Error& e) {
      if (fault.empty()) fault = e.what();
    }
  }
  throw Error(ErrorKind::InvalidInput, "The chat template in " + tools().folder().string() +
                                           " cannot be used: " + fault + (fault.ends_with('.') ? "" : ".") +
                                           " The prompt form \"plain\" does without it.");
}

std::string ChatInputs::expanded(std::string text, const PictureLayout& layout) const {
  const size_t at = text.find(m_picture->placeholder);
  if (at != std::string::npos) text.replace(at, m_picture->placeholder.size(), m_picture->expand(layout));
  return text;
}

std::shared_ptr<const Batch> ChatInputs::batch(std::span<const Sample> samples) const {
  if (std::none_of(samples.begin(), samples.end(), asksSomething)) return m_plain->batch(samples);
  auto batch = std::make_shared<Batch>();
  if (m_picture) tools().addPictures(*batch, samples);
  const auto& generation = *tools().model().generation();
  std::vector<PromptAndAnswer> rows;
  for (const auto& sample : samples) {
    auto turns = turnsOf(sample);
    PictureLayout layout;
    if (m_picture) {
      layout = tools().layoutOf(sample);
      turns.prompt = expanded(std::move(turns.prompt), layout);
      turns.whole = expanded(std::move(turns.whole), layout);
    }
    auto& row = rows.emplace_back(PromptAndAnswer{tokenizer().encodePlain(turns.prompt), {}});
    if (m_picture) {
      const auto stand = std::count(row.prompt.begin(), row.prompt.end(), m_picture->features.token);
      if (const auto features = m_picture->features.count(layout); stand != features)
        throw Error(ErrorKind::InvalidInput,
                    "The prompt holds " + std::to_string(stand) + " picture tokens (" +
                        std::to_string(m_picture->features.token) + "); the picture " +
                        sample.image.string() + " becomes " + std::to_string(features) + " features.");
    }
    // The answer's tokens are those of the whole conversation, where it goes on as the prompt does.
    const auto whole = tokenizer().encodePlain(turns.whole);
    if (whole.size() > row.prompt.size() && std::equal(row.prompt.begin(), row.prompt.end(), whole.begin()))
      row.answer.assign(whole.begin() + std::ptrdiff_t(row.prompt.size()), whole.end());
    else
      row.answer = tokenizer().encodePlain(sample.answer);
    // What ends the answer belongs to it, what the template writes behind that does not.
    const auto& ends = generation.endTokens;
    const auto end = std::find_first_of(row.answer.begin(), row.answer.end(), ends.begin(), ends.end());
    if (end != row.answer.end())
      row.answer.erase(end + 1, row.answer.end());
    else if (!ends.empty())
      row.answer.push_back(ends[0]);
  }
  addPrompts(*batch, rows, generation.padToken);
  return batch;
}

std::string ChatInputs::promptText(const Sample& sample) const {
  return asksSomething(sample) ? turnsOf(sample).prompt : std::string();
}

}  // namespace espalier
