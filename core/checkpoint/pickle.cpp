#include "core/checkpoint/pickle.h"

#include <bit>
#include <charconv>
#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/pickle_stack.h"
#include "core/checkpoint/python_escapes.h"

namespace espalier {

namespace {

bool isDictClass(const std::string& name) {
  return name == "collections.OrderedDict" || name == "builtins.dict" || name == "__builtin__.dict";
}

}  // namespace

// The stack machine of Python's pickle module (Lib/pickletools.py), protocols 0 to 5 as far as state dicts
// use them.
class PickleMachine : PickleStack {
 public:
  PickleMachine(std::span<const std::byte> bytes, const std::filesystem::path& path,
                const std::function<bool(const std::string&)>& allowed)
      : PickleStack(bytes, path), m_allowed(allowed) {}

  Pickle run() {
    while (step(char(take(1)[0]))) {
    }
    return finished();
  }

 private:
  void global(const std::string& module, const std::string& name) {
    const std::string full = module + "." + name;
    if (!m_allowed(full))
      throw Error(ErrorKind::Unsupported,
                  path().string() + " asks for the Python object \"" + full.substr(0, 200) +
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
    pushText(unescapedPython(text.substr(1, text.size() - 2)));
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

  // One opcode; false at STOP. Long: a case for each.
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
        pushMark();
        break;  // MARK
      case '0':
        pop();
        break;  // POP
      case '1':
        popToMark();
        break;  // POP_MARK
      case '2':
        push(top());
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
        pushReal(std::bit_cast<double>(bits));
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
        rememberNext();
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
        break;  // LONG
      case 'F':
        pushReal(realLine());
        break;  // FLOAT
      case 'S':
        quotedLine();
        break;  // STRING (Python 2)
      case 'V':
        pushText(unescapedPython(line()));
        break;     // UNICODE
      case 'i': {  // INST: a call
        const auto module = line();
        const auto name = line();
        global(module, name);
        const int callee = pop();
        auto arguments = popToMark();
        push(callee);
        pushItems(Kind::Tuple, std::move(arguments));
        call();
        break;
      }
      case 'o': {  // OBJ: the class and its arguments
        auto arguments = popToMark();
        if (arguments.empty()) bad("it calls what is no function");
        push(arguments.front());
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

  const std::function<bool(const std::string&)>& m_allowed;
};

Pickle Pickle::read(std::span<const std::byte> bytes, const std::filesystem::path& path,
                    const std::function<bool(const std::string&)>& allowed) {
  return PickleMachine(bytes, path, allowed).run();
}

}  // namespace espalier
