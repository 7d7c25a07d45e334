#include "core/evaluate/zero_shot.h"

#include "core/base/error.h"
#include "core/evaluate/evaluator.h"
#include "core/inputs/class_names.h"
#include "core/model/layers/contrastive_loss.h"

namespace espalier {

namespace {

constexpr int64_t kBatchSize = 32;
constexpr double kTemperatureOfBlip = 0.07;

// One stream the model keeps of each row of a data set.
at::Tensor vectorsOf(const Model& model, const Weights& weights, const Processor& processor,
                     const Dataset& data, const std::string& stream, const JobControl& control) {
  const auto batches = makeBatches(processor, data, kBatchSize, control.stop, pictureMemory());
  std::vector<at::Tensor> out(batches.size());
  forwardBatches(model, weights, batches, control, {.kept = {stream}}, [&](size_t b, const State& state) {
    const auto vectors = state.kept.at(stream).cpu();
    out[b] = stream == kPictureVectors ? vectors.index_select(0, batches[b]->at("image_index")) : vectors;
  });
  return at::cat(out);
}

}  // namespace

std::string filledIn(const std::string& text, const std::string& value, const std::string& what) {
  const auto at = text.find("{}");
  if (at == std::string::npos)
    throw Error(ErrorKind::InvalidInput, what + " is \"" + text + "\"; {} was expected in it.");
  return text.substr(0, at) + value + text.substr(at + 2);
}

at::Tensor zeroShotSimilarities(const Model& model, const Weights& weights, const Processor& processor,
                                const Dataset& dataset, const std::vector<std::string>& templates,
                                const JobControl& control) {
  if (dataset.classNames.size() < 2)
    throw Error(ErrorKind::InvalidInput, dataset.path.string() +
                                             " names no classes; a folder of pictures for each "
                                             "class was expected.");
  if (templates.empty())
    throw Error(ErrorKind::InvalidInput, "Classification needs at least one --template.");
  // A pass takes pictures and texts together: texts go with one picture, pictures with one text.
  Dataset texts, pictures;
  texts.path = pictures.path = dataset.path;
  for (const auto& name : dataset.classNames)
    for (const auto& t : templates)
      texts.samples.push_back(
          {dataset.samples.at(0).image, {}, filledIn(t, firstName(name), "--template"), {}});
  for (const auto& s : dataset.samples) pictures.samples.push_back({s.image, {}, "a", {}});

  const auto classes = int64_t(dataset.classNames.size());
  const auto words = vectorsOf(model, weights, processor, texts, kTextVectors, control)
                         .reshape({classes, int64_t(templates.size()), -1})
                         .mean(1);
  const auto seen = vectorsOf(model, weights, processor, pictures, kPictureVectors, control);
  const double scale = weights.has("logit_scale") ? std::exp(weights.get("logit_scale").item<double>())
                                                  : 1 / kTemperatureOfBlip;
  return at::matmul(seen, ofLengthOne(words).t()) * scale;
}

}  // namespace espalier
