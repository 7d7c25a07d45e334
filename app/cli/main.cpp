#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <new>
#include <set>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/flags.h"
#include "app/cli/overwriting.h"
#include "app/cli/printable_output.h"
#include "app/cli/processes.h"
#include "app/cli/progress_bar.h"
#include "core/base/device.h"
#include "core/base/json_text.h"
#include "core/base/memory.h"
#include "core/base/numerics.h"
#include "core/base/processes.h"
#include "core/base/stop_here.h"

namespace {

std::stop_source g_stop;

// request_stop only sets a flag that is polled; that is all a handler may do. What does not look at the flag,
// such as a disk that does not answer, is ended by the second signal: what is finished is kept in journals.
void onInterrupt(int signal) {
  if (g_stop.stop_requested()) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  g_stop.request_stop();
}

// A signal that whoever started the program has it ignore (nohup, a background job of a shell) stays ignored.
void stopOn(int signal) {
  if (std::signal(signal, onInterrupt) == SIG_IGN) std::signal(signal, SIG_IGN);
}

// A program that is started with a standard stream closed gets the next file it opens under that number, and
// what is printed would go into it. Printing to a closed one fails, as on a full disk.
void openClosedStreams() {
  const std::pair<int, const char*> streams[] = {{0, "/dev/null"}, {1, "/dev/full"}, {2, "/dev/null"}};
  for (const auto& [number, device] : streams)
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF) ::open(device, number == 0 ? O_RDONLY : O_WRONLY);
}

// What was printed may have gone nowhere: a full disk, a closed pipe.
int printedOr(int failure) {
  std::cout.flush();
  if (std::cout) return 0;
  std::cerr
      << "espalier-cli: what was to be printed could not be written: standard output is full or closed. "
         "Files named by --out are written.\n";
  return failure;
}

// What several processes would do at once, each for itself, is not to be started so.
void requireShared(const CLI::App& app) {
  static const std::set<std::string> shared{"evaluate", "info", "prune", "recover", "run", "score", "study"};
  for (const auto* command : app.get_subcommands())
    if (!shared.contains(command->get_name()))
      throw espalier::Error(espalier::ErrorKind::InvalidInput,
                            command->get_name() +
                                " runs in one process; score, prune, evaluate, study, recover and run share "
                                "their work among several.");
}

}  // namespace

