<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>BarMarks</name>
    <message>
        <source>target %1</source>
        <translation>Ziel %1</translation>
    </message>
    <message>
        <source>cap %1</source>
        <translation>Grenze %1</translation>
    </message>
</context>
<context>
    <name>BudgetText</name>
    <message>
        <source>It exchanges weights that keep their values; the criterion changes them.</source>
        <translation>Sie tauscht Gewichte, die ihre Werte behalten; das Kriterium ändert sie.</translation>
    </message>
</context>
<context>
    <name>ChoiceText</name>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an option and what it is set to</comment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>CopyRows</name>
    <message>
        <source>Copy Rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
    <message>
        <source>Put the selected rows on the clipboard, with the header, for a spreadsheet</source>
        <translation>Die gewählten Zeilen mit der Kopfzeile in die Zwischenablage legen, für eine Tabellenkalkulation</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>Evaluating</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>Ausdünnen</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Exporting masks</source>
        <translation>Masken exportieren</translation>
    </message>
    <message>
        <source>Ranking weights</source>
        <translation>Gewichte ordnen</translation>
    </message>
    <message>
        <source>Measuring sensitivity</source>
        <translation>Empfindlichkeit messen</translation>
    </message>
    <message>
        <source>Improving</source>
        <translation>Verbessern</translation>
    </message>
    <message>
        <source>Uniform</source>
        <translation>Gleichmäßig</translation>
    </message>
    <message>
        <source>How much the whole model&apos;s loss reacts to small random changes of a matrix (the paper&apos;s method; forward passes only).</source>
        <translation>Wie stark der Verlust des ganzen Modells auf kleine zufällige Änderungen einer Matrix antwortet (das Verfahren des Aufsatzes; nur Vorwärtsläufe).</translation>
    </message>
    <message>
        <source>What zeroth-order estimates, exactly: the norm of the loss&apos;s gradient, block by block.</source>
        <translation>Was die nullte Ordnung schätzt, genau: die Norm des Gradienten des Verlusts, Block für Block.</translation>
    </message>
    <message>
        <source>Sum of |weight| times |gradient|, as the paper publishes it for comparison.</source>
        <translation>Summe von |Gewicht| mal |Gradient|, wie der Aufsatz sie zum Vergleich angibt.</translation>
    </message>
    <message>
        <source>Sum of weight times the norm of its input: local importance, which the paper finds misleading.</source>
        <translation>Summe von Gewicht mal Norm seiner Eingabe: örtliche Wichtigkeit, die laut Aufsatz in die Irre führt.</translation>
    </message>
    <message>
        <source>Local statistics</source>
        <translation>Örtliche Maße</translation>
    </message>
    <message>
        <source>Local scores</source>
        <translation>Örtliche Bewertung</translation>
    </message>
    <message>
        <source>Mean absolute weight; needs no data. For comparison.</source>
        <translation>Mittlerer Betrag der Gewichte; braucht keine Daten. Zum Vergleich.</translation>
    </message>
    <message>
        <source>Weight times the norm of its input; the paper&apos;s choice</source>
        <translation>Gewicht mal Norm seiner Eingabe; die Wahl des Aufsatzes</translation>
    </message>
    <message>
        <source>Removes weights and lets those that stay make up for them</source>
        <translation>Entfernt Gewichte und lässt die bleibenden für sie einstehen</translation>
    </message>
    <message>
        <source>Smallest weights first; needs no data</source>
        <translation>Die kleinsten Gewichte zuerst; braucht keine Daten</translation>
    </message>
    <message>
        <source>Weight relative to its row and column, times the root of its input&apos;s norm</source>
        <translation>Gewicht im Verhältnis zu Zeile und Spalte, mal die Wurzel der Norm seiner Eingabe</translation>
    </message>
    <message>
        <source>Exchanges weights until each output&apos;s mean is what it was</source>
        <translation>Tauscht Gewichte, bis das Mittel jedes Ausgangs wieder stimmt</translation>
    </message>
    <message>
        <source>Global magnitude</source>
        <translation>Globaler Betrag</translation>
    </message>
    <message>
        <source>Uniform magnitude</source>
        <translation>Betrag, gleichmäßig</translation>
    </message>
    <message>
        <source>Uniform Wanda</source>
        <translation>Wanda, gleichmäßig</translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation>Kalibrieren</translation>
    </message>
    <message>
        <source>at most n&lt;sub&gt;g&lt;/sub&gt;, its weights. c is the cap, {cap}; the factor a meets the target:</source>
        <translation>höchstens n&lt;sub&gt;g&lt;/sub&gt;, die Zahl seiner Gewichte. c ist die Obergrenze, {cap}; der Faktor a erfüllt das Ziel:</translation>
    </message>
    <message>
        <source>t is the target, {target}, and N = {parameters} the weights in all. Pinned blocks keep what they have.</source>
        <translation>t ist das Ziel, {target}, und N = {parameters} die Zahl aller Gewichte. Festgehaltene Blöcke behalten, was sie haben.</translation>
    </message>
    <message>
        <source>blocks with a heavier-tailed spectrum keep more</source>
        <translation>Blöcke mit schwereren Enden im Spektrum behalten mehr</translation>
    </message>
    <message>
        <source>from the larger half of them, averaged over the matrices of block g.</source>
        <translation>aus der größeren Hälfte, gemittelt über die Matrizen des Blocks g.</translation>
    </message>
    <message>
        <source>ε is {epsilon}; q tells how sparse a block is relative to the others.</source>
        <translation>ε ist {epsilon}; q sagt, wie dünn ein Block im Verhältnis zu den anderen wird.</translation>
    </message>
    <message>
        <source>The sparsities are stretched until the target t, {target}, is met for all N = {parameters} weights. None passes the cap, {cap}.</source>
        <translation>Die Anteile werden gestreckt, bis das Ziel t, {target}, für alle N = {parameters} Gewichte erfüllt ist. Keiner überschreitet die Obergrenze {cap}.</translation>
    </message>
    <message>
        <source>later blocks keep less, in equal steps</source>
        <translation>spätere Blöcke behalten weniger, in gleichen Schritten</translation>
    </message>
    <message>
        <source>i counts the L blocks from 0; β is {beta}, where 0 stands for the largest that the cap allows.</source>
        <translation>i zählt die L Blöcke ab 0; β ist {beta}, wobei 0 für das größte steht, das die Obergrenze erlaubt.</translation>
    </message>
    <message>
        <source>The sparsities are shifted until the target t, {target}, is met for all N = {parameters} weights. None passes the cap, {cap}.</source>
        <translation>Die Anteile werden verschoben, bis das Ziel t, {target}, für alle N = {parameters} Gewichte erfüllt ist. Keiner überschreitet die Obergrenze {cap}.</translation>
    </message>
    <message>
        <source>blocks with a higher median weight keep less</source>
        <translation>Blöcke mit höherem Median behalten weniger</translation>
    </message>
    <message>
        <source>A&lt;sub&gt;ij&lt;/sub&gt; is |W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt;, I the relative importance of a block.</source>
        <translation>A&lt;sub&gt;ij&lt;/sub&gt; ist |W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt;, I die relative Wichtigkeit eines Blocks.</translation>
    </message>
    <message>
        <source>α is {alpha}: half the range of sparsities around the target.</source>
        <translation>α ist {alpha}: die halbe Spanne der Anteile um das Ziel.</translation>
    </message>
    <message>
        <source>important blocks keep more, up to the cap on the others</source>
        <translation>wichtige Blöcke behalten mehr, bis zur Obergrenze der anderen</translation>
    </message>
    <message>
        <source>the score of block g, from those of its matrices</source>
        <translation>die Bewertung des Blocks g aus denen seiner Matrizen</translation>
    </message>
    <message>
        <source>ECoFLaP as released</source>
        <translation>ECoFLaP wie veröffentlicht</translation>
    </message>
    <message>
        <source>as the code released with the paper computes it, slips included</source>
        <translation>wie der Code zum Artikel rechnet, samt seinen Fehlern</translation>
    </message>
    <message>
        <source>by each block&apos;s own Wanda scores; the paper shows that it does harm</source>
        <translation>nach den eigenen Wanda-Werten jedes Blocks; der Artikel zeigt, dass das schadet</translation>
    </message>
    <message>
        <source>the sum of |W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt; over block g</source>
        <translation>die Summe von |W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt; über Block g</translation>
    </message>
    <message>
        <source>blocks with more outlying weights keep more</source>
        <translation>Blöcke mit mehr Ausreißern behalten mehr</translation>
    </message>
    <message>
        <source>is the outlier ratio of block g.</source>
        <translation>ist der Anteil der Ausreißer in Block g.</translation>
    </message>
    <message>
        <source>λ is {lambda}: half the range of sparsities around the target.</source>
        <translation>λ ist {lambda}: die halbe Spanne der Anteile um das Ziel.</translation>
    </message>
    <message>
        <source>every block the same sparsity, whatever its importance</source>
        <translation>jeder Block gleich, wie wichtig er auch ist</translation>
    </message>
    <message>
        <source>the same for every block: t is {target}.</source>
        <translation>für jeden Block gleich: t ist {target}.</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>Kriterium</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>unstructured</source>
        <translation>unstrukturiert</translation>
    </message>
    <message>
        <source>Compared in</source>
        <translation>Verglichen in</translation>
    </message>
    <message>
        <source>the groups of the publication</source>
        <translation>den Gruppen der Veröffentlichung</translation>
    </message>
    <message>
        <source>output rows</source>
        <translation>Ausgabezeilen</translation>
    </message>
    <message>
        <source>whole matrices</source>
        <translation>ganzen Matrizen</translation>
    </message>
    <message>
        <source>Calibrated on</source>
        <translation>Kalibriert an</translation>
    </message>
    <message>
        <source>pruned blocks</source>
        <translation>ausgedünnten Blöcken</translation>
    </message>
    <message>
        <source>the dense model</source>
        <translation>dem dichten Modell</translation>
    </message>
    <message>
        <source>Refined by</source>
        <translation>Verfeinert durch</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>The released code&apos;s behaviour</source>
        <translation>Verhalten des veröffentlichten Codes</translation>
    </message>
    <message>
        <source>reproduced</source>
        <translation>nachgebildet</translation>
    </message>
    <message>
        <source>not reproduced</source>
        <translation>nicht nachgebildet</translation>
    </message>
    <message>
        <source>Calibration samples</source>
        <translation>Kalibrierbeispiele</translation>
    </message>
    <message>
        <source>Calibration batch size</source>
        <translation>Stapelgröße der Kalibrierung</translation>
    </message>
    <message>
        <source>Calibration seed</source>
        <translation>Startwert der Kalibrierung</translation>
    </message>
    <message>
        <source>Zeroth-order</source>
        <translation>Nullte Ordnung</translation>
    </message>
    <message>
        <source>W is a weight matrix, L the model&apos;s loss on a batch, z random noise of W&apos;s shape. ε is {eps}.</source>
        <translation>W ist eine Gewichtsmatrix, L der Verlust des Modells auf einem Stapel, z Rauschen von der Form von W. ε ist {eps}.</translation>
    </message>
    <message>
        <source>over {samples} samples in batches of {batchSize}, with {draws} noise draws each.</source>
        <translation>über {samples} Beispiele in Stapeln zu {batchSize}, je Stapel {draws}-mal mit neuem Rauschen.</translation>
    </message>
    <message>
        <source>is what it estimates: the error bars close in on it with more samples and draws.</source>
        <translation>wird damit geschätzt: Mit mehr Beispielen und Ziehungen rücken die Fehlerbalken heran.</translation>
    </message>
    <message>
        <source>Exact gradient</source>
        <translation>Genauer Gradient</translation>
    </message>
    <message>
        <source>over batches: exactly what the zeroth-order score estimates.</source>
        <translation>über die Stapel: genau das, was die Bewertung nullter Ordnung schätzt.</translation>
    </message>
    <message>
        <source>First-order</source>
        <translation>Erste Ordnung</translation>
    </message>
    <message>
        <source>summed over the matrix and the batches.</source>
        <translation>summiert über die Matrix und die Stapel.</translation>
    </message>
    <message>
        <source>summed over the matrix. X&lt;sub&gt;j&lt;/sub&gt; holds what input j carries over {samples} samples.</source>
        <translation>summiert über die Matrix. X&lt;sub&gt;j&lt;/sub&gt; enthält, was Eingang j über {samples} Beispiele führt.</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>Betrag</translation>
    </message>
    <message>
        <source>without any data.</source>
        <translation>ganz ohne Daten.</translation>
    </message>
    <message>
        <source>Scoring method</source>
        <translation>Bewertungsverfahren</translation>
    </message>
    <message>
        <source>Scoring samples</source>
        <translation>Bewertungsbeispiele</translation>
    </message>
    <message>
        <source>Scoring batch size</source>
        <translation>Stapelgröße der Bewertung</translation>
    </message>
    <message>
        <source>Noise draws</source>
        <translation>Rauschziehungen</translation>
    </message>
    <message>
        <source>Perturbation step</source>
        <translation>Schrittweite der Störung</translation>
    </message>
    <message>
        <source>Scoring seed</source>
        <translation>Startwert der Bewertung</translation>
    </message>
    <message>
        <source>Q-Former</source>
        <translation>Q-Former (Brücke)</translation>
    </message>
    <message>
        <source>pruned too</source>
        <translation>wird mit ausgedünnt</translation>
    </message>
    <message>
        <source>left alone</source>
        <translation>bleibt unberührt</translation>
    </message>
    <message>
        <source>Statistics for other allocators</source>
        <translation>Statistiken für andere Verteiler</translation>
    </message>
    <message>
        <source>gathered</source>
        <translation>werden gesammelt</translation>
    </message>
    <message>
        <source>not gathered</source>
        <translation>werden nicht gesammelt</translation>
    </message>
    <message>
        <source>Draw until certain to</source>
        <translation>Ziehen bis sicher auf</translation>
    </message>
    <message>
        <source>all draws</source>
        <translation>alle Ziehungen</translation>
    </message>
    <message>
        <source>The least of each output row go.</source>
        <translation>Die kleinsten jeder Ausgabezeile fallen weg.</translation>
    </message>
    <message>
        <source>The least of the whole matrix go.</source>
        <translation>Die kleinsten der ganzen Matrix fallen weg.</translation>
    </message>
    <message>
        <source>A kept weight and one that is gone change places within a row, or within a group of the pattern, as long as the mean error ε of the output shrinks.</source>
        <translation>Ein behaltenes und ein entferntes Gewicht tauschen in einer Zeile oder einer Gruppe des Musters den Platz, solange der mittlere Fehler ε der Ausgabe kleiner wird.</translation>
    </message>
    <message>
        <source>The weights with the least A go.</source>
        <translation>Die Gewichte mit dem kleinsten A fallen weg.</translation>
    </message>
    <message>
        <source>The weights with the least A go: each is compared with the sums of its column and its row.</source>
        <translation>Die Gewichte mit dem kleinsten A fallen weg: Jedes wird mit den Summen seiner Spalte und seiner Zeile verglichen.</translation>
    </message>
    <message>
        <source>X holds the inputs of {samples} calibration samples. λ is 1 % of the mean diagonal, more where the factorisation needs it.</source>
        <translation>X enthält die Eingänge von {samples} Kalibrierbeispielen. λ ist 1 % der mittleren Diagonale, mehr, wo die Zerlegung es braucht.</translation>
    </message>
    <message>
        <source>The weights with the least A go, column by column.</source>
        <translation>Die Gewichte mit dem kleinsten A fallen weg, Spalte für Spalte.</translation>
    </message>
    <message>
        <source>The weights of later columns change to make up for each that goes.</source>
        <translation>Die Gewichte späterer Spalten ändern sich und gleichen jedes entfernte aus.</translation>
    </message>
    <message>
        <source>The least of each output row go, in blocks of 128 columns.</source>
        <translation>Die kleinsten jeder Ausgabezeile fallen weg, in Blöcken von 128 Spalten.</translation>
    </message>
    <message>
        <source>The least of each block of 128 columns go, over all rows.</source>
        <translation>Die kleinsten jedes Blocks von 128 Spalten fallen weg, über alle Zeilen.</translation>
    </message>
    <message>
        <source>The weights with the least A go. X&lt;sub&gt;j&lt;/sub&gt; holds what input j carries over the {samples} calibration samples.</source>
        <translation>Die Gewichte mit dem kleinsten A fallen weg. X&lt;sub&gt;j&lt;/sub&gt; enthält, was Eingang j über die {samples} Kalibrierbeispiele führt.</translation>
    </message>
    <message>
        <source>Global pruning</source>
        <translation>Ausdünnen im Ganzen</translation>
    </message>
    <message>
        <source>Swaps</source>
        <translation>Austausch</translation>
    </message>
    <message>
        <source>Refit</source>
        <translation>Anpassung</translation>
    </message>
    <message>
        <source>Tokens of pictures</source>
        <translation>Token von Bildern</translation>
    </message>
    <message>
        <source>Fitted to</source>
        <translation>Angepasst an</translation>
    </message>
    <message>
        <source>the outputs for its inputs</source>
        <translation>die Ausgaben zu seinen Eingaben</translation>
    </message>
    <message>
        <source>the dense model&apos;s outputs</source>
        <translation>die Ausgaben des vollen Modells</translation>
    </message>
    <message>
        <source>Iterative gradient</source>
        <translation>Gradient in Runden</translation>
    </message>
    <message>
        <source>one threshold on weight times gradient for the whole model, in rounds</source>
        <translation>eine Schwelle für Gewicht mal Gradient im ganzen Modell, in Runden</translation>
    </message>
    <message>
        <source>Of all batches b; the gradients are made anew after each round.</source>
        <translation>Über alle Stapel b; die Gradienten werden nach jeder Runde neu berechnet.</translation>
    </message>
    <message>
        <source>Iterative OBD</source>
        <translation>OBD in Runden</translation>
    </message>
    <message>
        <source>one threshold on the second-order change of the loss for the whole model, in rounds</source>
        <translation>eine Schwelle für die Änderung des Verlusts zweiter Ordnung im ganzen Modell, in Runden</translation>
    </message>
    <message>
        <source>The diagonal of the Hessian as the squared gradients of the batches b estimate it; they are made anew after each round.</source>
        <translation>Die Diagonale der Hesse-Matrix, wie die quadrierten Gradienten der Stapel b sie schätzen; sie werden nach jeder Runde neu berechnet.</translation>
    </message>
    <message>
        <source>Finds which weights stay and what they become together, until they settle</source>
        <translation>Findet zusammen, welche Gewichte bleiben und was aus ihnen wird, bis es feststeht</translation>
    </message>
    <message>
        <source>B comes nearest to the output Y with Z in mind. G = 2/n · XXᵀ of {samples} calibration samples, D scales A to a diagonal of ones; λ is 1 % of the mean diagonal of G.</source>
        <translation>B kommt der Ausgabe Y am nächsten, ohne Z aus dem Blick zu verlieren. G = 2/n · XXᵀ von {samples} Kalibrierbeispielen, D skaliert A auf eine Diagonale aus Einsen; λ ist 1 % der mittleren Diagonale von G.</translation>
    </message>
    <message>
        <source>Z keeps the greatest, V adds up what B and Z disagree about. ρ grows until who stays does not change.</source>
        <translation>Z behält die größten, V summiert, worin B und Z sich unterscheiden. ρ wächst, bis sich nicht mehr ändert, was bleibt.</translation>
    </message>
    <message>
        <source>At last what stays is fitted once more: 10 steps of conjugate gradients.</source>
        <translation>Zuletzt wird noch einmal angepasst, was bleibt: 10 Schritte konjugierter Gradienten.</translation>
    </message>
    <message>
        <source>Gives what stays the values that come nearest to the output it had</source>
        <translation>Gibt dem, was bleibt, die Werte, die der vorherigen Ausgabe am nächsten kommen</translation>
    </message>
    <message>
        <source>w is a row of the matrix, S what stays of it, X the inputs of {samples} calibration samples; λ is 1 % of the mean diagonal of G. Conjugate gradients, at most 60 steps.</source>
        <translation>w ist eine Zeile der Matrix, S, was von ihr bleibt, X die Eingaben von {samples} Kalibrierbeispielen; λ ist 1 % der mittleren Diagonale von G. Konjugierte Gradienten, höchstens 60 Schritte.</translation>
    </message>
    <message>
        <source>The output that is aimed at: of the inputs seen, or of the dense model&apos;s inputs.</source>
        <translation>Die angestrebte Ausgabe: zu den gesehenen Eingaben oder zu denen des vollen Modells.</translation>
    </message>
    <message>
        <source>Finds which weights stay and what they become together, in 20 steps</source>
        <translation>Findet zusammen, welche Gewichte bleiben und was aus ihnen wird, in 20 Schritten</translation>
    </message>
    <message>
        <source>Z keeps the greatest, V adds up what B and Z disagree about.</source>
        <translation>Z behält die größten, V summiert, worin B und Z sich unterscheiden.</translation>
    </message>
    <message>
        <source>Exchanges weights as long as that brings the output nearer to what it was</source>
        <translation>Tauscht Gewichte, solange das die Ausgabe der vorherigen näherbringt</translation>
    </message>
    <message>
        <source>Within a row, or within a group of the pattern, p goes and q returns: the pair that lowers the output&apos;s error L the most, until none lowers it.</source>
        <translation>In einer Zeile oder einer Gruppe des Musters geht p und kommt q zurück: das Paar, das den Fehler L der Ausgabe am stärksten senkt, bis keines ihn mehr senkt.</translation>
    </message>
    <message>
        <source>e holds the weights that are gone, X the inputs of {samples} calibration samples. What stays keeps its value.</source>
        <translation>e enthält die Gewichte, die fort sind, X die Eingaben von {samples} Kalibrierbeispielen. Was bleibt, behält seinen Wert.</translation>
    </message>
    <message>
        <source>Block rebuild</source>
        <translation>Blockweiser Wiederaufbau</translation>
    </message>
    <message>
        <source>Trains each block&apos;s kept weights until it gives what the dense block gave</source>
        <translation>Trainiert die behaltenen Gewichte jedes Blocks, bis er liefert, was der dichte lieferte</translation>
    </message>
    <message>
        <source>Block by block in model order. x′ is what the recovered blocks before give, x what the dense ones gave; M keeps zeros where they are. Kept weights, biases and norms are trained by Adam over the real tokens of {samples} samples.</source>
        <translation>Block für Block in der Reihenfolge des Modells. x′ ist, was die wiederhergestellten Blöcke davor liefern, x, was die dichten lieferten; M lässt Nullen, wo sie sind. Behaltene Gewichte, Biases und Normen werden mit Adam über die echten Token von {samples} Beispielen trainiert.</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>Destillation</translation>
    </message>
    <message>
        <source>Trains all kept weights together until the model predicts as the dense one</source>
        <translation>Trainiert alle behaltenen Gewichte zusammen, bis das Modell wie das dichte vorhersagt</translation>
    </message>
    <message>
        <source>Over what is predicted: tokens of answers and texts, classes, how alike pictures and texts are. Masks M stay; kept weights, biases and norms of pruned blocks are trained by Adam on {samples} samples.</source>
        <translation>Über das, was vorhergesagt wird: Token von Antworten und Texten, Klassen, wie ähnlich sich Bilder und Texte sind. Die Masken M bleiben; behaltene Gewichte, Biases und Normen der ausgedünnten Blöcke werden mit Adam an {samples} Beispielen trainiert.</translation>
    </message>
    <message>
        <source>Trains all kept weights together on what the data say is right</source>
        <translation>Trainiert alle behaltenen Gewichte zusammen an dem, was laut den Daten richtig ist</translation>
    </message>
    <message>
        <source>The loss of the model itself on {samples} samples of the data. Masks M stay; kept weights, biases and norms of pruned blocks are trained by Adam.</source>
        <translation>Der Verlust des Modells selbst an {samples} Beispielen der Daten. Die Masken M bleiben; behaltene Gewichte, Biases und Normen der ausgedünnten Blöcke werden mit Adam trainiert.</translation>
    </message>
    <message>
        <source>Bias and norm correction</source>
        <translation>Korrektur von Biases und Normen</translation>
    </message>
    <message>
        <source>Trains each block&apos;s biases and norms alone; needs the fewest samples</source>
        <translation>Trainiert nur Biases und Normen jedes Blocks; braucht die wenigsten Beispiele</translation>
    </message>
    <message>
        <source>Block by block, as the block rebuild, but only biases b and the weights γ of norms are trained; no matrix changes.</source>
        <translation>Block für Block wie der Wiederaufbau, aber trainiert werden nur Biases b und die Gewichte γ der Normen; keine Matrix ändert sich.</translation>
    </message>
    <message>
        <source>Sparse LoRA</source>
        <translation>Dünnbesetzte LoRA</translation>
    </message>
    <message>
        <source>Distils with few trained numbers: a low-rank change of each matrix, masked</source>
        <translation>Destilliert mit wenigen trainierten Zahlen: einer maskierten Änderung niedrigen Rangs jeder Matrix</translation>
    </message>
    <message>
        <source>B and A have rank {loraRank} and are trained as by distillation, on {samples} samples. The mask M keeps zeros where they are; the product is added to the weights at the end.</source>
        <translation>B und A haben den Rang {loraRank} und werden wie bei der Destillation an {samples} Beispielen trainiert. Die Maske M lässt Nullen, wo sie sind; am Ende wird das Produkt zu den Gewichten addiert.</translation>
    </message>
    <message>
        <source>Recovered by</source>
        <translation>Wiederhergestellt durch</translation>
    </message>
    <message>
        <source>Rebuild steps</source>
        <translation>Schritte des Wiederaufbaus</translation>
    </message>
    <message>
        <source>Distillation steps</source>
        <translation>Schritte der Destillation</translation>
    </message>
    <message>
        <source>Fine-tuning steps</source>
        <translation>Schritte der Feinabstimmung</translation>
    </message>
    <message>
        <source>LoRA steps</source>
        <translation>Schritte der LoRA</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>Rang der LoRA</translation>
    </message>
    <message>
        <source>Recovery rate</source>
        <translation>Rate der Wiederherstellung</translation>
    </message>
    <message>
        <source>Recovery samples</source>
        <translation>Beispiele der Wiederherstellung</translation>
    </message>
    <message>
        <source>Recovery batch size</source>
        <translation>Stapelgröße der Wiederherstellung</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Recovery seed</source>
        <translation>Startwert der Wiederherstellung</translation>
    </message>
    <message>
        <source>Rebuilding blocks</source>
        <translation>Blöcke wiederaufbauen</translation>
    </message>
    <message>
        <source>Distilling</source>
        <translation>Destillieren</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>rebuild: steps for each block</source>
        <translation>Wiederaufbau: Schritte je Block</translation>
    </message>
    <message>
        <source>distil: steps of the whole model</source>
        <translation>Destillation: Schritte des ganzen Modells</translation>
    </message>
    <message>
        <source>finetune: steps of the whole model</source>
        <translation>Feinabstimmung: Schritte des ganzen Modells</translation>
    </message>
    <message>
        <source>lora: steps of the whole model</source>
        <translation>LoRA: Schritte des ganzen Modells</translation>
    </message>
    <message>
        <source>lora: rank of the change of each matrix</source>
        <translation>LoRA: Rang der Änderung jeder Matrix</translation>
    </message>
    <message>
        <source>Factor on the learning rate of the recovery</source>
        <translation>Faktor auf die Lernrate der Wiederherstellung</translation>
    </message>
    <message>
        <source>Samples to recover with</source>
        <translation>Beispiele, mit denen wiederhergestellt wird</translation>
    </message>
    <message>
        <source>Samples in a step of the recovery</source>
        <translation>Beispiele in einem Schritt der Wiederherstellung</translation>
    </message>
    <message>
        <source>Share of the samples that is not trained on and decides which weights are kept</source>
        <translation>Anteil der Beispiele, an dem nicht trainiert wird und der sagt, welche Gewichte die besten waren</translation>
    </message>
    <message>
        <source>Of the choice of samples and of their order</source>
        <translation>Für die Auswahl der Beispiele und ihre Reihenfolge</translation>
    </message>
    <message>
        <source>Forward mode</source>
        <translation>Vorwärtsmodus</translation>
    </message>
    <message>
        <source>What zeroth-order takes as a difference, as the derivative it approaches: how fast the whole model&apos;s loss changes when a matrix moves in a random direction.</source>
        <translation>Was die nullte Ordnung als Differenz nimmt, als die Ableitung, der sie sich nähert: wie schnell sich der Verlust des ganzen Modells ändert, wenn sich eine Matrix in eine zufällige Richtung bewegt.</translation>
    </message>
    <message>
        <source>W is a weight matrix, L the model&apos;s loss on a batch, z random noise of W&apos;s shape. The derivative runs forward through the model beside its values.</source>
        <translation>W ist eine Gewichtsmatrix, L der Verlust des Modells auf einem Stapel, z Rauschen von der Form von W. Die Ableitung läuft vorwärts durch das Modell, neben seinen Werten.</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL-Divergenz</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Wanda, rebuilt</source>
        <translation>Wanda, wiederaufgebaut</translation>
    </message>
    <message>
        <source>Measured loss</source>
        <translation>Gemessener Verlust</translation>
    </message>
    <message>
        <source>How much the whole model&apos;s loss rises when a matrix alone is pruned to the target: no small change, but the one that is going to be made.</source>
        <translation>Wie viel der Verlust des ganzen Modells steigt, wenn eine Matrix allein auf das Ziel ausgedünnt wird: keine kleine Änderung, sondern die, die gemacht werden soll.</translation>
    </message>
    <message>
        <source>over batches of {batchSize} of {samples} samples. M leaves of the matrix W what Wanda leaves at the target sparsity; the other matrices are whole.</source>
        <translation>über Stapel von {batchSize} aus {samples} Beispielen. M lässt von der Matrix W, was Wanda bei der Ziel-Ausdünnung lässt; die anderen Matrizen sind ganz.</translation>
    </message>
    <message>
        <source>Parts to re-score after</source>
        <translation>Teile, nach denen neu bewertet wird</translation>
    </message>
    <message>
        <source>none, the dense model alone</source>
        <translation>keine, nur das volle Modell</translation>
    </message>
    <message>
        <source>And int8</source>
        <translation>Und int8</translation>
    </message>
    <message>
        <source>Rounds what stays to whole numbers from -127 to 127 times a scale for each row</source>
        <translation>Rundet, was bleibt, auf ganze Zahlen von -127 bis 127 mal einem Maßstab je Zeile</translation>
    </message>
    <message>
        <source>w are the weights of a row that stay. Packed files hold the whole numbers.</source>
        <translation>w sind die Gewichte einer Zeile, die bleiben. Gepackte Dateien enthalten die ganzen Zahlen.</translation>
    </message>
    <message>
        <source>And int8, least error</source>
        <translation>Und int8, kleinster Fehler</translation>
    </message>
    <message>
        <source>Rounds to int8 as well, with the scale of each row that has the least squared error</source>
        <translation>Rundet ebenfalls auf int8, mit dem Maßstab je Zeile, der den kleinsten quadratischen Fehler hat</translation>
    </message>
    <message>
        <source>Of 32 scales from max |w| / 127 down to half of it.</source>
        <translation>Von 32 Maßstäben zwischen max |w| / 127 und der Hälfte davon.</translation>
    </message>
    <message>
        <source>heads and neurons</source>
        <translation>Köpfe und Neuronen</translation>
    </message>
    <message>
        <source>SquareHead steps</source>
        <translation>SquareHead-Schritte</translation>
    </message>
    <message>
        <source>squarehead: steps of the whole model</source>
        <translation>squarehead: Schritte des ganzen Modells</translation>
    </message>
    <message>
        <source>Views of a picture</source>
        <translation>Ansichten eines Bildes</translation>
    </message>
    <message>
        <source>How often each picture is trained on: once whole, then as random parts, which the dense model sees as well</source>
        <translation>Wie oft mit jedem Bild trainiert wird: einmal so, wie es ist, dann mit zufälligen Ausschnitten, die auch das dichte Modell sieht</translation>
    </message>
    <message>
        <source>SquareHead distillation</source>
        <translation>SquareHead-Destillation</translation>
    </message>
    <message>
        <source>Trains all kept weights together until states and predictions are the dense one&apos;s</source>
        <translation>Trainiert alle behaltenen Gewichte gemeinsam, bis Zustände und Vorhersagen die des dichten Modells sind</translation>
    </message>
    <message>
        <source>h are the states behind every block, token by token. Masks stay; kept weights, biases and norms of pruned blocks are trained by Adam on {samples} samples.</source>
        <translation>h sind die Zustände hinter jedem Block, Token für Token. Die Masken bleiben; behaltene Gewichte, Biases und Normen ausgedünnter Blöcke werden mit Adam an {samples} Beispielen trainiert.</translation>
    </message>
    <message>
        <source>This plan</source>
        <translation>Dieser Plan</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 K</source>
        <translation>%1 Tsd.</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 Mio.</translation>
    </message>
    <message>
        <source>%1 B</source>
        <translation>%1 Mrd.</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>noch einige Sekunden</translation>
    </message>
    <message>
        <source>about %1 s left</source>
        <translation>noch etwa %1 s</translation>
    </message>
    <message>
        <source>about %1 min left</source>
        <translation>noch etwa %1 min</translation>
    </message>
    <message>
        <source>about %1 h left</source>
        <translation>noch etwa %1 h</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>Vision</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Bridge</source>
        <translation>Brücke</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Language encoder</source>
        <translation>Sprach-Encoder</translation>
    </message>
    <message>
        <source>Language decoder</source>
        <translation>Sprach-Decoder</translation>
    </message>
    <message>
        <source>Encoder</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>Decoder</translation>
    </message>
    <message>
        <source>Projector</source>
        <translation>Projektor</translation>
    </message>
    <message>
        <source>Text encoder</source>
        <translation>Text-Encoder</translation>
    </message>
    <message>
        <source>Text decoder</source>
        <translation>Text-Decoder</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>Plain question</source>
        <translation>Schlichte Frage</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>below %1</source>
        <translation>unter %1</translation>
    </message>
