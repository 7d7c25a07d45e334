#include "core/data/picture_finder.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr int kDepth = 5;  // folders below a root that are looked into
constexpr size_t kMaxPictures = 5'000'000;
constexpr size_t kShownPictures = 3;

// A name without regard to the case of its letters or to how its accents are stored.
std::string foldedName(const std::string& name) {
  if (std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string out = name;
    for (char& c : out)
      if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return out;
  }
  return lowerCaseByCharacter(normalizeUnicode(validUtf8(name), NormalForm::C));
}

// The same of a folder; flickr30k-images, Flickr30k_Images and flickr30k are one.
std::string foldedFolder(const std::string& name) {
  auto out = foldedName(name);
  std::erase_if(out, [](char c) { return c == '-' || c == '_' || c == ' '; });
  for (const std::string ending : {"images", "image", "imgs", "photos", "pictures"})
    if (out.size() > ending.size() && out.ends_with(ending)) return out.substr(0, out.size() - ending.size());
  return out;
}

// Folders that say only that pictures lie in them.
bool saysNothing(const std::string& folded) {
  static const std::set<std::string> names = {
      "image",      "images", "img",   "imgs", "picture", "pictures", "pic",  "pics", "photo",  "photos",
      "jpegimages", "jpeg",   "jpegs", "jpg",  "jpgs",    "png",      "pngs", "data", "dataset"};
  return names.contains(folded);
}

// A path as annotations write it, cut at its slashes, either way round; without a drive, "." and "..".
std::vector<std::string> partsOf(const std::string& name) {
  std::vector<std::string> out;
  std::string part;
  const auto end = [&] {
    if (part == "..") {
      if (!out.empty()) out.pop_back();
    } else if (!part.empty() && part != "." && !(part.size() == 2 && part[1] == ':')) {
      out.push_back(part);
    }
    part.clear();
  };
  for (const char c : name) {
    if (c == '/' || c == '\\')
      end();
    else
      part += c;
  }
  end();
  return out;
}

