#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace espalier {

// The inputs of one forward pass, by the names the reference implementation gives them: pixel_values [P, 3,
// H, W], input_ids [R, L], attention_mask [R, L] (1: a token, 0: padding), labels [R, T], decoder_input_ids,
// ... And of our own:
//   image_index [R]     which picture each text row belongs to (absent: row i belongs to picture i), so that
//   several
//                       texts share one pass over a picture;
//   negative_index [R]  for each text row another row whose picture it does not describe (BLIP's matching
//   loss); prompt_ids, prompt_mask [R, L]  what text is generated from where that is not input_ids and
//   attention_mask.
struct Batch {
  std::map<std::string, at::Tensor> tensors;

  // Adds what is not prepared yet, the pictures of a data set too large to hold them all; null: all is there.
  std::function<void(Batch&)> prepare = {};

  bool has(const std::string& name) const { return tensors.contains(name); }
  const at::Tensor& at(const std::string& name) const;  // throws Error naming the missing input
  at::Tensor find(const std::string& name) const;       // undefined if absent
};

// The batch with everything prepared; itself where that is so already.
std::shared_ptr<const Batch> prepared(std::shared_ptr<const Batch> batch);

// The same inputs, prepared, on a device; the batch itself where they are there already.
std::shared_ptr<const Batch> onDevice(std::shared_ptr<const Batch> batch, at::Device device);

at::Device deviceOf(const Batch& batch);

// How many rows the answers to a batch have: those of its text, or one for each picture.
int64_t rowsOf(const Batch& batch);

}  // namespace espalier
