#include "ui/panels/dataset_titles.h"

#include <utility>

#include "ui/panels/dataset_dialog.h"

namespace espalier {

QString kindTitle(DataKind kind) {
  switch (kind) {
    case DataKind::Pairs:
      return DatasetDialog::tr("Questions and answers");
    case DataKind::Questions:
      return DatasetDialog::tr("Questions that several people answered");
    case DataKind::Captions:
      return DatasetDialog::tr("Pictures and captions");
    case DataKind::Classes:
      return DatasetDialog::tr("Pictures by class");
    case DataKind::Pictures:
      return DatasetDialog::tr("Pictures alone");
    case DataKind::Text:
      return DatasetDialog::tr("Text");
  }
  return {};
}

QString formatTitle(const std::string& format) {
  const std::pair<const char*, QString> titles[] = {
      {"metadata", DatasetDialog::tr("Entries in a table or lines")},
      {"vqa", DatasetDialog::tr("VQA questions")},
      {"gqa", DatasetDialog::tr("GQA questions")},
      {"karpathy", DatasetDialog::tr("Karpathy splits")},
      {"coco-captions", DatasetDialog::tr("COCO captions")},
      {"records", DatasetDialog::tr("A JSON list of entries")},
      {"class-folders", DatasetDialog::tr("A folder for each class")},
      {"text-captions", DatasetDialog::tr("Captions in .txt files")},
      {"pictures", DatasetDialog::tr("Pictures alone")},
      {"text", DatasetDialog::tr("Text files")}};
  for (const auto& [name, title] : titles)
    if (format == name) return title;
  return QString::fromStdString(format);
}

QString countsOf(const Dataset& data) {
  const int entries = int(data.samples.size()), pictures = int(pictureCount(data));
  QString counts;
  switch (data.kind) {
    case DataKind::Pairs:
      counts = DatasetDialog::tr("%Ln pairs", nullptr, entries);
      break;
    case DataKind::Questions:
      counts = DatasetDialog::tr("%Ln questions", nullptr, entries);
      break;
    case DataKind::Captions:
      counts = DatasetDialog::tr("%Ln captions", nullptr, entries);
      break;
    case DataKind::Text:
      counts = DatasetDialog::tr("%Ln texts", nullptr, entries);
      break;
    case DataKind::Classes:
      return DatasetDialog::tr("%1 in %2")
          .arg(DatasetDialog::tr("%Ln pictures", nullptr, entries),
               DatasetDialog::tr("%Ln classes", nullptr, int(data.classNames.size())));
    case DataKind::Pictures:
      return DatasetDialog::tr("%Ln pictures", nullptr, entries);
  }
  return pictures
             ? DatasetDialog::tr("%1 on %2").arg(counts, DatasetDialog::tr("%Ln pictures", nullptr, pictures))
             : counts;
}

}  // namespace espalier
