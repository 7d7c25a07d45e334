#include "ui/controllers/report_pdf.h"

#include <QAbstractTextDocumentLayout>
#include <QTextBlock>
#include <QTextFrame>
#include <QTextLayout>
#include <QtTest/QtTest>

#include "core/samples/sample_folder.h"
#include "tests/ui/plan_sample.h"
#include "ui/controllers/model_controller.h"
#include "ui/session/session.h"

using namespace espalier;
using namespace espalier::test;

class ReportPdfTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void wordsAreWholeAndPicturesStayWithTheirQuestions() {
    Session session;
    ModelController models(session);
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel(), 60000);
    ReportContent content;
    content.title = "Sample";
    content.model = session.info();
    content.model.folder =
        "/a/path/that/is/long/enough/to/have/no/room/in/a/column/of/the/report/at/all/blip2-flan-t5-xl";
    content.pairs = session.pairs();
    content.scores = sampleScores(12);
    content.plan = session.plan().plan();
    Evaluation dense;
    for (size_t i = 0; i < content.pairs.samples.size(); ++i) {
      dense.pairs.emplace_back();
      dense.pairs.back().sample = int64_t(i);
      dense.pairs.back().answer = "an answer that goes on for some words more than others";
      dense.pairs.back().right = i % 2 == 0;
    }
    content.dense = content.pruned = dense;
    content.examples = 30;
    const QSizeF page(680, 1010);
    const auto document = reportDocument(content, page);
    QVERIFY(document->pageCount() > 2);
    int pairs = 0;
    for (QTextFrame* frame : document->rootFrame()->childFrames()) {
      const QRectF place = document->documentLayout()->frameBoundingRect(frame);
      if (place.height() > page.height() / 3) continue;
      QVERIFY2(int(place.top() / page.height()) == int((place.bottom() - 1) / page.height()),
               qPrintable(QString("%1 ... %2").arg(place.top()).arg(place.bottom())));
      ++pairs;
    }
    QVERIFY2(pairs >= 30, qPrintable(QString::number(pairs)));
    int lines = 0;
    for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
      const QString said = block.text();
      for (int i = 0; i + 1 < block.layout()->lineCount(); ++i, ++lines) {
        const QTextLine line = block.layout()->lineAt(i);
        const int end = line.textStart() + line.textLength();
        QVERIFY2(end >= said.size() || !(said[end - 1].isLetterOrNumber() && said[end].isLetterOrNumber()),
                 qPrintable(said.left(end) + " | " + said.mid(end)));
      }
      for (int i = 0; i < block.layout()->lineCount(); ++i)
        if (!block.blockFormat().nonBreakableLines())
          QVERIFY2(block.layout()->lineAt(i).naturalTextWidth() <= page.width(), qPrintable(said));
    }
    QVERIFY(lines > 5);
  }
};

QTEST_MAIN(ReportPdfTest)
#include "report_pdf_test.moc"
