#pragma once

#include <map>
#include <optional>

#include "core/base/journal.h"
#include "core/base/made_folder.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor.h"

namespace espalier {

// Finished tensors of a long job in a folder: a safetensors file for each name they are kept under, in the
// dtypes of the checkpoint where that loses nothing and in float32 otherwise, and a journal of them with the
// files' checksums.
class KeptTensors {
 public:
  struct Kept {
    SafetensorsFile file;
    nlohmann::json about;
  };
  // kind, inputs: as Journal. What the folder holds of other inputs is removed when something is kept. Throws
  // Error naming the folder: it holds something else, is in use, or is damaged.
  // processes: that do the job; rank 0 writes what all of them keep and find.
  KeptTensors(std::shared_ptr<const Checkpoint> dense, const std::string& kind, const nlohmann::json& inputs,
              const JournalOptions& options, Processes& processes = oneProcess());
  // A folder that was made for this job and in which nothing was kept goes.
  ~KeptTensors();
  KeptTensors(const KeptTensors&) = delete;
  KeptTensors& operator=(const KeptTensors&) = delete;

  // What was kept last under the name. Throws Error (Format) where its file is not as it was written.
  std::optional<Kept> find(const std::string& name);
  // about: an object, whose keys stand in the journal's line. What was kept under the name before goes.
  // writer: the process that has the tensors and writes the file; the journal is rank 0's.
  Kept keep(const std::string& name, const std::map<std::string, at::Tensor>& tensors,
            const nlohmann::json& about, int writer = 0);

  // Calls `read`, which takes `about` apart; what is not as it should be is refused.
  void readAbout(const std::function<void()>& read) const { m_journal.readSteps(read); }

 private:
  void makeRoom(int writer);
  void removeUnknown();
  std::filesystem::path fileOf(const nlohmann::json& step) const;
  nlohmann::json written(const std::string& name, const std::map<std::string, at::Tensor>& tensors,
                         const nlohmann::json& about) const;
  void note(const nlohmann::json& step);

  std::shared_ptr<const Checkpoint> m_dense;
  Processes& m_processes;
  std::filesystem::path m_folder;
  MadeFolder m_made;
  JournalOptions m_options;  // with the hold on the folder
  Journal m_journal;
  std::vector<nlohmann::json> m_steps;  // of earlier runs and of this one
};

}  // namespace espalier
