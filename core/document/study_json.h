#pragma once

#include "core/document/study.h"

namespace espalier {

// What a study is asked to do, as another process is told it (docs/serve.md), and back. What is taken throws
// Error or nlohmann::json::exception where it is not what the other direction writes; keys that are missing
// have their defaults.
nlohmann::json toJson(const StudyOptions& options);
StudyOptions studyOptionsFromJson(const nlohmann::json& json);

// runStudy() of a model that is open in another process (core/engine/elsewhere.h). work: a folder there.
std::vector<StudyPoint> studyElsewhere(const OpenModel& model, const Dataset& calibration,
                                       const Dataset& test, const StudyOptions& options,
                                       const std::filesystem::path& work, const JobControl& control,
                                       const std::function<void(const StudyPoint&)>& onPoint);

}  // namespace espalier
