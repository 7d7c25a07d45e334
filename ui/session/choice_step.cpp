#include "ui/session/choice_step.h"

#include <QCoreApplication>
#include <QLocale>
#include <vector>

#include "ui/base/engine_text.h"
#include "ui/base/format.h"

namespace espalier {

namespace {

struct ChoiceText {
  Q_DECLARE_TR_FUNCTIONS(ChoiceText)
};

template <typename Options>
QString shownValue(const OptionField<Options>& field, const Options& options) {
  const auto value = option_fields::valueOf(field, options);
  const auto title = option_fields::titleOfValue(field, options);
  if (field.several) return engineTexts(title);
  if (title != option_fields::nameOfValue(field, options)) return engineText(title);
  if (value.is_number_integer()) return QLocale().toString(qlonglong(value.template get<int64_t>()));
  if (value.is_number()) return shortNumber(value.template get<double>());
  return engineText(title);
}

template <typename Options>
void note(const OptionFields<Options>& fields, const Options& before, const Options& after, const char* stage,
          std::vector<ChoiceStep>& steps) {
  for (const auto* field : option_fields::differing(fields, before, after))
    steps.push_back({ChoiceText::tr("%1 %2", "an option and what it is set to")
                         .arg(engineText(field->title), shownValue(*field, after)),
                     stage + field->key});
}

}  // namespace

ChoiceStep choiceStep(const Choices& before, const Choices& after) {
  std::vector<ChoiceStep> steps;
  note(scoreFields(), before.score, after.score, "score.", steps);
  note(pruneFields(), before.prune, after.prune, "prune.", steps);
  note(recoverFields(), before.recover, after.recover, "recover.", steps);
  if (steps.size() == 1) return steps.front();
  if (steps.empty() && sameChoices(before, after)) return {};
  return {ChoiceText::tr("Options"), {}};
}

}  // namespace espalier
