#include "core/bench/bench.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/bench/plain_loop.h"
#include "core/bench/synthetic.h"
#include "core/bench/work.h"
#include "core/engine/open_model.h"
#include "core/prune/criterion.h"
#include "core/prune/mask_ranks.h"
#include "core/prune/prune_model.h"
#include "core/prune/select.h"
#include "core/score/forward_mode.h"
#include "core/score/gradient_sweep.h"
#include "core/sweep/run.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr double kSparsity = 0.5;
constexpr int64_t kSide = 4096;  // of the matrix that selection is measured on

struct BenchTime {
  double seconds = 0, processorSeconds = 0;
};

// Of all threads of the process.
double processorTime() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

BenchTime timeOf(const std::function<void()>& work) {
  const double processor = processorTime();
  const auto start = std::chrono::steady_clock::now();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          processorTime() - processor};
}

// The least of each, of several runs.
BenchTime leastTimeOf(int64_t repeats, const std::function<void()>& work) {
  BenchTime best = timeOf(work);
  for (int64_t i = 1; i < repeats; ++i) {
    const auto next = timeOf(work);
    best.seconds = std::min(best.seconds, next.seconds);
    best.processorSeconds = std::min(best.processorSeconds, next.processorSeconds);
  }
  return best;
}

// Copies as many bytes on all workers, in pieces.
void copyAll(const char* from, char* to, int64_t bytes) {
  constexpr int64_t kPiece = 1 << 20;
  parallelFor((bytes + kPiece - 1) / kPiece, [&](int64_t p) {
    std::memcpy(to + p * kPiece, from + p * kPiece, size_t(std::min(kPiece, bytes - p * kPiece)));
  });
}

struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / ("espalier-bench-" + std::to_string(getpid()));
  TemporaryFolder() { fs::create_directories(path); }
  ~TemporaryFolder() {
    std::error_code ec;
    fs::remove_all(path, ec);
  }
};

bool isWanted(const BenchOptions& options, const std::string& id) {
  return options.stages.empty() ||
         std::find(options.stages.begin(), options.stages.end(), id) != options.stages.end();
}

const std::string& titleOf(const std::string& id) {
  for (const auto& s : benchStages())
    if (s.id == id) return s.title;
  throw Error(ErrorKind::Internal, "There is no stage \"" + id + "\".");
}

void checkOptions(const BenchOptions& o) {
  if (o.batches < 1 || o.repeats < 1 || o.rows.empty() || *std::min_element(o.rows.begin(), o.rows.end()) < 1)
    throw Error(ErrorKind::InvalidInput, "--batches, --rows and --repeats must be at least 1.");
  std::string known;
  for (const auto& s : benchStages()) known += (known.empty() ? "" : ", ") + s.id;
  for (const auto& id : o.stages)
    if (std::none_of(benchStages().begin(), benchStages().end(), [&](const auto& s) { return s.id == id; }))
      throw Error(ErrorKind::InvalidInput, "There is no stage \"" + id + "\"; known are " + known + ".");
}

// The stages of one model.
class ModelBench {
 public:
  ModelBench(const BenchShape& shape, int64_t rows, const BenchOptions& options, const BenchReport& machine,
             const JobControl& control)
      : m_options(options), m_machine(machine), m_control(control) {
    writeSyntheticModel(shape, m_folder.path / shape.name, control);
    m_open = openModel(m_folder.path / shape.name / "model");
    m_batches = randomBatches(shape, options.batches, rows);
    m_pass = workOf(model(), weights(), *m_batches[0]);
    for (const auto& b : model().blocks())
      if (takesPart(*b, false))
        for (const auto& m : b->description().matrices) {
          m_matrices.push_back(&m);
          m_sparsities[m.name] = kSparsity;
        }
    m_result.shape = shape.name;
    m_result.summary = shape.summary;
    m_result.parameters = m_open->info.parameters;
    m_result.matrices = int64_t(m_matrices.size());
    m_result.batches = options.batches;
    m_result.rows = rows;
    m_result.positions = m_pass.positions * options.batches;
    m_result.passOperations = m_pass.total;
  }

