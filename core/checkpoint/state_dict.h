#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/checkpoint/safetensors.h"

namespace espalier {

// A PyTorch state dict as torch.save writes it (*.bin, *.pth, *.pt): the zip archive of PyTorch 1.6 and later
// or the older sequence of pickles. Read as data, no code of the file is run (core/checkpoint/pickle.h). The
// tensors may stand at the top or under "state_dict", "model", "model_state_dict", "module" or "weights";
// what is no tensor is passed over. open() checks each offset, stride and size against the storage it lies in
// and throws Error naming the file and the tensor.
class StateDictFile {
 public:
  static StateDictFile open(const std::filesystem::path& path);

  const std::vector<TensorInfo>& tensors() const { return m_tensors; }  // in the dictionary's order
  // Compares the bytes of the storage a tensor lies in with the checksum of the archive, the first time it is
  // called for any tensor of that storage: a read of all of it. Throws Error naming the file and the tensor.
  // May be called from several threads. Nothing is to check where no checksum was written.
  void check(size_t index) const;

  // Contiguous, in row-major order; valid while file() lives, which owns
  // the copies too. Tensors that lie contiguous are not copied.
  std::span<const std::byte> bytes(size_t index) const { return m_bytes[index]; }
  const std::shared_ptr<const MappedFile>& file() const { return m_file; }

 private:
  std::vector<TensorInfo> m_tensors;
  std::vector<std::span<const std::byte>> m_bytes;
  std::shared_ptr<const MappedFile> m_file;
  struct Storage;
  std::vector<std::shared_ptr<Storage>> m_storages;  // of each tensor
};

}  // namespace espalier
