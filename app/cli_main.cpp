#include <CLI/CLI.hpp>
#include <iostream>

#include "core/base/file.h"
#include "core/base/numerics.h"
#include "core/train/scene_training.h"

int main(int argc, char** argv) {
  espalier::prepareNumerics();
  std::cerr << "GFLOP/s " << espalier::measureGflops() << "\n";
  try {
    espalier::trainSceneModel(espalier::readJsonFile(argv[1]), argv[2], {});
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
  (void)argc;
}
