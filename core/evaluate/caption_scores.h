#pragma once

#include <string>
#include <vector>

namespace espalier {

using CaptionWords = std::vector<std::string>;

// A caption's words as the COCO evaluation (pycocoevalcap) compares them: the tokens of ptbTokens() in lower
// case, without periods, commas, quotes, dashes and the like. Round brackets stay, as -lrb- and -rrb-.
CaptionWords captionWords(const std::string& text);

// A caption of each picture and the references it is compared with; the sizes are equal.
struct CaptionScore {
  double score = 0;                // of all
  std::vector<double> perPicture;  // of each, where the measure has such
};

// CIDEr-D (Vedantam et al. 2015, and the COCO evaluation's code): n-grams of 1 to 4 words weighted by
// tf-idf, document frequencies from the references given here; clipped cosine times a Gaussian of the
// difference in length (sigma 6); averaged over n, references and pictures; times 10. Of a single picture it
// is 0, since every n-gram then is in all documents.
CaptionScore ciderD(const std::vector<CaptionWords>& captions,
                    const std::vector<std::vector<CaptionWords>>& references);

// BLEU-4 of the whole corpus (Papineni et al. 2002), 0 ... 1: clipped n-gram precisions, geometric mean over
// n = 1 ... 4, brevity penalty by the reference closest in length (the shorter of two equally close). As
// pycocoevalcap, 1e-15 is added to the matches and 1e-9 to the n-grams there are, so that a corpus without a
// match of four words is not 0.
double bleu4(const std::vector<CaptionWords>& captions,
             const std::vector<std::vector<CaptionWords>>& references);

}  // namespace espalier
