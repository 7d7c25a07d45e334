#pragma once

#include <QString>

class QFrame;
class QLabel;

namespace espalier {

// The heading of a group of controls in a side panel.
QLabel* sectionTitle(const QString& title);
// A thin line between groups.
QFrame* sectionRule();

}  // namespace espalier
