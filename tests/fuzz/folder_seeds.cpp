// Seeds of the targets in folder_targets.cpp.
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "core/base/crc32.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/checkpoint/safetensors.h"
#include "core/document/measurement.h"
#include "core/document/runs.h"
#include "core/document/study.h"
#include "core/recover/kept_report.h"
#include "core/text/byte_alphabet.h"
#include "tests/fuzz/seeds.h"

namespace espalier::fuzz {

namespace fs = std::filesystem;

namespace {

std::string shardOf(const std::string& tensor) {
  const auto file = fs::temp_directory_path() / ("espalier-fuzz-shard-" + std::to_string(::getpid()));
  const std::vector<float> values{1, 0, -2};
  SafetensorsWriter writer(file, {{tensor, DType::F32, {3}}}, {{"format", "pt"}});
  writer.append(std::as_bytes(std::span(values)));
  writer.commit();
  auto content = readTextFile(file);
  fs::remove(file);
  return content;
}

// A vocabulary in which each byte is a piece, with `end` behind each that ends a word and some words beside
// them.
std::string byteVocabulary(const std::string& end, const std::vector<std::string>& more) {
  auto pieces = nlohmann::ordered_json::object();
  for (const auto& ending : end.empty() ? std::vector<std::string>{""} : std::vector<std::string>{"", end})
    for (int byte = 0; byte < 256; ++byte)
      pieces[bytesToAlphabet(std::string(1, char(byte))) + ending] = pieces.size();
  for (const auto& piece : more) pieces[piece] = pieces.size();
  return pieces.dump();
}

Measurement someMeasurement() {
  Measurement m;
  m.processor = "a processor";
  m.model = "model";
  m.threads = 2;
  m.fileBytes = 1000;
  m.denseBytes = 2000;
  m.sparsity = 0.5;
  m.openSeconds = m.firstSeconds = m.perSecond = m.float32PerSecond = {2, 1, 3};
  m.promptSeconds = {0.5, 0.25, 0.75};
  m.peakBytes = m.float32PeakBytes = 4000;
  m.unit = "tokens";
  m.heldBytes = 500, m.float32Bytes = 2000, m.matrices = 4, m.sparseMatrices = 2;
  return m;
}

std::string lineOfBlock(const nlohmann::json& about) {
  const auto& file = tinyShards().begin()->second;
  const auto bytes = std::as_bytes(std::span(file.data(), file.size()));
  nlohmann::json line{{"block", "layers.0"},
                      {"file", "block-0.safetensors"},
                      {"checksum", std::to_string(bytes.size()) + " " + std::to_string(crc32Of(bytes))}};
  line.update(about);
  return jsonText(line);
}

}  // namespace

const std::map<std::string, std::string>& tinyShards() {
  static const std::map<std::string, std::string> shards{
      {"model-00001-of-00002.safetensors", shardOf("a.weight")},
      {"model-00002-of-00002.safetensors", shardOf("b.weight")}};
  return shards;
}

std::string tinyIndex() {
  return R"({"metadata": {"total_size": 24}, "weight_map": {"a.weight": "model-00001-of-00002.safetensors",
 "b.weight": "model-00002-of-00002.safetensors"}})";
}

std::vector<std::string> shardsSeeds() {
  return {tinyIndex(), R"({"weight_map": {"module.a.weight": "model-00001-of-00002.safetensors"}})"};
}

const std::vector<TokenizerFile>& tokenizerFiles() {
  static const std::vector<TokenizerFile> files{
      {"bert", "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\ncat\n##s\ndog\n,\n2\n\u65e5\n"},
      {"bert", "tokenizer_config.json",
       R"({"tokenizer_class": "BertTokenizerFast", "do_lower_case": true, "strip_accents": null, "cls_token": "[CLS]",
 "sep_token": {"content": "[SEP]", "lstrip": false, "single_word": true}, "model_max_length": 1e30,
 "padding_side": "left", "added_tokens_decoder": {"4": {"content": "[MASK]", "lstrip": true, "special": true}}})"},
      {"bert", "special_tokens_map.json",
       R"({"mask_token": "[MASK]", "additional_special_tokens": ["<x>", {"content": "<y>", "rstrip": true}]})"},
      {"bert", "added_tokens.json", R"({"<x>": 12, "<y>": 13})"},
      {"gpt2", "vocab.json", byteVocabulary("", {"ca", "cat", "<|endoftext|>", "<pad>"})},
      {"gpt2", "merges.txt", "#version: 0.2\nc a\nca t\n"},
      {"gpt2", "tokenizer_config.json",
       R"({"tokenizer_class": "GPT2Tokenizer", "bos_token": "<|endoftext|>", "pad_token": "<pad>", "add_bos_token": true,
 "add_prefix_space": false, "image_token": "<image>", "extra_special_tokens": {"image_token": "<image>"},
 "chat_template": [{"name": "default", "template": "{% for m in messages %}{{ m.content }}{% endfor %}"},
 {"name": "tool_use", "template": "{{ tools | tojson }}"}]})"},
      {"gpt2", "config.json", R"({"model_type": "opt", "text_config": {"model_type": "opt"}})"},
      {"clip", "vocab.json", byteVocabulary("</w>", {"ca", "cat</w>", "<|startoftext|>", "<|endoftext|>"})},
      {"clip", "merges.txt", "#version: 0.2\nc a\nca t</w>\n"},
      {"clip", "tokenizer_config.json",
       R"({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "chat_template": "{{ bos_token }}"})"},
      {"t5", "spiece.model", sentencePieceSeeds().front()},
      {"t5", "tokenizer_config.json",
       R"({"tokenizer_class": "T5Tokenizer", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
 "extra_ids": 1, "legacy": true})"}};
  return files;
}

