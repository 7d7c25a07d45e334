#include "core/bench/bench.h"

#include <c10/core/GradMode.h>
#include <ATen/ATen.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/bench/plain_loop.h"
#include "core/bench/synthetic.h"
#include "core/bench/work.h"
#include "core/prune/criterion.h"
#include "core/prune/mask_ranks.h"
#include "core/prune/prune_model.h"
#include "core/prune/select.h"
#include "core/score/gradient_sweep.h"
#include "core/session/open_model.h"
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

// The stages of one model.
class ModelBench {
 public:
  ModelBench(const BenchShape& shape, const BenchOptions& options, const BenchReport& machine,
             const JobControl& control)
      : m_options(options), m_machine(machine), m_control(control) {
    writeSyntheticModel(shape, m_folder.path / shape.name, control);
    m_open = openModel(m_folder.path / shape.name / "model");
    m_batches = randomBatches(shape, options.batches, options.rows);
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
    m_result.samples = options.batches * options.rows;
    m_result.positions = m_pass.positions * options.batches;
    m_result.passOperations = m_pass.total;
  }

  BenchResult run() {
    c10::NoGradGuard noGrad;
    const double pass = seconds(m_pass.total) * double(m_options.batches);
    measure("inference", pass, m_options.repeats, {}, [&] {
      parallelFor(m_options.batches,
                  [&](int64_t b) { runModel(model(), Pass{weights()}, m_batches[size_t(b)]); });
    });
    // The forward pass, each block once more, and two products for each of the forward's.
    measure("exact gradient, first-order", 4 * pass, m_options.repeats, "one sweep gives both",
            [&] { sweepGradients(model(), weights(), m_batches, wanted, m_control, {}); });
    plainLoop(pass);
    std::vector<std::string> names;
    for (const auto* m : m_matrices) names.push_back(m->name);
    const ZerothOrderOptions zerothOrder;
    measure("zeroth-order sweep",
            seconds(leastZerothOrderWork(m_pass, model(), names)) * double(m_options.batches), 1, {}, [&] {
              sweepZerothOrder(model(), weights(), m_batches, wanted, zerothOrder, gaussianNoise(0),
                               m_control, {});
            });
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

  void measure(const std::string& name, double least, int64_t repeats, const std::string& note,
               const std::function<void()>& work) {
    m_control.throwIfCancelled();
    const bool peak = resetPeakMemory();
    const auto time = leastTimeOf(repeats, work);
    m_result.stages.push_back(
        {name, time.seconds, time.processorSeconds, least, peak ? peakMemory() : 0, note});
  }

  void plainLoop(double pass) {
    std::vector<const PrunableMatrix*> some;
    const auto all = int64_t(m_matrices.size());
    const int64_t count = m_options.plainMatrices > 0 ? std::min(m_options.plainMatrices, all) : all;
    // From the middle of each of `count` equal parts.
    for (int64_t i = 0; i < count; ++i) some.push_back(m_matrices[size_t((2 * i + 1) * all / (2 * count))]);
    const double scale = double(all) / double(count);
    measure("plain loop", 2 * pass * double(all), 1,
            count < all ? std::to_string(count) + " of " + std::to_string(all) + " matrices, scaled" : "",
            [&] { scoreByPlainLoop(model(), weights(), m_batches, some, {}, m_control); });
    m_result.stages.back().seconds *= scale;
    m_result.stages.back().processorSeconds *= scale;
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
    measure(criterion, least, criterion == "wanda" ? m_options.repeats : 1, {},
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
    std::vector<MaskRanks> ranks;
    std::vector<at::Tensor> out;
    int64_t bytes = 0;
    for (const auto* m : m_matrices) {
      const auto w = weights().get(m->name);
      ranks.emplace_back(w, w.abs(), Comparison::Row);
      out.push_back(at::empty_like(w));
      bytes += int64_t(w.nbytes());
    }
    double sparsity = 0.3;
    measure("re-masking all matrices", 2 * double(bytes) / m_machine.copyBytesPerSecond,
            2 * m_options.repeats, "from ranks", [&] {
              sparsity += 0.05;
              for (size_t i = 0; i < ranks.size(); ++i) ranks[i].maskInto(sparsity, out[i]);
            });
  }

  void exportIt() {
    const auto folder = m_folder.path / "export";
    measure("export", 2 * double(m_open->info.fileBytes) / m_machine.copyBytesPerSecond, 1, "flushed to disk",
            [&] { exportModel(*m_open, nlohmann::json::object(), folder, m_control); });
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

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string timeText(double seconds) {
  return seconds < 0.1 ? number(1000 * seconds, 2) + " ms" : number(seconds, seconds < 10 ? 2 : 1) + " s";
}

}  // namespace

const BenchStage* BenchResult::stage(const std::string& name) const {
  for (const auto& s : stages)
    if (s.name == name) return &s;
  return nullptr;
}

double BenchResult::exactMemoryRatio() const {
  const auto *inference = stage("inference"), *exact = stage("exact gradient, first-order");
  return inference && exact && inference->peakBytes > 0
             ? double(exact->peakBytes) / double(inference->peakBytes)
             : 0;
}

double BenchResult::sweepLimit() const {
  const auto *plain = stage("plain loop"), *sweep = stage("zeroth-order sweep");
  return plain && sweep && sweep->leastSeconds > 0 ? plain->leastSeconds / sweep->leastSeconds : 0;
}

BenchReport runBench(const BenchOptions& options, const JobControl& control) {
  if (options.batches < 1 || options.rows < 1 || options.repeats < 1)
    throw Error(ErrorKind::InvalidInput, "--batches, --rows and --repeats must be at least 1.");
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
      report.results.push_back(ModelBench(shape, options, report, control).run());
  report.selection = benchSelection(report, options.repeats);
  return report;
}

nlohmann::json toJson(const BenchReport& r) {
  const auto stages = [](const std::vector<BenchStage>& all) {
    auto out = nlohmann::json::array();
    for (const auto& s : all) {
      nlohmann::json j{
          {"stage", s.name}, {"seconds", s.seconds}, {"processorSeconds", s.processorSeconds}};
      if (s.leastSeconds > 0) j["leastSeconds"] = s.leastSeconds;
      if (s.peakBytes > 0) j["peakBytes"] = s.peakBytes;
      if (!s.note.empty()) j["note"] = s.note;
      out.push_back(j);
    }
    return out;
  };
  nlohmann::json j{{"processor", r.numerics.processor},
                   {"threads", r.numerics.threads},
                   {"blas", r.numerics.blasName + " " + r.numerics.blasCore},
                   {"gflops", r.gflops},
                   {"copyBytesPerSecond", r.copyBytesPerSecond},
                   {"models", nlohmann::json::array()},
                   {"selection", stages(r.selection)}};
  for (const auto& m : r.results)
    j["models"].push_back({{"shape", m.shape},
                           {"summary", m.summary},
                           {"parameters", m.parameters},
                           {"matrices", m.matrices},
                           {"samples", m.samples},
                           {"positions", m.positions},
                           {"exactMemoryOverInference", m.exactMemoryRatio()},
                           {"sweepLimit", m.sweepLimit()},
                           {"stages", stages(m.stages)}});
  return j;
}

std::string toMarkdown(const BenchReport& r) {
  std::string out = "Measured on " + r.numerics.processor + ", " + std::to_string(r.numerics.threads) +
                    " workers, " + r.numerics.blasName + " " + r.numerics.blasCore + ": " +
                    number(r.gflops, 0) + " GFLOP/s in float32 products, " +
                    number(r.copyBytesPerSecond / 1e9, 1) + " GB/s read and written in copies.\n";
  for (const auto& m : r.results) {
    const auto* plain = m.stage("plain loop");
    out += "\n### " + m.shape + ": " + m.summary + "\n\n" + number(double(m.parameters) / 1e6, 1) +
           " million parameters, " + std::to_string(m.matrices) + " matrices; " + std::to_string(m.samples) +
           " samples, " + std::to_string(m.positions) + " positions, " + number(m.passOperations / 1e9, 1) +
           " GFLOP a batch.\n\n| stage | time | processor time | of the minimum | plain loop / it | peak memory | |\n"
           "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n";
    for (const auto& s : m.stages) {
      const bool scores = s.name == "zeroth-order sweep" || s.name.starts_with("exact");
      out += "| " + s.name + " | " + timeText(s.seconds) + " | " + timeText(s.processorSeconds) + " | " +
             (s.leastSeconds > 0 ? number(s.seconds / s.leastSeconds, 2) : "") + " | " +
             (plain && scores ? number(plain->processorSeconds / s.processorSeconds, 2) : "") + " | " +
             (s.peakBytes > 0 ? std::to_string(s.peakBytes >> 20) + " MiB" : "") + " | " + s.note + " |\n";
    }
    out += "\nOf operations a sweep saves a factor of " + number(m.sweepLimit(), 2) + ".\n";
    if (m.exactMemoryRatio() > 0)
      out += "\nThe exact gradient's peak of memory is " + number(m.exactMemoryRatio(), 2) +
             " times that of inference.\n";
  }
  out += "\n### Selection in a matrix of 4096 x 4096\n\n| | time | of a copy |\n| --- | ---: | ---: |\n";
  for (const auto& s : r.selection)
    out += "| " + s.name + " | " + timeText(s.seconds) + " | " +
           number(s.seconds / r.selection[0].seconds, 2) + " |\n";
  return out;
}

}  // namespace espalier
