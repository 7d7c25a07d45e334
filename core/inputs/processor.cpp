#include "core/inputs/processor.h"

#include <algorithm>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"

namespace espalier {

Processor::Processor(const Checkpoint& checkpoint, std::shared_ptr<const Model> model, PromptForm form)
    : m_tools(std::make_shared<InputTools>(checkpoint, std::move(model))),
      m_inputs(inputsFor(m_tools, form)) {}

std::vector<std::shared_ptr<const Batch>> makeBatches(const Processor& processor, const Dataset& dataset,
                                                      int64_t batchSize, const std::stop_token& stop,
                                                      int64_t mostBytes,
                                                      const std::function<bool(int64_t)>& here) {
  const auto n = int64_t(dataset.samples.size());
  std::vector<std::shared_ptr<const Batch>> out(size_t((n + batchSize - 1) / batchSize));
  if (out.empty()) return out;
  const auto samplesOf = [&](int64_t i) {
    return std::span(dataset.samples)
        .subspan(size_t(i * batchSize), size_t(std::min(batchSize, n - i * batchSize)));
  };
  int64_t first = 0;
  while (here && first + 1 < int64_t(out.size()) && !here(first)) ++first;
  auto& judged = out[size_t(first)];
  judged = processor.batch(samplesOf(first));
  const auto pictures = judged->find("pixel_values");
  const bool fit = !pictures.defined() || int64_t(pictures.nbytes()) <= mostBytes / int64_t(out.size());
  if (!fit) judged = processor.batchWithoutPictures(samplesOf(first));
  parallelFor(int64_t(out.size()), [&](int64_t i) {
    if (stop.stop_requested()) throw Cancelled();
    if (i == first) return;
    out[size_t(i)] = fit && (!here || here(i)) ? processor.batch(samplesOf(i))
                                               : processor.batchWithoutPictures(samplesOf(i));
  });
  return out;
}

int64_t pictureMemory() {
  const int64_t limit = memoryLimit();
  return limit > 0 ? limit / 8 : int64_t(512) << 20;
}

}  // namespace espalier
