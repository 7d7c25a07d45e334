#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/method.h"

namespace espalier {

// The objects of one kind that the program knows (criteria, allocators, ...), in the order they are offered.
// Each has name(). The list in the kind's own file is all of them; an Addition puts a further one behind it
// for as long as it lives. Additions are made before anything is asked for and before other threads run: the
// list is read without a lock, and what people are shown of it is made once.
template <typename T>
class Registry {
 public:
  Registry(std::initializer_list<const T*> own) : m_all(own) {}
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  const std::vector<const T*>& all() const { return m_all; }

  // The names, for messages and help: "wanda, ria".
  std::string names() const {
    std::string names;
    for (const auto* known : m_all) names += (names.empty() ? "" : ", ") + known->name();
    return names;
  }

  // Null: there is none of this name.
  const T* find(const std::string& name) const {
    for (const auto* known : m_all)
      if (known->name() == name) return known;
    return nullptr;
  }

  // Error (InvalidInput) says what was asked for, as `kind`, and which names there are.
  const T& named(const std::string& kind, const std::string& name) const {
    if (const T* known = find(name)) return *known;
    throw Error(ErrorKind::InvalidInput,
                "The " + kind + " \"" + name + "\" is not known; there are " + names() + ".");
  }

  class Addition {
   public:
    Addition(Registry& registry, const T& object) : m_registry(registry) {
      registry.m_all.push_back(&object);
    }
    ~Addition() { m_registry.m_all.pop_back(); }
    Addition(const Addition&) = delete;
    Addition& operator=(const Addition&) = delete;

   private:
    Registry& m_registry;
  };

 private:
  std::vector<const T*> m_all;
};

// What people are told of each.
template <typename T>
std::vector<Method> methodsOf(const std::vector<const T*>& objects) {
  std::vector<Method> methods;
  for (const auto* object : objects) methods.push_back(object->method());
  return methods;
}

}  // namespace espalier
