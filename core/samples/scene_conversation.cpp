#include "core/samples/scene_conversation.h"

#include "core/inputs/picture_text.h"

namespace espalier {

namespace {

constexpr const char* kStart = "<|im_start|>";
constexpr const char* kPicture = "<image>";
constexpr const char* kEnd = "<end_of_utterance>";
constexpr const char* kAsked = "\nAssistant:";

// A user's turn up to the question; the first has the picture in front of it.
std::string opening(bool first) {
  return first ? "User:" : "\nUser: ";
}

}  // namespace

const std::vector<std::string>& conversationTokens() {
  static const std::vector<std::string> v{
      "<|endoftext|>", kStart, "<|im_end|>", kEnd, kPicture, "<fake_token_around_image>", "<global-img>"};
  return v;
}

std::string conversationTemplate() {
  return std::string(kStart) +
         "{% for message in messages %}{{ message['role'] | capitalize }}"
         "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
         "{% for part in message['content'] %}"
         "{% if part['type'] == 'text' %}{{ part['text'] }}{% elif part['type'] == 'image' %}{{ '" +
         kPicture + "' }}{% endif %}{% endfor %}" + kEnd +
         "\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";
}

std::vector<std::string> turnsWithoutTokens(const SceneQuestion& q) {
  return {opening(true), q.question, opening(false) + q.question, kAsked + (" " + q.answer)};
}

WrittenConversation writeConversation(const std::vector<SceneQuestion>& questions, int64_t features,
                                      const Tokenizer& tokenizer) {
  WrittenConversation out;
  const auto say = [&](const std::string& text) {
    const auto ids = tokenizer.encodePlain(text);
    out.ids.insert(out.ids.end(), ids.begin(), ids.end());
  };
  for (size_t i = 0; i < questions.size(); ++i) {
    say((i == 0 ? kStart + opening(true) + idefics3PictureText({}, features, kPicture) : opening(false)) +
        questions[i].question + kEnd + kAsked);
    const size_t begin = out.ids.size();
    say(" " + questions[i].answer + kEnd);
    out.answers.push_back({begin, out.ids.size(), i});
  }
  return out;
}

}  // namespace espalier
