#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace espalier::test {

// Where the reference inputs and outputs lie: $ESPALIER_FIXTURES, or the copies of tests/data, unpacked.
// Tests run every case they find there, so that another folder of the same layout can be put through them.
std::filesystem::path fixturesRoot();

// The same of the families of today, picture processors and chats: $ESPALIER_FAMILIES, or the copies.
std::filesystem::path familiesRoot();

// The models of both, each a folder with config.json, model.safetensors, io.json and io.safetensors.
std::vector<std::filesystem::path> modelFolders();

// Files of our own, always those of tests/data, unpacked: large ones lie there as NAME.zst.
std::filesystem::path dataFile(const std::string& relative);

// The entries of a folder of fixtures, sorted by name; empty if it is not there.
std::vector<std::filesystem::path> entriesOf(const std::filesystem::path& folder);

nlohmann::json readJson(const std::filesystem::path& path);

}  // namespace espalier::test
