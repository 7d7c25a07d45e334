#include <cmath>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/json_text.h"
#include "core/data/data_options.h"
#include "core/live/matrix_errors.h"

namespace espalier::cli {

void addMatrix(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "matrix",
      "Compare what each method loses of one matrix's output, with the best possible where it is known");
  struct Flags {
    std::string model, data, matrix;
    bool toy = false;
    std::vector<double> sparsities{0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    DataOptions choice;
    PruneOptions options;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  auto* model = c->add_option("MODEL", f->model, "Model folder");
  auto* data = c->add_option("--data", f->data, "Calibration data");
  auto* matrix = c->add_option("--matrix", f->matrix, "Name of a prunable matrix, as info lists them");
  auto* toy = c->add_flag("--toy", f->toy, "A made-up matrix of ten inputs whose best weights are known");
  model->needs(data)->needs(matrix)->excludes(toy);
  c->add_option("--sparsities", f->sparsities, "Sparsities, 0 to 1")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  c->add_option("--samples", f->options.samples, "Calibration samples")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  c->add_option("--seed", f->options.seed, "Of the choice of samples, or of the made-up matrix")
      ->capture_default_str();
  addDataFlags(*c, f->choice);
  addPromptFlag(*c, f->prompt);
  commands[c] = [f, c](const Context& context) {
    MatrixErrors errors;
    if (f->toy) {
      tellEachUnread(*c,
                     {"--data", "--matrix", "--samples", "--format", "--split", "--columns", "--pictures",
                      "--prompt-form"},
                     "the matrix of --toy is made up");
      errors = toyMatrixErrors(f->sparsities, f->options.seed);
    } else {
      if (f->model.empty())
        throw Error(ErrorKind::InvalidInput, "matrix needs MODEL, --data and --matrix, or --toy.");
      const auto opened = openModelTold(f->model, f->prompt);
      const auto calibration = openDatasetFor(*opened, f->data, f->choice);
      errors = matrixErrors(*opened, f->matrix, calibration, f->sparsities, f->options, context.control);
    }
    if (context.json) {
      nlohmann::json curves = nlohmann::json::object();
      // What was not tried is null.
      for (const auto& curve : errors.curves) curves[curve.name] = curve.errors;
      std::cout << jsonText(nlohmann::json{{"matrix", errors.matrix},
                                           {"rows", errors.rows},
                                           {"columns", errors.columns},
                                           {"sparsities", errors.sparsities},
                                           {"errors", curves}},
                            1)
                << "\n";
      return;
    }
    std::cout << errors.matrix << ", " << errors.rows << " x " << errors.columns
              << ": part of the output that is lost, ||Wx - Vx||^2 / ||Wx||^2\n";
    std::vector<std::string> header{"method"};
    for (const double s : errors.sparsities) header.push_back(percent(s, 0));
    Table table(header);
    for (const auto& curve : errors.curves) {
      std::vector<std::string> row{curve.name};
      for (const double e : curve.errors) row.push_back(std::isnan(e) ? "-" : fixed(e, 4));
      table.add(row);
    }
    std::cout << table.text();
  };
}

}  // namespace espalier::cli
