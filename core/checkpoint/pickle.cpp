#include "core/checkpoint/pickle.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>

#include "core/base/error.h"

namespace espalier {

namespace {

// A model of ten thousand tensors takes some three hundred thousand.
constexpr size_t kMaxValues = 1'000'000;
constexpr int kMark = -1;

bool isDictClass(const std::string& name) {
  return name == "collections.OrderedDict" || name == "builtins.dict" || name == "__builtin__.dict";
}

}  // namespace

// The stack machine of Python's pickle module (Lib/pickletools.py), protocols 0 to 5 as far as state dicts
// use them.
class PickleMachine {
 public:
  using Kind = PickleValue::Kind;

  PickleMachine(std::span<const std::byte> bytes, const std::filesystem::path& path,
                const std::function<bool(const std::string&)>& allowed)
      : m_bytes(bytes), m_path(path), m_allowed(allowed) {}

  Pickle run() {
    while (step(char(take(1)[0]))) {
    }
    if (m_stack.size() != 1 || m_stack[0] == kMark) bad("its values do not come out even");
    m_out.m_root = m_stack[0];
    m_out.m_bytesRead = m_at;
    return std::move(m_out);
  }

 private:
  [[noreturn]] void bad(const std::string& what) const {
    throw Error(ErrorKind::Format, m_path.string() + " is not a readable state dict: " + what + " (byte " +
                                       std::to_string(m_at) + " of the pickle).");
  }

  std::span<const std::byte> take(uint64_t size) {
    if (size > m_bytes.size() - m_at) bad("it is cut short");
    const auto part = m_bytes.subspan(m_at, size_t(size));
    m_at += size_t(size);
    return part;
  }
  uint64_t unsignedNumber(size_t size) {
    uint64_t value = 0;
    const auto part = take(size);
    for (size_t i = 0; i < size; ++i) value |= uint64_t(part[i]) << (8 * i);
    return value;
  }
  std::string text(uint64_t size) {
    const auto part = take(size);
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }
  std::string line() {
    std::string out;
    for (char c; (c = char(take(1)[0])) != '\n';) out += c;
    return out;
  }

  int add(PickleValue value) {
    // A remembered list can be named again and again, so what it holds counts each time.
    m_items += value.items.size();
    if (m_out.m_values.size() >= kMaxValues || m_items > 4 * kMaxValues)
      bad("it holds more values than any model");
    m_out.m_values.push_back(std::move(value));
    return int(m_out.m_values.size()) - 1;
  }
  void push(PickleValue value) { m_stack.push_back(add(std::move(value))); }
  void push(Kind kind) {
    PickleValue v;
    v.kind = kind;
    push(std::move(v));
  }
  void pushInt(int64_t number, Kind kind = Kind::Int) {
    PickleValue v;
    v.kind = kind;
    v.number = number;
    push(std::move(v));
  }
  void pushText(std::string text, Kind kind = Kind::Text) {
    PickleValue v;
    v.kind = kind;
    v.text = std::move(text);
    push(std::move(v));
  }
  // Up to eight bytes, two's complement; longer ones stay as they lie.
  void pushLong(uint64_t size) {
    auto bytes = text(size);
    if (bytes.size() > 8) return pushText(std::move(bytes), Kind::BigInt);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) value |= uint64_t(uint8_t(bytes[i])) << (8 * i);
    if (!bytes.empty() && bytes.size() < 8 && (bytes.back() & 0x80))
      value |= ~uint64_t(0) << (8 * bytes.size());
    pushInt(int64_t(value));
  }

  int pop() {
    if (m_stack.empty() || m_stack.back() == kMark) bad("a value is missing");
    const int value = m_stack.back();
    m_stack.pop_back();
    return value;
  }
  int top() {
    if (m_stack.empty() || m_stack.back() == kMark) bad("a value is missing");
    return m_stack.back();
  }
  // What lies above the last mark, which goes.
  std::vector<int> popToMark() {
    size_t at = m_stack.size();
    while (at > 0 && m_stack[at - 1] != kMark) --at;
    if (at == 0) bad("a mark is missing");
    std::vector<int> out(m_stack.begin() + std::ptrdiff_t(at), m_stack.end());
    m_stack.resize(at - 1);
    return out;
  }
  void pushItems(Kind kind, std::vector<int> items) {
    PickleValue v;
    v.kind = kind;
    v.items = std::move(items);
    push(std::move(v));
  }
  void pushTuple(int size) {
    std::vector<int> items(static_cast<size_t>(size));
    for (int i = size; i-- > 0;) items[size_t(i)] = pop();
    pushItems(Kind::Tuple, std::move(items));
  }
  PickleValue& value(int index) { return m_out.m_values[size_t(index)]; }

