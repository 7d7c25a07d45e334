#pragma once

#include <QTableWidget>

#include "core/data/dataset.h"
#include "core/engine/elsewhere.h"

namespace espalier {

class PictureCache;

// The first entries of a data set with their pictures, as they were read.
class EntryTable : public QTableWidget {
  Q_OBJECT

 public:
  // engine: where the pictures lie; null: on this machine.
  explicit EntryTable(ElsewherePtr engine, QWidget* parent = nullptr);

  void showEntries(const Dataset& dataset);

 private:
  void showPictures();

  PictureCache* m_pictures;
};

}  // namespace espalier
