#include "app/cli/flags.h"

#include <charconv>
#include <cmath>
#include <iostream>

#include "app/cli/option_flags.h"
#include "core/base/file.h"

namespace espalier::cli {

void addScoreFlags(CLI::App& c, ScoreOptions& o) {
  addOptionFlags(c, scoreFields(), o);
}

void addPromptFlag(CLI::App& c, PromptForm& form) {
  c.add_option_function<std::string>(
       "--prompt-form", [&form](const std::string& name) { form = promptFormNamed(name, "--prompt-form"); },
       "How the model is asked: auto (as a conversation where its folder has a chat template), plain or chat")
      ->check(CLI::IsMember({"auto", "plain", "chat"}))
      ->default_str("auto");
}

void addJournalFlag(CLI::App& c, JournalOptions& o) {
  c.add_flag("--restart", o.restart, "Start over instead of continuing a job that was stopped");
  o.onNote = [](const std::string& sentence) { std::cerr << sentence << "\n"; };
}

void keepJournalBeside(JournalOptions& options, const std::string& out) {
  if (!isFileTarget(out)) return;
  options.path = out + ".journal";
  holdJournal(options);
}

ModelPtr openModelTold(const std::string& folder, PromptForm prompt) {
  auto model = openModel(folder, defaultDevice(), prompt);
  for (const auto& warning : infoOf(*model).warnings) std::cerr << "Warning: " << warning << "\n";
  return model;
}

void writeFolder(const std::string& folder, const std::function<void()>& write) {
  namespace fs = std::filesystem;
  checkExportFolder(folder);
  std::error_code ec;
  const bool wasThere = fs::exists(folder, ec);
  try {
    write();
  } catch (...) {
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
      std::error_code each;
      fs::remove_all(it->path(), each);
    }
    if (!wasThere) fs::remove(folder, ec);
    throw;
  }
}

std::string absolutePath(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

DataOptions absolutePaths(DataOptions options) {
  if (!options.pictures.empty()) options.pictures = absolutePath(options.pictures.string());
  return options;
}

CLI::Validator wholeNumber() {
  return {[](std::string& text) {
            uint64_t value = 0;
            const auto end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            return read.ec == std::errc() && read.ptr == end
                       ? std::string()
                       : "\"" + text +
                             "\" was found; a whole number from 0 to 18446744073709551615 was expected";
          },
          "", "whole number"};
}

namespace {

template <typename T>
std::string numberFault(const std::string& text, const char* expected) {
  const size_t sign = text.size() > 1 && text[0] == '+' ? 1 : 0;
  T value{};
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + sign, end, value);
  bool fits = read.ec == std::errc() && read.ptr == end;
  if constexpr (std::is_floating_point_v<T>) fits = fits && std::isfinite(value);
  return fits ? std::string() : "\"" + text + "\" was found; " + expected + " was expected";
}

}  // namespace

void checkNumbers(CLI::App& command) {
  const auto check = [](CLI::Option* option, std::string (*fault)(const std::string&)) {
    option->check(CLI::Validator([fault](std::string& text) { return fault(text); }, ""));
  };
  for (auto* option : command.get_options()) {
    const auto type = option->get_type_name();
    if (type.starts_with("UINT"))
      check(option, [](const std::string& text) {
        return numberFault<uint64_t>(text, "a whole number from 0 to 18446744073709551615");
      });
    else if (type.starts_with("INT"))
      check(option, [](const std::string& text) {
        return numberFault<int64_t>(text, "a whole number below 9223372036854775808");
      });
    else if (type.starts_with("FLOAT"))
      check(option, [](const std::string& text) {
        return numberFault<double>(text, "a finite number, such as 0.5,");
      });
  }
  for (auto* below : command.get_subcommands([](CLI::App*) { return true; })) checkNumbers(*below);
}

}  // namespace espalier::cli
