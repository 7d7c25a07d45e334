#include "tests/fuzz/seeds.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/allocate/planner.h"
#include "core/allocate/sparsity_yaml.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/checkpoint/packed_file.h"
#include "core/checkpoint/zip_archive.h"
#include "core/document/project.h"
#include "core/document/recipe.h"
#include "core/engine/evaluation_file.h"
#include "core/image/preprocess.h"
#include "core/model/model.h"
#include "core/model/registry.h"
#include "core/text/sentence_piece_file.h"

namespace espalier::fuzz {

namespace fs = std::filesystem;

namespace {

const fs::path kData = fs::path(ESPALIER_BINARY_DIR) / "tests/data";

// Files below a folder of tests/data with one of the endings, in order of their names.
std::vector<fs::path> filesBelow(const std::string& folder, const std::vector<std::string>& endings,
                                 size_t maxBytes) {
  std::vector<fs::path> out;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(kData / folder, ec), end; !ec && it != end; it.increment(ec)) {
    const auto name = "/" + it->path().filename().string();
    const bool fits =
        std::any_of(endings.begin(), endings.end(), [&](const auto& e) { return name.ends_with(e); });
    if (fits && it->is_regular_file() && it->file_size() <= maxBytes) out.push_back(it->path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// What a writer that takes a file's name writes.
template <typename Write>
std::string written(const Write& write) {
  const auto file = fs::temp_directory_path() / ("espalier-fuzz-seed-" + std::to_string(::getpid()));
  write(file);
  auto text = readTextFile(file);
  fs::remove(file);
  return text;
}

Scores someScores() {
  Scores s;
  s.method = "zeroth-order";
  s.model = "model";
  s.data = "data";
  s.samples = 8;
  s.batchSize = 2;
  for (int block = 0; block < 3; ++block)
    for (const std::string name : {"q", "fc1"}) {
      const auto where = "layers." + std::to_string(block);
      s.matrices.push_back({where + "." + name, where, block ? "language" : "vision", 64, 1.5 + block, 0.25});
      s.matrices.back().statistics = {{"outliers", 0.5 + block}, {"alpha", 2.0 + block}, {"median", 1.0}};
    }
  return s;
}

Plan somePlan() {
  return makePlan(someScores(), {});
}

}  // namespace

std::vector<std::string> contentsBelow(const std::string& folder, const std::vector<std::string>& endings,
                                       size_t maxBytes) {
  std::vector<std::string> out;
  for (const auto& f : filesBelow(folder, endings, maxBytes)) out.push_back(readTextFile(f));
  return out;
}

std::vector<std::string> noSeeds() {
  return {};
}

std::vector<std::string> jsonSeeds() {
  return {R"({"a": [1, -2.5e3, true, false, null, "x\u00e9\ud83d\ude00\n"], "b": {"c": {}}})",
          R"([NaN, Infinity, -Infinity, 1e400, -1e-400, 18446744073709551615, -9223372036854775808])",
          "\xEF\xBB\xBF{\"\\ud800\": \"\\\"\"}"};
}

std::vector<std::string> safetensorsSeeds() {
  return contentsBelow("checkpoints", {".safetensors"}, 4096);
}

std::vector<std::string> packedSeeds() {
  std::vector<std::string> out;
  for (const auto& file : filesBelow("checkpoints", {".safetensors"}, 4096))
    out.push_back(written([&](const fs::path& to) {
      const auto dense = SafetensorsFile::open(file);
      PackedWriter writer(to, std::string(dense.headerBytes()), gapsIn(dense));
      for (size_t i = 0; i < dense.tensors().size(); ++i) writer.append(dense.bytes(i));
      writer.commit();
    }));
  return out;
}

std::vector<std::string> stateDictSeeds() {
  return contentsBelow("checkpoints", {".pth", ".bin"}, 8192);
}

std::vector<std::string> pickleSeeds() {
  std::vector<std::string> out = {"(dp0\nVa\np1\n(lp2\nI1\naI01\naF1.5\naL12L\nas.",
                                  "\x80\x02}q\x00(X\x01\x00\x00\x00"
                                  "aq\x01K\x01u."};
  for (const auto& file : filesBelow("checkpoints", {".pth", ".bin"}, 8192)) {
    const auto mapped = MappedFile::open(file);
    if (!ZipArchive::looksLikeOne(mapped->bytes())) continue;
    const auto zip = ZipArchive::open(mapped);
    for (const auto& [name, entry] : zip.entries())
      if (name.ends_with("data.pkl"))
        out.emplace_back(reinterpret_cast<const char*>(entry.bytes.data()), entry.bytes.size());
  }
  return out;
}

// Those of the models of reference and, of each family that has none among them, the smallest that there is:
// all but its names left to the defaults. One that does not build ends the program, as a family would go
// untried.
std::vector<std::string> configSeeds() {
  std::vector<std::string> out;
  std::set<std::string> seen;  // families
  const auto add = [&](const nlohmann::json& config) {
    seen.insert(Model::fromConfig(config)->family());
    out.push_back(jsonText(config));
  };
  for (const char* folder : {"fixtures/models", "families"})
    for (const auto& text : contentsBelow(folder, {"/config.json"}, 8192))
      add(parseJson(text, "config.json"));
  // The sizes of timm's models are those of their tensors.
  out.push_back(R"({"architecture": "vit_base_patch16_224", "num_classes": 10})");
  seen.insert("timm-vit");
  for (const auto& family : families()) {
    if (seen.contains(family.name)) continue;
    nlohmann::json config{{"model_type", family.modelType}};
    // Defaults that do not go with those of the pictures, here and in the reference.
    if (family.modelType == "gemma3") config["mm_tokens_per_image"] = 49;
    if (family.modelType == "idefics3" || family.modelType == "smolvlm") config["scale_factor"] = 1;
    if (!family.architectures.empty()) config["architectures"] = {family.architectures.front()};
    add(config);
  }
  return out;
}

std::vector<std::string> sentencePieceSeeds() {
  using Type = SentencePieceFile::PieceType;
  SentencePieceFile file;
  file.pieces = {{"<pad>", 0, Type::Control},
                 {"</s>", 0, Type::Control},
                 {"<unk>", 0, Type::Unknown},
                 {"\u2581", -1},
                 {"\u2581cat", -2},
                 {"c", -3},
                 {"a", -3},
                 {"t", -3},
                 {"s", -4},
                 {"\u2581dogs", -5},
                 {"<extra_id_0>", 0, Type::UserDefined}};
  auto pairs = file;
  pairs.modelType = SentencePieceFile::ModelType::Bpe;
  pairs.byteFallback = true;
  for (const std::string byte : {"<0x41>", "<0xE6>", "<0xFF>"}) pairs.pieces.push_back({byte, 0, Type::Byte});
  return {serializeSentencePieceFile(file), serializeSentencePieceFile(pairs)};
}

std::vector<std::string> pictureSeeds() {
  return contentsBelow("images", {".jpg", ".png", ".webp", ".bmp", ".tif"}, 8192);
}

std::vector<std::string> preprocessSeeds() {
  auto out = contentsBelow("fixtures", {"preprocessor_config.json"}, 2048);
  for (auto& each : contentsBelow("families", {"preprocessor_config.json"}, 2048))
    out.push_back(std::move(each));
  out.push_back(jsonText(ImageProcessor().toJson()));
  return out;
}

std::vector<std::string> dataSeeds() {
  return {std::string(1, '\0') +
              "{\"file_name\": \"1.jpg\", \"text\": \"a cat\"}\n"
              "{\"file_name\": \"1.jpg\", \"question\": \"what?\", \"answer\": [\"cat\"]}\n",
          "\1file_name,text\n1.jpg,\"a \"\"cat\"\", there\"\n",
          "\1file_name;question;choices;answer\n1.jpg;what?;\"['a', 'b']\";1\n",
          "\2{\"images\": [{\"id\": 1, \"file_name\": \"1.jpg\"}], \"annotations\": [{\"image_id\": 1, "
          "\"caption\": "
          "\"a cat\"}]}",
          "\3{\"questions\": [{\"image_id\": 1, \"question_id\": 1, \"question\": \"what?\"}]}",
          "\4{\"images\": [{\"filename\": \"1.jpg\", \"split\": \"test\", \"sentences\": [{\"raw\": \"a "
          "cat\"}]}]}",
          "\5file\ttext\n1.jpg\ta cat\n",
          "\6image,caption\n1.jpg,a cat\n",
          "\7a text alone\nand another\n",
          "\x08{\"question_id\": 1, \"image\": \"1.jpg\", \"text\": \"what?\"}\n",
          "\x09[{\"image\": \"1.jpg\", \"caption\": [\"a\", \"b\"]}]",
          "\x09{\"1\": {\"imageId\": \"1\", \"question\": \"what?\", \"answer\": \"cat\"}}",
          "\x0a"
          "1.jpg#0\ta cat\n",
          "\x0b"
          "cat\ndog\n"};
}

std::vector<std::string> scoresSeeds() {
  return {jsonText(toJson(someScores()))};
}

std::vector<std::string> planSeeds() {
  auto pinned = somePlan();
  pinned.groups[0].pinned = true;
  return {jsonText(toJson(somePlan())), jsonText(toJson(pinned))};
}

std::vector<std::string> sparsityYamlSeeds() {
  return {written([](const fs::path& file) { writeSparsityYaml(file, somePlan()); }),
          "---\n# made by hand\n'a.b': 0.5\n\"c\": 5e-1\n"};
}

std::vector<std::string> recipeSeeds() {
  Recipe r;
  r.model = "model";
  r.calibration = "data";
  r.evaluation = "test";
  r.plan = {{"layers.0", 0.5}};
  return {jsonText(toJson(r))};
}

std::vector<std::string> projectSeeds() {
  Project p;
  p.model = "/model";
  p.calibration = "/data";
  p.scores = {{someScores(), true}};
  p.steps = {{"", somePlan(), 0, true, {}}, {"Set a block", somePlan(), 0, false, {}}};
  p.savedPlans = {{"mine", somePlan()}};
  return {written([&](const fs::path& file) { writeProject(file, p); })};
}

std::vector<std::string> evaluationSeeds() {
  Dataset data;
  data.samples.resize(1);
  Evaluation e;
  e.task = "caption";
  e.metrics = {{"BLEU-4", 0.5}};
  e.pairs.resize(1);
  return {written([&](const fs::path& file) { writeEvaluation(file, e, data); })};
}

std::vector<std::string> journalSeeds() {
  return {
      "{\"format\":\"espalier/journal\",\"inputs\":{\"model\":\"a\"},\"kind\":\"score\",\"version\":1}\n"
      "{\"block\":\"layers.0\",\"scores\":[1.5,2]}\n"};
}

std::vector<std::string> templateSeeds() {
  return contentsBelow("families/chat", {".jinja"}, 8192);
}

std::vector<std::string> conversationSeeds() {
  return {
      R"({"messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "what?"}]},
 {"role": "assistant", "content": "a cat"}], "add_generation_prompt": true})",
      R"({"messages": [], "tools": [{"name": "f", "parameters": {}}], "continue_final_message": true})"};
}

}  // namespace espalier::fuzz