std::vector<std::string> tokenizerFolderSeeds() {
  std::vector<std::string> out;
  for (size_t i = 0; i < tokenizerFiles().size(); ++i) out.push_back(char(i) + tokenizerFiles()[i].content);
  return out;
}

std::vector<std::string> pictureProcessorSeeds() {
  return contentsBelow("families/preprocess", {"/preprocessor_config.json"}, 2048);
}

std::vector<std::string> generationSeeds() {
  auto out = contentsBelow("families/models", {"/generation_config.json"}, 2048);
  out.push_back(
      R"({"bos_token_id": 1, "eos_token_id": [2, 3], "pad_token_id": 0, "do_sample": false, "num_beams": 3,
 "max_new_tokens": 20, "temperature": 0.7, "top_p": 0.9, "repetition_penalty": 1.1, "suppress_tokens": [4]})");
  return out;
}

std::vector<std::string> prunedRecipeSeeds() {
  return {
      R"({"format": "espalier/recipe", "version": 1, "model": "model", "sparsity": 0.5, "plan": {"layers.0": 0.5},
 "prune": {"criterion": "wanda", "refinement": "swaps"}, "recover": {"methods": "rebuild,distil"}})"};
}

std::vector<std::string> keptBlockSeeds() {
  RecoveryReport report;
  report.method = "rebuild";
  report.block = "layers.0";
  report.measure = "error";
  report.steps = 4;
  report.curve = {{"rebuild", "layers.0", 0, 4, 2.5, 2.75}};
  const nlohmann::json matrix{{"matrix", "layers.0.q"}, {"parameters", 64}, {"asked", 0.5},
                              {"achieved", 0.5},        {"damping", 0.01},  {"note", ""}};
  return {lineOfBlock({{"matrices", {matrix}}, {"about", toJson(report)}})};
}

std::vector<std::string> lessonSeeds() {
  return {
      R"({"format": "espalier/lesson", "version": 1, "title": "t", "minutes": 5, "teacher": ["p"], "steps": [
 {"title": "one", "text": "words", "acts": [{"act": "target", "number": 0.5}, {"act": "remember", "name": "r"}],
  "wait": "answers", "chart": true, "question": {"kind": "choice", "ask": "?", "choices": ["a", "b"], "answer": 1}},
 {"title": "two", "text": "words", "pane": "chart", "question": {"kind": "number", "ask": "?", "value": "loss",
  "within": 0.5}},
 {"title": "three", "text": "words", "question": {"kind": "compare", "ask": "?", "first": "r", "second": "r"}}]})"};
}

std::vector<std::string> runsSeeds() {
  RunsTable table;
  Run run;
  run.id = "a1", run.name = "one", run.folder = "/pruned", run.criterion = "wanda+swaps",
  run.recovery = "rebuild";
  run.plan = {{"layers.0", 0.5}};
  run.sparsity = 0.5, run.fileBytes = 1000, run.denseBytes = 2000, run.seconds = 1.5;
  run.data = "pairs", run.right = 7, run.total = 10;
  run.measured = someMeasurement();
  run.notes = "a, \"b\"", run.tags = {"x", "y"};
  table.runs = {run, run};
  table.runs[1].id = "a2", table.runs[1].measured = {}, table.runs[1].right = {};
  const auto file = fs::temp_directory_path() / ("espalier-fuzz-runs-" + std::to_string(::getpid()));
  writeRuns(file, table);
  auto content = readTextFile(file);
  fs::remove(file);
  return {content};
}

std::vector<std::string> studyPointSeeds() {
  StudyPoint p;
  p.method = "Wanda", p.sparsity = 0.5, p.achieved = 0.5, p.seed = 1;
  p.kinds = {{"colour", 3, 4, 2.5}, {"caption", 1, 4, 3.5}};
  p.metrics = {{"perplexity", 12.5}};
  p.prompt = "chat", p.conditions = "c", p.seconds = 2, p.bytes = 100;
  p.verdicts = {{true, false}, {0.5, 1.5}};
  return {jsonText(toJson(p))};
}

std::vector<std::string> measurementSeeds() {
  return {jsonText(toJson(someMeasurement()))};
}

std::vector<std::string> trainingSeeds() {
  return {
      R"({"name": "one", "kind": "joint", "picturesPerStep": 64, "questionsPerPicture": 6, "denseWeight": 0.3,
 "objects": [1, 2, 3], "kinds": {"colour": 2}, "steps": 100, "warmupSteps": 10, "learningRate": 0.001, "muon": true,
 "gradientClip": 1, "shards": 4})"};
}

}  // namespace espalier::fuzz
