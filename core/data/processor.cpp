#include "core/data/processor.h"

#include <algorithm>
#include <map>

#include "core/base/parallel.h"
#include "core/base/progress.h"
#include "core/image/image.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

at::Tensor rectangle(const std::vector<std::vector<int64_t>>& rows, int64_t fill) {
  size_t length = 1;
  for (const auto& r : rows) length = std::max(length, r.size());
  auto out = at::full({int64_t(rows.size()), int64_t(length)}, fill, at::kLong);
  for (size_t i = 0; i < rows.size(); ++i) std::copy(rows[i].begin(), rows[i].end(), out.data_ptr<int64_t>() + i * length);
  return out;
}

}  // namespace

Processor::Processor(const Checkpoint& checkpoint, const Model& model) : m_folder(checkpoint.folder()) {
  try {
    m_tokenizer = openTokenizer(m_folder);
  } catch (const Error& e) {
    m_tokenizerError = e.what();
  }
  const auto text = configSection(model.config(), "text_config");
  m_vocabulary = configValue<int64_t>(text.empty() ? model.config() : text, "vocab_size", 0);
  const auto vision = configSection(model.config(), "vision_config");
  if (fs::exists(m_folder / "preprocessor_config.json"))
    m_images = ImageProcessor::fromFile(m_folder / "preprocessor_config.json");
  else if (!vision.empty())
    m_images = ImageProcessor::forImageSize(int(configSize(vision, "image_size", 224)),
                                            {0.48145466, 0.4578275, 0.40821073}, {0.26862954, 0.26130258, 0.27577711});
}

const Tokenizer& Processor::tokenizer() const {
  if (!m_tokenizer) throw Error(ErrorKind::InvalidInput, m_tokenizerError);
  if (m_vocabulary > 0 && m_tokenizer->vocabSize() > m_vocabulary)
    throw Error(ErrorKind::Format, "The tokenizer in " + m_folder.string() + " has " +
                                       std::to_string(m_tokenizer->vocabSize()) + " tokens; the model knows " +
                                       std::to_string(m_vocabulary) + ".");
  return *m_tokenizer;
}

std::shared_ptr<const Batch> Processor::batch(std::span<const Sample> samples) const {
  auto batch = std::make_shared<Batch>();
  if (m_images) {
    std::map<fs::path, int64_t> known;
    std::vector<at::Tensor> pictures;
    std::vector<int64_t> index;
    for (const auto& s : samples) {
      if (s.image.empty())
        throw Error(ErrorKind::InvalidInput, "The pair \"" + s.question + "\" has no picture, and the model needs one.");
      const auto [it, isNew] = known.emplace(s.image, int64_t(known.size()));
      if (isNew) {
        const auto pixels = m_images->apply(loadImage(s.image));
        pictures.push_back(at::from_blob(const_cast<float*>(pixels.values.data()), {3, pixels.height, pixels.width}).clone());
      }
      index.push_back(it->second);
    }
    batch->tensors["pixel_values"] = at::stack(pictures);
    batch->tensors["image_index"] = at::tensor(index);
  }
  std::vector<std::vector<int64_t>> questions, answers;
  for (const auto& s : samples) {
    questions.push_back(tokenizer().encode(s.question));
    answers.push_back(tokenizer().encode(s.answer));
  }
  batch->tensors["input_ids"] = rectangle(questions, tokenizer().special().pad.value_or(0));
  auto mask = at::zeros_like(batch->tensors["input_ids"]);
  for (size_t i = 0; i < questions.size(); ++i) mask[int64_t(i)].slice(0, 0, int64_t(questions[i].size())).fill_(1);
  batch->tensors["attention_mask"] = mask;
  batch->tensors["labels"] = rectangle(answers, kIgnoredLabel);
  return batch;
}

std::string Processor::decode(const std::vector<int64_t>& ids) const { return tokenizer().decode(ids, true); }

std::vector<std::shared_ptr<const Batch>> makeBatches(const Processor& processor, const Dataset& dataset, int64_t batchSize,
                                                      const std::stop_token& stop) {
  const auto n = int64_t(dataset.samples.size());
  std::vector<std::shared_ptr<const Batch>> out(size_t((n + batchSize - 1) / batchSize));
  parallelFor(int64_t(out.size()), [&](int64_t i) {
    if (stop.stop_requested()) throw Cancelled();
    out[size_t(i)] = processor.batch(std::span(dataset.samples).subspan(size_t(i * batchSize), size_t(std::min(batchSize, n - i * batchSize))));
  });
  return out;
}

}  // namespace espalier
