#include "core/engine/open_model.h"

#include <cstring>

#include "core/base/memory.h"
#include "core/base/model_folder.h"
#include "core/base/parallel.h"
#include "core/base/torch_device.h"
#include "core/engine/conversation.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/unused_tensors.h"
#include "core/prune/select.h"

namespace espalier {

namespace {

// Above this, counting zeros would read more than opening a model should.
constexpr int64_t kCountZerosUpTo = int64_t(1) << 30;

// Numbers that are not zero among stored floating-point ones: all bits but the sign. Negative where one is
// not finite: all bits of its exponent are set.
template <typename Bits>
int64_t countNonZero(std::span<const std::byte> bytes, Bits exponent) {
  int64_t count = 0;
  bool finite = true;
  for (size_t at = 0; at + sizeof(Bits) <= bytes.size(); at += sizeof(Bits)) {
    Bits bits;
    std::memcpy(&bits, bytes.data() + at, sizeof(Bits));
    count += Bits(bits << 1) != 0;
    finite &= (bits & exponent) != exponent;
  }
  return finite ? count : -1;
}

// Counted where they lie: converting them would hold them all in float32 as soon as a model is opened.
int64_t countNonZero(const Weights& weights, const std::string& name) {
  if (!weights.overrides().contains(name)) {
    const auto stored = weights.stored(name);
    const auto content = stored.read();
    int64_t count = -1;
    if (stored.info.dtype == DType::F32) count = countNonZero<uint32_t>(content.bytes, 0x7f800000);
    if (stored.info.dtype == DType::BF16) count = countNonZero<uint16_t>(content.bytes, 0x7f80);
    if (stored.info.dtype == DType::F16) count = countNonZero<uint16_t>(content.bytes, 0x7c00);
    // Its pages are counted as this program's memory, though what runs next may hold it in another form.
    stored.file->release(stored.place);
    if (count >= 0) return count;
  }
  return nonZeroCount(weights.onHost(name));  // which tells numbers that are none
}

int64_t nonZerosOf(const OpenModel& model, const std::string& name) {
  // Weights that were set may be set anew.
  if (model.weights.overrides().contains(name)) return countNonZero(model.weights, name);
  auto& counts = *model.nonZeros;
  {
    std::lock_guard lock(counts.mutex);
    if (const auto it = counts.known.find(name); it != counts.known.end()) return it->second;
  }
  const int64_t count = countNonZero(model.weights, name);
  std::lock_guard lock(counts.mutex);
  counts.known[name] = count;
  return count;
}

}  // namespace

std::string deviceKindOf(const OpenModel& model) {
  return c10::DeviceTypeName(model.weights.device().type(), true);
}

double sparsityOf(const OpenModel& model, const std::unordered_map<std::string, int64_t>& nonZeros) {
  std::vector<const PrunableMatrix*> matrices;
  for (const auto& b : model.model->blocks())
    if (takesPart(*b, false))
      for (const auto& m : b->description().matrices) matrices.push_back(&m);
  std::vector<int64_t> kept(matrices.size());
  parallelFor(int64_t(matrices.size()), [&](int64_t i) {
    const auto& name = matrices[size_t(i)]->name;
    const auto it = nonZeros.find(name);
    kept[size_t(i)] = it != nonZeros.end() ? it->second : nonZerosOf(model, name);
  });
  int64_t total = 0, nonZero = 0;
  for (size_t i = 0; i < matrices.size(); ++i) total += matrices[i]->parameters(), nonZero += kept[i];
  return total ? 1.0 - double(nonZero) / double(total) : 0.0;
}

bool fitsInMemory(const OpenModel& model) {
  return memoryLimit() == 0 || model.model->declaredBytes() <= weightMemoryLimit();
}

ModelPtr withPrompt(const ModelPtr& model, PromptForm prompt) {
  if (const auto engine = elsewhereOf(*model))
    return openElsewhere(engine, infoOf(*model).folder, prompt).model;
  auto out = std::make_shared<OpenModel>(*model);
  out->processor = std::make_shared<Processor>(*model->checkpoint, model->model, prompt);
  out->prompt = prompt;
  return out;
}

PromptForm promptOf(const OpenModel& model) {
  return model.prompt;
}

bool makesConversations(const OpenModel& model) {
  if (const auto* there = modelElsewhere(model)) return there->makesConversations();
  return model.processor->makesConversations();
}

bool takesConversations(const OpenModel& model) {
  if (const auto* there = modelElsewhere(model)) return there->takesConversations();
  return model.processor->takesConversations();
}

std::string promptText(const OpenModel& model, const Sample& sample) {
  if (modelElsewhere(model)) return {};  // where it is looked at with the answers
  return model.processor->makesConversations() ? model.processor->promptText(sample) : std::string();
}

ModelPtr openModel(const std::filesystem::path& named, const Device& device, PromptForm prompt) {
  const auto folder = modelFolderAt(named);
  refusePointer(folder / "config.json");
  const auto checkpoint = Checkpoint::open(folder);
  const auto model = Model::fromCheckpoint(*checkpoint);
  if (memoryLimit() == 0 && device.isCpu())
    setMemoryLimit(ceilingFor(model->declaredBytes(), availableMemory()));
  auto open = std::make_shared<OpenModel>(OpenModel{checkpoint,
                                                    model,
                                                    Weights(checkpoint, *model, torchDevice(device)),
                                                    std::make_shared<Processor>(*checkpoint, model, prompt),
                                                    {},
                                                    prompt});
  ModelInfo& info = open->info;
  info.folder = folder;
  info.name = std::filesystem::absolute(named).lexically_normal().filename().string();
  if (info.name.empty())
    info.name = std::filesystem::absolute(named).lexically_normal().parent_path().filename().string();
  info.family = model->family();
  for (const auto& b : model->blocks()) {
    if (b->description().matrices.empty()) continue;
    info.blocks.push_back(b->description());
    if (b->description().prunedByDefault) info.prunableParameters += b->description().parameters();
  }
  for (const auto& t : checkpoint->tensors())
    if (checkpoint->tiedTo(t.name) == t.name) info.parameters += t.elements();
  info.fileBytes = checkpoint->storedBytes();
  info.denseBytes = checkpoint->totalBytes();
  info.unusedTensors = unusedTensors(*checkpoint, *model);
  info.warnings = warningsAbout(*checkpoint, *model, info.unusedTensors);
  info.sparsity = info.denseBytes <= kCountZerosUpTo ? sparsityOf(*open) : -1;
  return open;
}

const ModelInfo& infoOf(const OpenModel& model) {
  return model.info;
}

}  // namespace espalier
