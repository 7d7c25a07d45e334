#include "tests/fuzz/folder_targets.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/journal.h"
#include "core/base/json.h"
#include "core/checkpoint/checkpoint.h"
#include "core/document/lesson.h"
#include "core/document/measurement.h"
#include "core/document/runs.h"
#include "core/document/study.h"
#include "core/engine/pruned_folder.h"
#include "core/image/picture_processor.h"
#include "core/model/config_keys.h"
#include "core/model/model.h"
#include "core/recover/kept_report.h"
#include "core/samples/scene_stage.h"
#include "core/template/chat_template.h"
#include "core/text/tokenizer.h"
#include "tests/fuzz/seeds.h"

namespace espalier::fuzz {

namespace {

const Scratch& scratch() {
  return Scratch::folder();
}

nlohmann::json parsed(Bytes bytes, const char* name) {
  return parseJson(textOf(bytes), name);
}

// A model folder of two tiny weight files, without an index.
void putModel(const std::string& folder) {
  scratch().empty(folder);
  scratch().put(folder + "/config.json", std::string("{\"model_type\": \"llama\"}"));
  for (const auto& [name, content] : tinyShards()) scratch().put(folder + "/" + name, content);
}

}  // namespace

void runShards(Bytes bytes) {
  putModel("shards");
  scratch().put("shards/model.safetensors.index.json", bytes);
  const auto model = Checkpoint::open(scratch().path() / "shards");
  for (const auto& t : model->tensors()) model->bytes(t.name);
  model->storedBytes();
}

void runTokenizerFolder(Bytes bytes) {
  if (bytes.empty()) return;
  const auto where = scratch().empty("words");
  const auto& files = tokenizerFiles();
  const auto& changed = files[bytes[0] % files.size()];
  // The files of the same tokenizer as they were, and the changed one.
  for (const auto& f : files)
    if (f.tokenizer == changed.tokenizer) scratch().put("words/" + f.name, f.content);
  scratch().put("words/" + changed.name, bytes.subspan(1));
  const auto tokenizer = openTokenizer(where);
  for (const std::string text : {"", "A cat, 2 dogs <pad></s>", "\u00e9\u65e5 \xff\t\n  a"}) {
    const auto ids = tokenizer->encode(text);
    tokenizer->decode(ids, false);
    tokenizer->encodePair(text, "a cat", 8);
    for (const auto id : ids) tokenizer->pieceText(id);
  }
  ChatTemplate::ofFolder(where, *tokenizer);
}

// Pictures are small, and so are those that a processor makes of them here.
void runPictureProcessor(Bytes bytes) {
  const auto processor = PictureProcessor::fromJson(parsed(bytes, "preprocessor_config.json"), "x");
  for (const ImageSize size : {ImageSize{2, 3}, ImageSize{40, 30}, ImageSize{1, 300}}) {
    if (!processor->faultOf(size).empty()) continue;
    const auto layout = processor->layoutOf(size);
    if (layout.tiles > 4 || layout.patchRows * layout.patchColumns > 4000) continue;
    const Image picture{size.width, size.height,
                        std::vector<uint8_t>(size_t(size.width * size.height * 3), 100)};
    processor->process(picture);
  }
}

// A family reads it before it misses the tensors that are not there.
void runGeneration(Bytes bytes) {
  putModel("generation");
  scratch().put("generation/model.safetensors.index.json", tinyIndex());
  scratch().put("generation/config.json",
                std::string(R"({"model_type": "llama", "hidden_size": 8, "intermediate_size": 8,
                    "num_attention_heads": 2, "num_hidden_layers": 1, "vocab_size": 16})"));
  unheededGeneration(readJsonFile(scratch().put("generation/generation_config.json", bytes)));
  Model::fromCheckpoint(*Checkpoint::open(scratch().path() / "generation"));
}

void runPrunedRecipe(Bytes bytes) {
  putModel("pruned");
  scratch().put("pruned/model.safetensors.index.json", tinyIndex());
  scratch().put("pruned/espalier-recipe.json", bytes);
  runOfFolder(scratch().path() / "pruned");
}

// The line as a job writes it, with its checksum, so that what it tells is looked at.
void runKeptBlock(Bytes bytes) {
  const auto step = parsed(bytes, "step");
  if (!step.is_object()) return;
  const auto where = scratch().empty("kept");
  scratch().put("kept/block-0.safetensors", tinyShards().begin()->second);
  const nlohmann::json inputs{{"model", "a"}};
  Journal(where / "journal.jsonl", "prune", inputs, {}).append(step);
  JournalOptions options;
  options.path = where;
  PrunedFolder(nullptr, inputs, options).find("layers.0");
  KeptTensors kept(nullptr, "prune", inputs, options);
  if (const auto found = kept.find("layers.0")) kept.readAbout([&] { reportFrom(found->about.at("about")); });
}

void runLesson(Bytes bytes) {
  const auto lesson = readLesson(scratch().put("x.lesson", bytes));
  writeLesson(scratch().path() / "again.lesson", lesson);
  const auto again = readLesson(scratch().path() / "again.lesson");
  if (jsonText(toJson(again)) != jsonText(toJson(lesson)))
    throw Error(ErrorKind::Internal, "A lesson is not read as it is written.");
}

void runRuns(Bytes bytes) {
  const auto table = readRuns(scratch().put("runs.json", bytes));
  for (const auto cost : {RunCost::Bytes, RunCost::KeptWeights, RunCost::SecondsForEach})
    paretoFront(table, cost);
  toCsv(table);
  writeRuns(scratch().path() / "again.json", table);
  readRuns(scratch().path() / "again.json");
}

// Whoever reads a point catches what nlohmann's JSON throws of values that are missing or of another kind.
void runStudyPoint(Bytes bytes) {
  const auto json = parsed(bytes, "point.json");
  StudyPoint point;
  try {
    point = studyPointFromJson(json);
  } catch (const nlohmann::json::exception&) {
    return;
  }
  studyTables({point}, {});
  parseJson(jsonText(toJson(point)), "written");
}

void runMeasurement(Bytes bytes) {
  const auto m = measurementFromJson(parsed(bytes, "measurement.json"), "measurement.json");
  measurementFromJson(parseJson(jsonText(toJson(m)), "written"), "written");
}

void runTraining(Bytes bytes) {
  SceneStage::parse(parsed(bytes, "training.json"));
}

}  // namespace espalier::fuzz
