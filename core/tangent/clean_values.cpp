#include "core/tangent/clean_values.h"

namespace espalier {

namespace {

thread_local CleanValues* t_values = nullptr;
thread_local bool t_keep = false;

// The parts of what a value is found by, one behind the other.
class Key {
 public:
  explicit Key(const std::string& what) : m_text(what) {}

  // False where there is no telling whether two of its kind are the same.
  bool add(const c10::IValue& value) {
    m_text += '|';
    if (value.isNone()) return true;
    if (value.isTensor()) return addTensor(value.toTensor());
    if (value.isString()) return m_text += value.toStringRef(), true;
    if (value.isInt()) return addNumber(value.toInt());
    if (value.isBool()) return addNumber(int64_t(value.toBool()));
    if (value.isDouble()) return addNumber(value.toDouble());
    if (value.isDevice()) return m_text += value.toDevice().str(), true;
    if (value.isIntList()) return addAll(value.toIntVector());
    if (value.isTensorList()) {
      const auto all = value.toTensorVector();
      addNumber(int64_t(all.size()));
      for (const auto& t : all)
        if (!addTensor(t)) return false;
      return true;
    }
    return false;
  }

  const std::string& text() const { return m_text; }

 private:
  template <typename T>
  bool addNumber(T number) {
    m_text.append(reinterpret_cast<const char*>(&number), sizeof number);
    return true;
  }
  template <typename List>
  bool addAll(const List& numbers) {
    addNumber(int64_t(numbers.size()));
    for (const auto n : numbers) addNumber(int64_t(n));
    return true;
  }
  bool addTensor(const at::Tensor& t) {
    if (!t.defined()) return addNumber(int64_t(-1));
    if (!t.has_storage()) return false;
    addNumber(t.storage().unsafeGetStorageImpl());
    addNumber(t.storage_offset());
    addNumber(int64_t(t.scalar_type()));
    addAll(t.sizes());
    return addAll(t.strides());
  }

  std::string m_text;
};

}  // namespace

CleanValues::Values CleanValues::valuesOf(const std::string& what, const Values& arguments, bool keep,
                                          const std::function<Values()>& make) {
  Key key(what);
  for (const auto& a : arguments)
    if (!key.add(a)) return make();
  std::unique_lock lock(m_mutex);
  for (auto it = m_entries.find(key.text()); it != m_entries.end(); it = m_entries.find(key.text())) {
    if (it->second.made) return it->second.values;
    m_changed.wait(lock);
  }
  if (!keep || m_room <= 0) {
    lock.unlock();
    return make();
  }
  auto& entry = m_entries[key.text()];
  lock.unlock();
  Values values;
  try {
    values = make();
  } catch (...) {
    lock.lock();
    m_entries.erase(key.text());
    m_changed.notify_all();
    throw;
  }
  lock.lock();
  entry = {arguments, values, true};
  countBytes(arguments);
  countBytes(values);
  m_changed.notify_all();
  return values;
}

void CleanValues::countBytes(const Values& values) {
  const auto count = [this](const at::Tensor& t) {
    if (t.defined() && t.has_storage() && m_counted.insert(t.storage().unsafeGetStorageImpl()).second)
      m_room -= int64_t(t.storage().nbytes());
  };
  for (const auto& v : values) {
    if (v.isTensor()) count(v.toTensor());
    if (v.isTensorList())
      for (const at::Tensor& t : v.toTensorVector()) count(t);
  }
}

void CleanValues::clear() {
  std::lock_guard lock(m_mutex);
  m_entries.clear();
  m_counted.clear();
  m_room = 0;
}

CleanValuesHere::CleanValuesHere(CleanValues& values, bool keep) : m_before(t_values), m_kept(t_keep) {
  t_values = &values;
  t_keep = keep;
}

CleanValuesHere::~CleanValuesHere() {
  t_values = m_before;
  t_keep = m_kept;
}

bool sharesCleanValues() {
  return t_values != nullptr;
}

CleanValues::Values cleanValues(const std::string& what, const CleanValues::Values& arguments,
                                const std::function<CleanValues::Values()>& make) {
  return t_values ? t_values->valuesOf(what, arguments, t_keep, make) : make();
}

}  // namespace espalier
