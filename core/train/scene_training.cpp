#include "core/train/scene_training.h"

#include <fstream>
#include <set>

#include "core/base/file.h"
#include "core/checkpoint/tensor.h"
#include "core/model/layers/config_value.h"
#include "core/train/scene_task.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

struct Viterbi {
  std::map<std::string, std::pair<int64_t, double>> pieces;
  std::vector<std::string> names;
  explicit Viterbi(const fs::path& tsv) {
    std::ifstream in(tsv);
    for (std::string line; std::getline(in, line);) {
      const auto tab = line.find('\t');
      const auto piece = line.substr(0, tab);
      if (names.size() > 2) pieces[piece] = {int64_t(names.size()), std::stod(line.substr(tab + 1))};
      names.push_back(piece);
    }
  }
  std::vector<int64_t> encode(const std::string& text) const {
    std::string t = "\u2581";
    for (char c : text) t += c == ' ' ? std::string("\u2581") : std::string(1, c);
    std::vector<double> best(t.size() + 1, -1e30);
    std::vector<std::pair<size_t, int64_t>> from(t.size() + 1);
    best[0] = 0;
    for (size_t i = 0; i < t.size(); ++i)
      for (size_t n = 1; n <= 16 && i + n <= t.size(); ++n)
        if (const auto it = pieces.find(t.substr(i, n)); it != pieces.end() && best[i] + it->second.second > best[i + n])
          best[i + n] = best[i] + it->second.second, from[i + n] = {i, it->second.first};
    std::vector<int64_t> ids;
    for (size_t i = t.size(); i > 0; i = from[i].first) ids.insert(ids.begin(), from[i].second);
    ids.push_back(1);
    return ids;
  }
  std::string decode(const std::vector<int64_t>& ids) const {
    std::string t;
    for (int64_t id : ids) {
      if (id == 1) break;
      if (id > 2) t += names.at(size_t(id));
    }
    for (size_t at; (at = t.find("\u2581")) != std::string::npos;) t.replace(at, 3, " ");
    return t.empty() ? t : t.substr(t[0] == ' ');
  }
};

}  // namespace

void trainSceneModel(const nlohmann::json& configuration, const fs::path& folder, const JobControl& control) {
  const auto seed = uint64_t(configValue<int64_t>(configuration, "seed", 0));
  std::error_code ec;
  fs::create_directories(folder / "model", ec);
  const Viterbi tokens(folder / "model" / "spiece.model.tsv");
  const Encode encode = [&](const std::string& text) { return tokens.encode(text); };
  const Decode decode = [&](const std::vector<int64_t>& ids) { return tokens.decode(ids); };

  auto modelConfig = configSection(configuration, "model");
  modelConfig["text_config"]["vocab_size"] = tokens.names.size();
  const auto model = Model::fromConfig(modelConfig);
  auto parameters = initialSceneWeights(*model, seed);

  const auto stages = configuration.value("stages", nlohmann::json::array());
  for (const auto& entry : stages) {
    const auto stage = SceneStage::parse(entry);
    const fs::path done = folder / ("after-" + stage.name + ".safetensors");
    if (fs::exists(done)) {
      parameters = readTensors(done);
      continue;
    }
    const SceneTask task(model, stage, seed, encode, decode);
    train(task, parameters, stage.options, stage.name, folder, control);
    writeTensors(done, parameters);
  }

  std::map<std::string, at::Tensor> stored;
  for (const auto& d : model->declared()) stored[d.name] = parameters.at(d.name).to(at::kHalf);
  modelConfig["torch_dtype"] = "float16";
  writeTensors(folder / "model" / "model.safetensors", stored, {{"format", "pt"}});
  writeFileAtomically(folder / "model" / "config.json", modelConfig.dump(2) + "\n");
}

}  // namespace espalier
