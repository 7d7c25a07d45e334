#pragma once

// Before a function with a simple loop over numbers: it is compiled for several generations of x86
// processors, and the one that fits is taken when the program starts. Elsewhere it means nothing. Functions
// whose results must be the same bits on every processor stand in files that core/CMakeLists.txt compiles
// without fused multiply-add. Not with sanitizers, which are not ready yet when the version is chosen.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define ESPALIER_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ESPALIER_VECTORISED
#endif
