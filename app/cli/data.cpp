#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/data/data_columns.h"

namespace espalier::cli {

namespace {

constexpr size_t kToldProblems = 5;

std::string shortened(const std::string& text) {
  constexpr size_t kLongest = 60;
  std::string line = text.substr(0, text.find('\n'));
  if (line.size() > kLongest) {
    size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
      --end;  // not within a character
    line.resize(end);
  }
  return line.size() < text.size() ? line + " ..." : line;
}

void printFormats(bool json) {
  if (json) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& f : dataFormats()) list.push_back({{"name", f.name}, {"summary", f.summary}});
    std::cout << jsonText(list, 1) << "\n";
    return;
  }
  for (const auto& f : dataFormats())
    std::cout << f.name << std::string(16 - std::min<size_t>(15, f.name.size()), ' ') << f.summary << "\n";
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

void printPreview(const Dataset& data, size_t shown, bool json) {
  const auto& choices = data.choices;
  const auto pictures = pictureCount(data);
  if (json) {
    nlohmann::json j{{"path", data.path.string()},       {"format", data.format},
                     {"kind", nameOf(data.kind)},        {"recognised", choices.formats},
                     {"samples", data.samples.size()},   {"pictures", pictures},
                     {"skipped", data.problems.size()},  {"notes", data.notes},
                     {"first", nlohmann::json::array()}, {"problems", nlohmann::json::array()}};
    if (!data.classNames.empty()) j["classes"] = data.classNames;
    if (!choices.columns.empty()) j["columns"] = choices.columns, j["taken"] = toText(choices.taken);
    if (!choices.unread.empty()) j["columnsOf"] = choices.unread;
    if (!choices.splits.empty()) j["splits"] = choices.splits, j["split"] = choices.split;
    for (size_t i = 0; i < std::min(shown, data.samples.size()); ++i) {
      const auto& s = data.samples[i];
      j["first"].push_back({{"image", s.image.string()},
                            {"question", s.question},
                            {"answer", s.answer},
                            {"kind", s.kind},
                            {"answers", s.answers}});
    }
    for (const auto& p : data.problems) j["problems"].push_back({{"place", p.place}, {"what", p.what}});
    std::cout << jsonText(j, 1) << "\n";
    return;
  }
  std::cout << data.path.string() << ": " << data.format << "\n"
            << grouped(int64_t(data.samples.size())) << " entries (" << nameOf(data.kind) << ")";
  if (pictures) std::cout << ", " << grouped(pictures) << " pictures";
  if (!data.classNames.empty()) std::cout << ", " << data.classNames.size() << " classes";
  std::cout << ", " << grouped(int64_t(data.problems.size())) << " skipped\n";
  if (choices.formats.size() > 1)
    std::cout << "Recognised as " << listed(choices.formats) << "; taken as " << choices.format
              << ", --format chooses.\n";
  if (!choices.splits.empty())
    std::cout << "Splits " << listed(choices.splits) << "; " << choices.split
              << " was taken, --split chooses.\n";
  if (!choices.columns.empty())
    std::cout << "Columns " << listed(choices.columns)
              << (choices.unread.empty() ? "; taken " + toText(choices.taken)
                                         : " of " + choices.unread + "; none taken")
              << ", --columns chooses.\n";
  for (const auto& note : data.notes) std::cout << note << "\n";
  if (shown > 0) std::cout << "\n";
  for (size_t i = 0; i < std::min(shown, data.samples.size()); ++i) {
    const auto& s = data.samples[i];
    std::cout << "  " << (s.image.empty() ? "" : s.image.filename().string() + "  ") << shortened(s.question)
              << (s.question.empty() ? "" : "  ") << shortened(s.answer) << "\n";
  }
  if (!data.problems.empty()) std::cout << "\nSkipped:\n";
  for (const auto& p : data.problems) std::cout << "  " << p.place << " " << p.what << "\n";
}

}  // namespace

void addDataFlags(CLI::App& command, DataOptions& options, const std::string& prefix,
                  const std::string& flag) {
  const std::string of = flag.empty() ? "" : " (of " + flag + ")";
  command.add_option("--" + prefix + "format", options.format,
                     "Which data to take of a folder that holds several; see data --formats" + of);
  command.add_option("--" + prefix + "split", options.split,
                     "train, val, test or a name that data lists, where the data have splits" + of);
  command.add_option_function<std::string>(
      "--" + prefix + "columns",
      [&options](const std::string& written) {
        try {
          options.columns = dataColumnsFrom(written);
        } catch (const Error& e) {
          throw CLI::ValidationError(e.what());
        }
      },
      "Which column of a table or key of entries holds what: "
      "picture=NAME,text=NAME,question=NAME,answer=NAME" +
          of);
  if (!command.get_option_no_throw("--" + prefix + "pictures"))
    command.add_option("--" + prefix + "pictures", options.pictures,
                       "Folder of the pictures, where it is not beside the data" + of);
}

void tellDamaged(const std::vector<Dataset::Problem>& problems) {
  for (const auto& p : problems)
    std::cerr << "Left out, since the picture cannot be read: " << p.place << " " << p.what << ".\n";
}

void tellProblems(const Dataset& data) {
  for (const auto& note : data.notes) std::cerr << note << "\n";
  for (size_t i = 0; i < std::min(kToldProblems, data.problems.size()); ++i)
    std::cerr << "Skipped: " << data.problems[i].place << " " << data.problems[i].what << ".\n";
  if (data.problems.size() > kToldProblems)
    std::cerr << data.problems.size() << " entries were skipped in all; espalier-cli data lists them.\n";
}

void addData(CLI::App& app, Commands& commands) {
  auto* c =
      app.add_subcommand("data", "Describe a data set: what it was recognised as, its entries, its problems");
  struct Flags {
    std::string data;
    DataOptions options;
    size_t shown = 5;
    bool formats = false;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("DATA", f->data, "Folder or file");
  c->add_option("--show", f->shown, "How many of the first entries to show")->capture_default_str();
  c->add_flag("--formats", f->formats, "List the formats that are recognised instead");
  addDataFlags(*c, f->options);
  commands[c] = [f, c](const Context& context) {
    if (f->formats)
      tellEachUnread(*c, {"DATA", "--show", "--format", "--split", "--columns", "--pictures"},
                     "--formats lists what there is");
    if (f->formats) return printFormats(context.json);
    if (f->data.empty()) throw Error(ErrorKind::InvalidInput, "data needs a folder or file, or --formats.");
    printPreview(openDataset(f->data, f->options), f->shown, context.json);
  };
}

}  // namespace espalier::cli
