#include <algorithm>

#include "core/template/functions.h"
#include "core/template/operations.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier::jinja {

namespace {

using TextMethod = Value (*)(Renderer&, const std::string&, const Arguments&);

const std::string& textArgument(const Value& value, const char* function) {
  if (!value.text()) fail(std::string(function) + " takes a text, not a " + value.typeName());
  return *value.text();
}

template <bool kLeft, bool kRight>
Value strip(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p("strip()", given, {"chars"});
  const bool all = !p.has(0) || p.need(0).isNone();
  return trimmed(text, all ? nullptr : &textArgument(p.need(0), "strip()"), kLeft, kRight);
}

// Where white space separates; at most `most` cuts, from the left or the right.
Value::List splitAtSpace(const std::string& text, int64_t most, bool fromRight) {
  struct Word {
    size_t begin, end;
  };
  std::vector<Word> words;
  for (size_t at = 0, begin = std::string::npos; at <= text.size();) {
    const size_t here = at;
    const bool space = at == text.size() || isPythonSpace(nextCodePoint(text, at));
    if (!space && begin == std::string::npos) begin = here;
    if (space && begin != std::string::npos) {
      words.push_back({begin, here});
      begin = std::string::npos;
    }
    if (here == text.size()) break;
  }
  Value::List out;
  if (most < 0 || int64_t(words.size()) <= most) {
    for (const auto& w : words) out.emplace_back(text.substr(w.begin, w.end - w.begin));
  } else if (fromRight) {
    const size_t kept = words.size() - size_t(most);
    if (kept > 0) out.emplace_back(text.substr(0, words[kept - 1].end));
    for (size_t i = kept; i < words.size(); ++i)
      out.emplace_back(text.substr(words[i].begin, words[i].end - words[i].begin));
  } else {
    for (size_t i = 0; i < size_t(most); ++i)
      out.emplace_back(text.substr(words[i].begin, words[i].end - words[i].begin));
    out.emplace_back(text.substr(words[size_t(most)].begin));
  }
  return out;
}

template <bool kFromRight>
Value split(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p("split()", given, {"sep", "maxsplit"});
  const int64_t most = p.whole(1, -1);
  if (!p.has(0) || p.need(0).isNone()) return Value::list(splitAtSpace(text, most, kFromRight));
  const auto& separator = textArgument(p.need(0), "split()");
  if (separator.empty()) fail("split() takes a separator that is not empty");
  Value::List out;
  size_t begin = 0, end = text.size();
  while (most < 0 || int64_t(out.size()) < most) {
    const size_t at = kFromRight ? (end < separator.size() ? std::string::npos
                                                           : text.rfind(separator, end - separator.size()))
                                 : text.find(separator, begin);
    if (at == std::string::npos) break;
    if (kFromRight) {
      out.emplace_back(text.substr(at + separator.size(), end - at - separator.size()));
      end = at;
    } else {
      out.emplace_back(text.substr(begin, at - begin));
      begin = at + separator.size();
    }
  }
  out.emplace_back(text.substr(begin, end - begin));
  if (kFromRight) std::reverse(out.begin(), out.end());
  return Value::list(std::move(out));
}

template <bool kStart>
Value hasEnd(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p(kStart ? "startswith()" : "endswith()", given, {"affix", "start", "end"});
  std::string part = text;
  if (p.has(1) || p.has(2))
    part = *slice(text, p.has(1) ? p.need(1) : Value(), p.has(2) ? p.need(2) : Value(), {}).text();
  const auto fits = [&](const Value& v) {
    const auto& affix = textArgument(v, kStart ? "startswith()" : "endswith()");
    return kStart ? part.starts_with(affix) : part.ends_with(affix);
  };
  const auto& affix = p.need(0);
  if (const auto* s = affix.sequence(); s && s->tuple)
    return std::any_of(s->items.begin(), s->items.end(), fits);
  return fits(affix);
}

Value upper(Renderer&, const std::string& text, const Arguments&) {
  return upperCaseText(text);
}
Value lower(Renderer&, const std::string& text, const Arguments&) {
  return lowerCaseText(text);
}
// As Python folds the letters of European scripts: lower case, with a sharp s as two and one sigma.
Value casefold(Renderer&, const std::string& text, const Arguments&) {
  std::string out;
  for (const auto& c : charactersOf(text)) {
    const auto lower = lowerCaseByCharacter(c);
    out += lower == "\u00DF" ? "ss" : lower == "\u03C2" ? "\u03C3" : lower;
  }
  return out;
}
Value capitalize(Renderer&, const std::string& text, const Arguments&) {
  return capitalized(text);
}

// Each letter behind something that is none begins a word.
Value titled(Renderer&, const std::string& text, const Arguments&) {
  std::string out;
  bool inside = false;
  for (const auto& c : charactersOf(text)) {
    size_t at = 0;
    const char32_t point = nextCodePoint(c, at);
    const bool cased = isLowerCase(point) || isUpperCase(point) || titleCaseOf(point) != point;
    if (cased && !inside) {
      appendUtf8(out, titleCaseOf(point));
    } else {
      out += cased ? lowerCaseByCharacter(c) : c;
    }
    inside = cased;
  }
  return out;
}

// Whether words begin with an upper-case letter and have no other, and there is one.
Value isTitle(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters none("istitle()", given, {});
  bool inside = false, some = false;
  for (size_t at = 0; at < text.size();) {
    const char32_t point = nextCodePoint(text, at);
    const bool upper = isUpperCase(point), lower = isLowerCase(point);
    if ((upper && inside) || (lower && !inside)) return false;
    inside = upper || lower;
    some = some || inside;
  }
  return some;
}

Value expandTabs(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p("expandtabs()", given, {"tabsize"});
  const int64_t width = std::clamp<int64_t>(p.whole(0, 8), 0, 1000);
  TextBuilder out;
  int64_t column = 0;
  for (const auto& c : charactersOf(text)) {
    if (c != "\t") {
      out.add(c);
      column = c == "\n" || c == "\r" ? 0 : column + 1;
      continue;
    }
    const int64_t blanks = width > 0 ? width - column % width : 0;
    out.add(std::string(size_t(blanks), ' '));
    column += blanks;
  }
  return out.take();
}

Value swapcase(Renderer&, const std::string& text, const Arguments&) {
  std::string out;
  for (const auto& c : charactersOf(text)) {
    size_t at = 0;
    const char32_t point = nextCodePoint(c, at);
    out += isUpperCase(point) ? lowerCaseByCharacter(c) : isLowerCase(point) ? upperCaseText(c) : c;
  }
  return out;
}

Value replace(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p("replace()", given, {"old", "new", "count"});
  return replaced(text, textArgument(p.need(0), "replace()"), textArgument(p.need(1), "replace()"),
                  p.whole(2, -1));
}

Value joinTexts(Renderer& r, const std::string& text, const Arguments& given) {
  const Parameters p("join()", given, {"iterable"});
  r.work(p.need(0).weight());
  TextBuilder out;
  bool first = true;
  for (const auto& item : itemsOf(p.need(0))) {
    if (!std::exchange(first, false)) out.add(text);
    out.add(textArgument(item, "join()"));
  }
  return out.take();
}

// kind: find, rfind, index, rindex, count.
Value search(const std::string& text, const Arguments& given, const std::string& kind) {
  const Parameters p((kind + "()").c_str(), given, {"sub", "start", "end"});
  const auto& part = textArgument(p.need(0), (kind + "()").c_str());
  const auto length = int64_t(lengthOfText(text));
  const auto bound = [&](size_t place, int64_t otherwise) {
    const int64_t given_at = p.has(place) && !p.need(place).isNone() ? p.whole(place, 0) : otherwise;
    return std::clamp(given_at < 0 ? given_at + length : given_at, int64_t(0), length);
  };
  const int64_t start = bound(1, 0), stop = bound(2, length);
  const std::string searched = start > stop ? "" : *slice(text, start, stop, {}).text();
  if (kind == "count") {
    if (part.empty()) return start > stop ? int64_t(0) : int64_t(lengthOfText(searched)) + 1;
    int64_t count = 0;
    for (size_t at = 0; (at = searched.find(part, at)) != std::string::npos; at += part.size()) ++count;
    return count;
  }
  const bool last = kind[0] == 'r';
  const size_t at = start > stop ? std::string::npos : last ? searched.rfind(part) : searched.find(part);
  if (at == std::string::npos) {
    if (kind.ends_with("index")) fail("index() looks for a text that is not there");
    return int64_t(-1);
  }
  return start + int64_t(lengthOfText(searched.substr(0, at)));
}

// kind: is all of the text, which is not empty, of a sort?
Value isAll(const std::string& text, const std::string& kind) {
  bool all = !text.empty(), cased = false;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = nextCodePoint(text, at);
    if (kind == "isdigit" || kind == "isdecimal" || kind == "isnumeric") all &= isNumeric(c);
    if (kind == "isalpha") all &= isLetter(c);
    if (kind == "isalnum") all &= isLetter(c) || isNumeric(c);
    if (kind == "isspace") all &= isPythonSpace(c);
    if (kind == "isascii") all &= c < 0x80;
    if (kind == "islower") all &= !isUpperCase(c);
    if (kind == "isupper") all &= !isLowerCase(c);
    cased |= isUpperCase(c) || isLowerCase(c);
  }
  if (kind == "isascii" && text.empty()) return true;
  return all && (cased || (kind != "islower" && kind != "isupper"));
}

