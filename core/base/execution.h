#pragma once

#include <cstdint>

namespace espalier {

// How a job runs. Results do not depend on it.
struct Execution {
  int workers = 0;     // of parallelFor; 0: threadCount() of the process
  int64_t memory = 0;  // the memory limit in bytes (core/base/memory.h); 0: none
};

// Gives the jobs of this thread, and the tasks that parallelFor runs for them, an execution of their own in
// place of the settings of the process. For as long as it lives threadCount(), memoryLimit() and
// setMemoryLimit() of these threads speak of it, so that jobs side by side can differ.
class ExecutionHere {
 public:
  explicit ExecutionHere(Execution& execution);  // must outlive this
  ~ExecutionHere();
  ExecutionHere(const ExecutionHere&) = delete;
  ExecutionHere& operator=(const ExecutionHere&) = delete;

 private:
  Execution* m_before;
};

// Null where the process's settings hold.
Execution* executionHere();

}  // namespace espalier
