#include "core/model/weights.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/checkpoint/tensor.h"
#include "core/model/model.h"

namespace espalier {

namespace {

// Stored numbers that are converted at once where memory is limited, so that the pages they lie on can be
// given back before the next ones are read.
constexpr int64_t kConvertedAtOnce = int64_t(4) << 20;

[[noreturn]] void notFinite(const std::string& name, const StoredTensor& stored) {
  checkMappings();  // which may be why
  throw Error(ErrorKind::Format, "The tensor \"" + name + "\" in " + stored.file->path().string() +
                                     " holds NaN or infinite values; the model cannot be used.");
}

// A NaN or an infinity anywhere makes the sum one too; the other way round is a false alarm settled by the
// full check.
bool isFinite(const at::Tensor& t) {
  return std::isfinite(t.sum().item<double>()) || at::isfinite(t).all().item<bool>();
}

}  // namespace

// Tensors by where their bytes lie, which tells a pruned one from the dense one of the same name.
struct Weights::Cache {
  struct Entry {
    at::Tensor value;  // undefined while a thread is loading it
    StoredTensor stored;
    at::Tensor source;  // what it was copied from, if not stored: holds the place its key names
    int64_t bytes = 0;
    std::vector<std::string> names{};  // by which byName finds it
    std::atomic<uint64_t> lastUse = 0;

    const at::Tensor& use(std::atomic<uint64_t>& uses) {
      // Without a limit nothing is given back, and threads need not share a counter.
      if (weightMemoryLimit() > 0) lastUse.store(++uses, std::memory_order_relaxed);
      return value;
    }
  };
  std::shared_mutex mutex;  // of all below; alone for what changes more than the last use
  std::condition_variable_any loaded;
  std::map<Key, Entry> entries;  // by size too: a tensor without elements may lie where another begins
  std::unordered_map<std::string, Entry*> byName;  // the checkpoint's tensors that are held
  int64_t bytes = 0;                               // of all entries, those being loaded too
  std::atomic<uint64_t> uses = 0;

