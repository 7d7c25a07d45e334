#pragma once

#include <QString>
#include <cstdint>
#include <filesystem>
#include <string>

// How numbers, names and paths are written for people, in the language of the system.
namespace espalier {

enum class PromptForm;

QString text(const std::string& utf8);
QString text(const std::filesystem::path& path);
std::filesystem::path toPath(const QString& path);
// What a model in this folder is called: the folder's name, or where that only says "model", the one around
// it.
QString modelTitle(const std::filesystem::path& folder);
// Where it is, in few words: the folder and the one around it, "sample/model".
QString placeTitle(const std::filesystem::path& folder);

// 0.4567 -> "45.7 %".
QString percent(double fraction, int decimals = 1);
// Of a limit, to one decimal, so that what is said lies within it: for a most and for a least.
QString percentBelow(double fraction);
QString percentAbove(double fraction);
// Of a probability: "3.4 %", and "below 0.1 %" where that would be 0.0 %.
QString chanceText(double probability);
// The same with its sign, in percentage points: "+3.1", "−12.0", "0.0".
QString signedPoints(double fraction, int decimals = 1);
// "6.83 M", for places with little room; exactCount() has every digit.
QString shortCount(int64_t count);
QString exactCount(int64_t count);
// Three significant digits, with an exponent where the number is very large or small.
QString shortNumber(double value);
QString fileSize(int64_t bytes);
// "about 20 s left"; empty for a negative number.
QString timeLeft(double seconds);
QString duration(double seconds);

// What a method, criterion or allocator of the engine is called on screen: "zeroth-order" -> "Zeroth-order".
QString methodTitle(const std::string& name);
QString promptTitle(PromptForm form);  // "Chat template"
// What a component is called on screen: "Vision", "Q-Former", ...
QString componentTitle(const std::string& component);
QString shortComponentTitle(const std::string& component);  // "Encoder"
// The part of a block's or matrix's name that tells it from its neighbours: "encoder.block.3" -> "3".
QString shortBlockLabel(const std::string& name);

}  // namespace espalier