Value splitLines(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p("splitlines()", given, {"keepends"});
  Value::List out;
  for (auto& line : linesOf(text, p.flag(0, false))) out.emplace_back(std::move(line));
  return Value::list(std::move(out));
}

template <bool kLast>
Value partition(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p("partition()", given, {"sep"});
  const auto& separator = textArgument(p.need(0), "partition()");
  if (separator.empty()) fail("partition() takes a separator that is not empty");
  const size_t at = kLast ? text.rfind(separator) : text.find(separator);
  if (at == std::string::npos)
    return kLast ? Value::tuple({"", "", Value(text)}) : Value::tuple({Value(text), "", ""});
  return Value::tuple({text.substr(0, at), separator, text.substr(at + separator.size())});
}

template <bool kPrefix>
Value without(Renderer&, const std::string& text, const Arguments& given) {
  const Parameters p(kPrefix ? "removeprefix()" : "removesuffix()", given, {"affix"});
  const auto& affix = textArgument(p.need(0), "removeprefix()");
  if (kPrefix) return text.starts_with(affix) ? text.substr(affix.size()) : text;
  return text.ends_with(affix) ? text.substr(0, text.size() - affix.size()) : text;
}

// kind: ljust, rjust, center, zfill.
Value fill(const std::string& text, const Arguments& given, const std::string& kind) {
  const Parameters p((kind + "()").c_str(), given, {"width", "fillchar"});
  p.need(0);
  const auto length = int64_t(lengthOfText(text));
  const int64_t missing = std::max<int64_t>(0, p.whole(0, 0) - length);
  const auto with = kind == "zfill" ? "0" : p.text(1, " ");
  if (lengthOfText(with) != 1) fail(kind + "() fills up with one character");
  // As Python centres: of an odd number the larger half to the left where the width is odd.
  const int64_t left = kind == "ljust"    ? 0
                       : kind == "center" ? missing / 2 + (missing & (missing + length) & 1)
                                          : missing;
  const size_t sign = kind == "zfill" && (text.starts_with('-') || text.starts_with('+')) ? 1 : 0;
  TextBuilder out;
  out.add(text.substr(0, sign));
  out.add(with, left);
  out.add(text.substr(sign));
  out.add(with, missing - left);
  return out.take();
}

