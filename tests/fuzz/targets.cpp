#include "tests/fuzz/targets.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "core/allocate/allocator.h"
#include "core/allocate/planner.h"
#include "core/allocate/sparsity_yaml.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/journal.h"
#include "core/base/json.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/packed_file.h"
#include "core/checkpoint/pickle.h"
#include "core/checkpoint/state_dict.h"
#include "core/checkpoint/zip_archive.h"
#include "core/data/dataset.h"
#include "core/document/project.h"
#include "core/document/recipe.h"
#include "core/engine/evaluation_file.h"
#include "core/image/image.h"
#include "core/image/picture_check.h"
#include "core/image/preprocess.h"
#include "core/model/model.h"
#include "core/template/chat_template.h"
#include "core/template/template.h"
#include "core/text/sentence_piece_file.h"
#include "core/text/tokenizer.h"
#include "tests/fuzz/folder_targets.h"
#include "tests/fuzz/process_targets.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/seeds.h"

namespace espalier::fuzz {

namespace fs = std::filesystem;

namespace {

const Scratch& folder() {
  return Scratch::folder();
}

std::span<const std::byte> asBytes(Bytes bytes) {
  return std::as_bytes(bytes);
}

void runJson(Bytes bytes) {
  const auto value = parseJson(textOf(bytes), "text");
  // What is written is read again to the same; a number that is none is written as null.
  const auto written = jsonText(value);
  if (jsonText(parseJson(written, "written")) != written)
    throw Error(ErrorKind::Internal, "JSON is not read as it is written.");
}

void runSafetensors(Bytes bytes) {
  const auto file = SafetensorsFile::open(folder().put("x.safetensors", bytes));
  int64_t total = 0;
  for (size_t i = 0; i < file.tensors().size(); ++i)
    for (const auto b : file.bytes(i)) total += int64_t(b);
  (void)total;
}

void runPacked(Bytes bytes) {
  const auto file = SafetensorsFile::open(folder().put("x.packed.safetensors", bytes));
  if (!PackedFile::isOne(file)) return;
  const auto packed = PackedFile::open(file);
  int64_t total = 0;
  for (size_t i = 0; i < packed->dense().tensors.size(); ++i) {
    packed->checkSizes(i);
    total += packed->dense().tensors[i].bytes();
  }
  if (total > (1 << 22)) return;  // a few bytes can be megabytes of zeros
  packed->writeDense(folder().path() / "x.safetensors");
  SafetensorsFile::open(folder().path() / "x.safetensors");
}

void runPickle(Bytes bytes) {
  Pickle::read(asBytes(bytes), "x.pkl", [](const std::string& name) { return name.size() < 100; });
}

void runZip(Bytes bytes) {
  const auto zip = ZipArchive::open(MappedFile::open(folder().put("x.zip", bytes)));
  int64_t total = 0;
  for (const auto& [name, entry] : zip.entries())
    for (const auto b : entry.bytes) total += int64_t(b);
  (void)total;
}

void runStateDict(Bytes bytes) {
  const auto file = StateDictFile::open(folder().put("x.pth", bytes));
  for (size_t i = 0; i < file.tensors().size(); ++i) file.check(i);
}

// Sizes are kept small: a model of ten thousand layers is valid, and takes its time to make.
void runConfig(Bytes bytes) {
  const auto config = parseJson(textOf(bytes), "config.json");
  if (!config.is_object()) return;
  const auto text = jsonText(config);
  int64_t nines = 0;
  for (size_t i = 0; i < text.size(); ++i) nines += text[i] >= '0' && text[i] <= '9';
  if (nines > 4000) return;
  Model::fromConfig(config)->declaredBytes();
}

void useTokenizer(const fs::path& path) {
  const auto tokenizer = openTokenizer(path);
  for (const std::string text : {"", "Two cats, 2 dogs\u2019 <pad></s>", "\u00e9\u65e5\u672c \xff\t\n  a"}) {
    const auto ids = tokenizer->encode(text);
    tokenizer->decode(ids, false);
    tokenizer->encodePair(text, "a cat", 8);
    tokenizer->encodeBatch({text, "cat"}, {});
    for (const auto id : ids) tokenizer->pieceText(id);
  }
}

void runTokenizerJson(Bytes bytes) {
  const auto where = folder().empty("tokenizer");
  folder().put("tokenizer/tokenizer.json", bytes);
  useTokenizer(where);
}

void runSentencePiece(Bytes bytes) {
  parseSentencePieceFile(textOf(bytes), "spiece.model");
  const auto where = folder().empty("pieces");
  folder().put("pieces/spiece.model", bytes);
  useTokenizer(where);
}

void runPicture(Bytes bytes) {
  const auto file = folder().put("x.jpg", bytes);
  pictureFault(file);
  const auto image = decodeImage(bytes, "x.jpg");
  if (image.rgb.size() != size_t(image.width) * size_t(image.height) * 3)
    throw Error(ErrorKind::Internal, "A picture has other bytes than its size says.");
}

void runPreprocess(Bytes bytes) {
  const auto processor = ImageProcessor::fromJson(parseJson(textOf(bytes), "preprocessor_config.json"), "x");
  const auto same = ImageProcessor::fromJson(processor.toJson(), "written");
  if (processor.resizes && processor.size.height > 256) return;
  if (processor.shortestEdge && *processor.shortestEdge > 256) return;
  if (std::max(processor.cropSize.height, processor.cropSize.width) > 512) return;
  same.apply({3, 2, std::vector<uint8_t>(18, 100)});
}

// The first byte chooses the file's name, and so the formats that look at it.
void runData(Bytes bytes) {
  if (bytes.empty()) return;
  constexpr const char* kNames[] = {"metadata.jsonl", "metadata.csv",       "captions_val2014.json",
                                    "questions.json", "dataset.json",       "results.tsv",
                                    "captions.txt",   "labels.txt",         "a.jsonl",
                                    "data.json",      "Flickr8k.token.txt", "classnames.txt"};
  const std::string name = kNames[bytes[0] % std::size(kNames)];
  const auto where = folder().empty("data");
  folder().put("data/" + name, bytes.subspan(1));
  constexpr uint8_t kDot[] = {'B', 'M', 0x3a, 0, 0, 0, 0, 0, 0,  0, 0x36, 0, 0, 0, 0x28, 0, 0, 0, 1, 0,
                              0,   0,   1,    0, 0, 0, 1, 0, 24, 0, 0,    0, 0, 0, 4,    0, 0, 0, 0, 0,
                              0,   0,   0,    0, 0, 0, 0, 0, 0,  0, 0,    0, 0, 0, 1,    2, 3, 0};
  folder().put("data/1.jpg", kDot);
  for (const auto& place : {where, where / name}) {
    try {
      const auto data = openDataset(place);
      drawSamples(data, 2, 1);
    } catch (const Error& e) {
      if (e.kind() == ErrorKind::Internal) throw;
    }
  }
}

void runScores(Bytes bytes) {
  const auto scores = scoresFromJson(parseJson(textOf(bytes), "scores.json"), "scores.json");
  for (const auto& allocator : allocators()) {
    try {
      PlanRequest request;
      request.allocator = allocator.name;
      makePlan(scores, request);
    } catch (const Error& e) {
      if (e.kind() == ErrorKind::Internal) throw;
    }
  }
  parseJson(jsonText(toJson(scores)), "written");
}

void runPlan(Bytes bytes) {
  const auto plan = planFromJson(parseJson(textOf(bytes), "plan.json"), "plan.json");
  plan.achievedSparsity();
  plan.sparsities();
  if (!plan.groups.empty()) edited(plan, {{plan.groups[0].name, 0.25}});
  planFromJson(parseJson(jsonText(toJson(plan)), "written"), "written");
  reallocated(plan);
}

void runSparsityYaml(Bytes bytes) {
  parseSparsityYaml(textOf(bytes), "x.yaml");
}

void runRecipe(Bytes bytes) {
  const auto recipe = recipeFromJson(parseJson(textOf(bytes), "recipe.json"), "/nowhere");
  recipeFromJson(parseJson(jsonText(toJson(recipe)), "written"), "/nowhere");
}

void runProject(Bytes bytes) {
  const auto project = readProject(folder().put("x.espalier", bytes));
  writeProject(folder().path() / "again.espalier", project);
  readProject(folder().path() / "again.espalier");
}

void runEvaluation(Bytes bytes) {
  readEvaluation(folder().put("answers.json", bytes));
}

void runJournal(Bytes bytes) {
  const auto file = folder().put("x.journal", bytes);
  Journal journal(file, "score", {{"model", "a"}}, {});
  for (const auto& step : journal.finished()) (void)jsonText(step);
  journal.remove();
}

void runTemplate(Bytes bytes) {
  const Template text(textOf(bytes), "chat_template.jinja");
  text.render(nlohmann::ordered_json::parse(
      R"({"messages": [{"role": "system", "content": "Be brief."},
          {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "what?"}]},
          {"role": "assistant", "content": "a cat"}],
          "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": true, "tools": null})"));
}

