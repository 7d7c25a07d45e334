#pragma once

#include <QProcess>
#include <QString>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace espalier::test {

// What tests/reference/check_export.py, which shares no code with the engine, finds wrong with an exported
// folder; empty: nothing. original: the same model with its weights as safetensors. sparsities: of the pruned
// matrices.
inline QString exportProblems(const std::filesystem::path& original, const std::filesystem::path& exported,
                              const std::map<std::string, double>& sparsities) {
  const auto expected = exported.parent_path() / (exported.filename().string() + ".expected.json");
  std::ofstream(expected) << nlohmann::json{{"matrices", sparsities}};
  QProcess python;
  python.setProcessChannelMode(QProcess::MergedChannels);
  python.start(
      "python3",
      {ESPALIER_SOURCE_DIR "/tests/reference/check_export.py", QString::fromStdString(original.string()),
       QString::fromStdString(exported.string()), QString::fromStdString(expected.string())});
  if (!python.waitForFinished(120000)) return "python3 cannot be run: " + python.errorString();
  const QString found = python.readAll();
  return python.exitStatus() == QProcess::NormalExit && python.exitCode() == 0 ? QString()
                                                                               : "check_export.py: " + found;
}

}  // namespace espalier::test
