#pragma once

#include <QString>
#include <exception>

#include "core/base/error.h"

namespace espalier {

// What went wrong in a job, as plain values that may cross threads.
struct JobError {
  ErrorKind kind = ErrorKind::Internal;
  QString message;  // one sentence for people
  QString job{};    // the title of the job that failed
};

// Sorts out an exception caught at the edge of a worker thread.
JobError describe(const std::exception_ptr& exception);

}  // namespace espalier
