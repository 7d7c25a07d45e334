#include "core/evaluate/caption_scores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/evaluate/ptb_tokenizer.h"
#include "core/text/unicode.h"
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

// What the COCO evaluation leaves out.
bool isPunctuationToken(const std::string& token) {
  static const std::set<std::string> marks = {"''", "'", "``", "`",  ".",   "?", "!",
                                              ",",  ":", "-",  "--", "...", ";"};
  return marks.contains(token);
}

}  // namespace

CaptionWords captionWords(const std::string& text) {
  std::string line = validUtf8(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  CaptionWords out;
  for (const auto& token : ptbTokens(line))
    if (!isPunctuationToken(token)) out.push_back(lowerCaseText(token));
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
  // The official code's constants: a corpus without a match is nearly 0 instead of 0.
  constexpr double kTiny = 1e-15, kSmall = 1e-9;
  double product = 1;
  for (size_t n = 0; n < kLongest; ++n) product *= (right[n] + kTiny) / (all[n] + kSmall);
  const double ratio = (length + kTiny) / (referenceLength + kSmall);
  return std::pow(product, 1 / double(kLongest)) * (ratio < 1 ? std::exp(1 - 1 / ratio) : 1);
}

}  // namespace espalier
