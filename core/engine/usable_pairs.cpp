#include "core/engine/usable_pairs.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/data/damaged_pictures.h"
#include "core/inputs/class_names.h"

namespace espalier {

namespace {

bool hasLabels(const OpenModel& model, const Dataset& dataset) {
  const auto names = classNamesOf(*model.model, classCountOf(*model.model));
  return std::any_of(dataset.samples.begin(), dataset.samples.end(),
                     [&](const Sample& s) { return classOf(s, names).has_value(); });
}

// Pictures of a shape or size that the model cannot be given count as damaged.
PictureCheck checkFor(const OpenModel& model) {
  return [&model](const Image& picture) { return model.processor->faultOf(picture); };
}

}  // namespace

Dataset drawDecodableFor(const OpenModel& model, const Dataset& calibration, int64_t count, uint64_t seed,
                         const JobControl& control, std::vector<Dataset::Problem>& problems) {
  return model.processor->hasPictures()
             ? drawDecodable(calibration, count, seed, control, problems, checkFor(model))
             : drawSamples(calibration, count, seed);
}

void requireAnswers(const OpenModel& model, const Dataset& dataset, const std::string& what) {
  const bool answers = model.model->task() == ModelTask::Answer;
  const bool unanswered = std::all_of(dataset.samples.begin(), dataset.samples.end(), [](const Sample& s) {
    return s.answer.empty() && !s.question.empty();
  });
  if (answers && unanswered && !dataset.samples.empty())
    throw Error(ErrorKind::InvalidInput, dataset.path.string() + " holds questions without answers; " + what +
                                             " needs what the answers should be.");
}

UsablePairs usablePairs(const OpenModel& model, const Dataset& dataset, const EvaluationTask& task,
                        const JobControl& control) {
  UsablePairs out;
  out.data = dataset;
  out.data.samples.clear();
  const auto damaged = model.processor->hasPictures() ? damagedPictures(dataset, control, checkFor(model))
                                                      : std::map<std::filesystem::path, std::string>();
  for (const auto& [picture, fault] : damaged)
    out.problems.push_back(pictureProblem(dataset, picture, fault));
  out.onlyAgreement = task.agreesWithDense(model.model->task()) && !hasLabels(model, dataset);
  std::map<std::filesystem::path, size_t> known;
  for (size_t i = 0; i < dataset.samples.size(); ++i) {
    const auto& s = dataset.samples[i];
    if (!s.image.empty() && damaged.contains(s.image)) continue;
    if (out.onlyAgreement) {
      const auto [it, isNew] = known.emplace(s.image, out.places.size());
      if (!isNew) {
        out.places[it->second].push_back(int64_t(i));
        continue;
      }
    }
    out.data.samples.push_back(s);
    out.places.push_back({int64_t(i)});
  }
  if (out.data.samples.empty() && !out.problems.empty())
    throw Error(ErrorKind::Format, dataset.path.string() + " holds no picture that can be read: " +
                                       out.problems[0].place + " " + out.problems[0].what + ".");
  return out;
}

}  // namespace espalier
