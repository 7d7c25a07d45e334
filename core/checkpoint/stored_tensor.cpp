#include "core/checkpoint/stored_tensor.h"

namespace espalier {

TensorBytes StoredTensor::read() const {
  if (!packed) return {place};
  packed->checkSizes(index);
  const auto size = size_t(info.bytes());
  auto memory = std::make_shared_for_overwrite<std::byte[]>(size);
  packed->read(index, {memory.get(), size});
  return {{memory.get(), size}, std::move(memory)};
}

}  // namespace espalier
