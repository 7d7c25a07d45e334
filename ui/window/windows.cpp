#include "ui/window/windows.h"

#include <QApplication>
#include <QFileInfo>
#include <QScreen>

#include "ui/window/main_window.h"

namespace espalier {

Windows::Windows(const QString& copies, QObject* parent, ElsewherePtr engine)
    : QObject(parent), m_copies(copies), m_engine(std::move(engine)) {}

Windows::~Windows() {
  for (const auto& window : m_windows) delete window.data();
}

MainWindow* Windows::add() {
  MainWindow* before = all().isEmpty() ? nullptr : all().last();
  auto* window = new MainWindow(nullptr, m_engine);
  window->setAttribute(Qt::WA_DeleteOnClose);
  window->setElsewhere([this, window](const QString& project) {
    MainWindow* other = holding(project);
    return other == window ? nullptr : other;
  });
  connect(window, &MainWindow::newWindowWanted, this,
          [this](const QString& path) { path.isEmpty() ? add() : open(path); });
  connect(window, &MainWindow::lessonWanted, this,
          [this](const QString& lesson) { add()->startLesson(lesson); });
  // Not exactly over the one before.
  if (before && !before->isMaximized() && !before->isFullScreen()) {
    window->resize(before->size());
    const QRect room = before->screen()->availableGeometry();
    QPoint at = before->pos() + QPoint(32, 32);
    // Where it would leave the screen, at the screen's corner.
    if (!room.contains(QRect(at, before->frameGeometry().size()))) at = room.topLeft() + QPoint(8, 8);
    window->move(at == before->pos() ? at + QPoint(16, 16) : at);
  }
  window->show();
  if (!m_copies.isEmpty()) {
    window->keepCopiesIn(m_copies, m_windows.isEmpty());
    window->keepJobLogIn(QFileInfo(m_copies).absolutePath() + "/jobs.log");
  }
  m_windows.append(window);
  return window;
}

MainWindow* Windows::open(const QString& path, MainWindow* in) {
  if (MainWindow* there = holding(path)) {
    there->comeForward();
    return there;
  }
  MainWindow* window = in ? in : add();
  window->open(path);
  return window;
}

QList<MainWindow*> Windows::all() const {
  QList<MainWindow*> out;
  for (const auto& window : m_windows)
    if (window && window->isVisible()) out.append(window);
  return out;
}

MainWindow* Windows::holding(const QString& project) const {
  const QString wanted = QFileInfo(project).canonicalFilePath();
  if (wanted.isEmpty()) return nullptr;
  for (MainWindow* window : all())
    if (!window->projects().file().isEmpty() &&
        QFileInfo(window->projects().file()).canonicalFilePath() == wanted)
      return window;
  return nullptr;
}

}  // namespace espalier
