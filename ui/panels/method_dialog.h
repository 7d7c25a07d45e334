#pragma once

#include <string>

class QWidget;

namespace espalier {

// Asks for any way to score with any criterion, refinement and recovery, as a sweep names it
// (StudyOptions::methods). Empty: none was chosen.
std::string askForMethod(QWidget* parent);

}  // namespace espalier
