#pragma once

class QString;

namespace espalier {

// Chinese, Japanese and Korean write many characters differently that Unicode counts as one. What the
// system's font lacks comes from a font made for this language (a code as in translations.h) where one is
// installed, and not from whichever has it first. Of the application's font, so before its size is chosen.
void preferFontsOf(const QString& language);

}  // namespace espalier
