#include "core/evaluate/ptb_tokenizer.h"

#include <unicode/locid.h>
#include <unicode/regex.h>

#include <memory>

#include "core/base/error.h"

namespace espalier {

namespace {

// What is done with the text of a token.
enum class Form {
  Plain,       // soft hyphens go
  Last2Apart,  // the last two characters are the next token: gon-na
  Last3Apart,  // the last three
  Escaped,     // "/" and "*" get a backslash, blanks become U+00A0, round brackets -LRB- and -RRB-
  Dash,
  Ellipsis,
  Ampersand,
  Fraction,  // a character such as 1/2
  Currency,  // as the treebank has no other signs than $, # and "cents"
  Quote,     // closing
  OpenQuote,
  Bracket,
  Hyphens,  // three and four are a dash
};

// Group 1 is the token; what follows in the match must follow in the text, and counts for which is longest.
struct Rule {
  std::string pattern;
  Form form;
};

// The rules, and the parts of their patterns.
struct RuleTable {
  const std::string kLetter = "(?:\\p{L}|[\\u00AD\\u0300-\\u036F])";
  const std::string kSpace = "[ \\t\\u00A0\\u2000-\\u200A\\u3000]";
  const std::string kSpaceOrLine =
      "[ \\t\\u00A0\\u2000-\\u200A\\u3000\\r\\n\\u2028\\u2029\\u000B\\u000C\\u0085]";
  const std::string kNoSpace =
      "[^ \\t\\u00A0\\u2000-\\u200A\\u3000\\r\\n\\u2028\\u2029\\u000B\\u000C\\u0085]";
  const std::string kApostrophe = "(?:['\\u0092\\u2019\\u00B4]|&apos;)";
  const std::string kLikeApostrophe = "(?:['\\u0092\\u2019\\u00B4`\\u0091\\u2018\\u201B]|&apos;)";
  const std::string kDigit = "\\p{Nd}";
  const std::string kNumber =
      "(?:" + kDigit + "+(?:[.:,\\u00AD\\u066B\\u066C]" + kDigit + "+)*|(?:[.,]" + kDigit + "+)+)";
  const std::string kHyphen = "[-_\\u058A\\u2010\\u2011]";
  const std::string kAcronym =
      "(?:[a-z](?:\\.[a-z])+|(?:Canada|Sino|Korean|EU|Japan|non)-U\\.S|U\\.S\\.-(?:U\\.S\\.S\\.R|U\\.K))";
  const std::string kWordEnd = "(?:" + kApostrophe + "(?:[msd]|re|ve|ll))";
  const std::string kNot = "(?:n" + kLikeApostrophe + "t)";

  // Abbreviations that lower-case words follow, that capitals follow, and that are such before numbers only.
  const std::string kBeforeSmall =
      "(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thu(?:rs)?|Fri|Ala|Ariz|Calif|Colo|"
      "Conn|"
      "Ct|Dak|"
      "Fla|Ga|Ind|Kans?|Ky|Md|Mich|Minn|Mo|Mont|Neb|Nev|Okla|Penn|Tenn|Va|Vt|Wisc?|Wyo|"
      "(?-i:Az|Ark|Del|Ill|La|Mass|Miss|Ore|Pa|Tex|Wash)|"
      "Inc|Cos?|Corp|Pp?t[ye]s?|Ltd|Plc|Rt|Bancorp|Bhd|Assn|Univ|Intl|Sys|tel|est|ext|sq|"
      "Jr|Bros|(?:Ed|Ph)\\.D|Esq|etc|al|seq|Bldg)";
  const std::string kBeforeCapital =
      "(?:Mr|Mrs|Ms|(?-i:Miss)|Drs?|Profs?|Sens?|Reps?|Attys?|Lt|Col|Gen|Messrs|Govs?|Adm|Rev|Maj|Sgt|Cpl|"
      "Pvt|"
      "Capt|"
      "Ste?|Ave|Pres|Lieut|Hon|Brig|Co?mdr|Pfc|Spc|Supts?|Det|Mt|Ft|Adj|Adv|Asst|Assoc|Ens|Insp|Mlle|Mme|"
      "Msgr|"
      "Sfc|Sr|"
      "vs|Alex|Wm|Jos|Cie|a\\.k\\.a|cf|TREAS|Ph|Invt|Elec|Natl|M[ft]g|Dept|Blvd|Rd|" +
      kAcronym + "|[a-z])";
  const std::string kBeforeNumber =
      "(?:ca|figs?|prop|nos?|sect?s?|arts?|paras?|bldg|pp|op|approx|(?-i:Pt)|rs)";
  // After these a single letter ends a sentence.
  const std::string kSentenceStart =
      "(?-i:About|According|Additionally|After|An|A|As|At|But|Did|During|Earlier|Her?|Here|How|However|If|In|"
      "It|Last|"
      "Many|More|Mr\\.|Ms\\.|Now|Once|One|Other|Our|She|Since|So|Some|Such|That|The|Their|Then|There|These|"
      "They|This|"
      "We|When|While|What|Who|Why|Yet|You)";

