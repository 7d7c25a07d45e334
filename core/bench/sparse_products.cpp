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

// Of the program's processor time, which other programs change little. Idle workers share a product, so one
// thread's would be too little.
template <typename Body>
double timed(const Body& body) {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
  };
  const double start = now();
  body();
  return now() - start;
}

// What is measured of one matrix.
struct Numbers {
  const char* name;
  ValueType type;
  Arithmetic arithmetic;
};
constexpr Numbers kNumbers[] = {{"float32", ValueType::F32, Arithmetic::Float32},
                                {"bfloat16", ValueType::BF16, Arithmetic::Float32},
                                {"bfloat16, rounded", ValueType::BF16, Arithmetic::Bfloat16}};

// float32: the matrix.
SparseTime measured(const at::Tensor& float32, const Numbers& numbers, int64_t count, int64_t repeats,
                    const JobControl& control) {
  const int64_t rows = float32.size(0), columns = float32.size(1);
  const auto type = numbers.type == ValueType::F32 ? at::kFloat : at::kBFloat16;
  const auto weight = float32.to(type), transposed = weight.t();
  const RowMatrix dense{weight.data_ptr(), numbers.type, rows, columns};
  const SparseMatrix sparse(dense);
  const auto in = at::randn({count, columns}), inType = in.to(type);
  auto ofLibrary = at::empty({count, rows}, weight.options()), out = at::empty({count, rows});
  const std::span from(in.data_ptr<float>(), size_t(in.numel()));
  const std::span to(out.data_ptr<float>(), size_t(out.numel()));
  SparseTime time{numbers.name, sparse.rowsOfMask()};
  time.count = count;
  constexpr auto kNever = std::numeric_limits<double>::max();
  time.librarySeconds = time.denseSeconds = time.sparseSeconds = kNever;
  for (int64_t i = 0; i < repeats; ++i) {
    control.throwIfCancelled();
    time.librarySeconds =
        std::min(time.librarySeconds, timed([&] { at::mm_out(ofLibrary, inType, transposed); }));
    time.denseSeconds =
        std::min(time.denseSeconds, timed([&] { dense.product(from, count, to, numbers.arithmetic); }));
    time.sparseSeconds =
        std::min(time.sparseSeconds, timed([&] { sparse.product(from, count, to, numbers.arithmetic); }));
  }
  time.bytesShare = double(sparse.bytes()) / double(weight.nbytes());
  const auto expected = ofLibrary.to(at::kFloat);
  time.furthest = ((out - expected).abs().max() / expected.abs().max()).item<double>();
  return time;
}

}  // namespace

SparseBenchReport runSparseBench(const SparseBenchOptions& options, const JobControl& control) {
  const auto& numerics = numericsReport();
  SparseBenchReport report{numerics.processor,
                           numerics.blasName,
                           sparseInstructions(),
                           instructionsOf(sparseKernel(ValueType::BF16, Arithmetic::Bfloat16)),
                           options.rows,
                           options.columns,
                           {}};
  at::manual_seed(1);
  ProgressMeter meter(control, "Measuring",
                      int64_t(options.sparsities.size() * options.counts.size() * options.blocks.size() *
                              std::size(kNumbers)));
  for (const int64_t block : options.blocks)
    for (const double sparsity : options.sparsities) {
      const auto weight = at::randn({options.rows, options.columns});
      const auto zeros = at::rand({(options.rows + block - 1) / block, options.columns}) < sparsity;
      weight.masked_fill_(zeros.repeat_interleave(block, 0).narrow(0, 0, options.rows), 0);
      for (const auto& numbers : kNumbers)
        for (const int64_t count : options.counts) {
          auto time = measured(weight, numbers, count, options.repeats, control);
          time.block = block, time.sparsity = sparsity;
          report.times.push_back(time);
          meter.advance();
        }
    }
  return report;
}

nlohmann::json toJson(const SparseBenchReport& report) {
  nlohmann::json times = nlohmann::json::array();
  for (const auto& t : report.times)
    times.push_back({{"numbers", t.numbers},
                     {"block", t.block},
                     {"sparsity", t.sparsity},
                     {"vectors", t.count},
                     {"librarySeconds", t.librarySeconds},
                     {"denseSeconds", t.denseSeconds},
                     {"sparseSeconds", t.sparseSeconds},
                     {"faster", t.faster()},
                     {"fasterThanDense", t.fasterThanDense()},
                     {"bytesShare", t.bytesShare},
                     {"furthest", t.furthest}});
  return {{"processor", report.processor},
          {"blas", report.blas},
          {"instructions", report.instructions},
          {"roundedInstructions", report.roundedInstructions},
          {"rows", report.rows},
          {"columns", report.columns},
          {"times", times}};
}

std::string toMarkdown(const SparseBenchReport& report) {
  std::ostringstream out;
  out << std::fixed;
  out.precision(2);
  out << report.processor << ", processor time of one core, " << report.rows << " x " << report.columns
      << "; library: " << report.blas << "; dense and sparse: " << report.instructions << ", rounded "
      << report.roundedInstructions << "\n\n"
      << "| numbers | pattern | zeros | vectors | library | dense | sparse | library / sparse | dense / "
         "sparse | memory |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  for (const auto& t : report.times)
    out << "| " << t.numbers << " | " << (t.block == 1 ? "unstructured" : std::to_string(t.block) + "x1")
        << " | " << int(t.sparsity * 100 + 0.5) << " % | " << t.count << " | " << t.librarySeconds * 1000
        << " ms | " << t.denseSeconds * 1000 << " ms | " << t.sparseSeconds * 1000 << " ms | " << t.faster()
        << " | " << t.fasterThanDense() << " | " << t.bytesShare << " |\n";
  return out.str();
}

}  // namespace espalier