</context>
<context>
    <name>JobError</name>
    <message>
        <source>There is not enough memory for this; try fewer samples or a smaller batch.</source>
        <translation>Dafür reicht der Speicher nicht; weniger Beispiele oder kleinere Stapel helfen.</translation>
    </message>
    <message>
        <source>Something went wrong inside the engine: %1</source>
        <translation>Im Rechenkern ist etwas schiefgegangen: %1</translation>
    </message>
    <message>
        <source>Something went wrong inside the engine.</source>
        <translation>Im Rechenkern ist etwas schiefgegangen.</translation>
    </message>
</context>
<context>
    <name>LessonRun</name>
    <message>
        <source>The sample is being opened and asked…</source>
        <translation>Das Beispiel wird geöffnet und gefragt …</translation>
    </message>
    <message>
        <source>The blocks are being scored…</source>
        <translation>Die Blöcke werden bewertet …</translation>
    </message>
    <message>
        <source>The first draw of noise is not over yet…</source>
        <translation>Die erste Ziehung des Rauschens ist noch nicht fertig …</translation>
    </message>
    <message>
        <source>The pruned model is being asked the test pairs…</source>
        <translation>Das ausgedünnte Modell bekommt die Testpaare gestellt …</translation>
    </message>
    <message>
        <source>Each block is being pruned alone…</source>
        <translation>Jeder Block wird allein ausgedünnt …</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>This run has no answers of both plans, so it does not say which is better.</source>
        <translation>Dieser Lauf hat nicht von beiden Plänen Antworten und sagt darum nicht, welcher besser ist.</translation>
    </message>
    <message>
        <source>%1 answers are right by “%2” alone, %3 by “%4” alone.</source>
        <translation>%1 Antworten sind nur nach „%2“ richtig, %3 nur nach „%4“.</translation>
    </message>
    <message>
        <source>Chance alone parts two equally good plans as far in %1 of all runs: these pairs do not show which is better.</source>
        <translation>Der Zufall allein trennt zwei gleich gute Pläne in %1 aller Läufe ebenso weit: Diese Paare zeigen nicht, welcher besser ist.</translation>
    </message>
    <message>
        <source>Chance alone does that in %1 of all runs: “%2” is better here.</source>
        <translation>Der Zufall allein tut das in %1 aller Läufe: „%2“ ist hier besser.</translation>
    </message>
</context>
<context>
    <name>MethodText</name>
    <message>
        <source>Add a Method</source>
        <translation>Ein Verfahren hinzufügen</translation>
    </message>
    <message>
        <source>Scored by</source>
        <translation>Bewertet durch</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>Kriterium</translation>
    </message>
    <message>
        <source>Refined by</source>
        <translation>Verfeinert durch</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Recovered by</source>
        <translation>Wiederhergestellt durch</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Formulas</source>
        <translation>Formeln</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>As opened</source>
        <translation>Wie geöffnet</translation>
    </message>
    <message>
        <source>Every change of the plan, its choices and its data, oldest first. Choose a step to go back to it; the steps after it stay until you change something.</source>
        <translation>Jede Änderung des Plans, seiner Einstellungen und Daten, die älteste zuerst. Ein gewählter Schritt wird wiederhergestellt; die späteren bleiben, bis Sie etwas ändern.</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Arbeiten</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>Messreihe</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Recovery</source>
        <translation>Wiederherstellung</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
</context>
<context>
    <name>PlanModelText</name>
    <message>
        <source>The recovery was stopped on the way and its weights are not in the project: recover again in the Recovery pane, or take the step back.</source>
        <translation>Die Wiederherstellung wurde unterwegs angehalten, und ihre Gewichte sind nicht im Projekt: im Bereich Wiederherstellung erneut wiederherstellen oder den Schritt zurücknehmen.</translation>
    </message>
</context>
<context>
    <name>PlanPanes</name>
    <message>
        <source>Importance</source>
        <translation>Wichtigkeit</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>Ausdünnung, %</translation>
    </message>
</context>
<context>
    <name>PlotExport</name>
    <message>
        <source>%1 is no kind of file that a chart can be written as; svg, pdf, png and csv are.</source>
        <translation>Als %1 lässt sich kein Diagramm schreiben; möglich sind svg, pdf, png und csv.</translation>
    </message>
</context>
<context>
    <name>TokenShading</name>
    <message>
        <source>Loss of a token:</source>
        <translation>Verlust eines Tokens:</translation>
    </message>
</context>
<context>
    <name>espalier::Actions</name>
    <message>
        <source>Open &amp;Project…</source>
        <translation>&amp;Projekt öffnen …</translation>
    </message>
    <message>
        <source>Project…</source>
        <translation>Projekt …</translation>
    </message>
    <message>
        <source>Open a project file: model, scores, plan with its history, results</source>
        <translation>Eine Projektdatei öffnen: Modell, Bewertungen, Plan mit Verlauf, Ergebnisse</translation>
    </message>
    <message>
        <source>&amp;Save Project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Keep everything but the weights in a project file: scores, plan with its history, results</source>
        <translation>Alles außer den Gewichten in einer Projektdatei behalten: Bewertungen, Plan mit Verlauf, Ergebnisse</translation>
    </message>
    <message>
        <source>Save Project &amp;As…</source>
        <translation>Projekt speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Save the project under another name</source>
        <translation>Das Projekt unter einem anderen Namen speichern</translation>
    </message>
    <message>
        <source>&amp;Open Model…</source>
        <translation>Modell ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Open a model folder, as Hugging Face writes it</source>
        <translation>Einen Modellordner öffnen, wie Hugging Face ihn schreibt</translation>
    </message>
    <message>
        <source>Open the Sample</source>
        <translation>&amp;Beispiel öffnen</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Open the small trained model that comes with the program</source>
        <translation>Das kleine trainierte Modell öffnen, das mitkommt</translation>
    </message>
    <message>
        <source>Open the Emo&amp;ji Sample</source>
        <translation>Emo&amp;ji-Beispiel öffnen</translation>
    </message>
    <message>
        <source>Open the small CLIP that comes with the program; its pictures are drawn from the installed emoji font</source>
        <translation>Das kleine CLIP öffnen, das mitkommt; seine Bilder werden aus der installierten Emoji-Schrift gezeichnet</translation>
    </message>
    <message>
        <source>Cali&amp;bration Pairs…</source>
        <translation>&amp;Kalibrierpaare …</translation>
    </message>
    <message>
        <source>Calibration pairs…</source>
        <translation>Kalibrierpaare …</translation>
    </message>
    <message>
        <source>&amp;Test Pairs…</source>
        <translation>&amp;Testpaare …</translation>
    </message>
    <message>
        <source>Test pairs…</source>
        <translation>Testpaare …</translation>
    </message>
    <message>
        <source>Empty the list of recent models</source>
        <translation>Die Liste der zuletzt geöffneten Modelle leeren</translation>
    </message>
    <message>
        <source>&amp;Export Pruned Model…</source>
        <translation>Ausgedünntes &amp;Modell exportieren …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Export …</translation>
    </message>
    <message>
        <source>Write the pruned model to a folder that transformers loads unchanged</source>
        <translation>Das ausgedünnte Modell in einen Ordner schreiben, den transformers unverändert lädt</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>Be&amp;enden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Make the undone change again</source>
        <translation>Die zurückgenommene Änderung wieder vornehmen</translation>
    </message>
    <message>
        <source>&amp;Reset All Blocks</source>
        <translation>Alle Blöcke &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Remove every pin and give each block the sparsity of the allocation</source>
        <translation>Alle festgehaltenen Blöcke lösen und jedem Block die Ausdünnung der Verteilung geben</translation>
    </message>
    <message>
        <source>Plan by Global &amp;Magnitude</source>
        <translation>Plan nach &amp;globalem Betrag</translation>
    </message>
    <message>
        <source>For comparison: one threshold over all weights decides what each matrix loses</source>
        <translation>Zum Vergleich: Eine Schwelle über alle Gewichte entscheidet, was jede Matrix verliert</translation>
    </message>
    <message>
        <source>&amp;Find Pairs</source>
        <translation>Paare &amp;suchen</translation>
    </message>
    <message>
        <source>Search the questions and answers</source>
        <translation>Fragen und Antworten durchsuchen</translation>
    </message>
    <message>
        <source>Select &amp;All Blocks</source>
        <translation>&amp;Alle Blöcke auswählen</translation>
    </message>
    <message>
        <source>Select every block of the plan</source>
        <translation>Jeden Block des Plans auswählen</translation>
    </message>
    <message>
        <source>Select &amp;Component</source>
        <translation>&amp;Komponente auswählen</translation>
    </message>
    <message>
        <source>Select all blocks of the current block&apos;s component</source>
        <translation>Alle Blöcke der Komponente des aktuellen Blocks auswählen</translation>
    </message>
    <message>
        <source>Show &amp;Matrices</source>
        <translation>&amp;Matrizen zeigen</translation>
    </message>
    <message>
        <source>Open the current block into its matrices, or close it again</source>
        <translation>Den aktuellen Block in seine Matrizen aufklappen oder wieder zuklappen</translation>
    </message>
    <message>
        <source>Pin or &amp;Unpin</source>
        <translation>&amp;Festhalten oder lösen</translation>
    </message>
    <message>
        <source>Fix the sparsity of the selected blocks, or let it change again</source>
        <translation>Die Ausdünnung der gewählten Blöcke festhalten oder wieder freigeben</translation>
    </message>
    <message>
        <source>L&amp;ock or Unlock Component</source>
        <translation>Komponente s&amp;perren oder freigeben</translation>
    </message>
    <message>
        <source>Fix the sparsity of every block in this component, or let it change again</source>
        <translation>Die Ausdünnung aller Blöcke dieser Komponente festhalten oder wieder freigeben</translation>
    </message>
    <message>
        <source>Rese&amp;t Selected</source>
        <translation>A&amp;uswahl zurücksetzen</translation>
    </message>
    <message>
        <source>Give the selected blocks the sparsity of the allocation</source>
        <translation>Den gewählten Blöcken die Ausdünnung der Verteilung geben</translation>
    </message>
    <message>
        <source>Sharpe&amp;n Plan</source>
        <translation>Plan s&amp;chärfer machen</translation>
    </message>
    <message>
        <source>Move every block that is not pinned further from the target</source>
        <translation>Jeden Block, der nicht festgehalten ist, weiter vom Ziel entfernen</translation>
    </message>
    <message>
        <source>&amp;Flatten Plan</source>
        <translation>Plan f&amp;lacher machen</translation>
    </message>
    <message>
        <source>Move every block that is not pinned towards the target</source>
        <translation>Jeden Block, der nicht festgehalten ist, näher ans Ziel bringen</translation>
    </message>
    <message>
        <source>Keep T&amp;his Plan…</source>
        <translation>Diesen Pla&amp;n merken …</translation>
    </message>
    <message>
        <source>Keep the plan under a name, to go back to or to compare with</source>
        <translation>Den Plan unter einem Namen merken, um zu ihm zurückzukehren oder mit ihm zu vergleichen</translation>
    </message>
    <message>
        <source>Zoom &amp;In</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Show fewer blocks, larger</source>
        <translation>Weniger Blöcke größer zeigen</translation>
    </message>
    <message>
        <source>Zoom &amp;Out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Show more blocks</source>
        <translation>Mehr Blöcke zeigen</translation>
    </message>
    <message>
        <source>Show A&amp;ll Blocks</source>
        <translation>&amp;Alle Blöcke zeigen</translation>
    </message>
    <message>
        <source>Zoom out to the whole model</source>
        <translation>Das ganze Modell zeigen</translation>
    </message>
    <message>
        <source>&amp;Score</source>
        <translation>&amp;Bewerten</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Measure how much the model&apos;s loss depends on each block</source>
        <translation>Messen, wie stark der Verlust des Modells von jedem Block abhängt</translation>
    </message>
    <message>
        <source>&amp;Prune and Compare</source>
        <translation>&amp;Ausdünnen und vergleichen</translation>
    </message>
    <message>
        <source>Prune</source>
        <translation>Ausdünnen</translation>
    </message>
    <message>
        <source>Prune the model to the plan, then ask it the test pairs</source>
        <translation>Das Modell nach dem Plan ausdünnen und ihm die Testpaare vorlegen</translation>
    </message>
    <message>
        <source>Follow the Plan Li&amp;ve</source>
        <translation>Dem Plan sofort f&amp;olgen</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Sofort</translation>
    </message>
    <message>
        <source>Prune and compare again after each change of the plan</source>
        <translation>Nach jeder Änderung des Plans von selbst neu ausdünnen und vergleichen</translation>
    </message>
    <message>
        <source>Stop All &amp;Jobs</source>
        <translation>Alle A&amp;rbeiten anhalten</translation>
    </message>
    <message>
        <source>Cancel whatever is running</source>
        <translation>Abbrechen, was auch läuft</translation>
    </message>
    <message>
        <source>Measure Sensitivit&amp;y</source>
        <translation>Empfindlich&amp;keit messen</translation>
    </message>
    <message>
        <source>Measure sensitivity</source>
        <translation>Empfindlichkeit messen</translation>
    </message>
    <message>
        <source>Measure how much the loss rises when each block alone is pruned, on held-out calibration data</source>
        <translation>Messen, wie stark der Verlust steigt, wenn nur der einzelne Block ausgedünnt wird, an zurückgehaltenen Kalibrierdaten</translation>
    </message>
    <message>
        <source>&amp;Improve Plan</source>
        <translation>Plan &amp;verbessern</translation>
    </message>
    <message>
        <source>Improve plan</source>
        <translation>Plan verbessern</translation>
    </message>
    <message>
        <source>Move budget between blocks as long as the loss on held-out calibration data falls</source>
        <translation>Budget zwischen Blöcken verschieben, solange der Verlust auf zurückgehaltenen Kalibrierdaten sinkt</translation>
    </message>
    <message>
        <source>Run Sw&amp;eep</source>
        <translation>&amp;Messreihe starten</translation>
    </message>
    <message>
        <source>Run sweep</source>
        <translation>Messreihe starten</translation>
    </message>
    <message>
        <source>Measure accuracy for several methods at several sparsities. A stopped sweep continues</source>
        <translation>Genauigkeit mehrerer Verfahren bei mehreren Ausdünnungen messen. Eine angehaltene Messreihe läuft weiter</translation>
    </message>
    <message>
        <source>Export &amp;Masks…</source>
        <translation>M&amp;asken exportieren …</translation>
    </message>
    <message>
        <source>Write the masks of the kept weights as a safetensors file</source>
        <translation>Die Masken der behaltenen Gewichte als safetensors-Datei schreiben</translation>
    </message>
    <message>
        <source>Export P&amp;lan…</source>
        <translation>P&amp;lan exportieren …</translation>
    </message>
    <message>
        <source>Write the plan as JSON, or as the YAML of name and sparsity that the official code reads</source>
        <translation>Den Plan als JSON schreiben oder als YAML aus Namen und Ausdünnung, wie der veröffentlichte Code es liest</translation>
    </message>
    <message>
        <source>&amp;Import Plan…</source>
        <translation>Plan &amp;importieren …</translation>
    </message>
    <message>
        <source>Take over a plan from a JSON or YAML file</source>
        <translation>Einen Plan aus einer JSON- oder YAML-Datei übernehmen</translation>
    </message>
    <message>
        <source>Write &amp;Report…</source>
        <translation>Be&amp;richt schreiben …</translation>
    </message>
    <message>
        <source>One HTML or PDF file with model, method, plan, results, examples and recipe</source>
        <translation>Eine HTML- oder PDF-Datei mit Modell, Verfahren, Plan, Ergebnissen, Beispielen und Rezept</translation>
    </message>
    <message>
        <source>Export C&amp;hart…</source>
        <translation>&amp;Diagramm exportieren …</translation>
    </message>
    <message>
        <source>Write the plan chart as SVG, PDF, PNG or CSV</source>
        <translation>Das Diagramm des Plans als SVG, PDF, PNG oder CSV schreiben</translation>
    </message>
    <message>
        <source>Find &amp;Command…</source>
        <translation>&amp;Befehl suchen …</translation>
    </message>
    <message>
        <source>Type a few letters of what you want to do</source>
        <translation>Einige Buchstaben dessen tippen, was Sie tun wollen</translation>
    </message>
    <message>
        <source>Presentation Mo&amp;de</source>
        <translation>&amp;Vorführung</translation>
    </message>
    <message>
        <source>Show only plan, answers and results, in large type, for a class</source>
        <translation>Nur Plan, Antworten und Ergebnisse zeigen, in großer Schrift, für den Unterricht</translation>
    </message>
    <message>
        <source>Guided &amp;Tour</source>
        <translation>Geführte &amp;Tour</translation>
    </message>
    <message>
        <source>Lo&amp;garithmic Importance</source>
        <translation>Wichtigkeit &amp;logarithmisch</translation>
    </message>
    <message>
        <source>Show importance on a logarithmic scale: small scores become visible</source>
        <translation>Die Wichtigkeit logarithmisch zeigen: Kleine Werte werden sichtbar</translation>
    </message>
    <message>
        <source>&amp;Next Pane</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>Move the keyboard to the next pane</source>
        <translation>Mit der Tastatur in den nächsten Bereich wechseln</translation>
    </message>
    <message>
        <source>&amp;Previous Pane</source>
        <translation>Vor&amp;heriger Bereich</translation>
    </message>
    <message>
        <source>Move the keyboard to the pane before</source>
        <translation>Mit der Tastatur in den Bereich davor wechseln</translation>
    </message>
    <message>
        <source>&amp;Reset Layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Put all panes back where they were at first</source>
        <translation>Alle Bereiche dorthin stellen, wo sie anfangs waren</translation>
    </message>
    <message>
        <source>&amp;Full Screen</source>
        <translation>Voll&amp;bild</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>Den ganzen Bildschirm nutzen</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>&amp;Was ist das?</translation>
    </message>
    <message>
        <source>Click anything to learn what it does and why</source>
        <translation>Etwas anklicken und erfahren, was es tut und warum</translation>
    </message>
    <message>
        <source>&amp;About Espalier</source>
        <translation>Über &amp;Espalier</translation>
    </message>
    <message>
        <source>Version, licence and the method&apos;s source</source>
        <translation>Version, Lizenz und Quelle des Verfahrens</translation>
    </message>
    <message>
        <source>&amp;New Window</source>
        <translation>&amp;Neues Fenster</translation>
    </message>
    <message>
        <source>A second window, for another model or project beside this one</source>
        <translation>Ein zweites Fenster, für ein anderes Modell oder Projekt neben diesem</translation>
    </message>
    <message>
        <source>Close &amp;Window</source>
        <translation>Fenster s&amp;chließen</translation>
    </message>
    <message>
        <source>Close this window and stop its jobs</source>
        <translation>Dieses Fenster schließen; seine laufenden Arbeiten werden angehalten</translation>
    </message>
    <message>
        <source>Close all windows and stop all jobs</source>
        <translation>Alle Fenster schließen; laufende Arbeiten werden angehalten</translation>
    </message>
    <message>
        <source>Comp&amp;are Plans…</source>
        <translation>Plän&amp;e vergleichen …</translation>
    </message>
    <message>
        <source>Compare plans</source>
        <translation>Pläne vergleichen</translation>
    </message>
    <message>
        <source>Two plans side by side: their difference, their results, the answers they differ in</source>
        <translation>Zwei Pläne nebeneinander: ihr Unterschied, ihre Ergebnisse, die Antworten, in denen sie sich unterscheiden</translation>
    </message>
    <message>
        <source>Export S&amp;weep Chart…</source>
        <translation>&amp;Messreihe exportieren …</translation>
    </message>
    <message>
        <source>Write the sweep as SVG, PDF, PNG or CSV</source>
        <translation>Die Messreihe als SVG, PDF, PNG oder CSV schreiben</translation>
    </message>
    <message>
        <source>Export &amp;Sensitivity Charts…</source>
        <translation>&amp;Empfindlichkeit exportieren …</translation>
    </message>
    <message>
        <source>Write every block&apos;s curve as SVG, PDF, PNG or CSV</source>
        <translation>Die Kurve jedes Blocks als SVG, PDF, PNG oder CSV schreiben</translation>
    </message>
    <message>
        <source>Export Matri&amp;x Chart…</source>
        <translation>Matri&amp;x exportieren …</translation>
    </message>
    <message>
        <source>Write the mask and the histograms as SVG, PDF, PNG or CSV</source>
        <translation>Maske und Histogramme als SVG, PDF, PNG oder CSV schreiben</translation>
    </message>
    <message>
        <source>E&amp;xport Recipe…</source>
        <translation>Rezept e&amp;xportieren …</translation>
    </message>
    <message>
        <source>Write all options and the plan as a recipe that espalier-cli run repeats</source>
        <translation>Alle Optionen und den Plan als Rezept schreiben, das espalier-cli run wiederholt</translation>
    </message>
    <message>
        <source>Choose the calibration data: the pairs that scoring and pruning run through the model</source>
        <translation>Die Kalibrierdaten wählen: die Paare, mit denen bewertet und ausgedünnt wird</translation>
    </message>
    <message>
        <source>Choose the test pairs: the model answers them before and after pruning</source>
        <translation>Die Testpaare wählen: Das Modell beantwortet sie vor und nach dem Ausdünnen</translation>
    </message>
    <message>
        <source>Take back the last change of the plan or of a choice</source>
        <translation>Die letzte Änderung des Plans oder einer Wahl zurücknehmen</translation>
    </message>
    <message>
        <source>&amp;Watch the Estimate</source>
        <translation>&amp;Der Schätzung zusehen</translation>
    </message>
    <message>
        <source>Score exactly, then estimate by repeated noise: see the error bars close in on the exact values</source>
        <translation>Erst genau bewerten, dann durch wiederholtes Rauschen schätzen: Die Fehlerbalken nähern sich den genauen Werten</translation>
    </message>
    <message>
        <source>&amp;Clear Recent</source>
        <translation>&amp;Liste leeren</translation>
    </message>
    <message>
        <source>Learn the method on the bundled sample. Work in this window stays: the tour then opens another one</source>
        <translation>Das Verfahren am mitgelieferten Beispiel kennenlernen. Arbeit in diesem Fenster bleibt: Der Rundgang öffnet dann ein anderes</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>&amp;Handbuch</translation>
    </message>
    <message>
        <source>How everything in this window is used; works without a network</source>
        <translation>Wie alles in diesem Fenster benutzt wird; geht ohne Netz</translation>
    </message>
    <message>
        <source>Lan&amp;guage…</source>
        <translation>Sprac&amp;he …</translation>
    </message>
    <message>
        <source>The language of the window, from its next start on</source>
        <translation>Die Sprache des Fensters, vom nächsten Start an</translation>
    </message>
    <message>
        <source>T&amp;hreads…</source>
        <translation>R&amp;echenkerne …</translation>
    </message>
    <message>
        <source>How many cores the program computes on, from its next start on; results do not depend on it</source>
        <translation>Auf wie vielen Kernen das Programm rechnet, vom nächsten Start an (Threads); Ergebnisse hängen nicht davon ab</translation>
    </message>
    <message>
        <source>Pr&amp;eferences…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>Language, look, size of type, threads, memory limit and device</source>
        <translation>Sprache, Aussehen, Schriftgröße, Threads, Speichergrenze und Gerät</translation>
    </message>
    <message>
        <source>Open a Modern &amp;Vision-Language Model</source>
        <translation>M&amp;odernes Bild-Sprach-Modell öffnen</translation>
    </message>
    <message>
        <source>Open a small model of today&apos;s kind that comes with the program: SigLIP&apos;s tower, LLaMA&apos;s text, a chat template</source>
        <translation>Ein kleines Modell heutiger Art öffnen, das mitkommt: Bildturm von SigLIP, Text von LLaMA, eine Chat-Vorlage</translation>
    </message>
    <message>
        <source>E&amp;xplain the Answer</source>
        <translation>Antwort e&amp;rklären</translation>
    </message>
    <message>
        <source>Show the chosen pair large: the answer token by token, and where in picture and words it comes from</source>
        <translation>Das gewählte Paar groß zeigen: die Antwort Token für Token und woher sie in Bild und Worten kommt</translation>
    </message>
    <message>
        <source>Copy as Co&amp;mmand</source>
        <translation>Als &amp;Befehl kopieren</translation>
    </message>
    <message>
        <source>Copy what led to this plan and its answers as lines of espalier-cli</source>
        <translation>Was zu diesem Plan und seinen Antworten führte, als Zeilen für espalier-cli kopieren</translation>
    </message>
    <message>
        <source>Copy as P&amp;ython</source>
        <translation>Als P&amp;ython kopieren</translation>
    </message>
    <message>
        <source>Copy what led to this plan and its answers as Python, for the module espalier</source>
        <translation>Was zu diesem Plan und seinen Antworten führte, als Python kopieren, für das Modul espalier</translation>
    </message>
    <message>
        <source>Write Interactive Report…</source>
        <translation>Interaktiven Beric&amp;ht schreiben …</translation>
    </message>
    <message>
        <source>One HTML page with a grid of measured plans, explored in any browser without this program</source>
        <translation>Eine HTML-Seite mit einem Gitter gemessener Pläne, in jedem Browser ohne dieses Programm zu erkunden</translation>
    </message>
    <message>
        <source>Re&amp;cover Accuracy</source>
        <translation>Genauigkeit &amp;wiederherstellen</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Train what stays so that the pruned model comes near to the dense one again, by the ways ticked in the Recovery pane</source>
        <translation>Was bleibt, so trainieren, dass das ausgedünnte Modell dem dichten wieder nahekommt, auf den Wegen, die im Bereich Wiederherstellung angehakt sind</translation>
    </message>
    <message>
        <source>Stop the Recovery and &amp;Keep It</source>
        <translation>Wiederherstellung an&amp;halten und behalten</translation>
    </message>
    <message>
        <source>End the recovery with the best weights so far, which become the plan&apos;s model</source>
        <translation>Die Wiederherstellung mit den bisher besten Gewichten beenden; sie werden das Modell des Plans</translation>
    </message>
    <message>
        <source>Export &amp;Recovery Chart…</source>
        <translation>&amp;Wiederherstellung exportieren …</translation>
    </message>
    <message>
        <source>Write the losses of the recovery as SVG, PDF, PNG or CSV</source>
        <translation>Die Verluste der Wiederherstellung als SVG, PDF, PNG oder CSV schreiben</translation>
    </message>
    <message>
        <source>Plan by Iterative &amp;Gradient</source>
        <translation>Plan nach &amp;iterativem Gradienten</translation>
    </message>
    <message>
        <source>For comparison: one threshold on weight times gradient in ten rounds decides what each matrix loses</source>
        <translation>Zum Vergleich: Eine Schwelle auf Gewicht mal Gradient, in zehn Runden, entscheidet, was jede Matrix verliert</translation>
    </message>
    <message>
        <source>Plan by Iterative O&amp;BD</source>
        <translation>Plan nach iterativem OBD</translation>
    </message>
    <message>
        <source>For comparison: one threshold on the second-order change of the loss in ten rounds decides what each matrix loses</source>
        <translation>Zum Vergleich: Eine Schwelle auf die Änderung des Verlusts in zweiter Ordnung, in zehn Runden, entscheidet, was jede Matrix verliert</translation>
    </message>
    <message>
        <source>Keep Result as a Run</source>
        <translation>Ergebnis als Lauf behalten</translation>
    </message>
    <message>
        <source>Add what the present plan&apos;s model can do and what it would take to the table of runs</source>
        <translation>Was das Modell des jetzigen Plans kann und was es brauchen würde, in die Tabelle der Läufe aufnehmen</translation>
    </message>
    <message>
        <source>Import R&amp;uns…</source>
        <translation>L&amp;äufe importieren …</translation>
    </message>
    <message>
        <source>Add the runs of a table or of another project to those of this one</source>
        <translation>Die Läufe einer Tabelle oder eines anderen Projekts zu diesen hinzufügen</translation>
    </message>