  void append(const std::vector<int>& items) {
    auto& list = value(top());
    if (list.kind != Kind::List) bad("something is appended to what is no list");
    list.items.insert(list.items.end(), items.begin(), items.end());
  }
  void setItems(const std::vector<int>& items) {
    auto& dict = value(top());
    if (dict.kind != Kind::Dict || items.size() % 2 != 0) bad("something is put into what is no dictionary");
    dict.items.insert(dict.items.end(), items.begin(), items.end());
  }

  void global(const std::string& module, const std::string& name) {
    const std::string full = module + "." + name;
    if (!m_allowed(full))
      throw Error(ErrorKind::Unsupported,
                  m_path.string() + " asks for the Python object \"" + full.substr(0, 200) +
                      "\"; only tensors and plain values are read, and no code of a file is ever run (save "
                      "model.state_dict() alone).");
    pushText(full, Kind::Global);
  }

  void call() {
    const int arguments = pop(), callee = pop();
    if (value(callee).kind != Kind::Global || value(arguments).kind != Kind::Tuple)
      bad("it calls what is no function");
    const std::string name = value(callee).text;
    PickleValue v;
    v.kind = isDictClass(name) ? Kind::Dict : Kind::Call;
    const auto& given = value(arguments).items;
    if (v.kind == Kind::Call) {
      v.text = name;
      v.items = given;
    } else if (given.size() == 1 && value(given[0]).kind == Kind::List) {
      for (const int pair : value(given[0]).items) {  // OrderedDict([(key, value), ...])
        if ((value(pair).kind != Kind::Tuple && value(pair).kind != Kind::List) ||
            value(pair).items.size() != 2)
          bad("a dictionary is made of what are no pairs");
        v.items.push_back(value(pair).items[0]);
        v.items.push_back(value(pair).items[1]);
      }
    } else if (!given.empty()) {
      bad("a dictionary is made of something unknown");
    }
    push(std::move(v));
  }

