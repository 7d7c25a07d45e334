#include "app/measure/handouts.h"

#include <QApplication>
#include <QDir>
#include <QTimer>
#include <iostream>

#include "ui/lesson/bundled_lessons.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/window/main_window.h"

namespace espalier {

namespace {

constexpr int kLookMs = 200, kQuietLooks = 5;  // a job may begin a moment after the one before

}  // namespace

Handouts::Handouts(const QString& folder, QObject* parent)
    : QObject(parent), m_folder(folder), m_lessons(bundledLessons()) {}

Handouts::~Handouts() = default;

void Handouts::start() {
  QDir().mkpath(m_folder);
  nextLesson();
}

void Handouts::nextLesson() {
  if (m_lessons.isEmpty()) return QApplication::exit();
  m_lesson = m_lessons.takeFirst();
  m_window = std::make_unique<MainWindow>();
  m_window->show();
  m_window->startLesson(m_lesson);
  m_panel = m_window->findChild<LessonPanel*>();
  m_quiet = 0;
  QTimer::singleShot(kLookMs, this, &Handouts::follow);
}

void Handouts::follow() {
  m_quiet = m_window->isBusy() ? 0 : m_quiet + 1;
  if (m_quiet < kQuietLooks) return QTimer::singleShot(kLookMs, this, &Handouts::follow);
  m_quiet = 0;
  if (m_panel->at() + 1 < int(m_panel->lesson().steps.size())) {
    m_panel->go(m_panel->at() + 1);
    return QTimer::singleShot(kLookMs, this, &Handouts::follow);
  }
  for (const bool teacher : {false, true}) {
    const QString file = QDir(m_folder).filePath(m_lesson + (teacher ? "-teacher.pdf" : ".pdf"));
    const QString wrong = m_panel->writeHandout(file, teacher);
    if (!wrong.isEmpty()) std::cerr << wrong.toStdString() << "\n";
  }
  m_window->projects().discardChanges();
  nextLesson();
}

}  // namespace espalier
