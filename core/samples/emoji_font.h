#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace espalier {

// A picture that can be laid over another: 8 bits a channel; red, green and blue multiplied by alpha, alpha.
struct Sprite {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgba;  // 4 * width * height
};

// A colour font with bitmaps (CBDT), as Noto Color Emoji is. May be used from one thread at a time.
class EmojiFont {
 public:
  // Throws Error naming the file if it is missing or holds no colour bitmaps.
  explicit EmojiFont(const std::filesystem::path& file);
  ~EmojiFont();

  // The picture of an emoji: a character, or a sequence for which the font has one picture (skin tones,
  // joined people, flags). Presentation selectors (U+FE0F) are passed over. Nothing where the font has no
  // picture of its own for the whole sequence.
  std::optional<Sprite> draw(std::u32string_view sequence) const;

 private:
  struct Face;
  std::unique_ptr<Face> m_face;
};

}  // namespace espalier
