#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace espalier {

// What a process sent in a stage of a job.
struct Traffic {
  int64_t messages = 0;
  int64_t bytes = 0;
};

// What a job cost one of its processes so far.
struct ProcessCosts {
  double seconds = 0;  // processor time, that of loading the program included
  double waited = 0;   // wall-clock seconds in which it waited for others
  // The critical path: the seconds of processor time that the job would have taken with one worker a process
  // and a core for each, however busy this machine is. Every message carries its sender's; a receiver goes on
  // from the later of the two (Lamport's logical clocks). `path`: with a network that takes no time;
  // `pathAcross`: with that of kModelBytesPerSecond and kModelLatency, in which a sender sends one message at
  // a time.
  double path = 0;
  double pathAcross = 0;
  std::map<std::string, Traffic> sent;  // by stage (Processes::enterStage)
};
constexpr double kModelBytesPerSecond = 1.25e9;  // 10 Gbit/s
constexpr double kModelLatency = 50e-6;          // seconds for a message

// The processes that do one job together. All run the same command on the same folders; each knows its rank,
// and rank 0 alone writes. Work that is not split is done by each of them, with the same result. What is
// split goes by index, never by who is ready first, and what comes of it is gathered and added up in the
// order of the indexes: results have the same bits for any number of processes.
//
// Called from the thread that runs the job. All processes make the same calls in the same order. Each call
// throws ProcessLost where another process is gone, does not answer, or ended with an error.
class Processes {
 public:
  virtual ~Processes() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  bool several() const { return size() > 1; }
  bool writes() const { return rank() == 0; }
  // "rank 1 on host", for messages.
  virtual std::string nameOf(int rank) const = 0;

  // Bytes from one process to another, which must expect as many; they arrive in the order they were sent.
  void send(int to, std::span<const std::byte> bytes);
  void receive(int from, std::span<std::byte> bytes);
  // Bytes of one process to all others, which must expect as many.
  void broadcast(int from, std::span<std::byte> bytes);
  // A text of any length.
  void sendText(int to, const std::string& text);
  std::string receiveText(int from);

  // What every process has, in rank order, at all of them.
  std::vector<std::string> gather(const std::string& mine);
  // What one process has, at all of them.
  std::string broadcastText(int from, const std::string& text);
  void barrier() { gather({}); }

  // Which process does a unit of work: they are dealt out in rounds, in each of which a process takes as many
  // units, one after the other, as it has workers. Known when all have told their workers (shareWorkers).
  int ownerOf(int64_t unit) const;
  bool owns(int64_t unit) const { return ownerOf(unit) == rank(); }
  // The workers of all processes: how many units a round has.
  int64_t workers() const { return m_workers.empty() ? 1 : m_rounds; }
  void shareWorkers(int mine);
  bool knowsWorkers() const { return !m_workers.empty(); }

  // Whether each process is to hold only blocks of its own of a model that no machine has the memory for
  // (core/sweep/block_owners.h). The same at all of them.
  bool ownBlocks() const { return m_ownBlocks && several(); }
  void setOwnBlocks(bool own) { m_ownBlocks = own; }

  // A stage whose steps are split: its number, the same at all processes, and how many steps each has done.
  virtual int64_t beginStage() { return 0; }
  virtual void report(int64_t, int64_t) {}
  // Steps of the stage that the others have done.
  virtual int64_t doneByOthers(int64_t) const { return 0; }

  // Tells the others why this process ends; the first to tell is believed. Returns whether this process is
  // the one that prints the sentence.
  virtual bool fail(const std::string&) { return true; }
  // To be called before the program ends on an error: waits for nobody from then on.
  virtual void abandon() {}

  // What is sent from now on counts for this stage.
  void enterStage(const std::string& stage) { m_stage = stage; }
  // Of this process until now.
  ProcessCosts costs();

 protected:
  virtual void sendBytes(int to, std::span<const std::byte> bytes) = 0;
  virtual void receiveBytes(int from, std::span<std::byte> bytes) = 0;
  // Processor time before this process began: of the one that started it by dividing itself.
  void countFrom(double seconds);

 private:
  void tick();  // takes the processor time since the last tick into the costs

  ProcessCosts m_costs;
  std::string m_stage = "Start";
  double m_before = 0;
  std::vector<int> m_workers;  // of each process
  int64_t m_rounds = 1;
  bool m_ownBlocks = false;
};

// Another process is gone, does not answer, or ended with an error. reported: its sentence was printed
// already, or whoever started the processes will print it.
class ProcessLost : public Error {
 public:
  ProcessLost(const std::string& sentence, bool reported)
      : Error(ErrorKind::Io, sentence), m_reported(reported) {}
  bool wasReported() const { return m_reported; }

 private:
  bool m_reported;
};

// A process alone.
Processes& oneProcess();

// Where a process stands among others, and where they meet.
struct ProcessPlace {
  int rank = 0;
  int size = 1;
  int sizeHere = 1;     // how many of them run on this machine
  std::string address;  // of rank 0's machine; empty: all are on this machine, and nothing listens elsewhere
  int port = 29500;     // with an address; otherwise a name for the meeting place
  std::string meeting;  // the file they meet in; empty: one named by the port
  std::string run;      // tells launches apart that have the same port
  int timeoutSeconds = 120;  // for a process to join, and for one that gives no sign of life
  double secondsBefore = 0;  // processor time of the process that divided itself into these
};

// As torchrun (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT), mpirun (OMPI_COMM_WORLD_*, PMI_*) and srun
// (SLURM_*) say it; nothing where none of them started this process. Throws Error (InvalidInput) naming the
// variable that is no number or out of range.
std::optional<ProcessPlace> placeInEnvironment();

// Whether this program was built with what several processes need (c10d with Gloo, in LibTorch).
bool canJoinProcesses();
// Meets the other processes. Throws Error: naming those that did not come, another launch that meets in the
// same place, or another version of the program.
std::shared_ptr<Processes> joinProcesses(const ProcessPlace& place);

}  // namespace espalier
