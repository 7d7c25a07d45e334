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

// The engine's public interface: open a model, score it, prune it to a plan, evaluate it, export it. It takes
// and returns plain values. Every function blocks: call it from a worker thread. Several may run at once.
// Functions throw Error on failure and Cancelled when a stop was requested (core/base/error.h).
namespace espalier {

struct ModelInfo {
  std::filesystem::path folder;
  std::string name;                      // the folder's name
  std::string family;                    // "blip-2", "t5", ...
  std::vector<BlockDescription> blocks;  // those with matrices, in model order
  int64_t parameters = 0;                // of the whole checkpoint
  int64_t prunableParameters = 0;        // of the matrices pruned by default
  int64_t fileBytes = 0;                 // of the weight files
  int64_t denseBytes = 0;                // of the weights unpacked; equals fileBytes if they are not packed
  // Share of zeros among the prunable parameters, 0 ... 1. Negative: not counted (models of 1 GiB and more).
  double sparsity = 0;
  // Tensors of the checkpoint that no block reads, in file order. Buffers that the reference recomputes
  // (position numbers, rotary frequencies) and second names of tied weights are not listed.
  std::vector<std::string> unusedTensors;
  // One sentence for each thing in the folder that the model ignores: unused tensors, an adapter beside them.
  std::vector<std::string> warnings;
};

// A model ready for use: structure, weights, tokenizer, picture preprocessing. It is immutable. A pruned
// model is another OpenModel, which shares everything that pruning left unchanged with the dense one.
class OpenModel;
using ModelPtr = std::shared_ptr<const OpenModel>;

// device: where every later computation with the model runs. prompt: the form in which it is asked questions.
ModelPtr openModel(const std::filesystem::path& folder, const Device& device = defaultDevice(),
                   PromptForm prompt = PromptForm::Auto);
// The same model, asked in another form. Throws Error (InvalidInput) if the model has no chat template.
ModelPtr withPrompt(const ModelPtr& model, PromptForm prompt);
PromptForm promptOf(const OpenModel& model);  // the form it was opened with
// Whether questions are put to the model as a conversation.
bool makesConversations(const OpenModel& model);
const ModelInfo& infoOf(const OpenModel& model);

struct ScoreOptions {
  std::string method = "forward-mode";  // see scoreMethods()
  int64_t samples = 32;
  int64_t batchSize = 8;
  int64_t draws = 1;  // noise draws for each batch
  double eps = 1e-3;
  uint64_t seed = 0;           // of the noise and of which samples are drawn
  bool includeBridge = false;  // also score, and so prune, the Q-Former
  // Also gather the statistics that allocators without global scores need (MatrixScore::statistics). One pass
  // over the model serves all of them. Method "local" gathers them in any case.
  bool statistics = false;
  // Methods that draw noise: if above 0, draw until every block's sparsity in a plan of stableTarget is
  // certain to within this much (one standard deviation, from the scores' standard errors), but at most
  // `draws` times.
  double untilStable = 0;
  // If above 1, the way to stableTarget is taken in so many parts, as iterative pruning does: after each but
  // the last the model is pruned by Wanda to the plan of its scores so far and scored anew. After part k of K
  // 1 - (1 - target)^(k / K) is gone. The scores are those of the last model scored.
  int64_t rescore = 1;
  // The target sparsity of the plan that scores are meant for, where they depend on one (scoresAtTarget).
  double stableTarget = 0.5;
  JournalOptions journal;  // a file that keeps the scores of finished blocks
};

// How uncertain an ECoFLaP plan of the target is: the largest standard deviation of any block's sparsity when
// every score varies by its standard error, from 200 random plans. NaN if the error of a score is unknown.
double planUncertainty(const Scores& scores, double target);

// The methods that scoreModel() knows.
const std::vector<Method>& scoreMethods();
// The fields of ScoreOptions, without stableTarget, which belongs to the plan, and the journal.
const OptionFields<ScoreOptions>& scoreFields();

// Receives the scores of each block as they are ready, on the scoring thread: in model order, or in reverse
// order with methods that go backwards. A method that takes draws or batches one by one reports each block
// again after each of them, scaled to estimate the sum over all batches and one draw.
using BlockScored = std::function<void(const std::vector<MatrixScore>&)>;
// Receives the scores after each draw if draws are taken one by one (untilStable).
using DrawScored = std::function<void(const Scores&)>;
Scores scoreModel(const OpenModel& model, const Dataset& calibration, const ScoreOptions& options,
                  const JobControl& control, const BlockScored& onBlock = {}, const DrawScored& onDraw = {});

// The plan of global magnitude pruning: one threshold over all prunable weights, expressed as a sparsity for
// each matrix.
Plan globalMagnitudePlan(const OpenModel& model, double target, bool includeBridge = false,
                         const JobControl& control = {});

struct PruneOptions {
  std::string criterion = "wanda";  // or "magnitude", ...; see pruneCriteria()
  std::string pattern = "unstructured";
  std::string comparison =
      "auto";  // "row", "matrix", or "auto": the paper's choice (vision by matrix, language by row)
  // The inputs a block is calibrated on: the outputs of the "pruned" blocks before it, as published, or those
  // of the "dense" model's blocks.
  std::string inputs = "pruned";
  int64_t samples = 128;
  int64_t batchSize = 16;
  uint64_t seed = 0;  // decides which calibration samples are drawn
  // Names of pruneRefinements() to apply after the criterion, in order, separated by commas. Empty: none.
  std::string refinement = {};
  // The target that changed weights are fitted to: the unpruned matrix's outputs for the inputs it is
  // calibrated on
  // ("pruned"), or for its inputs in the "dense" model.
  std::string fit = "pruned";
  // If above 0, a language model is calibrated on all text tokens and only on the picture tokens that a block
  // changes most: min(1, this times their mean change) of them for each text token. 0: on all tokens.
  double pictureShare = 0;
  bool official = false;  // do as the code released with the paper where it differs (docs/method.md)
  // A folder that keeps the pruned matrices of finished blocks. The returned model reads its weights from
  // there; the caller removes the folder after exporting the model.
  JournalOptions journal;
};
const std::vector<Method>& pruneCriteria();
const std::vector<Method>& pruneRefinements();
// The fields of PruneOptions, without the journal.
const OptionFields<PruneOptions>& pruneFields();
// A sentence for people: among which weights the least important are chosen. vision: in a vision tower.
std::string comparedAmong(const PruneOptions& options, bool vision);
// Whether the refinements can follow the criterion. One that exchanges weights cannot follow one that changes
// them.
bool canRefine(const std::string& criterion, const std::string& refinement);
// Whether the criterion or a refinement changes the values of kept weights.
bool fitsWeights(const PruneOptions& options);
// Whether a refinement rounds kept weights to int8 numbers, which packed files hold as such.
bool roundsToInt8(const PruneOptions& options);
// Throws Error (InvalidInput) if an option has an unknown name or two options cannot be combined.
void checkOptions(const PruneOptions& options);
bool needsCalibration(const PruneOptions& options);  // the criterion or a refinement uses the inputs
// Whether the pruning of a matrix is independent of how other matrices are pruned, so that a new plan only
// repeats the choice of weights: true with inputs of the dense model, or without inputs.
bool inputsAreFixed(const PruneOptions& options);
// The sparsity of a matrix under a pattern: that of an N:M pattern if `asked` is above 0, else `asked`.
double sparsityUnder(const std::string& pattern, double asked);

struct PrunedMatrix {
  std::string matrix;
  double asked = 0;     // sparsity in the plan
  double achieved = 0;  // zeros / weights
  std::string note;     // a remark for people ("needed more damping"); usually empty
  double damping = 0;   // SparseGPT: what was added to the Hessian's diagonal, as a share of its mean
};
struct PruneResult {
  ModelPtr model;
  std::vector<PrunedMatrix> matrices;
  double sparsity = 0;  // over the matrices of the plan
  double seconds = 0;
  std::vector<Dataset::Problem> problems = {};  // calibration pictures that could not be decoded
};
// Prunes block by block in model order. Matrices that the plan does not name stay unchanged. If the model
// does not fit into memory and options.journal names no folder, pruned matrices go to a temporary folder
// (scratchParent()), which is removed together with the returned model. Throws Error (Io) if that disk has
// too little room.
PruneResult pruneModel(const OpenModel& dense, const Plan& plan, const Dataset& calibration,
                       const PruneOptions& options, const JobControl& control);

// Global pruning by the loss's gradients, in rounds. Each round computes the gradients of the model as pruned
// so far.
struct GlobalPruneOptions {
  std::string method = "global-obd";  // a name of globalMethods()
  int64_t rounds = 10;                // after round k of K the sparsity is 1 - (1 - target)^(k / K)
  int64_t samples = 128;
  int64_t batchSize = 16;
  uint64_t seed = 0;           // decides which calibration samples are drawn
  bool includeBridge = false;  // also prune the Q-Former
};
const std::vector<Method>& globalMethods();
// Applies one threshold to all prunable weights: the least important go, whichever matrix they are in, and
// weights that are already zero go first. Kept weights keep their values. The plan holds the resulting
// sparsity of each matrix. Throws Error (InvalidInput) for a target outside 0 ... 1, an unknown method, no
// rounds, a model without a loss, or a model whose weights, gradients and their sums do not fit into memory
// together.
struct GlobalPruning {
  PruneResult result;
  Plan plan;
};
GlobalPruning pruneGlobally(const OpenModel& dense, double target, const Dataset& calibration,
                            const GlobalPruneOptions& options, const JobControl& control);

// How answers are generated. More than one beam means beam search as transformers defines it.
struct AnswerOptions {
  int64_t beams = 1;
  double lengthPenalty = 1;             // > 0 favours long answers, < 0 short ones
  std::string earlyStopping = "false";  // "true", "false" or "never"
  std::string task = "auto";  // a name of evaluationTasks(); auto: chosen by the model and the kind of data
  std::string prompt;         // wraps each question, for instance "Question: {} Short answer:"; empty: none
  std::vector<std::string> templates = {"a photo of a {}."};  // texts of zero-shot classes; {} is the class
  // A file that keeps the answers of finished batches. Tasks without answers keep nothing.
  JournalOptions journal = {};
  // Identifies in the journal a model that its folder alone does not: how it was pruned in memory.
  nlohmann::json journalInputs = {};
};

// The names and one-line descriptions of what can be measured.
const std::vector<Method>& evaluationTasks();

// The data set at a path. If it holds several kinds of data, the kind that suits the model.
Dataset openDatasetFor(const OpenModel& model, const std::filesystem::path& path, DataOptions options = {});

// Answers every pair, greedily unless the options say otherwise, and computes the loss of the expected
// answers. For models that do not answer see PairResult. onPair receives each result as it is ready, in any
// order, never from two threads at once. An answer is right if it equals the expected one after trimming,
// lower-casing and collapsing blanks; a caption is right if it names the same things in any order. reference:
// the dense model whose predicted classes stand in for missing labels; null: the weights in the model's own
// folder.
Evaluation evaluateModel(const OpenModel& model, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair = {}, const ModelPtr& reference = {},
                         const AnswerOptions& answers = {});

// Removes the folder of PruneOptions::journal once the model has been exported. Foreign files stay, and then
// the folder does too.
void removeKeptBlocks(const std::filesystem::path& folder);

struct ExportOptions {
  // Write a weight beyond the range of its dtype (float16 ends at 65504) as the dtype's largest number.
  bool clamp = false;
  // Write packed files (docs/packed.md), which store zeros as bits.
  bool packed = false;
};
// Writes a Hugging Face folder: the weights in their own dtypes, copies of all other files, and `recipe` as
// espalier-recipe.json. Follows links within the model's folder and into the blobs of a Hub cache; it leaves
// other links out and adds a note. The folder must not exist or must be empty. It appears complete or not at
// all, and every tensor is read back and compared first. Throws Error if the target cannot be written or
// lacks space, if a weight is NaN, or if one exceeds its dtype's range and clamp is off.
struct ExportResult {
  int64_t bytes = 0;       // of the weight files
  int64_t denseBytes = 0;  // of the weights unpacked; equals bytes if they are not packed
  double sparsity = 0;
  std::vector<std::string> notes = {};  // sentences for people: what was clamped or left out
};
// Checks the folder alone, before any work. Throws Error if exportModel() could not write there.
void checkExportFolder(const std::filesystem::path& folder);
// The result of an earlier exportModel() with the same recipe, if the folder holds exactly that: for jobs
// that were stopped after the export.
std::optional<ExportResult> findExport(const nlohmann::json& recipe, const std::filesystem::path& folder);
ExportResult exportModel(const OpenModel& model, const nlohmann::json& recipe,
                         const std::filesystem::path& folder, const JobControl& control,
                         const ExportOptions& options = {});

}  // namespace espalier
