#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/checkpoint/safetensors.h"

namespace espalier {

// What a shape's tower takes for a picture.
enum class BenchPictures {
  Whole,    // one picture of one size
  Patches,  // flattened patches that make up as many pixels
  Tiles,    // tiles of the tower's size
};

// A model's shape for measurements: its config.json, in what type its weights are stored, and what goes into
// it.
struct BenchShape {
  std::string name;
  std::string summary;  // one line, for people
  DType dtype = DType::F32;
  bool measured = true;      // bench takes it where no name is given
  int64_t textLength = 0;    // tokens of each input text; 0: none
  int64_t answerLength = 0;  // tokens of each label; 0: the text is its own label
  int64_t pictureSize = 0;   // pixels each way; 0: no pictures
  nlohmann::json config;
  BenchPictures pictures = BenchPictures::Whole;
};

const std::vector<BenchShape>& benchShapes();
const BenchShape& benchShapeNamed(const std::string& name);  // Error (InvalidInput) lists the names

}  // namespace espalier
