#include "core/model/decoding.h"

#include <algorithm>

#include "core/base/error.h"

namespace espalier {

namespace {

// Puts what is new behind the first `before` places of a room, and makes it all of them. A room that is full
// grows by a quarter, so that a place is copied a few times in all, not once for each later token.
void putBehind(at::Tensor& room, int64_t before, at::Tensor& t) {
  constexpr int64_t kLeastMore = 64;
  if (before == 0) {
    room = t;
    return;
  }
  if (!room.defined() || room.size(1) < before)
    throw Error(ErrorKind::Internal, "A text goes on from places whose keys and values are not kept.");
  const int64_t length = before + t.size(1);
  if (room.size(1) < length) {
    auto larger =
        at::empty({room.size(0), length + std::max(kLeastMore, length / 4), room.size(2)}, room.options());
    larger.narrow(1, 0, before).copy_(room.narrow(1, 0, before));
    room = larger;
  }
  room.narrow(1, before, t.size(1)).copy_(t);
  t = room.narrow(1, 0, length);
}

}  // namespace

void appendToCache(Decoding* decoding, const std::string& layer, KeyValue& keyValue) {
  if (!decoding) return;
  auto& room = decoding->cache[layer];
  putBehind(room.key, decoding->position, keyValue.key);
  putBehind(room.value, decoding->position, keyValue.value);
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