// Exit status: 0 done, 1 failed, 2 wrong usage, 130 cancelled.
// Long: the flags of all commands, and each way to end.
int main(int argc, char** argv) {
  using namespace espalier;
  openClosedStreams();
  stopOn(SIGINT);
  stopOn(SIGTERM);
  stopOn(SIGHUP);
  std::signal(SIGXFSZ, SIG_IGN);  // writing beyond a limit fails with a sentence instead
  const cli::PrintableOutput output(std::cout), errors(std::cerr);
  CLI::App app("Prunes vision-language models to a plan (ECoFLaP).", "espalier-cli");
  app.require_subcommand(1);
  app.fallthrough();
  cli::Context context;
  app.add_flag("--json", context.json, "Print results as JSON");
  bool progress = false;
  app.add_flag("--progress", progress,
               "Print progress to standard error, one JSON object a line, for programs");
  app.add_option("--threads", context.threads, "Worker threads; 0: one per core")->check(CLI::Range(0, 1024));
  std::string memory;
  app.add_option("--memory", memory,
                 "Limit on resident memory, such as 4G. By default, a model whose weights take more than a "
                 "third of the available memory is limited to four fifths of it");
  std::string device;
  app.add_option("--device", device,
                 "Where models compute: cpu (the default), cuda, or cuda:1 of several cards");
  cli::ProcessFlags processFlags;
  cli::addProcessFlags(app, processFlags);
  app.set_version_flag("--version", "espalier " ESPALIER_VERSION);
  cli::Commands commands;
  cli::addInfo(app, commands);
  cli::addRuns(app, commands);
  cli::addScore(app, commands);
  cli::addAllocate(app, commands);
  cli::addPrune(app, commands);
  cli::addRecover(app, commands);
  cli::addReport(app, commands);
  cli::addEvaluate(app, commands);
  cli::addCompare(app, commands);
  cli::addRun(app, commands);
  cli::addSample(app, commands);
  cli::addServe(app, commands);
  cli::addTrain(app, commands);
  cli::addTokenize(app, commands);
  cli::addChat(app, commands);
  cli::addMeasure(app, commands);
  cli::addPack(app, commands);
  cli::addUnpack(app, commands);
  cli::addShrink(app, commands);
  cli::addPreprocess(app, commands);
  cli::addExplain(app, commands);
  cli::addForward(app, commands);
  cli::addStudy(app, commands);
  cli::addData(app, commands);
  cli::addBench(app, commands);
  cli::addMatrix(app, commands);
  cli::addSynth(app, commands);
  cli::checkNumbers(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const bool asked = e.get_exit_code() == 0;  // --help, --version
    app.exit(e);
    return asked ? printedOr(1) : 2;
  }

  if (!memory.empty()) {
    try {
      setMemoryLimit(bytesNamed(memory, "--memory"));
      constexpr int64_t kMebibyte = int64_t(1) << 20;
      if (const int64_t taken = peakMemory(); memoryLimit() > 0 && memoryLimit() < taken)
        std::cerr << "Warning: --memory is " << memory << ", and the program has taken " << taken / kMebibyte
                  << " MiB before any work; the ceiling cannot be kept.\n";
    } catch (const Error& e) {
      std::cerr << "espalier-cli: " << e.what() << "\n";
      return 2;
    }
  }
  if (!device.empty()) {
    try {
      setDefaultDevice(deviceNamed(device));
    } catch (const Error& e) {
      std::cerr << "espalier-cli: " << e.what() << "\n";
      return 2;
    }
  }
  std::optional<ProcessPlace> place;
  try {
    place = cli::placeOf(processFlags);
    const int asked = place ? place->size : processFlags.processes;
    if (asked > 1) requireShared(app);
    if (asked <= 1 && processFlags.ownBlocks)
      throw Error(
          ErrorKind::InvalidInput,
          "--own-blocks spreads a model's blocks over several processes; --processes, torchrun, mpirun "
          "or srun start them.");
    for (const auto* command : app.get_subcommands()) cli::refuseOverwriting(*command);
    if (!place && processFlags.processes > 1) {
      int status = 0;
      place = cli::divideIntoProcesses(processFlags, status);
      if (!place) return status;
    }
  } catch (const Error& e) {
    std::cerr << "espalier-cli: " << e.what() << "\n";
    return 2;
  }
  if (place && place->size > 1) {
    setMemorySharers(place->sizeHere);
    // Cores are shared by those who run on them.
    if (context.threads == 0)
      context.threads = std::max(1, int(std::thread::hardware_concurrency()) / place->sizeHere);
  }
  const auto numerics = prepareNumerics(context.threads);
  if (!numerics.warning.empty()) std::cerr << "Warning: " << numerics.warning << "\n";
  cli::ProgressBar bar;
  if (progress) bar.tellPrograms();
  context.control.stop = g_stop.get_token();
  StopHere stopHere(context.control.stop);
  const bool first = !place || place->rank == 0;
  if (first) context.control.onProgress = [&](const Progress& p) { bar.show(p); };
  auto& processes = context.control.processes;
  // Says why this process ends, once among all of them.
  const auto endWith = [&](const std::string& sentence) {
    bar.clear();
    const auto whose = first       ? sentence
                       : processes ? processes->nameOf(place->rank) + ": " + sentence
                                   : sentence;
    if (!processes || processes->fail(whose)) std::cerr << "espalier-cli: " << whose << std::endl;
    if (processes) processes->abandon();
    return 1;
  };
  try {
    if (place) {
      processes = joinProcesses(*place);
      processes->setOwnBlocks(processFlags.ownBlocks);
    }
    {
      const cli::QuietUnlessFirst quiet(first);
      for (const auto& [command, run] : commands)
        if (command->parsed()) run(context);
      bar.clear();
      cli::tellPeakMemory(context.control);
      if (progress) {
        nlohmann::json costs;
        cli::addProcesses(context.control, costs);
        if (!costs.is_null()) std::cerr << jsonText(costs) << std::endl;
      }
    }
    return printedOr(1);
  } catch (const Cancelled&) {
    bar.clear();
    const bool lost = cli::wasLossReported(place);
    if (!lost && (!processes || processes->fail("Cancelled."))) std::cerr << "Cancelled.\n";
    if (processes) processes->abandon();
    return lost ? 1 : 130;
  } catch (const ProcessLost& e) {
    bar.clear();
    if (!e.wasReported() && (!processes || processes->fail(e.what())))
      std::cerr << "espalier-cli: " << e.what() << std::endl;
    if (processes) processes->abandon();
    return 1;
  } catch (const Error& e) {
    return endWith(e.what());
  } catch (const std::bad_alloc&) {
    return endWith("there is not enough memory; --memory sets a ceiling to keep to.");
  } catch (const std::exception& e) {
    // LibTorch's messages carry a backtrace behind the first line.
    const std::string what = e.what();
    return endWith("internal error: " + what.substr(0, what.find('\n')));
  }
}
