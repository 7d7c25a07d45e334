#pragma once

#include <filesystem>

// The bundled samples: where they lie and how to copy them.
namespace espalier {

// The folder of the bundled sample: "model", "calibration" and "pairs" in it. Throws Error if it is not
// installed.
std::filesystem::path sampleFolder();

// Writes a copy of the bundled sample to a folder; what is there already stays.
void writeSample(const std::filesystem::path& folder);

// Writes the second sample, a CLIP that knows emoji: "model", and "calibration", "seen" and "held-out" with
// pictures drawn from the installed font (259 pairs each, seconds; kept where they are there already), of the
// last 96 once more as "pairs". font, list: files other than the installed ones, where not empty. Throws
// Error naming the file, and the Debian package it comes from, where one is missing.
void writeEmojiSample(const std::filesystem::path& folder, const std::filesystem::path& font = {},
                      const std::filesystem::path& list = {});

// Whether the third sample is there: its weights may have been left out.
bool hasConversationSample();

// Writes the third sample, a modern vision-language model that converses about drawn scenes: "model", and
// "calibration" and "pairs", which are drawn (a second; kept where they are there already). Throws Error if
// it is not installed.
void writeConversationSample(const std::filesystem::path& folder);

}  // namespace espalier
