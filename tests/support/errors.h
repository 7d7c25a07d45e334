#pragma once

#include <QString>
#include <functional>

#include "core/base/error.h"

namespace espalier::test {

// The sentence of the Error a call throws; empty if it throws none.
inline QString errorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    return QString::fromUtf8(e.what());
  }
  return {};
}

}  // namespace espalier::test
