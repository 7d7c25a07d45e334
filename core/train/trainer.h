#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/progress.h"
#include "core/model/weights.h"

namespace espalier {

// What is trained: the loss of one shard of one step's batch. A step's batch is divided into a fixed number
// of shards, which run in parallel and whose gradients are added in order, so that the result does not depend
// on the thread count.
class TrainingTask {
 public:
  virtual ~TrainingTask() = default;
  // The loss to be minimised, a scalar that records gradients; named values for the log are added to `log`.
  // All shards of a step weigh the same. Called from several threads at once.
  virtual at::Tensor loss(const Weights& weights, int64_t step, int shard, int shards,
                          std::map<std::string, double>& log) const = 0;
  // Factor on the learning rate of a tensor; 0 freezes it.
  virtual double learningRateFactor(const std::string&) const { return 1; }
  // Whether a tensor is a matrix between hidden features, which TrainingOptions::muon is for.
  virtual bool isInnerMatrix(const std::string&) const { return false; }
  // Values measured now and then on data that is never trained on; called between steps without gradients.
  virtual std::map<std::string, double> validate(const Weights&) const { return {}; }
};

struct TrainingOptions {
  int64_t steps = 1000;
  int64_t scheduleSteps =
      0;  // length of the learning rate's cosine; 0: steps. Longer: the stage ends before it
  int64_t warmupSteps = 100;
  double learningRate = 1e-3;
  double finalLearningRate = 0.01;  // as a fraction
  double weightDecay = 0.05;        // on matrices only
  double gradientClip = 1.0;        // largest global norm
  bool muon = false;                // matrices inside the network by Muon (core/train/muon.h)
  int shards = 4;
  int64_t logEvery = 20;
  int64_t validateEvery = 500;
  int64_t checkpointEvery = 100;

  static TrainingOptions parse(const nlohmann::json& config);  // keys by the names above
};

// Runs AdamW, and Muon where it is asked for, over the parameters, in place. Every checkpointEvery steps
// writes parameters and moments to folder/checkpoint.safetensors (atomically), and goes on from that file if
// it is there and belongs to the same stage. Each logged step is a line of folder/log.jsonl: stage, step,
// loss, learning rate, gradient norm, samples a second.
void train(const TrainingTask& task, std::map<std::string, at::Tensor>& parameters,
           const TrainingOptions& options, const std::string& stage, const std::filesystem::path& folder,
           const JobControl& control);

}  // namespace espalier
