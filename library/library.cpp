#include <exception>
#include <mutex>
#include <new>
#include <utility>

#include "core/allocate/planner.h"
#include "core/base/execution.h"
#include "core/base/journal.h"
#include "core/base/memory.h"
#include "core/base/numerics.h"
#include "core/document/recipe.h"
#include "core/engine/engine.h"
#include "library/convert.h"
#include "library/names.h"

namespace espalier::api {

namespace {

// The engine's errors as the library's.
template <typename F>
auto translated(const F& call) {
  try {
    return call();
  } catch (const espalier::Cancelled&) {
    throw Cancelled();
  } catch (const espalier::Error& e) {
    throw Error(ErrorKind(int(e.kind())), e.what());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& e) {
    throw Error(ErrorKind::Internal, e.what());
  }
}
static_assert(int(ErrorKind::InvalidInput) == int(espalier::ErrorKind::InvalidInput) &&
              int(ErrorKind::Format) == int(espalier::ErrorKind::Format) &&
              int(ErrorKind::Io) == int(espalier::ErrorKind::Io) &&
              int(ErrorKind::Unsupported) == int(espalier::ErrorKind::Unsupported) &&
              int(ErrorKind::Internal) == int(espalier::ErrorKind::Internal));

JobControl controlOf(const Control& control) {
  JobControl out;
  out.stop = control.stop;
  if (control.onProgress)
    out.onProgress = [report = control.onProgress](const espalier::Progress& p) {
      report({p.stage, p.item, p.done, p.total, p.secondsLeft});
    };
  return out;
}

espalier::Execution engineExecution(const Execution& e) {
  if (e.workers < 0 || e.memory < 0)
    throw espalier::Error(espalier::ErrorKind::InvalidInput,
                          "The execution has " + std::to_string(e.workers) + " workers and " +
                              std::to_string(e.memory) + " bytes of memory; numbers from 0 were expected.");
  return {e.workers, e.memory};
}

}  // namespace

Error::Error(ErrorKind kind, const std::string& sentence) : std::runtime_error(sentence), m_kind(kind) {}
Error::~Error() = default;
Cancelled::~Cancelled() = default;
const char* Cancelled::what() const noexcept {
  return "cancelled";
}

struct Data::Inside {
  Dataset dataset;
  std::vector<Problem> problems;
};

struct Model::Inside {
  ModelPtr model;
  ModelInfo info;
  Execution execution;
  Recipe recipe;  // what was done to it so far

