#include "core/evaluate/caption_scores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr size_t kLongest = 4;
constexpr double kSigma = 6;

// How often each n-gram stands in a caption, by its length less one. Words hold no blanks, so a blank joins.
using Counts = std::array<std::map<std::string, double>, kLongest>;

Counts countsOf(const CaptionWords& words) {
  Counts out;
  for (size_t begin = 0; begin < words.size(); ++begin) {
    std::string gram;
    for (size_t n = 0; n < kLongest && begin + n < words.size(); ++n) {
      gram += (n ? " " : "") + words[begin + n];
      ++out[n][gram];
    }
  }
  return out;
}

// The tf-idf vector of a caption, its norms, and its number of word pairs, which the official code takes for
// its length.
struct Weighted {
  Counts vector;
  std::array<double, kLongest> norm{};
  double length = 0;
};

bool isWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// "don't" -> "do", "n't"; "man's" -> "man", "'s".
void addWord(std::string word, CaptionWords& out) {
  while (!word.empty() && (word.back() == '\'' || word.back() == '-')) word.pop_back();
  const auto start = word.find_first_not_of("'-");
  if (start == std::string::npos) return;
  word.erase(0, start);
  if (word == "cannot") {
    out.insert(out.end(), {"can", "not"});
    return;
  }
  for (const std::string tail : {"n't", "'s", "'m", "'d", "'re", "'ve", "'ll"})
    if (word.size() > tail.size() && word.ends_with(tail)) {
      addWord(word.substr(0, word.size() - tail.size()), out);
      out.push_back(tail);
      return;
    }
  out.push_back(word);
}

}  // namespace

CaptionWords captionWords(const std::string& text) {
  std::string s = text;
  for (size_t at; (at = s.find("\xe2\x80\x99")) != std::string::npos;) s.replace(at, 3, "'");
  for (char& c : s)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  CaptionWords out;
  std::string word;
  for (size_t i = 0; i <= s.size(); ++i) {
    const char c = i < s.size() ? s[i] : ' ';
    const bool inNumber = (c == '.' || c == ',') && i > 0 && i + 1 < s.size() && isAsciiDigit(s[i - 1]) &&
                          isAsciiDigit(s[i + 1]);
    const bool doubled = c == '-' && ((i + 1 < s.size() && s[i + 1] == '-') || (i > 0 && s[i - 1] == '-'));
    if (isWordByte(c) || inNumber || c == '\'' || (c == '-' && !doubled)) {
      word += c;
      continue;
    }
    addWord(word, out);
    word.clear();
    if (std::string("&%$#@+=*/").find(c) != std::string::npos) out.emplace_back(1, c);
  }
  return out;
}

CaptionScore ciderD(const std::vector<CaptionWords>& captions,
                    const std::vector<std::vector<CaptionWords>>& references) {
  std::map<std::string, double> documents;  // n-grams of different n differ
  for (const auto& group : references) {
    std::set<std::string> grams;
    for (const auto& r : group)
      for (const auto& counts : countsOf(r))
        for (const auto& [gram, count] : counts) grams.insert(gram);
    for (const auto& gram : grams) ++documents[gram];
  }
  const double logPictures = std::log(double(references.size()));
  const auto weighted = [&](const CaptionWords& words) {
    Weighted w{countsOf(words)};
    for (size_t n = 0; n < kLongest; ++n) {
      for (auto& [gram, value] : w.vector[n]) {
        if (n == 1) w.length += value;
        const auto it = documents.find(gram);
        value *= logPictures - std::log(it == documents.end() ? 1.0 : it->second);
        w.norm[n] += value * value;
      }
      w.norm[n] = std::sqrt(w.norm[n]);
    }
    return w;
  };
  CaptionScore out;
  for (size_t i = 0; i < captions.size(); ++i) {
    const auto caption = weighted(captions[i]);
    double sum = 0;
    for (const auto& r : references[i]) {
      const auto reference = weighted(r);
      const double difference = caption.length - reference.length;
      for (size_t n = 0; n < kLongest; ++n) {
        double product = 0;
        for (const auto& [gram, value] : caption.vector[n])
          if (const auto it = reference.vector[n].find(gram); it != reference.vector[n].end())
            product += std::min(value, it->second) * it->second;
        const double norms = caption.norm[n] * reference.norm[n];
        if (norms > 0) sum += product / norms * std::exp(-difference * difference / (2 * kSigma * kSigma));
      }
    }
    const double count = double(kLongest * references[i].size());
    out.perPicture.push_back(count > 0 ? 10 * sum / count : 0);
    out.score += out.perPicture.back();
  }
  if (!captions.empty()) out.score /= double(captions.size());
  return out;
}

double bleu4(const std::vector<CaptionWords>& captions,
             const std::vector<std::vector<CaptionWords>>& references) {
  std::array<double, kLongest> right{}, all{};
  double length = 0, referenceLength = 0;
  for (size_t i = 0; i < captions.size(); ++i) {
    const auto counts = countsOf(captions[i]);
    Counts most;
    const double own = double(captions[i].size());
    double closest = -1;
    for (const auto& r : references[i]) {
      const double other = double(r.size());
      if (closest < 0 || std::abs(other - own) < std::abs(closest - own) ||
          (std::abs(other - own) == std::abs(closest - own) && other < closest))
        closest = other;
      const auto theirs = countsOf(r);
      for (size_t n = 0; n < kLongest; ++n)
        for (const auto& [gram, count] : theirs[n]) most[n][gram] = std::max(most[n][gram], count);
    }
    length += own;
    referenceLength += std::max(closest, 0.0);
    for (size_t n = 0; n < kLongest; ++n)
      for (const auto& [gram, count] : counts[n]) {
        all[n] += count;
        if (const auto it = most[n].find(gram); it != most[n].end()) right[n] += std::min(count, it->second);
      }
  }
  double logSum = 0;
  for (size_t n = 0; n < kLongest; ++n) {
    if (right[n] == 0) return 0;
    logSum += std::log(right[n] / all[n]);
  }
  return std::exp(logSum / double(kLongest)) *
         (length < referenceLength ? std::exp(1 - referenceLength / length) : 1);
}

}  // namespace espalier
