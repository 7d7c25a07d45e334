#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/allocate/plan.h"
#include "core/allocate/scores.h"
#include "core/base/device.h"
#include "core/base/journal.h"
#include "core/base/method.h"
#include "core/base/option_fields.h"
#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/evaluate/evaluation.h"
#include "core/inputs/prompt_form.h"
#include "core/model/component.h"

// The engine's public face: open a model, score it, prune it to a plan, evaluate it, export it. Plain values
// in and out. All functions are blocking, meant to be called from a worker thread; several may run at once.
// Errors are Error, a requested stop is Cancelled (core/base/error.h).
namespace espalier {

struct ModelInfo {
  std::filesystem::path folder;
  std::string name;                      // the folder's name
  std::string family;                    // "blip-2", "t5", ...
  std::vector<BlockDescription> blocks;  // those with matrices, in model order
  int64_t parameters = 0;                // of the whole checkpoint
  int64_t prunableParameters = 0;        // of the matrices pruned by default
  int64_t fileBytes = 0;                 // of the weight files
  int64_t denseBytes = 0;                // of the weights unpacked; fileBytes where they are not packed
  double sparsity =
      0;  // zeros among the prunable parameters as the model stands; negative: not counted (1 GiB and more)
  // Tensors of the checkpoint that no block of the family reads, in file order; buffers that the reference
  // makes anew (position numbers, rotary frequencies) and second names of tied weights do not count.
  std::vector<std::string> unusedTensors;
  // Sentences about what lies in the folder and the model does without: those tensors, an adapter beside
  // them.
  std::vector<std::string> warnings;
};

// A model ready to be used: structure, weights, tokenizer, picture preprocessing. Immutable; a pruned variant
// is another OpenModel that shares everything it has in common with the dense one.
class OpenModel;
using ModelPtr = std::shared_ptr<const OpenModel>;

// device: where it computes, whatever is done with it. prompt: how it is asked, whatever it is asked for.
ModelPtr openModel(const std::filesystem::path& folder, const Device& device = defaultDevice(),
                   PromptForm prompt = PromptForm::Auto);
// The same model asked in another form. Throws Error (InvalidInput) where it takes no conversations.
ModelPtr withPrompt(const ModelPtr& model, PromptForm prompt);
PromptForm promptOf(const OpenModel& model);  // as it was opened
// Whether what asks something is put to it as a conversation.
bool makesConversations(const OpenModel& model);
const ModelInfo& infoOf(const OpenModel& model);

struct ScoreOptions {
  std::string method = "zeroth-order";  // see scoreMethods()
  int64_t samples = 32;
  int64_t batchSize = 8;
  int64_t draws = 1;  // noise draws for each batch
  double eps = 1e-3;
  uint64_t seed = 0;           // of the noise and of which samples are drawn
  bool includeBridge = false;  // score (and so prune) the Q-Former as well
  // Gather what allocators share by that do not go by global scores as well (MatrixScore::statistics), for
  // all of them in one pass of the model and its weights. Method "local" does in any case.
  bool statistics = false;
  // Zeroth-order: above 0, noise is drawn again and again, up to `draws` times, until the sparsity of no
  // block in a plan of stableTarget is uncertain by more than this (one standard deviation, from the scores'
  // errors).
  double untilStable = 0;
  double stableTarget = 0.5;
  JournalOptions journal;  // a file that keeps the values of finished blocks
};

// One standard deviation of the sparsity of that block whose sparsity is the least certain in an ECoFLaP plan
// of the target, when every score varies by its standard error: from 200 plans of scores drawn so.
// NaN where the error of a score is unknown.
double planUncertainty(const Scores& scores, double target);

// The methods scoreModel knows.
const std::vector<Method>& scoreMethods();
// The choices of ScoreOptions but for stableTarget, which is the plan's, and the journal.
const OptionFields<ScoreOptions>& scoreFields();

// onBlock is told the scores of each block as they come, from the scoring thread: in model order, or, with
// methods that go backwards, against it; again with each further draw or batch where these are done one after
// another: then as what the sum over all batches and one draw would be by those known so far.
using BlockScored = std::function<void(const std::vector<MatrixScore>&)>;
// onDraw is told the scores after each draw, where these are done one after another (untilStable).
using DrawScored = std::function<void(const Scores&)>;
Scores scoreModel(const OpenModel& model, const Dataset& calibration, const ScoreOptions& options,
                  const JobControl& control, const BlockScored& onBlock = {}, const DrawScored& onDraw = {});

// The plan of global magnitude pruning: one threshold over all prunable weights, as a sparsity for each
// matrix.
Plan globalMagnitudePlan(const OpenModel& model, double target, bool includeBridge = false,
                         const JobControl& control = {});

struct PruneOptions {
  std::string criterion = "wanda";  // or "magnitude", ...; see pruneCriteria()
  std::string pattern = "unstructured";
  std::string comparison =
      "auto";  // "row", "matrix", or "auto": the paper's choice (vision by matrix, language by row)
  // What a block's matrices are given while they are calibrated: what the "pruned" blocks before it produce,
  // as published, or those of the "dense" model.
  std::string inputs = "pruned";
  int64_t samples = 128;
  int64_t batchSize = 16;
  uint64_t seed = 0;  // of which calibration samples are drawn
  // Afterwards: names of pruneRefinements(), in order, with commas between them; empty: none.
  std::string refinement = {};
  // What weights that change are fitted to: what the unpruned matrix makes of the inputs it is calibrated on
  // ("pruned"), or of those it has in the "dense" model.
  std::string fit = "pruned";
  // Above 0: language models of pictures are calibrated on all tokens of text and on those of the picture
  // that a block changes the most, min(1, this times their mean change) for each token of text. 0: on all.
  double pictureShare = 0;
  bool official = false;  // what the code released with the paper does otherwise (docs/method.md)
  // A folder that keeps the pruned matrices of finished blocks, and from which the model that is returned is
  // read. To be removed by the caller when that has been exported.
  JournalOptions journal;
};
const std::vector<Method>& pruneCriteria();
const std::vector<Method>& pruneRefinements();
// The choices of PruneOptions but for the journal.
const OptionFields<PruneOptions>& pruneFields();
// Among which weights the least important are looked for, in sentences for people. vision: in a vision tower.
std::string comparedAmong(const PruneOptions& options, bool vision);
// Whether these refinements can follow the criterion: what exchanges weights cannot follow what changes them.
bool canRefine(const std::string& criterion, const std::string& refinement);
// Whether criterion or refinements give weights other values to fit a target.
bool fitsWeights(const PruneOptions& options);
// Throws Error (InvalidInput) where options name what is not known, or what cannot go together.
void checkOptions(const PruneOptions& options);
bool needsCalibration(const PruneOptions& options);  // criterion or refinement looks at the inputs
// Whether no matrix is chosen by what becomes of others, so that another plan takes no more than the choice
// of weights: with inputs of the dense model, or of none.
bool inputsAreFixed(const PruneOptions& options);
// The part of a matrix that goes under a pattern of pruneOptions: an N:M pattern's own, unless it is 0, or
// the sparsity asked for.
double sparsityUnder(const std::string& pattern, double asked);

struct PrunedMatrix {
  std::string matrix;
  double asked = 0;     // sparsity in the plan
  double achieved = 0;  // zeros / weights
  std::string note;     // what a person should know about it ("needed more damping"); mostly empty
  double damping = 0;   // SparseGPT: share of the Hessian's mean diagonal that was added to it
};
struct PruneResult {
  ModelPtr model;
  std::vector<PrunedMatrix> matrices;
  double sparsity = 0;  // over the matrices of the plan
  double seconds = 0;
  std::vector<Dataset::Problem> problems = {};  // calibration pictures that could not be decoded
};
// Prunes block by block in model order; PruneOptions::inputs says what each is calibrated on. Matrices the
// plan does not name stay as they are. Where the model does not fit into memory and options.journal names no
// folder, pruned matrices go to one beside other large temporary files (scratchParent()) that is removed with
// the model returned. Throws Error (Io) where that place has too little room.
PruneResult pruneModel(const OpenModel& dense, const Plan& plan, const Dataset& calibration,
                       const PruneOptions& options, const JobControl& control);

// Global pruning by what the loss says of each weight, in rounds: after each the gradients are those of the
// model as it is pruned so far.
struct GlobalPruneOptions {
  std::string method = "global-obd";  // a name of globalMethods()
  int64_t rounds = 10;                // after round k of K a part 1 - (1 - target)^(k / K) is gone
  int64_t samples = 128;
  int64_t batchSize = 16;
  uint64_t seed = 0;           // of which calibration samples are drawn
  bool includeBridge = false;  // prune the Q-Former as well
};
const std::vector<Method>& globalMethods();
// One threshold over all prunable weights: what is least goes, whichever matrix it is in; weights that are
// zero already first. Weights that stay keep their values. The plan says how sparse that makes each matrix.
// Throws Error (InvalidInput): a target outside 0 ... 1, an unknown method, no rounds, a model without a
// loss, or one that does not fit into memory, where weights, gradients and what they sum up to all have to
// be.
struct GlobalPruning {
  PruneResult result;
  Plan plan;
};
GlobalPruning pruneGlobally(const OpenModel& dense, double target, const Dataset& calibration,
                            const GlobalPruneOptions& options, const JobControl& control);

// How answers are generated: with more than one beam by beam search, as transformers defines it.
struct AnswerOptions {
  int64_t beams = 1;
  double lengthPenalty = 1;             // > 0 favours long answers, < 0 short ones
  std::string earlyStopping = "false";  // "true", "false" or "never"
  std::string task = "auto";  // see evaluationTasks(); auto: what the model can do with this kind of data
  std::string prompt;  // put around each question, for instance "Question: {} Short answer:"; empty: none
  std::vector<std::string> templates = {"a photo of a {}."};  // texts of zero-shot classes; {} is the class
  // A file that keeps the answers of finished batches; of models that do not answer nothing is kept.
  JournalOptions journal = {};
  // What tells this model from others in the journal where its folder does not: how it was pruned in memory.
  nlohmann::json journalInputs = {};
};

// The names and one-line descriptions of what can be measured.
const std::vector<Method>& evaluationTasks();

// The data set at a path; where it holds several kinds, that which suits the model.
Dataset openDatasetFor(const OpenModel& model, const std::filesystem::path& path, DataOptions options = {});

// Greedy answers to every pair, unless the options say otherwise, and the loss of the expected ones; for
// models that do not answer see PairResult. onPair is told each result as it is ready, in no particular
// order, never from two threads at once. An answer is right if it equals the expected one after trimming,
// lower-casing and collapsing blanks; a caption if it names the same things in whatever order. reference: the
// dense model whose classes pictures without a label are compared with; null: the weights of the model's own
// folder.
Evaluation evaluateModel(const OpenModel& model, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair = {}, const ModelPtr& reference = {},
                         const AnswerOptions& answers = {});

// Removes the folder of PruneOptions::journal when what it keeps has been exported. Files that are none of
// ours stay, and the folder with them.
void removeKeptBlocks(const std::filesystem::path& folder);

struct ExportOptions {
  // Write weights beyond the range of their dtype (float16 ends at 65504) as its largest number.
  bool clamp = false;
  // Write packed files (docs/packed.md), which hold the zeros as bits.
  bool packed = false;
};
// Writes a Hugging Face folder with the model's weights in their own dtypes, all files beside them copied,
// and espalier-recipe.json with `recipe`. Links are followed within the model's folder and into the blobs of
// a Hub cache only; others are left out and told. The folder must not exist or be empty; it appears whole or
// not at all, and every tensor is read back and compared before it does. Throws Error if the target cannot be
// written or lacks space, or where a weight is NaN or, unless it is to be clamped, beyond its dtype's range.
struct ExportResult {
  int64_t bytes = 0;       // of the weights as they lie in the files
  int64_t denseBytes = 0;  // of the weights unpacked; the same where they are not packed
  double sparsity = 0;
  std::vector<std::string> notes = {};  // sentences a person should read: what was clamped or left out
};
// The folder alone, before any work is done for it.
void checkExportFolder(const std::filesystem::path& folder);
// What an earlier exportModel() with the same recipe wrote to the folder; nothing where it holds anything
// else. For jobs that were stopped when all but the last was done.
std::optional<ExportResult> findExport(const nlohmann::json& recipe, const std::filesystem::path& folder);
ExportResult exportModel(const OpenModel& model, const nlohmann::json& recipe,
                         const std::filesystem::path& folder, const JobControl& control,
                         const ExportOptions& options = {});

}  // namespace espalier
