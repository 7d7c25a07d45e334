#pragma once

namespace espalier {

// How many worker threads a person chose for the program; 0: one for each core. Read when the program starts.
int chosenThreads();
void chooseThreads(int threads);

}  // namespace espalier