  void remember(uint64_t key) { m_memo[key] = top(); }
  void recall(uint64_t key) {
    const auto it = m_memo.find(key);
    if (it == m_memo.end()) bad("it refers to a value that is not there");
    m_stack.push_back(it->second);
  }
  uint64_t decimal() {
    const auto digits = line();
    if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string::npos)
      bad("a number is no number");
    return std::stoull(digits);
  }

  // Protocols 0 and 1 write numbers and texts as lines.
  void integerLine() {
    auto digits = line();
    if (digits == "00" || digits == "01") return pushInt(digits == "01", Kind::Bool);
    if (digits.ends_with('L')) digits.pop_back();
    int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || end != digits.data() + digits.size() || error == std::errc::invalid_argument)
      bad("a number is no number");
    if (error != std::errc()) return pushText(std::move(digits), Kind::BigInt);
    pushInt(number);
  }
  double realLine() {
    const auto digits = line();
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || end != digits.data() + digits.size() || error == std::errc::invalid_argument)
      bad("a number is no number");
    return number;
  }
  void quotedLine() {
    const auto text = line();
    if (text.size() < 2 || text.front() != text.back() || (text.front() != '\'' && text.front() != '"'))
      bad("a text is not in quotes");
    pushText(unescaped(text.substr(1, text.size() - 2)));
  }
  // Python's escapes as far as names of tensors have them; bytes above 0x7f are Latin-1 there.
  static std::string unescaped(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
      unsigned code = static_cast<unsigned char>(text[i]);
      size_t digits = 0;
      if (text[i] == '\\' && i + 1 < text.size()) {
        const char c = text[i + 1];
        digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (digits == 0) {
          out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
          ++i;
          continue;
        }
        const char* from = text.data() + i + 2;
        const char* to = from + std::min(digits, text.size() - i - 2);
        const auto [end, error] = std::from_chars(from, to, code, 16);
        if (error != std::errc() || end != from + digits || code > 0x10ffff) {
          out += text[i];
          continue;
        }
        i += 1 + digits;
      }
      if (code < 0x80) {
        out += char(code);
      } else if (code < 0x800) {
        out += char(0xc0 | code >> 6);
        out += char(0x80 | (code & 0x3f));
      } else {
        if (code >= 0x10000) {
          out += char(0xf0 | code >> 18);
          out += char(0x80 | (code >> 12 & 0x3f));
        } else {
          out += char(0xe0 | code >> 12);
        }
        out += char(0x80 | (code >> 6 & 0x3f));
        out += char(0x80 | (code & 0x3f));
      }
    }
    return out;
  }
  // Protocol 0 writes a storage's id as Python prints it: ('storage', <class 'torch.FloatStorage'>, '0',
  // 'cpu', 6).
  void persistentText(const std::string& id) {
    std::vector<int> items;
    size_t at = 1;
    while (id.size() > 2 && at + 1 < id.size()) {
      const bool isClass = id.compare(at, 8, "<class '") == 0, isText = id[at] == '\'';
      const size_t from = isClass ? at + 8 : isText ? at + 1 : at;
      const size_t to = isClass || isText ? id.find('\'', from) : id.find_first_of(",)", from);
      if (to == std::string::npos) bad("the id of a storage cannot be read");
      const auto part = id.substr(from, to - from);
      if (isClass) {
        const auto dot = part.rfind('.');
        if (dot == std::string::npos) bad("the id of a storage cannot be read");
        global(part.substr(0, dot), part.substr(dot + 1));
        items.push_back(pop());
      } else {
        PickleValue v;
        v.kind = isText ? Kind::Text : Kind::Int;
        v.text = isText ? part : "";
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), v.number);
        if (!isText && (error != std::errc() || end != part.data() + part.size())) v.kind = Kind::None;
        items.push_back(add(std::move(v)));
      }
      const auto comma = id.find(", ", to);
      if (comma == std::string::npos) break;
      at = comma + 2;
    }
    pushItems(Kind::Tuple, std::move(items));
    const int tuple = pop();
    pushItems(Kind::Persistent, {tuple});
  }

  // One opcode; false at STOP.
  bool step(char opcode) {
    switch (opcode) {
      case '\x80':
        take(1);
        break;  // PROTO
      case '\x95':
        take(8);
        break;  // FRAME: only a hint
      case '.':
        return false;  // STOP
      case '(':
        m_stack.push_back(kMark);
        break;  // MARK
      case '0':
        pop();
        break;  // POP
      case '1':
        popToMark();
        break;  // POP_MARK
      case '2':
        m_stack.push_back(top());
        break;  // DUP
      case 'N':
        push(Kind::None);
        break;  // NONE
      case '\x88':
        pushInt(1, Kind::Bool);
        break;  // NEWTRUE
      case '\x89':
        pushInt(0, Kind::Bool);
        break;  // NEWFALSE
      case 'J':
        pushInt(int32_t(unsignedNumber(4)));
        break;  // BININT
      case 'K':
        pushInt(int64_t(unsignedNumber(1)));
        break;  // BININT1
      case 'M':
        pushInt(int64_t(unsignedNumber(2)));
        break;  // BININT2
      case '\x8a':
        pushLong(unsignedNumber(1));
        break;  // LONG1
      case '\x8b':
        pushLong(unsignedNumber(4));
        break;     // LONG4
      case 'G': {  // BINFLOAT, big-endian
        uint64_t bits = 0;
        for (const auto b : take(8)) bits = bits << 8 | uint64_t(b);
        PickleValue v;
        v.kind = Kind::Real;
        std::memcpy(&v.real, &bits, 8);
        push(std::move(v));
        break;
      }
      case '\x8c':
        pushText(text(unsignedNumber(1)));
        break;  // SHORT_BINUNICODE
      case 'X':
        pushText(text(unsignedNumber(4)));
        break;  // BINUNICODE
      case '\x8d':
        pushText(text(unsignedNumber(8)));
        break;  // BINUNICODE8
      case 'U':
        pushText(text(unsignedNumber(1)));
        break;  // SHORT_BINSTRING (Python 2)
      case 'T':
        pushText(text(unsignedNumber(4)));
        break;  // BINSTRING
      case 'C':
        pushText(text(unsignedNumber(1)), Kind::Bytes);
        break;  // SHORT_BINBYTES
      case 'B':
        pushText(text(unsignedNumber(4)), Kind::Bytes);
        break;  // BINBYTES
      case '\x8e':
        pushText(text(unsignedNumber(8)), Kind::Bytes);
        break;  // BINBYTES8
      case '\x96':
        pushText(text(unsignedNumber(8)), Kind::Bytes);
        break;  // BYTEARRAY8
      case ')':
        pushTuple(0);
        break;  // EMPTY_TUPLE
      case '\x85':
        pushTuple(1);
        break;  // TUPLE1
      case '\x86':
        pushTuple(2);
        break;  // TUPLE2
      case '\x87':
        pushTuple(3);
        break;  // TUPLE3
      case 't':
        pushItems(Kind::Tuple, popToMark());
        break;  // TUPLE
      case ']':
        push(Kind::List);
        break;  // EMPTY_LIST
      case 'l':
        pushItems(Kind::List, popToMark());
        break;  // LIST
      case '\x8f':
        push(Kind::List);
        break;  // EMPTY_SET: its order does not matter
      case '\x91':
        pushItems(Kind::List, popToMark());
        break;  // FROZENSET
      case '\x90':
        append(popToMark());
        break;  // ADDITEMS
      case 'e':
        append(popToMark());
        break;     // APPENDS
      case 'a': {  // APPEND
        const int item = pop();
        append({item});
        break;
      }
      case '}':
        push(Kind::Dict);
        break;     // EMPTY_DICT
      case 'd': {  // DICT
        auto items = popToMark();
        push(Kind::Dict);
        setItems(items);
        break;
      }
      case 'u':
        setItems(popToMark());
        break;     // SETITEMS
      case 's': {  // SETITEM
        const int item = pop(), key = pop();
        setItems({key, item});
        break;
      }
      case 'q':
        remember(unsignedNumber(1));
        break;  // BINPUT
      case 'r':
        remember(unsignedNumber(4));
        break;  // LONG_BINPUT
      case 'p':
        remember(decimal());
        break;  // PUT
      case '\x94':
        remember(m_memo.size());
        break;  // MEMOIZE
      case 'h':
        recall(unsignedNumber(1));
        break;  // BINGET
      case 'j':
        recall(unsignedNumber(4));
        break;  // LONG_BINGET
      case 'g':
        recall(decimal());
        break;     // GET
      case 'c': {  // GLOBAL
        const auto module = line();
        global(module, line());
        break;
      }
      case '\x93': {  // STACK_GLOBAL
        const int name = pop(), module = pop();
        if (value(name).kind != Kind::Text || value(module).kind != Kind::Text) bad("a name is no text");
        const auto moduleText = value(module).text;
        global(moduleText, std::string(value(name).text));
        break;
      }
      case 'R':  // REDUCE
      case '\x81':
        call();
        break;     // NEWOBJ
      case 'b': {  // BUILD: attributes, such as the _metadata of a state dict
        pop();
        const auto kind = value(top()).kind;
        if (kind != Kind::Dict && kind != Kind::Call) bad("attributes are set on a plain value");
        break;
      }
      case 'P':
        persistentText(line());
        break;  // PERSID
      case 'I':
        integerLine();
        break;  // INT
      case 'L':
        integerLine();
        break;     // LONG
      case 'F': {  // FLOAT
        PickleValue v;
        v.kind = Kind::Real;
        v.real = realLine();
        push(std::move(v));
        break;
      }
      case 'S':
        quotedLine();
        break;  // STRING (Python 2)
      case 'V':
        pushText(unescaped(line()));
        break;     // UNICODE
      case 'i': {  // INST: a call
        const auto module = line();
        const auto name = line();
        global(module, name);
        const int callee = pop();
        auto arguments = popToMark();
        m_stack.push_back(callee);
        pushItems(Kind::Tuple, std::move(arguments));
        call();
        break;
      }
      case 'o': {  // OBJ: the class and its arguments
        auto arguments = popToMark();
        if (arguments.empty()) bad("it calls what is no function");
        m_stack.push_back(arguments.front());
        arguments.erase(arguments.begin());
        pushItems(Kind::Tuple, std::move(arguments));
        call();
        break;
      }
      case '\x92':  // NEWOBJ_EX: by name as well
        pop();
        call();
        break;
      case 'Q': {  // BINPERSID
        const int id = pop();
        pushItems(Kind::Persistent, {id});
        break;
      }
      default:
        bad("opcode " + std::to_string(int(uint8_t(opcode))) + " has no place in a state dict");
    }
    return true;
  }

  std::span<const std::byte> m_bytes;
  const std::filesystem::path& m_path;
  const std::function<bool(const std::string&)>& m_allowed;
  size_t m_at = 0, m_items = 0;
  std::vector<int> m_stack;
  std::unordered_map<uint64_t, int> m_memo;
  Pickle m_out;
};

Pickle Pickle::read(std::span<const std::byte> bytes, const std::filesystem::path& path,
                    const std::function<bool(const std::string&)>& allowed) {
  return PickleMachine(bytes, path, allowed).run();
}

}  // namespace espalier
