#include "core/engine/kept_tensors.h"

#include <unistd.h>

#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/memory.h"
#include "core/base/packed_values.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/engine.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Whether a type holds all values of a float32 tensor. Part by part: a copy of a large one takes long to
// make.
bool survives(const at::Tensor& weight, at::ScalarType type) {
  if (type == at::kFloat) return true;
  constexpr int64_t kPart = 1 << 20;
  const auto flat = weight.reshape({-1});
  for (int64_t at = 0; at < flat.numel(); at += kPart) {
    const auto part = flat.narrow(0, at, std::min(kPart, flat.numel() - at));
    if (!part.to(type).to(at::kFloat).equal(part)) return false;
  }
  return true;
}

constexpr const char* kJournalFile = "journal.jsonl";

bool isBlockFile(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with("block-") && name.find(".safetensors") != std::string::npos;
}

// The folder, which is new, empty or one of ours; of a process that does not write none.
fs::path placeFor(const fs::path& folder, bool writes) {
  if (!writes) return {};
  std::error_code ec;
  const bool exists = fs::exists(fs::symlink_status(folder, ec));
  const bool ours =
      fs::is_directory(folder, ec) && (fs::is_empty(folder, ec) || Journal::isOne(folder / kJournalFile));
  if (exists && !ours)
    throw Error(ErrorKind::InvalidInput,
                folder.string() +
                    " is there already and holds no finished blocks of this program (or what tells "
                    "of them is damaged); it stays as it is. Move it, or choose another place for "
                    "the results.");
  return folder;
}

JournalOptions held(JournalOptions options, bool writes) {
  if (writes && !options.lock) holdJournal(options);
  return options;
}

std::string checksumOf(const SafetensorsFile& file) {
  const auto bytes = file.file()->bytes();
  const auto sum = std::to_string(bytes.size()) + " " + std::to_string(crc32Of(bytes));
  if (memoryLimit() > 0) file.file()->release(bytes);
  return sum;
}

}  // namespace

KeptTensors::KeptTensors(std::shared_ptr<const Checkpoint> dense, const std::string& kind,
                         const nlohmann::json& inputs, const JournalOptions& options, Processes& processes)
    : m_dense(std::move(dense)),
      m_processes(processes),
      m_folder(options.path),
      m_made(placeFor(options.path, processes.writes())),
      m_options(held(options, processes.writes())),
      m_journal(Journal::shared(processes, m_folder / kJournalFile, kind, inputs, m_options)),
      m_steps(m_journal.finished()) {
  if (!m_steps.empty() && processes.writes()) removeUnknown();
}

KeptTensors::~KeptTensors() {
  // Before the hold on the folder goes, whose file lies beside it.
  m_journal = Journal();
  m_made.leave();
}

// What no line tells of was being written when its process ended, or belongs to other inputs.
void KeptTensors::removeUnknown() {
  std::vector<fs::path> strange;
  m_journal.readSteps([&] {
    for (const auto& entry : fs::directory_iterator(m_folder)) {
      const auto name = entry.path().filename().string();
      bool known = false;
      for (const auto& step : m_steps) known = known || step.at("file") == name;
      if (!known && isBlockFile(name)) strange.push_back(entry.path());
    }
  });
  std::error_code ec;
  for (const auto& file : strange) fs::remove(file, ec);
}

void removeKeptBlocks(const fs::path& folder) {
  std::error_code ec;
  if (!fs::is_directory(folder, ec)) return;
  if (Journal::isOne(folder / kJournalFile)) {
    std::vector<fs::path> ours{folder / kJournalFile};
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
      if (isBlockFile(it->path())) ours.push_back(it->path());
    for (const auto& file : ours) fs::remove(file, ec);
  }
  ::rmdir(folder.c_str());  // only when it is empty
}

// A file of the folder itself, whatever a line or another process says. A JSON exception where it tells none.
fs::path KeptTensors::fileOf(const nlohmann::json& step) const {
  const fs::path name = step.at("file").get<std::string>();
  if (!isBlockFile(name) || name.has_parent_path())
    m_journal.refuse("it has " + name.string() + " as the file of a block");
  return m_folder / name;
}

std::optional<KeptTensors::Kept> KeptTensors::find(const std::string& name) {
  std::optional<Kept> kept;
  m_journal.readSteps([&] {
    for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
      if (step->at("block") != name) continue;
      const auto file = fileOf(*step);
      try {
        kept.emplace(Kept{SafetensorsFile::open(file), *step});
      } catch (const Error& e) {
        m_journal.refuse("the file of its block " + name + " cannot be used (" + e.what() + ")");
      }
      if (checksumOf(kept->file) != step->at("checksum"))
        m_journal.refuse(file.string() + ", which holds its block " + name + ", is not as it was written");
      return;
    }
  });
  return kept;
}

KeptTensors::Kept KeptTensors::keep(const std::string& name, const std::map<std::string, at::Tensor>& tensors,
                                    const nlohmann::json& about, int writer) {
  if (m_steps.empty()) makeRoom(writer);
  auto step = m_processes.rank() == writer ? written(name, tensors, about) : nlohmann::json();
  if (m_processes.writes() && writer == 0) note(step);
  // All read the one file from then on, and what a process pruned takes no memory of it.
  if (m_processes.several()) {
    const auto received = tryParseJson(m_processes.broadcastText(writer, jsonText(step)));
    if (!received || !received->is_object() || received->value("block", nlohmann::json()) != name ||
        !received->value("file", nlohmann::json()).is_string())
      refuseMessage("what it keeps of " + name + " is not told");
    step = *received;
  }
  if (m_processes.writes() && writer != 0) note(step);
  m_steps.push_back(step);
  return {SafetensorsFile::open(fileOf(step)), step};
}

// Before anything is kept: what the folder holds of other inputs goes. Another process writes after that.
void KeptTensors::makeRoom(int writer) {
  if (m_processes.writes()) {
    m_journal.begin();
    removeUnknown();
  }
  if (writer != 0) m_processes.barrier();
}

// Adds a line to the journal. What was kept under its name before goes.
void KeptTensors::note(const nlohmann::json& step) {
  m_journal.append(step);
  std::error_code ec;
  for (const auto& earlier : m_steps)
    if (earlier.at("block") == step.at("block")) fs::remove(fileOf(earlier), ec);
}

// Writes them and returns the journal's line of them.
nlohmann::json KeptTensors::written(const std::string& name, const std::map<std::string, at::Tensor>& tensors,
                                    const nlohmann::json& about) const {
  std::vector<TensorInfo> layout;
  for (const auto& [tensor, value] : tensors) {
    const auto dense = m_dense->has(tensor) ? m_dense->info(tensor).dtype : DType::F32;
    layout.push_back(
        {tensor, survives(value, scalarTypeOf(dense)) ? dense : DType::F32, value.sizes().vec()});
  }
  const std::string file = "block-" + std::to_string(m_steps.size()) + ".safetensors";
  const auto path = m_folder / file;
  SafetensorsWriter writer(path, layout, {});
  // One at a time in its new type: a block of a large model is a good part of what memory there is.
  for (const auto& info : layout)
    writer.append(bytesOf(tensors.at(info.name).to(scalarTypeOf(info.dtype)).contiguous()));
  writer.commit();
  nlohmann::json step{{"block", name}, {"file", file}, {"checksum", checksumOf(SafetensorsFile::open(path))}};
  step.update(about);
  return step;
}

}  // namespace espalier
