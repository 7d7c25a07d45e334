#pragma once

#include <QList>
#include <QObject>
#include <QPointer>

#include "core/engine/elsewhere.h"

namespace espalier {

class MainWindow;

// All windows of the program. Each has a session, workers and autosave of its own; what they share is
// settings, the recent list and the look. A project is open in one window at a time.
class Windows : public QObject {
  Q_OBJECT

 public:
  // Unsaved changes of every window are kept aside in this folder; empty: they are not.
  // engine: where all of them have their models; null: in this process.
  explicit Windows(const QString& copies = {}, QObject* parent = nullptr, ElsewherePtr engine = {});
  ~Windows() override;

  MainWindow* add();  // shown, empty; gone when it is closed
  // Shows the window that has the project open already; else a new one, or `in` where it is given, opens the
  // path.
  MainWindow* open(const QString& path, MainWindow* in = nullptr);
  QList<MainWindow*> all() const;

 private:
  MainWindow* holding(const QString& project) const;  // null: no window

  QString m_copies;
  ElsewherePtr m_engine;
  QList<QPointer<MainWindow>> m_windows;
};

}  // namespace espalier
