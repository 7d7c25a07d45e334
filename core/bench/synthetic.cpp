#include "core/bench/synthetic.h"

#include <ATen/ATen.h>

#include <cmath>
#include <set>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/checkpoint/tensor.h"
#include "core/model/model.h"
#include "core/prune/select.h"
#include "core/samples/scene_dataset.h"
#include "core/text/byte_alphabet.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kShardBytes = 2'000'000'000;
constexpr int64_t kSamples = 64;

// Norms begin as ones and biases as zeros; everything else is normal with deviation 0.02, as models are
// commonly initialised.
at::Tensor randomTensor(const DeclaredTensor& d, DType dtype, double zeros, const SparsityPattern& pattern) {
  auto values = at::empty(d.shape, at::kFloat);
  const bool vector = d.shape.size() == 1;
  if (vector && d.name.ends_with("bias")) return values.zero_().to(scalarTypeOf(dtype));
  if (vector && d.name.ends_with(".weight")) return values.fill_(1).to(scalarTypeOf(dtype));
  const CounterRandom random(0, streamOf(d.name));
  float* out = values.data_ptr<float>();
  constexpr int64_t kPart = 1 << 20;
  const int64_t count = values.numel();
  parallelFor((count + kPart - 1) / kPart, [&](int64_t p) {
    const int64_t first = p * kPart, size = std::min(kPart, count - first);
    random.fillNormal(out + first, size, first);
    for (int64_t i = first; i < first + size; ++i) out[i] *= 0.02f;
  });
  if (zeros > 0) values = zeroed(values, maskOfLeast(values.abs(), {zeros, Comparison::Matrix, pattern}));
  return values.to(scalarTypeOf(dtype));
}

void writeWeights(const Model& model, DType dtype, double zeros, const SparsityPattern& pattern,
                  const fs::path& folder, const JobControl& control) {
  std::set<std::string> prunable;
  for (const auto& block : model.blocks())
    for (const auto& m : block->description().matrices) prunable.insert(m.name);
  std::vector<std::vector<const DeclaredTensor*>> shards(1);
  int64_t inShard = 0, total = 0;
  const auto infoOf = [&](const DeclaredTensor& d) { return TensorInfo{d.name, dtype, d.shape}; };
  for (const auto& d : model.declared()) {
    const int64_t bytes = infoOf(d).bytes();
    if (inShard > 0 && inShard + bytes > kShardBytes) {
      shards.emplace_back();
      inShard = 0;
    }
    shards.back().push_back(&d);
    inShard += bytes, total += bytes;
  }
  ProgressMeter meter(control, "Writing", total);
  nlohmann::json map = nlohmann::json::object();
  for (size_t s = 0; s < shards.size(); ++s) {
    char name[64] = "model.safetensors";
    if (shards.size() > 1)
      std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", s + 1, shards.size());
    std::vector<TensorInfo> infos;
    for (const auto* d : shards[s]) {
      infos.push_back(infoOf(*d));
      map[d->name] = name;
    }
    SafetensorsWriter writer(folder / name, infos, {{"format", "pt"}});
    for (const auto* d : shards[s]) {
      writer.append(bytesOf(randomTensor(*d, dtype, prunable.contains(d->name) ? zeros : 0, pattern)));
      meter.advance(infoOf(*d).bytes(), d->name);
    }
    writer.commit();
  }
  if (shards.size() > 1)
    writeFileAtomically(
        folder / "model.safetensors.index.json",
        jsonText(nlohmann::json{{"metadata", {{"total_size", total}}}, {"weight_map", map}}, 1) + "\n");
}

// Every byte is a token; the first three are special.
void writeTokenizer(const fs::path& folder) {
  nlohmann::json vocabulary = nlohmann::json::object(), added = nlohmann::json::array();
  const char* special[] = {"<pad>", "</s>", "<unk>"};
  for (int i = 0; i < 3; ++i) {
    vocabulary[special[i]] = i;
    added.push_back({{"id", i},
                     {"content", special[i]},
                     {"special", true},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false}});
  }
  for (int byte = 0; byte < 256; ++byte) vocabulary[bytesToAlphabet(std::string(1, char(byte)))] = 3 + byte;
  const nlohmann::json byteLevel{
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
  const nlohmann::json tokenizer{{"version", "1.0"},
                                 {"truncation", nullptr},
                                 {"padding", nullptr},
                                 {"added_tokens", added},
                                 {"normalizer", nullptr},
                                 {"pre_tokenizer", byteLevel},
                                 {"post_processor", nullptr},
                                 {"decoder", byteLevel},
                                 {"model",
                                  {{"type", "BPE"},
                                   {"dropout", nullptr},
                                   {"unk_token", nullptr},
                                   {"continuing_subword_prefix", nullptr},
                                   {"end_of_word_suffix", nullptr},
                                   {"fuse_unk", false},
                                   {"byte_fallback", false},
                                   {"vocab", vocabulary},
                                   {"merges", nlohmann::json::array()}}}};
  writeFileAtomically(folder / "tokenizer.json", jsonText(tokenizer) + "\n");
  writeFileAtomically(
      folder / "tokenizer_config.json",
      jsonText(nlohmann::json{{"pad_token", "<pad>"}, {"eos_token", "</s>"}, {"unk_token", "<unk>"}}, 1) +
          "\n");
}

