#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace espalier::fuzz {

// Valid files for each target, made by the program's own writers or taken from tests/data.
std::vector<std::string> noSeeds();
std::vector<std::string> jsonSeeds();
std::vector<std::string> packedSeeds();
std::vector<std::string> safetensorsSeeds();
std::vector<std::string> pickleSeeds();
std::vector<std::string> stateDictSeeds();
std::vector<std::string> configSeeds();
std::vector<std::string> sentencePieceSeeds();
std::vector<std::string> pictureSeeds();
std::vector<std::string> preprocessSeeds();
std::vector<std::string> dataSeeds();
std::vector<std::string> scoresSeeds();
std::vector<std::string> planSeeds();
std::vector<std::string> sparsityYamlSeeds();
std::vector<std::string> recipeSeeds();
std::vector<std::string> projectSeeds();
std::vector<std::string> evaluationSeeds();
std::vector<std::string> journalSeeds();
std::vector<std::string> templateSeeds();
std::vector<std::string> conversationSeeds();
std::vector<std::string> shardsSeeds();
std::vector<std::string> tokenizerFolderSeeds();
std::vector<std::string> pictureProcessorSeeds();
std::vector<std::string> generationSeeds();
std::vector<std::string> prunedRecipeSeeds();
std::vector<std::string> keptBlockSeeds();
std::vector<std::string> lessonSeeds();
std::vector<std::string> runsSeeds();
std::vector<std::string> studyPointSeeds();
std::vector<std::string> measurementSeeds();
std::vector<std::string> trainingSeeds();
std::vector<std::string> serveSeeds();

// Two weight files of one small tensor each, by name, and the index of them.
const std::map<std::string, std::string>& tinyShards();
std::string tinyIndex();

// The files of small tokenizers of each class that keeps several.
struct TokenizerFile {
  std::string tokenizer;  // which of them
  std::string name, content;
};
const std::vector<TokenizerFile>& tokenizerFiles();

// Contents of the files below a folder of tests/data whose names ("/" in front) have one of the endings, in
// order of their names.
std::vector<std::string> contentsBelow(const std::string& folder, const std::vector<std::string>& endings,
                                       size_t maxBytes);

}  // namespace espalier::fuzz
