#include "core/inputs/class_names.h"
#include "core/inputs/inputs.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// Pictures alone. labels are the classes the answers name; kIgnoredLabel where an answer names none.
class PictureInputs : public Inputs {
 public:
  explicit PictureInputs(std::shared_ptr<const InputTools> tools) : Inputs(std::move(tools)) {
    const auto& model = this->tools().model();
    m_names = classNamesOf(model, classCountOf(model));
  }

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictureOfEach(*batch, samples);
    std::vector<int64_t> labels;
    for (const auto& s : samples) labels.push_back(classOf(s, m_names).value_or(kIgnoredLabel));
    if (!m_names.empty()) batch->tensors["labels"] = at::tensor(labels);
    return batch;
  }

 private:
  std::vector<std::string> m_names;
};

}  // namespace

std::unique_ptr<Inputs> pictureInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PictureInputs>(std::move(tools));
}

}  // namespace espalier
