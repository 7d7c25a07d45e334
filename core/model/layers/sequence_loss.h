#pragma once

#include "core/model/state.h"

namespace espalier {

constexpr int64_t kIgnoredLabel = -100;

// Cross-entropy of logits [forks * R, T, V] against labels [R, T] (kIgnoredLabel: not counted) into
// State::lossSum and lossCount. With smoothing s a target is 1 - s of its class and s spread evenly over all
// (Szegedy et al. 2016). Accumulated in float64 unless gradients are recorded: zeroth-order scores are
// differences of losses.
void setSequenceLoss(State& state, const at::Tensor& logits, const at::Tensor& labels, double smoothing = 0);

// The same for a decoder whose output at a position predicts the next label: logits [forks * R, T', V] with
// T' >= T belong to the last T positions.
void setNextTokenLoss(State& state, const at::Tensor& logits, const at::Tensor& labels, double smoothing = 0);

// Cross-entropy of logits [forks * R, classes] against labels [R].
void setClassLoss(State& state, const at::Tensor& logits, const at::Tensor& labels);

// Decoder input for teacher forcing: start token, then the labels without their last, kIgnoredLabel replaced
// by pad.
at::Tensor shiftRight(const at::Tensor& labels, int64_t start, int64_t pad);

}  // namespace espalier