</context>
<context>
    <name>espalier::ArchitectureView</name>
    <message>
        <source>Drawing of the model</source>
        <translation>Zeichnung des Modells</translation>
    </message>
    <message>
        <source>The model as it computes: a row for each component, its blocks from left to right, and in each block its matrices, as high as their share of its weights. Arrows lead to the component that is fed. A click chooses the block in all views.</source>
        <translation>Das Modell, wie es rechnet: eine Zeile je Komponente, ihre Blöcke von links nach rechts, und in jedem Block seine Matrizen, so hoch wie ihr Anteil an seinen Gewichten. Pfeile führen zu der Komponente, die daraus gespeist wird. Ein Klick wählt den Block in allen Ansichten.</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n blocks, %2 weights</source>
        <translation>
            <numerusform>%1: %n Block, %2 Gewichte</numerusform>
            <numerusform>%1: %n Blöcke, %2 Gewichte</numerusform>
        </translation>
    </message>
    <message>
        <source>Outside the blocks&apos; matrices (embeddings, norms, heads): %1 weights</source>
        <translation>Außerhalb der Matrizen der Blöcke (Einbettungen, Normen, Köpfe): %1 Gewichte</translation>
    </message>
    <message>
        <source>%1: %2 × %3</source>
        <translation>%1: %2 × %3</translation>
    </message>
</context>
<context>
    <name>espalier::BlockModel</name>
    <message>
        <source>pinned</source>
        <translation>festgehalten</translation>
    </message>
    <message>
        <source>not pinned</source>
        <translation>nicht festgehalten</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>Wichtigkeit</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Fest</translation>
    </message>
    <message>
        <source>How many weights the block has</source>
        <translation>Wie viele Gewichte der Block hat</translation>
    </message>
    <message>
        <source>How much the model&apos;s loss depends on the block, with its standard error</source>
        <translation>Wie stark der Verlust des Modells vom Block abhängt, mit Standardfehler</translation>
    </message>
    <message>
        <source>The part of its weights that goes: drag the bar, or double-click to type a number</source>
        <translation>Der Teil seiner Gewichte, der geht: am Balken ziehen oder doppelklicken und eine Zahl tippen</translation>
    </message>
    <message>
        <source>A pinned block keeps its sparsity whatever else changes</source>
        <translation>Ein festgehaltener Block behält seine Ausdünnung, was sich auch sonst ändert</translation>
    </message>
    <message>
        <source>Click to sort</source>
        <translation>Zum Sortieren klicken</translation>
    </message>
</context>
<context>
    <name>espalier::BlocksPanel</name>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Every block with its weights, importance and sparsity. Drag a bar or double-click its number to decide for yourself; tick a block to pin it where it is. The selection is the chart&apos;s.</source>
        <translation>Jeder Block mit Gewichten, Wichtigkeit und Ausdünnung. Ziehen Sie an einem Balken oder doppelklicken Sie auf die Zahl, um selbst zu entscheiden; ein Häkchen hält den Block fest, wo er ist. Die Auswahl ist die des Diagramms.</translation>
    </message>
</context>
<context>
    <name>espalier::BudgetPanel</name>
    <message>
        <source>Target sparsity</source>
        <translation>Ziel-Ausdünnung</translation>
    </message>
    <message>
        <source>The fraction of all prunable weights to remove. The total always meets it, whatever you set for single blocks.</source>
        <translation>Der Anteil aller ausdünnbaren Gewichte, der wegfällt. Die Summe hält ihn immer ein, was Sie auch für einzelne Blöcke einstellen.</translation>
    </message>
    <message>
        <source>Cap</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>The highest sparsity of any block. A low cap protects weak blocks. At the target itself all blocks get the same sparsity.</source>
        <translation>Die höchste Ausdünnung eines Blocks. Eine niedrige Grenze schützt schwache Blöcke. Beim Ziel selbst bekommen alle Blöcke dieselbe Ausdünnung.</translation>
    </message>
    <message>
        <source>Cap follows target (+10 %)</source>
        <translation>Grenze folgt Ziel (+10 %)</translation>
    </message>
    <message>
        <source>The paper&apos;s choice: each block may lose 10 percentage points more than the target.</source>
        <translation>Die Wahl des Aufsatzes: Jeder Block darf 10 Prozentpunkte mehr verlieren als das Ziel.</translation>
    </message>
    <message>
        <source>Shared by</source>
        <translation>Verteilt nach</translation>
    </message>
    <message>
        <source>How the budget is shared among the blocks.</source>
        <translation>Wie das Budget auf die Blöcke verteilt wird.</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>Körnung</translation>
    </message>
    <message>
        <source>What gets a sparsity of its own.</source>
        <translation>Was eine eigene Ausdünnung bekommt.</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>one for each transformer layer, as in the paper</source>
        <translation>eine für jede Transformer-Schicht, wie im Aufsatz</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>one for each weight matrix</source>
        <translation>eine für jede Gewichtsmatrix</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>one for vision, one for each language part</source>
        <translation>eine für das Bild, eine für jeden Sprachteil</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>Wichtigkeit</translation>
    </message>
    <message>
        <source>How the scores of its matrices make up a block&apos;s importance.</source>
        <translation>Wie die Bewertungen seiner Matrizen die Wichtigkeit eines Blocks ergeben.</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>the sum, as in the paper</source>
        <translation>die Summe, wie im Aufsatz</translation>
    </message>
    <message>
        <source>Per weight</source>
        <translation>Je Gewicht</translation>
    </message>
    <message>
        <source>the sum divided by how many weights there are</source>
        <translation>die Summe geteilt durch die Zahl der Gewichte</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>the plain mean over the matrices</source>
        <translation>das einfache Mittel über die Matrizen</translation>
    </message>
    <message>
        <source>Reset all blocks</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Remove every pin and give each block the sparsity of the allocation</source>
        <translation>Alle festgehaltenen Blöcke lösen und jedem Block die Ausdünnung der Verteilung geben</translation>
    </message>
    <message>
        <source>Sharing the budget</source>
        <translation>Verteilung des Budgets</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>Kriterium</translation>
    </message>
    <message>
        <source>Which weights of a matrix go first.</source>
        <translation>Welche Gewichte einer Matrix zuerst gehen.</translation>
    </message>
    <message>
        <source>Compared in</source>
        <translation>Verglichen in</translation>
    </message>
    <message>
        <source>Among which weights the least are looked for.</source>
        <translation>Unter welchen Gewichten die geringsten gesucht werden.</translation>
    </message>
    <message>
        <source>As the paper</source>
        <translation>Wie im Aufsatz</translation>
    </message>
    <message>
        <source>by matrix in the vision tower, by row in language</source>
        <translation>je Matrix im Bildteil, je Zeile in der Sprache</translation>
    </message>
    <message>
        <source>Output row</source>
        <translation>Ausgangszeile</translation>
    </message>
    <message>
        <source>every output keeps the same number of inputs</source>
        <translation>jeder Ausgang behält gleich viele Eingänge</translation>
    </message>
    <message>
        <source>Whole matrix</source>
        <translation>Ganze Matrix</translation>
    </message>
    <message>
        <source>rows may be thinned unevenly</source>
        <translation>Zeilen dürfen ungleich ausgedünnt werden</translation>
    </message>
    <message>
        <source>Calibration samples</source>
        <translation>Kalibrierbeispiele</translation>
    </message>
    <message>
        <source>How many calibration pairs run through the model to show the inputs of each weight. Test pairs are never among them.</source>
        <translation>Wie viele Kalibrierpaare durch das Modell laufen, um die Eingaben jedes Gewichts zu zeigen. Testpaare sind nie darunter.</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>Ausdünnen</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; of the prunable weights go</source>
        <translation>&lt;b&gt;%1&lt;/b&gt; der ausdünnbaren Gewichte gehen</translation>
    </message>
    <message>
        <source>%1 → %2 kept</source>
        <translation>%1 → %2 bleiben</translation>
    </message>
    <message numerus="yes">
        <source>%n pinned</source>
        <translation>
            <numerusform>%n festgehalten</numerusform>
            <numerusform>%n festgehalten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 prunable weights, %2 of them stay</source>
        <translation>%1 ausdünnbare Gewichte, davon bleiben %2</translation>
    </message>
    <message>
        <source>%1 → %2 without zeros</source>
        <translation>%1 → %2 ohne Nullen</translation>
    </message>
    <message>
        <source>As it came</source>
        <translation>Wie er kam</translation>
    </message>
    <message>
        <source>Refined by</source>
        <translation>Verfeinert mit</translation>
    </message>
    <message>
        <source>An extra step that improves the masks.</source>
        <translation>Ein weiterer Schritt, der die Masken verbessert.</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>the criterion&apos;s choice stands</source>
        <translation>die Wahl des Kriteriums bleibt</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>Where in a matrix zeros may stand.</source>
        <translation>Wo in einer Matrix Nullen stehen dürfen.</translation>
    </message>
    <message>
        <source>Anywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>each block as sparse as the plan says</source>
        <translation>jeder Block so dünn, wie der Plan sagt</translation>
    </message>
    <message>
        <source>at most 4 of 8 neighbours stay</source>
        <translation>von 8 Nachbarn bleiben höchstens 4</translation>
    </message>
    <message>
        <source>Each block that the plan takes anything from loses exactly %1; one at 0 stays whole. Rows and matrices are compared within these groups.</source>
        <translation>Jeder Block, dem der Plan etwas nimmt, verliert genau %1; einer bei 0 bleibt ganz. Verglichen wird innerhalb dieser Gruppen.</translation>
    </message>
    <message>
        <source>This allocator needs more statistics. Score again with “Statistics for other allocators”.</source>
        <translation>Diese Verteilung braucht weitere Statistiken. Bewerten Sie erneut mit „Statistiken für andere Verteilungen“.</translation>
    </message>
    <message>
        <source>Calibrated on</source>
        <translation>Kalibriert an</translation>
    </message>
    <message>
        <source>Which model produces the inputs that a block is calibrated on.</source>
        <translation>Welches Modell die Eingaben liefert, mit denen ein Block kalibriert wird.</translation>
    </message>
    <message>
        <source>Pruned blocks</source>
        <translation>Ausgedünntem</translation>
    </message>
    <message>
        <source>the outputs of the pruned blocks before it, as published</source>
        <translation>die Ausgaben der ausgedünnten Blöcke davor, wie veröffentlicht</translation>
    </message>
    <message>
        <source>Dense model</source>
        <translation>Dichtem Modell</translation>
    </message>
    <message>
        <source>its inputs in the dense model, the same for all plans: answers follow at once</source>
        <translation>seine Eingaben im dichten Modell, für alle Pläne gleich: Antworten folgen sofort</translation>
    </message>
    <message>
        <source>Of the prunable weights as they are stored, and with their zeros left out: values, and a bit for each place. An exported checkpoint keeps its size, because it stores the zeros; a packer leaves them out. Matrix products take as long with zeros as without, whatever the pattern, unless the program that runs them is made for sparse weights.</source>
        <translation>Der ausdünnbaren Gewichte, wie sie gespeichert sind, und ohne ihre Nullen: die Werte und ein Bit je Stelle. Ein exportierter Checkpoint bleibt so groß, wie er war, weil er die Nullen speichert; ein Packprogramm lässt sie weg. Matrixprodukte dauern mit Nullen so lange wie ohne, welches Muster auch immer, außer in Programmen für dünne Gewichte.</translation>
    </message>
    <message>
        <source>at most 2 of 4 neighbours stay</source>
        <translation>von 4 Nachbarn bleiben höchstens 2</translation>
    </message>
    <message>
        <source>Swaps + refit</source>
        <translation>Tausch, Anpassung</translation>
    </message>
    <message>
        <source>first who stays, then the values of what stays</source>
        <translation>erst, was bleibt, dann die Werte davon</translation>
    </message>
    <message>
        <source>Fitted to</source>
        <translation>Angepasst an</translation>
    </message>
    <message>
        <source>What weights that change are to come near to.</source>
        <translation>Woran geänderte Gewichte angenähert werden.</translation>
    </message>
    <message>
        <source>Own outputs</source>
        <translation>Eigene Ausgaben</translation>
    </message>
    <message>
        <source>what the matrix would make of its inputs, unpruned</source>
        <translation>was die volle Matrix aus ihren Eingaben machte</translation>
    </message>
    <message>
        <source>Dense outputs</source>
        <translation>Volle Ausgaben</translation>
    </message>
    <message>
        <source>so that it makes up for what the blocks before it lost</source>
        <translation>gleicht aus, was die Blöcke davor verloren haben</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Tokens of pictures</source>
        <translation>Token von Bildern</translation>
    </message>
    <message>
        <source>Language blocks are calibrated on all tokens of text and on those of a picture that a block changes the most: min(1, this times their mean change) for each token of text. At 0 on all of them.</source>
        <translation>Sprachblöcke werden an allen Token des Texts kalibriert und an denen eines Bildes, die ein Block am stärksten ändert: min(1, dies mal ihre mittlere Änderung) für jedes Token des Texts. Bei 0 an allen.</translation>
    </message>
    <message>
        <source>4 neighbouring rows of a column go together</source>
        <translation>4 benachbarte Zeilen einer Spalte fallen zusammen weg</translation>
    </message>
    <message>
        <source>16 neighbouring rows of a column go together</source>
        <translation>16 benachbarte Zeilen einer Spalte fallen zusammen weg</translation>
    </message>
    <message>
        <source>Heads and neurons</source>
        <translation>Köpfe und Neuronen</translation>
    </message>
    <message>
        <source>whole attention heads and neurons of MLPs go, which a smaller model lacks</source>
        <translation>ganze Aufmerksamkeitsköpfe und Neuronen der MLPs fallen weg; ein kleineres Modell enthält sie nicht mehr</translation>
    </message>
</context>
<context>
    <name>espalier::ColumnChooser</name>
    <message>
        <source>Picture column</source>
        <translation>Bildspalte</translation>
    </message>
    <message>
        <source>Question column</source>
        <translation>Fragenspalte</translation>
    </message>
    <message>
        <source>Text column</source>
        <translation>Textspalte</translation>
    </message>
    <message>
        <source>The column that names the file of each picture</source>
        <translation>Die Spalte, die die Datei jedes Bildes nennt</translation>
    </message>
    <message>
        <source>The column of the questions; nothing where the texts are captions</source>
        <translation>Die Spalte der Fragen; keine, wenn die Texte Bildunterschriften sind</translation>
    </message>
    <message>
        <source>The column of the captions, or of the answers to the questions</source>
        <translation>Die Spalte der Bildunterschriften oder der Antworten auf die Fragen</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(keine)</translation>
    </message>
</context>
<context>
    <name>espalier::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>A few letters of any command; arrow keys choose, Return does it, Esc closes</source>
        <translation>Ein paar Buchstaben eines Befehls; Pfeiltasten wählen, Eingabe führt aus, Esc schließt</translation>
    </message>
    <message>
        <source>dark night theme colour color appearance
threads cores cpu processors workers parallel
language german english translation
copy clipboard spreadsheet
seed random
manual help guide documentation
settings preferences options
sparsity target budget
score importance
prune thin
picture image photograph
undo back
quit exit
recover restore discarded</source>
        <translation>dunkel nacht dark thema farbe farben aussehen
threads kerne rechenkerne cpu prozessoren parallel
sprache language deutsch englisch english übersetzung
kopieren copy zwischenablage tabellenkalkulation
startwert seed zufall
handbuch hilfe manual anleitung dokumentation
einstellungen optionen
ausdünnung ziel budget sparsity
bewerten wichtigkeit score
ausdünnen prune
bild foto
rückgängig zurück undo
beenden schließen
wiederherstellen verworfene</translation>
    </message>
</context>
<context>
    <name>espalier::CompareAnswerModel</name>
    <message>
        <source>(nothing)</source>
        <translation>(nichts)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Erwartet</translation>
    </message>
</context>
<context>
    <name>espalier::CompareChart</name>
    <message>
        <source>Two plans</source>
        <translation>Zwei Pläne</translation>
    </message>
    <message>
        <source>The sparsity that each plan gives each block, the second one hatched, and below how much more or less the second one takes. The wheel zooms, dragging moves, a click chooses a block.</source>
        <translation>Die Ausdünnung, die jeder Plan jedem Block gibt, der zweite schraffiert, und darunter, wie viel mehr oder weniger der zweite nimmt. Das Rad vergrößert, Ziehen verschiebt, ein Klick wählt einen Block.</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>Ausdünnung, %</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>%1 against %2</source>
        <translation>%1 gegen %2</translation>
    </message>
    <message>
        <source>%1
%2: %3
%4: %5
Difference: %6 points</source>
        <translation>%1
%2: %3
%4: %5
Unterschied: %6 Punkte</translation>
    </message>
</context>
<context>
    <name>espalier::CompareController</name>
    <message>
        <source>Present plan</source>
        <translation>Jetziger Plan</translation>
    </message>
    <message>
        <source>Pruning by &quot;%1&quot; needs calibration pairs: choose a folder of them with File › Calibration Pairs, or prune by magnitude.</source>
        <translation>Ausdünnen nach „%1“ braucht Kalibrierpaare: Wählen Sie einen Ordner davon unter Datei › Kalibrierpaare, oder dünnen Sie nach Betrag aus.</translation>
    </message>
    <message>
        <source>Measuring %1</source>
        <translation>%1 messen</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>%1 öffnen</translation>
    </message>
</context>
<context>
    <name>espalier::CompareResultModel</name>
    <message>
        <source>Right answers of the model pruned to “%1”</source>
        <translation>Richtige Antworten des nach „%1“ ausgedünnten Modells</translation>
    </message>
    <message>
        <source>The second less the first, in percentage points. Bold where it is more than chance: the two 95 % intervals do not meet</source>
        <translation>Der zweite weniger der erste, in Prozentpunkten. Fett, wo es mehr als Zufall ist: Die beiden 95-%-Intervalle berühren sich nicht</translation>
    </message>
    <message>
        <source>Where the second model&apos;s true accuracy lies with 95 % confidence (Wilson)</source>
        <translation>Wo die wahre Genauigkeit des zweiten Modells mit 95 % Sicherheit liegt (Wilson)</translation>
    </message>
    <message>
        <source>Mean cross-entropy of the expected answers with the first and the second plan</source>
        <translation>Mittlere Kreuzentropie der erwarteten Antworten mit dem ersten und dem zweiten Plan</translation>
    </message>
