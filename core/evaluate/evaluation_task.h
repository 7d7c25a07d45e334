#pragma once

#include <string>
#include <vector>

#include "core/base/method.h"
#include "core/base/registry.h"
#include "core/data/dataset.h"
#include "core/evaluate/evaluation.h"
#include "core/model/model.h"

namespace espalier {

struct PairRun;

// What is asked, and with which data, as far as it decides what can be measured.
struct EvaluationSubject {
  ModelTask model = ModelTask::Answer;
  DataKind data = DataKind::Pairs;
  bool conversations = false;  // what asks something is put to the model as a conversation

  bool hasText() const { return data != DataKind::Pictures; }
};

// Something that can be measured of a model with pairs. Stateless, may be used from several threads. Adding
// one is a file under tasks/ and a line in evaluation_tasks.cpp.
class EvaluationTask {
 public:
  virtual ~EvaluationTask() = default;
  virtual const Method& method() const = 0;  // what people are told of it
  const std::string& name() const { return method().name; }
  // What the tables of its results show beside its metrics.
  virtual EvaluationColumns columns() const { return {}; }

  // Whether a picture without a label counts by the dense model's class, and so once, whatever texts are of
  // it.
  virtual bool agreesWithDense(ModelTask) const { return false; }

  // Whether the model generates texts for it, and whether it reads texts of classes (PairRun::templates).
  virtual bool generates() const { return false; }
  virtual bool readsTemplates(ModelTask) const { return false; }

  // Whether it can be measured there.
  virtual bool suits(const EvaluationSubject& subject) const = 0;
  // Fills in the results of the pairs and the metrics, telling each pair as it is ready.
  virtual void measure(PairRun& run) const = 0;
};

// In the order "auto" takes the first that suits.
Registry<EvaluationTask>& evaluationTaskRegistry();

}  // namespace espalier
