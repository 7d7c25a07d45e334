#include "ui/base/chosen_threads.h"

#include <QSettings>
#include <algorithm>

namespace espalier {

static constexpr auto kThreadsKey = "threads";

int chosenThreads() {
  return std::clamp(QSettings().value(kThreadsKey, 0).toInt(), 0, 1024);
}

void chooseThreads(int threads) {
  QSettings().setValue(kThreadsKey, threads);
}

}  // namespace espalier
