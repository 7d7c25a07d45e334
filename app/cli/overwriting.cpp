#include "app/cli/overwriting.h"

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"

namespace espalier::cli {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kOutputs{"--out", "--yaml", "--markdown"};

// Other flags that name files and folders. Empty they would count as not given: "--test ''" is a variable of
// a shell that is not set, not a wish for the other half of the data.
const std::vector<std::string> kPaths{
    "--add",    "--answers", "--baseline",      "--data",      "--dense", "--font",     "--import",
    "--inputs", "--list",    "--measurement",   "--messages",  "--pairs", "--pictures", "--plan",
    "--scores", "--test",    "--test-pictures", "--text-file", "--work"};

bool isAmong(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Given {
  std::string flag;  // as a person wrote it, or the argument's name
  fs::path path;
};

std::string nameOf(const CLI::Option& option) {
  return option.get_positional() ? option.get_name(true) : option.get_name();
}

// What the command writes, and whatever else was given that is a file or folder.
struct Paths {
  std::vector<Given> outputs, inputs;
};

Paths pathsOf(const CLI::App& command) {
  Paths out;
  for (const auto* option : command.get_options()) {
    const auto name = nameOf(*option);
    const bool isOutput = isAmong(kOutputs, name);
    for (const auto& value : option->results()) {
      if (value.empty() && (isOutput || option->get_positional() || isAmong(kPaths, name)))
        throw Error(ErrorKind::InvalidInput, name + " is empty; the name of a file or folder was expected.");
      std::error_code ec;
      if (value.empty() || (!isOutput && !fs::exists(value, ec))) continue;
      (isOutput ? out.outputs : out.inputs).push_back({name, value});
    }
  }
  return out;
}

bool isFile(const fs::path& path) {
  std::error_code ec;
  return fs::is_regular_file(path, ec);
}

bool areSame(const fs::path& a, const fs::path& b) {
  std::error_code ec;
  if (fs::equivalent(a, b, ec)) return true;
  return !fs::exists(a, ec) && fs::absolute(a).lexically_normal() == fs::absolute(b).lexically_normal();
}

// The files of a folder may be links that lead out of it, as in the cache of the Hugging Face Hub.
bool isWithin(const fs::path& file, const fs::path& folder) {
  std::error_code ec;
  if (!fs::is_directory(folder, ec)) return false;
  const auto outer = fs::canonical(folder, ec);
  const auto holds = [&](const fs::path& inner) {
    return !ec && std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
  };
  const auto parent = file.has_parent_path() ? file.parent_path() : fs::path(".");
  return holds(fs::canonical(parent, ec)) || holds(fs::canonical(file, ec));
}

// The kind of a result of this program ("scores"); empty: it is none.
std::string kindOf(const fs::path& file) {
  constexpr std::string_view kFormat = "espalier/";
  try {
    const auto json = readJsonFile(file);
    if (!json.is_object()) return {};
    const auto format = json.value("format", std::string());
    return format.starts_with(kFormat) ? format.substr(kFormat.size()) : std::string();
  } catch (const std::exception&) {
    return {};
  }
}

std::string endingOf(const fs::path& file) {
  auto ending = file.extension().string();
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return ending;
}

// Whether a file of a folder that is read may be what is read. Results of this program, pages and tensors
// that were computed lie in such folders as well.
bool mayBeInput(const fs::path& file) {
  const auto ending = endingOf(file);
  if (ending == ".json") return kindOf(file).empty();
  if (ending == ".safetensors") return file.filename().string().starts_with("model");
  for (const char* known : {".bin", ".pth", ".pt", ".model", ".jinja", ".jsonl", ".ndjson", ".csv", ".tsv",
                            ".txt", ".token", ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
    if (ending == known) return true;
  return false;
}

// What each command that writes a result of its own kind writes.
std::string kindWrittenBy(const std::string& command) {
  if (command == "score") return "scores";
  if (command == "allocate") return "plan";
  return command == "evaluate" ? "evaluation" : std::string();
}

[[noreturn]] void refuse(const Given& output, const std::string& what) {
  throw Error(ErrorKind::InvalidInput, output.flag + ": " + output.path.string() + " " + what +
                                           "; name a file of its own for the result.");
}

}  // namespace

void refuseOverwriting(const CLI::App& command) {
  const auto paths = pathsOf(command);
  for (size_t i = 0; i < paths.outputs.size(); ++i) {
    const auto& output = paths.outputs[i];
    for (size_t j = 0; j < i; ++j)
      if (areSame(output.path, paths.outputs[j].path))
        refuse(output, "is what " + paths.outputs[j].flag + " names, too");
    if (!isFile(output.path)) continue;
    for (const auto& input : paths.inputs) {
      if (isFile(input.path) && areSame(output.path, input.path))
        refuse(output, "is the file that is read (" + input.flag + ")");
      if (isWithin(output.path, input.path) && mayBeInput(output.path))
        refuse(output, "is a file of the folder that is read (" + input.flag + ")");
    }
    const auto written = output.flag == "--out" ? kindWrittenBy(command.get_name()) : std::string();
    if (written.empty()) continue;
    if (const auto kind = kindOf(output.path); !kind.empty() && kind != written)
      refuse(output, "holds \"espalier/" + kind + "\", not \"espalier/" + written + "\"");
  }
}

}  // namespace espalier::cli
