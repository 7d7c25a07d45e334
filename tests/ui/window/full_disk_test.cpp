// A disk that is full, or may not be written to, in the real window. The system calls that write are this
// program's own below one folder, so that the test needs no rights and no second disk; everything else is the
// program's.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QFileDialog>
#include <QPushButton>
#include <QtTest/QtTest>
#include <atomic>
#include <cstdarg>
#include <mutex>

#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/panels/message_bar.h"
#include "ui/window/main_window.h"

namespace {

enum class Disk { Fine, Full, ReadOnly, Small };

std::mutex g_mutex;
std::string g_folder;  // the disk in question
std::atomic<Disk> g_disk = Disk::Fine;
std::atomic<long> g_room = 0;  // bytes left on a full disk

bool onDisk(const std::string& path) {
  std::scoped_lock lock(g_mutex);
  return !g_folder.empty() && path.starts_with(g_folder);
}

std::string pathOf(int fd) {
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = ::readlink(link, path, sizeof path);
  return n > 0 ? std::string(path, size_t(n)) : std::string();
}

}  // namespace

extern "C" ssize_t write(int fd, const void* data, size_t size) {
  if (g_disk == Disk::Full && onDisk(pathOf(fd))) {
    if (g_room <= 0) {
      errno = ENOSPC;
      return -1;
    }
    size = std::min<size_t>(size, size_t(g_room.load()));  // as a real one: what still fits is written
    g_room -= long(size);
  }
  return ::syscall(SYS_write, fd, data, size);
}

extern "C" int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
    if (g_disk == Disk::ReadOnly && onDisk(path)) {
      errno = EROFS;
      return -1;
    }
  }
  return int(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

extern "C" int mkdir(const char* path, mode_t mode) {
  if (g_disk == Disk::ReadOnly && onDisk(path)) {
    errno = EROFS;
    return -1;
  }
  return int(::syscall(SYS_mkdir, path, mode));
}

extern "C" int statvfs(const char* path, struct statvfs* out) {
  if (g_disk == Disk::Small && onDisk(path)) {
    *out = {};
    out->f_bsize = out->f_frsize = 4096;
    out->f_blocks = 4096;
    out->f_bavail = out->f_bfree = 512;  // 2 MiB
    return 0;
  }
  const int fd = int(::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0));
  if (fd < 0) return -1;
  const int result = ::fstatvfs(fd, out);
  ::close(fd);
  return result;
}

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

#define WAIT_FOR_JOBS(window) QTRY_VERIFY_WITH_TIMEOUT(!(window).isBusy(), kJobMs)

class FullDiskTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;
  std::unique_ptr<QTemporaryDir> m_dir;
  std::unique_ptr<MainWindow> m_window;

  void fill(long room = 0) { g_room = room, g_disk = Disk::Full; }
  QStringList messages() const { return m_window->findChild<MessageBar*>()->texts(); }
  QStringList errors() const { return m_window->findChild<MessageBar*>()->errors(); }
  QString path(const char* name) const { return m_dir->filePath(name); }

  // Chooses a file in the dialog that the action opens, as a person does.
  void chooseFor(QAction* action, const QString& file) {
    QTimer::singleShot(0, this, [file] {
      auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
      if (!dialog) return;
      auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
      name->setText(file);
      QTest::keyClick(name, Qt::Key_Return);
    });
    action->trigger();
    WAIT_FOR_JOBS(*m_window);
  }

  // What has to stand: one error that names the file and says what to do, nothing half-written beside it.
  void verifyRefused(const QString& file, const char* advice) {
    QTRY_VERIFY2(!messages().isEmpty(), qPrintable(file));
    const QString said = messages().first();
    QVERIFY2(said.contains(file) && said.contains(advice) && said.contains("choose another folder"),
             qPrintable(said));
    QVERIFY2(QDir(m_dir->path()).entryList({"*partial*"}, QDir::AllEntries).isEmpty(), qPrintable(said));
  }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_settings.path());
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
  }

  void init() {
    QSettings().clear();
    m_dir = std::make_unique<QTemporaryDir>();
    {
      std::scoped_lock lock(g_mutex);
      g_folder = m_dir->path().toStdString();
    }
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    m_window->actions().live->setChecked(false);
    m_window->openSample();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session().hasModel(), kJobMs);
    m_window->actions().stop->trigger();
    Session& session = m_window->session();
    Dataset few = session.pairs();
    few.samples.resize(2);
    session.setPairs(few);
    PruneOptions options = session.pruneOptions();
    options.criterion = "magnitude";
    session.setPruneOptions(options);
    WAIT_FOR_JOBS(*m_window);
  }

  void cleanup() {
    g_disk = Disk::Fine;
    m_window->projects().discardChanges();
    m_window.reset();
    m_dir.reset();
  }

  void theSystemCallsAreOurs() {
    fill(3);
    QFile file(path("probe"));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    QVERIFY(file.write("123456") < 6);
    g_disk = Disk::ReadOnly;
    QCOMPARE(::open(qPrintable(path("other")), O_WRONLY | O_CREAT, 0644), -1);
    QVERIFY(!QFileInfo::exists(path("other")));
  }

  void savingAProject() {
    const QString file = path("work.espalier");
    PlanDocument& plan = m_window->session().plan();
    m_window->projects().saveTo(file);
    QTRY_COMPARE(m_window->projects().file(), file);
    QTRY_VERIFY(!m_window->isWindowModified());
    const QByteArray before = contentOf(file);
    QVERIFY(!before.isEmpty());
    plan.setTarget(0.7);
    for (long room : {0L, 1000L}) {
      fill(room);
      QTest::keyClick(m_window.get(), Qt::Key_S, Qt::ControlModifier);
      WAIT_FOR_JOBS(*m_window);
      verifyRefused(file, "free at least 1 MB");
      QCOMPARE(contentOf(file), before);
      QVERIFY(m_window->isWindowModified());
      QCOMPARE(plan.plan().target, 0.7);
    }
    // With room again the same key saves, and all of it.
    g_disk = Disk::Fine;
    QTest::keyClick(m_window.get(), Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!m_window->isWindowModified());
    QCOMPARE(readProject(toPath(file)).steps.back().plan.target, 0.7);
    QTRY_COMPARE(errors(), QStringList());
  }

  void aFolderThatMayNotBeWrittenTo() {
    const QString file = path("work.espalier");
    m_window->projects().saveTo(file);
    QTRY_COMPARE(m_window->projects().file(), file);
    QTRY_VERIFY(!m_window->isWindowModified());
    const QByteArray before = contentOf(file);
    m_window->session().plan().setTarget(0.65);
    g_disk = Disk::ReadOnly;
    QTest::keyClick(m_window.get(), Qt::Key_S, Qt::ControlModifier);
    WAIT_FOR_JOBS(*m_window);
    verifyRefused(file, "may not be written to");
    QCOMPARE(contentOf(file), before);
    QVERIFY(m_window->isWindowModified());
    chooseFor(m_window->actions().exportModel, path("pruned"));
    verifyRefused(path("pruned"), "may not be written to");
    QVERIFY(!QFileInfo::exists(path("pruned")));
    // What goes well takes away what was said of it, and of nothing else.
    QCOMPARE(errors().size(), 2);
    g_disk = Disk::Fine;
    m_window->actions().saveProject->trigger();
    QTRY_VERIFY(!m_window->isWindowModified());
    QTRY_COMPARE(errors().size(), 1);
    QVERIFY(errors().first().contains(path("pruned")));
  }

  void theCopyThatIsKeptAside() {
    ProjectController& projects = m_window->projects();
    projects.keepCopiesIn(m_dir->path(), 600'000);
    const auto copies = [this] { return QDir(m_dir->path()).entryList({"*.espalier"}, QDir::Files); };
    m_window->session().plan().setTarget(0.6);
    projects.flushCopy();
    QTRY_COMPARE(copies().size(), 1);
    const QByteArray older = contentOf(path(qPrintable(copies()[0])));
    fill();
    m_window->session().plan().setTarget(0.8);
    projects.flushCopy();
    verifyRefused(path(qPrintable(copies()[0])), "free at least 1 MB");
    QVERIFY(messages().first().contains("save the project"));
    QCOMPARE(contentOf(path(qPrintable(copies()[0]))), older);
    g_disk = Disk::Fine;
    projects.flushCopy();
    QTRY_VERIFY(contentOf(path(qPrintable(copies()[0]))) != older);
    QCOMPARE(readProject(toPath(path(qPrintable(copies()[0])))).steps.back().plan.target, 0.8);
    QTRY_COMPARE(errors(), QStringList());
    // A project that is saved needs no copy: the complaint about it goes too.
    fill();
    m_window->session().plan().setTarget(0.7);
    projects.flushCopy();
    QTRY_COMPARE(errors().size(), 1);
    g_disk = Disk::Fine;
    projects.saveTo(path("work.espalier"));
    QTRY_COMPARE(errors(), QStringList());
  }

  void exportingTheModel() {
    const QString folder = path("pruned");
    // Seen before anything is written.
    g_disk = Disk::Small;
    chooseFor(m_window->actions().exportModel, folder);
    verifyRefused(folder, "2 MB free");
    QVERIFY(
        messages().first().contains(QRegularExpression("needs \\d+ MB and .* has 2 MB free; free \\d+ MB")));
    QVERIFY(!QFileInfo::exists(folder));
    // Another program fills it meanwhile.
    fill(5'000'000);
    chooseFor(m_window->actions().exportModel, folder);
    verifyRefused(folder, "the disk is full; free at least");
    QVERIFY(!QFileInfo::exists(folder));
    g_disk = Disk::Fine;
    chooseFor(m_window->actions().exportModel, folder);
    QTRY_VERIFY(QFileInfo::exists(folder + "/model.safetensors"));
    QVERIFY(qAbs(infoOf(*openModel(toPath(folder))).sparsity - 0.5) < 0.01);
    QTRY_COMPARE(errors(), QStringList());
  }

  void whateverElseIsTakenOut() {
    const Actions& a = m_window->actions();
    const std::pair<QAction*, const char*> all[] = {
        {a.exportMasks, "masks.safetensors"}, {a.exportPlan, "plan.json"},
        {a.exportPlan, "plan.yaml"},          {a.exportRecipe, "recipe.json"},
        {a.exportReport, "report.html"},      {a.exportReport, "report.pdf"},
        {a.exportChart, "chart.svg"},         {a.exportChart, "chart.pdf"},
        {a.exportChart, "chart.png"},         {a.exportChart, "chart.csv"},
        {a.exportSweepChart, "sweep.svg"},    {a.exportMatrixChart, "matrix.png"}};
    for (const auto& [action, name] : all) {
      fill(100);
      chooseFor(action, path(name));
      verifyRefused(path(name), "free at least");
      QVERIFY2(!QFileInfo::exists(path(name)), name);
      g_disk = Disk::Fine;
      chooseFor(action, path(name));
      QTRY_VERIFY2(QFileInfo(path(name)).size() > 0, name);
      QTRY_VERIFY2(errors().isEmpty(), qPrintable(errors().join("; ")));
      QTRY_VERIFY2(messages().size() == 1, qPrintable(messages().join(" | ")));  // the last thing written
    }
  }
};

QTEST_MAIN(FullDiskTest)
#include "full_disk_test.moc"
