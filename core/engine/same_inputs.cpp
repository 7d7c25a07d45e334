#include "core/engine/same_inputs.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <span>

#include "core/base/crc32.h"
#include "core/base/input_file.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/engine/fingerprint.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// A file that two processes see as the same one: on one machine, or by one file server.
std::string identityOf(const fs::path& file) {
  struct stat s {};
  if (::stat(file.c_str(), &s) != 0) return "none";
  return std::to_string(s.st_ino) + " " + std::to_string(s.st_size) + " " + std::to_string(s.st_mtim.tv_sec) +
         " " + std::to_string(s.st_mtim.tv_nsec);
}

// Size and checksums of its parts.
std::string contentOf(const fs::path& file, const JobControl& control) {
  const InputFile in(file);
  constexpr size_t kPart = size_t(16) << 20;
  std::vector<std::byte> part(kPart);
  std::string content = std::to_string(in.size());
  for (int64_t at = 0; at < in.size();) {
    control.throwIfCancelled();
    const size_t got = in.read(at, part);
    if (got == 0) break;
    content += ' ';
    content += std::to_string(crc32Of(std::span(part.data(), got)));
    at += int64_t(got);
  }
  return std::to_string(crc32Of(std::as_bytes(std::span(content.data(), content.size())))) + " of " +
         std::to_string(in.size());
}

[[noreturn]] void refuse(Processes& processes, int rank, const std::string& what) {
  throw Error(ErrorKind::InvalidInput, "Not all processes were given the same: " + what + " of " +
                                           processes.nameOf(rank) + " is not that of " + processes.nameOf(0) +
                                           ".");
}

// What a process told of them.
std::map<std::string, std::string> factsIn(const std::string& text) {
  const auto json = tryParseJson(text).value_or(nlohmann::json());
  std::map<std::string, std::string> facts;
  for (const auto& [what, value] : json.items()) {
    if (!json.is_object() || !value.is_string()) refuseMessage("its inputs are not told by name");
    facts[what] = value.get<std::string>();
  }
  return facts;
}

}  // namespace

void compareFacts(Processes& processes, const Facts& facts) {
  std::map<std::string, std::string> mine(facts.begin(), facts.end());
  const auto all = processes.gather(jsonText(nlohmann::json(mine)));
  for (int r = 1; r < processes.size(); ++r) {
    if (all[size_t(r)] == all[0]) continue;
    const auto first = factsIn(all[0]), other = factsIn(all[size_t(r)]);
    for (const auto& [what, value] : first)
      if (const auto it = other.find(what); it == other.end() || it->second != value)
        refuse(processes, r, what);
    for (const auto& [what, value] : other)
      if (!first.contains(what)) refuse(processes, r, what);
    refuse(processes, r, "what is told");
  }
}

void checkSameInputs(const JobControl& control, const OpenModel& model, const Dataset* data,
                     const nlohmann::json& options) {
  auto& processes = processesOf(control);
  if (!processes.several()) return;
  Facts facts{{"the program's version", jsonText(programFingerprint())},
              {"what the options ask for", jsonText(options)},
              {"the flag --own-blocks", processes.ownBlocks() ? "given" : "not given"}};
  std::vector<std::pair<std::string, fs::path>> files;
  std::error_code ec;
  for (const auto& f : model.checkpoint->files())
    files.emplace_back("the model file " + f.path.filename().string(), f.path);
  files.emplace_back("the model file config.json", model.checkpoint->folder() / "config.json");
  if (data) {
    std::string description = nameOf(data->kind);
    for (const auto& s : data->samples)
      description += "\n" + s.image.filename().string() + "\t" + s.question + "\t" + s.answer + "\t" + s.kind;
    facts.emplace_back(
        "the data",
        std::to_string(data->samples.size()) + " " +
            std::to_string(crc32Of(std::as_bytes(std::span(description.data(), description.size())))));
  }
  // The same file at all of them: nothing is read.
  std::string identities;
  for (const auto& [what, path] : files) identities += what + identityOf(path) + "\n";
  const auto all = processes.gather(identities);
  if (std::any_of(all.begin(), all.end(), [&](const auto& other) { return other != all[0]; })) {
    std::vector<std::string> contents(files.size());
    parallelFor(int64_t(files.size()),
                [&](int64_t i) { contents[size_t(i)] = contentOf(files[size_t(i)].second, control); });
    for (size_t i = 0; i < files.size(); ++i) facts.emplace_back(files[i].first, contents[i]);
  }
  compareFacts(processes, facts);
}

}  // namespace espalier