</context>
<context>
    <name>espalier::CompareWindow</name>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Compare Plans</source>
        <translation>Pläne vergleichen</translation>
    </message>
    <message>
        <source>First plan</source>
        <translation>Erster Plan</translation>
    </message>
    <message>
        <source>The plan that the other is compared with</source>
        <translation>Der Plan, mit dem der andere verglichen wird</translation>
    </message>
    <message>
        <source>Second plan</source>
        <translation>Zweiter Plan</translation>
    </message>
    <message>
        <source>The plan that is compared</source>
        <translation>Der Plan, der verglichen wird</translation>
    </message>
    <message>
        <source>Exchange the two</source>
        <translation>Die beiden vertauschen</translation>
    </message>
    <message>
        <source>Exchange the two plans</source>
        <translation>Die beiden Pläne vertauschen</translation>
    </message>
    <message>
        <source>Another project…</source>
        <translation>Anderes Projekt …</translation>
    </message>
    <message>
        <source>Compare with the plan of a project file of the same model</source>
        <translation>Mit dem Plan einer Projektdatei desselben Modells vergleichen</translation>
    </message>
    <message>
        <source>Export chart…</source>
        <translation>Diagramm exportieren …</translation>
    </message>
    <message>
        <source>Write this chart as SVG, PDF, PNG or CSV</source>
        <translation>Dieses Diagramm als SVG, PDF, PNG oder CSV schreiben</translation>
    </message>
    <message>
        <source>against</source>
        <translation>gegen</translation>
    </message>
    <message>
        <source>Results of both plans</source>
        <translation>Ergebnisse beider Pläne</translation>
    </message>
    <message>
        <source>Right answers with each plan, by kind of question, and by how much they differ.</source>
        <translation>Richtige Antworten mit jedem Plan, nach Art der Frage, und wie weit sie auseinanderliegen.</translation>
    </message>
    <message>
        <source>Answers with both plans</source>
        <translation>Antworten mit beiden Plänen</translation>
    </message>
    <message>
        <source>What the model answers with each plan: a tick is right, a cross wrong, bold where the two differ.</source>
        <translation>Was das Modell mit jedem Plan antwortet: Ein Haken ist richtig, ein Kreuz falsch, fett, wo sich die beiden unterscheiden.</translation>
    </message>
    <message>
        <source>All answers</source>
        <translation>Alle Antworten</translation>
    </message>
    <message>
        <source>Differing</source>
        <translation>Verschiedene</translation>
    </message>
    <message>
        <source>Agreeing</source>
        <translation>Gleiche</translation>
    </message>
    <message>
        <source>Only the first right</source>
        <translation>Nur der erste richtig</translation>
    </message>
    <message>
        <source>Only the second right</source>
        <translation>Nur der zweite richtig</translation>
    </message>
    <message>
        <source>Which answers</source>
        <translation>Welche Antworten</translation>
    </message>
    <message>
        <source>Being measured: %1</source>
        <translation>Wird gerade gemessen: %1</translation>
    </message>
    <message>
        <source>Prune to “%1” and ask its model the test pairs</source>
        <translation>Nach „%1“ ausdünnen und dem Modell die Testpaare stellen</translation>
    </message>
    <message>
        <source>There are no test pairs to compare answers by.</source>
        <translation>Es gibt keine Testpaare, an denen Antworten zu vergleichen wären.</translation>
    </message>
    <message>
        <source>“%1” has not been measured.</source>
        <translation>„%1“ ist noch nicht gemessen.</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; right at %2 sparsity, against &lt;b&gt;%3&lt;/b&gt; right at %4</source>
        <translation>&lt;b&gt;%1&lt;/b&gt; richtig bei %2 Ausdünnung gegen &lt;b&gt;%3&lt;/b&gt; richtig bei %4</translation>
    </message>
    <message>
        <source>%1 differ, %2 agree</source>
        <translation>%1 verschieden, %2 gleich</translation>
    </message>
    <message>
        <source>Compare with a Project</source>
        <translation>Mit einem Projekt vergleichen</translation>
    </message>
    <message>
        <source>Espalier projects (*.espalier)</source>
        <translation>Espalier-Projekte (*.espalier)</translation>
    </message>
    <message>
        <source>Export the Chart</source>
        <translation>Das Diagramm exportieren</translation>
    </message>
    <message>
        <source>Charts (*.svg *.pdf *.png *.csv)</source>
        <translation>Diagramme (*.svg *.pdf *.png *.csv)</translation>
    </message>
    <message>
        <source>The chart is in %1.</source>
        <translation>Das Diagramm liegt in %1.</translation>
    </message>
    <message>
        <source>There is but one plan. Keep it under a name (Plan › Keep This Plan), change it, and both stand here; or compare with another project.</source>
        <translation>Es gibt nur einen Plan. Unter einem Namen behalten (Plan › Diesen Plan behalten), ändern, und beide stehen hier; oder mit einem anderen Projekt vergleichen.</translation>
    </message>
    <message>
        <source>Perplexity &lt;b&gt;%1&lt;/b&gt; at %2 sparsity, against &lt;b&gt;%3&lt;/b&gt; at %4</source>
        <translation>Perplexität &lt;b&gt;%1&lt;/b&gt; bei %2 Ausdünnung, gegenüber &lt;b&gt;%3&lt;/b&gt; bei %4</translation>
    </message>
    <message>
        <source>Pair by pair: the exact McNemar test of the answers, the paired bootstrap of the losses</source>
        <translation>Paar für Paar: der genaue McNemar-Test der Antworten, der gepaarte Bootstrap der Verluste</translation>
    </message>
    <message>
        <source>“%1” is recovered (%2)</source>
        <translation>„%1“ ist wiederhergestellt (%2)</translation>
    </message>
    <message>
        <source>Comparing answers</source>
        <translation>Antworten vergleichen</translation>
    </message>
    <message>
        <source>%1 right with the first alone, %2 with the second alone</source>
        <translation>%1 nur mit dem ersten richtig, %2 nur mit dem zweiten</translation>
    </message>
    <message>
        <source>loss %1 → %2, the first less the second %3 to %4</source>
        <translation>Verlust %1 → %2, der erste weniger der zweite %3 bis %4</translation>
    </message>
    <message>
        <source>more than chance (%1)</source>
        <translation>mehr als Zufall (%1)</translation>
    </message>
    <message>
        <source>within chance (%1)</source>
        <translation>kann Zufall sein (%1)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>; </source>
        <translation>; </translation>
    </message>
    <message>
        <source>Only the first breaks it</source>
        <translation>Nur der erste macht es falsch</translation>
    </message>
    <message>
        <source>Only the second breaks it</source>
        <translation>Nur der zweite macht es falsch</translation>
    </message>
    <message>
        <source>Both break it</source>
        <translation>Beide machen es falsch</translation>
    </message>
    <message>
        <source>Which answers to show, by how the two plans differ in them. Broken is what the unpruned model has right and the pruned one wrong</source>
        <translation>Welche Antworten gezeigt werden, je nachdem, wie sich die zwei Pläne darin unterscheiden. Falsch gemacht ist, was das dichte Modell richtig und das ausgedünnte falsch hat</translation>
    </message>
</context>
<context>
    <name>espalier::ComponentCaps</name>
    <message>
        <source>Own cap of %1</source>
        <translation>Eigene Grenze für %1</translation>
    </message>
    <message>
        <source>No block of this component loses more than its own cap, whatever the cap of the others is</source>
        <translation>Kein Block dieser Komponente verliert mehr als ihre eigene Grenze, welche Grenze auch für die anderen gilt</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
</context>
<context>
    <name>espalier::DatasetDialog</name>
    <message>
        <source>First entries</source>
        <translation>Erste Einträge</translation>
    </message>
    <message>
        <source>Use for &amp;Calibration</source>
        <translation>Zum &amp;Kalibrieren verwenden</translation>
    </message>
    <message>
        <source>Use as &amp;Test Pairs</source>
        <translation>Als &amp;Testpaare verwenden</translation>
    </message>
    <message>
        <source>Test Pairs</source>
        <translation>Testpaare</translation>
    </message>
    <message>
        <source>Calibration Pairs</source>
        <translation>Kalibrierpaare</translation>
    </message>
    <message>
        <source>&amp;Folder…</source>
        <translation>&amp;Ordner …</translation>
    </message>
    <message>
        <source>F&amp;ile…</source>
        <translation>&amp;Datei …</translation>
    </message>
    <message>
        <source>Pictures with captions beside them, folders of classes, a data set as it was unpacked</source>
        <translation>Bilder mit Beschreibungen daneben, Ordner von Klassen, ein Datensatz, wie er entpackt wurde</translation>
    </message>
    <message>
        <source>COCO, Karpathy, VQA or GQA as .json; entries as .jsonl, .csv or .tsv; text as .txt</source>
        <translation>COCO, Karpathy, VQA oder GQA als .json; Einträge als .jsonl, .csv oder .tsv; Text als .txt</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Entries left out</source>
        <translation>Ausgelassene Einträge</translation>
    </message>
    <message>
        <source>This cannot be used</source>
        <translation>Das lässt sich nicht verwenden</translation>
    </message>
    <message>
        <source>Choose a folder or a file, or drop one here.</source>
        <translation>Einen Ordner oder eine Datei wählen oder hier ablegen.</translation>
    </message>
    <message>
        <source>No data chosen yet</source>
        <translation>Noch keine Daten gewählt</translation>
    </message>
    <message>
        <source>Pictures with captions or questions, pictures by class, or text. This dialog shows what it found before anything uses it.</source>
        <translation>Bilder mit Beschreibungen oder Fragen, Bilder nach Klassen oder Text. Dieser Dialog zeigt, was gefunden wurde, bevor es verwendet wird.</translation>
    </message>
    <message>
        <source>A Folder of Data</source>
        <translation>Ein Ordner mit Daten</translation>
    </message>
    <message>
        <source>A File of Data</source>
        <translation>Eine Datei mit Daten</translation>
    </message>
    <message>
        <source>Data sets (*.json *.jsonl *.ndjson *.csv *.tsv *.txt);;All files (*)</source>
        <translation>Datensätze (*.json *.jsonl *.ndjson *.csv *.tsv *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Looking at %1…</source>
        <translation>%1 wird angesehen …</translation>
    </message>
    <message>
        <source>Looking at %1</source>
        <translation>%1 wird angesehen</translation>
    </message>
    <message>
        <source>Recognised as: %1.</source>
        <translation>Erkannt als: %1.</translation>
    </message>
    <message>
        <source>Every entry can be used.</source>
        <translation>Jeder Eintrag ist verwendbar.</translation>
    </message>
    <message>
        <source>Open a model to use them.</source>
        <translation>Zum Verwenden ein Modell öffnen.</translation>
    </message>
    <message>
        <source>… and %1 more</source>
        <translation>… und %1 weitere</translation>
    </message>
    <message>
        <source>%1 left out</source>
        <translation>%1 ausgelassen</translation>
    </message>
    <message>
        <source>The first %1 of %2</source>
        <translation>Die ersten %1 von %2</translation>
    </message>
    <message>
        <source>All entries</source>
        <translation>Alle Einträge</translation>
    </message>
    <message>
        <source>Questions and answers</source>
        <translation>Fragen und Antworten</translation>
    </message>
    <message>
        <source>Questions that several people answered</source>
        <translation>Fragen, die mehrere Menschen beantwortet haben</translation>
    </message>
    <message>
        <source>Pictures and captions</source>
        <translation>Bilder und Beschreibungen</translation>
    </message>
    <message>
        <source>Pictures by class</source>
        <translation>Bilder nach Klassen</translation>
    </message>
    <message>
        <source>Pictures alone</source>
        <translation>Nur Bilder</translation>
    </message>
    <message>
        <source>Entries in a table or lines</source>
        <translation>Einträge in Tabelle oder Zeilen</translation>
    </message>
    <message>
        <source>VQA questions</source>
        <translation>VQA-Fragen</translation>
    </message>
    <message>
        <source>GQA questions</source>
        <translation>GQA-Fragen</translation>
    </message>
    <message>
        <source>Karpathy splits</source>
        <translation>Karpathy-Teile</translation>
    </message>
    <message>
        <source>COCO captions</source>
        <translation>COCO-Beschreibungen</translation>
    </message>
    <message>
        <source>A JSON list of entries</source>
        <translation>JSON-Liste von Einträgen</translation>
    </message>
    <message>
        <source>A folder for each class</source>
        <translation>Ein Ordner je Klasse</translation>
    </message>
    <message>
        <source>Captions in .txt files</source>
        <translation>Beschreibungen in .txt-Dateien</translation>
    </message>
    <message>
        <source>Text files</source>
        <translation>Textdateien</translation>
    </message>
    <message numerus="yes">
        <source>%Ln pairs</source>
        <translation>
            <numerusform>%Ln Paar</numerusform>
            <numerusform>%Ln Paare</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln questions</source>
        <translation>
            <numerusform>%Ln Frage</numerusform>
            <numerusform>%Ln Fragen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln captions</source>
        <translation>
            <numerusform>%Ln Beschreibung</numerusform>
            <numerusform>%Ln Beschreibungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln texts</source>
        <translation>
            <numerusform>%Ln Text</numerusform>
            <numerusform>%Ln Texte</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures</source>
        <translation>
            <numerusform>%Ln Bild</numerusform>
            <numerusform>%Ln Bilder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln classes</source>
        <translation>
            <numerusform>%Ln Klasse</numerusform>
            <numerusform>%Ln Klassen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 zu %2</translation>
    </message>
    <message>
        <source>Take it as</source>
        <translation>Lesen als</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>How the first entries were read: if pictures, questions or texts are in the wrong place here, the data are of another format</source>
        <translation>Wie die ersten Einträge gelesen wurden: Stehen Bilder, Fragen oder Texte hier am falschen Platz, haben die Daten ein anderes Format</translation>
    </message>
    <message>
        <source>Every entry that was left out, with file, line and reason</source>
        <translation>Jeder ausgelassene Eintrag mit Datei, Zeile und Grund</translation>
    </message>
    <message>
        <source>Keep the data there are</source>
        <translation>Bei den bisherigen Daten bleiben</translation>
    </message>
    <message>
        <source>Scoring and pruning run these through the model</source>
        <translation>Bewerten und Ausdünnen lassen diese durch das Modell laufen</translation>
    </message>
    <message>
        <source>The model answers these before and after pruning. Keep them apart from the calibration data</source>
        <translation>Das Modell beantwortet diese vor und nach dem Ausdünnen. Halten Sie sie von den Kalibrierdaten getrennt</translation>
    </message>
    <message>
        <source>More than one format fits. The first fits the model best</source>
        <translation>Mehr als ein Format passt. Das erste passt am besten zum Modell</translation>
    </message>
    <message>
        <source>Which split: calibrate with data from training, test with held-out data</source>
        <translation>Welcher Teil: mit Trainingsdaten kalibrieren, mit zurückgehaltenen Daten testen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln entries</source>
        <translation>
            <numerusform>%Ln Eintrag</numerusform>
            <numerusform>%Ln Einträge</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop a folder or a file here</source>
        <translation>Einen Ordner oder eine Datei hier ablegen</translation>
    </message>
    <message>
        <source>Which column holds what?</source>
        <translation>Welche Spalte enthält was?</translation>
    </message>
    <message>
        <source>The columns have names of their own. Choose below which one holds the pictures, and which the texts.</source>
        <translation>Die Spalten haben eigene Namen. Wählen Sie unten, welche die Bilder und welche die Texte enthält.</translation>
    </message>
    <message>
        <source>%1 was not read, as its columns have names of their own. Choose below which one holds the pictures, and which the texts.</source>
        <translation>%1 wurde nicht gelesen, da die Spalten eigene Namen haben. Unten wählen, welche die Bilder und welche die Texte enthält.</translation>
    </message>
    <message>
        <source>No column was taken for the pictures. If one names them, choose it below.</source>
        <translation>Keine Spalte wurde für die Bilder genommen. Wenn eine sie nennt, diese unten wählen.</translation>
    </message>
    <message>
        <source>Several tables were not read. Open the one that is meant instead of the folder.</source>
        <translation>Mehrere Tabellen wurden nicht gelesen. Statt des Ordners die gemeinte öffnen.</translation>
    </message>
</context>
<context>
    <name>espalier::DensityMap</name>
    <message>
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>Where the matrix keeps its weights: each cell is darker the more of them stay. The bars at the right and below say how much each row (output) and column (input) keeps; lines part attention heads.</source>
        <translation>Wo die Matrix ihre Gewichte behält: Jede Zelle ist umso dunkler, je mehr bleiben. Die Balken rechts und unten sagen, wie viel jede Zeile (Ausgang) und Spalte (Eingang) behält; Linien trennen Attention-Köpfe.</translation>
    </message>
    <message>
        <source>%1: %2 by %3, %4 kept</source>
        <translation>%1: %2 mal %3, %4 bleiben</translation>
    </message>
    <message>
        <source>Around row %1, column %2: %3 kept</source>
        <translation>Um Zeile %1, Spalte %2: %3 bleiben</translation>
    </message>
    <message>
        <source>Near row %1 (an output): it keeps %2 of its inputs</source>
        <translation>Um Zeile %1 (eine Ausgabe): %2 ihrer Eingaben behalten</translation>
    </message>
    <message>
        <source>Near column %1 (an input): %2 of the outputs keep it</source>
        <translation>Um Spalte %1 (eine Eingabe): von %2 der Ausgaben behalten</translation>
    </message>
</context>
<context>
    <name>espalier::EngineController</name>
    <message>
        <source>Reconnecting</source>
        <translation>Verbindung wird wiederhergestellt</translation>
    </message>
    <message>
        <source>%1 is another model by now; open it again.</source>
        <translation>%1 ist inzwischen ein anderes Modell; öffnen Sie es erneut.</translation>
    </message>
</context>
<context>
    <name>espalier::ExplainController</name>
    <message>
        <source>Explaining an answer</source>
        <translation>Antwort erklären</translation>
    </message>
</context>
<context>
    <name>espalier::ExplainedPicture</name>
    <message>
        <source>The picture as the model sees it. Orange: what the chosen word of the answer rests on. Blue: what speaks against it. Wheel or plus and minus zoom, the mouse or the arrow keys move, 0 shows the whole.</source>
        <translation>Das Bild, wie das Modell es sieht. Orange: worauf das gewählte Wort der Antwort beruht. Blau: was dagegen spricht. Rad oder Plus und Minus vergrößern und verkleinern, Maus oder Pfeiltasten verschieben, 0 zeigt das Ganze.</translation>
    </message>
    <message>
        <source>largest value %1</source>
        <translation>größter Wert %1</translation>
    </message>
    <message>
        <source>full colour: %1</source>
        <translation>volle Farbe: %1</translation>
    </message>
    <message>
        <source>Row %1, column %2: %3</source>
        <translation>Zeile %1, Spalte %2: %3</translation>
    </message>
</context>
<context>
    <name>espalier::ExplanationWindow</name>
    <message>
        <source>Tokens of the answer</source>
        <translation>Token der Antwort</translation>
    </message>
    <message>
        <source>Words of the question</source>
        <translation>Wörter der Frage</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>Voll</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Dünn</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Where the Answer Comes From</source>
        <translation>Woher die Antwort kommt</translation>
    </message>
    <message>
        <source>The answer token by token, with the probability that the dense and the pruned model give it. Choose one to see where it comes from.</source>
        <translation>Die Antwort Token für Token, mit der Wahrscheinlichkeit, die das dichte und das ausgedünnte Modell ihm geben. Eines wählen, um zu sehen, woher es kommt.</translation>
    </message>
    <message>
        <source>What the colours show</source>
        <translation>Was die Farben zeigen</translation>
    </message>
    <message>
        <source>Occlusion hides a part and asks again. Attention follows what each layer looked at.</source>
        <translation>Verdecken verbirgt einen Teil und fragt erneut. Aufmerksamkeit folgt dem, worauf jede Schicht sah.</translation>
    </message>
    <message>
        <source>Whose answer</source>
        <translation>Wessen Antwort</translation>
    </message>
    <message>
        <source>Answer of the dense model</source>
        <translation>Antwort des dichten Modells</translation>
    </message>
    <message>
        <source>Answer of the pruned model</source>
        <translation>Antwort des ausgedünnten Modells</translation>
    </message>
    <message>
        <source>Expected answer</source>
        <translation>Erwartete Antwort</translation>
    </message>
    <message>
        <source>Both models are asked about the same answer: whose it is</source>
        <translation>Beide Modelle werden nach derselben Antwort gefragt: wessen es ist</translation>
    </message>
    <message>
        <source>&amp;Whole Picture</source>
        <translation>&amp;Ganzes Bild</translation>
    </message>
    <message>
        <source>Zoom out to the whole picture (0)</source>
        <translation>Das ganze Bild zeigen (0)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy the pictures as they are shown (Ctrl+C)</source>
        <translation>Die Bilder kopieren, wie sie zu sehen sind (Strg+C)</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern …</translation>
    </message>
    <message>
        <source>Save the pictures as SVG, PDF or PNG, or their numbers as CSV</source>
        <translation>Die Bilder als SVG, PDF oder PNG speichern, oder ihre Zahlen als CSV</translation>
    </message>
    <message>
        <source>Occlusion: what is lost where it is hidden</source>
        <translation>Verdecken: was verloren geht, wo verdeckt ist</translation>
    </message>
    <message>
        <source>Attention rollout: what was looked at</source>
        <translation>Aufmerksamkeit (Rollout): worauf das Modell sah</translation>
    </message>
    <message>
        <source>Similarity of each patch with the text</source>
        <translation>Ähnlichkeit jedes Bildfelds mit dem Text</translation>
    </message>
    <message>
        <source>Choose a pair in the answers of the main window.</source>
        <translation>In den Antworten des Hauptfensters ein Paar wählen.</translation>
    </message>
    <message>
        <source>The dense model writes: %1</source>
        <translation>Das dichte Modell schreibt: %1</translation>
    </message>
    <message>
        <source>The pruned model writes: %1</source>
        <translation>Das ausgedünnte Modell schreibt: %1</translation>
    </message>
    <message>
        <source>Prune the model to compare.</source>
        <translation>Zum Vergleich das Modell ausdünnen.</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1, next likeliest: %2</source>
        <translation>%1, als Nächstes wahrscheinlich: %2</translation>
    </message>
    <message>
        <source>with a blank picture %1</source>
        <translation>mit leerem Bild %1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Words: their share of the attention rollout</source>
        <translation>Wörter: ihr Anteil an der Aufmerksamkeit (Rollout)</translation>
    </message>
    <message>
        <source>Words: what is lost without them</source>
        <translation>Wörter: was ohne sie verloren geht</translation>
    </message>
    <message>
        <source>Save the Pictures</source>
        <translation>Die Bilder speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg *.pdf *.csv)</source>
        <translation>Bilder (*.png *.svg *.pdf *.csv)</translation>
    </message>
    <message>
        <source>The pictures are in %1.</source>
        <translation>Die Bilder liegen in %1.</translation>
    </message>
</context>
<context>
    <name>espalier::ExportController</name>
    <message>
        <source>Exporting masks</source>
        <translation>Masken exportieren</translation>
    </message>
    <message>
        <source>The masks are in %1.</source>
        <translation>Die Masken liegen in %1.</translation>
    </message>
    <message>
        <source>Exporting the plan</source>
        <translation>Plan exportieren</translation>
    </message>
    <message>
        <source>The plan is in %1.</source>
        <translation>Der Plan liegt in %1.</translation>
    </message>
    <message>
        <source>Importing a plan</source>
        <translation>Plan importieren</translation>
    </message>
    <message>
        <source>Plan of %1</source>
        <translation>Plan aus %1</translation>
    </message>
    <message>
        <source>%1 pruned to %2</source>
        <translation>%1, ausgedünnt auf %2</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>Bericht schreiben</translation>
    </message>
    <message>
        <source>The report is in %1.</source>
        <translation>Der Bericht liegt in %1.</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Exporting the recipe</source>
        <translation>Rezept exportieren</translation>
    </message>
    <message>
        <source>The recipe is in %1. espalier-cli run repeats it.</source>
        <translation>Das Rezept steht in %1. espalier-cli run wiederholt es.</translation>
    </message>
    <message>
        <source>The pruned model is in %1: %2, or about %3 once a packer leaves the zeros out. %4 of its prunable weights are zero.</source>
        <translation>Das ausgedünnte Modell liegt in %1: %2, oder etwa %3, sobald ein Packprogramm die Nullen weglässt. %4 seiner ausdünnbaren Gewichte sind null.</translation>
    </message>
    <message>
        <source>The pruned model is in %1: %2 packed, %3 once unpacked. %4 of its prunable weights are zero.</source>
        <translation>Das ausgedünnte Modell liegt in %1: gepackt %2, entpackt %3. %4 seiner ausdünnbaren Gewichte sind null.</translation>
    </message>
    <message>
        <source>The plans of the page share by scores. Score the model first (F7).</source>
        <translation>Die Pläne der Seite verteilen nach Bewertungen. Zuerst das Modell bewerten (F7).</translation>
    </message>
    <message>
        <source>Writing the page</source>
        <translation>Seite schreiben</translation>
    </message>
    <message>
        <source>%1, pruned</source>
        <translation>%1, ausgedünnt</translation>
    </message>
    <message numerus="yes">
        <source>The page with %n plans is in %1.</source>
        <translation>
            <numerusform>Die Seite mit %n Plan liegt in %1.</numerusform>
            <numerusform>Die Seite mit %n Plänen liegt in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::FormulaPanel</name>
    <message>
        <source>Formulas</source>
        <translation>Formeln</translation>
    </message>
    <message>
        <source>The formulas behind what the window shows, with the numbers of the current block put in</source>
        <translation>Die Formeln hinter dem, was das Fenster zeigt, mit den Zahlen des aktuellen Blocks</translation>
    </message>
    <message>
        <source>Score of a matrix</source>
        <translation>Bewertung einer Matrix</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;: n&lt;sub&gt;g&lt;/sub&gt; = %2, kept %3, so %4 sparse.</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;: n&lt;sub&gt;g&lt;/sub&gt; = %2, behalten %3, also %4 ausgedünnt.</translation>
    </message>
    <message>
        <source>s&lt;sub&gt;g&lt;/sub&gt; = %1; its standard error is unknown after one batch and one draw.</source>
        <translation>s&lt;sub&gt;g&lt;/sub&gt; = %1; ihr Standardfehler ist nach einem Stapel und einer Ziehung unbekannt.</translation>
    </message>
    <message>
        <source>s&lt;sub&gt;g&lt;/sub&gt; = %1 ± %2.</source>
        <translation>s&lt;sub&gt;g&lt;/sub&gt; = %1 ± %2.</translation>
    </message>
    <message>
        <source>It is pinned.</source>
        <translation>Er ist festgehalten.</translation>
    </message>
    <message>
        <source>Share of the budget</source>
        <translation>Anteil am Budget</translation>
    </message>
    <message>
        <source>Which weights go</source>
        <translation>Welche Gewichte gehen</translation>
    </message>
    <message>
        <source>Interval of an accuracy</source>
        <translation>Intervall einer Genauigkeit</translation>
    </message>
    <message>
        <source>Wilson&apos;s, with z = 1.96. Now p = %1 of n = %2 pairs: %3 to %4.</source>
        <translation>Nach Wilson, mit z = 1,96. Jetzt p = %1 von n = %2 Paaren: %3 bis %4.</translation>
    </message>
    <message>
        <source>Every block is calibrated on what the dense model gives it.</source>
        <translation>Jeder Block wird mit dem kalibriert, was das dichte Modell ihm gibt.</translation>
    </message>
    <message>
        <source>Block after block, each is calibrated on what the pruned blocks before it produce.</source>
        <translation>Block für Block; jeder wird mit dem kalibriert, was die ausgedünnten Blöcke vor ihm liefern.</translation>
    </message>
    <message>
        <source>Pattern %1: of every %2 neighbours in a row the %3 with the greatest A stay.</source>
        <translation>Muster %1: Von je %2 Nachbarn einer Zeile bleiben die %3 mit dem größten A.</translation>
    </message>
    <message>
        <source>In vision towers: %1 Elsewhere: %2</source>
        <translation>In Bildtürmen: %1 Sonst: %2</translation>
    </message>
    <message>
        <source>Accuracy back</source>
        <translation>Wiederherstellung der Genauigkeit</translation>
    </message>
