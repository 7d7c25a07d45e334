#include "core/samples/scene_dataset.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/parallel.h"
#include "core/image/encode.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

std::string pictureName(const std::string& stream, int64_t index) {
  std::string number = std::to_string(index);
  return stream + "-" + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number + ".png";
}

// Of the kinds this scene allows, those asked about least so far, in the order of kinds; all of them where
// no number is given.
std::vector<SceneQuestion> questionsAbout(const Scene& scene, const SceneDatasetOptions& o,
                                          CounterRandom& random, std::vector<int64_t>& asked) {
  const auto& kinds = sceneQuestionKinds();
  std::vector<size_t> order(kinds.size());
  std::iota(order.begin(), order.end(), size_t(0));
  if (o.pairsPerPicture > 0)
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return asked[a] < asked[b]; });
  std::map<size_t, SceneQuestion> chosen;
  for (const auto k : order) {
    if (o.pairsPerPicture > 0 && int64_t(chosen.size()) == o.pairsPerPicture) break;
    auto q = askAbout(scene, kinds[k], random, o.world);
    if (q.question.empty()) continue;
    ++asked[k];
    chosen.emplace(k, std::move(q));
  }
  std::vector<SceneQuestion> out;
  for (auto& [k, q] : chosen) out.push_back(std::move(q));
  return out;
}

}  // namespace

void writeSceneDataset(const fs::path& folder, const SceneDatasetOptions& o) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + folder.string() + " cannot be made: " + ec.message() + ".");
  const auto pictures = static_cast<size_t>(o.pictures);
  std::vector<Scene> scenes(pictures);
  std::vector<CounterRandom> randoms;
  for (size_t i = 0; i < pictures; ++i) randoms.emplace_back(o.seed, streamOf(o.stream, i));
  parallelFor(o.pictures, [&](int64_t i) {
    Scene& scene = scenes[size_t(i)];
    scene = drawScene(randoms[size_t(i)], o.world, 1, 3);
    saveImage(Image{scene.side, scene.side, scene.rgb}, folder / pictureName(o.stream, i));
  });
  std::string all;
  std::vector<int64_t> asked(sceneQuestionKinds().size());
  for (size_t i = 0; i < pictures; ++i)
    for (const auto& q : questionsAbout(scenes[i], o, randoms[i], asked))
      all += jsonText(nlohmann::ordered_json{{"file_name", pictureName(o.stream, int64_t(i))},
                                             {"question", q.question},
                                             {"answer", q.answer},
                                             {"kind", q.kind}}) +
             "\n";
  writeFileAtomically(folder / "metadata.jsonl", all);
}

}  // namespace espalier
