#include "core/base/stop_here.h"

#include <utility>

namespace espalier {

namespace {
thread_local std::stop_token t_token;
}  // namespace

StopHere::StopHere(std::stop_token token) : m_before(std::exchange(t_token, std::move(token))) {}

StopHere::~StopHere() {
  t_token = std::move(m_before);
}

std::stop_token stopTokenHere() {
  return t_token;
}

}  // namespace espalier
