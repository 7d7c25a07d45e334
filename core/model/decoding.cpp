#include "core/model/decoding.h"

namespace espalier {

void appendToCache(Decoding* decoding, const std::string& layer, KeyValue& keyValue) {
  if (!decoding) return;
  auto& cached = decoding->cache[layer];
  if (cached.key.defined())
    keyValue = {at::cat({cached.key, keyValue.key}, 1), at::cat({cached.value, keyValue.value}, 1)};
  cached = keyValue;
}

KeyValue cachedOnce(Decoding* decoding, const std::string& layer, const std::function<KeyValue()>& make) {
  if (!decoding) return make();
  auto& cached = decoding->cache[layer];
  if (!cached.key.defined()) cached = make();
  return cached;
}

Prompt givenPrompt(const Batch& batch) {
  if (batch.has("prompt_ids")) return {batch.at("prompt_ids"), batch.find("prompt_mask"), {}};
  return {batch.find("input_ids"), batch.find("attention_mask"), {}};
}

Prompt startTokenPrompt(const Batch& batch, int64_t token) {
  const auto options = at::TensorOptions(at::kLong).device(deviceOf(batch));
  return {at::full({rowsOf(batch), 1}, token, options), {}, {}};
}

}  // namespace espalier