</context>
<context>
    <name>espalier::FractionDelegate</name>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
</context>
<context>
    <name>espalier::FractionField</name>
    <message>
        <source>%1, slider</source>
        <translation>%1, Schieber</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
</context>
<context>
    <name>espalier::GalleryPanel</name>
    <message>
        <source>No test pairs</source>
        <translation>Keine Testpaare</translation>
    </message>
    <message>
        <source>Pictures with questions and expected answers show what pruning does to the model.</source>
        <translation>Bilder mit Fragen und erwarteten Antworten zeigen, was das Ausdünnen mit dem Modell macht.</translation>
    </message>
    <message>
        <source>No pair like that</source>
        <translation>Kein solches Paar</translation>
    </message>
    <message>
        <source>Choose another filter or search for other words.</source>
        <translation>Wählen Sie einen anderen Filter oder suchen Sie nach anderen Wörtern.</translation>
    </message>
    <message>
        <source>Search questions and answers</source>
        <translation>Fragen und Antworten durchsuchen</translation>
    </message>
    <message>
        <source>Search pairs</source>
        <translation>Paare suchen</translation>
    </message>
    <message>
        <source>Shows the pairs whose question or answers contain all of these words.</source>
        <translation>Zeigt die Paare, deren Frage oder Antworten alle diese Wörter enthalten.</translation>
    </message>
    <message>
        <source>All answers</source>
        <translation>Alle Antworten</translation>
    </message>
    <message>
        <source>Flipped</source>
        <translation>Gekippte</translation>
    </message>
    <message>
        <source>Right → wrong</source>
        <translation>Richtig → falsch</translation>
    </message>
    <message>
        <source>Wrong → right</source>
        <translation>Falsch → richtig</translation>
    </message>
    <message>
        <source>Which answers</source>
        <translation>Welche Antworten</translation>
    </message>
    <message>
        <source>Which answers to show, by what pruning did to them</source>
        <translation>Welche Antworten gezeigt werden, danach, was das Ausdünnen mit ihnen gemacht hat</translation>
    </message>
    <message>
        <source>Kind of question</source>
        <translation>Art der Frage</translation>
    </message>
    <message>
        <source>Which kind of question to show</source>
        <translation>Welche Art von Fragen gezeigt wird</translation>
    </message>
    <message>
        <source>Pairs shown</source>
        <translation>Gezeigte Paare</translation>
    </message>
    <message>
        <source>Sample pairs</source>
        <translation>Beispielpaare</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>Alle Arten</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>What the model says to each pair before and after pruning. A tick is a right answer, a cross a wrong one; answers that flipped come first. The chosen pair stands below in full: words that differ, pictures that were matched, the loss of each token.</source>
        <translation>Was das Modell zu jedem Paar vor und nach dem Ausdünnen sagt. Ein Haken ist eine richtige Antwort, ein Kreuz eine falsche; gekippte Antworten stehen vorn. Das gewählte Paar steht darunter ganz: abweichende Wörter, zugeordnete Bilder, der Verlust jedes Tokens.</translation>
    </message>
</context>
<context>
    <name>espalier::HistogramView</name>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
</context>
<context>
    <name>espalier::ImproveSteps</name>
    <message>
        <source>Accepted steps</source>
        <translation>Angenommene Schritte</translation>
    </message>
    <message>
        <source>Each step that the search accepted: which block gave up how many weights so that which keeps as many more, and the loss on the held-out half of the calibration pairs then. Undo takes all of them back at once.</source>
        <translation>Jeder Schritt, den die Suche annahm: welcher Block wie viele Gewichte abgab, damit welcher so viele mehr behält, und der Verlust auf der zurückgelegten Hälfte der Kalibrierpaare danach. Rückgängig nimmt alle auf einmal zurück.</translation>
    </message>
    <message>
        <source>Accepted step</source>
        <translation>Angenommener Schritt</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>At first</source>
        <translation>Anfangs</translation>
    </message>
    <message>
        <source>%1 weights moved from %2 to %3</source>
        <translation>%1 Gewichte von %2 nach %3 verschoben</translation>
    </message>
</context>
<context>
    <name>espalier::JobIndicator</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop the running job. What it has finished stays.</source>
        <translation>Die laufende Arbeit anhalten. Was fertig ist, bleibt.</translation>
    </message>
    <message>
        <source>Cancel the job</source>
        <translation>Die Arbeit abbrechen</translation>
    </message>
    <message>
        <source>%1/%2</source>
        <translation>%1/%2</translation>
    </message>
</context>
<context>
    <name>espalier::JobsPanel</name>
    <message>
        <source>Nothing is running.</source>
        <translation>Nichts läuft.</translation>
    </message>
    <message>
        <source>Log of jobs</source>
        <translation>Protokoll der Arbeiten</translation>
    </message>
    <message>
        <source>What has been done stands here.</source>
        <translation>Hier steht, was getan wurde.</translation>
    </message>
    <message>
        <source>Memory in use</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Stop this job. Nothing is left half-done.</source>
        <translation>Diese Arbeit anhalten. Nichts bleibt halb fertig.</translation>
    </message>
    <message>
        <source>Cancel this job</source>
        <translation>Diese Arbeit abbrechen</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <translation>gescheitert: %1</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>%1; next: %2</source>
        <translation>%1; danach: %2</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>%1 in use</source>
        <translation>%1 belegt</translation>
    </message>
    <message>
        <source>Finished jobs with their time, newest last, and why a job failed</source>
        <translation>Fertige Arbeiten mit ihrer Dauer, die neueste zuletzt, und warum eine scheiterte</translation>
    </message>
</context>
<context>
    <name>espalier::LayerModel</name>
    <message>
        <source>%1: %2 × %3</source>
        <translation>%1: %2 × %3</translation>
    </message>
    <message>
        <source>The block, by the prefix of its tensors</source>
        <translation>Der Block, nach dem Präfix seiner Tensoren</translation>
    </message>
    <message>
        <source>The part of the model it belongs to</source>
        <translation>Der Teil des Modells, zu dem er gehört</translation>
    </message>
    <message>
        <source>How many matrices it has; point at a row for their shapes</source>
        <translation>Wie viele Matrizen er hat; auf eine Zeile zeigen, um ihre Formen zu sehen</translation>
    </message>
    <message>
        <source>Weights of its matrices</source>
        <translation>Gewichte seiner Matrizen</translation>
    </message>
    <message>
        <source>What they take in half precision, without the zeros of the plan</source>
        <translation>Was sie in halber Genauigkeit belegen, ohne die Nullen des Plans</translation>
    </message>
    <message>
        <source>Multiplications and additions for each position, without those with zeros</source>
        <translation>Multiplikationen und Additionen je Position, ohne die mit Nullen</translation>
    </message>
    <message>
        <source>What the plan takes</source>
        <translation>Was der Plan nimmt</translation>
    </message>
    <message>
        <source>Mean cosine of what the block gives on, dense and pruned: 1 is the same direction</source>
        <translation>Mittlerer Kosinus dessen, was der Block weitergibt, dicht und ausgedünnt: 1 ist dieselbe Richtung</translation>
    </message>
    <message>
        <source>How far it is from the dense one, relative to its size</source>
        <translation>Wie weit es vom dichten entfernt ist, im Verhältnis zu dessen Größe</translation>
    </message>
    <message>
        <source>Centred kernel alignment of both: 1 is the same geometry</source>
        <translation>Centered Kernel Alignment von beiden: 1 ist dieselbe Geometrie</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Matrices</source>
        <translation>Matrizen</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>Operationen</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>Kosinus</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>CKA</source>
        <translation>CKA</translation>
    </message>
</context>
<context>
    <name>espalier::LayersPanel</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>What each block is made of, and how far what it gives on parts from the dense model, on the first test pairs: by direction (cosine), by distance (error), by geometry (CKA). A click chooses the block in all views.</source>
        <translation>Woraus jeder Block besteht, und wie weit das, was er weitergibt, vom dichten Modell abweicht, an den ersten Testpaaren: nach Richtung (Kosinus), nach Abstand (Fehler), nach Geometrie (CKA). Ein Klick wählt den Block in allen Ansichten.</translation>
    </message>
    <message>
        <source>Comparing activations</source>
        <translation>Aktivierungen vergleichen</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>Zeichnung</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Colour by</source>
        <translation>Farbe nach</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>Wichtigkeit</translation>
    </message>
    <message>
        <source>Change of activations</source>
        <translation>Änderung der Aktivierungen</translation>
    </message>
    <message>
        <source>Sparsity: what the plan takes of each matrix. Importance: the score of each matrix, beside the largest. Change of activations: how far what a block gives on is from the dense model, relative to its size.</source>
        <translation>Ausdünnung: was der Plan jeder Matrix nimmt. Wichtigkeit: die Bewertung jeder Matrix, neben der größten. Änderung der Aktivierungen: wie weit das, was ein Block weitergibt, vom vollen Modell entfernt ist, im Verhältnis zu seiner Größe.</translation>
    </message>
    <message>
        <source>not scored yet</source>
        <translation>noch nicht bewertet</translation>
    </message>
    <message>
        <source>The model drawn, part by part</source>
        <translation>Das Modell gezeichnet, Teil für Teil</translation>
    </message>
    <message>
        <source>Each block in numbers</source>
        <translation>Jeder Block in Zahlen</translation>
    </message>
</context>
<context>
    <name>espalier::LessonAuthor</name>
    <message>
        <source>Its chart is in the handout</source>
        <translation>Sein Diagramm steht im Handzettel</translation>
    </message>
    <message>
        <source>Write a Lesson</source>
        <translation>Eine Lektion schreiben</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>The plan&apos;s chart</source>
        <translation>Das Diagramm des Plans</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>A choice</source>
        <translation>Eine Auswahl</translation>
    </message>
    <message>
        <source>A number of the run</source>
        <translation>Eine Zahl des Laufs</translation>
    </message>
    <message>
        <source>Which of two results is better</source>
        <translation>Welches von zwei Ergebnissen besser ist</translation>
    </message>
    <message>
        <source>Parts of the lesson</source>
        <translation>Teile der Lektion</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>Lektion</translation>
    </message>
    <message>
        <source>What the chosen step shows and does, what it asks, and what holds for the whole lesson</source>
        <translation>Was der gewählte Schritt zeigt und tut, was er fragt, und was für die ganze Lektion gilt</translation>
    </message>
    <message>
        <source>A New Lesson</source>
        <translation>Eine neue Lektion</translation>
    </message>
    <message>
        <source>Bring the window into the state in which the lesson begins, then press Record Step.</source>
        <translation>Bringen Sie das Fenster in den Zustand, in dem die Lektion beginnt, und drücken Sie dann „Schritt aufzeichnen“.</translation>
    </message>
    <message>
        <source>There is no plan in the window to record. Open the sample first.</source>
        <translation>Im Fenster ist kein Plan, der aufgezeichnet werden könnte. Öffnen Sie zuerst das Beispiel.</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message numerus="yes">
        <source>Recorded: %n acts. Write what the step says.</source>
        <translation>
            <numerusform>Aufgezeichnet: %n Handlung. Schreiben Sie, was der Schritt sagt.</numerusform>
            <numerusform>Aufgezeichnet: %n Handlungen. Schreiben Sie, was der Schritt sagt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Remember Results</source>
        <translation>Ergebnisse merken</translation>
    </message>
    <message>
        <source>Name of the results</source>
        <translation>Name der Ergebnisse</translation>
    </message>
    <message>
        <source>Choose a Picture</source>
        <translation>Ein Bild wählen</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.svg *.gif)</source>
        <translation>Bilder (*.png *.jpg *.jpeg *.svg *.gif)</translation>
    </message>
    <message>
        <source>The picture lies outside the lesson&apos;s folder: whoever gets the lesson needs it in the same place.</source>
        <translation>Das Bild liegt außerhalb des Ordners der Lektion: Wer die Lektion bekommt, braucht es am selben Ort.</translation>
    </message>
    <message numerus="yes">
        <source>%n steps of %1</source>
        <translation>
            <numerusform>%n Schritt von %1</numerusform>
            <numerusform>%n Schritte von %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a Lesson</source>
        <translation>Eine Lektion öffnen</translation>
    </message>
    <message>
        <source>Lessons (*.lesson)</source>
        <translation>Lektionen (*.lesson)</translation>
    </message>
    <message>
        <source>The lesson</source>
        <translation>Die Lektion</translation>
    </message>
    <message>
        <source>The lesson is in %1.</source>
        <translation>Die Lektion ist in %1.</translation>
    </message>
    <message>
        <source>Save the Lesson</source>
        <translation>Die Lektion speichern</translation>
    </message>
    <message>
        <source>The lesson has changes that are not saved.</source>
        <translation>Die Lektion hat Änderungen, die nicht gespeichert sind.</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>The steps of the lesson, in their order</source>
        <translation>Die Schritte der Lektion in ihrer Reihenfolge</translation>
    </message>
    <message>
        <source>&amp;Record Step</source>
        <translation>Schritt &amp;aufzeichnen</translation>
    </message>
    <message>
        <source>Add a step that does what you have done in the window since the last one</source>
        <translation>Einen Schritt hinzufügen, der tut, was Sie seit dem letzten im Fenster getan haben</translation>
    </message>
    <message>
        <source>Move &amp;Up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Put the step before the one above it</source>
        <translation>Den Schritt vor den darüber stellen</translation>
    </message>
    <message>
        <source>Move &amp;Down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>Put the step behind the one below it</source>
        <translation>Den Schritt hinter den darunter stellen</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Take the step out of the lesson</source>
        <translation>Den Schritt aus der Lektion nehmen</translation>
    </message>
    <message>
        <source>&amp;Try</source>
        <translation>Aus&amp;probieren</translation>
    </message>
    <message>
        <source>Open the lesson as it is in a window of its own, from its beginning</source>
        <translation>Die Lektion, wie sie ist, in einem eigenen Fenster öffnen, von Anfang an</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a lesson to change it</source>
        <translation>Eine Lektion öffnen, um sie zu ändern</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Write the .lesson file</source>
        <translation>Die .lesson-Datei schreiben</translation>
    </message>
    <message>
        <source>Save &amp;As…</source>
        <translation>Speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Write it under another name</source>
        <translation>Unter einem anderen Namen schreiben</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Title of the lesson</source>
        <translation>Titel der Lektion</translation>
    </message>
    <message>
        <source>As the menu names it</source>
        <translation>Wie das Menü sie nennt</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>One or two sentences about it</source>
        <translation>Ein oder zwei Sätze dazu</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>How long it takes</source>
        <translation>Wie lange sie dauert</translation>
    </message>
    <message>
        <source>For the teacher</source>
        <translation>Für die Lehrkraft</translation>
    </message>
    <message>
        <source>The teacher&apos;s page of the handout: a paragraph a line</source>
        <translation>Die Seite der Lehrkraft im Handzettel: ein Absatz je Zeile</translation>
    </message>
    <message>
        <source>Title of the step</source>
        <translation>Titel des Schritts</translation>
    </message>
    <message>
        <source>Stands above the text</source>
        <translation>Steht über dem Text</translation>
    </message>
    <message>
        <source>Text of the step</source>
        <translation>Text des Schritts</translation>
    </message>
    <message>
        <source>What the step says. &lt;b&gt;, &lt;i&gt;, &lt;sub&gt;, &lt;br&gt; and {values}, which the run fills in</source>
        <translation>Was der Schritt sagt. &lt;b&gt;, &lt;i&gt;, &lt;sub&gt;, &lt;br&gt; und {values}, die der Lauf einsetzt</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Insert a &amp;Value</source>
        <translation>&amp;Wert einfügen</translation>
    </message>
    <message>
        <source>Insert a value</source>
        <translation>Wert einfügen</translation>
    </message>
    <message>
        <source>Put a number of the run into the text: it is read when the step is shown</source>
        <translation>Eine Zahl des Laufs in den Text setzen: Sie wird gelesen, wenn der Schritt gezeigt wird</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Formel</translation>
    </message>
    <message>
        <source>In the middle of a line of its own</source>
        <translation>In der Mitte einer eigenen Zeile</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>A file beside the lesson</source>
        <translation>Eine Datei neben der Lektion</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose a picture that lies beside the lesson</source>
        <translation>Ein Bild wählen, das neben der Lektion liegt</translation>
    </message>
    <message>
        <source>Pane in front</source>
        <translation>Vorderer Bereich</translation>
    </message>
    <message>
        <source>Which pane the step brings to front</source>
        <translation>Welchen Bereich der Schritt nach vorn bringt</translation>
    </message>
    <message>
        <source>What the step does</source>
        <translation>Was der Schritt tut</translation>
    </message>
    <message>
        <source>Done in this order when the step is reached</source>
        <translation>In dieser Reihenfolge getan, wenn der Schritt erreicht wird</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was er tut</translation>
    </message>
    <message>
        <source>Take the &amp;Window&apos;s State</source>
        <translation>&amp;Zustand des Fensters nehmen</translation>
    </message>
    <message>
        <source>The step then leads to the window&apos;s state as it is now</source>
        <translation>Der Schritt führt dann zum Zustand, den das Fenster jetzt hat</translation>
    </message>
    <message>
        <source>Re&amp;member Results…</source>
        <translation>Ergebnisse &amp;merken …</translation>
    </message>
    <message>
        <source>Keep the results that stand when the step is reached under a name, for comparisons</source>
        <translation>Die Ergebnisse, die beim Erreichen des Schritts stehen, für Vergleiche unter einem Namen merken</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Take the chosen act out of the step</source>
        <translation>Die gewählte Handlung aus dem Schritt nehmen</translation>
    </message>
    <message>
        <source>Waits for</source>
        <translation>Wartet auf</translation>
    </message>
    <message>
        <source>What has to be there before the lesson goes on</source>
        <translation>Was da sein muss, bevor die Lektion weitergeht</translation>
    </message>
    <message>
        <source>The handout shows the plan&apos;s chart as it is when the step is left</source>
        <translation>Der Handzettel zeigt das Diagramm des Plans, wie es beim Verlassen des Schritts ist</translation>
    </message>
    <message>
        <source>Kind of question</source>
        <translation>Art der Frage</translation>
    </message>
    <message>
        <source>How the answer is checked</source>
        <translation>Wie die Antwort geprüft wird</translation>
    </message>
    <message>
        <source>Asks</source>
        <translation>Fragt</translation>
    </message>
    <message>
        <source>What it asks</source>
        <translation>Was gefragt wird</translation>
    </message>
    <message>
        <source>The question as the learner reads it</source>
        <translation>Die Frage, wie die Lernenden sie lesen</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>A choice a line, at least two</source>
        <translation>Eine Möglichkeit je Zeile, mindestens zwei</translation>
    </message>
    <message>
        <source>Right answer</source>
        <translation>Richtige Antwort</translation>
    </message>
    <message>
        <source>Which of the choices is right</source>
        <translation>Welche der Möglichkeiten richtig ist</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>The number of the run that a guess is compared with</source>
        <translation>Die Zahl des Laufs, mit der eine Schätzung verglichen wird</translation>
    </message>
    <message>
        <source>May be away by</source>
        <translation>Darf abweichen um</translation>
    </message>
    <message>
        <source>How far a guess may be from it and count as right</source>
        <translation>Wie weit eine Schätzung davon entfernt sein und als richtig gelten darf</translation>
    </message>
    <message>
        <source>First result</source>
        <translation>Erstes Ergebnis</translation>
    </message>
    <message>
        <source>A name that a step remembers results under</source>
        <translation>Ein Name, unter dem ein Schritt Ergebnisse merkt</translation>
    </message>
    <message>
        <source>Second result</source>
        <translation>Zweites Ergebnis</translation>
    </message>
    <message>
        <source>The other name. The run decides which is better</source>
        <translation>Der andere Name. Der Lauf entscheidet, welches besser ist</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Shown when asked for</source>
        <translation>Wird auf Wunsch gezeigt</translation>
    </message>
    <message>
        <source>If right</source>
        <translation>Wenn richtig</translation>
    </message>
    <message>
        <source>Said to a right answer</source>
        <translation>Zu einer richtigen Antwort gesagt</translation>
    </message>
    <message>
        <source>If wrong</source>
        <translation>Wenn falsch</translation>
    </message>
    <message>
        <source>Said to a wrong answer</source>
        <translation>Zu einer falschen Antwort gesagt</translation>
    </message>
</context>
<context>
    <name>espalier::LessonPanel</name>
    <message>
        <source>Not answered.</source>
        <translation>Nicht beantwortet.</translation>
    </message>
    <message>
        <source>For the teacher</source>
        <translation>Für die Lehrkraft</translation>
    </message>
    <message>
        <source>About %1 minutes.</source>
        <translation>Etwa %1 Minuten.</translation>
    </message>
    <message>
        <source>The questions and their answers</source>
        <translation>Die Fragen und ihre Antworten</translation>
    </message>
    <message>
        <source>%1 in this run; a guess may be %2 away</source>
        <translation>%1 in diesem Lauf; eine Schätzung darf um %2 abweichen</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>P&amp;rüfen</translation>
    </message>
    <message>
        <source>H&amp;int</source>
        <translation>H&amp;inweis</translation>
    </message>
    <message>
        <source>&amp;Do This Step Again</source>
        <translation>Schritt &amp;wiederholen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>&amp;Handout…</source>
        <translation>Arbeitsb&amp;latt …</translation>
    </message>
    <message>
        <source>What this step is about</source>
        <translation>Worum es in diesem Schritt geht</translation>
    </message>
    <message>
        <source>What the lesson waits for</source>
        <translation>Worauf die Lektion wartet</translation>
    </message>
    <message>
        <source>Whether the answer is right</source>
        <translation>Ob die Antwort richtig ist</translation>
    </message>
    <message>
        <source>Your guess</source>
        <translation>Ihre Schätzung</translation>
    </message>
    <message>
        <source>The step before (Alt+Left)</source>
        <translation>Der Schritt davor (Alt+Links)</translation>
    </message>
    <message>
        <source>The next step, done in this window (Alt+Right)</source>
        <translation>Der nächste Schritt, in diesem Fenster getan (Alt+Rechts)</translation>
    </message>
    <message>
        <source>A hint for this question (F2)</source>
        <translation>Ein Hinweis zu dieser Frage (F2)</translation>
    </message>
    <message>
        <source>Check the answer. You may try as often as you like.</source>
        <translation>Die Antwort prüfen, so oft Sie mögen.</translation>
    </message>
    <message>
        <source>Put the window into the state in which this step begins</source>
        <translation>Das Fenster in den Zustand bringen, in dem dieser Schritt beginnt</translation>
    </message>
    <message>
        <source>Save what you did in this lesson as PDF, with your charts and answers</source>
        <translation>Was Sie in dieser Lektion getan haben, als PDF speichern, mit Ihren Diagrammen und Antworten</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>These pairs do not show it: chance may part them</source>
        <translation>Diese Paare zeigen es nicht: Zufall kann sie trennen</translation>
    </message>
    <message>
        <source>You answered: %1</source>
        <translation>Ihre Antwort: %1</translation>
    </message>
    <message>
        <source>The run has no such value yet.</source>
        <translation>Der Lauf hat noch keinen solchen Wert.</translation>
    </message>
    <message>
        <source>Measured: %1.</source>
        <translation>Gemessen: %1.</translation>
    </message>
    <message>
        <source>Choose an answer first.</source>
        <translation>Zuerst eine Antwort wählen.</translation>
    </message>
    <message>
        <source>This run has no answers of both plans: do the steps before.</source>
        <translation>Dieser Lauf hat nicht von beiden Plänen Antworten: zuerst die Schritte davor tun.</translation>
    </message>
    <message>
        <source>✓ Right.</source>
        <translation>✓ Richtig.</translation>
    </message>
    <message>
        <source>✗ Not so.</source>
        <translation>✗ Nicht so.</translation>
    </message>
    <message>
        <source>Hint: %1</source>
        <translation>Hinweis: %1</translation>
    </message>
    <message>
        <source>Save the Handout</source>
        <translation>Das Arbeitsblatt speichern</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>What this step is about. Numbers in it are of the results in this window</source>
        <translation>Worum es in diesem Schritt geht. Zahlen darin stammen aus den Ergebnissen dieses Fensters</translation>
    </message>
    <message>
        <source>The number that you expect as the answer. It is checked against the results</source>
        <translation>Die Zahl, die Sie als Antwort erwarten. Sie wird an den Ergebnissen geprüft</translation>
    </message>
    <message>
        <source>The picture %1 cannot be read.</source>
        <translation>Das Bild %1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>One of the answers to choose from. Then press Check</source>
        <translation>Eine der Antworten, unter denen Sie wählen. Drücken Sie dann auf Prüfen</translation>
    </message>
