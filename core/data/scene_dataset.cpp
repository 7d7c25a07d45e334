#include "core/data/scene_dataset.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/image/encode.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

std::string pictureName(const std::string& stream, int64_t index) {
  std::string number = std::to_string(index);
  return stream + "-" + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number + ".png";
}

}  // namespace

void writeSceneDataset(const fs::path& folder, const SceneDatasetOptions& o) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + folder.string() + " cannot be made: " + ec.message() + ".");
  const auto& kinds = sceneQuestionKinds();
  std::vector<std::string> lines(static_cast<size_t>(o.pictures));
  parallelFor(o.pictures, [&](int64_t i) {
    CounterRandom random(o.seed, streamOf(o.stream, uint64_t(i)));
    const Scene scene = drawScene(random, o.world, 1, 3);
    const std::string name = pictureName(o.stream, i);
    saveImage(Image{scene.side, scene.side, scene.rgb}, folder / name);
    const auto wanted = o.pairsPerPicture > 0 ? o.pairsPerPicture : int64_t(kinds.size());
    int64_t asked = 0;
    // Where a kind cannot be asked about this scene, the next one takes its turn.
    for (int64_t k = 0; k < int64_t(kinds.size()) && asked < wanted; ++k) {
      const auto turn = o.pairsPerPicture > 0 ? i * o.pairsPerPicture + k : k;
      const auto q = askAbout(scene, kinds[size_t(turn) % kinds.size()], random, o.world);
      if (q.question.empty()) continue;
      const nlohmann::ordered_json line{
          {"file_name", name}, {"question", q.question}, {"answer", q.answer}, {"kind", q.kind}};
      lines[size_t(i)] += line.dump() + "\n";
      ++asked;
    }
  });
  std::string all;
  for (const auto& l : lines) all += l;
  writeFileAtomically(folder / "metadata.jsonl", all);
}

}  // namespace espalier
