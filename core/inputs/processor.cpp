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
                                                      int64_t mostBytes) {
  const auto n = int64_t(dataset.samples.size());
  std::vector<std::shared_ptr<const Batch>> out(size_t((n + batchSize - 1) / batchSize));
  if (out.empty()) return out;
  const auto samplesOf = [&](int64_t i) {
    return std::span(dataset.samples)
        .subspan(size_t(i * batchSize), size_t(std::min(batchSize, n - i * batchSize)));
  };
  out[0] = processor.batch(samplesOf(0));
  const auto pictures = out[0]->find("pixel_values");
  const bool fit = !pictures.defined() || int64_t(pictures.nbytes()) <= mostBytes / int64_t(out.size());
  if (!fit) out[0] = processor.batchWithoutPictures(samplesOf(0));
  parallelFor(int64_t(out.size()) - 1, [&](int64_t rest) {
    if (stop.stop_requested()) throw Cancelled();
    const int64_t i = rest + 1;
    out[size_t(i)] = fit ? processor.batch(samplesOf(i)) : processor.batchWithoutPictures(samplesOf(i));
  });
  return out;
}

int64_t pictureMemory() {
  const int64_t limit = memoryLimit();
  return limit > 0 ? limit / 8 : int64_t(512) << 20;
}

}  // namespace espalier
