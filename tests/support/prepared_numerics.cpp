#include "core/base/numerics.h"

// In every test: the engine computes as in the programs, which begin with this. Otherwise each thread's
// products would have threads of their own, which wait for each other by spinning wherever other work has the
// cores.
static const auto kPrepared = espalier::prepareNumerics();
