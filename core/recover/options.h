#pragma once

#include <cstdint>
#include <string>

namespace espalier {

// How a pruned model gets accuracy back. What is zero in its matrices stays zero, whatever the method.
struct RecoverOptions {
  std::string methods;  // names of recoveryMethods() in the order they run, with commas between; empty: none
  int64_t samples = 128;   // of the data, drawn by the seed
  int64_t batchSize = 8;   // samples in a step
  int64_t views = 1;       // of each picture that is trained on: itself and random parts of it
  double heldOut = 0.125;  // share of the samples that is never trained on and says which weights were best
  double rate = 1;         // factor on each method's own learning rate
  int64_t rebuildSteps = 100;     // of each block, correct's as well
  int64_t distilSteps = 120;      // of the whole model
  int64_t squareheadSteps = 240;  // of the whole model
  int64_t finetuneSteps = 120;    // of the whole model
  int64_t loraSteps = 120;        // of the whole model
  int64_t loraRank = 8;
  uint64_t seed = 0;  // of which samples are drawn, of their order and of LoRA's first numbers
};

}  // namespace espalier