  BenchResult run() {
    c10::NoGradGuard noGrad;
    const double pass = seconds(m_pass.total) * double(m_options.batches);
    measure("inference", pass, m_options.repeats, [&] {
      parallelFor(m_options.batches,
                  [&](int64_t b) { runModel(model(), Pass{weights()}, m_batches[size_t(b)]); });
    });
    // The forward pass, each block once more, and two products for each of the forward's.
    measure(
        "exact", 4 * pass, m_options.repeats,
        [&] { sweepGradients(model(), weights(), m_batches, wanted, m_control, {}); },
        "one sweep gives both");
    plainLoop(pass);
    std::vector<std::string> names;
    for (const auto* m : m_matrices) names.push_back(m->name);
    const ZerothOrderOptions zerothOrder;
    measure("sweep", seconds(leastZerothOrderWork(m_pass, model(), names)) * double(m_options.batches), 1,
            [&] {
              sweepZerothOrder(model(), weights(), m_batches, wanted, zerothOrder, gaussianNoise(0),
                               m_control, {});
            });
    measure(
        "forward", seconds(leastForwardModeWork(m_pass, model(), names)) * double(m_options.batches), 1,
        [&] { sweepForwardMode(model(), weights(), m_batches, wanted, 1, gaussianNoise(0), m_control, {}); });
    for (const char* criterion : {"wanda", "sparsegpt"}) prune(criterion, pass);
    selection();
    exportIt();
    return std::move(m_result);
  }

 private:
  const Model& model() const { return *m_open->model; }
  const Weights& weights() const { return m_open->weights; }
  static bool wanted(const Block& b) { return takesPart(b, false); }
  double seconds(double operations) const { return operations / (m_machine.gflops * 1e9); }

  // `scale`: of what was timed to the whole stage.
  void measure(const std::string& id, double least, int64_t repeats, const std::function<void()>& work,
               const std::string& note = {}, double scale = 1) {
    m_control.throwIfCancelled();
    if (!isWanted(m_options, id)) return;
    const bool peak = resetPeakMemory();
    const auto time = leastTimeOf(repeats, work);
    m_result.stages.push_back({titleOf(id), scale * time.seconds, scale * time.processorSeconds, least,
                               peak ? peakMemory() : 0, note});
  }

  void plainLoop(double pass) {
    std::vector<const PrunableMatrix*> some;
    const auto all = int64_t(m_matrices.size());
    const int64_t count = m_options.plainMatrices > 0 ? std::min(m_options.plainMatrices, all) : all;
    // From the middle of each of `count` equal parts.
    for (int64_t i = 0; i < count; ++i) some.push_back(m_matrices[size_t((2 * i + 1) * all / (2 * count))]);
    const double scale = double(all) / double(count);
    measure(
        "plain", 2 * pass * double(all), 1,
        [&] { scoreByPlainLoop(model(), weights(), m_batches, some, {}, m_control); },
        count < all ? std::to_string(count) + " of " + std::to_string(all) + " matrices, scaled" : "", scale);
  }

  void prune(const std::string& criterion, double pass) {
    // Each block runs twice; the weights are read and the pruned ones written.
    double least = 2 * pass;
    for (const auto* m : m_matrices) {
      least += 2 * double(m->parameters()) * sizeof(float) / m_machine.copyBytesPerSecond;
      if (criterion == "sparsegpt")
        least +=
            seconds(double(m->rows) * double(m->columns) * double(m->columns));  // updates behind each column
    }
    if (criterion == "sparsegpt") least += seconds(hessianWork());
    PruneModelOptions o;
    o.criterion = criterion;
    measure(criterion, least, criterion == "wanda" ? m_options.repeats : 1,
            [&] { pruneModel(model(), weights(), m_batches, m_sparsities, o, m_control); });
  }

  // Of each distinct input (that of query, key and value is one): half of X^T X, its Cholesky factorisation
  // and the inverse of the factor.
  double hessianWork() const {
    double work = 0;
    const PrunableMatrix* before = nullptr;
    for (const auto* m : m_matrices) {
      const double n = double(m->columns);
      if (!before || before->columns != m->columns || before->rows != m->rows)
        work += double(m_result.positions) * n * n + 2 * n * n * n / 3;
      before = m;
    }
    return work;
  }

