#include "core/engine/fingerprint.h"

#include <cstdio>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/random.h"
#include "core/engine/open_model.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// To be raised with every change after which the same job gives other numbers.
constexpr int kResultsVersion = 2;

// Size and time of a file.
std::string stampOf(const fs::path& file) {
  std::error_code ec;
  const auto size = fs::file_size(file, ec);
  if (ec) return "none";
  return std::to_string(size) + " " +
         std::to_string(fs::last_write_time(file, ec).time_since_epoch().count());
}

uint64_t hashOf(const Sample& s, uint64_t before) {
  uint64_t hash = streamOf(s.image.string(), before, s.image.empty() ? 0 : streamOf(stampOf(s.image)));
  hash = streamOf(s.question, hash, streamOf(s.answer));
  hash = streamOf(s.kind, hash, s.answers.size());
  for (const auto& answer : s.answers) hash = streamOf(answer, hash);
  return streamOf("class", hash, streamOf("", uint64_t(s.classIndex), uint64_t(s.classCount)));
}

}  // namespace

nlohmann::json programFingerprint() {
  return {{"version", ESPALIER_VERSION}, {"results", kResultsVersion}};
}

nlohmann::json fingerprintOf(const Checkpoint& c) {
  nlohmann::json files = nlohmann::json::object();
  std::error_code ec, each;
  for (fs::directory_iterator it(c.folder(), ec), end; !ec && it != end; it.increment(ec))
    if (it->is_regular_file(each)) files[jsonPath(it->path().filename())] = stampOf(it->path());
  for (const auto& f : c.files()) files[jsonPath(f.path.filename())] = stampOf(f.path);
  return {{"folder", jsonPath(fs::absolute(c.folder()).lexically_normal())},
          {"config", streamOf(jsonText(c.config()))},
          {"files", files}};
}

nlohmann::json fingerprintOf(const OpenModel& model) {
  auto out = fingerprintOf(*model.checkpoint);
  // Only where there is one: a job that asks plainly is bound to what it was before there were templates.
  if (model.processor->makesConversations()) out["prompt"] = nameOf(PromptForm::Chat);
  return out;
}

nlohmann::json fingerprintOf(const Dataset& d) {
  uint64_t hash = streamOf(nameOf(d.kind));
  for (const auto& name : d.classNames) hash = streamOf(name, hash);
  for (const auto& s : d.samples) hash = hashOf(s, hash);
  return {{"path", jsonPath(fs::absolute(d.path).lexically_normal())},
          {"samples", d.samples.size()},
          {"hash", hash}};
}

std::string contentNameOf(const Checkpoint& c) {
  nlohmann::json sizes = nlohmann::json::object();
  std::error_code ec;
  for (const auto& f : c.files()) sizes[jsonPath(f.path.filename())] = uint64_t(fs::file_size(f.path, ec));
  const auto recipe = c.folder() / "espalier-recipe.json";
  return shortNameOf({{"config", streamOf(jsonText(c.config()))},
                      {"recipe", fs::exists(recipe, ec) ? streamOf(readTextFile(recipe)) : 0},
                      {"sizes", sizes}});
}

std::string contentNameOf(const Dataset& d) {
  uint64_t hash = streamOf(nameOf(d.kind));
  for (const auto& name : d.classNames) hash = streamOf(name, hash);
  for (const auto& s : d.samples) {
    hash = streamOf(s.image.filename().string(), hash, streamOf(s.question, streamOf(s.answer)));
    for (const auto& answer : s.answers) hash = streamOf(answer, hash);
    hash = streamOf("class", hash, uint64_t(s.classIndex));
  }
  return shortNameOf({{"samples", d.samples.size()}, {"hash", hash}});
}

std::string shortNameOf(const nlohmann::json& fingerprint) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx",
                static_cast<unsigned long long>(streamOf(jsonText(fingerprint))));
  return digits;
}

}  // namespace espalier
