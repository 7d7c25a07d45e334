#include "core/checkpoint/pickle_stack.h"

#include <cstddef>
#include <utility>

#include "core/base/error.h"

namespace espalier {

namespace {

// A model of ten thousand tensors takes some three hundred thousand.
constexpr size_t kMaxValues = 1'000'000;
constexpr int kMark = -1;

}  // namespace

void PickleStack::bad(const std::string& what) const {
  throw Error(ErrorKind::Format, m_path.string() + " is not a readable state dict: " + what + " (byte " +
                                     std::to_string(m_at) + " of the pickle).");
}

std::span<const std::byte> PickleStack::take(uint64_t size) {
  if (size > m_bytes.size() - m_at) bad("it is cut short");
  const auto part = m_bytes.subspan(m_at, size_t(size));
  m_at += size_t(size);
  return part;
}

uint64_t PickleStack::unsignedNumber(size_t size) {
  uint64_t value = 0;
  const auto part = take(size);
  for (size_t i = 0; i < size; ++i) value |= uint64_t(part[i]) << (8 * i);
  return value;
}

std::string PickleStack::text(uint64_t size) {
  const auto part = take(size);
  return {reinterpret_cast<const char*>(part.data()), part.size()};
}

std::string PickleStack::line() {
  std::string out;
  for (char c; (c = char(take(1)[0])) != '\n';) out += c;
  return out;
}

int PickleStack::add(PickleValue value) {
  // A remembered list can be named again and again, so what it holds counts each time.
  m_items += value.items.size();
  if (m_out.m_values.size() >= kMaxValues || m_items > 4 * kMaxValues)
    bad("it holds more values than any model");
  m_out.m_values.push_back(std::move(value));
  return int(m_out.m_values.size()) - 1;
}

void PickleStack::push(Kind kind) {
  PickleValue v;
  v.kind = kind;
  push(std::move(v));
}

void PickleStack::pushInt(int64_t number, Kind kind) {
  PickleValue v;
  v.kind = kind;
  v.number = number;
  push(std::move(v));
}

void PickleStack::pushReal(double number) {
  PickleValue v;
  v.kind = Kind::Real;
  v.real = number;
  push(std::move(v));
}

void PickleStack::pushText(std::string text, Kind kind) {
  PickleValue v;
  v.kind = kind;
  v.text = std::move(text);
  push(std::move(v));
}

void PickleStack::pushLong(uint64_t size) {
  auto bytes = text(size);
  if (bytes.size() > 8) return pushText(std::move(bytes), Kind::BigInt);
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value |= uint64_t(uint8_t(bytes[i])) << (8 * i);
  if (!bytes.empty() && bytes.size() < 8 && (bytes.back() & 0x80))
    value |= ~uint64_t(0) << (8 * bytes.size());
  pushInt(int64_t(value));
}

void PickleStack::pushItems(Kind kind, std::vector<int> items) {
  PickleValue v;
  v.kind = kind;
  v.items = std::move(items);
  push(std::move(v));
}

void PickleStack::pushTuple(int size) {
  std::vector<int> items(static_cast<size_t>(size));
  for (int i = size; i-- > 0;) items[size_t(i)] = pop();
  pushItems(Kind::Tuple, std::move(items));
}

void PickleStack::pushMark() {
  m_stack.push_back(kMark);
}

int PickleStack::pop() {
  const int value = top();
  m_stack.pop_back();
  return value;
}

int PickleStack::top() const {
  if (m_stack.empty() || m_stack.back() == kMark) bad("a value is missing");
  return m_stack.back();
}

std::vector<int> PickleStack::popToMark() {
  size_t at = m_stack.size();
  while (at > 0 && m_stack[at - 1] != kMark) --at;
  if (at == 0) bad("a mark is missing");
  std::vector<int> out(m_stack.begin() + std::ptrdiff_t(at), m_stack.end());
  m_stack.resize(at - 1);
  return out;
}

void PickleStack::append(const std::vector<int>& items) {
  auto& list = value(top());
  if (list.kind != Kind::List) bad("something is appended to what is no list");
  list.items.insert(list.items.end(), items.begin(), items.end());
}

void PickleStack::setItems(const std::vector<int>& items) {
  auto& dict = value(top());
  if (dict.kind != Kind::Dict || items.size() % 2 != 0) bad("something is put into what is no dictionary");
  dict.items.insert(dict.items.end(), items.begin(), items.end());
}

void PickleStack::recall(uint64_t key) {
  const auto it = m_memo.find(key);
  if (it == m_memo.end()) bad("it refers to a value that is not there");
  m_stack.push_back(it->second);
}

Pickle PickleStack::finished() {
  if (m_stack.size() != 1 || m_stack[0] == kMark) bad("its values do not come out even");
  m_out.m_root = m_stack[0];
  m_out.m_bytesRead = m_at;
  return std::move(m_out);
}

}  // namespace espalier
