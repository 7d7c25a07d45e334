#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/engine/engine.h"

// Where an answer comes from: plain values. docs/method.md has the formulas.
namespace espalier {

// A value for each cell of a grid over the picture as the model sees it, row by row. Empty where there is
// none; the notes of Explanation say why.
struct PictureMap {
  int64_t rows = 0, columns = 0;
  std::vector<float> values;
  bool isEmpty() const { return values.empty(); }
};

// A word of what the model is given, and how much it counts.
struct WordShare {
  std::string word;
  double value = 0;
};

// What one token of the answer goes back to.
struct Relevance {
  // Attention rollout (Abnar and Zuidema 2020): the share of each cell and of each word, 0 ... 1. Together
  // with `elsewhere`, which is what goes back to class tokens, queries, and the answer itself, they sum to
  // one.
  PictureMap attention;
  std::vector<WordShare> attentionWords;
  double elsewhere = 0;
  // Occlusion (Zeiler and Fergus 2014): how much the token's log-probability, in nats, falls where a cell of
  // the picture takes the mean colour, or a word of the question is left out. Of models that match, the fall
  // of the similarity.
  PictureMap occlusion;
  std::vector<WordShare> occlusionWords;
};

struct Likely {
  std::string text;
  double probability = 0;  // 0 ... 1
};

// A token of the answer, as the model says it: of a classifier the class, of a model that matches the text.
struct SaidToken {
  std::string text;            // with the blank before it, where there is one
  double probability = 0;      // of a model that matches: the similarity, -1 ... 1
  std::vector<Likely> others;  // the likeliest others at its place, best first, four at most
  Relevance relevance;
};

// The picture as the model sees it: resized and cropped, in the colours that the folder's normalisation was
// made from; where it names none, stretched from the darkest to the brightest value.
struct SeenPicture {
  int64_t height = 0, width = 0;
  std::vector<uint8_t> rgb;  // height * width * 3; empty: the model sees none, or sees it in parts
};

struct Explanation {
  SeenPicture picture;
  std::string answer;                  // what is explained
  std::vector<SaidToken> tokens;       // of it
  std::vector<std::string> words;      // that the model was given, as attentionWords have them
  std::vector<double> withoutPicture;  // of each token, its probability (or similarity) with a blank picture;
                                       // empty where the model takes none or occlusion has no result
  // The similarity of the text with the vector of each patch (CLIP); empty for other models.
  PictureMap similarity;
  std::string attentionNote, occlusionNote;  // why there is no map; empty: there is one
  bool matches = false;                      // probabilities are similarities
};

struct ExplainOptions {
  // The answer that is explained, whichever model says it: two models are compared on the same one. Empty:
  // what this model answers (a classifier's likeliest class, a matching model's own text).
  std::string answer;
  int64_t cells = 8;           // at most so many rows and columns of a picture are occluded
  int64_t longestAnswer = 24;  // tokens
};

// Explains the answer to one pair. The arithmetic is the model's own: no weight and no answer changes. Throws
// Error for a model that says nothing (a tower, BERT).
Explanation explainPair(const OpenModel& model, const Sample& sample, const ExplainOptions& options,
                        const JobControl& control);

// What a model that writes goes on with: greedy text behind the sample's prompt; of a language model behind
// the first half of the text. Empty for other models.
std::string writtenBy(const OpenModel& model, const Sample& sample, int64_t tokens,
                      const JobControl& control);

}  // namespace espalier
