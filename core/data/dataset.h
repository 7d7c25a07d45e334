#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

// One image-text pair: a picture, what is asked about it and what is to be answered.
struct Sample {
  std::filesystem::path image;  // empty for text alone
  std::string question;         // what the model is given; may be empty
  std::string answer;           // what it should say
  std::string kind;             // the question's kind ("colour", "caption", ...), may be empty
};

// Samples in a fixed order, and what was wrong with the entries that had to be skipped.
struct Dataset {
  std::filesystem::path path;
  std::vector<Sample> samples;
  struct Problem {
    std::string place;  // file and line
    std::string what;
  };
  std::vector<Problem> problems;
};

// Reads a folder with metadata.jsonl: a line is a JSON object with file_name (relative to the folder),
// question, answer and kind. Entries that cannot be used (no such picture, not JSON) are skipped and listed.
// Throws Error naming the folder where nothing can be read.
Dataset openDataset(const std::filesystem::path& path);

// The samples at `count` places drawn without repetition by the seed, in drawn order; all of them, shuffled,
// if there are fewer.
Dataset drawSamples(const Dataset& dataset, int64_t count, uint64_t seed);

}  // namespace espalier
