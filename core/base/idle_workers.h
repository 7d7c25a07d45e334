#pragma once

namespace espalier {

// Workers that a parallelFor() on this thread would use: one inside a task, where it runs in sequence.
int idleWorkers();

}  // namespace espalier
