#include "core/base/numerics.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "core/base/parallel.h"
#include "core/base/tensor_memory.h"

#if __has_include(<torch/version.h>)
#include <torch/version.h>
#endif

namespace espalier {

namespace {

NumericsReport& lastReport() {
  static NumericsReport report;
  return report;
}

template <typename F>
F symbol(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
}

// The best kernel family of OpenBLAS this processor can run; empty where the default is right.
std::string betterCore(const std::string& current) {
#if defined(__x86_64__)
  const bool old = current == "Prescott" || current == "Core2" || current == "Penryn" ||
                   current == "Dunnington" || current == "Nehalem" || current == "Katmai" ||
                   current == "Coppermine" || current == "Northwood" || current == "Banias" ||
                   current == "Atom" || current == "Opteron" || current == "Barcelona" ||
                   current == "Bobcat" || current == "Sandybridge";
  if (!old) return {};
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return "SKYLAKEX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "HASWELL";
#endif
  return {};
}

std::string processorName() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) {
      const auto colon = line.find(": ");
      if (colon != std::string::npos) return line.substr(colon + 2);
    }
  return "unknown processor";
}

void prepareBlas(NumericsReport& r) {
  const auto coreName = symbol<char* (*)()>("openblas_get_corename");
  if (!coreName) {
    // MKL is inside upstream LibTorch; anything else that is not OpenBLAS is taken for the reference library.
    if (at::hasMKL()) {
      r.blasName = "MKL";
      return;
    }
    r.blasName = "reference";
    r.slow = true;
    r.warning =
        "Matrix products use a reference BLAS and will be up to 70 times slower than they can be; install "
        "the package "
        "libopenblas0-pthread.";
    return;
  }
  r.blasName = "OpenBLAS";
  r.detectedCore = r.blasCore = coreName();
  if (!std::getenv("OPENBLAS_CORETYPE")) {
    const std::string better = betterCore(r.detectedCore);
    // Both are internal entry points of OpenBLAS; absent ones only leave it slow.
    const auto quit = symbol<void (*)()>("gotoblas_dynamic_quit");
    const auto init = symbol<void (*)()>("gotoblas_dynamic_init");
    if (!better.empty() && quit && init) {
      setenv("OPENBLAS_CORETYPE", better.c_str(), 1);
      quit();
      init();
      unsetenv("OPENBLAS_CORETYPE");
      r.blasCore = coreName();
      r.corrected = true;
    } else if (!better.empty()) {
      r.slow = true;
      r.warning = "OpenBLAS does not recognise this processor (it chose " + r.detectedCore +
                  "); set OPENBLAS_CORETYPE=" + better + " for products several times faster.";
    }
  }
  if (const auto setThreads = symbol<void (*)(int)>("openblas_set_num_threads")) setThreads(1);
}

}  // namespace

NumericsReport prepareNumerics(int threads) {
  NumericsReport r;
  prepareBlas(r);
  setThreadCount(threads);
  at::set_num_threads(1);
#if defined(__GLIBC__)
  // Activations are a few megabytes each and live for microseconds; returning them to the system after each
  // use costs more (page faults) than the arithmetic on them.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
  useLargePages();
  r.threads = threadCount();
  r.processor = processorName();
#ifdef TORCH_VERSION
  r.torchVersion = TORCH_VERSION;
#else
  r.torchVersion = "1.13";
#endif
  lastReport() = r;
  return r;
}

const NumericsReport& numericsReport() {
  return lastReport();
}

double measureGflops() {
  constexpr int64_t n = 512;
  constexpr int kProducts = 8;
  using Clock = std::chrono::steady_clock;
  double best = 0;
  const auto deadline = Clock::now() + std::chrono::milliseconds(300);
  do {
    const auto start = Clock::now();
    parallelFor(threadCount(), [&](int64_t) {
      const auto a = at::ones({n, n}), b = at::ones({n, n});
      for (int i = 0; i < kProducts; ++i) at::mm(a, b);
    });
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::max(best, 2.0 * n * n * n * kProducts * threadCount() / seconds / 1e9);
  } while (Clock::now() < deadline);
  return best;
}

}  // namespace espalier
