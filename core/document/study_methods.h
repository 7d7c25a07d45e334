#pragma once

#include <string>
#include <vector>

namespace espalier {

// A way to prune a model, one of those that a study compares.
struct StudyMethod {
  std::string name;             // for people: "ECoFLaP + Wanda"
  std::string score;            // scoring method, "uniform", "global-magnitude", or a name of globalMethods()
  std::string criterion;        // of pruning
  bool usesData = true;         // false: one seed tells all
  std::string refinement = {};  // of pruning; empty: what the study's options have
  std::string recovery = {};    // RecoverOptions::methods behind it; empty: as pruned
  // Whether a study leaves it out that does not name it: it takes many times as long as the others.
  bool isSlow() const;
};

// Global magnitude, iterative gradient and OBD, uniform magnitude, uniform Wanda, zeroth-order ECoFLaP +
// Wanda, uniform Wanda with a block rebuild.
const std::vector<StudyMethod>& studyMethods();

// The method that is the curve of one plan: StudyOptions::plan at each sparsity.
inline constexpr const char* kThisPlan = "This plan";

// By its name: one of studyMethods(), kThisPlan, or one put together, as StudyOptions::methods describes it.
// Throws Error (InvalidInput) with the known names.
StudyMethod studyMethodNamed(const std::string& name);

// Whether it prunes and plans at once, by the weights of the whole model (globalMethods()).
bool isGlobal(const StudyMethod& method);

// Whether it is kThisPlan, which has no score and no criterion of its own.
bool isPlanItself(const StudyMethod& method);

}  // namespace espalier
