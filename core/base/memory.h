#pragma once

#include <cstdint>
#include <string>

namespace espalier {

// The ceiling on resident memory that stages keep to, in bytes; 0: none. Set once at start, or when a model
// is opened that needs one. Three eighths of it are for weights, which are read again where they do not fit
// (Weights); the rest is for activations, by which stages choose how much they do at once, and for the
// libraries. Results do not depend on it.
void setMemoryLimit(int64_t bytes);
int64_t memoryLimit();
int64_t weightMemoryLimit();

// What could be had now without swapping, in bytes: of the system, or of this process's control group
// (version 2) where that allows less; 0 where it is not said.
int64_t availableMemory();
// How many processes of the job share this machine, and so what is available. Set once at start.
void setMemorySharers(int processes);
// The ceiling for a model whose weights take so many bytes where none was set: none (0) while they, as many
// pruned ones and what runs on them have room in what is available, else four fifths of that. None for less
// than a gigabyte: where that is too much, it is not the weights.
int64_t ceilingFor(int64_t weightBytes, int64_t available);

// "4G", "512M", "1.5G" or a number of bytes (K, M, G: powers of 1024). Throws Error (InvalidInput) naming the
// flag.
int64_t bytesNamed(const std::string& text, const std::string& flag);

// Resident memory of this process now, and its highest since the start or the last resetPeakMemory(), in
// bytes; 0 where the system does not say.
int64_t residentMemory();
int64_t peakMemory();
// Gives memory that the C library and OwnPages keep for later back to the system.
void giveFreedMemoryBack();
// Gives freed memory back and begins a new peak. False where the system cannot.
bool resetPeakMemory();

}  // namespace espalier
