#include "core/bench/sparse_products.h"

#include <ATen/ATen.h>

#include <time.h>

#include <limits>
#include <sstream>

#include "core/base/numerics.h"
#include "core/base/parallel.h"
#include "core/sparse/sparse_matrix.h"

namespace espalier {

namespace {

// Of this thread's processor time, which other programs hardly change.
template <typename Body>
double timed(const Body& body) {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
  };
  const double start = now();
  body();
  return now() - start;
}

SparseTime measured(const at::Tensor& weight, double sparsity, int64_t count, int64_t repeats,
                    const JobControl& control) {
  const int64_t rows = weight.size(0), columns = weight.size(1);
  const SparseMatrix sparse(RowMatrix{weight.data_ptr(), ValueType::F32, rows, columns});
  const auto in = at::randn({count, columns});
  auto dense = at::empty({count, rows}), out = at::empty({count, rows});
  const auto transposed = weight.t();
  const std::span from(in.data_ptr<float>(), size_t(in.numel()));
  const std::span to(out.data_ptr<float>(), size_t(out.numel()));
  SparseTime time{sparsity, count, std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
  for (int64_t i = 0; i < repeats; ++i) {
    control.throwIfCancelled();
    time.denseSeconds = std::min(time.denseSeconds, timed([&] { at::mm_out(dense, in, transposed); }));
    time.sparseSeconds = std::min(time.sparseSeconds, timed([&] { sparse.product(from, count, to); }));
  }
  time.bytesShare = double(sparse.bytes()) / double(weight.nbytes());
  time.furthest = ((out - dense).abs().max() / dense.abs().max()).item<double>();
  return time;
}

}  // namespace

SparseBenchReport runSparseBench(const SparseBenchOptions& options, const JobControl& control) {
  const auto& numerics = numericsReport();
  SparseBenchReport report{numerics.processor, numerics.blasName, sparseInstructions(),
                           options.rows,       options.columns,   {}};
  at::manual_seed(1);
  ProgressMeter meter(control, "Measuring", int64_t(options.sparsities.size() * options.counts.size()));
  // On one core: inside a task everything is.
  parallelFor(1, [&](int64_t) {
    for (const double sparsity : options.sparsities) {
      const auto weight = at::randn({options.rows, options.columns});
      weight.masked_fill_(at::rand_like(weight) < sparsity, 0);
      for (const int64_t count : options.counts) {
        report.times.push_back(measured(weight, sparsity, count, options.repeats, control));
        meter.advance();
      }
    }
  });
  return report;
}

nlohmann::json toJson(const SparseBenchReport& report) {
  nlohmann::json times = nlohmann::json::array();
  for (const auto& t : report.times)
    times.push_back({{"sparsity", t.sparsity},
                     {"vectors", t.count},
                     {"denseSeconds", t.denseSeconds},
                     {"sparseSeconds", t.sparseSeconds},
                     {"faster", t.faster()},
                     {"bytesShare", t.bytesShare},
                     {"furthest", t.furthest}});
  return {{"processor", report.processor}, {"blas", report.blas},       {"instructions", report.instructions},
          {"rows", report.rows},           {"columns", report.columns}, {"times", times}};
}

std::string toMarkdown(const SparseBenchReport& report) {
  std::ostringstream out;
  out << std::fixed;
  out.precision(2);
  out << report.processor << ", processor time of one core, " << report.blas << " against "
      << report.instructions << ", " << report.rows << " x " << report.columns << " float32\n\n"
      << "| zeros | vectors | dense | sparse | faster | memory |\n| --- | ---: | ---: | ---: | ---: | ---: "
         "|\n";
  for (const auto& t : report.times)
    out << "| " << int(t.sparsity * 100 + 0.5) << " % | " << t.count << " | " << t.denseSeconds * 1000
        << " ms | " << t.sparseSeconds * 1000 << " ms | " << t.faster() << " | " << t.bytesShare << " |\n";
  return out.str();
}

}  // namespace espalier
