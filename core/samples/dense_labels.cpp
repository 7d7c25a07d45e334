#include "core/samples/dense_labels.h"

#include <algorithm>
#include <cmath>

namespace espalier {

void addDenseHeads(std::map<std::string, at::Tensor>& weights, int64_t width, uint64_t seed) {
  const std::pair<const char*, size_t> heads[] = {{"shape", sceneShapes().size() + 1},
                                                  {"colour", sceneColours().size()},
                                                  {"size", 2},
                                                  {"texture", 2},
                                                  {"offset", 2}};
  for (const auto& [name, classes] : heads) {
    const auto weight = std::string("dense.") + name + ".weight";
    auto t = at::empty({int64_t(classes), width});
    CounterRandom(seed, streamOf("initial " + weight)).fillNormal(t.data_ptr<float>(), t.numel());
    weights[weight] = t.mul_(std::pow(double(width), -0.5));
    weights[std::string("dense.") + name + ".bias"] = at::zeros({int64_t(classes)});
  }
}

at::Tensor denseLoss(const Weights& weights, const at::Tensor& patchFeatures,
                     const std::vector<Scene>& scenes, std::map<std::string, double>& log) {
  const int64_t patches = patchFeatures.size(1), across = int64_t(std::lround(std::sqrt(double(patches))));
  const int64_t side = scenes[0].side, patch = side / across;
  const int64_t background = int64_t(sceneShapes().size());
  std::vector<int64_t> where, shape, colour, size, texture;
  std::vector<float> offset;
  for (size_t s = 0; s < scenes.size(); ++s)
    for (int64_t p = 0; p < patches; ++p) {
      const auto& scene = scenes[s];
      std::vector<int> seen(scene.objects.size(), 0);
      const int64_t top = p / across * patch, left = p % across * patch;
      for (int64_t y = top; y < top + patch; ++y)
        for (int64_t x = left; x < left + patch; ++x)
          if (const int o = scene.owner[size_t(y * side + x)]; o >= 0) ++seen[size_t(o)];
      const auto most = std::max_element(seen.begin(), seen.end());
      if (*most < patch * patch / 4) {
        shape.push_back(background);
        continue;
      }
      const auto& o = scene.objects[size_t(most - seen.begin())];
      where.push_back(int64_t(s) * patches + p);
      shape.push_back(o.shape);
      colour.push_back(o.colour);
      size.push_back(o.size);
      texture.push_back(o.texture);
      offset.push_back(float((o.x - double(left) - double(patch) / 2) / double(patch)));
      offset.push_back(float((o.y - double(top) - double(patch) / 2) / double(patch)));
    }
  const auto features = patchFeatures.reshape({-1, patchFeatures.size(2)});
  const auto onObjects = features.index_select(0, at::tensor(where));
  const auto head = [&](const char* name, const at::Tensor& x) {
    return at::linear(x, weights.get(std::string("dense.") + name + ".weight"),
                      weights.get(std::string("dense.") + name + ".bias"));
  };
  auto total = at::zeros({});
  const auto classify = [&](const char* name, const at::Tensor& x, const std::vector<int64_t>& labels) {
    const auto logits = head(name, x), target = at::tensor(labels);
    total = total + at::cross_entropy_loss(logits, target);
    const auto right = logits.argmax(1) == target;
    // The background is easy and everywhere: the share is of patches on objects.
    const auto counted = std::string(name) == "shape" ? target != background : at::ones_like(right);
    log[std::string("patch ") + name] = (right & counted).sum().item<double>() / counted.sum().item<double>();
  };
  classify("shape", features, shape);
  classify("colour", onObjects, colour);
  classify("size", onObjects, size);
  classify("texture", onObjects, texture);
  total = total + (head("offset", onObjects) - at::tensor(offset).view({-1, 2})).abs().mean();
  return total;
}

}  // namespace espalier
