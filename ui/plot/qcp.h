#pragma once

// The one way to QCustomPlot: its header is written with Qt's bare keywords, which are switched off in this
// program.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
