#include "core/allocate/sparsity_yaml.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <unordered_set>

#include "core/allocate/grouping.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace espalier {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// Cuts a comment: a # at the start or after white space.
std::string_view withoutComment(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) return text.substr(0, i);
  return text;
}

// Splits `name: value`; the name plain, 'quoted' or "quoted" without escapes. False if the line is not of
// that form.
bool split(std::string_view line, std::string_view& name, std::string_view& value) {
  size_t colon;
  if (line.front() == '"' || line.front() == '\'') {
    const auto end = line.find(line.front(), 1);
    if (end == std::string_view::npos) return false;
    name = line.substr(1, end - 1);
    if (name.find('\\') != std::string_view::npos) return false;
    colon = line.find_first_not_of(" \t", end + 1);
    if (colon == std::string_view::npos || line[colon] != ':') return false;
  } else {
    colon = line.find(": ");
    if (colon == std::string_view::npos) colon = line.find(":\t");
    if (colon == std::string_view::npos) return false;
    name = trimmed(line.substr(0, colon));
    if (name.empty() || std::string_view("-?{}[]&*!|>%@`,").find(name.front()) != std::string_view::npos)
      return false;
  }
  value = trimmed(withoutComment(line.substr(colon + 1)));
  return !name.empty() && !value.empty();
}

}  // namespace

NamedSparsities parseSparsityYaml(std::string_view text, const std::string& where) {
  NamedSparsities out;
  std::unordered_set<std::string> seen;
  int lineNumber = 0;
  const auto refuse = [&](std::string_view subject, const char* what) {
    std::string message = where + ", line " + std::to_string(lineNumber) + ": \"";
    message.append(subject.substr(0, 60)).append("\" ").append(what);
    throw Error(ErrorKind::Format, message);
  };
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view raw = text.substr(from, end - from);
    from = end + 1;
    ++lineNumber;
    const std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '#' || line == "---" || line == "...") continue;
    std::string_view name, value;
    if (raw.front() == ' ' || raw.front() == '\t' || !split(line, name, value))
      refuse(line, "is not of the form `name: sparsity`.");
    double sparsity = 0;
    const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), sparsity);
    if (error != std::errc() || rest != value.data() + value.size() || !(sparsity >= 0 && sparsity <= 1))
      refuse(value, "is not a number from 0 to 1.");
    if (!seen.insert(std::string(name)).second) refuse(name, "is given a second time.");
    out.emplace_back(name, sparsity);
  }
  return out;
}

NamedSparsities readSparsityYaml(const std::filesystem::path& path) {
  return parseSparsityYaml(readTextFile(path), path.string());
}

void writeSparsityYaml(const std::filesystem::path& path, const Plan& plan) {
  std::string out;
  for (const auto& g : plan.groups) {
    char text[32];
    // Never an exponent without a point: YAML 1.1 readers take 1e-05 for a word.
    auto end = std::to_chars(text, text + sizeof text, g.sparsity).ptr;
    std::string number(text, end);
    const auto exponent = number.find('e');
    if (number.find('.') == std::string::npos)
      number.insert(exponent == std::string::npos ? number.size() : exponent, ".0");
    for (const auto& m : g.matrices) out += m + ": " + number + "\n";
  }
  writeFileAtomically(path, out);
}

Plan planFromSparsities(const std::vector<MatrixScore>& matrices, const NamedSparsities& sparsities) {
  std::unordered_map<std::string, double> given(sparsities.begin(), sparsities.end());
  std::unordered_map<std::string, double> ofBlock;
  bool blocksAgree = true;
  for (const auto& m : matrices) {
    const auto at = given.find(m.matrix);
    if (at == given.end())
      throw Error(ErrorKind::InvalidInput,
                  "No sparsity is given for " + m.matrix + "; one for each matrix was expected.");
    const auto [block, isNew] = ofBlock.emplace(m.block, at->second);
    if (!isNew && block->second != at->second) blocksAgree = false;
  }
  if (given.size() > matrices.size()) {
    for (const auto& m : matrices) given.erase(m.matrix);
    for (const auto& [name, sparsity] : sparsities)
      if (given.contains(name))
        throw Error(ErrorKind::InvalidInput,
                    "A sparsity is given for " + name + ", which is no matrix of the model.");
  }

  Plan plan;
  plan.granularity = blocksAgree ? Granularity::Block : Granularity::Layer;
  plan.allocator.clear();
  plan.groups = groupsOf(matrices, plan.granularity, plan.aggregate);
  plan.cap = 0;
  for (auto& g : plan.groups) {
    g.sparsity = given.at(g.matrices.front());
    g.pinned = true;
    plan.cap = std::max(plan.cap, g.sparsity);
  }
  plan.target = plan.achievedSparsity();
  plan.cap = std::max(plan.cap, plan.target);
  return plan;
}

}  // namespace espalier