// "{} {0} {name}".format(...): fields without conversions or formats.
Value formatBraces(Renderer& r, const std::string& text, const Arguments& given) {
  TextBuilder out;
  size_t next = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool twice = at + 1 < text.size() && text[at + 1] == c;
    if ((c == '{' || c == '}') && twice) {
      out.add(std::string(1, c));
      ++at;
      continue;
    }
    if (c == '}') fail("format() finds a single '}'");
    if (c != '{') {
      out.add(std::string(1, c));
      continue;
    }
    const size_t end = text.find('}', at);
    if (end == std::string::npos) fail("format() finds a '{' without its '}'");
    const auto field = text.substr(at + 1, end - at - 1);
    if (field.find_first_of("!:.[{") != std::string::npos)
      fail("format() fills in plain fields only, not {" + field.substr(0, 40) + "}");
    const bool number = !field.empty() && std::all_of(field.begin(), field.end(), isAsciiDigit);
    const Value* value = nullptr;
    if (field.empty() || number) {
      const size_t place = field.empty() ? next++ : field.size() > 6 ? SIZE_MAX : size_t(std::stoul(field));
      if (place < given.positional.size()) value = &given.positional[place];
    } else {
      for (const auto& [name, one] : given.named)
        if (name == field) value = &one;
    }
    if (!value) fail("format() has no value for {" + field.substr(0, 40) + "}");
    r.work(value->weight());
    out.add(value->str());
    at = end;
  }
  return out.take();
}

