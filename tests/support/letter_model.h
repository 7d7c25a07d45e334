#pragma once

#include <filesystem>
#include <string>

#include "core/engine/open_model.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_tokenizer.h"

namespace espalier::test {

// A reference model of that name with a tokenizer of letters, in a folder of its own below `parent`.
inline ModelPtr openLetterModel(const std::filesystem::path& parent, const std::string& name) {
  const auto source = dataFile("fixtures/models/" + name), folder = parent / name;
  std::filesystem::create_directories(folder);
  for (const char* file : {"config.json", "generation_config.json", "model.safetensors"})
    if (std::filesystem::exists(source / file))
      std::filesystem::copy_file(source / file, folder / file, std::filesystem::copy_options::skip_existing);
  writeLetterTokenizer(folder);
  return openModel(folder);
}

}  // namespace espalier::test
