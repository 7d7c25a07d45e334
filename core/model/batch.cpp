#include "core/model/batch.h"

#include "core/base/error.h"

namespace espalier {

const at::Tensor& Batch::at(const std::string& name) const {
  const auto it = tensors.find(name);
  if (it == tensors.end())
    throw Error(ErrorKind::InvalidInput, "The inputs lack \"" + name + "\", which this model needs.");
  return it->second;
}

at::Tensor Batch::find(const std::string& name) const {
  const auto it = tensors.find(name);
  return it == tensors.end() ? at::Tensor() : it->second;
}

std::shared_ptr<const Batch> prepared(std::shared_ptr<const Batch> batch) {
  if (!batch || !batch->prepare) return batch;
  auto whole = std::make_shared<Batch>(*batch);
  whole->prepare = nullptr;
  batch->prepare(*whole);
  return whole;
}

std::shared_ptr<const Batch> onDevice(std::shared_ptr<const Batch> batch, at::Device device) {
  batch = prepared(std::move(batch));
  bool there = true;
  for (const auto& [name, t] : batch->tensors) there = there && t.device() == device;
  if (there) return batch;
  auto moved = std::make_shared<Batch>();
  for (const auto& [name, t] : batch->tensors) moved->tensors[name] = t.to(device);
  return moved;
}

at::Device deviceOf(const Batch& batch) {
  return batch.tensors.empty() ? at::Device(at::kCPU) : batch.tensors.begin()->second.device();
}

int64_t rowsOf(const Batch& batch) {
  for (const char* name : {"prompt_ids", "input_ids", "image_index"})
    if (batch.has(name)) return batch.at(name).size(0);
  // Patches of any number of pictures stand in one row of pixel_values each.
  return batch.at(batch.has("image_grid_thw") ? "image_grid_thw" : "pixel_values").size(0);
}

}  // namespace espalier
