#include "core/inputs/prompt_form.h"

#include "core/base/error.h"

namespace espalier {

namespace {

constexpr const char* kFormNames[] = {"auto", "plain", "chat"};

}  // namespace

std::string nameOf(PromptForm form) {
  return kFormNames[int(form)];
}

PromptForm promptFormNamed(const std::string& name, const std::string& source) {
  for (const auto form : {PromptForm::Auto, PromptForm::Plain, PromptForm::Chat})
    if (name == nameOf(form)) return form;
  throw Error(ErrorKind::InvalidInput,
              source + " is \"" + name + "\"; \"auto\", \"plain\" or \"chat\" was expected.");
}

}  // namespace espalier
