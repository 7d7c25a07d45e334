#include "ui/jobs/job_error.h"

#include <QCoreApplication>
#include <new>

namespace espalier {

namespace {

QString tr(const char* source) {
  return QCoreApplication::translate("JobError", source);
}

}  // namespace

JobError describe(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return {error.kind(), QString::fromUtf8(error.what())};
  } catch (const std::bad_alloc&) {
    return {ErrorKind::Io, tr("There is not enough memory for this; try fewer samples or a smaller batch.")};
  } catch (const std::exception& error) {
    // Libraries append a backtrace to their first line.
    const QString firstLine = QString::fromUtf8(error.what()).section('\n', 0, 0);
    return {ErrorKind::Internal, tr("Something went wrong inside the engine: %1").arg(firstLine)};
  } catch (...) {
    return {ErrorKind::Internal, tr("Something went wrong inside the engine.")};
  }
}

}  // namespace espalier
