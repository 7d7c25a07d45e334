#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "espalier/choices.h"

// The names that the engine has for the library's choices. tests/library/names_test.cpp compares them with
// the engine's own lists.
namespace espalier::api {

template <typename E>
using NameTable = std::pair<E, std::string_view>;

inline constexpr NameTable<DeviceKind> kDeviceKinds[] = {{DeviceKind::Cpu, "cpu"},
                                                         {DeviceKind::Cuda, "cuda"}};
inline constexpr NameTable<PromptForm> kPromptForms[] = {
    {PromptForm::Auto, "auto"}, {PromptForm::Plain, "plain"}, {PromptForm::Chat, "chat"}};
inline constexpr NameTable<Component> kComponents[] = {{Component::Vision, "vision"},
                                                       {Component::Bridge, "bridge"},
                                                       {Component::Projector, "projector"},
                                                       {Component::Text, "text"},
                                                       {Component::TextEncoder, "text encoder"},
                                                       {Component::TextDecoder, "text decoder"},
                                                       {Component::LanguageEncoder, "language encoder"},
                                                       {Component::LanguageDecoder, "language decoder"},
                                                       {Component::Language, "language"}};
inline constexpr NameTable<ScoreMethod> kScoreMethods[] = {
    {ScoreMethod::ZerothOrder, "zeroth-order"},     {ScoreMethod::ForwardMode, "forward-mode"},
    {ScoreMethod::ExactGradient, "exact-gradient"}, {ScoreMethod::FirstOrder, "first-order"},
    {ScoreMethod::PrunedLoss, "pruned-loss"},       {ScoreMethod::Local, "local"},
    {ScoreMethod::Magnitude, "magnitude"}};
inline constexpr NameTable<Allocator> kAllocators[] = {{Allocator::Ecoflap, "ecoflap"},
                                                       {Allocator::Uniform, "uniform"},
                                                       {Allocator::Local, "local"},
                                                       {Allocator::Owl, "owl"},
                                                       {Allocator::Dlp, "dlp"},
                                                       {Allocator::AlphaPruning, "alpha-pruning"},
                                                       {Allocator::Atp, "atp"},
                                                       {Allocator::EcoflapOfficial, "ecoflap-official"},
                                                       {Allocator::GlobalMagnitude, "global-magnitude"}};
inline constexpr NameTable<Granularity> kGranularities[] = {
    {Granularity::Matrix, "layer"}, {Granularity::Block, "block"}, {Granularity::Component, "component"}};
inline constexpr NameTable<Aggregate> kAggregates[] = {
    {Aggregate::Sum, "sum"}, {Aggregate::Average, "avg"}, {Aggregate::Mean, "mean"}};
inline constexpr NameTable<Criterion> kCriteria[] = {
    {Criterion::Magnitude, "magnitude"}, {Criterion::Ria, "ria"},   {Criterion::SparseGpt, "sparsegpt"},
    {Criterion::Admm, "admm"},           {Criterion::Alps, "alps"}, {Criterion::Wanda, "wanda"}};
inline constexpr NameTable<Comparison> kComparisons[] = {
    {Comparison::Published, "auto"}, {Comparison::Row, "row"}, {Comparison::Matrix, "matrix"}};
inline constexpr NameTable<CalibrationInputs> kCalibrationInputs[] = {
    {CalibrationInputs::PrunedBlocks, "pruned"}, {CalibrationInputs::DenseModel, "dense"}};
inline constexpr NameTable<FitTarget> kFitTargets[] = {{FitTarget::OwnOutputs, "pruned"},
                                                       {FitTarget::DenseOutputs, "dense"}};
inline constexpr NameTable<Refinement> kRefinements[] = {{Refinement::Dsnot, "dsnot"},
                                                         {Refinement::Swaps, "swaps"},
                                                         {Refinement::Refit, "refit"},
                                                         {Refinement::Int8, "int8"},
                                                         {Refinement::Int8Mse, "int8-mse"}};
inline constexpr NameTable<Task> kTasks[] = {{Task::Auto, "auto"},
                                             {Task::Vqa, "vqa"},
                                             {Task::Caption, "caption"},
                                             {Task::Retrieval, "retrieval"},
                                             {Task::Classification, "classification"},
                                             {Task::Perplexity, "perplexity"}};
inline constexpr NameTable<DataFormat> kDataFormats[] = {{DataFormat::Recognised, ""},
                                                         {DataFormat::Metadata, "metadata"},
                                                         {DataFormat::Vqa, "vqa"},
                                                         {DataFormat::Gqa, "gqa"},
                                                         {DataFormat::Karpathy, "karpathy"},
                                                         {DataFormat::CocoCaptions, "coco-captions"},
                                                         {DataFormat::Records, "records"},
                                                         {DataFormat::TokenCaptions, "token-captions"},
                                                         {DataFormat::ClassFolders, "class-folders"},
                                                         {DataFormat::TextCaptions, "text-captions"},
                                                         {DataFormat::Pictures, "pictures"},
                                                         {DataFormat::Text, "text"}};

// Error (InvalidInput) for a number that is no value of the enumeration.
template <typename E, size_t N>
std::string nameIn(const NameTable<E> (&table)[N], E value) {
  for (const auto& [known, name] : table)
    if (known == value) return std::string(name);
  throw espalier::Error(espalier::ErrorKind::InvalidInput,
                        "The value " + std::to_string(int(value)) + " is none of its enumeration.");
}

template <typename E, size_t N>
std::optional<E> valueIn(const NameTable<E> (&table)[N], std::string_view name) {
  for (const auto& [value, known] : table)
    if (known == name) return value;
  return std::nullopt;
}

// The same for a name that a file holds: what is not known there is of a newer version, or misspelt.
template <typename E, size_t N>
E valueOf(const NameTable<E> (&table)[N], std::string_view name, const char* what) {
  if (const auto value = valueIn(table, name)) return *value;
  throw espalier::Error(espalier::ErrorKind::Format, "The " + std::string(what) + " \"" + std::string(name) +
                                                         "\" is not known to this version of the library.");
}

}  // namespace espalier::api