</context>
<context>
    <name>espalier::MainWindow</name>
    <message>
        <source>Espalier</source>
        <translation>Espalier</translation>
    </message>
    <message>
        <source>Open a Model Folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message numerus="yes">
        <source>%1  ·  %2  ·  %3 parameters, %4 prunable in %n blocks</source>
        <translation>
            <numerusform>%1  ·  %2  ·  %3 Parameter, %4 ausdünnbar in %n Block</numerusform>
            <numerusform>%1  ·  %2  ·  %3 Parameter, %4 ausdünnbar in %n Blöcken</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has no matrices that can be pruned.</source>
        <translation>%1 hat keine Matrizen, die sich ausdünnen lassen.</translation>
    </message>
    <message>
        <source>Export the Pruned Model to a New Folder</source>
        <translation>Das ausgedünnte Modell in einen neuen Ordner exportieren</translation>
    </message>
    <message>
        <source>Packed model folder: smaller, for Espalier (*)</source>
        <translation>Gepackter Modellordner: kleiner, für Espalier (*)</translation>
    </message>
    <message>
        <source>Model folder: for any program (*)</source>
        <translation>Modellordner: für jedes Programm (*)</translation>
    </message>
    <message>
        <source>Folder name:</source>
        <translation>Name des Ordners:</translation>
    </message>
    <message>
        <source>%1-pruned</source>
        <translation>%1-ausgeduennt</translation>
    </message>
    <message>
        <source>About Espalier</source>
        <translation>Über Espalier</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Espalier %1&lt;/h3&gt;&lt;p&gt;Prunes vision-language models to a plan.&lt;/p&gt;&lt;p&gt;The method is ECoFLaP: Yi-Lin Sung, Jaehong Yoon, Mohit Bansal, &lt;i&gt;Efficient Coarse-to-Fine Layer-Wise Pruning for Vision-Language Models&lt;/i&gt;, ICLR 2024.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Espalier %1&lt;/h3&gt;&lt;p&gt;Dünnt Bild-Sprach-Modelle nach einem Plan aus.&lt;/p&gt;&lt;p&gt;Das Verfahren ist ECoFLaP: Yi-Lin Sung, Jaehong Yoon, Mohit Bansal, &lt;i&gt;Efficient Coarse-to-Fine Layer-Wise Pruning for Vision-Language Models&lt;/i&gt;, ICLR 2024.&lt;/p&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 3 oder später.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open Re&amp;cent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Plan</source>
        <translation>&amp;Plan</translation>
    </message>
    <message>
        <source>Kept P&amp;lans</source>
        <translation>Gemerk&amp;te Pläne</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>Auss&amp;ehen</translation>
    </message>
    <message>
        <source>As the &amp;System</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Open a Project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Espalier projects (*.espalier)</source>
        <translation>Espalier-Projekte (*.espalier)</translation>
    </message>
    <message>
        <source>Save the Project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>%1[*] – Espalier</source>
        <translation>%1[*] – Espalier</translation>
    </message>
    <message>
        <source>Work on %1 of %2 was not saved.</source>
        <translation>Die Arbeit an %1 von %2 wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Plan %1</source>
        <translation>Plan %1</translation>
    </message>
    <message>
        <source>Keep This Plan</source>
        <translation>Diesen Plan merken</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Name:</translation>
    </message>
    <message>
        <source>Go Back to It</source>
        <translation>Zu ihm zurückkehren</translation>
    </message>
    <message>
        <source>Plan “%1”</source>
        <translation>Plan „%1“</translation>
    </message>
    <message>
        <source>Forget It</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Export the Masks</source>
        <translation>Die Masken exportieren</translation>
    </message>
    <message>
        <source>Safetensors (*.safetensors)</source>
        <translation>Safetensors (*.safetensors)</translation>
    </message>
    <message>
        <source>Export the Plan</source>
        <translation>Den Plan exportieren</translation>
    </message>
    <message>
        <source>Plans (*.json *.yaml *.yml)</source>
        <translation>Pläne (*.json *.yaml *.yml)</translation>
    </message>
    <message>
        <source>Import a Plan</source>
        <translation>Einen Plan importieren</translation>
    </message>
    <message>
        <source>Write the Report</source>
        <translation>Den Bericht schreiben</translation>
    </message>
    <message>
        <source>Reports (*.html *.pdf)</source>
        <translation>Berichte (*.html *.pdf)</translation>
    </message>
    <message>
        <source>Export the Chart</source>
        <translation>Das Diagramm exportieren</translation>
    </message>
    <message>
        <source>Charts (*.svg *.pdf *.png *.csv)</source>
        <translation>Diagramme (*.svg *.pdf *.png *.csv)</translation>
    </message>
    <message>
        <source>The chart is in %1.</source>
        <translation>Das Diagramm liegt in %1.</translation>
    </message>
    <message>
        <source>Other Charts</source>
        <translation>Andere Dia&amp;gramme</translation>
    </message>
    <message>
        <source>%1 is open in another window; choose another name.</source>
        <translation>%1 ist in einem anderen Fenster offen; wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Export the Recipe</source>
        <translation>Das Rezept exportieren</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>Rezepte (*.json)</translation>
    </message>
    <message>
        <source>%1 is no model folder: there is no config.json in it. Drop the folder that holds the model&apos;s config.json and weights, or a project file; data sets can be dropped once a model is open.</source>
        <translation>%1 ist kein Modellordner: Es ist keine config.json darin. Den Ordner mit der config.json und den Gewichten des Modells oder eine Projektdatei ablegen; Datensätze lassen sich ablegen, sobald ein Modell offen ist.</translation>
    </message>
    <message>
        <source>Esc or %1 ends the presentation.</source>
        <translation>Esc oder %1 beendet die Vorführung.</translation>
    </message>
    <message>
        <source>The plan “%1” is forgotten.</source>
        <translation>Der Plan „%1“ ist vergessen.</translation>
    </message>
    <message>
        <source>Bring It Back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Open a Model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Open the Sample</source>
        <translation>Beispiel öffnen</translation>
    </message>
    <message>
        <source>Close the Window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <source>&amp;Discarded Work</source>
        <translation>&amp;Verworfene Arbeit</translation>
    </message>
    <message>
        <source>Not saved: %1.</source>
        <translation>Nicht gespeichert: %1.</translation>
    </message>
    <message>
        <source>This stops: %1.</source>
        <translation>Das hält an: %1.</translation>
    </message>
    <message numerus="yes">
        <source>What you discard stays in File › Discarded Work for %n days.</source>
        <translation>
            <numerusform>Was Sie verwerfen, bleibt %n Tag unter Datei › Verworfene Arbeit.</numerusform>
            <numerusform>Was Sie verwerfen, bleibt %n Tage unter Datei › Verworfene Arbeit.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop what is running?</source>
        <translation>Anhalten, was läuft?</translation>
    </message>
    <message>
        <source>Save the work on %1?</source>
        <translation>Die Arbeit an %1 speichern?</translation>
    </message>
    <message>
        <source>Stop and Go On</source>
        <translation>Anhalten und weiter</translation>
    </message>
    <message numerus="yes">
        <source>%n measured points of the sweep</source>
        <translation>
            <numerusform>%n gemessener Punkt der Messreihe</numerusform>
            <numerusform>%n gemessene Punkte der Messreihe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the answers of %n kept plans</source>
        <translation>
            <numerusform>die Antworten von %n gemerkten Plan</numerusform>
            <numerusform>die Antworten von %n gemerkten Plänen</numerusform>
        </translation>
    </message>
    <message>
        <source>Other Test Pairs</source>
        <translation>Andere Testpaare</translation>
    </message>
    <message numerus="yes">
        <source>%n further copies of unsaved work are offered after it.</source>
        <translation>
            <numerusform>%n weitere Kopie nicht gespeicherter Arbeit wird danach angeboten.</numerusform>
            <numerusform>%n weitere Kopien nicht gespeicherter Arbeit werden danach angeboten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore Unsaved Work</source>
        <translation>Ungesicherte Arbeit wiederherstellen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>The search lowered the loss of the held-out calibration pairs, but the loss of the test pairs rose from %1 to %2. Undo takes the search back.</source>
        <translation>Die Suche hat den Verlust auf zurückgelegten Kalibrierpaaren gesenkt, doch der Verlust auf den Testpaaren stieg von %1 auf %2. Rückgängig nimmt die Suche zurück.</translation>
    </message>
    <message>
        <source>Another Prompt Form</source>
        <translation>Andere Frageform</translation>
    </message>
    <message>
        <source>%1: %2 of %3 weights, largest %4 (%5)</source>
        <translation>%1: %2 von %3 Gewichten, größtes %4 (%5)</translation>
    </message>
    <message>
        <source>Export the Pruned Model</source>
        <translation>Das ausgedünnte Modell exportieren</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tensors hold weights that their number format cannot hold.</source>
        <translation>
            <numerusform>%Ln Tensor enthält Gewichte, die sein Zahlenformat nicht fasst.</numerusform>
            <numerusform>%Ln Tensoren enthalten Gewichte, die ihr Zahlenformat nicht fasst.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 weights are beyond its range. Nothing is written yet. Clamp writes the largest number of the format in their place.</source>
        <translation>%1 Gewichte liegen außerhalb seines Bereichs. Noch ist nichts geschrieben. Begrenzen schreibt an ihrer Stelle die größte Zahl des Formats.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Clamp and Export</source>
        <translation>Begrenzen und exportieren</translation>
    </message>
    <message>
        <source>Do Not Export</source>
        <translation>Nicht exportieren</translation>
    </message>
    <message>
        <source>Other Calibration Pairs</source>
        <translation>Andere Kalibrierpaare</translation>
    </message>
    <message numerus="yes">
        <source>%n measured sensitivities</source>
        <translation>
            <numerusform>%n gemessene Empfindlichkeit</numerusform>
            <numerusform>%n gemessene Empfindlichkeiten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the scores by %n methods</source>
        <translation>
            <numerusform>die Bewertungen nach %n Verfahren</numerusform>
            <numerusform>die Bewertungen nach %n Verfahren</numerusform>
        </translation>
    </message>
    <message>
        <source>Save what was measured so far?</source>
        <translation>Das bisher Gemessene sichern?</translation>
    </message>
    <message>
        <source>A project keeps what was measured with its own data and prompt form. After this change it loses %1. Undo brings them back while this window is open.</source>
        <translation>Ein Projekt behält, was mit seinen eigenen Daten und seiner Frageform gemessen wurde. Nach dieser Änderung verliert es %1. Rückgängig bringt sie zurück, solange dieses Fenster offen ist.</translation>
    </message>
    <message>
        <source>The recovery is done, but the plan is another by now.</source>
        <translation>Die Wiederherstellung ist fertig, aber der Plan ist inzwischen ein anderer.</translation>
    </message>
    <message>
        <source>Go Back to Its Plan</source>
        <translation>Zu ihrem Plan zurückkehren</translation>
    </message>
    <message>
        <source>Late recovery</source>
        <translation>Späte Wiederherstellung</translation>
    </message>
    <message>
        <source>Write the Interactive Report</source>
        <translation>Den interaktiven Bericht schreiben</translation>
    </message>
    <message>
        <source>Pages (*.html)</source>
        <translation>Seiten (*.html)</translation>
    </message>
    <message>
        <source>&amp;Lessons</source>
        <translation>&amp;Lektionen</translation>
    </message>
    <message>
        <source>&amp;Open a Lesson…</source>
        <translation>Lektion ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a Lesson</source>
        <translation>Lektion öffnen</translation>
    </message>
    <message>
        <source>Lessons (*.lesson)</source>
        <translation>Lektionen (*.lesson)</translation>
    </message>
    <message>
        <source>Lesson: %1</source>
        <translation>Lektion: %1</translation>
    </message>
    <message>
        <source>%1: %2 (%3)</source>
        <translation>%1: %2 (%3)</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>auf %1</translation>
    </message>
    <message>
        <source>%1 lies on this machine, but the engine runs on another one (%2). Choose what lies there in the File menu.</source>
        <translation>%1 liegt auf diesem Rechner, gerechnet wird aber auf einem anderen (%2). Wählen Sie im Menü „Datei“, was dort liegt.</translation>
    </message>
    <message>
        <source>%1 What you see stays, and Reconnect goes on with it.</source>
        <translation>%1 Was Sie sehen, bleibt; „Neu verbinden“ macht damit weiter.</translation>
    </message>
    <message>
        <source>Reconnect</source>
        <translation>Neu verbinden</translation>
    </message>
    <message>
        <source>Reconnecting</source>
        <translation>Verbindung wird wiederhergestellt</translation>
    </message>
    <message>
        <source>Not available while the engine runs elsewhere (%1): open the model on that machine for it.</source>
        <translation>Nicht verfügbar, solange anderswo gerechnet wird (%1): Öffnen Sie das Modell dafür auf jenem Rechner.</translation>
    </message>
    <message>
        <source>&amp;Write a Lesson…</source>
        <translation>Eine Lektion &amp;schreiben …</translation>
    </message>
</context>
<context>
    <name>espalier::ManualWindow</name>
    <message>
        <source>Manual</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>Search this page</source>
        <translation>Diese Seite durchsuchen</translation>
    </message>
    <message>
        <source>Return goes to the next place, Shift+Return to the one before</source>
        <translation>Eingabe geht zur nächsten Stelle, Umschalt+Eingabe zur vorigen</translation>
    </message>
    <message>
        <source>Headings</source>
        <translation>Überschriften</translation>
    </message>
    <message>
        <source>The headings of this page; choose one to go there</source>
        <translation>Die Überschriften dieser Seite; wählen Sie eine, um hinzugehen</translation>
    </message>
    <message>
        <source>Page of the manual</source>
        <translation>Seite des Handbuchs</translation>
    </message>
    <message>
        <source>The manual; Alt+Left goes back to the page before</source>
        <translation>Das Handbuch (auf Englisch); Alt+Links geht zur Seite davor</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>The page before (Alt+Left)</source>
        <translation>Die Seite davor (Alt+Links)</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>The first page</source>
        <translation>Die erste Seite</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n Stelle</numerusform>
            <numerusform>%n Stellen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::MatrixErrorChart</name>
    <message>
        <source>Error of the matrix&apos;s output</source>
        <translation>Fehler der Ausgabe der Matrix</translation>
    </message>
    <message>
        <source>How much of what the matrix puts out is lost at each sparsity, by how its weights are chosen and what becomes of those that stay. The slider says where the numbers beside it are read.</source>
        <translation>Wie viel von dem, was die Matrix ausgibt, bei jeder Ausdünnung verloren geht, je nachdem, wie ihre Gewichte gewählt werden und was aus denen wird, die bleiben. Der Regler sagt, wo die Zahlen daneben abgelesen werden.</translation>
    </message>
    <message>
        <source>Best possible</source>
        <translation>Bestmöglich</translation>
    </message>
    <message>
        <source>Best, values kept</source>
        <translation>Bestes, Werte behalten</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>Ausdünnung, %</translation>
    </message>
    <message>
        <source>Lost of the output, %</source>
        <translation>Verlust der Ausgabe, %</translation>
    </message>
    <message>
        <source>At %1: %2</source>
        <translation>Bei %1: %2</translation>
    </message>
</context>
<context>
    <name>espalier::MatrixErrorsPanel</name>
    <message>
        <source>This matrix</source>
        <translation>Diese Matrix</translation>
    </message>
    <message>
        <source>Example whose best is known</source>
        <translation>Beispiel, dessen Bestes bekannt ist</translation>
    </message>
    <message>
        <source>Which matrix is pruned</source>
        <translation>Welche Matrix ausgedünnt wird</translation>
    </message>
    <message>
        <source>The matrix chosen above, or a made-up one of ten inputs for which all ways to choose are tried</source>
        <translation>Die oben gewählte Matrix, oder eine erdachte mit zehn Eingaben, für die alle Arten der Wahl probiert werden</translation>
    </message>
    <message>
        <source>Measure the errors of this matrix</source>
        <translation>Die Fehler dieser Matrix messen</translation>
    </message>
    <message>
        <source>Run the calibration pairs to this matrix and prune it in each way</source>
        <translation>Die Kalibrierpaare bis zu dieser Matrix laufen lassen und sie auf jede Art ausdünnen</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
    <message>
        <source>The sparsity at which the errors in the legend are read</source>
        <translation>Die Ausdünnung, bei der die Fehler in der Legende abgelesen werden</translation>
    </message>
    <message>
        <source>Errors of a matrix</source>
        <translation>Fehler einer Matrix</translation>
    </message>
    <message>
        <source>The error of a matrix is that for its inputs: choose a folder of calibration pairs with File › Calibration Pairs.</source>
        <translation>Der Fehler einer Matrix ist der für ihre Eingaben: Wählen Sie einen Ordner mit Kalibrierpaaren unter Datei › Kalibrierpaare.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Measuring: %1</source>
        <translation>Messung: %1</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>Messung …</translation>
    </message>
    <message>
        <source>Measure shows what each way to prune this matrix loses of its output.</source>
        <translation>Messen zeigt, was jede Art, diese Matrix auszudünnen, von ihrer Ausgabe verliert.</translation>
    </message>
</context>
<context>
    <name>espalier::MatrixPanel</name>
    <message>
        <source>Size of the weights</source>
        <translation>Größe der Gewichte</translation>
    </message>
    <message>
        <source>Absolute values of the weights: grey in the dense model, blue those that pruning keeps</source>
        <translation>Beträge der Gewichte: grau im dichten Modell, blau die behaltenen</translation>
    </message>
    <message>
        <source>Scores that the criterion gives the weights. Pruning removes those to the left of the line, which moves with the plan.</source>
        <translation>Bewertungen der Gewichte durch das Kriterium. Das Ausdünnen entfernt die links der Linie, die dem Plan folgt.</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>Which matrix of the current block</source>
        <translation>Welche Matrix des aktuellen Blocks</translation>
    </message>
    <message>
        <source>No block chosen</source>
        <translation>Kein Block gewählt</translation>
    </message>
    <message>
        <source>Click a block in the chart to look inside its matrices.</source>
        <translation>Klicken Sie im Diagramm auf einen Block, um in seine Matrizen zu sehen.</translation>
    </message>
    <message>
        <source>Looking inside</source>
        <translation>Hineinsehen</translation>
    </message>
    <message>
        <source>%1 × %2, %3 kept</source>
        <translation>%1 × %2, %3 bleiben</translation>
    </message>
    <message numerus="yes">
        <source>%n heads</source>
        <translation>
            <numerusform>%n Kopf</numerusform>
            <numerusform>%n Köpfe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>q, k, v of %n heads</source>
        <translation>
            <numerusform>q, k, v von %n Kopf</numerusform>
            <numerusform>q, k, v von %n Köpfen</numerusform>
        </translation>
    </message>
    <message>
        <source>Criterion, log₁₀</source>
        <translation>Kriterium, log₁₀</translation>
    </message>
    <message>
        <source>Error of the output</source>
        <translation>Fehler der Ausgabe</translation>
    </message>
    <message>
        <source>What kept, swapped, refitted and best possible weights lose of the matrix&apos;s output, against sparsity</source>
        <translation>Was behaltene, getauschte, neu angepasste und bestmögliche Gewichte von der Ausgabe der Matrix verlieren, gegen die Ausdünnung</translation>
    </message>
    <message>
        <source>Not available</source>
        <translation>Nicht verfügbar</translation>
    </message>
    <message>
        <source>The weights are where the engine runs (%1); open the model on that machine to look inside its matrices.</source>
        <translation>Die Gewichte liegen dort, wo gerechnet wird (%1); öffnen Sie das Modell auf jenem Rechner, um in seine Matrizen zu sehen.</translation>
    </message>
</context>
<context>
    <name>espalier::MessageBar</name>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Show Folder</source>
        <translation>Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>espalier::MethodOrder</name>
    <message>
        <source>Tick one or several. They run from top to bottom</source>
        <translation>Eines oder mehrere anhaken. Sie laufen von oben nach unten</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Run the current method earlier (Alt+Up)</source>
        <translation>Das aktuelle Verfahren früher ausführen (Alt+Aufwärts)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Run the current method later (Alt+Down)</source>
        <translation>Das aktuelle Verfahren später ausführen (Alt+Abwärts)</translation>
    </message>
</context>
<context>
    <name>espalier::ModelController</name>
    <message>
        <source>Opening %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Drawing the emoji</source>
        <translation>Emoji zeichnen</translation>
    </message>
    <message numerus="yes">
        <source>%n entries of %1 could not be used and were left out. The first: %2: %3</source>
        <translation>
            <numerusform>Ein Eintrag von %1 war nicht zu gebrauchen und wurde ausgelassen: %2: %3</numerusform>
            <numerusform>%n Einträge von %1 waren nicht zu gebrauchen und wurden ausgelassen. Der erste: %2: %3</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing the prompts</source>
        <translation>Fragen vorbereiten</translation>
    </message>
    <message>
        <source>Drawing the scenes</source>
        <translation>Szenen zeichnen</translation>
    </message>
    <message>
        <source>Opening the sample</source>
        <translation>Beispiel wird geöffnet</translation>
    </message>
    <message>
        <source>The bundled sample is not installed where the engine runs (%1).</source>
        <translation>Das mitgelieferte Beispiel ist dort, wo gerechnet wird (%1), nicht installiert.</translation>
    </message>
</context>
<context>
    <name>espalier::PairDetail</name>
    <message>
        <source>&amp;Numbers</source>
        <translation>&amp;Zahlen</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Write each token&apos;s loss behind it</source>
        <translation>Hinter jedes Token seinen Verlust schreiben</translation>
    </message>
    <message>
        <source>Answers in full</source>
        <translation>Antworten im Ganzen</translation>
    </message>
    <message>
        <source>Both answers in full, words that differ underlined; of a language model the text with each token shaded by its loss, before and after pruning.</source>
        <translation>Beide Antworten im Ganzen, abweichende Wörter unterstrichen; bei einem Sprachmodell der Text, jedes Token nach seinem Verlust getönt, vor und nach dem Ausdünnen.</translation>
    </message>
    <message>
        <source>Close the pair</source>
        <translation>Paar schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Loss of each token of the text</source>
        <translation>Verlust jedes Tokens des Texts</translation>
    </message>
    <message>
        <source>(no question)</source>
        <translation>(keine Frage)</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Erwartet</translation>
    </message>
    <message>
        <source>(nothing)</source>
        <translation>(nichts)</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>Verlust %1</translation>
    </message>
    <message>
        <source>%1 · loss %2 a token</source>
        <translation>%1 · Verlust %2 je Token</translation>
    </message>
    <message>
        <source>%1 · its picture in place %2, the picture&apos;s text in place %3</source>
        <translation>%1 · sein Bild an Stelle %2, der Text des Bildes an Stelle %3</translation>
    </message>
    <message>
        <source>The prompt, as the chat template writes it</source>
        <translation>Die Frage, wie die Chat-Vorlage sie schreibt</translation>
    </message>
</context>
<context>
    <name>espalier::PairModel</name>
    <message>
        <source>right → wrong</source>
        <translation>richtig → falsch</translation>
    </message>
    <message>
        <source>wrong → right</source>
        <translation>falsch → richtig</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Erwartet</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>Voll</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Dünn</translation>
    </message>
    <message>
        <source>(nothing)</source>
        <translation>(nichts)</translation>
    </message>
    <message>
        <source>no answer yet</source>
        <translation>noch keine Antwort</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>%1
Expected: %2
Dense: %3
Pruned: %4</source>
        <translation>%1
Erwartet: %2
Voll: %3
Dünn: %4</translation>
    </message>
    <message>
        <source>place %1 → %2</source>
        <translation>Platz %1 → %2</translation>
    </message>
    <message>
        <source>loss %1 a token</source>
        <translation>Verlust %1 je Token</translation>
    </message>
    <message>
        <source>, its picture in place %1</source>
        <translation>, sein Bild an Stelle %1</translation>
    </message>
    <message>
        <source>place %1</source>
        <translation>Platz %1</translation>
    </message>
</context>
<context>
    <name>espalier::PictureCache</name>
    <message>
        <source>Loading pictures</source>
        <translation>Bilder laden</translation>
    </message>
</context>
<context>
    <name>espalier::PlanChart</name>
    <message>
        <source>Plan chart</source>
        <translation>Diagramm des Plans</translation>
    </message>
    <message>
        <source>Every block of the model in order. Above, how much the model&apos;s loss depends on it; the thin lines are the standard error. Below, the part of its weights that will be removed. Drag the top of a bar to decide for yourself: the block is pinned there and the others give way, so that the target holds. Several blocks can be selected and moved together; the wheel zooms; a double click shows a block&apos;s matrices.</source>
        <translation>Jeder Block des Modells der Reihe nach. Oben, wie stark der Verlust des Modells von ihm abhängt; die dünnen Linien sind der Standardfehler. Unten der Teil seiner Gewichte, der entfernt wird. Ziehen Sie am oberen Ende eines Balkens, um selbst zu entscheiden: Der Block wird dort festgehalten und die anderen geben nach, sodass das Ziel stimmt. Mehrere Blöcke lassen sich auswählen und zusammen bewegen; das Rad vergrößert; ein Doppelklick zeigt die Matrizen eines Blocks.</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>Wichtigkeit</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <translation>%1, festgehalten</translation>
    </message>
