#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/model/layers/sequence_loss.h"
#include "tests/support/model_fixture.h"

namespace espalier::test {

// Inputs for a small reference model that give it a loss, made of those of its reference calls.
inline std::shared_ptr<Batch> batchWithLoss(const std::filesystem::path& folder, const Model& model) {
  const auto io = readTensors(folder / "io.safetensors");
  std::shared_ptr<Batch> batch;
  std::string call;
  for (const char* name : {"forward_labels", "text_loss", "forward_right_padded", "contrastive_nomask",
                           "contrastive", "itm", "forward"})
    if (call.empty())
      if (auto inputs = batchUnder(io, std::string(name) + "/in/"); !inputs->tensors.empty())
        batch = inputs, call = name;
  // Of other calls the first that is no generation.
  for (auto it = io.begin(); !batch && it != io.end(); ++it)
    if (it->first.find("/in/") != std::string::npos && !it->first.starts_with("generate"))
      call = it->first.substr(0, it->first.find("/in/")), batch = batchUnder(io, call + "/in/");
  if (!batch) throw std::runtime_error(folder.string() + "/io.safetensors has no call with inputs.");
  if (call == "itm") batch->tensors["negative_index"] = at::arange(rowsOf(*batch), at::kLong).roll(1);
  const bool answers = model.task() == ModelTask::Answer && batch->has("input_ids") && !batch->has("labels");
  if (call == "text_loss" || answers) {
    const auto& ids = batch->at("input_ids");
    auto ignored = ids == model.config().value("image_token_index", -1);
    if (batch->has("attention_mask")) ignored = ignored.logical_or(batch->at("attention_mask") == 0);
    batch->tensors["labels"] = ids.masked_fill(ignored, kIgnoredLabel);
  }
  // Where texts and pictures are not as many, each text has one of the pictures.
  if (model.task() == ModelTask::Match && call == "forward")
    batch->tensors["image_index"] =
        at::arange(rowsOf(*batch), at::kLong).remainder(batch->at("pixel_values").size(0));
  if (call == "forward" && model.task() == ModelTask::Classify)
    batch->tensors["labels"] = at::arange(rowsOf(*batch), at::kLong);
  return batch;
}

// Of pictures with grids the first, with two texts that begin as the first row does.
inline std::shared_ptr<Batch> sharedGridPicture(const Batch& batch) {
  auto shared = std::make_shared<Batch>();
  const auto grid = batch.at("image_grid_thw").narrow(0, 0, 1);
  shared->tensors["image_grid_thw"] = grid;
  shared->tensors["pixel_values"] = batch.at("pixel_values").narrow(0, 0, grid.prod().item<int64_t>());
  for (const char* name : {"input_ids", "attention_mask", "labels"})
    if (batch.has(name)) shared->tensors[name] = batch.at(name).narrow(0, 0, 1).repeat({2, 1});
  auto& ids = shared->tensors["input_ids"];
  ids.select(0, 1).select(0, 0).add_(1);  // no picture token
  shared->tensors["image_index"] = at::zeros({2}, at::kLong);
  return shared;
}

// The same with two texts about the last picture; null where the model has no pictures or no texts, or
// where rows differ in how many they have.
inline std::shared_ptr<Batch> sharedPictures(const Batch& batch) {
  if (!batch.has("pixel_values") || !batch.has("input_ids")) return nullptr;
  if (batch.has("image_grid_thw")) return sharedGridPicture(batch);
  // A token for each feature, and rows with several pictures or none: no two rows can have the same one.
  const auto& ids = batch.at("input_ids");
  const auto often = (ids == std::get<0>(ids.flatten().mode())).sum(1);
  if (often.max().item<int64_t>() >= 4 && (often != often[0]).any().item<bool>()) return nullptr;
  auto shared = std::make_shared<Batch>(batch);
  const int64_t rows = rowsOf(batch);
  for (const char* name : {"pixel_values", "pixel_attention_mask", "spatial_shapes"})
    if (batch.has(name)) shared->tensors[name] = batch.at(name).narrow(0, 0, rows - 1);
  shared->tensors["image_index"] = at::arange(rows, at::kLong).clamp_max(rows - 2);
  return shared;
}

}  // namespace espalier::test
