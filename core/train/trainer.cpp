#include "core/train/trainer.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <fstream>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/parallel.h"
#include "core/checkpoint/tensor.h"
#include "core/model/layers/config_value.h"
#include "core/train/adamw.h"
#include "core/train/muon.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

using Tensors = std::map<std::string, at::Tensor>;
constexpr const char* kCheckpoint = "checkpoint.safetensors";

void saveCheckpoint(const fs::path& folder, const std::string& stage, int64_t step, const Tensors& parameters,
                    AdamW& optimizer) {
  Tensors all = optimizer.moments();
  for (const auto& [name, p] : parameters) all["p/" + name] = p;
  writeTensors(folder / kCheckpoint, all, {{"stage", stage}, {"step", std::to_string(step)}});
}

// The step to go on from; 0 where there is no checkpoint of this stage.
int64_t resume(const fs::path& folder, const std::string& stage, Tensors& parameters, AdamW& optimizer) {
  if (!fs::exists(folder / kCheckpoint)) return 0;
  const auto metadata = SafetensorsFile::open(folder / kCheckpoint).metadata();
  if (!metadata.contains("stage") || metadata.at("stage") != stage) return 0;
  for (auto& [name, t] : readTensors(folder / kCheckpoint)) {
    if (name.starts_with("p/")) {
      const auto it = parameters.find(name.substr(2));
      if (it == parameters.end() || !it->second.sizes().equals(t.sizes()))
        throw Error(ErrorKind::InvalidInput,
                    (folder / kCheckpoint).string() +
                        " is of another model; remove it or train into another folder.");
      it->second.copy_(t);
    } else {
      optimizer.moments()[name] = t;
    }
  }
  const auto step = metadata.find("step");
  const auto digits = step == metadata.end() ? std::string() : step->second;
  if (digits.empty() || digits.size() > 15 || digits.find_first_not_of("0123456789") != std::string::npos)
    throw Error(ErrorKind::Format, (folder / kCheckpoint).string() +
                                       " says no step of training; remove it, and the stage begins anew.");
  return std::stoll(digits);
}

// One shard's share of a step: gradients of its loss, by parameter.
struct ShardResult {
  Tensors gradients;
  std::map<std::string, double> log;
};

ShardResult runShard(const TrainingTask& task, const Tensors& parameters, int64_t step, int shard,
                     int shards) {
  c10::AutoGradMode enable(true);
  ShardResult result;
  Tensors leaves;
  for (const auto& [name, p] : parameters)
    leaves[name] =
        p.detach().set_requires_grad(task.learningRateFactor(name) > 0);  // shares the numbers, not the graph
  const auto loss = task.loss(Weights(leaves), step, shard, shards, result.log);
  result.log["loss"] = loss.item<double>();
  (loss / double(shards)).backward();
  for (auto& [name, leaf] : leaves)
    if (leaf.grad().defined()) result.gradients[name] = leaf.grad();
  return result;
}

}  // namespace

TrainingOptions TrainingOptions::parse(const nlohmann::json& c) {
  TrainingOptions o;
  o.steps = configSize(c, "steps", o.steps);
  o.scheduleSteps = configValue<int64_t>(c, "scheduleSteps", 0);
  o.warmupSteps = configSize(c, "warmupSteps", o.warmupSteps);
  o.learningRate = configValue(c, "learningRate", o.learningRate);
  o.finalLearningRate = configValue(c, "finalLearningRate", o.finalLearningRate);
  o.weightDecay = configValue(c, "weightDecay", o.weightDecay);
  o.gradientClip = configValue(c, "gradientClip", o.gradientClip);
  o.muon = configValue(c, "muon", o.muon);
  o.shards = int(configSize(c, "shards", o.shards));
  o.logEvery = configSize(c, "logEvery", o.logEvery);
  o.validateEvery = configSize(c, "validateEvery", o.validateEvery);
  o.checkpointEvery = configSize(c, "checkpointEvery", o.checkpointEvery);
  return o;
}

