#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "espalier/choices.h"

// The values that go into the library and come out of it. Sparsities are fractions from 0 to 1, losses nats,
// sizes bytes, times seconds.
namespace espalier::api {

// How a model's jobs run. Each model has its own; results do not depend on it, but for the last digits
// between kinds of devices.
struct Execution {
  DeviceKind device = DeviceKind::Cpu;
  int deviceIndex = 0;  // of several of a kind
  int workers = 0;      // threads; 0: one for each core
  int64_t memory = 0;   // the resident memory to keep to; 0: chosen where a model needs a limit
};

// How far a job is. secondsLeft is negative where it is not known yet.
struct Progress {
  std::string stage, item;  // in English: "Scoring", and a block's name
  int64_t done = 0, total = 0;
  double secondsLeft = -1;
};

// Where a job reports and how it is stopped. onProgress is called by the thread that runs the job and must
// not wait. A job that is stopped throws Cancelled.
struct Control {
  std::function<void(const Progress&)> onProgress{};
  std::stop_token stop{};
};

// Where a job keeps its finished steps, so that the same call goes on from them. Empty: nowhere. The caller
// removes it when the result is stored (removeKept).
struct Keep {
  std::filesystem::path path{};
  bool restart = false;  // begin anew whatever is there
};

struct Matrix {
  std::string name;  // of the tensor in the checkpoint
  int64_t rows = 0, columns = 0;
};

struct Block {
  std::string name;
  Component component = Component::Vision;
  bool prunedByDefault = true;
  std::vector<Matrix> matrices;
};

struct ModelInfo {
  std::filesystem::path folder;
  std::string name, family;
  std::vector<Block> blocks;  // those with matrices, in model order
  int64_t parameters = 0, prunableParameters = 0, fileBytes = 0;
  std::optional<double>
      sparsity;  // zeros among the prunable weights; empty: not counted (weights of 1 GiB and more)
  std::vector<std::string> warnings;  // sentences about files that the model does without
};

struct Problem {
  std::string place, what;
};

// Which column of a table, or key of an entry, holds what. All empty: known names are looked for.
struct DataColumns {
  std::string picture{}, question{};
  std::string text{};  // the caption, or the answer
};

struct DataOptions {
  DataFormat format = DataFormat::Recognised;
  std::string split{};  // "train", "val", "test" or a name in the data; empty: the test split, or all
  DataColumns columns{};
  std::filesystem::path pictures{};  // their folder; empty: looked for near the data
};

struct ScoreOptions {
  ScoreMethod method = ScoreMethod::ForwardMode;
  int64_t samples = 32, batchSize = 8;
  int64_t draws = 1;  // of noise, for each batch
  double eps = 1e-3;
  uint64_t seed = 0;
  bool includeBridge = false;
  bool statistics = false;  // gather what other allocators go by
  // Above 0: noise is drawn again, up to `draws` times, until no block's sparsity in a plan of stableTarget
  // is less certain than this (one standard deviation).
  double untilStable = 0;
  double stableTarget = 0.5;
  // Above 1: scored again after each of so many parts of the way to stableTarget, the model as pruned so far.
  int64_t rescore = 1;
  Keep keep{};  // a file
};

struct MatrixScore {
  std::string matrix, block;
  Component component = Component::Vision;
  int64_t parameters = 0;
  double score = 0;                       // 0 or more, in the method's unit
  std::optional<double> standardError{};  // empty: not known
  std::map<Allocator, double> statistics{};
};

struct Scores {
  ScoreMethod method = ScoreMethod::ZerothOrder;
  std::string model, data;  // as they were named
  int64_t samples = 0, batchSize = 0, draws = 0;
  double eps = 0;
  uint64_t seed = 0;
  std::vector<MatrixScore> matrices;  // in model order
};

struct PlanOptions {
  double target = 0.5;
  std::optional<double> cap{};  // default: target + 0.1
  Granularity granularity = Granularity::Block;
  Allocator allocator = Allocator::Ecoflap;
  std::optional<Aggregate> aggregate{};  // default: the allocator's
  std::optional<double>
      parameter{};  // Owl's lambda, Dlp's alpha, AlphaPruning's epsilon, Atp's beta; default: the paper's
  std::map<std::string, double> pins{};  // sparsities that are fixed, by group
};

struct Group {
  std::string name;
  std::optional<Component> component;  // empty: not said
  int64_t parameters = 0;
  double score = 0;
  std::optional<double> standardError{};
  double sparsity = 0;
  bool pinned = false;
  std::vector<std::string> matrices;
  std::map<Allocator, double> statistics{};
};

struct Plan {
  double target = 0.5, cap = 0.6;
  Granularity granularity = Granularity::Block;
  Aggregate aggregate = Aggregate::Sum;
  std::optional<Allocator> allocator{};  // empty: shared out by another program, or by hand
  std::optional<double> parameter{};
  std::vector<Group> groups;  // in model order
};

// At most `keep` weights stay in each `of` consecutive ones of a row. 0 of 0: anywhere.
struct Pattern {
  int keep = 0, of = 0;
};

struct PruneOptions {
  Criterion criterion = Criterion::Wanda;
  Pattern pattern{};
  Comparison comparison = Comparison::Published;
  CalibrationInputs inputs = CalibrationInputs::PrunedBlocks;
  std::vector<Refinement> refinements{};  // in order
  FitTarget fit = FitTarget::OwnOutputs;
  // Above 0: language blocks are calibrated on the text and on those tokens of a picture that a block changes
  // the most, min(1, this times their mean change) for each token of text. 0: on all.
  double pictureTokens = 0;
  bool official = false;  // what the code released with the paper does otherwise
  int64_t samples = 128, batchSize = 16;
  uint64_t seed = 0;
  Keep keep{};  // a folder, from which the pruned model is read
};

struct PrunedMatrix {
  std::string matrix;
  double asked = 0, achieved = 0;
  std::string note;  // mostly empty
};

struct PairResult {
  int64_t sample = 0;  // place in the data
  std::string answer;
  bool right = false;
  double loss = 0;
  double score = 0;         // VQA accuracy or CIDEr-D of the answer; otherwise 1 if right
  int64_t pictureRank = 0;  // retrieval, from 1
  int64_t textRank = 0;
};

struct EvaluationOptions {
  Task task = Task::Auto;
  int64_t beams = 1;
  double lengthPenalty = 1;
  std::string prompt{};  // around each question: "Question: {} Short answer:"
  std::vector<std::string> templates{"a photo of a {}."};  // of zero-shot classes
  std::function<void(const PairResult&)> onPair{};  // each result as it is ready, in no particular order
  Keep keep{};                                      // a file
};

struct Evaluation {
  Task task = Task::Vqa;
  std::vector<PairResult> pairs;          // in the order of the data
  std::map<std::string, double> metrics;  // by their published names: "VQA accuracy", "TR@1", "perplexity"
  int64_t right = 0, total = 0;
  double low = 0, high = 1;    // Wilson's 95 % interval of right / total
  double loss = 0;             // mean
  bool onlyAgreement = false;  // right means: as the dense model, since no picture has a label
  std::vector<Problem> problems;
  double seconds = 0;
};

struct ExportOptions {
  bool clamp = false;  // write weights beyond the range of their dtype as its largest number
};

struct ExportResult {
  int64_t bytes = 0;
  double sparsity = 0;
  std::vector<std::string> notes;  // sentences a person should read
};

}  // namespace espalier::api
