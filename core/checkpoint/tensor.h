#pragma once

#include <ATen/ATen.h>

#include <map>

#include "core/checkpoint/checkpoint.h"

namespace espalier {

at::ScalarType scalarTypeOf(DType type);
DType dtypeOf(at::ScalarType type);  // throws Error for a type safetensors has no name for

// The tensor in its stored dtype: of a dense file no copy where its bytes are aligned, and then read-only
// (writing to it ends the program), valid while the file is mapped.
at::Tensor storedTensor(const StoredTensor& stored);
// The same of bytes that lie elsewhere.
at::Tensor storedTensor(const TensorInfo& info, std::span<const std::byte> bytes);

// All tensors of one file, copied. Throws Error naming the file.
std::map<std::string, at::Tensor> readTensors(const std::filesystem::path& path);

// Writes tensors (made contiguous, on the CPU) as one file, sorted by name.
void writeTensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors,
                  const std::map<std::string, std::string>& metadata = {});

std::span<const std::byte> bytesOf(const at::Tensor& contiguous);

}  // namespace espalier
