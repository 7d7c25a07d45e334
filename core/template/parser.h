#pragma once

#include <string>

#include "core/template/syntax.h"

namespace espalier::jinja {

// The statements of a template, as Jinja 3.1 reads them with the extensions transformers uses: break and
// continue, and generation blocks. Templates that include, import or extend others are refused: there are
// none. Throws SyntaxFailure.
Statements parseTemplate(const std::string& source);

}  // namespace espalier::jinja