void train(const TrainingTask& task, Tensors& parameters, const TrainingOptions& options,
           const std::string& stage, const fs::path& folder, const JobControl& control) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  AdamW optimizer({});
  for (const auto& [name, p] : parameters) optimizer.prepare(name, p);
  int64_t step = resume(folder, stage, parameters, optimizer);
  std::ofstream log(folder / "log.jsonl", std::ios::app);
  if (!log) throw Error(ErrorKind::Io, (folder / "log.jsonl").string() + " cannot be written.");

  using Clock = std::chrono::steady_clock;
  auto lastLog = Clock::now();
  int64_t stepsSinceLog = 0;
  ProgressMeter meter(control, "Training: " + stage, options.steps);
  if (step > 0) meter.advance(step);
  std::vector<std::string> names;
  for (const auto& [name, p] : parameters) names.push_back(name);

  for (; step < options.steps; ++step) {
    std::vector<ShardResult> shards(size_t(options.shards));
    parallelFor(options.shards, [&](int64_t i) {
      shards[size_t(i)] = runShard(task, parameters, step, int(i), options.shards);
    });
    // Sum in shard order, then the global norm in parameter order: the same bits whatever ran where.
    // Frozen tensors and those this stage does not touch have no gradient.
    std::vector<double> squares(names.size(), 0);
    std::vector<at::Tensor> gradients(names.size());
    parallelFor(int64_t(names.size()), [&](int64_t i) {
      auto& sum = gradients[size_t(i)];
      for (const auto& shard : shards)
        if (const auto it = shard.gradients.find(names[size_t(i)]); it != shard.gradients.end())
          sum = sum.defined() ? sum.add_(it->second) : it->second.contiguous();
      if (sum.defined()) squares[size_t(i)] = sum.square().sum(at::kDouble).item<double>();
    });
    double norm = 0;
    for (double s : squares) norm += s;
    norm = std::sqrt(norm);
    if (!std::isfinite(norm))
      throw Error(ErrorKind::InvalidInput, "Training diverged at step " + std::to_string(step) +
                                               " of stage \"" + stage +
                                               "\": the gradient is not finite; lower learningRate.");
    const double clip = norm > options.gradientClip ? options.gradientClip / norm : 1;
    const double rate = options.learningRate * cosineSchedule(step, options.warmupSteps,
                                                              std::max(options.steps, options.scheduleSteps),
                                                              options.finalLearningRate);
    parallelFor(int64_t(names.size()), [&](int64_t i) {
      auto& gradient = gradients[size_t(i)];
      if (!gradient.defined()) return;
      if (clip != 1) gradient.mul_(clip);
      auto& p = parameters.at(names[size_t(i)]);
      const double own = rate * task.learningRateFactor(names[size_t(i)]),
                   decay = p.dim() >= 2 ? options.weightDecay : 0;
      if (options.muon && task.isInnerMatrix(names[size_t(i)]))
        muon::update(p, gradient, optimizer.moments().at("m/" + names[size_t(i)]), own, decay);
      else
        optimizer.update(names[size_t(i)], p, gradient, own, decay, step + 1);
    });

    ++stepsSinceLog;
    const bool last = step + 1 == options.steps;
    if ((step + 1) % options.logEvery == 0 || last) {
      nlohmann::ordered_json line{
          {"stage", stage}, {"step", step + 1}, {"rate", rate}, {"gradientNorm", norm}};
      std::map<std::string, double> sums;
      for (const auto& s : shards)
        for (const auto& [key, value] : s.log) sums[key] += value / double(shards.size());
      for (const auto& [key, value] : sums) line[key] = value;
      const double seconds = std::chrono::duration<double>(Clock::now() - lastLog).count();
      line["stepsPerSecond"] = double(stepsSinceLog) / seconds;
      if ((step + 1) % options.validateEvery == 0 || last)
        for (const auto& [key, value] : task.validate(Weights(parameters))) line["validation"][key] = value;
      log << jsonText(line) << std::endl;
      lastLog = Clock::now();
      stepsSinceLog = 0;
    }
    if ((step + 1) % options.checkpointEvery == 0 || last)
      saveCheckpoint(folder, stage, step + 1, parameters, optimizer);
    meter.advance(1, "loss " + std::to_string(shards[0].log["loss"]));
  }
}

}  // namespace espalier