  // Masks of all matrices at a new sparsity, from ranks kept in memory.
  void selection() {
    if (!isWanted(m_options, "masks")) return;
    std::vector<MaskRanks> ranks;
    std::vector<at::Tensor> out;
    int64_t bytes = 0;
    for (const auto* m : m_matrices) {
      const auto w = weights().onHost(m->name);  // ranks are made and used there
      ranks.emplace_back(w, w.abs(), Comparison::Row);
      out.push_back(at::empty_like(w));
      bytes += int64_t(w.nbytes());
    }
    double sparsity = 0.3;
    measure(
        "masks", 2 * double(bytes) / m_machine.copyBytesPerSecond, 2 * m_options.repeats,
        [&] {
          sparsity += 0.05;
          for (size_t i = 0; i < ranks.size(); ++i) ranks[i].maskInto(sparsity, out[i]);
        },
        "from ranks");
  }

  void exportIt() {
    const auto folder = m_folder.path / "export";
    measure(
        "export", 2 * double(m_open->info.fileBytes) / m_machine.copyBytesPerSecond, 1,
        [&] { exportModel(*m_open, nlohmann::json::object(), folder, m_control); }, "flushed to disk");
    fs::remove_all(folder);
  }

  TemporaryFolder m_folder;
  const BenchOptions& m_options;
  const BenchReport& m_machine;
  const JobControl& m_control;
  ModelPtr m_open;
  std::vector<std::shared_ptr<const Batch>> m_batches;
  PassWork m_pass;
  std::vector<const PrunableMatrix*> m_matrices;
  std::unordered_map<std::string, double> m_sparsities;
  BenchResult m_result;
};

std::vector<BenchStage> benchSelection(const BenchReport& machine, int64_t repeats) {
  std::vector<BenchStage> out;
  auto weight = at::empty({kSide, kSide}, at::kFloat);
  const int64_t bytes = int64_t(weight.nbytes());
  parallelFor(kSide, [&](int64_t r) {
    CounterRandom(0, streamOf("selection", uint64_t(r)))
        .fillNormal(weight.data_ptr<float>() + r * kSide, kSide);
  });
  auto to = at::empty_like(weight);
  const double least = 2 * double(bytes) / machine.copyBytesPerSecond;
  const auto add = [&](const std::string& name, double bound, const std::function<void()>& work) {
    work();
    const auto time = leastTimeOf(2 * repeats, work);
    out.push_back({name, time.seconds, time.processorSeconds, bound, 0, {}});
  };
  add("copy", least, [&] {
    copyAll(reinterpret_cast<const char*>(weight.data_ptr()), reinterpret_cast<char*>(to.data_ptr()), bytes);
  });
  double sparsity = 0.3;
  for (const auto comparison : {Comparison::Row, Comparison::Matrix}) {
    const std::string among = comparison == Comparison::Row ? "row" : "matrix";
    const MaskRanks ranks(weight, weight.abs(), comparison);
    add("re-mask by " + among + ", from ranks", least, [&] { ranks.maskInto(sparsity += 0.01, to); });
    const auto scores = weight.abs();
    add("choose and mask by " + among, least, [&] {
      const Selection s{sparsity += 0.01, comparison, {}, false};
      to = zeroed(weight, maskOfLeast(scores, s));
    });
  }
  return out;
}

}  // namespace

const std::vector<BenchStageName>& benchStages() {
  static const std::vector<BenchStageName> stages{
      {"inference", "inference"},  {"exact", "exact gradient, first-order"},
      {"plain", "plain loop"},     {"sweep", "zeroth-order sweep"},
      {"forward", "forward mode"}, {"wanda", "wanda"},
      {"sparsegpt", "sparsegpt"},  {"masks", "re-masking all matrices"},
      {"export", "export"},        {"selection", "selection in a matrix of 4096 x 4096"}};
  return stages;
}

BenchReport runBench(const BenchOptions& options, const JobControl& control) {
  checkOptions(options);
  BenchReport report;
  report.numerics = numericsReport();
  report.gflops = measureGflops();
  {
    const int64_t bytes = 64 << 20;
    std::vector<char> from(size_t(bytes), 1), to(static_cast<size_t>(bytes));
    report.copyBytesPerSecond =
        2 * double(bytes) / leastTimeOf(5, [&] { copyAll(from.data(), to.data(), bytes); }).seconds;
  }
  for (const auto& shape : benchShapes())
    if (options.shape.empty() ? shape.measured : shape.name == benchShapeNamed(options.shape).name)
      for (const int64_t rows : options.rows)
        report.results.push_back(ModelBench(shape, rows, options, report, control).run());
  if (isWanted(options, "selection")) report.selection = benchSelection(report, options.repeats);
  return report;
}

}  // namespace espalier
