#include "core/evaluate/vqa_accuracy.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// The contractions that are put right; a word is one of them if it has all but one of its apostrophes.
constexpr const char* kContractions[] = {
    "ain't",        "aren't",       "can't",        "could've",      "couldn't",    "couldn't've",
    "didn't",       "doesn't",      "don't",        "hadn't",        "hadn't've",   "hasn't",
    "haven't",      "he'd",         "he'd've",      "he's",          "how'd",       "how'll",
    "how's",        "isn't",        "it'd",         "it'd've",       "it'll",       "ma'am",
    "mightn't",     "mightn't've",  "might've",     "mustn't",       "must've",     "needn't",
    "not've",       "o'clock",      "oughtn't",     "'ow's'at",      "shan't",      "she'd've",
    "should've",    "shouldn't",    "shouldn't've", "somebody'd've", "somebody'll", "somebody's",
    "someone'd",    "someone'd've", "someone'll",   "someone's",     "something'd", "something'd've",
    "something'll", "that's",       "there'd",      "there'd've",    "there're",    "there's",
    "they'd",       "they'd've",    "they'll",      "they're",       "they've",     "'twas",
    "wasn't",       "we'd've",      "we've",        "weren't",       "what'll",     "what're",
    "what's",       "what've",      "when's",       "where'd",       "where's",     "where've",
    "who'd",        "who'd've",     "who'll",       "who's",         "who've",      "why'll",
    "why're",       "why's",        "won't",        "would've",      "wouldn't",    "wouldn't've",
    "y'all",        "y'all'll",     "y'all'd've",   "you'd",         "you'd've",    "you'll",
    "you're",       "you've"};

const std::map<std::string, std::string>& contractions() {
  static const auto table = [] {
    std::map<std::string, std::string> out;
    for (const std::string word : kContractions)
      for (size_t i = 0; i < word.size(); ++i)
        if (word[i] == '\'') out[word.substr(0, i) + word.substr(i + 1)] = word;
    out["somebody'd"] = "somebodyd";  // as the official table has it
    return out;
  }();
  return table;
}

const std::map<std::string, std::string>& numberWords() {
  static const std::map<std::string, std::string> table = {
      {"none", "0"}, {"zero", "0"}, {"one", "1"},   {"two", "2"},   {"three", "3"}, {"four", "4"},
      {"five", "5"}, {"six", "6"},  {"seven", "7"}, {"eight", "8"}, {"nine", "9"},  {"ten", "10"}};
  return table;
}

// A mark that stands at a blank goes; one between characters becomes a blank, unless the answer holds a
// number with a comma.
std::string withoutPunctuation(const std::string& text) {
  bool commaNumber = false;
  for (size_t i = 1; i + 1 < text.size(); ++i)
    commaNumber = commaNumber || (text[i] == ',' && isAsciiDigit(text[i - 1]) && isAsciiDigit(text[i + 1]));
  std::string out = text;
  for (const char mark : std::string(";/[]\"{}()=+\\_-><@`,?!")) {
    const bool atBlank = text.find(std::string{mark, ' '}) != std::string::npos ||
                         text.find(std::string{' ', mark}) != std::string::npos;
    if (atBlank || commaNumber)
      std::erase(out, mark);
    else
      std::replace(out.begin(), out.end(), mark, ' ');
  }
  std::string kept;
  for (size_t i = 0; i < out.size(); ++i)
    if (out[i] != '.' || (i + 1 < out.size() && isAsciiDigit(out[i + 1]))) kept += out[i];
  return kept;
}

}  // namespace

std::string normalizedVqaAnswer(const std::string& text) {
  std::string flat = validUtf8(text);
  for (char& c : flat)
    if (c == '\n' || c == '\t') c = ' ';
  flat = lowerCaseText(withoutPunctuation(std::string(trimLeft(trimRight(flat)))));
  // Words end at any white space, as Python's split() has it.
  std::u32string characters = toUtf32(flat);
  for (char32_t& c : characters)
    if (isWhiteSpace(c)) c = U' ';
  flat = toUtf8(characters);
  std::istringstream words(flat);
  std::string out;
  for (std::string word; words >> word;) {
    if (const auto it = numberWords().find(word); it != numberWords().end()) word = it->second;
    if (word == "a" || word == "an" || word == "the") continue;
    if (const auto it = contractions().find(word); it != contractions().end()) word = it->second;
    out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

double vqaAccuracy(const std::string& answer, const std::vector<std::string>& answers) {
  const auto normalized = normalizedVqaAnswer(answer);
  std::vector<bool> same;
  for (const auto& a : answers) same.push_back(normalizedVqaAnswer(a) == normalized);
  const auto matches = std::count(same.begin(), same.end(), true);
  if (answers.size() < 2) return double(matches);
  double sum = 0;
  for (const bool own : same) sum += std::min(1.0, double(matches - own) / 3.0);
  return sum / double(answers.size());
}

}  // namespace espalier
