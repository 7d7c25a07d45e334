#include "core/samples/emoji_font.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_TRUETYPE_TABLES_H
#include FT_TRUETYPE_TAGS_H

#include <map>

#include "core/base/error.h"
#include "core/base/input_file.h"

namespace espalier {

namespace {

constexpr char32_t kPresentationSelector = 0xfe0f;

using Glyphs = std::vector<uint32_t>;
using Ligatures = std::map<Glyphs, uint32_t>;

// Big-endian numbers of a font table; 0 beyond its end.
class Table {
 public:
  explicit Table(std::vector<uint8_t> bytes) : m_bytes(std::move(bytes)) {}
  size_t u16(size_t at) const {
    return at + 2 <= m_bytes.size() ? size_t(m_bytes[at]) << 8 | m_bytes[at + 1] : 0;
  }
  size_t u32(size_t at) const { return u16(at) << 16 | u16(at + 2); }

 private:
  std::vector<uint8_t> m_bytes;
};

// The glyphs a coverage table lists, in its order (OpenType, "Common Table Formats").
Glyphs coverageOf(const Table& t, size_t at) {
  Glyphs out;
  const size_t count = t.u16(at + 2);
  if (t.u16(at) == 1) {
    for (size_t i = 0; i < count; ++i) out.push_back(uint32_t(t.u16(at + 4 + 2 * i)));
  } else {
    for (size_t i = 0; i < count; ++i)
      for (size_t g = t.u16(at + 4 + 6 * i); g <= t.u16(at + 6 + 6 * i); ++g) out.push_back(uint32_t(g));
  }
  return out;
}

void readLigatures(const Table& t, size_t subtable, Ligatures& out) {
  const auto first = coverageOf(t, subtable + t.u16(subtable + 2));
  for (size_t i = 0; i < std::min(first.size(), t.u16(subtable + 4)); ++i) {
    const size_t set = subtable + t.u16(subtable + 6 + 2 * i);
    for (size_t k = 0; k < t.u16(set); ++k) {
      const size_t ligature = set + t.u16(set + 2 + 2 * k);
      Glyphs parts{first[i]};
      for (size_t c = 1; c < t.u16(ligature + 2); ++c) parts.push_back(uint32_t(t.u16(ligature + 2 + 2 * c)));
      out.emplace(std::move(parts), uint32_t(t.u16(ligature)));
    }
  }
}

// All ligatures of the font, whatever feature they belong to (OpenType, GSUB lookup type 4, also as
// extension).
Ligatures ligaturesOf(FT_Face face) {
  FT_ULong length = 0;
  if (FT_Load_Sfnt_Table(face, FT_MAKE_TAG('G', 'S', 'U', 'B'), 0, nullptr, &length) != 0) return {};
  std::vector<uint8_t> bytes(length);
  if (FT_Load_Sfnt_Table(face, FT_MAKE_TAG('G', 'S', 'U', 'B'), 0, bytes.data(), &length) != 0) return {};
  const Table t(std::move(bytes));
  Ligatures out;
  const size_t lookups = t.u16(8);
  for (size_t i = 0; i < t.u16(lookups); ++i) {
    const size_t lookup = lookups + t.u16(lookups + 2 + 2 * i);
    for (size_t s = 0; s < t.u16(lookup + 4); ++s) {
      const size_t subtable = lookup + t.u16(lookup + 6 + 2 * s);
      if (t.u16(lookup) == 4) readLigatures(t, subtable, out);
      if (t.u16(lookup) == 7 && t.u16(subtable + 2) == 4)
        readLigatures(t, subtable + t.u32(subtable + 4), out);
    }
  }
  return out;
}

}  // namespace

struct EmojiFont::Face {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  Ligatures ligatures;

  ~Face() {
    if (face) FT_Done_Face(face);
    if (library) FT_Done_FreeType(library);
  }
};

EmojiFont::EmojiFont(const std::filesystem::path& file) : m_face(std::make_unique<Face>()) {
  if (FT_Init_FreeType(&m_face->library) != 0)
    throw Error(ErrorKind::Internal, "FreeType cannot be started.");
  std::error_code ec;
  if (!std::filesystem::exists(file, ec))
    throw Error(ErrorKind::Io, "The font " + file.string() +
                                   " does not exist; Noto Color Emoji was expected (on Debian the package "
                                   "fonts-noto-color-emoji).");
  InputFile{file};  // FreeType would wait for a pipe
  if (FT_New_Face(m_face->library, file.c_str(), 0, &m_face->face) != 0)
    throw Error(ErrorKind::Format, file.string() + " is not a font that FreeType can read.");
  if (!FT_HAS_COLOR(m_face->face) || m_face->face->num_fixed_sizes < 1 ||
      FT_Select_Size(m_face->face, 0) != 0)
    throw Error(
        ErrorKind::Unsupported,
        file.string() + " holds no colour bitmaps; Noto Color Emoji as Debian packs it was expected.");
  m_face->ligatures = ligaturesOf(m_face->face);
}

EmojiFont::~EmojiFont() = default;

std::optional<Sprite> EmojiFont::draw(std::u32string_view sequence) const {
  const FT_Face face = m_face->face;
  Glyphs glyphs;
  for (const char32_t c : sequence)
    if (c != kPresentationSelector) glyphs.push_back(FT_Get_Char_Index(face, c));
  uint32_t glyph = glyphs.empty() ? 0 : glyphs[0];
  if (glyphs.size() > 1) {
    const auto it = m_face->ligatures.find(glyphs);
    glyph = it == m_face->ligatures.end() ? 0 : it->second;
  }
  if (glyph == 0 || FT_Load_Glyph(face, glyph, FT_LOAD_COLOR) != 0) return {};
  const FT_Bitmap& bitmap = face->glyph->bitmap;
  if (bitmap.pixel_mode != FT_PIXEL_MODE_BGRA || bitmap.width == 0 || bitmap.rows == 0) return {};
  Sprite s{int(bitmap.width), int(bitmap.rows), {}};
  s.rgba.reserve(size_t(s.width) * size_t(s.height) * 4);
  for (int y = 0; y < s.height; ++y) {
    const uint8_t* p = bitmap.buffer + ptrdiff_t(y) * bitmap.pitch;
    for (int x = 0; x < s.width; ++x, p += 4) s.rgba.insert(s.rgba.end(), {p[2], p[1], p[0], p[3]});
  }
  return s;
}

}  // namespace espalier
