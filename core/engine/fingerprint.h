#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/data/dataset.h"

namespace espalier {

class OpenModel;

// What every stored result is bound to: journals, kept blocks, points of studies, stages of recipes. A result
// is used again only where all of these are as they were when it was made.
//
// Files count by path, size and time of last change, not by content: reading a model of many gigabytes each
// time would take longer than what is saved. So a file that was changed in place and given its old time and
// size is taken for the old one. Configuration, samples and options count in full.

// The program and the arithmetic of its results.
nlohmann::json programFingerprint();
// config.json, the weights, and all other files in the folder: tokenizers and preprocessing are among them.
nlohmann::json fingerprintOf(const Checkpoint& checkpoint);
nlohmann::json fingerprintOf(const OpenModel& model);
// Every sample with all it says, and the pictures' files.
nlohmann::json fingerprintOf(const Dataset& dataset);

// What tells a model from others wherever it lies, as 16 hexadecimal digits: config.json, how it was pruned,
// and how large the weight files are. A copy has the same.
std::string contentNameOf(const Checkpoint& checkpoint);
// The same of a data set: what is asked and expected, and the pictures' names.
std::string contentNameOf(const Dataset& dataset);

// A short name of a fingerprint for files: 16 hexadecimal digits.
std::string shortNameOf(const nlohmann::json& fingerprint);

}  // namespace espalier
