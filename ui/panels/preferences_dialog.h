#pragma once

#include <QDialog>

class QComboBox;
class QSpinBox;

namespace espalier {

// The program's settings: language, light or dark, size of type, threads, memory limit, device. OK keeps
// them; look and type change at once, the others at the next start.
class PreferencesDialog : public QDialog {
  Q_OBJECT

 public:
  enum class Field { Language, Threads };

  explicit PreferencesDialog(QWidget* parent = nullptr);

  void focus(Field field);
  void accept() override;

 private:
  QComboBox* m_language;
  QComboBox* m_appearance;
  QSpinBox* m_font;
  QSpinBox* m_threads;
  QSpinBox* m_memory;
  QComboBox* m_device;
};

}  // namespace espalier
