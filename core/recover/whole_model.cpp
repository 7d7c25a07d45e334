#include "core/recover/whole_model.h"

#include "core/base/memory.h"
#include "core/recover/kept_report.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

constexpr double kClip = 1;

// Weights, moments and the best values in float32, and the gradients of two batches.
constexpr int64_t kTimesTheWeights = 6;

void requireRoom(const std::string& method, const TrainedTensors& tensors) {
  int64_t numbers = 0;
  for (const auto& [name, t] : tensors) numbers += t.value.numel();
  const int64_t needed = numbers * int64_t(sizeof(float)) * kTimesTheWeights;
  if (memoryLimit() == 0 || needed <= memoryLimit()) return;
  throw Error(ErrorKind::InvalidInput,
              "\"" + method + "\" trains " + std::to_string(numbers) + " numbers together and needs about " +
                  std::to_string(needed / 1'000'000 + 1) +
                  " MB for them, their gradients and moments; the ceiling is " +
                  std::to_string(memoryLimit() / 1'000'000) +
                  " MB. \"rebuild\" takes one block at a time, \"lora\" trains few numbers.");
}

}  // namespace

at::Tensor EndLoss::sumOfPass(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs,
                              int64_t batch) const {
  return sum(runModel(model, pass, std::move(inputs)), batch);
}

TrainedTensors trainedTensorsOfAll(const Recovery& r) {
  TrainedTensors all;
  for (const auto& block : r.model.blocks())
    if (isPruned(*block, r.dense, r.weights)) all.merge(trainedTensorsOf(r.model, *block, r.weights));
  return all;
}

namespace {

Minimum trained(const WholeTraining& training, const WholeLoss& loss, const Recovery& r) {
  Minimisation task;
  task.method = training.method;
  task.tensors = training.tensors();
  requireRoom(training.method, task.tensors);
  task.weightsWith = [&](const std::map<std::string, at::Tensor>& values) {
    Weights weights(r.weights);
    for (const auto& [name, value] : training.tensorsOf ? training.tensorsOf(values) : values)
      weights.set(name, value.to(r.weights.device()));
    return weights;
  };
  task.count = int64_t(r.training.size());
  task.heldOut = int64_t(r.heldOut.size());
  task.steps = training.steps;
  task.batchesInStep = r.batchesInStep;
  task.rate = training.rate * r.options.rate;
  task.gradientClip = kClip;
  task.seed = r.options.seed;
  double counted = 0, countedHeldOut = 0;
  for (int64_t i = 0; i < task.count + task.heldOut; ++i)
    (i < task.count ? counted : countedHeldOut) += loss.countOf(i);
  const double each = counted > 0 ? counted / double(task.count) : 1;
  const double eachHeldOut = countedHeldOut > 0 ? countedHeldOut / double(task.heldOut) : 1;
  task.loss = [&](const Weights& weights, int64_t batch) {
    const auto& inputs =
        batch < task.count ? r.training[size_t(batch)] : r.heldOut[size_t(batch - task.count)];
    const auto sum = loss.sumOfPass(r.model, Pass{.weights = weights, .stop = r.control.stop}, inputs, batch);
    return sum / (batch < task.count ? each : eachHeldOut);
  };
  ProgressMeter meter(r.control, training.stage, task.steps);
  auto found = minimise(task, r, meter, r.name + "/so far");
  found.report.measure = training.measure;
  found.report.numbers = int64_t(counted * loss.numbersEach());
  return found;
}

}  // namespace

void recoverWhole(const WholeTraining& training, Recovery& r) {
  if (const auto kept = r.store ? r.store->find(r.name) : std::nullopt) {
    r.weights.store(kept->file);
    r.store->readAbout([&] { r.reports.push_back(reportFrom(kept->about)); });
    return;
  }
  auto found = trained(training, *training.loss(), r);
  std::map<std::string, at::Tensor> stored;
  for (const auto& [name, value] : training.tensorsOf ? training.tensorsOf(found.best) : found.best)
    stored[name] = asStored(r.weights, name, value);
  setRecovered(r, r.name, stored, found.report, found.enough);
}

}  // namespace espalier