  // Runs a job of the engine with the model's execution.
  template <typename F>
  auto run(const F& job) const {
    return translated([&] {
      auto here = engineExecution(execution);
      const ExecutionHere scope(here);
      return job();
    });
  }
};

Data::Data(std::shared_ptr<const Inside> inside) : m_inside(std::move(inside)) {}

namespace {

Data dataOf(Dataset dataset) {
  auto problems = fromEngine(dataset.problems);
  return Data(std::make_shared<const Data::Inside>(Data::Inside{std::move(dataset), std::move(problems)}));
}

Model modelOf(Model::Inside inside) {
  inside.info = fromEngine(infoOf(*inside.model));
  return Model(std::make_shared<const Model::Inside>(std::move(inside)));
}

}  // namespace

int64_t Data::size() const {
  return int64_t(m_inside->dataset.samples.size());
}
int64_t Data::pictures() const {
  return pictureCount(m_inside->dataset);
}
const std::filesystem::path& Data::path() const {
  return m_inside->dataset.path;
}
const std::string& Data::format() const {
  return m_inside->dataset.format;
}
const std::vector<Problem>& Data::problems() const {
  return m_inside->problems;
}
Data Data::part(int64_t pictures, uint64_t seed) const {
  return translated([&] { return dataOf(drawPictures(m_inside->dataset, pictures, seed)); });
}

Model::Model(std::shared_ptr<const Inside> inside) : m_inside(std::move(inside)) {}

Model Model::open(const std::filesystem::path& folder, const Execution& execution, PromptForm prompt) {
  // Once for the process: the matrix library's kernels and what LibTorch does by threads of its own.
  static std::once_flag prepared;
  std::call_once(prepared, [] { prepareNumerics(); });
  return translated([&] {
    const auto form = toEngine(prompt);
    auto here = engineExecution(execution);
    const ExecutionHere scope(here);
    const espalier::Device device{nameIn(kDeviceKinds, execution.device), execution.deviceIndex};
    Inside inside{
        openModel(folder, deviceNamed(nameOf(device), "The execution's device"), form), {}, execution, {}};
    inside.execution.memory = memoryLimit();  // openModel() sets one where the model needs it
    inside.recipe.model = std::filesystem::absolute(folder).lexically_normal();  // as files elsewhere name it
    inside.recipe.prompt = form;
    return modelOf(std::move(inside));
  });
}

const ModelInfo& Model::info() const {
  return m_inside->info;
}
const Execution& Model::execution() const {
  return m_inside->execution;
}

Data Model::data(const std::filesystem::path& path, const DataOptions& options) const {
  return m_inside->run([&] { return dataOf(openDatasetFor(*m_inside->model, path, toEngine(options))); });
}

Scores Model::score(const Data& calibration, const ScoreOptions& options, const Control& control) const {
  return m_inside->run([&] {
    return fromEngine(
        scoreModel(*m_inside->model, calibration.inside().dataset, toEngine(options), controlOf(control)));
  });
}

Plan Model::globalMagnitudePlan(double target, bool includeBridge, const Control& control) const {
  return m_inside->run([&] {
    return fromEngine(
        espalier::globalMagnitudePlan(*m_inside->model, target, includeBridge, controlOf(control)));
  });
}

PruneResult Model::prune(const Plan& plan, const Data& calibration, const PruneOptions& options,
                         const Control& control) const {
  return m_inside->run([&] {
    const auto& dataset = calibration.inside().dataset;
    const auto enginePlan = toEngine(plan);
    const auto engineOptions = toEngine(options);
    checkOptions(engineOptions);
    const auto result = pruneModel(*m_inside->model, enginePlan, dataset, engineOptions, controlOf(control));
    auto recipe = m_inside->recipe;
    recipe.calibration = std::filesystem::absolute(dataset.path).lexically_normal();
    recipe.calibrationOptions = dataset.options;
    recipe.prune = engineOptions;
    recipe.allocate.target = plan.target;
    recipe.allocate.cap = plan.cap;
    recipe.allocate.granularity = enginePlan.granularity;
    recipe.allocate.allocator = enginePlan.allocator;
    recipe.allocate.options = enginePlan.options;
    recipe.plan.clear();
    for (const auto& g : enginePlan.groups) {
      recipe.plan[g.name] = g.sparsity;
      if (g.pinned) recipe.allocate.pins[g.name] = g.sparsity;
    }
    PruneResult out{modelOf({result.model, {}, m_inside->execution, std::move(recipe)}),
                    {},
                    result.sparsity,
                    fromEngine(result.problems),
                    result.seconds};
    for (const auto& m : result.matrices) out.matrices.push_back({m.matrix, m.asked, m.achieved, m.note});
    return out;
  });
}

Evaluation Model::evaluate(const Data& data, const EvaluationOptions& options, const Control& control,
                           const Model* dense) const {
  return m_inside->run([&] {
    PairEvaluated onPair;
    if (options.onPair) onPair = [&](const espalier::PairResult& p) { options.onPair(fromEngine(p)); };
    return fromEngine(evaluateModel(*m_inside->model, data.inside().dataset, controlOf(control), onPair,
                                    dense ? dense->m_inside->model : ModelPtr(), toEngine(options)));
  });
}

ExportResult Model::write(const std::filesystem::path& folder, const ExportOptions& options,
                          const Control& control) const {
  return m_inside->run([&] {
    espalier::ExportOptions writing;
    writing.clamp = options.clamp;
    auto recipe = m_inside->recipe;
    recipe.output = std::filesystem::absolute(folder).lexically_normal();
    const auto result = exportModel(*m_inside->model, toJson(recipe), folder, controlOf(control), writing);
    return ExportResult{result.bytes, result.sparsity, result.notes};
  });
}

Plan makePlan(const Scores& scores, const PlanOptions& options) {
  return translated([&] {
    PlanRequest request;
    request.target = options.target;
    request.cap = options.cap;
    request.granularity = granularityNamed(nameIn(kGranularities, options.granularity));
    request.allocator = nameIn(kAllocators, options.allocator);
    if (options.aggregate) request.aggregate = aggregateNamed(nameIn(kAggregates, *options.aggregate));
    if (options.parameter) request.options[parameterNameOf(options.allocator)] = *options.parameter;
    request.pins = options.pins;
    return fromEngine(espalier::makePlan(toEngine(scores), request));
  });
}

Plan withSparsities(const Plan& plan, const std::map<std::string, double>& sparsities) {
  return translated([&] { return fromEngine(edited(toEngine(plan), sparsities).plan); });
}

double sparsityOf(const Plan& plan) {
  return translated([&] { return toEngine(plan).achievedSparsity(); });
}

Scores readScores(const std::filesystem::path& file) {
  return translated([&] { return fromEngine(espalier::readScores(file)); });
}
void writeScores(const std::filesystem::path& file, const Scores& scores) {
  translated([&] { espalier::writeScores(file, toEngine(scores)); });
}
Plan readPlan(const std::filesystem::path& file) {
  return translated([&] { return fromEngine(espalier::readPlan(file)); });
}
void writePlan(const std::filesystem::path& file, const Plan& plan) {
  translated([&] { espalier::writePlan(file, toEngine(plan)); });
}

void removeKept(const Keep& keep) {
  translated([&] {
    removeKeptBlocks(keep.path);
    removeJournal(keep.path);
  });
}

const char* version() noexcept {
  return ESPALIER_VERSION;
}

}  // namespace espalier::api
