#include "ui/controllers/work_copies.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include "core/document/project.h"
#include "ui/base/format.h"

namespace espalier {

namespace {

constexpr auto kSuffix = ".espalier";
// Between the model's name and what makes the file's name its own.
constexpr auto kMark = "~";

QString newId() {
  return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QFileInfoList copiesIn(const QString& folder) {
  return QDir(folder).entryInfoList({QStringLiteral("*") + kSuffix}, QDir::Files, QDir::Time);
}

}  // namespace

bool WorkCopies::useFolder(const QString& folder) {
  if (!QDir().mkpath(folder)) return false;
  m_folder = folder;
  m_own = QDir(folder).filePath(newId() + kSuffix);
  m_lock = std::make_unique<QLockFile>(m_own + ".lock");
  m_lock->setStaleLockTime(0);  // stale only when its process is gone
  m_lock->tryLock(0);
  const auto old = copiesIn(discardedFolder());
  const auto limit = QDateTime::currentDateTime().addDays(-kDiscardedDays);
  for (int i = 0; i < old.size(); ++i)
    if (i >= kDiscardedCount || old[i].lastModified() < limit) QFile::remove(old[i].absoluteFilePath());
  return true;
}

QString WorkCopies::discardedFolder() const {
  return QDir(m_folder).filePath("discarded");
}

void WorkCopies::dropOwn() const {
  if (!m_own.isEmpty()) QFile::remove(m_own);
}

std::vector<WorkCopies::Copy> WorkCopies::abandoned() const {
  std::vector<Copy> out;
  if (!isUsed()) return out;
  for (const auto& file : copiesIn(m_folder)) {
    if (file.absoluteFilePath() == QFileInfo(m_own).absoluteFilePath()) continue;
    QLockFile lock(file.absoluteFilePath() + ".lock");
    lock.setStaleLockTime(0);
    if (!lock.tryLock(0)) continue;  // another window at work
    lock.unlock();
    try {
      const Project project = readProject(toPath(file.absoluteFilePath()));
      out.push_back({file.absoluteFilePath(), modelTitle(project.model), file.lastModified()});
    } catch (const Error&) {
      // A copy that cannot be read helps nobody.
    }
  }
  return out;
}

std::vector<WorkCopies::Copy> WorkCopies::discarded() const {
  std::vector<Copy> out;
  if (!isUsed()) return out;
  for (const auto& file : copiesIn(discardedFolder()))
    out.push_back({file.absoluteFilePath(), file.fileName().section(kMark, 0, -2), file.lastModified()});
  return out;
}

QString WorkCopies::discardedName(const QString& model) const {
  if (!isUsed() || !QDir().mkpath(discardedFolder())) return {};
  QString title = model;
  title.replace('/', '_').truncate(80);
  return QDir(discardedFolder()).filePath(title + kMark + newId() + kSuffix);
}

void WorkCopies::discard(const Copy& copy) const {
  const QString name = discardedName(copy.model);
  // Where it cannot be moved it stays to be offered again.
  if (!name.isEmpty() && QFile::rename(copy.path, name)) QFile::remove(copy.path + ".lock");
}

void WorkCopies::takeOver(const QString& copy) const {
  if (!isUsed()) return;
  dropOwn();
  QFile::rename(copy, m_own);
  QFile::remove(copy + ".lock");
}

}  // namespace espalier