constexpr std::pair<const char*, TextMethod> kTextMethods[] = {
    {"strip", strip<true, true>},
    {"lstrip", strip<true, false>},
    {"rstrip", strip<false, true>},
    {"split", split<false>},
    {"rsplit", split<true>},
    {"startswith", hasEnd<true>},
    {"endswith", hasEnd<false>},
    {"upper", upper},
    {"lower", lower},
    {"casefold", casefold},
    {"capitalize", capitalize},
    {"title", titled},
    {"swapcase", swapcase},
    {"istitle", isTitle},
    {"expandtabs", expandTabs},
    {"replace", replace},
    {"join", joinTexts},
    {"splitlines", splitLines},
    {"partition", partition<false>},
    {"rpartition", partition<true>},
    {"removeprefix", without<true>},
    {"removesuffix", without<false>},
    {"format", formatBraces},
};

}  // namespace

std::optional<Value> textMethodOf(const Value& text, const std::string& name) {
  std::function<Value(Renderer&, const Arguments&)> call;
  for (const auto& [known, method] : kTextMethods)
    if (name == known)
      call = [text, method = method](Renderer& r, const Arguments& given) {
        return method(r, *text.text(), given);
      };
  for (const char* kind : {"find", "rfind", "index", "rindex", "count"})
    if (name == kind)
      call = [text, name](Renderer&, const Arguments& given) { return search(*text.text(), given, name); };
  for (const char* kind : {"ljust", "rjust", "center", "zfill"})
    if (name == kind)
      call = [text, name](Renderer&, const Arguments& given) { return fill(*text.text(), given, name); };
  for (const char* kind : {"isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum", "isspace", "isascii",
                           "islower", "isupper"})
    if (name == kind)
      call = [text, name](Renderer&, const Arguments& given) {
        const Parameters none((name + "()").c_str(), given, {});
        return isAll(*text.text(), name);
      };
  if (!call) return {};
  auto made = std::make_shared<CallableObject>();
  made->name = name;
  made->call = [text, call = std::move(call)](Renderer& r, const Arguments& given) {
    r.work(text.weight());
    return call(r, given);
  };
  return made;
}

}  // namespace espalier::jinja