  // Gives back what was not used for the longest until the rest fits. Tensors in use live on with their
  // users.
  void shrink(int64_t limit) {
    while (bytes > limit) {
      auto oldest = entries.end();
      for (auto it = entries.begin(); it != entries.end(); ++it)
        if (it->second.value.defined() &&
            (oldest == entries.end() || it->second.lastUse < oldest->second.lastUse))
          oldest = it;
      if (oldest == entries.end()) return;
      bytes -= oldest->second.bytes;
      if (const auto& stored = oldest->second.stored; stored.file) stored.file->release(stored.place);
      for (const auto& name : oldest->second.names) byName.erase(name);
      entries.erase(oldest);
    }
  }
};

Weights::Weights(std::shared_ptr<const Checkpoint> checkpoint, at::Device device)
    : m_checkpoint(std::move(checkpoint)), m_device(device), m_cache(std::make_shared<Cache>()) {}

Weights::Weights(std::shared_ptr<const Checkpoint> checkpoint, const Model& model, at::Device device)
    : Weights(std::move(checkpoint), device) {
  std::unordered_set<std::string> undeclared;
  for (const auto& t : m_checkpoint->tensors()) undeclared.insert(t.name);
  for (const auto& t : model.declared()) undeclared.erase(t.name);
  if (!undeclared.empty())
    m_undeclared = std::make_shared<const std::unordered_set<std::string>>(std::move(undeclared));
}

Weights::Weights(std::map<std::string, at::Tensor> tensors)
    : m_cache(std::make_shared<Cache>()), m_overrides(tensors.begin(), tensors.end()) {}

Weights::Weights(const Weights& other) = default;
Weights::Weights(Weights&& other) noexcept = default;
Weights& Weights::operator=(const Weights& other) = default;
Weights& Weights::operator=(Weights&& other) noexcept = default;
Weights::~Weights() = default;

StoredTensor Weights::stored(const std::string& name) const {
  if (const auto it = m_stored.find(name); it != m_stored.end()) return it->second;
  if (!m_checkpoint) throw Error(ErrorKind::Internal, "The model has no tensor \"" + name + "\".");
  return m_checkpoint->stored(name);
}

at::Tensor Weights::load(const std::string& name, const StoredTensor& stored, at::Device device) const {
  if (!isFloating(stored.info.dtype))
    throw Error(ErrorKind::Format, "The tensor \"" + name + "\" in " + stored.file->path().string() +
                                       " has dtype " + nameOf(stored.info.dtype) +
                                       "; a floating-point dtype was expected.");
  const auto there = storedTensor(stored);
  if (stored.packed && memoryLimit() > 0) stored.file->release(stored.place);
  at::Tensor value;
  // Where memory is limited, mapped pages are given back with the tensor that is held of them, or else here.
  const bool isHeld = device == m_device;
  if (memoryLimit() == 0 || (isHeld && there.scalar_type() == at::kFloat)) {
    value = there.to(device).to(at::kFloat);
  } else {
    value = at::empty(there.sizes(), at::TensorOptions(at::kFloat).device(device));
    const auto from = there.view({-1}), to = value.view({-1});
    for (int64_t at = 0; at < from.numel(); at += kConvertedAtOnce) {
      const int64_t count = std::min(kConvertedAtOnce, from.numel() - at);
      to.narrow(0, at, count).copy_(from.narrow(0, at, count));
      const auto begin = size_t(at * there.element_size()), size = size_t(count * there.element_size());
      if (!stored.packed) stored.file->release(stored.place.subspan(begin, size));
    }
  }
  if (!isFinite(value)) notFinite(name, stored);
  return value;
}

at::Tensor Weights::held(const Key& key, int64_t bytes, const StoredTensor& stored, const at::Tensor& source,
                         const std::string& name, const std::function<at::Tensor()>& load) const {
  std::unique_lock lock(m_cache->mutex);
  const auto find = [&](Cache::Entry& entry) -> at::Tensor {
    if (!name.empty() && m_cache->byName.try_emplace(name, &entry).second) entry.names.push_back(name);
    return entry.use(m_cache->uses);
  };
  for (;;) {
    const auto [it, isNew] = m_cache->entries.try_emplace(key);
    if (isNew) {
      it->second.stored = stored;
      it->second.source = source;
      it->second.bytes = bytes;
      break;
    }
    if (it->second.value.defined()) return find(it->second);
    m_cache->loaded.wait(lock);
  }
  // Room is made before it is taken.
  m_cache->bytes += bytes;
  if (const int64_t limit = weightMemoryLimit(); limit > 0) m_cache->shrink(limit);
  lock.unlock();
  at::Tensor value;
  try {
    value = load();
  } catch (...) {
    lock.lock();
    m_cache->entries.erase(key);
    m_cache->bytes -= bytes;
    m_cache->loaded.notify_all();
    throw;
  }
  lock.lock();
  auto& entry = m_cache->entries.at(key);
  entry.value = value;
  m_cache->loaded.notify_all();
  return find(entry);
}

at::Tensor Weights::get(const std::string& name) const {
  if (const auto it = m_overrides.find(name); it != m_overrides.end()) {
    const auto& set = it->second;
    if (set.device() == m_device) return set;
    return held({static_cast<const std::byte*>(set.data_ptr()), set.nbytes(), false}, int64_t(set.nbytes()),
                {}, set, {}, [&] { return set.to(m_device); });
  }
  const bool isCheckpoints = m_stored.empty() || !m_stored.contains(name);
  if (isCheckpoints) {
    std::shared_lock lock(m_cache->mutex);
    if (const auto it = m_cache->byName.find(name); it != m_cache->byName.end())
      return it->second->use(m_cache->uses);
  }
  const StoredTensor stored = this->stored(name);
  return held({stored.place.data(), stored.place.size(), false},
              stored.info.elements() * int64_t(sizeof(float)), stored, {},
              isCheckpoints ? name : std::string(), [&] { return load(name, stored, m_device); });
}

at::Tensor Weights::onHost(const std::string& name) const {
  if (const auto it = m_overrides.find(name); it != m_overrides.end()) return it->second.cpu();
  if (m_device.is_cpu()) return get(name);
  return load(name, stored(name), at::kCPU);
}

at::Tensor Weights::rows(const std::string& name, const at::Tensor& numbers) const {
  if (m_overrides.contains(name)) return at::embedding(get(name), numbers);
  const StoredTensor stored = this->stored(name);
  if (!isFloating(stored.info.dtype) || stored.info.shape.size() != 2)
    return at::embedding(get(name), numbers);
  // A packed table is unpacked once.
  const auto table = !stored.packed
                         ? storedTensor(stored)
                         : held({stored.place.data(), stored.place.size(), true}, stored.info.bytes(), stored,
                                {}, {}, [&] { return storedTensor(stored); });
  const auto found = at::embedding(table, numbers.cpu()).to(m_device).to(at::kFloat);
  if (memoryLimit() > 0) stored.file->release(stored.place);
  if (found.numel() > 0 && !isFinite(found)) notFinite(name, stored);
  return found;
}

std::vector<int64_t> Weights::shape(const std::string& name) const {
  if (const auto it = m_overrides.find(name); it != m_overrides.end()) return it->second.sizes().vec();
  if (m_checkpoint && !m_stored.contains(name)) return m_checkpoint->info(name).shape;
  return stored(name).info.shape;
}

bool Weights::has(const std::string& name) const {
  if (m_overrides.contains(name)) return true;
  return m_checkpoint && m_checkpoint->has(name) && !(m_undeclared && m_undeclared->contains(name));
}

void Weights::set(const std::string& name, at::Tensor value) {
  m_stored.erase(name);
  m_overrides[name] = std::move(value);
}

void Weights::store(const SafetensorsFile& file) {
  for (size_t i = 0; i < file.tensors().size(); ++i) {
    const auto& info = file.tensors()[i];
    m_overrides.erase(info.name);
    m_stored[info.name] = {file.file(), info, file.bytes(i)};
  }
}

}  // namespace espalier
