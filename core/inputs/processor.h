#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/data/dataset.h"
#include "core/inputs/inputs.h"
#include "core/model/model.h"

namespace espalier {

// From samples to a model's inputs and from its tokens back to text. Immutable, may be used from several
// threads.
class Processor {
 public:
  // What the folder lacks is noticed when it is needed, so that a model without a tokenizer can still be
  // looked at.
  Processor(const Checkpoint& checkpoint, std::shared_ptr<const Model> model,
            PromptForm form = PromptForm::Auto);

  // One batch, as the model's kind of inputs makes it (core/inputs). Throws Error naming the picture or
  // file that cannot be used.
  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const {
    return prepared(m_inputs->batch(samples));
  }
  // The same, but pictures are read each time the batch runs.
  std::shared_ptr<const Batch> batchWithoutPictures(std::span<const Sample> samples) const {
    return m_inputs->batch(samples);
  }

  bool hasPictures() const { return m_tools->hasPictures(); }
  // What keeps a picture from being put to the model, as the end of a sentence about it; empty: nothing.
  std::string faultOf(const Image& picture) const { return m_tools->faultOf(picture); }
  // Whether pairs are put to the model as conversations, and what it is given of one's text up to the answer.
  bool makesConversations() const { return m_inputs->makesConversations(); }
  // Whether the prompt forms plain and chat differ for this model.
  bool takesConversations() const { return espalier::takesConversations(*m_tools); }
  std::string promptText(const Sample& sample) const { return m_inputs->promptText(sample); }

  // Token ids of a generated row, without special tokens.
  std::string decode(const std::vector<int64_t>& ids) const { return m_tools->tokenizer().decode(ids, true); }

 private:
  std::shared_ptr<const InputTools> m_tools;
  std::unique_ptr<const Inputs> m_inputs;
};

// Batches of at most batchSize samples in order, prepared in parallel. Where their pictures would take more
// than mostBytes, judged by the first batch, each batch's are only read when it is run (Batch::prepare), so
// that no more of them are in memory than batches are being run; the others read on meanwhile. So are those
// of batches that are not `here`, which another process works on; empty: all are.
std::vector<std::shared_ptr<const Batch>> makeBatches(const Processor& processor, const Dataset& dataset,
                                                      int64_t batchSize, const std::stop_token& stop,
                                                      int64_t mostBytes = INT64_MAX,
                                                      const std::function<bool(int64_t batch)>& here = {});

// What the prepared pictures of a data set may take: an eighth of the memory limit, or 512 MiB without one.
int64_t pictureMemory();

}  // namespace espalier
