#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/json_text.h"
#include "core/base/numerics.h"
#include "core/engine/engine.h"

namespace espalier::cli {

namespace {

void printSystem(const Context& context) {
  const auto& r = numericsReport();
  const double gflops = measureGflops();
  std::vector<std::string> names;
  for (const auto& d : devices()) names.push_back(nameOf(d));
  if (context.json) {
    std::cout << jsonText(nlohmann::json{{"processor", r.processor},
                                         {"blas", r.blasName},
                                         {"blasCore", r.blasCore},
                                         {"detectedCore", r.detectedCore},
                                         {"corrected", r.corrected},
                                         {"threads", r.threads},
                                         {"gflops", gflops},
                                         {"devices", names},
                                         {"libtorch", r.torchVersion},
                                         {"warning", r.warning}},
                          1)
              << "\n";
    return;
  }
  std::cout << "Processor  " << r.processor << "\nBLAS       " << r.blasName;
  if (!r.blasCore.empty()) std::cout << ", kernel " << r.blasCore;
  if (r.corrected) std::cout << " (corrected: OpenBLAS had chosen " << r.detectedCore << ")";
  std::cout << "\nThreads    " << r.threads << "\nSpeed      " << fixed(gflops, 0)
            << " GFLOP/s in float32 products\nDevices    ";
  for (size_t i = 0; i < names.size(); ++i) std::cout << (i ? ", " : "") << names[i];
  if (names.size() == 1) std::cout << " (this LibTorch finds no accelerator)";
  std::cout << "\nLibTorch   " << r.torchVersion << "\n";
}

void printModel(const Context& context, const std::string& folder) {
  const auto model = openModel(folder);
  const ModelInfo& info = infoOf(*model);
  if (context.json) {
    nlohmann::json blocks = nlohmann::json::array();
    for (const auto& b : info.blocks) {
      nlohmann::json matrices = nlohmann::json::array();
      for (const auto& m : b.matrices)
        matrices.push_back({{"name", m.name}, {"rows", m.rows}, {"columns", m.columns}});
      blocks.push_back({{"name", b.name},
                        {"component", nameOf(b.component)},
                        {"prunedByDefault", b.prunedByDefault},
                        {"parameters", b.parameters()},
                        {"matrices", matrices}});
    }
    std::cout << jsonText(nlohmann::json{{"folder", info.folder.string()},
                                         {"family", info.family},
                                         {"parameters", info.parameters},
                                         {"prunableParameters", info.prunableParameters},
                                         {"bytes", info.fileBytes},
                                         {"denseBytes", info.denseBytes},
                                         {"sparsity", info.sparsity},
                                         {"unusedTensors", info.unusedTensors},
                                         {"warnings", info.warnings},
                                         {"blocks", blocks}},
                          1)
              << "\n";
    return;
  }
  std::cout << info.name << ": family " << info.family << ", " << grouped(info.parameters) << " parameters ("
            << grouped(info.prunableParameters) << " prunable), "
            << fixed(double(info.fileBytes) / (1 << 20), 1) << " MiB"
            << (info.fileBytes == info.denseBytes
                    ? ", "
                    : " packed (" + fixed(double(info.denseBytes) / (1 << 20), 1) + " MiB dense), ")
            << (info.sparsity < 0 ? "sparsity not counted"
                                  : percent(info.sparsity) + " of the prunable ones zero")
            << "\n\n";
  for (const auto& warning : info.warnings) std::cout << "Warning: " << warning << "\n\n";
  Table table({"block", "component", "matrices", "parameters"});
  for (const auto& b : info.blocks)
    table.add({b.name, nameOf(b.component) + (b.prunedByDefault ? "" : " (left alone)"),
               std::to_string(b.matrices.size()), grouped(b.parameters())});
  std::cout << table.text();
}

}  // namespace

void addInfo(CLI::App& app, Commands& commands) {
  auto* c =
      app.add_subcommand("info", "Describe a model folder: family, components, blocks, matrices, sparsity");
  auto model = std::make_shared<std::string>();
  auto system = std::make_shared<bool>(false);
  c->add_option("MODEL", *model, "Model folder");
  c->add_flag("--system", *system, "Describe this machine instead: BLAS, threads, measured speed, devices");
  commands[c] = [=](const Context& context) {
    if (*system) tellEachUnread(*c, {"MODEL"}, "--system describes this machine");
    if (*system) return printSystem(context);
    if (model->empty()) throw Error(ErrorKind::InvalidInput, "info needs a model folder, or --system.");
    printModel(context, *model);
  };
}

}  // namespace espalier::cli