std::vector<std::string> wordsIn(const std::string& folded) {
  std::vector<std::string> out(1);
  for (const char c : folded) {
    if (c == '_' || c == '-' || c == '.' || c == ' ')
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

bool namesMask(const std::string& folded) {
  for (const auto& word : wordsIn(folded))
    if (word == "mask" || word == "masks" || word == "panoptic" || word == "seg" || word == "segm" ||
        word == "gtfine" || word == "gtcoarse" || word == "depthmap" || word == "depthmaps" ||
        word == "labelids" || word == "instanceids" || word == "labeltrainids" ||
        word.starts_with("segmentation") || word.starts_with("pixelmap") || word.starts_with("stuffthing"))
      return true;
  return false;
}

bool isAnnotationFolder(const std::string& name) {
  const auto folded = foldedName(name);
  return folded.starts_with("annotation") || folded.starts_with("question") || folded == "labels";
}

fs::path absoluteOf(const fs::path& path) {
  return fs::absolute(path).lexically_normal();
}

}  // namespace

bool isPictureFile(const fs::path& file) {
  const auto ending = foldedName(file.extension().string());
  for (const char* e : {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
    if (ending == e) return true;
  return false;
}

bool isAddress(const std::string& name) {
  const auto start = foldedName(name.substr(0, 8));
  for (const char* scheme : {"http://", "https://", "ftp://", "s3://", "gs://"})
    if (start.starts_with(scheme)) return true;
  return false;
}

PictureFinder::PictureFinder(const fs::path& folder, const fs::path& given) {
  if (!given.empty()) {
    m_roots = {given};
    return;
  }
  m_roots = {folder};
  // Annotations often have a folder of their own beside the pictures'.
  auto absolute = absoluteOf(folder);
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  if (isAnnotationFolder(absolute.filename().string())) m_roots.push_back(absolute.parent_path());
}

FoundPicture PictureFinder::byName(const std::string& name) {
  if (isAddress(name))
    return {{}, "which is an address on the network; download the picture and name its file"};
  const auto parts = partsOf(name);
  if (parts.empty()) return {{}, "which is no file's name"};
  std::string relative;
  for (const auto& part : parts) relative += (relative.empty() ? "" : "/") + part;
  std::error_code ec;
  for (const auto& written : {name, relative})
    for (const auto& root : m_roots)
      for (const auto& path : {root / written, root / "images" / written})
        if (fs::is_regular_file(path, ec)) return {path};
  makeIndex();
  const auto it = m_byName.find(foldedName(parts.back()));
  if (it == m_byName.end()) return {{}, "which does not exist"};
  return chosen(parts, it->second);
}

FoundPicture PictureFinder::byStem(const std::string& name) {
  if (isPictureFile(name)) return byName(name);
  makeIndex();
  const auto parts = partsOf(name);
  const auto it = parts.empty() ? m_byStem.end() : m_byStem.find(foldedName(parts.back()));
  if (it == m_byStem.end()) return {{}, "which does not exist"};
  return chosen(parts, it->second);
}

FoundPicture PictureFinder::byNumber(int64_t number, const std::string& part) {
  makeIndex();
  const auto it = m_byNumber.find(number);
  if (it == m_byNumber.end()) return {{}, "which does not exist"};
  auto candidates = it->second;
  const auto keepIf = [&](auto test) {
    std::vector<size_t> kept;
    for (const size_t c : candidates)
      if (test(m_pictures[c])) kept.push_back(c);
    if (!kept.empty()) candidates = kept;
  };
  keepIf([](const Picture& p) { return !p.amongAnnotations; });
  if (candidates.size() > 1 && !part.empty())
    keepIf([&](const Picture& p) {
      return foldedName(p.file.string()).find(foldedName(part)) != std::string::npos;
    });
  return candidates.size() == 1 ? FoundPicture{m_pictures[candidates[0]].file} : severalOf(candidates);
}

FoundPicture PictureFinder::severalOf(const std::vector<size_t>& candidates) const {
  std::string names;
  for (size_t i = 0; i < std::min(kShownPictures, candidates.size()); ++i)
    names += (names.empty() ? "" : ", ") + shownName(candidates[i]);
  if (candidates.size() > kShownPictures) names += ", ...";
  return {{}, "which could be any of " + std::to_string(candidates.size()) + " pictures (" + names + ")"};
}

std::string PictureFinder::shownName(size_t picture) const {
  return m_pictures[picture].file.lexically_proximate(m_roots.front()).string();
}

// parts: of the name, the outermost folder first. candidates: pictures with its last part.
FoundPicture PictureFinder::chosen(const std::vector<std::string>& parts,
                                   const std::vector<size_t>& candidates) const {
  const std::vector<std::string> folders(parts.begin(), parts.end() - 1);
  std::vector<std::string> wanted, telling;
  for (const auto& f : folders) {
    wanted.push_back(foldedFolder(f));
    if (!saysNothing(wanted.back())) telling.push_back(wanted.back());
  }
  const auto agreeing = [](const auto& a, const auto& b) {
    return size_t(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
  };
  // How many folders that say something agree, counted from the file; whether the name is the same to the
  // letter and no annotations hold the picture; how many of all folders agree, and to the letter.
  using Rank = std::tuple<size_t, bool, bool, size_t, size_t>;
  std::vector<size_t> best, contradicted;
  Rank bestRank{};
  for (const size_t c : candidates) {
    const Picture& picture = m_pictures[c];
    std::vector<std::string> own, ownFolded, ownTelling;
    size_t tellingBelow = 0, at = 0;
    for (const auto& part : absoluteOf(picture.file).parent_path()) {
      own.push_back(part.string());
      ownFolded.push_back(foldedFolder(own.back()));
      const bool tells = !saysNothing(ownFolded.back());
      if (tells) ownTelling.push_back(ownFolded.back());
      tellingBelow += tells && at >= picture.foldersAbove;
      ++at;
    }
    const size_t agree = agreeing(telling, ownTelling);
    // Both go on, in folders that differ, within what belongs to the data.
    if (agree < telling.size() && agree < tellingBelow) {
      contradicted.push_back(c);
      continue;
    }
    const bool sameName = picture.file.filename() == parts.back() || picture.file.stem() == parts.back();
    const Rank rank{agree, !picture.amongAnnotations, sameName, agreeing(wanted, ownFolded),
                    agreeing(folders, own)};
    if (best.empty() || rank > bestRank) best.clear(), bestRank = rank;
    if (rank == bestRank) best.push_back(c);
  }
  if (best.empty())
    return {
        {},
        "which does not exist (" + shownName(contradicted[0]) + " has its name, but lies in another folder)"};
  const bool byNameAlone = !telling.empty() && std::get<0>(bestRank) == 0;
  if (best.size() > 1 || (byNameAlone && candidates.size() > 1))
    return severalOf(byNameAlone ? candidates : best);
  return {m_pictures[best[0]].file};
}

void PictureFinder::makeIndex() {
  if (m_indexed) return;
  m_indexed = true;
  std::error_code ec;
  std::set<fs::path> known;
  for (const auto& root : m_roots) {
    auto start = absoluteOf(root);
    if (!start.has_filename()) start = start.parent_path();
    const auto above = size_t(std::distance(start.begin(), start.end()));
    std::vector<Picture> found;
    std::vector<bool> inMasks{false}, inAnnotations{&root == &m_roots[0] && m_roots.size() > 1};
    for (fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, ec), end;
         !ec && it != end && m_pictures.size() + found.size() < kMaxPictures; it.increment(ec)) {
      const auto depth = size_t(it.depth()) + 1;
      const auto& path = it->path();
      if (isPictureFile(path)) {
        if (!inMasks[depth - 1] && !namesMask(foldedName(path.stem().string())))
          found.push_back({path, above, inAnnotations[depth - 1]});
        continue;
      }
      std::error_code each;
      if (!it->is_directory(each)) continue;
      if (it.depth() >= kDepth) it.disable_recursion_pending();
      const auto name = path.filename().string();
      inMasks.resize(depth), inAnnotations.resize(depth);
      inMasks.push_back(inMasks[depth - 1] || namesMask(foldedName(name)));
      inAnnotations.push_back(inAnnotations[depth - 1] || isAnnotationFolder(name));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
    for (auto& picture : found)
      if (known.insert(absoluteOf(picture.file)).second) m_pictures.push_back(std::move(picture));
  }
  for (size_t i = 0; i < m_pictures.size(); ++i) {
    const auto& file = m_pictures[i].file;
    m_byName[foldedName(file.filename().string())].push_back(i);
    const auto stem = file.stem().string();
    m_byStem[foldedName(stem)].push_back(i);
    const auto digits = stem.find_last_not_of("0123456789") + 1;
    int64_t number = 0;
    const auto [at, error] = std::from_chars(stem.data() + digits, stem.data() + stem.size(), number);
    if (digits < stem.size() && error == std::errc()) m_byNumber[number].push_back(i);
  }
}

}  // namespace espalier
