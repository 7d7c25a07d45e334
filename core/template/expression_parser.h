#pragma once

#include "core/template/syntax.h"
#include "core/template/token_stream.h"

namespace espalier::jinja {

// One expression; a tuple where commas stand between several. Names in ops of Jinja's grammar: a condition
// behind a value ("a if b else c") is read unless withCondition is false, as in "for x in list if x".
ExpressionPtr parseExpression(TokenStream& in, bool withCondition = true);
ExpressionPtr parseTuple(TokenStream& in, bool withCondition = true);
// What is assigned to: a name, several with commas, or name.attribute where that is allowed.
ExpressionPtr parseTarget(TokenStream& in, bool mayBeAttribute);
// Filters behind an expression, "|" first; of a filter block, whose first name has no "|", with null.
ExpressionPtr parseFilters(TokenStream& in, ExpressionPtr filtered, bool startsInline = false);
Call parseCall(TokenStream& in);
ExpressionPtr parsePostfixed(TokenStream& in);

}  // namespace espalier::jinja
