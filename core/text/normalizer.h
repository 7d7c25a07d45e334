#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/text/regex.h"

namespace espalier {

// What a tokenizer does to a text before it cuts it. Text in and out is valid UTF-8. An empty function
// changes nothing.
using Normalizer = std::function<std::string(std::string)>;

Normalizer chain(std::vector<Normalizer> steps);

struct BertNormalization {
  bool cleanText = true;             // drop control characters, make all white space a space
  bool spaceIdeographs = true;       // set Chinese characters apart
  std::optional<bool> stripAccents;  // as lowerCase says if not set
  bool lowerCase = true;
};
Normalizer bertNormalizer(BertNormalization options);

// Each match of the pattern becomes the content.
Normalizer replaceNormalizer(std::shared_ptr<const Regex> pattern, std::string content);

// What CLIP does: NFC, runs of white space to one space, lower case.
Normalizer clipNormalizer();

// The "normalizer" of a tokenizer.json. Throws Error naming `source` if it is of a kind that is not known.
Normalizer parseNormalizer(const nlohmann::json& node, const std::string& source);

}  // namespace espalier
