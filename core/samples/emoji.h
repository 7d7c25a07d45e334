#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/image/image.h"
#include "core/samples/emoji_font.h"

namespace espalier {

// An emoji with its picture.
struct Emoji {
  std::string name;  // "woman firefighter: medium skin tone"
  Sprite sprite;
  bool heldOut = false;  // never trained on
};

// The fully qualified emoji of Unicode's emoji-test.txt that the font has a picture of, in the list's order.
// Held out are about a sixth of the composed ones: all skin tones of some people, and single skin tones of
// others; but only names every word of which at least three others keep, so that each could be known from its
// parts. Throws Error naming the file that cannot be used.
std::vector<Emoji> readEmoji(const std::filesystem::path& list, const std::filesystem::path& font,
                             uint64_t seed);

// The name without its skin tone.
std::string baseName(const std::string& name);

// The emoji on a square picture: on a colour or a gradient, rotated, scaled, shifted, some a little blurred
// or lighter or darker. How much of all that: 1 as in training, less for pictures to test on.
Image drawEmoji(const Sprite& sprite, int side, double strength, CounterRandom& random);

// Writes emoji as image-text pairs: PNG pictures and metadata.jsonl. Throws Error where the folder cannot be
// written.
void writeEmojiDataset(const std::filesystem::path& folder, const std::vector<const Emoji*>& emoji, int side,
                       uint64_t seed);

}  // namespace espalier