</context>
<context>
    <name>espalier::PlanDocument</name>
    <message>
        <source>Score (%1)</source>
        <translation>Bewerten (%1)</translation>
    </message>
    <message>
        <source>Target %1</source>
        <translation>Ziel %1</translation>
    </message>
    <message>
        <source>The target of %1 needs a higher cap.</source>
        <translation>Das Ziel von %1 braucht eine höhere Grenze.</translation>
    </message>
    <message>
        <source>Cap %1</source>
        <translation>Grenze %1</translation>
    </message>
    <message>
        <source>Cap follows target</source>
        <translation>Grenze folgt Ziel</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>Körnung</translation>
    </message>
    <message>
        <source>Aggregate</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>Allocation %1</source>
        <translation>Zuteilung %1</translation>
    </message>
    <message>
        <source>Set %1</source>
        <translation>%1 setzen</translation>
    </message>
    <message>
        <source>Nudge %1</source>
        <translation>%1 rücken</translation>
    </message>
    <message>
        <source>Pin %1</source>
        <translation>%1 festhalten</translation>
    </message>
    <message>
        <source>Unpin %1</source>
        <translation>%1 lösen</translation>
    </message>
    <message>
        <source>Reset %1</source>
        <translation>%1 zurücksetzen</translation>
    </message>
    <message>
        <source>Reset plan</source>
        <translation>Plan zurücksetzen</translation>
    </message>
    <message numerus="yes">
        <source>Nudge %n groups</source>
        <translation>
            <numerusform>%n Gruppe rücken</numerusform>
            <numerusform>%n Gruppen rücken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pin %n groups</source>
        <translation>
            <numerusform>%n Gruppe festhalten</numerusform>
            <numerusform>%n Gruppen festhalten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Unpin %n groups</source>
        <translation>
            <numerusform>%n Gruppe lösen</numerusform>
            <numerusform>%n Gruppen lösen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reset %n groups</source>
        <translation>
            <numerusform>%n Gruppe zurücksetzen</numerusform>
            <numerusform>%n Gruppen zurücksetzen</numerusform>
        </translation>
    </message>
    <message>
        <source>Sharpen plan</source>
        <translation>Plan schärfer machen</translation>
    </message>
    <message>
        <source>Flatten plan</source>
        <translation>Plan flacher machen</translation>
    </message>
    <message>
        <source>Drag %1</source>
        <translation>%1 ziehen</translation>
    </message>
    <message numerus="yes">
        <source>Drag %n groups</source>
        <translation>
            <numerusform>%n Gruppe ziehen</numerusform>
            <numerusform>%n Gruppen ziehen</numerusform>
        </translation>
    </message>
    <message>
        <source>The pins leave no room to move</source>
        <translation>Was festgehalten ist, lässt keinen Spielraum</translation>
    </message>
    <message>
        <source>%1 at most: the others keep all they have</source>
        <translation>höchstens %1: die anderen behalten schon alles</translation>
    </message>
    <message>
        <source>%1 at least: the others are at the cap</source>
        <translation>mindestens %1: die anderen sind an der Grenze</translation>
    </message>
    <message>
        <source>The other groups can give no more</source>
        <translation>Die anderen Gruppen können nicht mehr geben</translation>
    </message>
    <message>
        <source>Without this pin the target cannot be met</source>
        <translation>Ohne diesen festen Block ist das Ziel nicht zu erreichen</translation>
    </message>
    <message>
        <source>Cap and pins allow %1 at most.</source>
        <translation>Grenze und Festgehaltenes erlauben höchstens %1.</translation>
    </message>
    <message>
        <source>The pins allow no less than %1.</source>
        <translation>Das Festgehaltene erlaubt nicht weniger als %1.</translation>
    </message>
    <message>
        <source>With the cap 10 points above it, the pins allow %1 at most.</source>
        <translation>Mit der Grenze 10 Punkte darüber erlaubt das Festgehaltene höchstens %1.</translation>
    </message>
    <message>
        <source>The target of %1 needs a higher cap of %2.</source>
        <translation>Das Ziel von %1 braucht eine höhere Grenze für %2.</translation>
    </message>
    <message>
        <source>Cap of %1 %2</source>
        <translation>Grenze für %1 %2</translation>
    </message>
    <message>
        <source>Cap of %1 as the others</source>
        <translation>Grenze für %1 wie die anderen</translation>
    </message>
</context>
<context>
    <name>espalier::PlanPanel</name>
    <message>
        <source>Not scored yet</source>
        <translation>Noch nicht bewertet</translation>
    </message>
    <message>
        <source>Scoring measures how much the loss depends on each block. The budget follows the scores.</source>
        <translation>Das Bewerten misst, wie stark der Verlust von jedem Block abhängt. Das Budget folgt den Bewertungen.</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Sparsity of the current block</source>
        <translation>Ausdünnung des aktuellen Blocks</translation>
    </message>
    <message>
        <source>The sparsity of this block. Setting it pins the block, and the others adjust.</source>
        <translation>Die Ausdünnung dieses Blocks. Wer sie einstellt, hält den Block fest; die anderen passen sich an.</translation>
    </message>
    <message>
        <source>Pin the current block</source>
        <translation>Den aktuellen Block festhalten</translation>
    </message>
    <message>
        <source>Pin: fix the sparsity of this block (P)</source>
        <translation>Festhalten: die Ausdünnung dieses Blocks bleibt (P)</translation>
    </message>
    <message>
        <source>Reset the current block</source>
        <translation>Den aktuellen Block zurücksetzen</translation>
    </message>
    <message>
        <source>Back to the sparsity of the allocation (Home)</source>
        <translation>Zurück zu dem, was die Zuteilung diesem Block gibt (Pos1)</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare with other plans</source>
        <translation>Mit anderen Plänen vergleichen</translation>
    </message>
    <message>
        <source>Show the sparsities of other allocators and of plans you kept</source>
        <translation>Die Ausdünnungen anderer Verteilungen und behaltener Pläne zeigen</translation>
    </message>
    <message>
        <source>Other ways of sharing</source>
        <translation>Andere Verteilungen</translation>
    </message>
    <message>
        <source>Kept plans</source>
        <translation>Gemerkte Pläne</translation>
    </message>
    <message>
        <source>Scoring…</source>
        <translation>Bewerten …</translation>
    </message>
    <message>
        <source>A bar appears here as soon as its block is done.</source>
        <translation>Ein Balken erscheint hier, sobald sein Block fertig ist.</translation>
    </message>
    <message>
        <source>Drag the top of a sparsity bar, or choose one and use the arrow keys</source>
        <translation>Am oberen Ende eines Balkens ziehen, oder einen wählen und die Pfeiltasten nehmen</translation>
    </message>
    <message>
        <source>%1  ·  %2 weights</source>
        <translation>%1  ·  %2 Gewichte</translation>
    </message>
    <message>
        <source>  ·  importance %1</source>
        <translation>  ·  Wichtigkeit %1</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n ausgewählt</numerusform>
            <numerusform>%n ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>Other ways of scoring</source>
        <translation>Andere Bewertungen</translation>
    </message>
    <message>
        <source>Target sparsity</source>
        <translation>Ziel-Ausdünnung</translation>
    </message>
    <message>
        <source>How much of the prunable weights goes in all</source>
        <translation>Wie viel von den ausdünnbaren Gewichten insgesamt geht</translation>
    </message>
</context>
<context>
    <name>espalier::PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>100 % is the size that the system uses</source>
        <translation>100 % ist die Größe, die das System verwendet</translation>
    </message>
    <message>
        <source>One for each core</source>
        <translation>Einer je Kern</translation>
    </message>
    <message>
        <source>How many cores the program computes on. Results do not depend on it</source>
        <translation>Auf wie vielen Kernen das Programm rechnet. Die Ergebnisse hängen nicht davon ab</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>The memory that the program may use. Automatic sets a limit only for models that need one</source>
        <translation>Der Speicher, den das Programm verwenden darf. Automatisch setzt eine Grenze nur für Modelle, die eine brauchen</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Where models compute</source>
        <translation>Wo Modelle rechnen</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Font size</source>
        <translation>Sch&amp;riftgröße</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Threads</translation>
    </message>
    <message>
        <source>&amp;Memory limit</source>
        <translation>Speicher&amp;grenze</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>G&amp;erät</translation>
    </message>
    <message>
        <source>Language, threads, memory limit and device change at the next start.</source>
        <translation>Sprache, Threads, Speichergrenze und Gerät ändern sich beim nächsten Start.</translation>
    </message>
</context>
<context>
    <name>espalier::ProbeController</name>
    <message>
        <source>Measuring sensitivity needs calibration data. Choose it with File › Calibration Pairs.</source>
        <translation>Die Messung der Empfindlichkeit braucht Kalibrierdaten. Wählen Sie sie mit Datei › Kalibrierpaare.</translation>
    </message>
    <message>
        <source>Learning to predict</source>
        <translation>Vorhersagen lernen</translation>
    </message>
    <message>
        <source>Measuring sensitivity</source>
        <translation>Empfindlichkeit messen</translation>
    </message>
    <message>
        <source>Improving the plan</source>
        <translation>Den Plan verbessern</translation>
    </message>
    <message>
        <source>Improve plan</source>
        <translation>Plan verbessern</translation>
    </message>
</context>
<context>
    <name>espalier::ProjectController</name>
    <message>
        <source>Opening %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Keeping a copy</source>
        <translation>Kopie beiseitelegen</translation>
    </message>
    <message>
        <source>The program cannot keep a copy of unsaved changes, so save the project. %1</source>
        <translation>Das Programm kann keine Kopie der ungesicherten Änderungen anlegen; sichern Sie das Projekt. %1</translation>
    </message>
    <message>
        <source>the changes since %1 was last saved</source>
        <translation>die Änderungen, seit %1 zuletzt gespeichert wurde</translation>
    </message>
    <message>
        <source>the scores</source>
        <translation>die Bewertung</translation>
    </message>
    <message numerus="yes">
        <source>%n changes of the plan and its choices</source>
        <translation>
            <numerusform>%n Änderung am Plan und an seinen Optionen</numerusform>
            <numerusform>%n Änderungen am Plan und an seinen Optionen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n plans that were kept under a name</source>
        <translation>
            <numerusform>%n unter einem Namen gemerkter Plan</numerusform>
            <numerusform>%n unter einem Namen gemerkte Pläne</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured points of the sweep</source>
        <translation>
            <numerusform>%n gemessener Punkt der Messreihe</numerusform>
            <numerusform>%n gemessene Punkte der Messreihe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured sensitivities</source>
        <translation>
            <numerusform>%n gemessene Empfindlichkeit</numerusform>
            <numerusform>%n gemessene Empfindlichkeiten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs</source>
        <translation>
            <numerusform>%n Lauf</numerusform>
            <numerusform>%n Läufe</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::PromptField</name>
    <message>
        <source>Prompt form</source>
        <translation>Frageform</translation>
    </message>
    <message>
        <source>How the model is asked. Its chat template writes each question as a conversation; plain asks in the few words of the model&apos;s family. Scores, pruning and answers all use this form.</source>
        <translation>Wie das Modell gefragt wird. Seine Chat-Vorlage schreibt jede Frage als Gespräch; die schlichte Frage nimmt die wenigen Worte der Modellfamilie. Bewertungen, Ausdünnen und Antworten verwenden alle diese Form.</translation>
    </message>
    <message>
        <source>As&amp;k by</source>
        <translation>&amp;Fragen mit</translation>
    </message>
</context>
<context>
    <name>espalier::RecoverController</name>
    <message>
        <source>No way to recover is chosen: tick one or several in the Recovery pane.</source>
        <translation>Kein Weg zur Wiederherstellung ist gewählt: im Bereich Wiederherstellung einen oder mehrere anhaken.</translation>
    </message>
    <message>
        <source>The plan takes no weight away, so there is nothing to recover.</source>
        <translation>Der Plan nimmt kein Gewicht weg, also gibt es nichts wiederherzustellen.</translation>
    </message>
    <message>
        <source>Recovery trains on calibration pairs: choose a folder of them with File › Calibration Pairs.</source>
        <translation>Die Wiederherstellung trainiert an Kalibrierpaaren: einen Ordner davon unter Datei › Kalibrierpaare wählen.</translation>
    </message>
    <message>
        <source>Recovery needs at least 2 calibration pairs, one to train on and one to judge by; there is %1.</source>
        <translation>Die Wiederherstellung braucht mindestens 2 Kalibrierpaare, eines zum Trainieren und eines zum Beurteilen; vorhanden: %1.</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Recover (%1, stopped)</source>
        <translation>Wiederherstellen (%1, angehalten)</translation>
    </message>
    <message>
        <source>Recover (%1)</source>
        <translation>Wiederherstellen (%1)</translation>
    </message>
</context>
<context>
    <name>espalier::RecoveryChart</name>
    <message>
        <source>Losses of the recovery</source>
        <translation>Verluste der Wiederherstellung</translation>
    </message>
    <message>
        <source>How far the recovered block or model still is from the dense one, step by step: the thin line is what is trained on, the marks are the samples held out. The weights with the lowest mark are kept.</source>
        <translation>Wie weit der wiederhergestellte Block oder das Modell noch vom dichten entfernt ist, Schritt für Schritt: Die dünne Linie ist, woran trainiert wird, die Marken sind die zurückgehaltenen Beispiele. Die Gewichte mit der niedrigsten Marke werden behalten.</translation>
    </message>
    <message>
        <source>trained on</source>
        <translation>trainiert</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Held out: %1 at first, %2 now</source>
        <translation>Zurückgehalten: anfangs %1, jetzt %2</translation>
    </message>
</context>
<context>
    <name>espalier::RecoveryPanel</name>
    <message>
        <source>Stop and Keep</source>
        <translation>Anhalten, behalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>By itself when the plan rests</source>
        <translation>Von selbst, wenn der Plan ruht</translation>
    </message>
    <message>
        <source>End here with the best weights so far. They become the plan&apos;s model</source>
        <translation>Hier mit den bisher besten Gewichten enden. Sie werden das Modell des Plans</translation>
    </message>
    <message>
        <source>End here and leave the model as it was</source>
        <translation>Hier enden und das Modell lassen, wie es war</translation>
    </message>
    <message>
        <source>Of small models: recover each new plan as soon as it has its answers and nothing moves. The recovered answers replace the first ones; undo brings these back.</source>
        <translation>Bei kleinen Modellen: jeden neuen Plan wiederherstellen, sobald er seine Antworten hat und sich nichts bewegt. Die wiederhergestellten Antworten ersetzen die ersten; Rückgängig bringt diese zurück.</translation>
    </message>
    <message>
        <source>Progress of the recovery</source>
        <translation>Fortschritt der Wiederherstellung</translation>
    </message>
    <message>
        <source>Ways to recover</source>
        <translation>Wege zur Wiederherstellung</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose the data to recover with</source>
        <translation>Die Daten zum Wiederherstellen wählen</translation>
    </message>
    <message>
        <source>Which losses the chart shows</source>
        <translation>Welche Verluste das Diagramm zeigt</translation>
    </message>
    <message>
        <source>The method and the block. What runs is followed until you choose one</source>
        <translation>Das Verfahren und der Block. Bis Sie eines wählen, folgt die Anzeige dem, was läuft</translation>
    </message>
    <message>
        <source>Data: none chosen</source>
        <translation>Daten: keine gewählt</translation>
    </message>
    <message numerus="yes">
        <source>Data: %1, %n calibration pairs</source>
        <translation>
            <numerusform>Daten: %1, %n Kalibrierpaar</numerusform>
            <numerusform>Daten: %1, %n Kalibrierpaare</numerusform>
        </translation>
    </message>
    <message>
        <source>Ending with the best so far…</source>
        <translation>Mit dem bisher Besten enden …</translation>
    </message>
    <message>
        <source>The answers are of the model as it was pruned</source>
        <translation>Die Antworten sind die des Modells, wie es ausgedünnt wurde</translation>
    </message>
    <message>
        <source>%1: %2 %3 → %4</source>
        <comment>a recovery method and its error before and after</comment>
        <translation>%1: %2 %3 → %4</translation>
    </message>
    <message>
        <source>Recovered and stopped on the way</source>
        <translation>Wiederhergestellt und unterwegs angehalten</translation>
    </message>
    <message>
        <source>Recovered</source>
        <translation>Wiederhergestellt</translation>
    </message>
    <message>
        <source>Its weights are not in the project: recover again to export them. </source>
        <translation>Die Gewichte sind nicht im Projekt: zum Exportieren erneut wiederherstellen. </translation>
    </message>
    <message>
        <source>No losses yet</source>
        <translation>Noch keine Verluste</translation>
    </message>
    <message>
        <source>Recover, and the loss of each step stands here as it comes.</source>
        <translation>Nach dem Start der Wiederherstellung steht hier der Verlust jedes Schritts, sobald er da ist.</translation>
    </message>
</context>
<context>
    <name>espalier::RemoteFolderDialog</name>
    <message>
        <source>&amp;Up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>A path on the machine of the engine; Return lists it</source>
        <translation>Ein Pfad auf dem Rechner, der rechnet; die Eingabetaste zeigt den Inhalt</translation>
    </message>
    <message>
        <source>The folder around this one</source>
        <translation>Der übergeordnete Ordner</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>What is in the folder</source>
        <translation>Was im Ordner liegt</translation>
    </message>
    <message>
        <source>Folder &amp;name:</source>
        <translation>Ordner&amp;name:</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Listing a folder</source>
        <translation>Ordner wird gelesen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Only the first %1 entries are shown; type a path for others.</source>
        <translation>Nur die ersten %1 Einträge werden gezeigt; geben Sie für andere einen Pfad ein.</translation>
    </message>
</context>
<context>
    <name>espalier::ResultController</name>
    <message>
        <source>Pruning</source>
        <translation>Ausdünnen</translation>
    </message>
    <message>
        <source>Asking the dense model</source>
        <translation>Das volle Modell fragen</translation>
    </message>
    <message>
        <source>Global magnitude plan</source>
        <translation>Plan nach globalem Betrag</translation>
    </message>
    <message>
        <source>Global magnitude</source>
        <translation>Globaler Betrag</translation>
    </message>
    <message>
        <source>Pruning by &quot;%1&quot; needs calibration pairs: choose a folder of them with File › Calibration Pairs, or prune by magnitude.</source>
        <translation>Ausdünnen nach „%1“ braucht Kalibrierpaare: Wählen Sie einen Ordner davon unter Datei › Kalibrierpaare, oder dünnen Sie nach Betrag aus.</translation>
    </message>
    <message>
        <source>The weights of this recovery are not in the project: recover again in the Recovery pane, or take the step back to prune alone.</source>
        <translation>Die Gewichte dieser Wiederherstellung sind nicht im Projekt: im Bereich Wiederherstellung erneut wiederherstellen, oder den Schritt zurücknehmen, um nur auszudünnen.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; goes by gradients of the loss on calibration pairs: choose a folder of them with File › Calibration Pairs.</source>
        <translation>„%1“ geht nach Gradienten des Verlusts auf Kalibrierpaaren: Wählen Sie einen Ordner damit unter Datei › Kalibrierpaare.</translation>
    </message>
</context>
<context>
    <name>espalier::ResultModel</name>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>(no kind)</source>
        <translation>(ohne Art)</translation>
    </message>
    <message>
        <source>%1–%2 %</source>
        <comment>interval</comment>
        <translation>%1–%2 %</translation>
    </message>
    <message>
        <source>%1 of %2 right; 95 % interval %3 to %4</source>
        <translation>%1 von %2 richtig; 95-%-Intervall %3 bis %4</translation>
    </message>
    <message>
        <source>%1 right before, %2 after, of %3</source>
        <translation>%1 vorher richtig, %2 nachher, von %3</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>Paare</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>Voll</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Dünn</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>The kind of question; &quot;All&quot; is every pair together</source>
        <translation>Die Art der Frage; „Alle“ sind alle Paare zusammen</translation>
    </message>
    <message>
        <source>How many pairs were asked</source>
        <translation>Wie viele Paare gefragt wurden</translation>
    </message>
    <message>
        <source>Right answers of the model as it was opened</source>
        <translation>Richtige Antworten des Modells, wie es geöffnet wurde</translation>
    </message>
    <message>
        <source>Right answers of the pruned model</source>
        <translation>Richtige Antworten des ausgedünnten Modells</translation>
    </message>
    <message>
        <source>Pruned less dense, in percentage points. Bold where it is more than chance: the two 95 % intervals do not meet</source>
        <translation>Dünn weniger voll, in Prozentpunkten. Fett, wo es mehr als Zufall ist: Die beiden 95-%-Intervalle berühren sich nicht</translation>
    </message>
    <message>
        <source>Where the pruned model&apos;s true accuracy lies with 95 % confidence (Wilson): few pairs, wide interval</source>
        <translation>Wo die wahre Genauigkeit des ausgedünnten Modells mit 95 % Sicherheit liegt (Wilson): wenige Paare, weites Intervall</translation>
    </message>
    <message>
        <source>Mean cross-entropy of the expected answers before and after pruning. It changes before the answers do</source>
        <translation>Mittlere Kreuzentropie der erwarteten Antworten vor und nach dem Ausdünnen; sie ändert sich früher als die Antworten</translation>
    </message>
</context>
<context>
    <name>espalier::ResultPanel</name>
    <message>
        <source>Before and after</source>
        <translation>Vorher und nachher</translation>
    </message>
    <message>
        <source>No results yet</source>
        <translation>Noch keine Ergebnisse</translation>
    </message>
    <message>
        <source>Prune the model to see accuracy and loss before and after, by kind of question.</source>
        <translation>Dünnen Sie das Modell aus, um Genauigkeit und Verlust vorher und nachher zu sehen, nach Art der Frage.</translation>
    </message>
    <message>
        <source>At &lt;b&gt;%1&lt;/b&gt; sparsity: %2 → &lt;b&gt;%3&lt;/b&gt; right (%4–%5)</source>
        <translation>Bei &lt;b&gt;%1&lt;/b&gt; Ausdünnung: %2 → &lt;b&gt;%3&lt;/b&gt; richtig (%4–%5)</translation>
    </message>
    <message>
        <source>loss %1, predicted now &lt;b&gt;%2&lt;/b&gt;</source>
        <translation>Verlust %1, jetzt vorhergesagt &lt;b&gt;%2&lt;/b&gt;</translation>
    </message>
    <message>
        <source>for an earlier plan</source>
        <translation>von einem früheren Plan</translation>
    </message>
    <message>
        <source>At &lt;b&gt;%1&lt;/b&gt; sparsity: perplexity %2 → &lt;b&gt;%3&lt;/b&gt;</source>
        <translation>Bei &lt;b&gt;%1&lt;/b&gt; Ausdünnung: Perplexität %2 → &lt;b&gt;%3&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Right answers before and after pruning, by kind of question. The thin line in a bar is the 95 % interval (Wilson&apos;s score interval). Few pairs make it wide.</source>
        <translation>Richtige Antworten vor und nach dem Ausdünnen, nach Art der Frage. Die dünne Linie im Balken ist das 95-%-Intervall (nach Wilson). Wenige Paare machen es breit.</translation>
    </message>
    <message>
        <source>preview; exact results follow</source>
        <translation>Vorschau; genaue Ergebnisse folgen</translation>
    </message>
    <message>
        <source>The dense model answers &lt;b&gt;%1&lt;/b&gt; right.</source>
        <translation>Das dichte Modell antwortet zu &lt;b&gt;%1&lt;/b&gt; richtig.</translation>
    </message>
    <message>
        <source>The dense model&apos;s perplexity is &lt;b&gt;%1&lt;/b&gt;.</source>
        <translation>Die Perplexität des dichten Modells ist &lt;b&gt;%1&lt;/b&gt;.</translation>
    </message>
    <message>
        <source>Prune to compare.</source>
        <translation>Zum Vergleich ausdünnen.</translation>
    </message>
    <message>
        <source>To compare, pruning by %1 needs calibration pairs (File › Calibration Pairs).</source>
        <translation>Zum Vergleich braucht das Ausdünnen nach %1 Kalibrierpaare (Datei › Kalibrierpaare).</translation>
    </message>
    <message>
        <source>No picture has a label that the model knows: agreement with the dense model is measured.</source>
        <translation>Kein Bild hat eine Klasse, die das Modell kennt: gemessen wird die Übereinstimmung mit dem dichten Modell.</translation>
    </message>
    <message>
        <source>At &lt;b&gt;%1&lt;/b&gt; sparsity: &lt;b&gt;%2&lt;/b&gt; of the pictures get the dense model&apos;s class (%3–%4)</source>
        <translation>Bei &lt;b&gt;%1&lt;/b&gt; Ausdünnung: &lt;b&gt;%2&lt;/b&gt; der Bilder erhalten die Klasse des dichten Modells (%3–%4)</translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures cannot be read</source>
        <translation>
            <numerusform>%Ln Bild ist nicht lesbar</numerusform>
            <numerusform>%Ln Bilder sind nicht lesbar</numerusform>
        </translation>
    </message>
    <message>
        <source>recovered by %1</source>
        <translation>wiederhergestellt durch %1</translation>
    </message>
</context>
<context>
    <name>espalier::RunsChart</name>
    <message>
        <source>Runs chart</source>
        <translation>Diagramm der Läufe</translation>
    </message>
    <message>
        <source>How many answers of each run are right against what it costs, with the 95 % interval. The line goes through runs that no other run of the same data betters. Click a point to choose its run.</source>
        <translation>Wie viele Antworten jedes Laufs richtig sind und was er kostet, mit dem 95-%-Intervall. Die Linie geht durch die Läufe, die kein anderer Lauf mit denselben Daten übertrifft. Ein Klick auf einen Punkt wählt den Lauf.</translation>
    </message>
    <message>
        <source>Right answers, %</source>
        <translation>Richtige Antworten, %</translation>
    </message>
    <message>
        <source>Size of the files, MiB</source>
        <translation>Größe der Dateien, MiB</translation>
    </message>
    <message>
        <source>Weights that are not zero, %</source>
        <translation>Gewichte ungleich null, %</translation>
    </message>
    <message>
        <source>Time for a token, picture or text, ms</source>
        <translation>Zeit je Token, Bild oder Text, ms</translation>
    </message>
</context>
<context>
    <name>espalier::RunsController</name>
    <message>
        <source>Open runs</source>
        <translation>Läufe öffnen</translation>
    </message>
    <message>
        <source>Add a run</source>
        <translation>Lauf hinzufügen</translation>
    </message>
    <message>
        <source>Import runs</source>
        <translation>Läufe importieren</translation>
    </message>
    <message>
        <source>Export runs</source>
        <translation>Läufe exportieren</translation>
    </message>
    <message>
        <source>Measure a run</source>
        <translation>Lauf messen</translation>
    </message>
    <message>
        <source>Change notes</source>
        <translation>Notizen ändern</translation>
    </message>
    <message>
        <source>Change tags</source>
        <translation>Schlagwörter ändern</translation>
    </message>
    <message>
        <source>The plan of &quot;%1&quot; is over other groups than the present one. Choose the granularity it was made with.</source>
        <translation>Der Plan von „%1“ hat andere Gruppen als der jetzige. Wählen Sie die Körnung, mit der er gemacht wurde.</translation>
    </message>
    <message>
        <source>Plan of %1</source>
        <translation>Plan aus %1</translation>
    </message>
    <message>
        <source>A run is measured on the machine its folder lies on; the engine of this window runs elsewhere (%1).</source>
        <translation>Ein Lauf wird auf dem Rechner gemessen, auf dem sein Ordner liegt; dieses Fenster rechnet anderswo (%1).</translation>
    </message>
    <message>
        <source>Change runs</source>
        <translation>Läufe ändern</translation>
    </message>
    <message>
        <source>Show the project&apos;s runs</source>
        <translation>Die Läufe des Projekts zeigen</translation>
    </message>
    <message>
        <source>There are no results of the present plan yet. Prune and compare first (F8).</source>
        <translation>Vom jetzigen Plan gibt es noch keine Ergebnisse. Dünnen Sie zuerst aus und vergleichen Sie (F8).</translation>
    </message>
    <message>
        <source>Keep a result</source>
        <translation>Ein Ergebnis behalten</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>&quot;%1&quot; was not written to a folder, so it cannot be measured. Export it first (Ctrl+E).</source>
        <translation>„%1“ wurde nicht in einen Ordner geschrieben und lässt sich darum nicht messen. Exportieren Sie es zuerst (Strg+E).</translation>
    </message>
    <message>
        <source>Remove runs</source>
        <translation>Läufe entfernen</translation>
    </message>
