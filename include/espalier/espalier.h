#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "espalier/values.h"

#if defined(__GNUC__)
#define ESPALIER_API __attribute__((visibility("default")))
#else
#define ESPALIER_API
#endif

// Espalier as a library: open a model, score it, make a plan, prune to it, evaluate, export. Plain values in,
// plain values out. Every function blocks until it is done. Models are immutable and may be used from several
// threads, each with its own Execution. Errors are Error, a requested stop is Cancelled; callbacks must not
// throw. docs/example shows a whole program.
namespace espalier::api {

// what() is one sentence that names the file or option, what was found and what would be right.
class ESPALIER_API Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& sentence);
  ~Error() override;
  ErrorKind kind() const noexcept { return m_kind; }

 private:
  ErrorKind m_kind;
};

// Not an Error: nothing went wrong.
class ESPALIER_API Cancelled : public std::exception {
 public:
  ~Cancelled() override;
  const char* what() const noexcept override;
};

// Image-text pairs, texts or classes. A cheap handle.
class ESPALIER_API Data {
 public:
  int64_t size() const;
  int64_t pictures() const;                      // different ones
  const std::filesystem::path& path() const;     // where they were read
  const std::string& format() const;             // what they were recognised as, for people
  const std::vector<Problem>& problems() const;  // entries that were left out
  // All entries of so many pictures, or texts, drawn by the seed.
  Data part(int64_t pictures, uint64_t seed = 0) const;

  struct Inside;
  explicit Data(std::shared_ptr<const Inside> inside);
  const Inside& inside() const { return *m_inside; }

 private:
  std::shared_ptr<const Inside> m_inside;
};

struct PruneResult;

// A model that is ready to be used. A cheap handle.
class ESPALIER_API Model {
 public:
  // A folder as Hugging Face writes it.
  static Model open(const std::filesystem::path& folder, const Execution& execution = {},
                    PromptForm prompt = PromptForm::Auto);

  const ModelInfo& info() const;
  const Execution& execution() const;  // with the memory limit that was chosen, where one was

  // What lies at a path, as it suits the model.
  Data data(const std::filesystem::path& path, const DataOptions& options = {}) const;

  Scores score(const Data& calibration, const ScoreOptions& options = {}, const Control& control = {}) const;
  // One threshold over all prunable weights, as a sparsity for each matrix: global magnitude pruning.
  Plan globalMagnitudePlan(double target, bool includeBridge = false, const Control& control = {}) const;
  // Matrices that the plan does not name stay as they are.
  PruneResult prune(const Plan& plan, const Data& calibration, const PruneOptions& options = {},
                    const Control& control = {}) const;
  // dense: what a classifier is compared with where pictures have no labels; null: the weights of the model's
  // folder.
  Evaluation evaluate(const Data& data, const EvaluationOptions& options = {}, const Control& control = {},
                      const Model* dense = nullptr) const;
  // Writes a Hugging Face folder, with the recipe of what was done to the model. The folder must not exist or
  // be empty; it appears whole or not at all.
  ExportResult write(const std::filesystem::path& folder, const ExportOptions& options = {},
                     const Control& control = {}) const;

  struct Inside;
  explicit Model(std::shared_ptr<const Inside> inside);

 private:
  std::shared_ptr<const Inside> m_inside;
};

struct PruneResult {
  Model model;
  std::vector<PrunedMatrix> matrices;
  double sparsity = 0;            // over the matrices of the plan
  std::vector<Problem> problems;  // calibration pictures that cannot be decoded
  double seconds = 0;
};

ESPALIER_API Plan makePlan(const Scores& scores, const PlanOptions& options = {});
// The plan after groups were set to sparsities. They become pinned, and the unpinned groups give way so that
// the total stays as it was, as far as that is possible.
ESPALIER_API Plan withSparsities(const Plan& plan, const std::map<std::string, double>& sparsities);
// The sparsity of all groups together, in whole weights.
ESPALIER_API double sparsityOf(const Plan& plan);

// The files of docs/formats.md. Keys that this version does not know are not kept.
ESPALIER_API Scores readScores(const std::filesystem::path& file);
ESPALIER_API void writeScores(const std::filesystem::path& file, const Scores& scores);
ESPALIER_API Plan readPlan(const std::filesystem::path& file);
ESPALIER_API void writePlan(const std::filesystem::path& file, const Plan& plan);

// Removes what a Keep has stored, when its result is. Files that are not Espalier's stay.
ESPALIER_API void removeKept(const Keep& keep);

// "1.2.3".
ESPALIER_API const char* version() noexcept;

}  // namespace espalier::api
