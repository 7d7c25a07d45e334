#include "core/base/execution.h"

#include <utility>

namespace espalier {

namespace {
thread_local Execution* t_execution = nullptr;
}  // namespace

ExecutionHere::ExecutionHere(Execution& execution) : m_before(std::exchange(t_execution, &execution)) {}

ExecutionHere::~ExecutionHere() {
  t_execution = m_before;
}

Execution* executionHere() {
  return t_execution;
}

}  // namespace espalier