  // Long: a table.
  std::vector<Rule> rules() const {
    const std::string alnum = "[a-z0-9]";
    const std::string thingPart = "(?:[dol]" + kLikeApostrophe + "[\\p{L}\\p{Nd}])?[\\p{L}\\p{Nd}]+";
    return {
        {"(cannot|'twas)", Form::Last3Apart},
        {"(" + kApostrophe + "tis|gonna|gotta|lemme|gimme|wanna)", Form::Last2Apart},
        {"(</?[a-z!?][^>\\r\\n]*>)", Form::Escaped},
        {"(&(?:MD|mdash|ndash);|[\\u0096\\u0097\\u2013\\u2014\\u2015])", Form::Dash},
        {"(&amp;)", Form::Ampersand},
        {"(&(?:HT|TL|UR|LR|QC|QL|QR|odq|cdq|#[0-9]+);)", Form::Plain},
        {"(" + kLetter + "+)" + kWordEnd, Form::Plain},
        {"([a-z\\u00AD]*(?-i:[A-MO-Za-mo-z])\\u00AD*)" + kNot, Form::Plain},
        {"(" + kLetter + "+)", Form::Plain},
        {"(" + kApostrophe + "n" + kApostrophe + "?|[ldj]" + kApostrophe + "|(?:Dunkin|somethin|ol)" +
             kApostrophe + "|" + kApostrophe + "em|(?-i:[A-HJ-XZn])" + kLikeApostrophe + "\\p{L}{2,}|" +
             kApostrophe + "[2-9]0s|" + kApostrophe + "till?|\\p{L}+[aeiouy]" + kLikeApostrophe +
             "(?-i:[aeiouA-Z])\\p{L}*|" + kApostrophe +
             "cause|cont'd\\.?|nor'easter|c'mon|e'er|s'mores|ev'ry|li'l|nat'l)",
         Form::Quote},
        {"(y" + kApostrophe + ")\\p{L}", Form::Plain},
        {"((?:ftp|https?):\\/\\/[^ \\t\\n\\f\\r\"<>|(){}]+[^ \\t\\n\\f\\r\"'<>|.!?(){},;:&-])",
         Form::Escaped},
        {"((?:www\\.(?:[^ \\t\\n\\f\\r\"<>|.!?(){},]+\\.)+[a-z]{2,4}|(?:[^ "
         "\\t\\n\\f\\r\"`'<>|.!?(){},_$-]+\\.)+"
         "(?:com|net|org|edu))(?:/[^ \\t\\n\\f\\r\"<>|()]+[^ \\t\\n\\f\\r\"<>|.!?(){},-])?)",
         Form::Escaped},
        {"([a-z0-9][^ \\t\\n\\f\\r\"<>|()\\u00A0]*@(?:[^ \\t\\n\\f\\r\"<>|().\\u00A0]+\\.)*[^ "
         "\\t\\n\\f\\r\"<>|().\\u00A0]+)",
         Form::Plain},
        {"(@[a-z_][a-z_0-9]*|#" + kLetter + "+)", Form::Plain},
        {"(" + kWordEnd + ")[^a-z]", Form::Quote},
        {"(" + kNot + ")", Form::Quote},
        {"(" + kDigit + "{1,2}[-/]" + kDigit + "{1,2}[-/]" + kDigit + "{2,4})", Form::Escaped},
        {"([-+]?" + kNumber + ")", Form::Plain},
        {"([\\u207A\\u207B\\u208A\\u208B]?(?:[\\u2070\\u00B9\\u00B2\\u00B3\\u2074-\\u2079]+|[\\u2080-\\u2089]"
         "+)"
         ")",
         Form::Plain},
        {"((?:" + kDigit + "{1,4}[- \\u00A0])?" + kDigit + "{1,4}(?:\\\\?/|\\u2044)" + kDigit + "{1,4})",
         Form::Escaped},
        {"([\\u00BC\\u00BD\\u00BE\\u2153-\\u215E])", Form::Fraction},
        {"(-(?:RRB|LRB|RCB|LCB|RSB|LSB)-|C\\.D\\.s|pro-|anti-|Cap" + kApostrophe + "n|c" + kApostrophe +
             "est)",
         Form::Quote},
        {"(" + alnum + "+(?:-[a-z]+){0,2}(?:\\\\?/" + alnum + "+(?:-[a-z]+){0,2}){1,2})", Form::Escaped},
        {"((?-i:[A-Z])*\\$|#)", Form::Plain},
        {"([\\u00A2-\\u00A5\\u0080\\u20A0\\u20A4\\u20AC\\u20B9\\u060B\\u0E3F\\uFFE0\\uFFE1\\uFFE5\\uFFE6])",
         Form::Currency},
        {"([a-z])\\." + kSpaceOrLine + "+" + kSentenceStart + "(?:" + kSpaceOrLine + "|[?!])", Form::Plain},
        {"(" + kBeforeNumber + "\\.)" + kSpaceOrLine + "?" + kDigit, Form::Plain},
        {"(" + kBeforeSmall + "\\.)", Form::Plain},
        {"(" + kBeforeCapital + "\\.)", Form::Plain},
        {"(" + kAcronym + ")" + kSpaceOrLine, Form::Plain},
        {"(" + kApostrophe + "[0-9][0-9])" + kSpaceOrLine, Form::Quote},
        {"([\\p{L}\\p{Nd}]+(?:[-._/"
         "][\\p{L}\\p{Nd}]+)*\\.(?:bat|bmp|bz2|c|class|cgi|cpp|dll|docx?|exe|gif|gz|h|html?|jar|"
         "java|jpe?g|mov|mp3|pdf|php|pl|png|ppt|ps|py|sql|tar|txt|wav|x|xml|zip))(?:" +
             kSpaceOrLine + "|[.?!,])",
         Form::Plain},
        {"(" + kLetter + "+\\.)[,;:\\u3001]", Form::Plain},
        {"((?:\\([0-9]{2,3}\\)[ \\u00A0]?|(?:\\+\\+?)?(?:[0-9]{2,4}[- \\u00A0])?[0-9]{2,4}[- "
         "\\u00A0])[0-9]{3,4}"
         "[- \\u00A0]?[0-9]{3,5}|(?:(?:\\+\\+?)?[0-9]{2,4}\\.)?[0-9]{2,4}\\.[0-9]{3,4}\\.[0-9]{3,5})",
         Form::Escaped},
        {"(\"|&quot;)[a-z0-9$]", Form::OpenQuote},
        {"(\"|&quot;)", Form::Quote},
        {"(<|&lt;|>|&gt;)", Form::Plain},
        {"([<>]?[:;=][-o*']?[()DPdpO\\\\{@|\\[\\]])[^a-z0-9]", Form::Escaped},
        {"([\\[\\](){}])", Form::Bracket},
        {"(-+)", Form::Hyphens},
        {"(\\.{3,5}|(?:\\.[ \\u00A0]){2,4}\\.|[\\u0085\\u2026])", Form::Ellipsis},
        {"(@+|#+|_+)", Form::Plain},
        {"(\\*+|(?:\\\\\\*){1,3})", Form::Escaped},
        {"([,;:\\u3001])", Form::Plain},
        {"([?!]+)", Form::Plain},
        {"([.\\u00A1\\u00BF\\u037E\\u0589\\u061F\\u06D4\\u0700-\\u0702\\u07FA\\u3002])", Form::Plain},
        {"(=+)", Form::Plain},
        {"(/)", Form::Escaped},
        {"(" + alnum + "[a-z0-9.,\\u00AD]*(?:-(?:[a-z0-9\\u00AD]+(?:\\.[0-9]+)?|" + kAcronym + "\\.))+)",
         Form::Plain},
        {"(" + thingPart + "\\.)[,;:\\u3001]", Form::Quote},
        {"(" + thingPart + "(?:" + kHyphen + thingPart + ")*)", Form::Quote},
        {"((?-i:[A-Z])+(?:(?:[+&]|&amp;)(?-i:[A-Z])+)+)", Form::Ampersand},
        {"(" + kApostrophe + "|[`\\u2018-\\u201F\\u0091-\\u0094\\u2039\\u203A\\u00AB\\u00BB]{1,2}|'')\\p{L}" +
             kNoSpace,
         Form::OpenQuote},
        {"(" + kApostrophe +
             "|[`\\u2018-\\u201F\\u0091-\\u0094\\u2039\\u203A\\u00AB\\u00BB]{1,2}|'')(?-i:[AaIiUu])" +
             kSpaceOrLine,
         Form::OpenQuote},
        {"(''|" + kApostrophe + "|[`\\u2018-\\u201F\\u0091-\\u0094\\u2039\\u203A\\u00AB\\u00BB]{1,2})",
         Form::Quote},
        {"(<<|>>)", Form::Plain},
        {"([+%&~^|\\\\\\u00A6-\\u00A9\\u00AC\\u00AE-\\u00BA\\u00D7\\u00F7\\u2016\\u2017\\u2020-"
         "\\u2023\\u2030-"
         "\\u2038"
         "\\u203B\\u203E-\\u2042\\u2044\\u207A-\\u207F\\u208A-\\u208E\\u2100-\\u214F\\u2190-\\u21FF\\u2200-"
         "\\u2BFF"
         "\\uFF01-\\uFF0F\\uFF1A-\\uFF20\\uFF3B-\\uFF40\\uFF5B-\\uFF65])",
         Form::Plain}};
  }
};

struct CompiledRule {
  std::unique_ptr<icu::RegexPattern> pattern;
  Form form;
};

const std::vector<CompiledRule>& compiledRules() {
  static const auto compiled = [] {
    std::vector<CompiledRule> out;
    for (const auto& rule : RuleTable().rules()) {
      UErrorCode status = U_ZERO_ERROR;
      UParseError where;
      out.push_back({std::unique_ptr<icu::RegexPattern>(icu::RegexPattern::compile(
                         icu::UnicodeString::fromUTF8(rule.pattern), UREGEX_CASE_INSENSITIVE, where, status)),
                     rule.form});
      if (U_FAILURE(status))
        throw Error(ErrorKind::Internal, "The pattern " + rule.pattern + " cannot be used.");
    }
    return out;
  }();
  return compiled;
}

void replaceAllOf(icu::UnicodeString& text, const char* from, const char* to) {
  text.findAndReplace(icu::UnicodeString::fromUTF8(from), icu::UnicodeString::fromUTF8(to));
}

// Quotes as LaTeX writes them.
void makeQuotes(icu::UnicodeString& t, bool opening) {
  for (const char* two : {"&quot;", "\"", "''"}) replaceAllOf(t, two, opening ? "``" : "\xe2\x80\x9d");
  for (const char* one : {"&apos;", "'"}) replaceAllOf(t, one, opening ? "`" : "'");
  for (const char* left : {"\xc2\x91", "\xe2\x80\x98", "\xe2\x80\x9a", "\xe2\x80\x9b", "\xe2\x80\xb9"})
    replaceAllOf(t, left, "`");
  for (const char* right : {"\xc2\x92", "\xc2\xb4", "\xe2\x80\x99", "\xe2\x80\xba"})
    replaceAllOf(t, right, "'");
  for (const char* left : {"\xc2\x93", "\xe2\x80\x9c", "\xe2\x80\x9e", "\xc2\xab"})
    replaceAllOf(t, left, "``");
  for (const char* right : {"\xc2\x94", "\xe2\x80\x9d", "\xc2\xbb"}) replaceAllOf(t, right, "''");
}

icu::UnicodeString formed(icu::UnicodeString t, Form form) {
  switch (form) {
    case Form::Dash:
      return "--";
    case Form::Ellipsis:
      return "...";
    case Form::Ampersand:
      replaceAllOf(t, "&amp;", "&");
      return t;
    case Form::Hyphens:
      return t.length() == 3 || t.length() == 4 ? icu::UnicodeString("--") : t;
    case Form::Escaped:
      replaceAllOf(t, "\\/", "/"), replaceAllOf(t, "/", "\\/");
      replaceAllOf(t, "\\*", "*"), replaceAllOf(t, "*", "\\*");
      replaceAllOf(t, " ", "\xc2\xa0");
      replaceAllOf(t, "(", "-LRB-"), replaceAllOf(t, ")", "-RRB-");
      return t;
    case Form::Bracket:
      for (const auto& [sign, name] :
           {std::pair{"(", "-LRB-"}, std::pair{")", "-RRB-"}, std::pair{"[", "-LSB-"},
            std::pair{"]", "-RSB-"}, std::pair{"{", "-LCB-"}, std::pair{"}", "-RCB-"}})
        replaceAllOf(t, sign, name);
      return t;
    case Form::Fraction:
      for (const auto& [sign, name] :
           {std::pair{"\xc2\xbc", "1\\/4"}, std::pair{"\xc2\xbd", "1\\/2"}, std::pair{"\xc2\xbe", "3\\/4"},
            std::pair{"\xe2\x85\x93", "1\\/3"}, std::pair{"\xe2\x85\x94", "2\\/3"}})
        replaceAllOf(t, sign, name);
      return t;
    case Form::Currency:
      replaceAllOf(t, "\xc2\xa2", "cents"), replaceAllOf(t, "\xc2\xa3", "#");
      for (const char* other : {"\xc2\x80", "\xc2\xa4", "\xe2\x82\xa0", "\xe2\x82\xac", "\xe2\x82\xb9"})
        replaceAllOf(t, other, "$");
      return t;
    case Form::Quote:
    case Form::OpenQuote:
      makeQuotes(t, form == Form::OpenQuote);
      return t;
    default:
      replaceAllOf(t, "\xc2\xad", "");
      return t;
  }
}

bool isSmallLetter(char16_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Where letters from `at` on are a word that no rule treats otherwise, its end; else `at`.
int32_t plainWordEnd(const icu::UnicodeString& text, int32_t at) {
  int32_t end = at;
  while (end < text.length() && isSmallLetter(text[end])) ++end;
  const bool ends = end == text.length() || text[end] == ' ' || text[end] == '\n';
  if (end == at || !ends) return at;
  auto word = text.tempSubStringBetween(at, end);
  word.toLower(icu::Locale::getEnglish());
  for (const char* special : {"cannot", "gonna", "gotta", "lemme", "gimme", "wanna"})
    if (word == icu::UnicodeString(special)) return at;
  return end;
}

}  // namespace

std::vector<std::string> ptbTokens(const std::string& written) {
  // Captions stand on lines of their own.
  const auto text = icu::UnicodeString::fromUTF8(written) + "\n";
  thread_local std::vector<std::unique_ptr<icu::RegexMatcher>> matchers;
  UErrorCode status = U_ZERO_ERROR;
  if (matchers.empty())
    for (const auto& rule : compiledRules()) matchers.emplace_back(rule.pattern->matcher(status));
  for (auto& m : matchers) m->reset(text);
  std::vector<std::string> out;
  const auto add = [&](const icu::UnicodeString& token) {
    std::string utf8;
    token.toUTF8String(utf8);
    if (!utf8.empty()) out.push_back(std::move(utf8));
  };
  for (int32_t at = 0; at < text.length();) {
    if (const auto end = plainWordEnd(text, at); end > at) {
      add(text.tempSubStringBetween(at, end));
      at = end;
      continue;
    }
    int32_t longest = 0, tokenEnd = at;
    Form form = Form::Plain;
    for (size_t i = 0; i < matchers.size(); ++i) {
      status = U_ZERO_ERROR;
      auto& m = *matchers[i];
      m.region(at, text.length(), status);
      if (!m.lookingAt(status) || U_FAILURE(status)) continue;
      if (const int32_t length = m.end(status) - at; length > longest) {
        longest = length;
        tokenEnd = m.end(1, status);
        form = compiledRules()[i].form;
      }
    }
    if (longest == 0) {  // blanks, and what no rule knows
      at = text.moveIndex32(at, 1);
      continue;
    }
    if (form == Form::Last2Apart) tokenEnd -= 2, form = Form::Quote;
    if (form == Form::Last3Apart) tokenEnd -= 3, form = Form::Quote;
    add(formed(text.tempSubStringBetween(at, tokenEnd), form));
    at = tokenEnd;
  }
  return out;
}

}  // namespace espalier
