#pragma once

#include <cstdint>
#include <functional>

namespace espalier {

// The engine's one way to use several cores: independent tasks on a fixed set of workers, each running its
// tensor library single-threaded (see prepareNumerics). Which worker runs a task never changes the task's
// result.

// How many workers parallelFor may use, 1 or more. 0 asks for the number of cores. Set once at start.
void setThreadCount(int threads);
int threadCount();

// Runs body(0) ... body(count - 1), in any order, on up to threadCount() threads, the calling one among them,
// and returns when all are done. The first exception is rethrown here after the running tasks ended; tasks
// not begun by then are dropped. Calls from inside a task run sequentially on that task's thread. Gradient
// recording is off inside a body unless the body turns it on.
void parallelFor(int64_t count, const std::function<void(int64_t)>& body);

}  // namespace espalier