void runConversation(Bytes bytes) {
  static const Template kText("{% for m in messages %}{{ m.role }}: {{ m.content | tojson }}\n{% endfor %}",
                              "template");
  kText.render(readConversation(folder().put("messages.json", bytes)));
}

const std::vector<Target> kTargets = {
    {"json", 2048, runJson, jsonSeeds},
    {"safetensors", 4096, runSafetensors, safetensorsSeeds},
    {"packed", 4096, runPacked, packedSeeds},
    {"pickle", 4096, runPickle, pickleSeeds},
    {"zip", 8192, runZip, stateDictSeeds},
    {"state-dict", 8192, runStateDict, stateDictSeeds},
    {"config", 4096, runConfig, configSeeds},
    {"tokenizer", 4096, runTokenizerJson, noSeeds},
    {"sentence-piece", 4096, runSentencePiece, sentencePieceSeeds},
    {"picture", 8192, runPicture, pictureSeeds},
    {"preprocess", 2048, runPreprocess, preprocessSeeds},
    {"data", 4096, runData, dataSeeds},
    {"scores", 4096, runScores, scoresSeeds},
    {"plan", 4096, runPlan, planSeeds},
    {"sparsity-yaml", 2048, runSparsityYaml, sparsityYamlSeeds},
    {"recipe", 4096, runRecipe, recipeSeeds},
    {"project", 16384, runProject, projectSeeds},
    {"evaluation", 4096, runEvaluation, evaluationSeeds},
    {"journal", 2048, runJournal, journalSeeds},
    {"template", 8192, runTemplate, templateSeeds},
    {"conversation", 2048, runConversation, conversationSeeds},
    {"shards", 2048, runShards, shardsSeeds},
    {"tokenizer-folder", 8192, runTokenizerFolder, tokenizerFolderSeeds},
    {"picture-processor", 2048, runPictureProcessor, pictureProcessorSeeds},
    {"generation", 2048, runGeneration, generationSeeds},
    {"pruned-recipe", 2048, runPrunedRecipe, prunedRecipeSeeds},
    {"kept-block", 2048, runKeptBlock, keptBlockSeeds},
    {"lesson", 8192, runLesson, lessonSeeds},
    {"runs", 4096, runRuns, runsSeeds},
    {"study-point", 2048, runStudyPoint, studyPointSeeds},
    {"measurement", 2048, runMeasurement, measurementSeeds},
    {"training", 4096, runTraining, trainingSeeds},
    {"serve", 4096, runServe, serveSeeds},
    {"messages", 2048, runMessages, messagesSeeds},
};

}  // namespace

