#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/data/dataset.h"

// What an evaluation says: plain values.
namespace espalier {

// A picture that a text could be of, as the model sees it.
struct Candidate {
  int64_t sample = 0;     // the first pair with that picture
  double similarity = 0;  // cosine, or what the model matches by
  bool own = false;       // the picture the text belongs to
};

// A token of a text and its cross-entropy; loss below 0: nothing predicted it (the first of a text).
struct TokenLoss {
  std::string text;  // with the blank before it, where there is one
  double loss = -1;
};

// What a model says to one pair. What that means depends on the model:
//   answers       generated text; right if it is the expected one
//   language model  nothing is said; only the loss counts
//   matching      the text of the picture the text is most like (its first text); right if it is its own
//   classifier    the class; right if it is the label, or where there is none the class the dense model gives
struct PairResult {
  int64_t sample = 0;  // index in the dataset
  std::string answer;
  bool right = false;
  double loss = 0;   // mean cross-entropy of what was expected
  double score = 0;  // VQA accuracy of the answer, CIDEr-D of the picture's caption; otherwise 1 if right
  // Retrieval. Among all texts and all pictures of the data set, of equally similar ones the wrong come
  // first.
  int64_t pictureRank = 0;  // of the text's own picture among all pictures; 1: the first
  int64_t textRank = 0;     // of the best of the picture's own texts among all texts
  std::vector<Candidate> candidates =
      {};  // the pictures most like the text, best first, and its own if not among them
  // Perplexity: the text, token for token.
  std::vector<TokenLoss> tokens = {};
  // What was expected where the data do not say it: the dense model's class of a picture without a label.
  std::string expected = {};
  // Where the pair was put as a conversation: what the model was given of its text, up to the answer.
  std::string prompt = {};
};

struct Evaluation {
  std::vector<PairResult> pairs;  // in dataset order; see `problems` and `onlyAgreement`
  double seconds = 0;
  std::string task;  // what was measured, and so which metrics there are:
  //   vqa             "VQA accuracy", also by the questions' kind; none for pairs with their own kinds
  //   caption         "CIDEr-D", "BLEU-4"; a picture's pairs all have the one caption generated for it
  //   retrieval       "TR@1", "TR@5", "TR@10", "IR@1", "IR@5", "IR@10"
  //   classification  "top-1", "top-5" where a pair has a label; "agreement" with the dense model's classes
  //                   where none has, or where that model was given
  //   perplexity      "perplexity", "token loss"
  std::map<std::string, double> metrics;
  // Whether `right` of the pairs, and so the tallies, say that a picture's class is that of the dense model
  // instead of the right one: no picture has a label. Each picture then stands in one of `pairs`.
  bool onlyAgreement = false;
  // Pictures that could not be decoded. The pairs about them are not among `pairs`.
  std::vector<Dataset::Problem> problems = {};
  int64_t asked = 0;  // pairs of the data set it was asked for; 0: as many as `pairs`

  // What the tallies count, for people: "right", or "like the dense model".
  std::string counted() const { return onlyAgreement ? "like the dense model" : "right"; }
  // Whether it may be of a data set with so many pairs.
  bool isOf(const Dataset& dataset) const {
    return size_t(asked > 0 ? asked : int64_t(pairs.size())) == dataset.samples.size();
  }

  struct Tally {
    std::string kind;
    int64_t right = 0, total = 0;
    double loss = 0;  // mean over its pairs
    double accuracy() const { return total ? double(right) / double(total) : 0; }
  };
  Tally overall() const;
  std::vector<Tally> byKind(const Dataset& dataset) const;  // in order of first appearance
};

// The Wilson score interval of a proportion at 95 %.
struct Interval {
  double low = 0, high = 1;
};
Interval wilsonInterval(int64_t right, int64_t total);

// Told each pair's result as it is ready, in no particular order, never from two threads at once.
using PairEvaluated = std::function<void(const PairResult&)>;

// What tables of a task's results show beside its metrics.
struct EvaluationColumns {
  bool right = true;  // whether each pair is right
  bool share = true;  // how many of them are: a measure of the model
};
// Of the task of this name (Evaluation::task); both for one that is not known.
EvaluationColumns evaluationColumns(const std::string& task);

}  // namespace espalier
