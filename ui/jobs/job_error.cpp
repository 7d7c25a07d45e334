#include "ui/jobs/job_error.h"

#include <QCoreApplication>
#include <new>

namespace espalier {

namespace {

struct JobErrorText {
  Q_DECLARE_TR_FUNCTIONS(JobError)
};

}  // namespace

JobError describe(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return {error.kind(), QString::fromUtf8(error.what())};
  } catch (const std::bad_alloc&) {
    return {ErrorKind::Io,
            JobErrorText::tr("There is not enough memory for this; try fewer samples or a smaller batch.")};
  } catch (const std::exception& error) {
    // Libraries append a backtrace to their first line.
    const QString firstLine = QString::fromUtf8(error.what()).section('\n', 0, 0);
    return {ErrorKind::Internal,
            JobErrorText::tr("Something went wrong inside the engine: %1").arg(firstLine)};
  } catch (...) {
    return {ErrorKind::Internal, JobErrorText::tr("Something went wrong inside the engine.")};
  }
}

}  // namespace espalier