</context>
<context>
    <name>espalier::RunsPanel</name>
    <message>
        <source>%1 (%2 to %3)</source>
        <translation>%1 (%2 bis %3)</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>%1 pictures/s</source>
        <translation>%1 Bilder/s</translation>
    </message>
    <message>
        <source>%1 texts/s</source>
        <translation>%1 Texte/s</translation>
    </message>
    <message>
        <source>%1 points of accuracy</source>
        <translation>%1 Punkte Genauigkeit</translation>
    </message>
    <message>
        <source>%1 of its size</source>
        <translation>%1 seiner Größe</translation>
    </message>
    <message>
        <source>%1 times its speed</source>
        <translation>%1-mal so schnell</translation>
    </message>
    <message>
        <source>%1 beside %2: %3</source>
        <translation>%1 neben %2: %3</translation>
    </message>
    <message>
        <source>Open Table…</source>
        <translation>Tabelle öffnen …</translation>
    </message>
    <message>
        <source>Add Model…</source>
        <translation>Modell hinzufügen …</translation>
    </message>
    <message>
        <source>Add a model that Espalier pruned and wrote</source>
        <translation>Ein Modell hinzufügen, das Espalier ausgedünnt und geschrieben hat</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Measure bytes, time, memory and speed of the chosen run&apos;s model on this machine</source>
        <translation>Größe, Zeit, Speicher und Geschwindigkeit des Modells des gewählten Laufs auf diesem Rechner messen</translation>
    </message>
    <message>
        <source>Use This Plan</source>
        <translation>Diesen Plan nehmen</translation>
    </message>
    <message>
        <source>Take the plan of the chosen run. Undo brings yours back</source>
        <translation>Den Plan des gewählten Laufs nehmen. „Rückgängig“ bringt Ihren zurück</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>What accuracy is shown against</source>
        <translation>Wogegen die Genauigkeit gezeigt wird</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>Kriterium</translation>
    </message>
    <message>
        <source>Recovery</source>
        <translation>Wiederherstellung</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Speicherspitze</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message numerus="yes">
        <source>%n runs in %1</source>
        <translation>
            <numerusform>%n Lauf in %1</numerusform>
            <numerusform>%n Läufe in %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a Table of Runs</source>
        <translation>Tabelle von Läufen öffnen</translation>
    </message>
    <message>
        <source>Tables of runs (*.json)</source>
        <translation>Tabellen von Läufen (*.json)</translation>
    </message>
    <message>
        <source>Add a Pruned Model</source>
        <translation>Ausgedünntes Modell hinzufügen</translation>
    </message>
    <message>
        <source>Import Runs</source>
        <translation>Läufe importieren</translation>
    </message>
    <message>
        <source>Export Runs</source>
        <translation>Läufe exportieren</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv)</source>
        <translation>Durch Kommas getrennte Werte (*.csv)</translation>
    </message>
    <message>
        <source>chance: %1</source>
        <translation>Zufall: %1</translation>
    </message>
    <message>
        <source>best</source>
        <translation>bester</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>more than chance explains (%1)</source>
        <translation>mehr, als der Zufall erklärt (%1)</translation>
    </message>
    <message>
        <source>within chance (%1)</source>
        <translation>im Bereich des Zufalls (%1)</translation>
    </message>
    <message>
        <source>Show a table of runs in a file, which several programs may share, in place of the project&apos;s; or name a new one</source>
        <translation>Statt der Läufe des Projekts eine Tabelle in einer Datei zeigen, die mehrere Programme teilen können, oder eine neue benennen</translation>
    </message>
    <message>
        <source>Project&apos;s Runs</source>
        <translation>Läufe des Projekts</translation>
    </message>
    <message>
        <source>Show the runs that are kept with the project again</source>
        <translation>Wieder die Läufe zeigen, die mit dem Projekt gespeichert werden</translation>
    </message>
    <message>
        <source>Keep Result</source>
        <translation>Ergebnis behalten</translation>
    </message>
    <message>
        <source>Add what the present plan&apos;s model can do and what it would take, as a run of its own</source>
        <translation>Was das Modell des jetzigen Plans kann und was es brauchen würde, als eigenen Lauf aufnehmen</translation>
    </message>
    <message>
        <source>Add the runs of a table or of another project</source>
        <translation>Die Läufe einer Tabelle oder eines anderen Projekts hinzufügen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Write the table for other programs, or for others to import</source>
        <translation>Die Tabelle für andere Programme schreiben, oder damit andere sie importieren</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Take the chosen runs out of the table. The models stay</source>
        <translation>Die gewählten Läufe aus der Tabelle nehmen. Die Modelle bleiben</translation>
    </message>
    <message>
        <source>Beside the best</source>
        <translation>Neben dem besten</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>Gemacht aus</translation>
    </message>
    <message>
        <source>Each row is a pruned model. Choose two to compare them. Notes and tags can be written. Beside the best: by how many points it is worse, and how often chance alone parts two equally good models as far, pair by pair (exact McNemar test).</source>
        <translation>Jede Zeile ist ein ausgedünntes Modell. Wählen Sie zwei, um sie zu vergleichen. Notizen und Schlagwörter lassen sich schreiben. Neben dem besten: um wie viele Punkte es schlechter ist, und wie oft der Zufall allein zwei gleich gute Modelle ebenso weit trennt, Paar für Paar (exakter McNemar-Test).</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>Was fehlschlug</translation>
    </message>
    <message>
        <source>No runs yet. Exports are added by themselves; drop folders or tables here.</source>
        <translation>Noch keine Läufe. Exporte kommen von selbst; Ordner und Tabellen hier ablegen.</translation>
    </message>
    <message numerus="yes">
        <source>%n runs, kept with the project</source>
        <translation>
            <numerusform>%n Lauf, mit dem Projekt gespeichert</numerusform>
            <numerusform>%n Läufe, mit dem Projekt gespeichert</numerusform>
        </translation>
    </message>
    <message>
        <source>Tables of runs and projects (*.json *.espalier)</source>
        <translation>Tabellen von Läufen und Projekte (*.json *.espalier)</translation>
    </message>
</context>
<context>
    <name>espalier::ScoreController</name>
    <message>
        <source>Scoring by &quot;%1&quot; needs calibration pairs: choose a folder of them with File › Calibration Pairs, or score by magnitude.</source>
        <translation>Bewerten nach „%1“ braucht Kalibrierpaare: Wählen Sie einen Ordner davon unter Datei › Kalibrierpaare, oder bewerten Sie nach Betrag.</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Estimating</source>
        <translation>Schätzen</translation>
    </message>
</context>
<context>
    <name>espalier::ScoreOptionsPanel</name>
    <message>
        <source>Scoring</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>How the importance of each weight matrix is found.</source>
        <translation>Wie die Wichtigkeit jeder Gewichtsmatrix gefunden wird.</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>How many calibration pairs. The paper uses 32. More make the error bars shorter.</source>
        <translation>Wie viele Kalibrierpaare. Der Aufsatz nimmt 32; mehr machen die Fehlerbalken kürzer.</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Stapelgröße</translation>
    </message>
    <message>
        <source>How many pairs each loss is the mean of. The paper uses 8.</source>
        <translation>Wie viele Paare einen Verlust ergeben. Der Aufsatz nimmt 8.</translation>
    </message>
    <message>
        <source>Noise draws</source>
        <translation>Ziehungen</translation>
    </message>
    <message>
        <source>How often each batch is measured with new noise. The paper uses 1. More draws make the error bars shorter and take longer in proportion.</source>
        <translation>Wie oft jeder Stapel mit neuem Rauschen gemessen wird. Der Aufsatz nimmt 1; mehr machen die Fehlerbalken kürzer und dauern so viel länger.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The seed of the noise and of the choice of pairs. The same seed gives the same scores.</source>
        <translation>Des Rauschens und dafür, welche Paare gezogen werden: Derselbe Startwert gibt dieselben Bewertungen.</translation>
    </message>
    <message>
        <source>Score and prune the Q-Former too</source>
        <translation>Auch den Q-Former bewerten und ausdünnen</translation>
    </message>
    <message>
        <source>Score and prune the bridge between vision and language, too. The paper does not.</source>
        <translation>Auch die Brücke zwischen Bild und Sprache bewerten und ausdünnen. Die Veröffentlichung tut das nicht.</translation>
    </message>
    <message>
        <source>Statistics for other allocators</source>
        <translation>Kennzahlen für andere Verteiler</translation>
    </message>
    <message>
        <source>Gather in one more pass what OWL, DLP, AlphaPruning and local scores share by, so that the budget can be shared by them at once. Spectra of large matrices take long.</source>
        <translation>In einem Durchgang mehr sammeln, wonach OWL, DLP, AlphaPruning und lokale Werte verteilen, so dass das Budget sogleich nach ihnen verteilt werden kann. Spektren großer Matrizen dauern lange.</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>all draws</source>
        <translation>alle Ziehungen</translation>
    </message>
    <message>
        <source>Stop when certain to</source>
        <translation>Aufhören bei Sicherheit von</translation>
    </message>
    <message>
        <source>Draws noise until the sparsity of every block in the plan is certain to within this, and at most as often as set above.</source>
        <translation>Rauschen wird gezogen, bis im Plan die Ausdünnung keines Blocks um mehr als dies unsicher ist, höchstens so oft wie oben angegeben.</translation>
    </message>
    <message>
        <source>Parts to re-score after</source>
        <translation>Teile, nach denen neu bewertet wird</translation>
    </message>
    <message>
        <source>1 scores the dense model alone. With more the way to the plan&apos;s target is taken in so many parts: after each the model is pruned by Wanda to the plan so far and scored anew. It takes as many times as long.</source>
        <translation>1 bewertet nur das volle Modell. Bei mehr wird der Weg zum Ziel des Plans in so vielen Teilen genommen: Nach jedem wird das Modell mit Wanda nach dem bisherigen Plan ausgedünnt und neu bewertet. Es dauert so viele Male länger.</translation>
    </message>
</context>
<context>
    <name>espalier::SensitivityGrid</name>
    <message>
        <source>Sensitivity of each block</source>
        <translation>Empfindlichkeit jedes Blocks</translation>
    </message>
    <message>
        <source>At %1 sparsity it alone adds %2 to the loss</source>
        <translation>Bei %1 Ausdünnung trägt er allein %2 zum Verlust bei</translation>
    </message>
    <message>
        <source>For each block, what pruning it alone adds to the loss (upwards; of the held-out calibration pairs, cross-entropy of a token) as its sparsity grows (to the right, from 0 to 100 %). A steep curve is a block that should keep its weights; the mark is where the plan has it now.</source>
        <translation>Für jeden Block, was er allein ausgedünnt zum Verlust beiträgt (nach oben; auf zurückgelegten Kalibrierpaaren, Kreuzentropie eines Tokens), während seine Ausdünnung wächst (nach rechts, von 0 bis 100 %). Eine steile Kurve ist ein Block, der seine Gewichte behalten sollte; die Marke zeigt, wo der Plan ihn jetzt hat.</translation>
    </message>
</context>
<context>
    <name>espalier::SensitivityPanel</name>
    <message>
        <source>One scale</source>
        <translation>Ein Maßstab</translation>
    </message>
    <message>
        <source>The same vertical scale for all blocks, or each its own</source>
        <translation>Derselbe senkrechte Maßstab für alle Blöcke, oder jedem sein eigener</translation>
    </message>
    <message>
        <source>Steps of the search</source>
        <translation>Schritte der Suche</translation>
    </message>
    <message>
        <source>Not measured yet</source>
        <translation>Noch nicht gemessen</translation>
    </message>
    <message>
        <source>How much does the loss rise when a block alone is pruned? This improves the prediction and shows where budget should move.</source>
        <translation>Wie stark steigt der Verlust, wenn nur ein Block ausgedünnt wird? Das verbessert die Vorhersage und zeigt, wohin Budget verschoben werden sollte.</translation>
    </message>
    <message>
        <source>held-out loss %1</source>
        <translation>Verlust auf Zurückgelegtem %1</translation>
    </message>
    <message>
        <source>No move of budget lowers the held-out loss</source>
        <translation>Keine Verschiebung senkt den Verlust auf Zurückgelegtem</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the search and keep the best plan so far</source>
        <translation>Die Suche anhalten und den bisher besten Plan behalten</translation>
    </message>
    <message>
        <source>Stop the search</source>
        <translation>Die Suche anhalten</translation>
    </message>
    <message numerus="yes">
        <source>%n steps · held-out loss %1 → %2</source>
        <translation>
            <numerusform>%n Schritt · Verlust auf Zurückgelegtem %1 → %2</numerusform>
            <numerusform>%n Schritte · Verlust auf Zurückgelegtem %1 → %2</numerusform>
        </translation>
    </message>
    <message>
        <source>test loss %1: worse</source>
        <translation>Verlust auf Testpaaren %1: schlechter</translation>
    </message>
    <message>
        <source>test loss %1</source>
        <translation>Verlust auf Testpaaren %1</translation>
    </message>
</context>
<context>
    <name>espalier::Session</name>
    <message>
        <source>Calibration Pairs %1</source>
        <translation>Kalibrierpaare %1</translation>
    </message>
    <message>
        <source>Test Pairs %1</source>
        <translation>Testpaare %1</translation>
    </message>
    <message>
        <source>Prompt Form %1</source>
        <translation>Frageform %1</translation>
    </message>
</context>
<context>
    <name>espalier::SimilarityBars</name>
    <message>
        <source>Most alike pictures</source>
        <translation>Ähnlichste Bilder</translation>
    </message>
    <message>
        <source>%1. %2: %3%4</source>
        <translation>%1. %2: %3%4</translation>
    </message>
    <message>
        <source>, its own</source>
        <translation>, sein eigenes</translation>
    </message>
    <message>
        <source>The pictures most like the text, before and after pruning. A bar is as long as the similarity is great, from 0 on, on one scale for both; the tick marks the text&apos;s own picture. The number in front is its place among all pictures.</source>
        <translation>Die Bilder, die dem Text am ähnlichsten sind, vor und nach dem Ausdünnen. Ein Balken ist so lang, wie die Ähnlichkeit groß ist, von 0 an, auf einem Maßstab für beide; der Haken bezeichnet das eigene Bild des Textes. Die Zahl davor ist sein Platz unter allen Bildern.</translation>
    </message>
</context>
<context>
    <name>espalier::SweepChart</name>
    <message>
        <source>Sweep chart</source>
        <translation>Diagramm der Messreihe</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>Ausdünnung, %</translation>
    </message>
    <message>
        <source>Right answers, %</source>
        <translation>Richtige Antworten, %</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>%1 at %2 sparsity: %3</source>
        <translation>%1 bei %2 Ausdünnung: %3</translation>
    </message>
    <message>
        <source>How accuracy or loss falls as more weights go, for several methods. The band is one standard deviation over the seeds, or with one seed the 95 % interval. Click a point to choose it; Use This Plan, or Enter, makes its plan the present one. The ring marks the point that the present plan is of.</source>
        <translation>Wie Genauigkeit oder Verlust sich ändern, wenn mehr Gewichte gehen, für mehrere Verfahren. Das Band ist eine Standardabweichung über die Startwerte, bei einem Startwert das 95-%-Intervall. Ein Klick wählt einen Punkt; Diesen Plan nehmen oder Eingabe macht seinen Plan zum jetzigen. Der Ring bezeichnet den Punkt, von dem der jetzige Plan ist.</translation>
    </message>
    <message>
        <source>%1 at %2: %3 (%4 to %5)
Click to choose it</source>
        <translation>%1 bei %2: %3 (%4 bis %5)
Ein Klick wählt ihn</translation>
    </message>
    <message>
        <source>Time, s</source>
        <translation>Zeit, s</translation>
    </message>
    <message>
        <source>Size without zeros, MB</source>
        <translation>Größe ohne Nullen, MB</translation>
    </message>
</context>
<context>
    <name>espalier::SweepController</name>
    <message>
        <source>A sweep needs calibration data to prune with and test pairs to ask. Choose both in the File menu.</source>
        <translation>Eine Messreihe braucht Kalibrierdaten zum Ausdünnen und Testpaare zum Fragen. Wählen Sie beides im Menü Datei.</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>Messreihe</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 bei %2</translation>
    </message>
    <message>
        <source>The plan of &quot;%1&quot; needs scores. Score the model first (F7).</source>
        <translation>Der Plan von „%1“ braucht Bewertungen. Bewerten Sie zuerst das Modell (F7).</translation>
    </message>
</context>
<context>
    <name>espalier::SweepModel</name>
    <message>
        <source>best</source>
        <translation>bestes</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>worse</source>
        <translation>schlechter</translation>
    </message>
    <message>
        <source>within chance</source>
        <translation>kann Zufall sein</translation>
    </message>
    <message>
        <source>The best method at this sparsity</source>
        <translation>Das beste Verfahren bei dieser Ausdünnung</translation>
    </message>
    <message>
        <source>Measured by an earlier version: run the sweep again to compare pair by pair</source>
        <translation>Von einer früheren Version gemessen: Messreihe erneut starten, um Paar für Paar zu vergleichen</translation>
    </message>
    <message>
        <source>%1 pairs are right with this method alone, %2 with the best alone; chance parts them as much in %3 of all cases (exact McNemar test)</source>
        <translation>%1 Paare sind nur mit diesem Verfahren richtig, %2 nur mit dem besten; der Zufall trennt sie in %3 aller Fälle ebenso weit (genauer McNemar-Test)</translation>
    </message>
    <message>
        <source>Loss higher by %1, between %2 and %3 in 95 % of all cases; chance parts them as much in %4 (paired bootstrap)</source>
        <translation>Verlust höher um %1, zwischen %2 und %3 in 95 % aller Fälle; der Zufall trennt sie in %4 ebenso weit (gepaarter Bootstrap)</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Ausdünnung</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Beside the best</source>
        <translation>Neben dem besten</translation>
    </message>
</context>
<context>
    <name>espalier::SweepPanel</name>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the sweep. It keeps its points and can continue later</source>
        <translation>Die Messreihe anhalten. Sie behält ihre Punkte und kann später weiterlaufen</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>Startwerte</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>What the chart shows</source>
        <translation>Was das Diagramm zeigt</translation>
    </message>
    <message>
        <source>Right answers, or the loss, which moves earlier</source>
        <translation>Richtige Antworten oder der Verlust, der sich früher ändert</translation>
    </message>
    <message>
        <source>Measure this method</source>
        <translation>Dieses Verfahren messen</translation>
    </message>
    <message>
        <source>complete</source>
        <translation>vollständig</translation>
    </message>
    <message numerus="yes">
        <source>%n points to go</source>
        <translation>
            <numerusform>noch %n Punkt</numerusform>
            <numerusform>noch %n Punkte</numerusform>
        </translation>
    </message>
    <message>
        <source>Use This Plan</source>
        <translation>Diesen Plan nehmen</translation>
    </message>
    <message>
        <source>Take the plan of the chosen point (Enter). Undo brings yours back</source>
        <translation>Den Plan des gewählten Punkts übernehmen (Eingabe). Rückgängig bringt Ihren zurück</translation>
    </message>
    <message>
        <source>Click a point to choose it</source>
        <translation>Ein Klick wählt einen Punkt</translation>
    </message>
    <message>
        <source>by sparsity</source>
        <translation>nach Ausdünnung</translation>
    </message>
    <message>
        <source>by time</source>
        <translation>nach Zeit</translation>
    </message>
    <message>
        <source>by size</source>
        <translation>nach Größe</translation>
    </message>
    <message>
        <source>as a table</source>
        <translation>als Tabelle</translation>
    </message>
    <message>
        <source>How the methods are compared</source>
        <translation>Wie die Verfahren verglichen werden</translation>
    </message>
    <message>
        <source>Methods compared</source>
        <translation>Verglichene Verfahren</translation>
    </message>
    <message>
        <source>Each method at each sparsity, the best first. Beside the best: whether chance explains what parts the two, pair by pair (exact McNemar test of the answers, paired bootstrap of the losses).</source>
        <translation>Jedes Verfahren bei jeder Ausdünnung, das beste zuerst. Neben dem besten: ob der Zufall erklärt, was die beiden trennt, Paar für Paar (genauer McNemar-Test der Antworten, gepaarter Bootstrap der Verluste).</translation>
    </message>
    <message>
        <source>Comparing methods</source>
        <translation>Verfahren vergleichen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Pause behind the point that is being measured</source>
        <translation>Hinter dem Punkt anhalten, der gerade gemessen wird</translation>
    </message>
    <message>
        <source>Sparsities</source>
        <translation>Ausdünnungen</translation>
    </message>
    <message>
        <source>At which sparsities, in per cent, with commas between: 0, 50, 62.5</source>
        <translation>Bei welchen Ausdünnungen, in Prozent, mit Kommas dazwischen: 0, 50, 62.5</translation>
    </message>
    <message>
        <source>Which random draws of the calibration data each method uses: whole numbers with commas between, or a range as 0-4</source>
        <translation>Welche zufälligen Ziehungen der Kalibrierdaten jedes Verfahren nutzt: ganze Zahlen mit Kommas dazwischen, oder ein Bereich wie 0-4</translation>
    </message>
    <message>
        <source>what is to come</source>
        <translation>was noch kommt</translation>
    </message>
    <message>
        <source>Against sparsity, the time a method takes, or the size without zeros; or all of it in a table that says which differences chance explains. What is to come can be put into another order</source>
        <translation>Gegen die Ausdünnung, die Zeit, die ein Verfahren braucht, oder die Größe ohne Nullen; oder alles in einer Tabelle, die sagt, welche Unterschiede der Zufall erklärt. Was noch kommt, lässt sich umordnen</translation>
    </message>
    <message>
        <source>Add Method…</source>
        <translation>Verfahren hinzufügen …</translation>
    </message>
    <message>
        <source>Any way to score with any criterion, refinement and recovery</source>
        <translation>Jede Bewertung mit jedem Kriterium, jeder Verfeinerung und jeder Wiederherstellung</translation>
    </message>
    <message>
        <source>Sparsities, %</source>
        <translation>Ausdünnungen, %</translation>
    </message>
    <message>
        <source>The plan&apos;s own curve: its pins, caps and scores at other targets</source>
        <translation>Die eigene Kurve des Plans: was festgehalten ist, seine Grenzen und Bewertungen bei anderen Zielen</translation>
    </message>
    <message>
        <source>Sparsities are numbers from 0 to 99, each once, with commas between.</source>
        <translation>Ausdünnungen sind Zahlen von 0 bis 99, jede einmal, mit Kommas dazwischen.</translation>
    </message>
    <message>
        <source>Seeds are whole numbers, each once, with commas between, or a range as 0-4.</source>
        <translation>Startwerte sind ganze Zahlen, jede einmal, mit Kommas dazwischen, oder ein Bereich wie 0-4.</translation>
    </message>
</context>
<context>
    <name>espalier::SweepQueue</name>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Measure it before the one above it</source>
        <translation>Vor dem darüber messen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Measure it after the one below it</source>
        <translation>Nach dem darunter messen</translation>
    </message>
    <message>
        <source>Leave Out</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Do not measure it. What is there of it stays</source>
        <translation>Nicht messen. Was davon da ist, bleibt</translation>
    </message>
    <message>
        <source>What is to come</source>
        <translation>Was noch kommt</translation>
    </message>
    <message>
        <source>What the sweep measures next, from top to bottom. What is being measured is not among it.</source>
        <translation>Was der Durchlauf als Nächstes misst, von oben nach unten. Was gerade gemessen wird, ist nicht dabei.</translation>
    </message>
    <message>
        <source>%1, seed %2: %3</source>
        <translation>%1, Startwert %2: %3</translation>
    </message>
</context>
<context>
    <name>espalier::WelcomePage</name>
    <message>
        <source>Espalier</source>
        <translation>Espalier</translation>
    </message>
    <message>
        <source>Prune vision-language models to a plan. Score every block, share a budget among them, change it by hand, and see at once how the model&apos;s answers change.</source>
        <translation>Dünnt Bild-Sprach-Modelle nach einem Plan aus: jeden Block bewerten, ein Budget verteilen, es von Hand verändern und sofort sehen, was das mit den Antworten des Modells macht.</translation>
    </message>
    <message>
        <source>Or drop a model folder, as Hugging Face writes it, onto this window.</source>
        <translation>Oder einen Modellordner, wie Hugging Face ihn schreibt, auf dieses Fenster ziehen.</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>Das Beispiel</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>Modell öffnen …</translation>
    </message>
    <message>
        <source>Try the emoji CLIP</source>
        <translation>Das Emoji-CLIP</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Try a modern VLM</source>
        <translation>Ein modernes VLM</translation>
    </message>
</context>
<context>
    <name>espalier::Workbench</name>
    <message>
        <source>Show this pane, or hide it if it is in front</source>
        <translation>Diesen Bereich zeigen; ist er vorn, verbergen</translation>
    </message>
    <message>
        <source>Panes</source>
        <translation>Bereiche</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Prunes vision-language models to a plan.</source>
        <translation>Dünnt Bild-Sprach-Modelle nach einem Plan aus.</translation>
    </message>
    <message>
        <source>Model folders and project files, each for a window; without any the bundled sample is opened.</source>
        <translation>Modellordner und Projektdateien, je eines für ein Fenster; ohne wird das mitgelieferte Beispiel geöffnet.</translation>
    </message>
    <message>
        <source>Computes elsewhere: ssh://user@host[:port], or a command that starts espalier-cli serve; paths of models and data are paths there.</source>
        <translation>Rechnet anderswo: ssh://user@host[:port] oder ein Befehl, der espalier-cli serve startet; Pfade von Modellen und Daten gelten dort.</translation>
    </message>
    <message>
        <source>address</source>
        <translation>Adresse</translation>
    </message>
</context>
</TS>
