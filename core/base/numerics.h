#pragma once

#include <string>

namespace espalier {

// What the processor, the matrix library and the worker count are, after prepareNumerics().
struct NumericsReport {
  std::string blasName;      // "OpenBLAS", or "reference" where only the slow Fortran library was found
  std::string blasCore;      // OpenBLAS kernel in use, for example "SkylakeX"; empty for another library
  std::string detectedCore;  // what OpenBLAS chose by itself before the correction
  bool corrected = false;    // the kernel was changed because OpenBLAS did not recognise the processor
  bool slow = false;         // products will be many times slower than this processor allows
  std::string warning;       // a sentence for people, empty when all is well
  int threads = 1;           // workers of parallelFor
  std::string processor;
  std::string torchVersion;
};

// To be called once at the start of a program, before any tensor is made and before threads are started.
// Chooses the OpenBLAS kernel that fits the processor where OpenBLAS fell back to an old one (its 0.3.21 does
// not know recent processors, OpenBLAS#4267), makes LibTorch and OpenBLAS single-threaded inside a task
// (their threads spin against each other; parallelFor is the one source of parallelism), and keeps freed
// tensor memory for the next tensor, large ones on large pages. threads: 0 means one per core.
NumericsReport prepareNumerics(int threads = 0);

// The report of the last prepareNumerics().
const NumericsReport& numericsReport();

// Measured speed of float32 matrix products on all workers together, in GFLOP/s. Takes about 0.3 s.
double measureGflops();

}  // namespace espalier
