#include "core/checkpoint/tensor.h"

#include <algorithm>

#include "core/base/error.h"

namespace espalier {

namespace {

constexpr std::pair<DType, at::ScalarType> kTypes[] = {
    {DType::F64, at::kDouble},    {DType::F32, at::kFloat}, {DType::F16, at::kHalf},
    {DType::BF16, at::kBFloat16}, {DType::I64, at::kLong},  {DType::I32, at::kInt},
    {DType::I16, at::kShort},     {DType::I8, at::kChar},   {DType::U8, at::kByte},
    {DType::Bool, at::kBool}};

}  // namespace

at::Tensor storedTensor(const TensorInfo& info, std::span<const std::byte> bytes) {
  void* data = const_cast<std::byte*>(bytes.data());
  if (reinterpret_cast<uintptr_t>(data) % uintptr_t(sizeOf(info.dtype)) == 0)
    return at::from_blob(data, info.shape, scalarTypeOf(info.dtype));
  auto copy = at::empty(info.shape, scalarTypeOf(info.dtype));
  std::copy(bytes.begin(), bytes.end(), static_cast<std::byte*>(copy.data_ptr()));
  return copy;
}

at::ScalarType scalarTypeOf(DType type) {
  for (const auto& [ours, theirs] : kTypes)
    if (ours == type) return theirs;
  throw Error(ErrorKind::Internal, "A dtype has no tensor type.");
}

DType dtypeOf(at::ScalarType type) {
  for (const auto& [ours, theirs] : kTypes)
    if (theirs == type) return ours;
  throw Error(ErrorKind::Unsupported,
              std::string("Tensors of type ") + at::toString(type) + " cannot be stored.");
}

at::Tensor storedTensor(const StoredTensor& stored) {
  const auto content = stored.read();
  if (!content.memory) return storedTensor(stored.info, content.bytes);
  void* data = const_cast<std::byte*>(content.bytes.data());
  return at::from_blob(
      data, stored.info.shape, [memory = content.memory](void*) {}, scalarTypeOf(stored.info.dtype));
}

std::map<std::string, at::Tensor> readTensors(const std::filesystem::path& path) {
  const auto file = SafetensorsFile::open(path);
  std::map<std::string, at::Tensor> out;
  for (size_t i = 0; i < file.tensors().size(); ++i)
    out[file.tensors()[i].name] = storedTensor(file.tensors()[i], file.bytes(i)).clone();
  return out;
}

void writeTensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<TensorInfo> infos;
  for (const auto& [name, t] : tensors) infos.push_back({name, dtypeOf(t.scalar_type()), t.sizes().vec()});
  SafetensorsWriter writer(path, infos, metadata);
  for (const auto& [name, t] : tensors) writer.append(bytesOf(t.detach().cpu().contiguous()));
  writer.commit();
}

std::span<const std::byte> bytesOf(const at::Tensor& contiguous) {
  return {static_cast<const std::byte*>(contiguous.data_ptr()), size_t(contiguous.nbytes())};
}

}  // namespace espalier
