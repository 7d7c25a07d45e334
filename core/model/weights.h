#pragma once

#include <ATen/ATen.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/checkpoint/checkpoint.h"

namespace espalier {

// The numbers of a model: name -> float32 tensor. Over a checkpoint, a tensor is converted (or, if it is
// float32 already, mapped) at its first use and kept; under a memory limit (core/base/memory.h) those not used
// for the longest are given back and read again when they are needed. Tensors set here take precedence over
// the stored ones, so a pruned variant is a copy of the dense Weights with some tensors set, and both share
// what they have in common. get() may be called from several threads; set() and store() may not be concurrent
// with anything.
class Weights {
 public:
  explicit Weights(std::shared_ptr<const Checkpoint> checkpoint);
  explicit Weights(std::map<std::string, at::Tensor> tensors);  // without a checkpoint: for training
  Weights(const Weights& other);
  Weights& operator=(const Weights&) = delete;

  // Throws Error naming the tensor: absent, or holding NaN or infinite values.
  at::Tensor get(const std::string& name) const;
  bool has(const std::string& name) const;

  void set(const std::string& name, at::Tensor value);
  const std::map<std::string, at::Tensor>& overrides() const { return m_overrides; }

  // Takes all tensors of a file in place of those of the same names: what was pruned and written away.
  void store(const SafetensorsFile& file);
  // Where the bytes of a tensor lie that is not set: in the checkpoint or a file taken by store().
  struct Stored {
    std::shared_ptr<const MappedFile> file;
    TensorInfo info;
    std::span<const std::byte> bytes;
  };
  Stored stored(const std::string& name) const;

  const std::shared_ptr<const Checkpoint>& checkpoint() const { return m_checkpoint; }

 private:
  struct Cache;

  at::Tensor load(const std::string& name, const Stored& stored) const;

  std::shared_ptr<const Checkpoint> m_checkpoint;
  std::shared_ptr<Cache> m_cache;  // shared by copies
  std::map<std::string, at::Tensor> m_overrides;
  std::map<std::string, Stored> m_stored;
};

}  // namespace espalier
