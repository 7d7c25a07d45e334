#include "core/data/processor.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/base/progress.h"

namespace espalier {

Processor::Processor(const Checkpoint& checkpoint, std::shared_ptr<const Model> model)
    : m_tools(std::make_shared<InputTools>(checkpoint, std::move(model))), m_inputs(inputsFor(m_tools)) {}

std::vector<std::shared_ptr<const Batch>> makeBatches(const Processor& processor, const Dataset& dataset,
                                                      int64_t batchSize, const std::stop_token& stop) {
  const auto n = int64_t(dataset.samples.size());
  std::vector<std::shared_ptr<const Batch>> out(size_t((n + batchSize - 1) / batchSize));
  parallelFor(int64_t(out.size()), [&](int64_t i) {
    if (stop.stop_requested()) throw Cancelled();
    out[size_t(i)] =
        processor.batch(std::span(dataset.samples)
                            .subspan(size_t(i * batchSize), size_t(std::min(batchSize, n - i * batchSize))));
  });
  return out;
}

}  // namespace espalier
