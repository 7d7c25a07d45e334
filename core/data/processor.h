#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/data/dataset.h"
#include "core/image/preprocess.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

namespace espalier {

// From samples to a model's inputs and from its tokens back to text: tokenizer and picture preprocessing of a model
// folder. Immutable, may be used from several threads.
class Processor {
 public:
  // What the folder lacks is noticed when it is needed, so that a model without a tokenizer can still be looked at.
  Processor(const Checkpoint& checkpoint, const Model& model);

  // One batch: pixel_values of the distinct pictures, image_index, input_ids and attention_mask of the questions, labels
  // of the answers. Throws Error naming the picture or file that cannot be used.
  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const;

  // Token ids of a generated row, without special tokens.
  std::string decode(const std::vector<int64_t>& ids) const;

 private:
  const Tokenizer& tokenizer() const;

  std::shared_ptr<const Tokenizer> m_tokenizer;
  std::string m_tokenizerError;  // why there is none
  std::optional<ImageProcessor> m_images;
  int64_t m_vocabulary = 0;
  std::filesystem::path m_folder;
};

// Batches of at most batchSize samples in order, prepared in parallel.
std::vector<std::shared_ptr<const Batch>> makeBatches(const Processor& processor, const Dataset& dataset, int64_t batchSize,
                                                      const std::stop_token& stop);

}  // namespace espalier
