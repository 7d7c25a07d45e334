#include "core/base/copy_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/input_file.h"

namespace espalier {

void copyFile(const std::filesystem::path& from, const std::filesystem::path& to) {
  constexpr size_t kAtOnce = size_t(1) << 20;
  const InputFile in(from);
  struct stat status {};
  const mode_t mode = ::fstat(in.descriptor(), &status) == 0 ? status.st_mode & 0777 : 0644;
  const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode | S_IWUSR);
  int64_t written = 0;
  // A device that was written to stays.
  const bool isFile = out >= 0 && ::fstat(out, &status) == 0 && S_ISREG(status.st_mode);
  const auto fail = [&](int error) {
    if (out >= 0) ::close(out);
    if (isFile) ::unlink(to.c_str());
    throw Error(ErrorKind::Io, from.string() + " cannot be copied to " + to.string() + ": " +
                                   writeAdvice(to, error, in.size() - written) + ".");
  };
  if (out < 0) fail(errno);
  std::vector<char> buffer(kAtOnce);
  for (;;) {
    const auto got = ::read(in.descriptor(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno);
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const auto n = ::write(out, buffer.data() + done, size_t(got - done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(errno);
      done += n, written += n;
    }
  }
  if (isFile && ::fchmod(out, mode) != 0 && errno != EPERM) fail(errno);
  // Some file systems tell only here what could not be written.
  if (::fsync(out) != 0 && errno != EINVAL && errno != EROFS) fail(errno);
  ::close(out);
}

}  // namespace espalier
