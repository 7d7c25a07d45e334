#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "app/cli/command.h"
#include "core/base/error.h"
#include "core/remote/server.h"

namespace espalier::cli {

void addServe(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "serve", "Answer a window or a program elsewhere over standard input and output (docs/serve.md)");
  commands[c] = [](const Context& context) {
    // Frames go where standard output went; whatever prints, prints to standard error.
    const int out = ::dup(STDOUT_FILENO);
    if (out < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
      throw Error(ErrorKind::Io,
                  std::string("Standard output cannot be used: ") + std::strerror(errno) + ".");
    std::signal(SIGPIPE, SIG_IGN);  // whoever reads no more is noticed when writing fails
    serve(STDIN_FILENO, out, context.control.stop);
    ::close(out);
  };
}

}  // namespace espalier::cli
