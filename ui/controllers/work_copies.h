#pragma once

#include <QDateTime>
#include <QLockFile>
#include <QString>
#include <memory>
#include <vector>

namespace espalier {

// The folder in which copies of unsaved work lie: one of each window at work, those that a program left
// which is gone, and those that a person discarded. The last ones stay for a month, the newest twenty.
class WorkCopies {
 public:
  static constexpr int kDiscardedDays = 30, kDiscardedCount = 20;

  struct Copy {
    QString path;
    QString model;  // for people
    QDateTime when;
  };

  // Takes a name of its own there and locks it; discarded copies that are too old go. False: no such folder.
  bool useFolder(const QString& folder);
  bool isUsed() const { return !m_folder.isEmpty(); }
  const QString& own() const { return m_own; }  // empty: no folder is used
  void dropOwn() const;

  std::vector<Copy> abandoned() const;  // newest first, those of other windows at work not among them
  std::vector<Copy> discarded() const;  // newest first
  void discard(const Copy& copy) const;
  // A new name among the discarded copies for work on a model; empty: no folder is used.
  QString discardedName(const QString& model) const;
  // The copy becomes this window's own.
  void takeOver(const QString& copy) const;

 private:
  QString discardedFolder() const;

  QString m_folder, m_own;
  std::unique_ptr<QLockFile> m_lock;
};

}  // namespace espalier
