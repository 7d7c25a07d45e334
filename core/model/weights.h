#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "core/checkpoint/checkpoint.h"

namespace espalier {

class Model;

// The numbers of a model: name -> float32 tensor on the device the model computes on. Over a checkpoint, a
// tensor is converted (or, if it is float32 already, mapped) at its first use, brought to the device and
// kept; under a memory limit (core/base/memory.h) those not used for the longest are given back and read
// again when they are needed. Tensors set here take precedence over the stored ones, so a pruned variant is a
// copy of the dense Weights with some tensors set, and both share what they have in common; they may lie in
// the host's memory, and are brought to the device like the stored ones. get() may be called from several
// threads; set() and store() may not be concurrent with anything.
class Weights {
 public:
  explicit Weights(std::shared_ptr<const Checkpoint> checkpoint, at::Device device = at::kCPU);
  // The same for a model: what it does not declare is not there (has()), as in the reference, which adds no
  // bias and no norm of the file that config.json does not ask for.
  Weights(std::shared_ptr<const Checkpoint> checkpoint, const Model& model, at::Device device = at::kCPU);
  explicit Weights(std::map<std::string, at::Tensor> tensors);  // without a checkpoint: for training
  Weights(const Weights& other);
  Weights(Weights&& other) noexcept;  // leaves one that can only be destroyed or assigned to
  Weights& operator=(const Weights& other);
  Weights& operator=(Weights&& other) noexcept;
  ~Weights();

  // Throws Error naming the tensor: absent, or holding NaN or infinite values. Of a tensor that is held: two
  // look-ups by name.
  at::Tensor get(const std::string& name) const;
  // The same in the host's memory, for what is done weight by weight: choosing which of them go. A stored
  // tensor is read there, whether or not the device has it.
  at::Tensor onHost(const std::string& name) const;
  // Rows of a table by their numbers, [...] -> [..., width]; of a stored table only these are read.
  at::Tensor rows(const std::string& name, const at::Tensor& numbers) const;
  // Of a tensor, without reading it.
  std::vector<int64_t> shape(const std::string& name) const;
  at::Device device() const { return m_device; }
  bool has(const std::string& name) const;

  void set(const std::string& name, at::Tensor value);
  using Tensors = std::unordered_map<std::string, at::Tensor>;
  const Tensors& overrides() const { return m_overrides; }

  // Takes all tensors of a file in place of those of the same names: what was pruned and written away.
  void store(const SafetensorsFile& file);
  // Where a tensor lies that is not set: in the checkpoint or a file taken by store().
  StoredTensor stored(const std::string& name) const;

  const std::shared_ptr<const Checkpoint>& checkpoint() const { return m_checkpoint; }

 private:
  struct Cache;

  // A tensor's place, and whether it is held in its stored dtype.
  using Key = std::tuple<const std::byte*, size_t, bool>;

  at::Tensor load(const std::string& name, const StoredTensor& stored, at::Device device) const;
  // The tensor of a key, from `load` where it is not held. bytes: what it will take. name: by which it can be
  // found from then on; empty: by none.
  at::Tensor held(const Key& key, int64_t bytes, const StoredTensor& stored, const at::Tensor& source,
                  const std::string& name, const std::function<at::Tensor()>& load) const;

  std::shared_ptr<const Checkpoint> m_checkpoint;
  std::shared_ptr<const std::unordered_set<std::string>>
      m_undeclared;  // in the file and not in the model; may be null
  at::Device m_device = at::kCPU;
  std::shared_ptr<Cache> m_cache;  // shared by copies
  Tensors m_overrides;
  std::unordered_map<std::string, StoredTensor> m_stored;
};

}  // namespace espalier
