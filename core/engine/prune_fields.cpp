#include "core/engine/engine.h"

namespace espalier {

// Long: one entry for each option, in the order that they are shown in.
const OptionFields<PruneOptions>& pruneFields() {
  using O = PruneOptions;
  static const OptionFields<O> fields{
      {.key = "criterion",
       .flag = "--criterion",
       .title = ENGINE_TEXT("Engine", "Criterion"),
       .help = "Which weights of a matrix go first",
       .member = &O::criterion,
       .methods = pruneCriteria},
      {.key = "pattern",
       .flag = "--pattern",
       .title = ENGINE_TEXT("Engine", "Pattern"),
       .help = "unstructured; N:M such as 2:4; Rx1, where R rows of a column go together; units: whole "
               "attention heads and neurons of MLPs, which shrink then leaves out",
       .member = &O::pattern,
       .valueTitles = {{"unstructured", ENGINE_TEXT("Engine", "unstructured")},
                       {"units", ENGINE_TEXT("Engine", "heads and neurons")}}},
      {.key = "comparison",
       .flag = "--comparison",
       .title = ENGINE_TEXT("Engine", "Compared in"),
       .help = "Among which weights the least important are looked for",
       .member = &O::comparison,
       .valueTitles = {{"auto", ENGINE_TEXT("Engine", "the groups of the publication")},
                       {"row", ENGINE_TEXT("Engine", "output rows")},
                       {"matrix", ENGINE_TEXT("Engine", "whole matrices")}},
       .onlyThose = true},
      {.key = "inputs",
       .flag = "--inputs",
       .title = ENGINE_TEXT("Engine", "Calibrated on"),
       .help =
           "What blocks are calibrated on: what the pruned blocks before them produce, as published, or the "
           "dense model",
       .member = &O::inputs,
       .valueTitles = {{"pruned", ENGINE_TEXT("Engine", "pruned blocks")},
                       {"dense", ENGINE_TEXT("Engine", "the dense model")}},
       .onlyThose = true,
       .onlyIfChosen = true},
      {.key = "pictureTokens",
       .flag = "--picture-tokens",
       .title = ENGINE_TEXT("Engine", "Tokens of pictures"),
       .help = "Above 0: calibrate language blocks on the text and on those tokens of a picture that a block "
               "changes the most, min(1, this times their mean change) for each token of text; 0: on all",
       .member = &O::pictureShare,
       .least = 0,
       .valueTitles = {{"0.0", ENGINE_TEXT("Engine", "all")}},
       .onlyIfChosen = true},
      {.key = "refinement",
       .flag = "--refine",
       .title = ENGINE_TEXT("Engine", "Refined by"),
       .help = "Refine each matrix afterwards",
       .member = &O::refinement,
       .methods = pruneRefinements,
       .valueTitles = {{"", ENGINE_TEXT("Engine", "nothing")}},
       .several = true},
      {.key = "fit",
       .flag = "--fit",
       .title = ENGINE_TEXT("Engine", "Fitted to"),
       .help =
           "What admm, alps and refit bring each matrix near to: what it would make, unpruned, of what it "
           "is calibrated on, or of what the dense model gives it",
       .member = &O::fit,
       .valueTitles = {{"pruned", ENGINE_TEXT("Engine", "the outputs for its inputs")},
                       {"dense", ENGINE_TEXT("Engine", "the dense model's outputs")}},
       .onlyThose = true,
       .onlyIfChosen = true},
      {.key = "official",
       .flag = "--official",
       .title = ENGINE_TEXT("Engine", "The released code's behaviour"),
       .help = "Prune as the code released with the paper does (docs/method.md)",
       .member = &O::official,
       .valueTitles = {{"true", ENGINE_TEXT("Engine", "reproduced")},
                       {"false", ENGINE_TEXT("Engine", "not reproduced")}}},
      {.key = "samples",
       .flag = "--samples",
       .title = ENGINE_TEXT("Engine", "Calibration samples"),
       .help = "Calibration samples",
       .member = &O::samples,
       .least = 1},
      {.key = "batchSize",
       .flag = "--batch-size",
       .title = ENGINE_TEXT("Engine", "Calibration batch size"),
       .help = "Samples in a batch",
       .member = &O::batchSize,
       .least = 1},
      {.key = "seed",
       .flag = "--seed",
       .title = ENGINE_TEXT("Engine", "Calibration seed"),
       .help = "Of the choice of samples",
       .member = &O::seed},
  };
  return fields;
}

}  // namespace espalier
