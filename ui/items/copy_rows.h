#pragma once

#include <QString>

class QAbstractItemView;

namespace espalier {

// Ctrl+C in the view, and Copy Rows under its right button, put the selected rows on the clipboard, as
// tab-separated values below the header: what a spreadsheet takes. Without a selection the current row, else
// all.
void offerCopy(QAbstractItemView& view);

// As it is copied. Columns that are hidden are left out; breaks and tabs inside a cell become spaces.
QString copiedRows(const QAbstractItemView& view);

}  // namespace espalier