// The settings of the picture processor: of one size, of flattened patches that make up as many pixels, or of
// tiles.
nlohmann::json picturesOf(const BenchShape& shape) {
  nlohmann::json out{{"do_resize", true},
                     {"resample", 3},
                     {"do_rescale", true},
                     {"rescale_factor", 1.0 / 255},
                     {"do_normalize", true},
                     {"image_mean", {0.48145466, 0.4578275, 0.40821073}},
                     {"image_std", {0.26862954, 0.26130258, 0.27577711}}};
  if (shape.pictures == BenchPictures::Patches) {
    const auto pixels = shape.pictureSize * shape.pictureSize;
    out.update({{"image_processor_type", "Qwen2VLImageProcessor"},
                {"patch_size", shape.config["vision_config"]["patch_size"]},
                {"temporal_patch_size", 2},
                {"merge_size", 2},
                {"min_pixels", pixels},
                {"max_pixels", pixels}});
    return out;
  }
  if (shape.pictures == BenchPictures::Tiles) {
    out.update({{"image_processor_type", "Idefics3ImageProcessor"},
                {"resample", 1},
                {"image_mean", {0.5, 0.5, 0.5}},
                {"image_std", {0.5, 0.5, 0.5}},
                {"do_image_splitting", true},
                {"size", {{"longest_edge", shape.pictureSize}}},
                {"max_image_size", {{"longest_edge", shape.config["vision_config"]["image_size"]}}}});
    return out;
  }
  out["image_processor_type"] = "BlipImageProcessor";
  out["size"] = {{"height", shape.pictureSize}, {"width", shape.pictureSize}};
  return out;
}

void writeTexts(const BenchShape& shape, const fs::path& folder) {
  CounterRandom random(0, streamOf("texts"));
  const auto text = [&](int64_t length) {
    std::string out;
    for (int64_t i = 0; i < length; ++i) out += i % 6 == 5 ? ' ' : char('a' + random.below(26));
    return out;
  };
  std::string lines;
  for (int64_t i = 0; i < kSamples; ++i) {
    nlohmann::json line;
    if (shape.answerLength > 0) line["question"] = text(shape.textLength);
    line["answer"] = text(shape.answerLength > 0 ? shape.answerLength : shape.textLength);
    lines += jsonText(line) + "\n";
  }
  writeFileAtomically(folder / "metadata.jsonl", lines);
}

}  // namespace

void writeSyntheticModel(const BenchShape& shape, const fs::path& folder, const JobControl& control,
                         double zeros, const std::string& patternName) {
  const auto pattern = patternNamed(patternName);
  if (pattern.units)
    throw Error(
        ErrorKind::InvalidInput,
        "A model with random weights is written with the patterns unstructured, N:M and Rx1, not units.");
  std::error_code ec;
  if (fs::exists(folder, ec) && !(fs::is_directory(folder, ec) && fs::is_empty(folder, ec)))
    throw Error(ErrorKind::InvalidInput,
                "--out " + folder.string() + " is there already; a new or an empty folder was expected.");
  const auto modelFolder = folder / "model", data = folder / "data";
  for (const auto& f : {modelFolder, data}) {
    fs::create_directories(f, ec);
    if (ec) throw Error(ErrorKind::Io, "The folder " + f.string() + " cannot be made: " + ec.message() + ".");
  }
  const auto model = Model::fromConfig(shape.config);
  writeFileAtomically(modelFolder / "config.json", jsonText(shape.config, 1) + "\n");
  writeTokenizer(modelFolder);
  writeWeights(*model, shape.dtype, zeros, pattern, modelFolder, control);
  if (shape.pictureSize == 0) {
    writeTexts(shape, data);
    return;
  }
  writeFileAtomically(modelFolder / "preprocessor_config.json", jsonText(picturesOf(shape), 1) + "\n");
  SceneDatasetOptions options;
  options.stream = "synthetic";
  options.pictures = kSamples;
  options.pairsPerPicture = 1;
  writeSceneDataset(data, options);
}

}  // namespace espalier
