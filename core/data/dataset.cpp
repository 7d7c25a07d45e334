#include "core/data/dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/random.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// One line of metadata.jsonl; fills `what` and returns false where it cannot be used.
bool parseLine(const std::string& line, const fs::path& folder, Sample& sample, std::string& what) {
  const auto j = nlohmann::json::parse(line, nullptr, false);
  if (j.is_discarded() || !j.is_object()) {
    what = "is not a JSON object";
    return false;
  }
  const auto text = [&](const char* key, std::string& out) {
    const auto it = j.find(key);
    if (it != j.end() && it->is_string()) out = it->get<std::string>();
    return it == j.end() || it->is_string();
  };
  std::string file;
  for (const auto& [key, target] : {std::pair<const char*, std::string*>{"file_name", &file},
                                    {"question", &sample.question},
                                    {"answer", &sample.answer},
                                    {"kind", &sample.kind}})
    if (!text(key, *target)) {
      what = std::string("has a \"") + key + "\" that is no text";
      return false;
    }
  if (sample.answer.empty()) {
    what = "has no \"answer\"";
    return false;
  }
  if (!file.empty()) {
    sample.image = folder / file;
    std::error_code ec;
    if (!fs::is_regular_file(sample.image, ec)) {
      what = "names the picture " + file + ", which does not exist";
      return false;
    }
  }
  return true;
}

}  // namespace

Dataset openDataset(const fs::path& path) {
  std::error_code ec;
  if (!fs::exists(path, ec)) throw Error(ErrorKind::Io, "The data " + path.string() + " does not exist.");
  const fs::path index = fs::is_directory(path, ec) ? path / "metadata.jsonl" : path;
  if (!fs::exists(index, ec))
    throw Error(ErrorKind::InvalidInput,
                "The folder " + path.string() + " holds no data: metadata.jsonl was expected in it.");
  Dataset d;
  d.path = path;
  std::istringstream in(readTextFile(index));
  int64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    Sample sample;
    std::string what;
    if (parseLine(line, index.parent_path(), sample, what))
      d.samples.push_back(std::move(sample));
    else
      d.problems.push_back({index.filename().string() + ", line " + std::to_string(number), what});
  }
  if (d.samples.empty()) {
    std::string why = d.problems.empty() ? "it is empty" : d.problems[0].place + " " + d.problems[0].what;
    throw Error(ErrorKind::Format, index.string() + " holds no pair that can be used: " + why + ".");
  }
  return d;
}

Dataset drawSamples(const Dataset& dataset, int64_t count, uint64_t seed) {
  Dataset out = dataset;
  CounterRandom random(seed, streamOf("draw samples"));
  const auto n = int64_t(out.samples.size());
  const auto wanted = std::min(count, n);
  for (int64_t i = 0; i < wanted; ++i)
    std::swap(out.samples[size_t(i)], out.samples[size_t(i + random.below(n - i))]);
  out.samples.resize(size_t(wanted));
  return out;
}

}  // namespace espalier
