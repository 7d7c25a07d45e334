#pragma once

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

}  // namespace espalier::fuzz
