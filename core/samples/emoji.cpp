#include "core/samples/emoji.h"

#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/image/encode.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr double kHeldOutBases = 0.09, kHeldOutTones = 0.09;
constexpr int kWordKept = 3;       // by how many names that are trained on
constexpr int kSupersampling = 2;  // pictures are drawn larger and averaged
constexpr double kTestStrength = 0.4;

std::set<std::string> wordsOf(const std::string& name) {
  std::set<std::string> words;
  std::string word;
  for (const char c : name + " ") {
    if (c != ' ' && c != ':' && c != ',') {
      word += c;
    } else if (!word.empty()) {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

// A line "1F9D1 1F3FD 200D 2696 FE0F ; fully-qualified # <emoji> E12.1 judge: medium skin tone"; an empty
// sequence for any other line.
std::pair<std::u32string, std::string> parseLine(const std::string& line) {
  const auto semicolon = line.find(';'), hash = line.find('#');
  if (line.starts_with("#") || semicolon == std::string::npos || hash == std::string::npos ||
      hash < semicolon)
    return {};
  if (line.substr(semicolon + 1, hash - semicolon - 1).find(" fully-qualified ") == std::string::npos)
    return {};
  std::u32string sequence;
  std::istringstream codes(line.substr(0, semicolon));
  for (std::string code; codes >> code;) {
    uint32_t value = 0;
    if (std::from_chars(code.data(), code.data() + code.size(), value, 16).ec != std::errc()) return {};
    sequence += char32_t(value);
  }
  std::istringstream rest(line.substr(hash + 1));
  std::string picture, version, name;
  rest >> picture >> version;
  std::getline(rest >> std::ws, name);
  return {sequence, name};
}

double chance(uint64_t seed, const std::string& what, const std::string& name) {
  return CounterRandom(seed, streamOf(what + name)).uniform();
}

void holdOut(std::vector<Emoji>& emoji, uint64_t seed) {
  std::map<std::string, int> variants;
  for (const auto& e : emoji) ++variants[baseName(e.name)];
  for (auto& e : emoji) {
    const auto base = baseName(e.name);
    if (variants[base] < 2) continue;
    const bool toned = base != e.name;
    e.heldOut = chance(seed, "held out person ", base) < kHeldOutBases ||
                (toned && chance(seed, "held out tone ", e.name) < kHeldOutTones);
  }
  std::map<std::string, int> kept;
  for (const auto& e : emoji)
    if (!e.heldOut)
      for (const auto& word : wordsOf(e.name)) ++kept[word];
  for (auto& e : emoji) {
    if (!e.heldOut) continue;
    for (const auto& word : wordsOf(e.name)) e.heldOut = e.heldOut && kept[word] >= kWordKept;
    if (!e.heldOut)
      for (const auto& word : wordsOf(e.name)) ++kept[word];
  }
}

cv::Vec3f drawColour(CounterRandom& random) {
  return {float(random.uniform()), float(random.uniform()), float(random.uniform())};
}

}  // namespace

std::string baseName(const std::string& name) {
  const auto colon = name.find(": ");
  return colon != std::string::npos && name.find("skin tone", colon) != std::string::npos
             ? name.substr(0, colon)
             : name;
}

std::vector<Emoji> readEmoji(const fs::path& list, const fs::path& fontFile, uint64_t seed) {
  std::error_code ec;
  if (!fs::exists(list, ec))
    throw Error(ErrorKind::Io,
                "The list of emoji " + list.string() +
                    " does not exist; Unicode's emoji-test.txt was expected (on Debian the package "
                    "unicode-data).");
  const EmojiFont font(fontFile);
  std::vector<Emoji> emoji;
  std::istringstream in(readTextFile(list));
  for (std::string line; std::getline(in, line);) {
    auto [sequence, name] = parseLine(line);
    if (sequence.empty() || name.empty()) continue;
    if (auto sprite = font.draw(sequence)) emoji.push_back({std::move(name), std::move(*sprite)});
  }
  if (emoji.empty())
    throw Error(ErrorKind::Format, list.string() + " names no emoji that " + fontFile.string() +
                                       " has a picture of; Unicode's emoji-test.txt was expected.");
  holdOut(emoji, seed);
  return emoji;
}

Image drawEmoji(const Sprite& sprite, int side, double strength, CounterRandom& random) {
  const int large = side * kSupersampling;
  const auto spread = [&](double limit) { return strength * limit * (2 * random.uniform() - 1); };

  // Background: one colour, or a gradient of two.
  const auto one = drawColour(random), two = random.uniform() < 0.5 ? one : drawColour(random);
  const double direction = 2 * std::numbers::pi * random.uniform();
  cv::Mat picture(large, large, CV_32FC3);
  for (int y = 0; y < large; ++y)
    for (int x = 0; x < large; ++x) {
      const double along =
          ((x - large / 2) * std::cos(direction) + (y - large / 2) * std::sin(direction)) / large;
      const float t = float(std::clamp(0.5 + along, 0.0, 1.0));
      picture.at<cv::Vec3f>(y, x) = one * (1 - t) + two * t;
    }

  const double scale =
      (0.95 - strength * 0.35 * random.uniform()) * large / std::max(sprite.width, sprite.height);
  const double angle = spread(20),
               free = (1 - scale * std::max(sprite.width, sprite.height) / large) / 2 + 0.04;
  const double dx = spread(free) * large, dy = spread(free) * large;
  const cv::Mat source(sprite.height, sprite.width, CV_8UC4, const_cast<uint8_t*>(sprite.rgba.data()));
  cv::Mat place = cv::getRotationMatrix2D({float(sprite.width) / 2, float(sprite.height) / 2}, angle, scale);
  place.at<double>(0, 2) += large / 2.0 + dx - sprite.width / 2.0;
  place.at<double>(1, 2) += large / 2.0 + dy - sprite.height / 2.0;
  cv::Mat laid;
  cv::warpAffine(source, laid, place, {large, large}, cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                 cv::Scalar::all(0));
  for (int y = 0; y < large; ++y)
    for (int x = 0; x < large; ++x) {
      const auto over = laid.at<cv::Vec4b>(y, x);
      auto& under = picture.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) under[c] = float(over[c]) / 255 + under[c] * (1 - float(over[3]) / 255);
    }

  cv::Mat small;
  cv::resize(picture, small, {side, side}, 0, 0, cv::INTER_AREA);
  if (random.uniform() < 0.3 * strength) cv::GaussianBlur(small, small, {0, 0}, 0.3 + 0.8 * random.uniform());
  const double light = 1 + spread(0.15);
  Image image{side, side, {}};
  image.rgb.reserve(size_t(side) * size_t(side) * 3);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int c = 0; c < 3; ++c)
        image.rgb.push_back(
            uint8_t(std::lround(255 * std::clamp(light * small.at<cv::Vec3f>(y, x)[c], 0.0, 1.0))));
  return image;
}

void writeEmojiDataset(const fs::path& folder, const std::vector<const Emoji*>& emoji, int side,
                       uint64_t seed) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + folder.string() + " cannot be made: " + ec.message() + ".");
  std::string lines;
  for (size_t i = 0; i < emoji.size(); ++i) {
    CounterRandom random(seed, streamOf("picture " + folder.filename().string(), uint64_t(i)));
    const auto number = std::to_string(i);
    const auto file =
        "emoji-" + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number + ".png";
    saveImage(drawEmoji(emoji[i]->sprite, side, kTestStrength, random), folder / file);
    lines += jsonText(nlohmann::ordered_json{{"file_name", file}, {"answer", emoji[i]->name}}) + "\n";
  }
  writeFileAtomically(folder / "metadata.jsonl", lines);
}

}  // namespace espalier
