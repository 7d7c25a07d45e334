#include "core/text/unicode.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include <memory>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

void require(UErrorCode status, const char* what) {
  if (U_FAILURE(status))
    throw Error(ErrorKind::Internal,
                std::string("The Unicode library cannot ") + what + ": " + u_errorName(status) + ".");
}

bool isAscii(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

const icu::Normalizer2* normalizerFor(NormalForm form, UErrorCode& status) {
  switch (form) {
    case NormalForm::C:
      return icu::Normalizer2::getNFCInstance(status);
    case NormalForm::D:
      return icu::Normalizer2::getNFDInstance(status);
    case NormalForm::KC:
      return icu::Normalizer2::getNFKCInstance(status);
    case NormalForm::KD:
      return icu::Normalizer2::getNFKDInstance(status);
  }
  return nullptr;
}

}  // namespace

std::string normalizeUnicode(const std::string& text, NormalForm form) {
  if (isAscii(text)) return text;
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = normalizerFor(form, status);
  require(status, "load its normalization tables");
  std::string out;
  icu::StringByteSink<std::string> sink(&out, int32_t(text.size()));
  normalizer->normalizeUTF8(0, icu::StringPiece(text.data(), int32_t(text.size())), sink, nullptr, status);
  require(status, "normalize a text");
  return out;
}

std::string lowerCaseByCharacter(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const char32_t c = nextCodePoint(text, i);
    if (c == 0x130)
      out += "i\xCC\x87";  // the one character whose lower case is two
    else
      appendUtf8(out, char32_t(u_tolower(UChar32(c))));
  }
  return out;
}

std::string lowerCaseText(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, int32_t(text.size()));
  icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data(), int32_t(text.size())), sink, nullptr,
                            status);
  require(status, "lower-case a text");
  return out;
}

std::string upperCaseText(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, int32_t(text.size()));
  icu::CaseMap::utf8ToUpper("", 0, icu::StringPiece(text.data(), int32_t(text.size())), sink, nullptr,
                            status);
  require(status, "upper-case a text");
  return out;
}

char32_t titleCaseOf(char32_t c) {
  return char32_t(u_totitle(UChar32(c)));
}

bool isLetter(char32_t c) {
  return (U_GET_GC_MASK(UChar32(c)) & U_GC_L_MASK) != 0;
}

bool isLowerCase(char32_t c) {
  return u_hasBinaryProperty(UChar32(c), UCHAR_LOWERCASE);
}

bool isUpperCase(char32_t c) {
  return u_hasBinaryProperty(UChar32(c), UCHAR_UPPERCASE);
}

bool isPrintable(char32_t c) {
  return (U_GET_GC_MASK(UChar32(c)) & (U_GC_C_MASK | U_GC_Z_MASK)) == 0;
}

bool isWhiteSpace(char32_t c) {
  return u_isUWhiteSpace(UChar32(c));
}

bool isPunctuation(char32_t c) {
  if (c < 0x80) return c > 0x20 && c < 0x7F && !u_isalnum(UChar32(c));
  return (U_GET_GC_MASK(UChar32(c)) & U_GC_P_MASK) != 0;
}

bool isControl(char32_t c) {
  return (U_GET_GC_MASK(UChar32(c)) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK)) != 0;
}

bool isNonSpacingMark(char32_t c) {
  return (U_GET_GC_MASK(UChar32(c)) & U_GC_MN_MASK) != 0;
}
bool isMark(char32_t c) {
  return (U_GET_GC_MASK(UChar32(c)) & U_GC_M_MASK) != 0;
}
bool isNumeric(char32_t c) {
  return (U_GET_GC_MASK(UChar32(c)) & U_GC_N_MASK) != 0;
}

bool isWordCharacter(char32_t c) {
  return (U_GET_GC_MASK(UChar32(c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0;
}

bool isCjkIdeograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B820 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

int scriptOf(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(UChar32(c), &status);
  require(status, "tell the script of a character");
  return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ? int(USCRIPT_HAN) : int(script);
}

std::vector<size_t> graphemeEnds(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  require(status, "load its character boundaries");
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, text.data(), int64_t(text.size()), &status);
  require(status, "read a text");
  breaks->setText(&utext, status);
  std::vector<size_t> ends;
  for (int32_t at = breaks->next(); at != icu::BreakIterator::DONE; at = breaks->next())
    ends.push_back(size_t(at));
  utext_close(&utext);
  require(status, "find the characters of a text");
  return ends;
}

std::string_view trimLeft(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    size_t next = i;
    if (!isWhiteSpace(nextCodePoint(text, next))) break;
    i = next;
  }
  return text.substr(i);
}

std::string_view trimRight(std::string_view text) {
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    size_t position = start;
    if (!isWhiteSpace(nextCodePoint(text, position))) break;
    text = text.substr(0, start);
  }
  return text;
}

}  // namespace espalier