const std::vector<Target>& targets() {
  return kTargets;
}

const Target& targetNamed(const std::string& name) {
  for (const auto& t : kTargets)
    if (t.name == name) return t;
  std::fprintf(stderr, "There is no fuzz target \"%s\"; known are", name.c_str());
  for (const auto& t : kTargets) std::fprintf(stderr, " %s", t.name.c_str());
  std::fprintf(stderr, ".\n");
  std::exit(2);
}

std::vector<std::string> seedsOf(const Target& target) {
  auto out = target.seeds();
  std::error_code ec;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(fs::path(ESPALIER_BINARY_DIR) / "tests/data/fuzz" / target.name, ec), end;
       !ec && it != end; it.increment(ec))
    files.push_back(it->path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) out.push_back(readTextFile(file));
  return out;
}

void check(const Target& target, std::span<const uint8_t> bytes) {
  const auto defect = [&](const std::string& what) {
    std::fprintf(stderr, "DEFECT in %s: %s\n", target.name.c_str(), what.c_str());
    std::abort();
  };
  if (bytes.size() > target.maxBytes) bytes = bytes.first(target.maxBytes);
  try {
    target.run(bytes);
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::Internal) defect(std::string("internal error: ") + e.what());
  } catch (const std::exception& e) {
    defect(std::string("an exception that is no Error: ") + e.what());
  }
}

}  // namespace espalier::fuzz
