#include "core/model/weights.h"

#include "core/base/error.h"
#include "core/checkpoint/tensor.h"

namespace espalier {

Weights::Weights(std::shared_ptr<const Checkpoint> checkpoint)
    : m_checkpoint(std::move(checkpoint)), m_cache(std::make_shared<Cache>()) {}

Weights::Weights(std::map<std::string, at::Tensor> tensors)
    : m_cache(std::make_shared<Cache>()), m_overrides(std::move(tensors)) {}

Weights::Weights(const Weights& other) = default;

at::Tensor Weights::get(const std::string& name) const {
  if (const auto it = m_overrides.find(name); it != m_overrides.end()) return it->second;
  if (!m_checkpoint) throw Error(ErrorKind::Internal, "The model has no tensor \"" + name + "\".");
  {
    std::lock_guard lock(m_cache->mutex);
    if (const auto it = m_cache->tensors.find(name); it != m_cache->tensors.end()) return it->second;
  }
  if (!isFloating(m_checkpoint->info(name).dtype))
    throw Error(ErrorKind::Format, "The tensor \"" + name + "\" in " + m_checkpoint->folder().string() + " has dtype " +
                                       nameOf(m_checkpoint->info(name).dtype) + "; a floating-point dtype was expected.");
  const auto value = storedTensor(*m_checkpoint, name).to(at::kFloat);
  // A NaN or an infinity anywhere makes the sum one too; the other way round is a false alarm settled by the full check.
  if (!std::isfinite(value.sum().item<double>()) && !at::isfinite(value).all().item<bool>())
    throw Error(ErrorKind::Format, "The tensor \"" + name + "\" in " + m_checkpoint->folder().string() +
                                       " holds NaN or infinite values; the model cannot be used.");
  std::lock_guard lock(m_cache->mutex);
  return m_cache->tensors.emplace(name, value).first->second;
}

bool Weights::has(const std::string& name) const {
  return m_overrides.contains(name) || (m_checkpoint && m_checkpoint->has(name));
}

void Weights::set(const std::string& name, at::Tensor value) { m_overrides[name] = std::move(value); }

}  // namespace espalier
