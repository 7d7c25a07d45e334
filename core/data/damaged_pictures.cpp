#include "core/data/damaged_pictures.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "core/base/crc32.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/image/image.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Whether several processes are to look at pictures of the same names. Where they are not, each looks at its
// own; what differs is told when their inputs are compared.
bool haveTheSame(Processes& processes, const std::set<fs::path>& pictures) {
  if (!processes.several()) return false;
  std::string names;
  for (const auto& p : pictures) names += p.filename().string() + "\n";
  const auto sum = crc32Of(std::as_bytes(std::span(names.data(), names.size())));
  const auto all = processes.gather(std::to_string(pictures.size()) + " " + std::to_string(sum));
  return std::all_of(all.begin(), all.end(), [&](const auto& other) { return other == all[0]; });
}

}  // namespace

std::map<fs::path, std::string> damagedPictures(const Dataset& dataset, const JobControl& control,
                                                const PictureCheck& check) {
  std::set<fs::path> distinct;
  for (const auto& s : dataset.samples)
    if (!s.image.empty()) distinct.insert(s.image);
  std::vector<std::pair<fs::path, std::string>> faults;
  for (const auto& picture : distinct) faults.emplace_back(picture, "");
  auto& processes = processesOf(control);
  const bool shared = haveTheSame(processes, distinct);
  parallelFor(int64_t(faults.size()), [&](int64_t i) {
    control.throwIfCancelled();
    if (shared && !processes.owns(i)) return;
    auto& [picture, fault] = faults[size_t(i)];
    try {
      const auto image = loadImage(picture);
      if (check) fault = check(image);
    } catch (const Error& e) {
      fault = e.what();
      if (const auto name = picture.string() + " "; fault.starts_with(name)) fault.erase(0, name.size());
      if (fault.ends_with('.')) fault.pop_back();
    }
  });
  if (shared) {
    PackedValues mine;
    for (size_t i = 0; i < faults.size(); ++i)
      if (processes.owns(int64_t(i))) mine.put(faults[i].second);
    const auto gathered = processes.gather(mine.bytes());
    std::vector<PackedReader> readers(gathered.begin(), gathered.end());
    for (size_t i = 0; i < faults.size(); ++i)
      faults[i].second = readers[size_t(processes.ownerOf(int64_t(i)))].takeText();
  }
  std::map<fs::path, std::string> out;
  for (auto& [picture, fault] : faults)
    if (!fault.empty()) out.emplace(std::move(picture), std::move(fault));
  return out;
}

Dataset::Problem pictureProblem(const Dataset& dataset, const fs::path& picture, const std::string& what) {
  std::error_code ec;
  const auto folder = fs::is_directory(dataset.path, ec) ? dataset.path : dataset.path.parent_path();
  return {picture.lexically_proximate(folder).string(), what};
}

Dataset drawDecodable(const Dataset& dataset, int64_t count, uint64_t seed, const JobControl& control,
                      std::vector<Dataset::Problem>& problems, const PictureCheck& check) {
  // The first of all samples in drawn order are those that are drawn of fewer.
  const auto all = drawSamples(dataset, int64_t(dataset.samples.size()), seed);
  Dataset out = all;
  out.samples.clear();
  std::set<fs::path> reported;
  for (size_t at = 0; at < all.samples.size() && int64_t(out.samples.size()) < count;) {
    Dataset next = all;
    const auto missing = std::min(all.samples.size() - at, size_t(count) - out.samples.size());
    next.samples.assign(all.samples.begin() + std::ptrdiff_t(at),
                        all.samples.begin() + std::ptrdiff_t(at + missing));
    at += missing;
    const auto damaged = damagedPictures(next, control, check);
    for (auto& s : next.samples) {
      const auto fault = damaged.find(s.image);
      if (fault == damaged.end())
        out.samples.push_back(std::move(s));
      else if (reported.insert(s.image).second)
        problems.push_back(pictureProblem(dataset, s.image, fault->second));
    }
  }
  if (out.samples.empty() && count > 0 && !problems.empty())
    throw Error(ErrorKind::Format, dataset.path.string() + " holds no picture that can be read: " +
                                       problems[0].place + " " + problems[0].what + ".");
  return out;
}

}  // namespace espalier
