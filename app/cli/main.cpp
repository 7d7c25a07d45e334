#include <csignal>
#include <iostream>
#include <new>

#include "app/cli/command.h"
#include "app/cli/printable_output.h"
#include "app/cli/progress_bar.h"
#include "core/base/device.h"
#include "core/base/memory.h"
#include "core/base/numerics.h"
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

// What was printed may have gone nowhere: a full disk, a closed pipe.
int printedOr(int failure) {
  std::cout.flush();
  if (std::cout) return 0;
  std::cerr
      << "espalier-cli: what was to be printed could not be written: standard output is full or closed. "
         "Files named by --out are written.\n";
  return failure;
}

}  // namespace

// Exit status: 0 done, 1 failed, 2 wrong usage, 130 cancelled.
// Long: the flags of all commands, and each way to end.
int main(int argc, char** argv) {
  using namespace espalier;
  stopOn(SIGINT);
  stopOn(SIGTERM);
  std::signal(SIGXFSZ, SIG_IGN);  // writing beyond a limit fails with a sentence instead
  const cli::PrintableOutput output(std::cout), errors(std::cerr);
  CLI::App app("Prunes vision-language models to a plan (ECoFLaP).", "espalier-cli");
  app.require_subcommand(1);
  app.fallthrough();
  cli::Context context;
  app.add_flag("--json", context.json, "Print results as JSON");
  bool progress = false;
  app.add_flag("--progress", progress,
               "Tell progress on standard error as one JSON object a line, for programs");
  app.add_option("--threads", context.threads, "Worker threads; 0: one per core")->check(CLI::Range(0, 1024));
  std::string memory;
  app.add_option("--memory", memory,
                 "Ceiling on resident memory, such as 4G; without it one is set where a model's weights take "
                 "more than a "
                 "third of what is available: four fifths of that");
  std::string device;
  app.add_option("--device", device,
                 "Where models compute: cpu (the default), cuda, or cuda:1 of several cards");
  app.set_version_flag("--version", "espalier " ESPALIER_VERSION);
  cli::Commands commands;
  cli::addInfo(app, commands);
  cli::addScore(app, commands);
  cli::addAllocate(app, commands);
  cli::addPrune(app, commands);
  cli::addRecover(app, commands);
  cli::addReport(app, commands);
  cli::addEvaluate(app, commands);
  cli::addRun(app, commands);
  cli::addSample(app, commands);
  cli::addTrain(app, commands);
  cli::addTokenize(app, commands);
  cli::addChat(app, commands);
  cli::addMeasure(app, commands);
  cli::addPack(app, commands);
  cli::addUnpack(app, commands);
  cli::addPreprocess(app, commands);
  cli::addExplain(app, commands);
  cli::addForward(app, commands);
  cli::addStudy(app, commands);
  cli::addData(app, commands);
  cli::addBench(app, commands);
  cli::addMatrix(app, commands);
  cli::addSynth(app, commands);
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
  const auto numerics = prepareNumerics(context.threads);
  if (!numerics.warning.empty()) std::cerr << "Warning: " << numerics.warning << "\n";
  cli::ProgressBar bar;
  if (progress) bar.tellPrograms();
  context.control.stop = g_stop.get_token();
  StopHere stopHere(context.control.stop);
  context.control.onProgress = [&](const Progress& p) { bar.show(p); };
  try {
    for (const auto& [command, run] : commands)
      if (command->parsed()) run(context);
    bar.clear();
    return printedOr(1);
  } catch (const Cancelled&) {
    bar.clear();
    std::cerr << "Cancelled.\n";
    return 130;
  } catch (const Error& e) {
    bar.clear();
    std::cerr << "espalier-cli: " << e.what() << "\n";
    return 1;
  } catch (const std::bad_alloc&) {
    bar.clear();
    std::cerr << "espalier-cli: there is not enough memory; --memory sets a ceiling to keep to.\n";
    return 1;
  } catch (const std::exception& e) {
    bar.clear();
    // LibTorch's messages carry a backtrace behind the first line.
    const std::string what = e.what();
    std::cerr << "espalier-cli: internal error: " << what.substr(0, what.find('\n')) << "\n";
    return 1;
  }
}
