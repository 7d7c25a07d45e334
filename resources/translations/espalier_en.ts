<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>espalier::ArchitectureView</name>
    <message numerus="yes">
        <source>%1: %n blocks, %2 weights</source>
        <translation>
            <numerusform>%1: %n block, %2 weights</numerusform>
            <numerusform>%1: %n blocks, %2 weights</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::BudgetPanel</name>
    <message numerus="yes">
        <source>%n pinned</source>
        <translation>
            <numerusform>%n pinned</numerusform>
            <numerusform>%n pinned</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::DatasetDialog</name>
    <message numerus="yes">
        <source>%Ln pairs</source>
        <translation>
            <numerusform>%Ln pair</numerusform>
            <numerusform>%Ln pairs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln questions</source>
        <translation>
            <numerusform>%Ln question</numerusform>
            <numerusform>%Ln questions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln captions</source>
        <translation>
            <numerusform>%Ln caption</numerusform>
            <numerusform>%Ln captions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln texts</source>
        <translation>
            <numerusform>%Ln text</numerusform>
            <numerusform>%Ln texts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln classes</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln entries</source>
        <translation>
            <numerusform>%Ln entry</numerusform>
            <numerusform>%Ln entries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::ExportController</name>
    <message numerus="yes">
        <source>The page with %n plans is in %1.</source>
        <translation>
            <numerusform>The page with %n plan is in %1.</numerusform>
            <numerusform>The page with %n plans is in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::LessonAuthor</name>
    <message numerus="yes">
        <source>Recorded: %n acts. Write what the step says.</source>
        <translation>
            <numerusform>Recorded: %n act. Write what the step says.</numerusform>
            <numerusform>Recorded: %n acts. Write what the step says.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n steps of %1</source>
        <translation>
            <numerusform>%n step of %1</numerusform>
            <numerusform>%n steps of %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::MainWindow</name>
    <message numerus="yes">
        <source>%1  ·  %2  ·  %3 parameters, %4 prunable in %n blocks</source>
        <translation>
            <numerusform>%1  ·  %2  ·  %3 parameters, %4 prunable in %n block</numerusform>
            <numerusform>%1  ·  %2  ·  %3 parameters, %4 prunable in %n blocks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What you discard stays in File › Discarded Work for %n days.</source>
        <translation>
            <numerusform>What you discard stays in File › Discarded Work for %n day.</numerusform>
            <numerusform>What you discard stays in File › Discarded Work for %n days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured points of the sweep</source>
        <translation>
            <numerusform>%n measured point of the sweep</numerusform>
            <numerusform>%n measured points of the sweep</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the answers of %n kept plans</source>
        <translation>
            <numerusform>the answers of %n kept plan</numerusform>
            <numerusform>the answers of %n kept plans</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n further copies of unsaved work are offered after it.</source>
        <translation>
            <numerusform>%n further copy of unsaved work is offered after it.</numerusform>
            <numerusform>%n further copies of unsaved work are offered after it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln tensors hold weights that their number format cannot hold.</source>
        <translation>
            <numerusform>%Ln tensor holds weights that its number format cannot hold.</numerusform>
            <numerusform>%Ln tensors hold weights that their number format cannot hold.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured sensitivities</source>
        <translation>
            <numerusform>%n measured sensitivity</numerusform>
            <numerusform>%n measured sensitivities</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the scores by %n methods</source>
        <translation>
            <numerusform>the scores by %n method</numerusform>
            <numerusform>the scores by %n methods</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::ManualWindow</name>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n place</numerusform>
            <numerusform>%n places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::MatrixPanel</name>
    <message numerus="yes">
        <source>%n heads</source>
        <translation>
            <numerusform>%n head</numerusform>
            <numerusform>%n heads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>q, k, v of %n heads</source>
        <translation>
            <numerusform>q, k, v of %n head</numerusform>
            <numerusform>q, k, v of %n heads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::ModelController</name>
    <message numerus="yes">
        <source>%n entries of %1 could not be used and were left out. The first: %2: %3</source>
        <translation>
            <numerusform>One entry of %1 could not be used and was left out: %2: %3</numerusform>
            <numerusform>%n entries of %1 could not be used and were left out. The first: %2: %3</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::PlanDocument</name>
    <message numerus="yes">
        <source>Nudge %n groups</source>
        <translation>
            <numerusform>Nudge %n group</numerusform>
            <numerusform>Nudge %n groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pin %n groups</source>
        <translation>
            <numerusform>Pin %n group</numerusform>
            <numerusform>Pin %n groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Unpin %n groups</source>
        <translation>
            <numerusform>Unpin %n group</numerusform>
            <numerusform>Unpin %n groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reset %n groups</source>
        <translation>
            <numerusform>Reset %n group</numerusform>
            <numerusform>Reset %n groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drag %n groups</source>
        <translation>
            <numerusform>Drag %n group</numerusform>
            <numerusform>Drag %n groups</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::PlanPanel</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::ProjectController</name>
    <message numerus="yes">
        <source>%n changes of the plan and its choices</source>
        <translation>
            <numerusform>%n change of the plan and its choices</numerusform>
            <numerusform>%n changes of the plan and its choices</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n plans that were kept under a name</source>
        <translation>
            <numerusform>%n plan that was kept under a name</numerusform>
            <numerusform>%n plans that were kept under a name</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured points of the sweep</source>
        <translation>
            <numerusform>%n measured point of the sweep</numerusform>
            <numerusform>%n measured points of the sweep</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured sensitivities</source>
        <translation>
            <numerusform>%n measured sensitivity</numerusform>
            <numerusform>%n measured sensitivities</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs</source>
        <translation>
            <numerusform>%n run</numerusform>
            <numerusform>%n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::RecoveryPanel</name>
    <message numerus="yes">
        <source>Data: %1, %n calibration pairs</source>
        <translation>
            <numerusform>Data: %1, %n calibration pair</numerusform>
            <numerusform>Data: %1, %n calibration pairs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::ResultPanel</name>
    <message numerus="yes">
        <source>%Ln pictures cannot be read</source>
        <translation>
            <numerusform>%Ln picture cannot be read</numerusform>
            <numerusform>%Ln pictures cannot be read</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::RunsPanel</name>
    <message numerus="yes">
        <source>%n runs in %1</source>
        <translation>
            <numerusform>%n run in %1</numerusform>
            <numerusform>%n runs in %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs, kept with the project</source>
        <translation>
            <numerusform>%n run, kept with the project</numerusform>
            <numerusform>%n runs, kept with the project</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::SensitivityPanel</name>
    <message numerus="yes">
        <source>%n steps · held-out loss %1 → %2</source>
        <translation>
            <numerusform>%n step · held-out loss %1 → %2</numerusform>
            <numerusform>%n steps · held-out loss %1 → %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::SweepPanel</name>
    <message numerus="yes">
        <source>%n points to go</source>
        <translation>
            <numerusform>%n point to go</numerusform>
            <numerusform>%n points to go</numerusform>
        </translation>
    </message>
</context>
</TS>
