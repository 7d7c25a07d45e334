// Prunes half of a model's weights and says what that does to its answers: example MODEL CALIBRATION PAIRS
// OUT
#include <espalier/espalier.h>

#include <iostream>

namespace es = espalier::api;

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: example MODEL CALIBRATION PAIRS OUT\n";
    return 2;
  }
  try {
    es::Execution execution;
    execution.workers = 2;
    const auto model = es::Model::open(argv[1], execution);
    const auto calibration = model.data(argv[2]);
    const auto pairs = model.data(argv[3]);

    es::Control control;
    control.onProgress = [](const es::Progress& p) {
      std::cerr << "\r" << p.stage << " " << p.done << "/" << p.total << "   ";
    };
    const auto scores = model.score(calibration, {.samples = 16}, control);
    const auto plan = es::makePlan(scores, {.target = 0.5});
    const auto pruned =
        model.prune(plan, calibration, {.criterion = es::Criterion::Wanda, .samples = 32}, control);

    const auto before = model.evaluate(pairs, {}, control), after = pruned.model.evaluate(pairs, {}, control);
    std::cout << "\nsparsity " << pruned.sparsity << "\nbefore " << before.right << " of " << before.total
              << " right, after " << after.right << "\n";
    pruned.model.write(argv[4], {}, control);
  } catch (const es::Error& e) {
    std::cerr << "\n" << e.what() << "\n";
    return 1;
  }
}
