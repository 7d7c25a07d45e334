#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace espalier {

// Retrieval between pictures and the texts about them, each way, as Karpathy and Fei-Fei (2015) define recall
// at k.
struct Retrieval {
  // Shares of pictures one of whose own texts is among the k texts most like it, and of texts whose picture
  // is among the k pictures most like it; k = 1, 5, 10.
  double textRecall[3] = {0, 0, 0}, pictureRecall[3] = {0, 0, 0};
  std::vector<int64_t> bestPicture;  // of each text
  // Of each text, the place of its picture among all pictures; of each picture, the place of the best of its
  // own texts among all texts. 1: the first.
  std::vector<int64_t> pictureRank, textRank;
};
constexpr int64_t kRecallAt[3] = {1, 5, 10};

// similarities [texts, pictures]; pictureOf: of each text. Of equally similar ones the wrong come first, so
// that a model that tells nothing apart finds nothing.
Retrieval retrievalOf(const at::Tensor& similarities, const std::vector<int64_t>& pictureOf);

}  // namespace espalier
