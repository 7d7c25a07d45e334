#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/base/processes.h"
#include "core/base/progress.h"

namespace espalier::cli {

// What every command is given.
struct Context {
  bool json = false;
  int threads = 0;
  JobControl control;  // progress bar on a terminal, stops on Ctrl-C; the processes that share the work

  // Whether this process writes results: rank 0 of several, or the only one.
  bool writes() const { return processesOf(control).writes(); }
};

// A command registers its flags on the application and returns; `run` is called after parsing if it was
// chosen. One file a command.
using Run = std::function<void(const Context&)>;
using Commands = std::map<CLI::App*, Run>;

void addInfo(CLI::App& app, Commands& commands);
void addRuns(CLI::App& app, Commands& commands);
void addScore(CLI::App& app, Commands& commands);
void addAllocate(CLI::App& app, Commands& commands);
void addPrune(CLI::App& app, Commands& commands);
void addCompare(CLI::App& app, Commands& commands);
void addEvaluate(CLI::App& app, Commands& commands);
void addRecover(CLI::App& app, Commands& commands);
void addReport(CLI::App& app, Commands& commands);
void addRun(CLI::App& app, Commands& commands);
void addSample(CLI::App& app, Commands& commands);
void addServe(CLI::App& app, Commands& commands);
void addTrain(CLI::App& app, Commands& commands);
void addTokenize(CLI::App& app, Commands& commands);
void addChat(CLI::App& app, Commands& commands);
void addMeasure(CLI::App& app, Commands& commands);
void addPack(CLI::App& app, Commands& commands);
void addUnpack(CLI::App& app, Commands& commands);
void addShrink(CLI::App& app, Commands& commands);
void addPreprocess(CLI::App& app, Commands& commands);
void addExplain(CLI::App& app, Commands& commands);
void addForward(CLI::App& app, Commands& commands);
void addStudy(CLI::App& app, Commands& commands);
void addData(CLI::App& app, Commands& commands);
void addBench(CLI::App& app, Commands& commands);
void addMatrix(CLI::App& app, Commands& commands);
void addSynth(CLI::App& app, Commands& commands);

}  // namespace espalier::cli
