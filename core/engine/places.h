#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

// Where a model and its data lie, of what a person chose.
struct ModelPlaces {
  std::filesystem::path model;               // the folder with the weights
  std::filesystem::path calibration, pairs;  // data beside it; empty: none
};

// A model folder, its config.json or weights, or a folder with "model", "calibration" and "pairs" (or
// "held-out", what training held out) in it.
ModelPlaces modelPlaces(const std::filesystem::path& chosen);

bool looksLikeModel(const std::filesystem::path& chosen);

// What is in a folder, for a person to choose from.
struct FolderEntry {
  std::string name;
  bool folder = false;
  int64_t bytes = 0;   // of a file
  bool model = false;  // looksLikeModel()
  bool data = false;   // a data set of a format that is read
};
struct FolderListing {
  std::filesystem::path folder;      // absolute
  std::vector<FolderEntry> entries;  // folders first, both by name; without hidden ones
  bool complete = true;              // false: the folder has more than kMostListed
};
constexpr size_t kMostListed = 5000;
// Throws Error (Io) naming the folder where it cannot be read. empty: the user's home.
FolderListing listFolder(const std::filesystem::path& folder);

}  // namespace espalier
