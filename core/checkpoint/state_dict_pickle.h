#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/checkpoint/pickle.h"
#include "core/checkpoint/safetensors.h"

namespace espalier {

// What the pickle of a state dict says of its tensors (core/checkpoint/state_dict.h). path is named in
// errors.

// A tensor as the pickle describes it; where its bytes lie is not looked up yet.
struct PickledTensor {
  std::string storage;  // its key
  DType type = DType::F32;
  int64_t storageElements = 0, offset = 0;
  std::vector<int64_t> shape, strides;
};

constexpr size_t kMaxStateDictPickleBytes = size_t(64) << 20;

[[noreturn]] void refuseStateDict(const std::filesystem::path& path, const std::string& what);

// What a storage's class holds ("torch.FloatStorage"); none: no such class is known.
std::optional<DType> storageTypeOf(const std::string& className);

// Reads a pickle with the names that state dicts and training checkpoints have; throws Error for another.
Pickle readStateDictPickle(std::span<const std::byte> bytes, const std::filesystem::path& path);

// The tensors of a pickle by name, in order. Training programs keep a model's weights in a dictionary within
// theirs, and may keep tensors beside it (a loss, a schedule): the dictionary with more tensors is the model.
std::vector<std::pair<std::string, PickledTensor>> tensorsOfPickle(const Pickle& pickle,
                                                                   const std::filesystem::path& path);

}  // namespace espalier
