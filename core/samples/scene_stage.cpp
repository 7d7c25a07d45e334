#include "core/samples/scene_stage.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

int64_t drawWeighted(const std::vector<double>& weights, CounterRandom& random) {
  double total = 0;
  for (double w : weights) total += w;
  double u = random.uniform() * total;
  for (size_t i = 0; i < weights.size(); ++i)
    if ((u -= weights[i]) < 0) return int64_t(i);
  return int64_t(weights.size()) - 1;
}

}  // namespace

SceneStage SceneStage::parse(const nlohmann::json& c) {
  SceneStage s;
  s.name = configValue<std::string>(c, "name", "stage");
  const auto kind = configValue<std::string>(c, "kind", "joint");
  if (kind != "vision" && kind != "joint")
    throw Error(ErrorKind::InvalidInput,
                "The stage \"" + s.name + "\" has kind \"" + kind + "\"; vision or joint was expected.");
  s.visionOnly = kind == "vision";
  s.picturesPerStep = configSize(c, "picturesPerStep", s.picturesPerStep);
  s.questionsPerPicture = configSize(c, "questionsPerPicture", s.questionsPerPicture);
  s.conversationsPerPicture = configSize(c, "conversationsPerPicture", s.conversationsPerPicture);
  s.denseWeight = configValue(c, "denseWeight", s.denseWeight);
  s.captionWeight = configValue(c, "captionWeight", s.captionWeight);
  s.endWeight = configValue(c, "endWeight", s.endWeight);
  s.visionRate = configValue(c, "visionRate", s.visionOnly ? 1.0 : s.visionRate);
  s.objects = configValue(c, "objects", s.objects);
  s.kinds = configValue(c, "kinds", s.kinds);
  s.options = TrainingOptions::parse(c);
  return s;
}

std::vector<SceneStage> SceneStage::parseAll(const nlohmann::json& configuration) {
  std::vector<SceneStage> out;
  const auto stages = configuration.find("stages");
  if (stages == configuration.end()) return out;
  if (!stages->is_array() ||
      !std::all_of(stages->begin(), stages->end(), [](const auto& s) { return s.is_object(); }))
    throw Error(ErrorKind::Format, "The configuration has \"stages\": " + jsonText(*stages).substr(0, 40) +
                                       "; a list of objects was expected.");
  for (const auto& stage : *stages) out.push_back(parse(stage));
  return out;
}

Scene SceneStage::draw(CounterRandom& random) const {
  const int count = 1 + int(drawWeighted(objects, random));
  return drawScene(random, SceneWorld::Train, count, count);
}

SceneQuestion SceneStage::ask(const Scene& scene, CounterRandom& random) const {
  std::vector<std::string> offered;
  std::vector<double> weights;
  const auto offer = [&](const std::string& kind, double weight) {
    offered.push_back(kind);
    weights.push_back(weight);
  };
  const auto& all = sceneQuestionKinds();
  for (const auto& kind : all)
    if (kind != "caption") offer(kind, kinds.contains(kind) ? kinds.at(kind) : 1);
  for (const auto& [kind, weight] : kinds)
    if (std::find(all.begin(), all.end(), kind) == all.end()) offer(kind, weight);
  for (;;) {
    auto q = askAbout(scene, offered[size_t(drawWeighted(weights, random))], random, SceneWorld::Train);
    if (!q.question.empty()) return q;
  }
}

at::Tensor pixelsOf(const std::vector<Scene>& scenes) {
  const int64_t side = scenes.at(0).side;
  auto out = at::empty({int64_t(scenes.size()), 3, side, side});
  float* p = out.data_ptr<float>();
  for (const auto& scene : scenes)
    for (int c = 0; c < 3; ++c)
      for (int64_t i = 0; i < side * side; ++i)
        *p++ = float((scene.rgb[size_t(i * 3 + c)] / 255.0 - kPixelMean) / kPixelDeviation);
  return out;
}

}  // namespace espalier
