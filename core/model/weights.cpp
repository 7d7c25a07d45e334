#include "core/model/weights.h"

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/checkpoint/tensor.h"

namespace espalier {

// Tensors by where their bytes lie, which tells a pruned one from the dense one of the same name.
struct Weights::Cache {
  struct Entry {
    at::Tensor value;  // undefined while a thread is loading it
    Stored stored;
    uint64_t lastUse = 0;
  };
  std::mutex mutex;
  std::condition_variable loaded;
  using Key = std::pair<const std::byte*, size_t>;  // a tensor without elements may lie where another begins
  std::map<Key, Entry> entries;
  int64_t bytes = 0;
  uint64_t uses = 0;

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
      bytes -= oldest->second.value.nbytes();
      oldest->second.stored.file->release(oldest->second.stored.bytes);
      entries.erase(oldest);
    }
  }
};

Weights::Weights(std::shared_ptr<const Checkpoint> checkpoint)
    : m_checkpoint(std::move(checkpoint)), m_cache(std::make_shared<Cache>()) {}

Weights::Weights(std::map<std::string, at::Tensor> tensors)
    : m_cache(std::make_shared<Cache>()), m_overrides(std::move(tensors)) {}

Weights::Weights(const Weights& other) = default;

Weights::Stored Weights::stored(const std::string& name) const {
  if (const auto it = m_stored.find(name); it != m_stored.end()) return it->second;
  if (!m_checkpoint) throw Error(ErrorKind::Internal, "The model has no tensor \"" + name + "\".");
  m_checkpoint->check(name);
  return {m_checkpoint->fileOf(name), m_checkpoint->info(name), m_checkpoint->bytes(name)};
}

at::Tensor Weights::load(const std::string& name, const Stored& stored) const {
  if (!isFloating(stored.info.dtype))
    throw Error(ErrorKind::Format, "The tensor \"" + name + "\" in " + stored.file->path().string() +
                                       " has dtype " + nameOf(stored.info.dtype) +
                                       "; a floating-point dtype was expected.");
  const auto value = storedTensor(stored.info, stored.bytes).to(at::kFloat);
  // A NaN or an infinity anywhere makes the sum one too; the other way round is a false alarm settled by the
  // full check.
  if (!std::isfinite(value.sum().item<double>()) && !at::isfinite(value).all().item<bool>())
    throw Error(ErrorKind::Format, "The tensor \"" + name + "\" in " + stored.file->path().string() +
                                       " holds NaN or infinite values; the model cannot be used.");
  return value;
}

at::Tensor Weights::get(const std::string& name) const {
  if (const auto it = m_overrides.find(name); it != m_overrides.end()) return it->second;
  const Stored stored = this->stored(name);
  const Cache::Key key{stored.bytes.data(), stored.bytes.size()};
  std::unique_lock lock(m_cache->mutex);
  for (;;) {
    const auto [it, isNew] = m_cache->entries.try_emplace(key);
    if (isNew) break;
    if (it->second.value.defined()) {
      it->second.lastUse = ++m_cache->uses;
      return it->second.value;
    }
    m_cache->loaded.wait(lock);
  }
  lock.unlock();
  at::Tensor value;
  try {
    value = load(name, stored);
  } catch (...) {
    lock.lock();
    m_cache->entries.erase(key);
    m_cache->loaded.notify_all();
    throw;
  }
  const int64_t limit = weightMemoryLimit();
  const bool mapped = value.data_ptr() == static_cast<const void*>(key.first);
  if (limit > 0 && !mapped) stored.file->release(stored.bytes);
  lock.lock();
  m_cache->bytes += int64_t(value.nbytes());
  if (limit > 0) m_cache->shrink(limit);
  m_cache->entries[key] = {value, stored, ++m_cache->uses};
  m_cache->loaded.notify_all();
  return value;
}

bool Weights::has(const std::string& name) const {
  return m_overrides.contains(name) || (m_checkpoint && m_checkpoint->has(name));
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
