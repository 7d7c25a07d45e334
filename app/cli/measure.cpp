#include "core/bench/measure.h"

#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/json_text.h"

namespace espalier::cli {

namespace {

std::string mebibytes(int64_t bytes) {
  return fixed(double(bytes) / (1 << 20), 1) + " MiB";
}

std::string spread(const Spread& s, double factor, int decimals, const std::string& unit) {
  return fixed(factor * s.median, decimals) + unit + " (" + fixed(factor * s.least, decimals) + " to " +
         fixed(factor * s.most, decimals) + ")";
}

}  // namespace

void addMeasure(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "measure", "Measure what a model takes on this machine: bytes, time to open it, memory, speed");
  struct Flags {
    std::string model, data;
    MeasureOptions options;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder, dense or packed")->required();
  c->add_option("--data", f->data,
                "Data whose first pair the model is given; without it a grey picture and a short text");
  c->add_option("--tokens", f->options.tokens, "To generate in each repeat")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  c->add_option("--repeats", f->options.repeats,
                "How often everything is measured; the median and both extremes are printed")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  c->add_flag("--bfloat16", f->options.inBfloat16,
              "Generate with products in bfloat16 where a matrix is stored in it; answers may be others");
  commands[c] = [f](const Context& context) {
    f->options.data = f->data;
    const auto m = measureModel(f->model, f->options, context.control);
    if (context.json) {
      std::cout << jsonText(toJson(m), 1) << "\n";
      return;
    }
    std::cout << m.processor << ", " << m.threads << " workers, " << f->options.repeats << " repeats\n"
              << "Files         " << mebibytes(m.fileBytes)
              << (m.fileBytes == m.denseBytes ? "" : " packed, " + mebibytes(m.denseBytes) + " dense")
              << (m.sparsity < 0 ? "" : ", " + percent(m.sparsity) + " of the prunable weights zero")
              << "\nOpening       " << spread(m.openSeconds, 1000, 1, " ms") << "\nFirst answer  "
              << spread(m.firstSeconds, 1000, 1, " ms") << " after that\nPeak memory   "
              << (m.peakBytes > 0 ? mebibytes(m.peakBytes) : "unknown") << "\n";
    if (m.promptSeconds.median > 0)
      std::cout << "Prompt        " << spread(m.promptSeconds, 1000, 1, " ms") << "\n";
    if (m.perSecond.median > 0)
      std::cout << "Speed         " << spread(m.perSecond, 1, 1, " " + m.unit + " a second") << "\n";
    else
      std::cout << "Speed         unknown: the model has no room for a second token\n";
    if (m.processorSeconds.median > 0)
      std::cout << "Processor     " << spread(m.processorSeconds, 1000, 2, " ms") << " for each\n";
    if (!m.isCompact()) return;
    std::cout << "Matrices      " << mebibytes(m.heldBytes) << " held of " << mebibytes(m.float32Bytes)
              << " in float32 (" << fixed(m.heldShare(), 2) << "); zeros left out in " << m.sparseMatrices
              << " of " << m.matrices << "\n";
    if (m.float32PerSecond.median > 0)
      std::cout << "In float32    " << spread(m.float32PerSecond, 1, 1, " tokens a second")
                << ": the above is " << fixed(m.faster(), 2) << " times as fast. Peak memory "
                << (m.float32PeakBytes > 0 ? mebibytes(m.float32PeakBytes) : "unknown") << ", processor "
                << spread(m.float32ProcessorSeconds, 1000, 2, " ms") << " for each\n";
  };
}

}  // namespace espalier::cli
