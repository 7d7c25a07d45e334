#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>
#include <functional>
#include <limits>

#include "core/base/option_fields.h"
#include "ui/base/engine_text.h"

namespace espalier {

// Fields for the rows of a table of options (core/base/option_fields.h): numbers and switches, named and
// explained as the rows say. Rows that name methods have fields of their own elsewhere.
template <typename Options>
class OptionForm {
 public:
  // changed: a person set a field. done: they left it, which ends a gesture.
  OptionForm(const OptionFields<Options>& fields, QFormLayout& layout, std::function<void()> changed,
             std::function<void()> done)
      : m_changed(std::move(changed)), m_done(std::move(done)) {
    for (const auto& field : fields)
      if (QWidget* widget = made(field)) {
        const QString title = engineText(field.title), help = engineText(field.help);
        widget->setObjectName(QString::fromStdString(field.key));
        widget->setAccessibleName(title);
        widget->setToolTip(help);
        widget->setWhatsThis(help);
        auto* label = new QLabel(title);
        label->setBuddy(widget);
        label->setToolTip(help);
        layout.addRow(label, widget);
        m_rows.push_back({&field, widget});
      }
  }

  void show(const Options& options) {
    for (const auto& [field, widget] : m_rows) {
      const QSignalBlocker quiet(widget);
      const auto value = option_fields::valueOf(*field, options);
      if (auto* number = qobject_cast<QSpinBox*>(widget))
        number->setValue(
            int(std::min(value.template get<double>(), double(std::numeric_limits<int>::max()))));
      else if (auto* fraction = qobject_cast<QDoubleSpinBox*>(widget))
        fraction->setValue(value.template get<double>());
      else if (auto* box = qobject_cast<QCheckBox*>(widget))
        box->setChecked(value.template get<bool>());
    }
  }

  void take(Options& options) const {
    for (const auto& [field, widget] : m_rows)
      std::visit(
          [&, w = widget](auto member) {
            using T = std::decay_t<decltype(options.*member)>;
            if constexpr (std::is_same_v<T, bool>)
              options.*member = qobject_cast<QCheckBox*>(w)->isChecked();
            else if constexpr (std::is_same_v<T, double>)
              options.*member = qobject_cast<QDoubleSpinBox*>(w)->value();
            else if constexpr (!std::is_same_v<T, std::string>)
              options.*member = T(qobject_cast<QSpinBox*>(w)->value());
          },
          field->member);
  }

  // Which fields can be set, by the key of their row.
  void setEnabled(const std::function<bool(const std::string& key)>& isEnabled) {
    for (const auto& [field, widget] : m_rows) widget->setEnabled(isEnabled(field->key));
  }

 private:
  struct Row {
    const OptionField<Options>* field;
    QWidget* widget;
  };

  QWidget* made(const OptionField<Options>& field) {
    const Options usual;
    const auto value = option_fields::valueOf(field, usual);
    const auto bound = [](double limit, double most) { return std::clamp(limit, -most, most); };
    if (value.is_boolean()) {
      auto* box = new QCheckBox;
      QObject::connect(box, &QCheckBox::toggled, &m_context, [this] { m_changed(); });
      return box;
    }
    if (value.is_number_integer()) {
      auto* spin = new QSpinBox;
      spin->setRange(value.is_number_unsigned() ? 0 : int(bound(field.least, 1e9)),
                     int(bound(field.most, 1e9)));
      connectSpin(spin, &QSpinBox::valueChanged, &QSpinBox::editingFinished);
      return spin;
    }
    if (value.is_number()) {
      auto* spin = new QDoubleSpinBox;
      spin->setDecimals(3);
      spin->setRange(std::max(field.least, 0.001 * (field.least > 0)), bound(field.most, 1e6));
      spin->setSingleStep(field.most <= 1 ? 0.05 : 0.1);
      connectSpin(spin, &QDoubleSpinBox::valueChanged, &QDoubleSpinBox::editingFinished);
      return spin;
    }
    return nullptr;
  }

  template <typename Spin, typename Changed, typename Finished>
  void connectSpin(Spin* spin, Changed changed, Finished finished) {
    spin->setKeyboardTracking(false);
    QObject::connect(spin, changed, &m_context, [this] { m_changed(); });
    QObject::connect(spin, finished, &m_context, [this] { m_done(); });
  }

  QObject m_context;  // what the fields tell ends with the form
  std::function<void()> m_changed, m_done;
  std::vector<Row> m_rows;
};

}  // namespace espalier
