#pragma once

#include <stop_token>

namespace espalier {

// Answers JSON-RPC requests (docs/serve.md) that come on one descriptor, on another: the engine for a window
// or a program elsewhere. Each request runs on a thread of its own, as far as it is one that computes.
// Whatever comes is answered, by an error where it is no request. Returns when the input ends, nobody reads
// the answers any more, or a stop is requested; what runs is cancelled first, and keeps its journal. SIGPIPE
// must be ignored.
void serve(int in, int out, const std::stop_token& stop);

}  // namespace espalier
