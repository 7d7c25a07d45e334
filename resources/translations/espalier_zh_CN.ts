<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>BarMarks</name>
    <message>
        <source>target %1</source>
        <translation>目标 %1</translation>
    </message>
    <message>
        <source>cap %1</source>
        <translation>上限 %1</translation>
    </message>
</context>
<context>
    <name>BudgetText</name>
    <message>
        <source>It exchanges weights that keep their values; the criterion changes them.</source>
        <translation>它交换权重而不改变其数值；改变数值的是剪枝准则。</translation>
    </message>
</context>
<context>
    <name>ChoiceText</name>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an option and what it is set to</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>CopyRows</name>
    <message>
        <source>Copy Rows</source>
        <translation>复制行</translation>
    </message>
    <message>
        <source>Put the selected rows on the clipboard, with the header, for a spreadsheet</source>
        <translation>把选中的行连同表头复制到剪贴板，供电子表格使用</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>Evaluating</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Exporting masks</source>
        <translation>导出掩码</translation>
    </message>
    <message>
        <source>Ranking weights</source>
        <translation>对权重排序</translation>
    </message>
    <message>
        <source>Measuring sensitivity</source>
        <translation>测量敏感度</translation>
    </message>
    <message>
        <source>Improving</source>
        <translation>改进</translation>
    </message>
    <message>
        <source>Uniform</source>
        <translation>均匀</translation>
    </message>
    <message>
        <source>How much the whole model&apos;s loss reacts to small random changes of a matrix (the paper&apos;s method; forward passes only).</source>
        <translation>整个模型的损失对某个矩阵的微小随机变动有多敏感（论文的方法；只需前向传播）。</translation>
    </message>
    <message>
        <source>What zeroth-order estimates, exactly: the norm of the loss&apos;s gradient, block by block.</source>
        <translation>零阶方法所估计的量的精确值：逐块计算损失梯度的范数。</translation>
    </message>
    <message>
        <source>Sum of |weight| times |gradient|, as the paper publishes it for comparison.</source>
        <translation>|权重| 与 |梯度| 乘积之和，论文为作比较而给出。</translation>
    </message>
    <message>
        <source>Sum of weight times the norm of its input: local importance, which the paper finds misleading.</source>
        <translation>权重与其输入范数的乘积之和：局部重要性，论文认为它会误导。</translation>
    </message>
    <message>
        <source>Local statistics</source>
        <translation>局部统计量</translation>
    </message>
    <message>
        <source>Local scores</source>
        <translation>局部评分</translation>
    </message>
    <message>
        <source>Mean absolute weight; needs no data. For comparison.</source>
        <translation>权重绝对值的平均；不需要数据。用于比较。</translation>
    </message>
    <message>
        <source>Weight times the norm of its input; the paper&apos;s choice</source>
        <translation>权重乘以其输入的范数；论文的选择</translation>
    </message>
    <message>
        <source>Removes weights and lets those that stay make up for them</source>
        <translation>剪去权重，并让保留的权重补偿其作用</translation>
    </message>
    <message>
        <source>Smallest weights first; needs no data</source>
        <translation>最小的权重先剪；不需要数据</translation>
    </message>
    <message>
        <source>Weight relative to its row and column, times the root of its input&apos;s norm</source>
        <translation>权重相对于所在行和列的大小，再乘以其输入范数的平方根</translation>
    </message>
    <message>
        <source>Exchanges weights until each output&apos;s mean is what it was</source>
        <translation>交换权重，直到每个输出的均值恢复原样</translation>
    </message>
    <message>
        <source>Global magnitude</source>
        <translation>全局幅值</translation>
    </message>
    <message>
        <source>Uniform magnitude</source>
        <translation>均匀幅值</translation>
    </message>
    <message>
        <source>Uniform Wanda</source>
        <translation>均匀 Wanda</translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>at most n&lt;sub&gt;g&lt;/sub&gt;, its weights. c is the cap, {cap}; the factor a meets the target:</source>
        <translation>至多为 n&lt;sub&gt;g&lt;/sub&gt;，即该块的权重数。c 是上限 {cap}；系数 a 使总量符合目标：</translation>
    </message>
    <message>
        <source>t is the target, {target}, and N = {parameters} the weights in all. Pinned blocks keep what they have.</source>
        <translation>t 是目标 {target}，N = {parameters} 是全部权重数。已固定的块保持不变。</translation>
    </message>
    <message>
        <source>blocks with a heavier-tailed spectrum keep more</source>
        <translation>谱分布尾部越重的块保留越多</translation>
    </message>
    <message>
        <source>from the larger half of them, averaged over the matrices of block g.</source>
        <translation>取自其中较大的一半，并对块 g 的各矩阵取平均。</translation>
    </message>
    <message>
        <source>ε is {epsilon}; q tells how sparse a block is relative to the others.</source>
        <translation>ε 为 {epsilon}；q 表示一个块相对于其他块应有多稀疏。</translation>
    </message>
    <message>
        <source>The sparsities are stretched until the target t, {target}, is met for all N = {parameters} weights. None passes the cap, {cap}.</source>
        <translation>各稀疏度按比例缩放，直到全部 N = {parameters} 个权重符合目标 t（{target}）。任何稀疏度都不超过上限 {cap}。</translation>
    </message>
    <message>
        <source>later blocks keep less, in equal steps</source>
        <translation>越靠后的块保留越少，逐级等量递减</translation>
    </message>
    <message>
        <source>i counts the L blocks from 0; β is {beta}, where 0 stands for the largest that the cap allows.</source>
        <translation>i 从 0 起给 L 个块编号；β 为 {beta}，其中 0 表示上限所允许的最大值。</translation>
    </message>
    <message>
        <source>The sparsities are shifted until the target t, {target}, is met for all N = {parameters} weights. None passes the cap, {cap}.</source>
        <translation>各稀疏度整体平移，直到全部 N = {parameters} 个权重符合目标 t（{target}）。任何稀疏度都不超过上限 {cap}。</translation>
    </message>
    <message>
        <source>blocks with a higher median weight keep less</source>
        <translation>权重中位数越大的块保留越少</translation>
    </message>
    <message>
        <source>A&lt;sub&gt;ij&lt;/sub&gt; is |W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt;, I the relative importance of a block.</source>
        <translation>A&lt;sub&gt;ij&lt;/sub&gt; 是 |W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt;，I 是块的相对重要性。</translation>
    </message>
    <message>
        <source>α is {alpha}: half the range of sparsities around the target.</source>
        <translation>α 为 {alpha}：即稀疏度在目标上下变动范围的一半。</translation>
    </message>
    <message>
        <source>important blocks keep more, up to the cap on the others</source>
        <translation>重要的块保留更多，其他块至多剪到上限</translation>
    </message>
    <message>
        <source>the score of block g, from those of its matrices</source>
        <translation>块 g 的评分，由其各矩阵的评分得出</translation>
    </message>
    <message>
        <source>ECoFLaP as released</source>
        <translation>ECoFLaP（发布版代码）</translation>
    </message>
    <message>
        <source>as the code released with the paper computes it, slips included</source>
        <translation>与随论文发布的代码算法一致，包括其中的疏漏</translation>
    </message>
    <message>
        <source>by each block&apos;s own Wanda scores; the paper shows that it does harm</source>
        <translation>按每个块自身的 Wanda 评分；论文表明这样有害</translation>
    </message>
    <message>
        <source>the sum of |W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt; over block g</source>
        <translation>|W&lt;sub&gt;ij&lt;/sub&gt;| · ‖X&lt;sub&gt;j&lt;/sub&gt;‖&lt;sub&gt;2&lt;/sub&gt; 在块 g 上的总和</translation>
    </message>
    <message>
        <source>blocks with more outlying weights keep more</source>
        <translation>离群权重越多的块保留越多</translation>
    </message>
    <message>
        <source>is the outlier ratio of block g.</source>
        <translation>是块 g 的离群比例。</translation>
    </message>
    <message>
        <source>λ is {lambda}: half the range of sparsities around the target.</source>
        <translation>λ 为 {lambda}：即稀疏度在目标上下变动范围的一半。</translation>
    </message>
    <message>
        <source>every block the same sparsity, whatever its importance</source>
        <translation>每个块的稀疏度相同，不论其重要性</translation>
    </message>
    <message>
        <source>the same for every block: t is {target}.</source>
        <translation>每个块都相同：t 为 {target}。</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>剪枝准则</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>稀疏模式</translation>
    </message>
    <message>
        <source>unstructured</source>
        <translation>非结构化</translation>
    </message>
    <message>
        <source>Compared in</source>
        <translation>比较范围</translation>
    </message>
    <message>
        <source>the groups of the publication</source>
        <translation>论文所用的范围</translation>
    </message>
    <message>
        <source>output rows</source>
        <translation>输出行</translation>
    </message>
    <message>
        <source>whole matrices</source>
        <translation>整个矩阵</translation>
    </message>
    <message>
        <source>Calibrated on</source>
        <translation>校准所用模型</translation>
    </message>
    <message>
        <source>pruned blocks</source>
        <translation>已剪枝的块</translation>
    </message>
    <message>
        <source>the dense model</source>
        <translation>稠密模型</translation>
    </message>
    <message>
        <source>Refined by</source>
        <translation>掩码细化</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>The released code&apos;s behaviour</source>
        <translation>发布版代码的行为</translation>
    </message>
    <message>
        <source>reproduced</source>
        <translation>复现</translation>
    </message>
    <message>
        <source>not reproduced</source>
        <translation>不复现</translation>
    </message>
    <message>
        <source>Calibration samples</source>
        <translation>校准样本数</translation>
    </message>
    <message>
        <source>Calibration batch size</source>
        <translation>校准批大小</translation>
    </message>
    <message>
        <source>Calibration seed</source>
        <translation>校准随机种子</translation>
    </message>
    <message>
        <source>Zeroth-order</source>
        <translation>零阶</translation>
    </message>
    <message>
        <source>W is a weight matrix, L the model&apos;s loss on a batch, z random noise of W&apos;s shape. ε is {eps}.</source>
        <translation>W 是权重矩阵，L 是模型在一个批次上的损失，z 是与 W 形状相同的随机噪声。ε 为 {eps}。</translation>
    </message>
    <message>
        <source>over {samples} samples in batches of {batchSize}, with {draws} noise draws each.</source>
        <translation>取自 {samples} 个样本，每批 {batchSize} 个，每批抽取噪声 {draws} 次。</translation>
    </message>
    <message>
        <source>is what it estimates: the error bars close in on it with more samples and draws.</source>
        <translation>是它所估计的量：样本和抽样次数越多，误差线越向它收拢。</translation>
    </message>
    <message>
        <source>Exact gradient</source>
        <translation>精确梯度</translation>
    </message>
    <message>
        <source>over batches: exactly what the zeroth-order score estimates.</source>
        <translation>对各批次取平均：正是零阶评分所估计的量。</translation>
    </message>
    <message>
        <source>First-order</source>
        <translation>一阶</translation>
    </message>
    <message>
        <source>summed over the matrix and the batches.</source>
        <translation>对矩阵和各批次求和。</translation>
    </message>
    <message>
        <source>summed over the matrix. X&lt;sub&gt;j&lt;/sub&gt; holds what input j carries over {samples} samples.</source>
        <translation>对矩阵求和。X&lt;sub&gt;j&lt;/sub&gt; 是输入 j 在 {samples} 个样本上的取值。</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>幅值</translation>
    </message>
    <message>
        <source>without any data.</source>
        <translation>不需要任何数据。</translation>
    </message>
    <message>
        <source>Scoring method</source>
        <translation>评分方法</translation>
    </message>
    <message>
        <source>Scoring samples</source>
        <translation>评分样本数</translation>
    </message>
    <message>
        <source>Scoring batch size</source>
        <translation>评分批大小</translation>
    </message>
    <message>
        <source>Noise draws</source>
        <translation>噪声抽样次数</translation>
    </message>
    <message>
        <source>Perturbation step</source>
        <translation>扰动步长</translation>
    </message>
    <message>
        <source>Scoring seed</source>
        <translation>评分随机种子</translation>
    </message>
    <message>
        <source>Q-Former</source>
        <translation>Q-Former（桥接模块）</translation>
    </message>
    <message>
        <source>pruned too</source>
        <translation>也剪枝</translation>
    </message>
    <message>
        <source>left alone</source>
        <translation>不剪枝</translation>
    </message>
    <message>
        <source>Statistics for other allocators</source>
        <translation>其他分配方法所需的统计量</translation>
    </message>
    <message>
        <source>gathered</source>
        <translation>收集</translation>
    </message>
    <message>
        <source>not gathered</source>
        <translation>不收集</translation>
    </message>
    <message>
        <source>Draw until certain to</source>
        <translation>抽样直到误差不超过</translation>
    </message>
    <message>
        <source>all draws</source>
        <translation>抽满全部次数</translation>
    </message>
    <message>
        <source>The least of each output row go.</source>
        <translation>剪去每个输出行中最小的权重。</translation>
    </message>
    <message>
        <source>The least of the whole matrix go.</source>
        <translation>剪去整个矩阵中最小的权重。</translation>
    </message>
    <message>
        <source>A kept weight and one that is gone change places within a row, or within a group of the pattern, as long as the mean error ε of the output shrinks.</source>
        <translation>在同一行或同一模式组内，一个保留的权重与一个已剪去的权重互换位置，只要输出的平均误差 ε 还在减小。</translation>
    </message>
    <message>
        <source>The weights with the least A go.</source>
        <translation>剪去 A 最小的权重。</translation>
    </message>
    <message>
        <source>The weights with the least A go: each is compared with the sums of its column and its row.</source>
        <translation>剪去 A 最小的权重：每个权重与其所在列之和及所在行之和相比。</translation>
    </message>
    <message>
        <source>X holds the inputs of {samples} calibration samples. λ is 1 % of the mean diagonal, more where the factorisation needs it.</source>
        <translation>X 是 {samples} 个校准样本的输入。λ 是对角线平均值的 1%，分解需要时取更大的值。</translation>
    </message>
    <message>
        <source>The weights with the least A go, column by column.</source>
        <translation>逐列剪去 A 最小的权重。</translation>
    </message>
    <message>
        <source>The weights of later columns change to make up for each that goes.</source>
        <translation>后面各列的权重随之改变，以补偿每个被剪去的权重。</translation>
    </message>
    <message>
        <source>The least of each output row go, in blocks of 128 columns.</source>
        <translation>以 128 列为一段，剪去每个输出行中最小的权重。</translation>
    </message>
    <message>
        <source>The least of each block of 128 columns go, over all rows.</source>
        <translation>在每段 128 列中，对所有行一起剪去最小的权重。</translation>
    </message>
    <message>
        <source>The weights with the least A go. X&lt;sub&gt;j&lt;/sub&gt; holds what input j carries over the {samples} calibration samples.</source>
        <translation>剪去 A 最小的权重。X&lt;sub&gt;j&lt;/sub&gt; 是输入 j 在 {samples} 个校准样本上的取值。</translation>
    </message>
    <message>
        <source>Global pruning</source>
        <translation>全局剪枝</translation>
    </message>
    <message>
        <source>Swaps</source>
        <translation>交换</translation>
    </message>
    <message>
        <source>Refit</source>
        <translation>重新拟合</translation>
    </message>
    <message>
        <source>Tokens of pictures</source>
        <translation>图片词元</translation>
    </message>
    <message>
        <source>Fitted to</source>
        <translation>拟合目标</translation>
    </message>
    <message>
        <source>the outputs for its inputs</source>
        <translation>对其输入的原输出</translation>
    </message>
    <message>
        <source>the dense model&apos;s outputs</source>
        <translation>稠密模型的输出</translation>
    </message>
    <message>
        <source>Iterative gradient</source>
        <translation>迭代梯度</translation>
    </message>
    <message>
        <source>one threshold on weight times gradient for the whole model, in rounds</source>
        <translation>对整个模型的“权重 × 梯度”取同一个阈值，分多轮进行</translation>
    </message>
    <message>
        <source>Of all batches b; the gradients are made anew after each round.</source>
        <translation>对所有批次 b 求和；每轮之后重新计算梯度。</translation>
    </message>
    <message>
        <source>Iterative OBD</source>
        <translation>迭代 OBD</translation>
    </message>
    <message>
        <source>one threshold on the second-order change of the loss for the whole model, in rounds</source>
        <translation>对整个模型的损失二阶变化取同一个阈值，分多轮进行</translation>
    </message>
    <message>
        <source>The diagonal of the Hessian as the squared gradients of the batches b estimate it; they are made anew after each round.</source>
        <translation>海森矩阵的对角线，由各批次 b 的梯度平方估计；每轮之后重新计算。</translation>
    </message>
    <message>
        <source>Finds which weights stay and what they become together, until they settle</source>
        <translation>同时求出保留哪些权重以及它们的取值，直到两者稳定</translation>
    </message>
    <message>
        <source>B comes nearest to the output Y with Z in mind. G = 2/n · XXᵀ of {samples} calibration samples, D scales A to a diagonal of ones; λ is 1 % of the mean diagonal of G.</source>
        <translation>B 在兼顾 Z 的前提下最接近输出 Y。G = 2/n · XXᵀ，取自 {samples} 个校准样本；D 把 A 缩放为对角线全为 1；λ 是 G 对角线平均值的 1%。</translation>
    </message>
    <message>
        <source>Z keeps the greatest, V adds up what B and Z disagree about. ρ grows until who stays does not change.</source>
        <translation>Z 保留最大的权重，V 累加 B 与 Z 的分歧。ρ 不断增大，直到保留的权重不再变化。</translation>
    </message>
    <message>
        <source>At last what stays is fitted once more: 10 steps of conjugate gradients.</source>
        <translation>最后对保留的权重再拟合一次：共轭梯度法 10 步。</translation>
    </message>
    <message>
        <source>Gives what stays the values that come nearest to the output it had</source>
        <translation>为保留的权重求出最接近原输出的取值</translation>
    </message>
    <message>
        <source>w is a row of the matrix, S what stays of it, X the inputs of {samples} calibration samples; λ is 1 % of the mean diagonal of G. Conjugate gradients, at most 60 steps.</source>
        <translation>w 是矩阵的一行，S 是其中保留的部分，X 是 {samples} 个校准样本的输入；λ 是 G 对角线平均值的 1%。共轭梯度法，至多 60 步。</translation>
    </message>
    <message>
        <source>The output that is aimed at: of the inputs seen, or of the dense model&apos;s inputs.</source>
        <translation>所追求的输出：由实际输入得到的，或由稠密模型的输入得到的。</translation>
    </message>
    <message>
        <source>Finds which weights stay and what they become together, in 20 steps</source>
        <translation>分 20 步同时求出保留哪些权重以及它们的取值</translation>
    </message>
    <message>
        <source>Z keeps the greatest, V adds up what B and Z disagree about.</source>
        <translation>Z 保留最大的权重，V 累加 B 与 Z 的分歧。</translation>
    </message>
    <message>
        <source>Exchanges weights as long as that brings the output nearer to what it was</source>
        <translation>交换权重，只要输出因此更接近原来的输出</translation>
    </message>
    <message>
        <source>Within a row, or within a group of the pattern, p goes and q returns: the pair that lowers the output&apos;s error L the most, until none lowers it.</source>
        <translation>在同一行或同一模式组内，剪去 p，放回 q：每次取使输出误差 L 下降最多的一对，直到没有这样的一对。</translation>
    </message>
    <message>
        <source>e holds the weights that are gone, X the inputs of {samples} calibration samples. What stays keeps its value.</source>
        <translation>e 是已剪去的权重，X 是 {samples} 个校准样本的输入。保留的权重数值不变。</translation>
    </message>
    <message>
        <source>Block rebuild</source>
        <translation>逐块重建</translation>
    </message>
    <message>
        <source>Trains each block&apos;s kept weights until it gives what the dense block gave</source>
        <translation>训练每个块中保留的权重，直到其输出与稠密块一致</translation>
    </message>
    <message>
        <source>Block by block in model order. x′ is what the recovered blocks before give, x what the dense ones gave; M keeps zeros where they are. Kept weights, biases and norms are trained by Adam over the real tokens of {samples} samples.</source>
        <translation>按模型顺序逐块进行。x′ 是前面已恢复的块给出的输入，x 是稠密块给出的输入；M 使零保持在原处。保留的权重、偏置和归一化参数用 Adam 训练，数据是 {samples} 个样本的实际词元。</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>蒸馏</translation>
    </message>
    <message>
        <source>Trains all kept weights together until the model predicts as the dense one</source>
        <translation>同时训练全部保留的权重，直到模型的预测与稠密模型一致</translation>
    </message>
    <message>
        <source>Over what is predicted: tokens of answers and texts, classes, how alike pictures and texts are. Masks M stay; kept weights, biases and norms of pruned blocks are trained by Adam on {samples} samples.</source>
        <translation>针对所预测的内容：答案和文本的词元、类别、图片与文本的相似度。掩码 M 不变；保留的权重以及已剪枝块的偏置和归一化参数用 Adam 在 {samples} 个样本上训练。</translation>
    </message>
    <message>
        <source>Trains all kept weights together on what the data say is right</source>
        <translation>按数据给出的正确答案，同时训练全部保留的权重</translation>
    </message>
    <message>
        <source>The loss of the model itself on {samples} samples of the data. Masks M stay; kept weights, biases and norms of pruned blocks are trained by Adam.</source>
        <translation>模型自身在 {samples} 个数据样本上的损失。掩码 M 不变；保留的权重以及已剪枝块的偏置和归一化参数用 Adam 训练。</translation>
    </message>
    <message>
        <source>Bias and norm correction</source>
        <translation>偏置与归一化校正</translation>
    </message>
    <message>
        <source>Trains each block&apos;s biases and norms alone; needs the fewest samples</source>
        <translation>只训练每个块的偏置和归一化参数；所需样本最少</translation>
    </message>
    <message>
        <source>Block by block, as the block rebuild, but only biases b and the weights γ of norms are trained; no matrix changes.</source>
        <translation>与逐块重建一样逐块进行，但只训练偏置 b 和归一化权重 γ；矩阵都不改变。</translation>
    </message>
    <message>
        <source>Sparse LoRA</source>
        <translation>稀疏 LoRA</translation>
    </message>
    <message>
        <source>Distils with few trained numbers: a low-rank change of each matrix, masked</source>
        <translation>用很少的可训练参数进行蒸馏：每个矩阵一个带掩码的低秩增量</translation>
    </message>
    <message>
        <source>B and A have rank {loraRank} and are trained as by distillation, on {samples} samples. The mask M keeps zeros where they are; the product is added to the weights at the end.</source>
        <translation>B 和 A 的秩为 {loraRank}，与蒸馏一样在 {samples} 个样本上训练。掩码 M 使零保持在原处；最后把乘积加到权重上。</translation>
    </message>
    <message>
        <source>Recovered by</source>
        <translation>恢复方式</translation>
    </message>
    <message>
        <source>Rebuild steps</source>
        <translation>重建步数</translation>
    </message>
    <message>
        <source>Distillation steps</source>
        <translation>蒸馏步数</translation>
    </message>
    <message>
        <source>Fine-tuning steps</source>
        <translation>微调步数</translation>
    </message>
    <message>
        <source>LoRA steps</source>
        <translation>LoRA 步数</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>LoRA 秩</translation>
    </message>
    <message>
        <source>Recovery rate</source>
        <translation>恢复学习率系数</translation>
    </message>
    <message>
        <source>Recovery samples</source>
        <translation>恢复样本数</translation>
    </message>
    <message>
        <source>Recovery batch size</source>
        <translation>恢复批大小</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>留出比例</translation>
    </message>
    <message>
        <source>Recovery seed</source>
        <translation>恢复随机种子</translation>
    </message>
    <message>
        <source>Rebuilding blocks</source>
        <translation>重建各块</translation>
    </message>
    <message>
        <source>Distilling</source>
        <translation>蒸馏</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>rebuild: steps for each block</source>
        <translation>rebuild：每个块的步数</translation>
    </message>
    <message>
        <source>distil: steps of the whole model</source>
        <translation>distil：整个模型的步数</translation>
    </message>
    <message>
        <source>finetune: steps of the whole model</source>
        <translation>finetune：整个模型的步数</translation>
    </message>
    <message>
        <source>lora: steps of the whole model</source>
        <translation>lora：整个模型的步数</translation>
    </message>
    <message>
        <source>lora: rank of the change of each matrix</source>
        <translation>lora：每个矩阵增量的秩</translation>
    </message>
    <message>
        <source>Factor on the learning rate of the recovery</source>
        <translation>恢复时学习率所乘的系数</translation>
    </message>
    <message>
        <source>Samples to recover with</source>
        <translation>用于恢复的样本数</translation>
    </message>
    <message>
        <source>Samples in a step of the recovery</source>
        <translation>恢复时每一步的样本数</translation>
    </message>
    <message>
        <source>Share of the samples that is not trained on and decides which weights are kept</source>
        <translation>不参与训练、用来判断哪组权重最好的样本所占的比例</translation>
    </message>
    <message>
        <source>Of the choice of samples and of their order</source>
        <translation>决定样本的选取及其顺序</translation>
    </message>
    <message>
        <source>Forward mode</source>
        <translation>前向模式</translation>
    </message>
    <message>
        <source>What zeroth-order takes as a difference, as the derivative it approaches: how fast the whole model&apos;s loss changes when a matrix moves in a random direction.</source>
        <translation>零阶方法取差分，这里取它所逼近的导数：矩阵沿随机方向移动时，整个模型的损失变化有多快。</translation>
    </message>
    <message>
        <source>W is a weight matrix, L the model&apos;s loss on a batch, z random noise of W&apos;s shape. The derivative runs forward through the model beside its values.</source>
        <translation>W 是权重矩阵，L 是模型在一个批次上的损失，z 是与 W 形状相同的随机噪声。导数与数值一起沿模型向前传播。</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>相对误差</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 散度</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Wanda, rebuilt</source>
        <translation>Wanda，重建后</translation>
    </message>
    <message>
        <source>Measured loss</source>
        <translation>实测损失</translation>
    </message>
    <message>
        <source>How much the whole model&apos;s loss rises when a matrix alone is pruned to the target: no small change, but the one that is going to be made.</source>
        <translation>单独把一个矩阵剪到目标时，整个模型的损失上升多少：不是微小的变动，而是将要做出的变动。</translation>
    </message>
    <message>
        <source>over batches of {batchSize} of {samples} samples. M leaves of the matrix W what Wanda leaves at the target sparsity; the other matrices are whole.</source>
        <translation>取自 {samples} 个样本，每批 {batchSize} 个。M 保留矩阵 W 中 Wanda 在目标稀疏度下所保留的部分；其他矩阵保持完整。</translation>
    </message>
    <message>
        <source>Parts to re-score after</source>
        <translation>分段重新评分</translation>
    </message>
    <message>
        <source>none, the dense model alone</source>
        <translation>不分段，只对稠密模型评分</translation>
    </message>
    <message>
        <source>And int8</source>
        <translation>再转 int8</translation>
    </message>
    <message>
        <source>Rounds what stays to whole numbers from -127 to 127 times a scale for each row</source>
        <translation>把保留的权重舍入为 -127 至 127 的整数乘以每行一个比例</translation>
    </message>
    <message>
        <source>w are the weights of a row that stay. Packed files hold the whole numbers.</source>
        <translation>w 是一行中保留的权重。打包文件存放这些整数。</translation>
    </message>
    <message>
        <source>And int8, least error</source>
        <translation>再转 int8，误差最小</translation>
    </message>
    <message>
        <source>Rounds to int8 as well, with the scale of each row that has the least squared error</source>
        <translation>同样舍入为 int8，每行取平方误差最小的比例</translation>
    </message>
    <message>
        <source>Of 32 scales from max |w| / 127 down to half of it.</source>
        <translation>从 max |w| / 127 到其一半的 32 个比例中选取。</translation>
    </message>
    <message>
        <source>heads and neurons</source>
        <translation>注意力头和神经元</translation>
    </message>
    <message>
        <source>SquareHead steps</source>
        <translation>SquareHead 步数</translation>
    </message>
    <message>
        <source>squarehead: steps of the whole model</source>
        <translation>squarehead：整个模型的步数</translation>
    </message>
    <message>
        <source>Views of a picture</source>
        <translation>每幅图片的视图数</translation>
    </message>
    <message>
        <source>How often each picture is trained on: once whole, then as random parts, which the dense model sees as well</source>
        <translation>每幅图片参与训练的次数：一次为原图，其余为随机裁剪，稠密模型也看到同样的裁剪</translation>
    </message>
    <message>
        <source>SquareHead distillation</source>
        <translation>SquareHead 蒸馏</translation>
    </message>
    <message>
        <source>Trains all kept weights together until states and predictions are the dense one&apos;s</source>
        <translation>共同训练所有保留的权重，直到隐藏状态和预测与稠密模型一致</translation>
    </message>
    <message>
        <source>h are the states behind every block, token by token. Masks stay; kept weights, biases and norms of pruned blocks are trained by Adam on {samples} samples.</source>
        <translation>h 是每个块之后逐词元的隐藏状态。掩码不变；被剪枝的块中保留的权重、偏置和归一化参数用 Adam 在 {samples} 个样本上训练。</translation>
    </message>
    <message>
        <source>This plan</source>
        <translation>此方案</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>%1 K</source>
        <translation>%1 K</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 M</translation>
    </message>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>about %1 s left</source>
        <translation>约剩 %1 秒</translation>
    </message>
    <message>
        <source>about %1 min left</source>
        <translation>约剩 %1 分钟</translation>
    </message>
    <message>
        <source>about %1 h left</source>
        <translation>约剩 %1 小时</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>Vision</source>
        <translation>视觉</translation>
    </message>
    <message>
        <source>Bridge</source>
        <translation>桥接模块</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Language encoder</source>
        <translation>语言编码器</translation>
    </message>
    <message>
        <source>Language decoder</source>
        <translation>语言解码器</translation>
    </message>
    <message>
        <source>Encoder</source>
        <translation>编码器</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>解码器</translation>
    </message>
    <message>
        <source>Projector</source>
        <translation>投影层</translation>
    </message>
    <message>
        <source>Text encoder</source>
        <translation>文本编码器</translation>
    </message>
    <message>
        <source>Text decoder</source>
        <translation>文本解码器</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>Plain question</source>
        <translation>直接提问</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>below %1</source>
        <translation>低于 %1</translation>
    </message>
</context>
<context>
    <name>JobError</name>
    <message>
        <source>There is not enough memory for this; try fewer samples or a smaller batch.</source>
        <translation>内存不足，无法完成；请减少样本数或减小批大小。</translation>
    </message>
    <message>
        <source>Something went wrong inside the engine: %1</source>
        <translation>引擎内部出错：%1</translation>
    </message>
    <message>
        <source>Something went wrong inside the engine.</source>
        <translation>引擎内部出错。</translation>
    </message>
</context>
<context>
    <name>LessonRun</name>
    <message>
        <source>The sample is being opened and asked…</source>
        <translation>正在打开示例模型并向它提问…</translation>
    </message>
    <message>
        <source>The blocks are being scored…</source>
        <translation>正在给各块评分…</translation>
    </message>
    <message>
        <source>The first draw of noise is not over yet…</source>
        <translation>第一次噪声抽样尚未结束…</translation>
    </message>
    <message>
        <source>The pruned model is being asked the test pairs…</source>
        <translation>正在用测试样本对询问剪枝后的模型…</translation>
    </message>
    <message>
        <source>Each block is being pruned alone…</source>
        <translation>正在单独剪枝每个块…</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>This run has no answers of both plans, so it does not say which is better.</source>
        <translation>本次运行没有两个方案的答案，因此看不出哪个更好。</translation>
    </message>
    <message>
        <source>%1 answers are right by “%2” alone, %3 by “%4” alone.</source>
        <translation>有 %1 个答案只有“%2”答对，有 %3 个只有“%4”答对。</translation>
    </message>
    <message>
        <source>Chance alone parts two equally good plans as far in %1 of all runs: these pairs do not show which is better.</source>
        <translation>仅凭偶然，两个同样好的方案也会在 %1 的运行中相差这么多：这些样本对看不出哪个更好。</translation>
    </message>
    <message>
        <source>Chance alone does that in %1 of all runs: “%2” is better here.</source>
        <translation>仅凭偶然，只有 %1 的运行会如此：这里“%2”更好。</translation>
    </message>
</context>
<context>
    <name>MethodText</name>
    <message>
        <source>Add a Method</source>
        <translation>添加方法</translation>
    </message>
    <message>
        <source>Scored by</source>
        <translation>评分方法</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>准则</translation>
    </message>
    <message>
        <source>Refined by</source>
        <translation>细化方法</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Recovered by</source>
        <translation>恢复方法</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>Blocks</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>Formulas</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>As opened</source>
        <translation>初始状态</translation>
    </message>
    <message>
        <source>Every change of the plan, its choices and its data, oldest first. Choose a step to go back to it; the steps after it stay until you change something.</source>
        <translation>对方案、选项和数据的每次更改，从最早到最新。选择一步即可回到那里；之后的各步会一直保留，直到您作出新的更改。</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>矩阵</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>答案</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>敏感度</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>各层</translation>
    </message>
    <message>
        <source>Recovery</source>
        <translation>精度恢复</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
</context>
<context>
    <name>PlanModelText</name>
    <message>
        <source>The recovery was stopped on the way and its weights are not in the project: recover again in the Recovery pane, or take the step back.</source>
        <translation>精度恢复曾中途停止，其权重不在项目中：请在“精度恢复”面板中重新恢复，或撤销这一步。</translation>
    </message>
</context>
<context>
    <name>PlanPanes</name>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>稀疏度，%</translation>
    </message>
</context>
<context>
    <name>PlotExport</name>
    <message>
        <source>%1 is no kind of file that a chart can be written as; svg, pdf, png and csv are.</source>
        <translation>%1 不是图表可以写成的文件类型；可用的有 svg、pdf、png 和 csv。</translation>
    </message>
</context>
<context>
    <name>TokenShading</name>
    <message>
        <source>Loss of a token:</source>
        <translation>词元的损失：</translation>
    </message>
</context>
<context>
    <name>espalier::Actions</name>
    <message>
        <source>Open &amp;Project…</source>
        <translation>打开项目(&amp;P)…</translation>
    </message>
    <message>
        <source>Project…</source>
        <translation>项目…</translation>
    </message>
    <message>
        <source>Open a project file: model, scores, plan with its history, results</source>
        <translation>打开项目文件：模型、评分、方案及其历史记录、结果</translation>
    </message>
    <message>
        <source>&amp;Save Project</source>
        <translation>保存项目(&amp;S)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Keep everything but the weights in a project file: scores, plan with its history, results</source>
        <translation>把权重以外的一切保存到项目文件：评分、方案及其历史记录、结果</translation>
    </message>
    <message>
        <source>Save Project &amp;As…</source>
        <translation>项目另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Save the project under another name</source>
        <translation>用另一个名称保存项目</translation>
    </message>
    <message>
        <source>&amp;Open Model…</source>
        <translation>打开模型(&amp;O)…</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Open a model folder, as Hugging Face writes it</source>
        <translation>打开 Hugging Face 格式的模型文件夹</translation>
    </message>
    <message>
        <source>Open the Sample</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Open the small trained model that comes with the program</source>
        <translation>打开随程序附带的训练好的小模型</translation>
    </message>
    <message>
        <source>Open the Emo&amp;ji Sample</source>
        <translation>打开表情符号示例(&amp;J)</translation>
    </message>
    <message>
        <source>Open the small CLIP that comes with the program; its pictures are drawn from the installed emoji font</source>
        <translation>打开随程序附带的小型 CLIP；其图片由已安装的表情符号字体绘制</translation>
    </message>
    <message>
        <source>Cali&amp;bration Pairs…</source>
        <translation>校准样本对(&amp;B)…</translation>
    </message>
    <message>
        <source>Calibration pairs…</source>
        <translation>校准样本对…</translation>
    </message>
    <message>
        <source>&amp;Test Pairs…</source>
        <translation>测试样本对(&amp;T)…</translation>
    </message>
    <message>
        <source>Test pairs…</source>
        <translation>测试样本对…</translation>
    </message>
    <message>
        <source>Empty the list of recent models</source>
        <translation>清空最近打开的模型列表</translation>
    </message>
    <message>
        <source>&amp;Export Pruned Model…</source>
        <translation>导出剪枝后的模型(&amp;E)…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Write the pruned model to a folder that transformers loads unchanged</source>
        <translation>把剪枝后的模型写入文件夹，transformers 可直接加载</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Make the undone change again</source>
        <translation>重做刚撤销的更改</translation>
    </message>
    <message>
        <source>&amp;Reset All Blocks</source>
        <translation>重置所有块(&amp;R)</translation>
    </message>
    <message>
        <source>Remove every pin and give each block the sparsity of the allocation</source>
        <translation>取消所有固定，各块恢复为分配所得的稀疏度</translation>
    </message>
    <message>
        <source>Plan by Global &amp;Magnitude</source>
        <translation>按全局幅值制定方案(&amp;M)</translation>
    </message>
    <message>
        <source>For comparison: one threshold over all weights decides what each matrix loses</source>
        <translation>用于比较：对全部权重取同一个阈值，由它决定每个矩阵剪去多少</translation>
    </message>
    <message>
        <source>&amp;Find Pairs</source>
        <translation>查找样本对(&amp;F)</translation>
    </message>
    <message>
        <source>Search the questions and answers</source>
        <translation>在问题和答案中搜索</translation>
    </message>
    <message>
        <source>Select &amp;All Blocks</source>
        <translation>选择所有块(&amp;A)</translation>
    </message>
    <message>
        <source>Select every block of the plan</source>
        <translation>选择方案中的每个块</translation>
    </message>
    <message>
        <source>Select &amp;Component</source>
        <translation>选择组件(&amp;C)</translation>
    </message>
    <message>
        <source>Select all blocks of the current block&apos;s component</source>
        <translation>选择当前块所属组件的所有块</translation>
    </message>
    <message>
        <source>Show &amp;Matrices</source>
        <translation>显示矩阵(&amp;M)</translation>
    </message>
    <message>
        <source>Open the current block into its matrices, or close it again</source>
        <translation>把当前块展开为各个矩阵，或重新收起</translation>
    </message>
    <message>
        <source>Pin or &amp;Unpin</source>
        <translation>固定或取消固定(&amp;U)</translation>
    </message>
    <message>
        <source>Fix the sparsity of the selected blocks, or let it change again</source>
        <translation>固定所选块的稀疏度，或允许其再次变化</translation>
    </message>
    <message>
        <source>L&amp;ock or Unlock Component</source>
        <translation>锁定或解锁组件(&amp;O)</translation>
    </message>
    <message>
        <source>Fix the sparsity of every block in this component, or let it change again</source>
        <translation>固定该组件中每个块的稀疏度，或允许其再次变化</translation>
    </message>
    <message>
        <source>Rese&amp;t Selected</source>
        <translation>重置所选(&amp;T)</translation>
    </message>
    <message>
        <source>Give the selected blocks the sparsity of the allocation</source>
        <translation>把所选块恢复为分配所得的稀疏度</translation>
    </message>
    <message>
        <source>Sharpe&amp;n Plan</source>
        <translation>加大方案差异(&amp;N)</translation>
    </message>
    <message>
        <source>Move every block that is not pinned further from the target</source>
        <translation>让每个未固定的块更远离目标</translation>
    </message>
    <message>
        <source>&amp;Flatten Plan</source>
        <translation>缩小方案差异(&amp;F)</translation>
    </message>
    <message>
        <source>Move every block that is not pinned towards the target</source>
        <translation>让每个未固定的块更接近目标</translation>
    </message>
    <message>
        <source>Keep T&amp;his Plan…</source>
        <translation>保留此方案(&amp;H)…</translation>
    </message>
    <message>
        <source>Keep the plan under a name, to go back to or to compare with</source>
        <translation>以一个名称保留方案，以便日后恢复或比较</translation>
    </message>
    <message>
        <source>Zoom &amp;In</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Show fewer blocks, larger</source>
        <translation>显示较少的块，图形更大</translation>
    </message>
    <message>
        <source>Zoom &amp;Out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>Show more blocks</source>
        <translation>显示更多的块</translation>
    </message>
    <message>
        <source>Show A&amp;ll Blocks</source>
        <translation>显示所有块(&amp;L)</translation>
    </message>
    <message>
        <source>Zoom out to the whole model</source>
        <translation>缩小到显示整个模型</translation>
    </message>
    <message>
        <source>&amp;Score</source>
        <translation>评分(&amp;S)</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Measure how much the model&apos;s loss depends on each block</source>
        <translation>测量模型的损失在多大程度上取决于每个块</translation>
    </message>
    <message>
        <source>&amp;Prune and Compare</source>
        <translation>剪枝并比较(&amp;P)</translation>
    </message>
    <message>
        <source>Prune</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Prune the model to the plan, then ask it the test pairs</source>
        <translation>按方案剪枝模型，然后用测试样本对提问</translation>
    </message>
    <message>
        <source>Follow the Plan Li&amp;ve</source>
        <translation>实时跟随方案(&amp;V)</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Prune and compare again after each change of the plan</source>
        <translation>方案每次变化后重新剪枝并比较</translation>
    </message>
    <message>
        <source>Stop All &amp;Jobs</source>
        <translation>停止所有任务(&amp;J)</translation>
    </message>
    <message>
        <source>Cancel whatever is running</source>
        <translation>取消正在运行的一切</translation>
    </message>
    <message>
        <source>Measure Sensitivit&amp;y</source>
        <translation>测量敏感度(&amp;Y)</translation>
    </message>
    <message>
        <source>Measure sensitivity</source>
        <translation>测量敏感度</translation>
    </message>
    <message>
        <source>Measure how much the loss rises when each block alone is pruned, on held-out calibration data</source>
        <translation>在留出的校准数据上，测量单独剪枝每个块时损失上升多少</translation>
    </message>
    <message>
        <source>&amp;Improve Plan</source>
        <translation>改进方案(&amp;I)</translation>
    </message>
    <message>
        <source>Improve plan</source>
        <translation>改进方案</translation>
    </message>
    <message>
        <source>Move budget between blocks as long as the loss on held-out calibration data falls</source>
        <translation>只要留出的校准数据上的损失还在下降，就在块之间移动预算</translation>
    </message>
    <message>
        <source>Run Sw&amp;eep</source>
        <translation>运行扫描(&amp;E)</translation>
    </message>
    <message>
        <source>Run sweep</source>
        <translation>运行扫描</translation>
    </message>
    <message>
        <source>Measure accuracy for several methods at several sparsities. A stopped sweep continues</source>
        <translation>在多个稀疏度下测量多种方法的准确率。停止的扫描可以继续</translation>
    </message>
    <message>
        <source>Export &amp;Masks…</source>
        <translation>导出掩码(&amp;M)…</translation>
    </message>
    <message>
        <source>Write the masks of the kept weights as a safetensors file</source>
        <translation>把保留权重的掩码写成 safetensors 文件</translation>
    </message>
    <message>
        <source>Export P&amp;lan…</source>
        <translation>导出方案(&amp;L)…</translation>
    </message>
    <message>
        <source>Write the plan as JSON, or as the YAML of name and sparsity that the official code reads</source>
        <translation>把方案写成 JSON，或写成官方代码可读取的名称与稀疏度 YAML</translation>
    </message>
    <message>
        <source>&amp;Import Plan…</source>
        <translation>导入方案(&amp;I)…</translation>
    </message>
    <message>
        <source>Take over a plan from a JSON or YAML file</source>
        <translation>采用 JSON 或 YAML 文件中的方案</translation>
    </message>
    <message>
        <source>Write &amp;Report…</source>
        <translation>生成报告(&amp;R)…</translation>
    </message>
    <message>
        <source>One HTML or PDF file with model, method, plan, results, examples and recipe</source>
        <translation>一个 HTML 或 PDF 文件，包含模型、方法、方案、结果、例子和配方</translation>
    </message>
    <message>
        <source>Export C&amp;hart…</source>
        <translation>导出图表(&amp;H)…</translation>
    </message>
    <message>
        <source>Write the plan chart as SVG, PDF, PNG or CSV</source>
        <translation>把方案图表写成 SVG、PDF、PNG 或 CSV</translation>
    </message>
    <message>
        <source>Find &amp;Command…</source>
        <translation>查找命令(&amp;C)…</translation>
    </message>
    <message>
        <source>Type a few letters of what you want to do</source>
        <translation>输入您想做的事的几个字</translation>
    </message>
    <message>
        <source>Presentation Mo&amp;de</source>
        <translation>演示模式(&amp;D)</translation>
    </message>
    <message>
        <source>Show only plan, answers and results, in large type, for a class</source>
        <translation>以大字号只显示方案、答案和结果，适合课堂</translation>
    </message>
    <message>
        <source>Guided &amp;Tour</source>
        <translation>引导式导览(&amp;T)</translation>
    </message>
    <message>
        <source>Lo&amp;garithmic Importance</source>
        <translation>对数重要性(&amp;G)</translation>
    </message>
    <message>
        <source>Show importance on a logarithmic scale: small scores become visible</source>
        <translation>以对数刻度显示重要性：较小的评分也能看清</translation>
    </message>
    <message>
        <source>&amp;Next Pane</source>
        <translation>下一个面板(&amp;N)</translation>
    </message>
    <message>
        <source>Move the keyboard to the next pane</source>
        <translation>把键盘焦点移到下一个面板</translation>
    </message>
    <message>
        <source>&amp;Previous Pane</source>
        <translation>上一个面板(&amp;P)</translation>
    </message>
    <message>
        <source>Move the keyboard to the pane before</source>
        <translation>把键盘焦点移到上一个面板</translation>
    </message>
    <message>
        <source>&amp;Reset Layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>Put all panes back where they were at first</source>
        <translation>把所有面板放回最初的位置</translation>
    </message>
    <message>
        <source>&amp;Full Screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>使用整个屏幕</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>这是什么？(&amp;W)</translation>
    </message>
    <message>
        <source>Click anything to learn what it does and why</source>
        <translation>点击任意位置，了解它的作用和原因</translation>
    </message>
    <message>
        <source>&amp;About Espalier</source>
        <translation>关于 Espalier(&amp;A)</translation>
    </message>
    <message>
        <source>Version, licence and the method&apos;s source</source>
        <translation>版本、许可证和方法的出处</translation>
    </message>
    <message>
        <source>&amp;New Window</source>
        <translation>新建窗口(&amp;N)</translation>
    </message>
    <message>
        <source>A second window, for another model or project beside this one</source>
        <translation>再开一个窗口，同时处理另一个模型或项目</translation>
    </message>
    <message>
        <source>Close &amp;Window</source>
        <translation>关闭窗口(&amp;W)</translation>
    </message>
    <message>
        <source>Close this window and stop its jobs</source>
        <translation>关闭此窗口并停止其任务</translation>
    </message>
    <message>
        <source>Close all windows and stop all jobs</source>
        <translation>关闭所有窗口并停止所有任务</translation>
    </message>
    <message>
        <source>Comp&amp;are Plans…</source>
        <translation>比较方案(&amp;A)…</translation>
    </message>
    <message>
        <source>Compare plans</source>
        <translation>比较方案</translation>
    </message>
    <message>
        <source>Two plans side by side: their difference, their results, the answers they differ in</source>
        <translation>并排显示两个方案：它们的差异、结果，以及答案不同之处</translation>
    </message>
    <message>
        <source>Export S&amp;weep Chart…</source>
        <translation>导出扫描图表(&amp;W)…</translation>
    </message>
    <message>
        <source>Write the sweep as SVG, PDF, PNG or CSV</source>
        <translation>把扫描写成 SVG、PDF、PNG 或 CSV</translation>
    </message>
    <message>
        <source>Export &amp;Sensitivity Charts…</source>
        <translation>导出敏感度图表(&amp;S)…</translation>
    </message>
    <message>
        <source>Write every block&apos;s curve as SVG, PDF, PNG or CSV</source>
        <translation>把每个块的曲线写成 SVG、PDF、PNG 或 CSV</translation>
    </message>
    <message>
        <source>Export Matri&amp;x Chart…</source>
        <translation>导出矩阵图表(&amp;X)…</translation>
    </message>
    <message>
        <source>Write the mask and the histograms as SVG, PDF, PNG or CSV</source>
        <translation>把掩码和直方图写成 SVG、PDF、PNG 或 CSV</translation>
    </message>
    <message>
        <source>E&amp;xport Recipe…</source>
        <translation>导出配方(&amp;X)…</translation>
    </message>
    <message>
        <source>Write all options and the plan as a recipe that espalier-cli run repeats</source>
        <translation>把所有选项和方案写成配方，可用 espalier-cli run 重复执行</translation>
    </message>
    <message>
        <source>Choose the calibration data: the pairs that scoring and pruning run through the model</source>
        <translation>选择校准数据：评分和剪枝时送入模型的样本对</translation>
    </message>
    <message>
        <source>Choose the test pairs: the model answers them before and after pruning</source>
        <translation>选择测试样本对：模型在剪枝前后回答它们</translation>
    </message>
    <message>
        <source>Take back the last change of the plan or of a choice</source>
        <translation>撤销对方案或选项的最近一次更改</translation>
    </message>
    <message>
        <source>&amp;Watch the Estimate</source>
        <translation>观察估计过程(&amp;W)</translation>
    </message>
    <message>
        <source>Score exactly, then estimate by repeated noise: see the error bars close in on the exact values</source>
        <translation>先精确评分，再用反复抽取的噪声估计：看误差线如何向精确值收拢</translation>
    </message>
    <message>
        <source>&amp;Clear Recent</source>
        <translation>清空最近列表(&amp;C)</translation>
    </message>
    <message>
        <source>Learn the method on the bundled sample. Work in this window stays: the tour then opens another one</source>
        <translation>在附带的示例上学习该方法。此窗口中的工作保持不变：导览会另开一个窗口</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>手册(&amp;M)</translation>
    </message>
    <message>
        <source>How everything in this window is used; works without a network</source>
        <translation>此窗口中各项功能的用法；无需网络</translation>
    </message>
    <message>
        <source>Lan&amp;guage…</source>
        <translation>语言(&amp;G)…</translation>
    </message>
    <message>
        <source>The language of the window, from its next start on</source>
        <translation>窗口的语言，从下次启动起生效</translation>
    </message>
    <message>
        <source>T&amp;hreads…</source>
        <translation>线程数(&amp;H)…</translation>
    </message>
    <message>
        <source>How many cores the program computes on, from its next start on; results do not depend on it</source>
        <translation>程序用多少个核心计算，从下次启动起生效；结果不受影响</translation>
    </message>
    <message>
        <source>Pr&amp;eferences…</source>
        <translation>首选项(&amp;E)…</translation>
    </message>
    <message>
        <source>Language, look, size of type, threads, memory limit and device</source>
        <translation>语言、外观、字号、线程数、内存限制和计算设备</translation>
    </message>
    <message>
        <source>Open a Modern &amp;Vision-Language Model</source>
        <translation>打开现代视觉语言模型(&amp;V)</translation>
    </message>
    <message>
        <source>Open a small model of today&apos;s kind that comes with the program: SigLIP&apos;s tower, LLaMA&apos;s text, a chat template</source>
        <translation>打开随程序附带的新式小模型：SigLIP 视觉编码器、LLaMA 文本模型、对话模板</translation>
    </message>
    <message>
        <source>E&amp;xplain the Answer</source>
        <translation>解释答案(&amp;X)</translation>
    </message>
    <message>
        <source>Show the chosen pair large: the answer token by token, and where in picture and words it comes from</source>
        <translation>放大显示所选样本对：逐词元显示答案，以及它来自图片和文字的何处</translation>
    </message>
    <message>
        <source>Copy as Co&amp;mmand</source>
        <translation>复制为命令(&amp;M)</translation>
    </message>
    <message>
        <source>Copy what led to this plan and its answers as lines of espalier-cli</source>
        <translation>把得到此方案及其答案的步骤复制为 espalier-cli 命令行</translation>
    </message>
    <message>
        <source>Copy as P&amp;ython</source>
        <translation>复制为 Python(&amp;Y)</translation>
    </message>
    <message>
        <source>Copy what led to this plan and its answers as Python, for the module espalier</source>
        <translation>把得到此方案及其答案的步骤复制为使用 espalier 模块的 Python 代码</translation>
    </message>
    <message>
        <source>Write Interactive Report…</source>
        <translation>生成交互式报告…</translation>
    </message>
    <message>
        <source>One HTML page with a grid of measured plans, explored in any browser without this program</source>
        <translation>一个 HTML 页面，包含一系列已测量的方案，无需本程序即可在任何浏览器中探索</translation>
    </message>
    <message>
        <source>Re&amp;cover Accuracy</source>
        <translation>恢复精度(&amp;C)</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复精度</translation>
    </message>
    <message>
        <source>Train what stays so that the pruned model comes near to the dense one again, by the ways ticked in the Recovery pane</source>
        <translation>按“精度恢复”面板中勾选的方式训练保留的权重，使剪枝后的模型重新接近稠密模型</translation>
    </message>
    <message>
        <source>Stop the Recovery and &amp;Keep It</source>
        <translation>停止恢复并保留结果(&amp;K)</translation>
    </message>
    <message>
        <source>End the recovery with the best weights so far, which become the plan&apos;s model</source>
        <translation>结束精度恢复，以目前最好的权重作为该方案的模型</translation>
    </message>
    <message>
        <source>Export &amp;Recovery Chart…</source>
        <translation>导出精度恢复图表(&amp;R)…</translation>
    </message>
    <message>
        <source>Write the losses of the recovery as SVG, PDF, PNG or CSV</source>
        <translation>把精度恢复的损失写成 SVG、PDF、PNG 或 CSV</translation>
    </message>
    <message>
        <source>Plan by Iterative &amp;Gradient</source>
        <translation>按迭代梯度制定方案(&amp;G)</translation>
    </message>
    <message>
        <source>For comparison: one threshold on weight times gradient in ten rounds decides what each matrix loses</source>
        <translation>用于比较：对“权重 × 梯度”取同一个阈值，分十轮决定每个矩阵剪去多少</translation>
    </message>
    <message>
        <source>Plan by Iterative O&amp;BD</source>
        <translation>按迭代 OBD 制定方案(&amp;B)</translation>
    </message>
    <message>
        <source>For comparison: one threshold on the second-order change of the loss in ten rounds decides what each matrix loses</source>
        <translation>用于比较：对损失的二阶变化取同一个阈值，分十轮决定每个矩阵剪去多少</translation>
    </message>
    <message>
        <source>Keep Result as a Run</source>
        <translation>将结果保留为一次运行</translation>
    </message>
    <message>
        <source>Add what the present plan&apos;s model can do and what it would take to the table of runs</source>
        <translation>把当前方案的模型能做什么、需要多少资源加入运行表</translation>
    </message>
    <message>
        <source>Import R&amp;uns…</source>
        <translation>导入运行(&amp;U)…</translation>
    </message>
    <message>
        <source>Add the runs of a table or of another project to those of this one</source>
        <translation>把某个表或另一个项目的运行加入此处</translation>
    </message>
</context>
<context>
    <name>espalier::ArchitectureView</name>
    <message>
        <source>Drawing of the model</source>
        <translation>模型示意图</translation>
    </message>
    <message>
        <source>The model as it computes: a row for each component, its blocks from left to right, and in each block its matrices, as high as their share of its weights. Arrows lead to the component that is fed. A click chooses the block in all views.</source>
        <translation>模型的计算过程：每个组件一行，各块从左到右排列，块内是它的各个矩阵，高度为其在块内权重中所占的份额。箭头指向接收其输出的组件。点击即可在所有视图中选择该块。</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n blocks, %2 weights</source>
        <translation>
            <numerusform>%1：%n 个块，%2 个权重</numerusform>
        </translation>
    </message>
    <message>
        <source>Outside the blocks&apos; matrices (embeddings, norms, heads): %1 weights</source>
        <translation>块的矩阵之外（嵌入层、归一化、输出头）：%1 个权重</translation>
    </message>
    <message>
        <source>%1: %2 × %3</source>
        <translation>%1：%2 × %3</translation>
    </message>
</context>
<context>
    <name>espalier::BlockModel</name>
    <message>
        <source>pinned</source>
        <translation>已固定</translation>
    </message>
    <message>
        <source>not pinned</source>
        <translation>未固定</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>组件</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重数</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>How many weights the block has</source>
        <translation>该块有多少个权重</translation>
    </message>
    <message>
        <source>How much the model&apos;s loss depends on the block, with its standard error</source>
        <translation>模型的损失在多大程度上取决于该块，附标准误</translation>
    </message>
    <message>
        <source>The part of its weights that goes: drag the bar, or double-click to type a number</source>
        <translation>该块中被剪去的权重所占比例：拖动柱形，或双击输入数值</translation>
    </message>
    <message>
        <source>A pinned block keeps its sparsity whatever else changes</source>
        <translation>无论其他如何变化，已固定的块保持其稀疏度</translation>
    </message>
    <message>
        <source>Click to sort</source>
        <translation>点击可排序</translation>
    </message>
</context>
<context>
    <name>espalier::BlocksPanel</name>
    <message>
        <source>Blocks</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Every block with its weights, importance and sparsity. Drag a bar or double-click its number to decide for yourself; tick a block to pin it where it is. The selection is the chart&apos;s.</source>
        <translation>每个块及其权重数、重要性和稀疏度。拖动柱形或双击其数值可自行决定；勾选一个块可把它固定在当前位置。所选内容与图表一致。</translation>
    </message>
</context>
<context>
    <name>espalier::BudgetPanel</name>
    <message>
        <source>Target sparsity</source>
        <translation>目标稀疏度</translation>
    </message>
    <message>
        <source>The fraction of all prunable weights to remove. The total always meets it, whatever you set for single blocks.</source>
        <translation>在全部可剪枝权重中要剪去的比例。无论您怎样设定单个块，总量始终符合它。</translation>
    </message>
    <message>
        <source>Cap</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>The highest sparsity of any block. A low cap protects weak blocks. At the target itself all blocks get the same sparsity.</source>
        <translation>任何块的最高稀疏度。较低的上限保护较弱的块。等于目标时，所有块的稀疏度相同。</translation>
    </message>
    <message>
        <source>Cap follows target (+10 %)</source>
        <translation>上限跟随目标（+10%）</translation>
    </message>
    <message>
        <source>The paper&apos;s choice: each block may lose 10 percentage points more than the target.</source>
        <translation>论文的选择：每个块的稀疏度最多可比目标高 10 个百分点。</translation>
    </message>
    <message>
        <source>Shared by</source>
        <translation>分配方法</translation>
    </message>
    <message>
        <source>How the budget is shared among the blocks.</source>
        <translation>预算如何在各块之间分配。</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>粒度</translation>
    </message>
    <message>
        <source>What gets a sparsity of its own.</source>
        <translation>以什么为单位各有一个稀疏度。</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>one for each transformer layer, as in the paper</source>
        <translation>每个 Transformer 层一个，与论文一致</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>矩阵</translation>
    </message>
    <message>
        <source>one for each weight matrix</source>
        <translation>每个权重矩阵一个</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>组件</translation>
    </message>
    <message>
        <source>one for vision, one for each language part</source>
        <translation>视觉一个，每个语言部分各一个</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>How the scores of its matrices make up a block&apos;s importance.</source>
        <translation>如何由块内各矩阵的评分得出块的重要性。</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>总和</translation>
    </message>
    <message>
        <source>the sum, as in the paper</source>
        <translation>求和，与论文一致</translation>
    </message>
    <message>
        <source>Per weight</source>
        <translation>按权重平均</translation>
    </message>
    <message>
        <source>the sum divided by how many weights there are</source>
        <translation>总和除以权重数</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>the plain mean over the matrices</source>
        <translation>各矩阵的简单平均</translation>
    </message>
    <message>
        <source>Reset all blocks</source>
        <translation>重置所有块</translation>
    </message>
    <message>
        <source>Remove every pin and give each block the sparsity of the allocation</source>
        <translation>取消所有固定，各块恢复为分配所得的稀疏度</translation>
    </message>
    <message>
        <source>Sharing the budget</source>
        <translation>预算分配</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>剪枝准则</translation>
    </message>
    <message>
        <source>Which weights of a matrix go first.</source>
        <translation>矩阵中哪些权重先剪去。</translation>
    </message>
    <message>
        <source>Compared in</source>
        <translation>比较范围</translation>
    </message>
    <message>
        <source>Among which weights the least are looked for.</source>
        <translation>在哪些权重之中寻找最小者。</translation>
    </message>
    <message>
        <source>As the paper</source>
        <translation>与论文一致</translation>
    </message>
    <message>
        <source>by matrix in the vision tower, by row in language</source>
        <translation>视觉编码器按矩阵，语言部分按行</translation>
    </message>
    <message>
        <source>Output row</source>
        <translation>输出行</translation>
    </message>
    <message>
        <source>every output keeps the same number of inputs</source>
        <translation>每个输出保留同样多的输入</translation>
    </message>
    <message>
        <source>Whole matrix</source>
        <translation>整个矩阵</translation>
    </message>
    <message>
        <source>rows may be thinned unevenly</source>
        <translation>各行可以疏密不均</translation>
    </message>
    <message>
        <source>Calibration samples</source>
        <translation>校准样本数</translation>
    </message>
    <message>
        <source>How many calibration pairs run through the model to show the inputs of each weight. Test pairs are never among them.</source>
        <translation>有多少个校准样本对送入模型，以得到每个权重的输入。其中绝不包含测试样本对。</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; of the prunable weights go</source>
        <translation>剪去 &lt;b&gt;%1&lt;/b&gt; 的可剪枝权重</translation>
    </message>
    <message>
        <source>%1 → %2 kept</source>
        <translation>%1 → 保留 %2</translation>
    </message>
    <message numerus="yes">
        <source>%n pinned</source>
        <translation>
            <numerusform>已固定 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 prunable weights, %2 of them stay</source>
        <translation>%1 个可剪枝权重，保留 %2 个</translation>
    </message>
    <message>
        <source>%1 → %2 without zeros</source>
        <translation>不含零：%1 → %2</translation>
    </message>
    <message>
        <source>As it came</source>
        <translation>原状</translation>
    </message>
    <message>
        <source>Refined by</source>
        <translation>掩码细化</translation>
    </message>
    <message>
        <source>An extra step that improves the masks.</source>
        <translation>改进掩码的附加步骤。</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>the criterion&apos;s choice stands</source>
        <translation>采用剪枝准则的选择</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>稀疏模式</translation>
    </message>
    <message>
        <source>Where in a matrix zeros may stand.</source>
        <translation>矩阵中的零可以出现在哪里。</translation>
    </message>
    <message>
        <source>Anywhere</source>
        <translation>任意位置</translation>
    </message>
    <message>
        <source>each block as sparse as the plan says</source>
        <translation>每个块的稀疏度由方案决定</translation>
    </message>
    <message>
        <source>at most 4 of 8 neighbours stay</source>
        <translation>每 8 个相邻权重至多保留 4 个</translation>
    </message>
    <message>
        <source>Each block that the plan takes anything from loses exactly %1; one at 0 stays whole. Rows and matrices are compared within these groups.</source>
        <translation>凡方案要剪的块，都恰好剪去 %1；稀疏度为 0 的块保持完整。行内或矩阵内的比较都在这些组内进行。</translation>
    </message>
    <message>
        <source>This allocator needs more statistics. Score again with “Statistics for other allocators”.</source>
        <translation>此分配方法需要更多统计量。请勾选“其他分配方法所需的统计量”后重新评分。</translation>
    </message>
    <message>
        <source>Calibrated on</source>
        <translation>校准所用模型</translation>
    </message>
    <message>
        <source>Which model produces the inputs that a block is calibrated on.</source>
        <translation>块校准时所用的输入由哪个模型产生。</translation>
    </message>
    <message>
        <source>Pruned blocks</source>
        <translation>已剪枝的块</translation>
    </message>
    <message>
        <source>the outputs of the pruned blocks before it, as published</source>
        <translation>前面已剪枝的块的输出，与论文一致</translation>
    </message>
    <message>
        <source>Dense model</source>
        <translation>稠密模型</translation>
    </message>
    <message>
        <source>its inputs in the dense model, the same for all plans: answers follow at once</source>
        <translation>稠密模型中的输入，对所有方案都相同：答案立即随之更新</translation>
    </message>
    <message>
        <source>Of the prunable weights as they are stored, and with their zeros left out: values, and a bit for each place. An exported checkpoint keeps its size, because it stores the zeros; a packer leaves them out. Matrix products take as long with zeros as without, whatever the pattern, unless the program that runs them is made for sparse weights.</source>
        <translation>可剪枝权重按原样存储的大小，以及略去零之后的大小：数值，再加上每个位置一个比特。导出的检查点大小不变，因为它也存储零；打包程序会略去它们。无论哪种模式，矩阵乘法有零与无零耗时相同，除非运行它的程序专为稀疏权重设计。</translation>
    </message>
    <message>
        <source>at most 2 of 4 neighbours stay</source>
        <translation>每 4 个相邻权重至多保留 2 个</translation>
    </message>
    <message>
        <source>Swaps + refit</source>
        <translation>交换 + 重新拟合</translation>
    </message>
    <message>
        <source>first who stays, then the values of what stays</source>
        <translation>先确定保留哪些，再求保留者的取值</translation>
    </message>
    <message>
        <source>Fitted to</source>
        <translation>拟合目标</translation>
    </message>
    <message>
        <source>What weights that change are to come near to.</source>
        <translation>改变的权重应接近什么。</translation>
    </message>
    <message>
        <source>Own outputs</source>
        <translation>自身输出</translation>
    </message>
    <message>
        <source>what the matrix would make of its inputs, unpruned</source>
        <translation>未剪枝的矩阵对其输入给出的结果</translation>
    </message>
    <message>
        <source>Dense outputs</source>
        <translation>稠密输出</translation>
    </message>
    <message>
        <source>so that it makes up for what the blocks before it lost</source>
        <translation>从而补偿前面各块的损失</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Tokens of pictures</source>
        <translation>图片词元</translation>
    </message>
    <message>
        <source>Language blocks are calibrated on all tokens of text and on those of a picture that a block changes the most: min(1, this times their mean change) for each token of text. At 0 on all of them.</source>
        <translation>语言块的校准使用全部文本词元，以及图片中被块改变最大的那些词元：每个文本词元对应 min(1, 此值 × 其平均变化) 个。设为 0 则全部使用。</translation>
    </message>
    <message>
        <source>4 neighbouring rows of a column go together</source>
        <translation>一列中相邻的 4 行一起去掉</translation>
    </message>
    <message>
        <source>16 neighbouring rows of a column go together</source>
        <translation>一列中相邻的 16 行一起去掉</translation>
    </message>
    <message>
        <source>Heads and neurons</source>
        <translation>注意力头和神经元</translation>
    </message>
    <message>
        <source>whole attention heads and neurons of MLPs go, which a smaller model lacks</source>
        <translation>去掉整个注意力头和 MLP 神经元；更小的模型中不再有它们</translation>
    </message>
</context>
<context>
    <name>espalier::ColumnChooser</name>
    <message>
        <source>Picture column</source>
        <translation>图片列</translation>
    </message>
    <message>
        <source>Question column</source>
        <translation>问题列</translation>
    </message>
    <message>
        <source>Text column</source>
        <translation>文本列</translation>
    </message>
    <message>
        <source>The column that names the file of each picture</source>
        <translation>给出每张图片文件名的列</translation>
    </message>
    <message>
        <source>The column of the questions; nothing where the texts are captions</source>
        <translation>问题所在的列；若文本是图片描述则不选</translation>
    </message>
    <message>
        <source>The column of the captions, or of the answers to the questions</source>
        <translation>图片描述或问题答案所在的列</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>（无）</translation>
    </message>
</context>
<context>
    <name>espalier::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>您想做什么？</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>搜索命令</translation>
    </message>
    <message>
        <source>A few letters of any command; arrow keys choose, Return does it, Esc closes</source>
        <translation>输入任意命令的几个字；方向键选择，回车执行，Esc 关闭</translation>
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
        <translation>深色 暗色 夜间 主题 颜色 外观 dark theme
线程 线程数 核心 处理器 并行 threads cpu
语言 中文 德语 英语 翻译 language
复制 剪贴板 电子表格 copy
种子 随机 seed
手册 帮助 指南 文档 help
设置 首选项 选项 settings
稀疏度 稀疏 目标 预算 sparsity
评分 打分 重要性 score
剪枝 裁剪 修剪 prune
图片 图像 照片 picture
撤销 撤回 返回 undo
退出 关闭 exit
恢复 还原 已放弃 recover</translation>
    </message>
</context>
<context>
    <name>espalier::CompareAnswerModel</name>
    <message>
        <source>(nothing)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>right</source>
        <translation>正确</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>正确答案</translation>
    </message>
</context>
<context>
    <name>espalier::CompareChart</name>
    <message>
        <source>Two plans</source>
        <translation>两个方案</translation>
    </message>
    <message>
        <source>The sparsity that each plan gives each block, the second one hatched, and below how much more or less the second one takes. The wheel zooms, dragging moves, a click chooses a block.</source>
        <translation>每个方案给每个块的稀疏度，第二个带斜线；下方是第二个方案多剪或少剪多少。滚轮缩放，拖动移动，点击选择块。</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>稀疏度，%</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>%1 against %2</source>
        <translation>%1 对比 %2</translation>
    </message>
    <message>
        <source>%1
%2: %3
%4: %5
Difference: %6 points</source>
        <translation>%1
%2：%3
%4：%5
差异：%6 个百分点</translation>
    </message>
</context>
<context>
    <name>espalier::CompareController</name>
    <message>
        <source>Present plan</source>
        <translation>当前方案</translation>
    </message>
    <message>
        <source>Pruning by &quot;%1&quot; needs calibration pairs: choose a folder of them with File › Calibration Pairs, or prune by magnitude.</source>
        <translation>按“%1”剪枝需要校准样本对：请用“文件”›“校准样本对”选择其文件夹，或按幅值剪枝。</translation>
    </message>
    <message>
        <source>Measuring %1</source>
        <translation>测量 %1</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>打开 %1</translation>
    </message>
</context>
<context>
    <name>espalier::CompareResultModel</name>
    <message>
        <source>Right answers of the model pruned to “%1”</source>
        <translation>按“%1”剪枝后的模型的正确答案</translation>
    </message>
    <message>
        <source>The second less the first, in percentage points. Bold where it is more than chance: the two 95 % intervals do not meet</source>
        <translation>第二个减第一个，以百分点计。超出偶然范围时为粗体：两个 95% 区间不相交</translation>
    </message>
    <message>
        <source>Where the second model&apos;s true accuracy lies with 95 % confidence (Wilson)</source>
        <translation>第二个模型的真实准确率以 95% 置信度所在的范围（Wilson）</translation>
    </message>
    <message>
        <source>Mean cross-entropy of the expected answers with the first and the second plan</source>
        <translation>采用第一个和第二个方案时，正确答案的平均交叉熵</translation>
    </message>
</context>
<context>
    <name>espalier::CompareWindow</name>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Compare Plans</source>
        <translation>比较方案</translation>
    </message>
    <message>
        <source>First plan</source>
        <translation>第一个方案</translation>
    </message>
    <message>
        <source>The plan that the other is compared with</source>
        <translation>作为比较基准的方案</translation>
    </message>
    <message>
        <source>Second plan</source>
        <translation>第二个方案</translation>
    </message>
    <message>
        <source>The plan that is compared</source>
        <translation>被比较的方案</translation>
    </message>
    <message>
        <source>Exchange the two</source>
        <translation>交换两者</translation>
    </message>
    <message>
        <source>Exchange the two plans</source>
        <translation>交换两个方案</translation>
    </message>
    <message>
        <source>Another project…</source>
        <translation>另一个项目…</translation>
    </message>
    <message>
        <source>Compare with the plan of a project file of the same model</source>
        <translation>与同一模型的项目文件中的方案比较</translation>
    </message>
    <message>
        <source>Export chart…</source>
        <translation>导出图表…</translation>
    </message>
    <message>
        <source>Write this chart as SVG, PDF, PNG or CSV</source>
        <translation>把此图表写成 SVG、PDF、PNG 或 CSV</translation>
    </message>
    <message>
        <source>against</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Results of both plans</source>
        <translation>两个方案的结果</translation>
    </message>
    <message>
        <source>Right answers with each plan, by kind of question, and by how much they differ.</source>
        <translation>各方案按问题类型的答对数，以及相差多少。</translation>
    </message>
    <message>
        <source>Answers with both plans</source>
        <translation>两个方案的答案</translation>
    </message>
    <message>
        <source>What the model answers with each plan: a tick is right, a cross wrong, bold where the two differ.</source>
        <translation>模型在各方案下的回答：对号表示正确，叉号表示错误，两者不同时为粗体。</translation>
    </message>
    <message>
        <source>All answers</source>
        <translation>全部答案</translation>
    </message>
    <message>
        <source>Differing</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>Agreeing</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>Only the first right</source>
        <translation>仅第一个正确</translation>
    </message>
    <message>
        <source>Only the second right</source>
        <translation>仅第二个正确</translation>
    </message>
    <message>
        <source>Which answers</source>
        <translation>显示哪些答案</translation>
    </message>
    <message>
        <source>Being measured: %1</source>
        <translation>正在测量：%1</translation>
    </message>
    <message>
        <source>Prune to “%1” and ask its model the test pairs</source>
        <translation>按“%1”剪枝，并用测试样本对询问其模型</translation>
    </message>
    <message>
        <source>There are no test pairs to compare answers by.</source>
        <translation>没有可用来比较答案的测试样本对。</translation>
    </message>
    <message>
        <source>“%1” has not been measured.</source>
        <translation>“%1”尚未测量。</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; right at %2 sparsity, against &lt;b&gt;%3&lt;/b&gt; right at %4</source>
        <translation>稀疏度 %2 时答对 &lt;b&gt;%1&lt;/b&gt;，对比稀疏度 %4 时答对 &lt;b&gt;%3&lt;/b&gt;</translation>
    </message>
    <message>
        <source>%1 differ, %2 agree</source>
        <translation>%1 个不同，%2 个相同</translation>
    </message>
    <message>
        <source>Compare with a Project</source>
        <translation>与项目比较</translation>
    </message>
    <message>
        <source>Espalier projects (*.espalier)</source>
        <translation>Espalier 项目 (*.espalier)</translation>
    </message>
    <message>
        <source>Export the Chart</source>
        <translation>导出图表</translation>
    </message>
    <message>
        <source>Charts (*.svg *.pdf *.png *.csv)</source>
        <translation>图表 (*.svg *.pdf *.png *.csv)</translation>
    </message>
    <message>
        <source>The chart is in %1.</source>
        <translation>图表已存入 %1。</translation>
    </message>
    <message>
        <source>There is but one plan. Keep it under a name (Plan › Keep This Plan), change it, and both stand here; or compare with another project.</source>
        <translation>目前只有一个方案。以一个名称保留它（“方案”›“保留此方案”）再更改，两者就会并列在此；也可以与另一个项目比较。</translation>
    </message>
    <message>
        <source>Perplexity &lt;b&gt;%1&lt;/b&gt; at %2 sparsity, against &lt;b&gt;%3&lt;/b&gt; at %4</source>
        <translation>稀疏度 %2 时困惑度为 &lt;b&gt;%1&lt;/b&gt;，对比稀疏度 %4 时为 &lt;b&gt;%3&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Pair by pair: the exact McNemar test of the answers, the paired bootstrap of the losses</source>
        <translation>逐对比较：对答案用 McNemar 精确检验，对损失用配对自助法</translation>
    </message>
    <message>
        <source>“%1” is recovered (%2)</source>
        <translation>“%1”已恢复精度（%2）</translation>
    </message>
    <message>
        <source>Comparing answers</source>
        <translation>比较答案</translation>
    </message>
    <message>
        <source>%1 right with the first alone, %2 with the second alone</source>
        <translation>%1 个只有第一个答对，%2 个只有第二个答对</translation>
    </message>
    <message>
        <source>loss %1 → %2, the first less the second %3 to %4</source>
        <translation>损失 %1 → %2，第一个减第二个为 %3 至 %4</translation>
    </message>
    <message>
        <source>more than chance (%1)</source>
        <translation>超出偶然范围（%1）</translation>
    </message>
    <message>
        <source>within chance (%1)</source>
        <translation>在偶然范围内（%1）</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>Only the first breaks it</source>
        <translation>仅第一个使其出错</translation>
    </message>
    <message>
        <source>Only the second breaks it</source>
        <translation>仅第二个使其出错</translation>
    </message>
    <message>
        <source>Both break it</source>
        <translation>两者都使其出错</translation>
    </message>
    <message>
        <source>Which answers to show, by how the two plans differ in them. Broken is what the unpruned model has right and the pruned one wrong</source>
        <translation>按两个方案的差异选择显示哪些答案。“出错”指未剪枝模型答对而剪枝后答错</translation>
    </message>
</context>
<context>
    <name>espalier::ComponentCaps</name>
    <message>
        <source>Own cap of %1</source>
        <translation>%1的单独上限</translation>
    </message>
    <message>
        <source>No block of this component loses more than its own cap, whatever the cap of the others is</source>
        <translation>无论其他组件的上限是多少，该组件的块都不会超过自己的上限</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
</context>
<context>
    <name>espalier::DatasetDialog</name>
    <message>
        <source>First entries</source>
        <translation>前几条数据</translation>
    </message>
    <message>
        <source>Use for &amp;Calibration</source>
        <translation>用于校准(&amp;C)</translation>
    </message>
    <message>
        <source>Use as &amp;Test Pairs</source>
        <translation>用作测试样本对(&amp;T)</translation>
    </message>
    <message>
        <source>Test Pairs</source>
        <translation>测试样本对</translation>
    </message>
    <message>
        <source>Calibration Pairs</source>
        <translation>校准样本对</translation>
    </message>
    <message>
        <source>&amp;Folder…</source>
        <translation>文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>F&amp;ile…</source>
        <translation>文件(&amp;I)…</translation>
    </message>
    <message>
        <source>Pictures with captions beside them, folders of classes, a data set as it was unpacked</source>
        <translation>附有描述的图片、按类别分的文件夹、解压后的数据集</translation>
    </message>
    <message>
        <source>COCO, Karpathy, VQA or GQA as .json; entries as .jsonl, .csv or .tsv; text as .txt</source>
        <translation>COCO、Karpathy、VQA 或 GQA 为 .json；逐条数据为 .jsonl、.csv 或 .tsv；文本为 .txt</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Entries left out</source>
        <translation>略去的条目</translation>
    </message>
    <message>
        <source>This cannot be used</source>
        <translation>这些数据无法使用</translation>
    </message>
    <message>
        <source>Choose a folder or a file, or drop one here.</source>
        <translation>选择文件夹或文件，或拖放到这里。</translation>
    </message>
    <message>
        <source>No data chosen yet</source>
        <translation>尚未选择数据</translation>
    </message>
    <message>
        <source>Pictures with captions or questions, pictures by class, or text. This dialog shows what it found before anything uses it.</source>
        <translation>带描述或问题的图片、按类别分的图片，或文本。在使用之前，此对话框会显示找到的内容。</translation>
    </message>
    <message>
        <source>A Folder of Data</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>A File of Data</source>
        <translation>数据文件</translation>
    </message>
    <message>
        <source>Data sets (*.json *.jsonl *.ndjson *.csv *.tsv *.txt);;All files (*)</source>
        <translation>数据集 (*.json *.jsonl *.ndjson *.csv *.tsv *.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Looking at %1…</source>
        <translation>正在查看 %1…</translation>
    </message>
    <message>
        <source>Looking at %1</source>
        <translation>查看 %1</translation>
    </message>
    <message>
        <source>Recognised as: %1.</source>
        <translation>识别为：%1。</translation>
    </message>
    <message>
        <source>Every entry can be used.</source>
        <translation>每一条都可以使用。</translation>
    </message>
    <message>
        <source>Open a model to use them.</source>
        <translation>请打开一个模型来使用它们。</translation>
    </message>
    <message>
        <source>… and %1 more</source>
        <translation>…以及另外 %1 条</translation>
    </message>
    <message>
        <source>%1 left out</source>
        <translation>略去 %1 条</translation>
    </message>
    <message>
        <source>The first %1 of %2</source>
        <translation>共 %2 条中的前 %1 条</translation>
    </message>
    <message>
        <source>All entries</source>
        <translation>全部条目</translation>
    </message>
    <message>
        <source>Questions and answers</source>
        <translation>问题与答案</translation>
    </message>
    <message>
        <source>Questions that several people answered</source>
        <translation>由多人作答的问题</translation>
    </message>
    <message>
        <source>Pictures and captions</source>
        <translation>图片与描述</translation>
    </message>
    <message>
        <source>Pictures by class</source>
        <translation>按类别分的图片</translation>
    </message>
    <message>
        <source>Pictures alone</source>
        <translation>仅图片</translation>
    </message>
    <message>
        <source>Entries in a table or lines</source>
        <translation>表格或逐行条目</translation>
    </message>
    <message>
        <source>VQA questions</source>
        <translation>VQA 问题</translation>
    </message>
    <message>
        <source>GQA questions</source>
        <translation>GQA 问题</translation>
    </message>
    <message>
        <source>Karpathy splits</source>
        <translation>Karpathy 划分</translation>
    </message>
    <message>
        <source>COCO captions</source>
        <translation>COCO 描述</translation>
    </message>
    <message>
        <source>A JSON list of entries</source>
        <translation>JSON 条目列表</translation>
    </message>
    <message>
        <source>A folder for each class</source>
        <translation>每个类别一个文件夹</translation>
    </message>
    <message>
        <source>Captions in .txt files</source>
        <translation>.txt 文件中的描述</translation>
    </message>
    <message>
        <source>Text files</source>
        <translation>文本文件</translation>
    </message>
    <message numerus="yes">
        <source>%Ln pairs</source>
        <translation>
            <numerusform>%Ln 个样本对</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln questions</source>
        <translation>
            <numerusform>%Ln 个问题</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln captions</source>
        <translation>
            <numerusform>%Ln 条描述</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln texts</source>
        <translation>
            <numerusform>%Ln 条文本</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1，%2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln classes</source>
        <translation>
            <numerusform>%Ln 个类别</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1，关于 %2</translation>
    </message>
    <message>
        <source>Take it as</source>
        <translation>视为</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>划分</translation>
    </message>
    <message>
        <source>How the first entries were read: if pictures, questions or texts are in the wrong place here, the data are of another format</source>
        <translation>前几条数据的读取方式：如果图片、问题或文本的位置不对，说明数据是另一种格式</translation>
    </message>
    <message>
        <source>Every entry that was left out, with file, line and reason</source>
        <translation>每个略去的条目，附文件、行号和原因</translation>
    </message>
    <message>
        <source>Keep the data there are</source>
        <translation>保留现有数据</translation>
    </message>
    <message>
        <source>Scoring and pruning run these through the model</source>
        <translation>评分和剪枝时将它们送入模型</translation>
    </message>
    <message>
        <source>The model answers these before and after pruning. Keep them apart from the calibration data</source>
        <translation>模型在剪枝前后回答它们。请与校准数据分开</translation>
    </message>
    <message>
        <source>More than one format fits. The first fits the model best</source>
        <translation>有多种格式相符。第一种最适合该模型</translation>
    </message>
    <message>
        <source>Which split: calibrate with data from training, test with held-out data</source>
        <translation>选用哪个划分：用训练数据校准，用留出的数据测试</translation>
    </message>
    <message numerus="yes">
        <source>%Ln entries</source>
        <translation>
            <numerusform>%Ln 个条目</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop a folder or a file here</source>
        <translation>把文件夹或文件拖放到这里</translation>
    </message>
    <message>
        <source>Which column holds what?</source>
        <translation>哪一列是什么？</translation>
    </message>
    <message>
        <source>The columns have names of their own. Choose below which one holds the pictures, and which the texts.</source>
        <translation>各列使用自己的名称。请在下方选择哪一列是图片，哪一列是文本。</translation>
    </message>
    <message>
        <source>%1 was not read, as its columns have names of their own. Choose below which one holds the pictures, and which the texts.</source>
        <translation>%1 没有被读取，因为其中各列使用自己的名称。请在下方选择哪一列是图片，哪一列是文本。</translation>
    </message>
    <message>
        <source>No column was taken for the pictures. If one names them, choose it below.</source>
        <translation>没有任何列被当作图片。如果有一列给出图片，请在下方选择。</translation>
    </message>
    <message>
        <source>Several tables were not read. Open the one that is meant instead of the folder.</source>
        <translation>有几个表格没有被读取。请直接打开所需的表格，而不是文件夹。</translation>
    </message>
</context>
<context>
    <name>espalier::DensityMap</name>
    <message>
        <source>Mask</source>
        <translation>掩码</translation>
    </message>
    <message>
        <source>Where the matrix keeps its weights: each cell is darker the more of them stay. The bars at the right and below say how much each row (output) and column (input) keeps; lines part attention heads.</source>
        <translation>矩阵保留权重的位置：每个格子保留越多，颜色越深。右侧和下方的条表示每行（输出）和每列（输入）保留多少；线条分隔各注意力头。</translation>
    </message>
    <message>
        <source>%1: %2 by %3, %4 kept</source>
        <translation>%1：%2 × %3，保留 %4</translation>
    </message>
    <message>
        <source>Around row %1, column %2: %3 kept</source>
        <translation>行 %1、列 %2 附近：保留 %3</translation>
    </message>
    <message>
        <source>Near row %1 (an output): it keeps %2 of its inputs</source>
        <translation>行 %1（输出）附近：保留其输入的 %2</translation>
    </message>
    <message>
        <source>Near column %1 (an input): %2 of the outputs keep it</source>
        <translation>列 %1（输入）附近：%2 的输出保留它</translation>
    </message>
</context>
<context>
    <name>espalier::EngineController</name>
    <message>
        <source>Reconnecting</source>
        <translation>正在重新连接</translation>
    </message>
    <message>
        <source>%1 is another model by now; open it again.</source>
        <translation>%1 现在已是另一个模型；请重新打开。</translation>
    </message>
</context>
<context>
    <name>espalier::ExplainController</name>
    <message>
        <source>Explaining an answer</source>
        <translation>解释答案</translation>
    </message>
</context>
<context>
    <name>espalier::ExplainedPicture</name>
    <message>
        <source>The picture as the model sees it. Orange: what the chosen word of the answer rests on. Blue: what speaks against it. Wheel or plus and minus zoom, the mouse or the arrow keys move, 0 shows the whole.</source>
        <translation>模型所见的图片。橙色：所选答案词的依据。蓝色：不支持它的部分。滚轮或加减号键缩放，鼠标或方向键移动，0 显示整张图片。</translation>
    </message>
    <message>
        <source>largest value %1</source>
        <translation>最大值 %1</translation>
    </message>
    <message>
        <source>full colour: %1</source>
        <translation>最深色：%1</translation>
    </message>
    <message>
        <source>Row %1, column %2: %3</source>
        <translation>行 %1，列 %2：%3</translation>
    </message>
</context>
<context>
    <name>espalier::ExplanationWindow</name>
    <message>
        <source>Tokens of the answer</source>
        <translation>答案的词元</translation>
    </message>
    <message>
        <source>Words of the question</source>
        <translation>问题的词</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>稠密</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Where the Answer Comes From</source>
        <translation>答案从何而来</translation>
    </message>
    <message>
        <source>The answer token by token, with the probability that the dense and the pruned model give it. Choose one to see where it comes from.</source>
        <translation>逐词元显示答案，以及稠密模型和剪枝后的模型给出的概率。选择一个词元，查看它从何而来。</translation>
    </message>
    <message>
        <source>What the colours show</source>
        <translation>颜色表示什么</translation>
    </message>
    <message>
        <source>Occlusion hides a part and asks again. Attention follows what each layer looked at.</source>
        <translation>遮挡法把一部分盖住后重新提问。注意力法追踪每一层看了什么。</translation>
    </message>
    <message>
        <source>Whose answer</source>
        <translation>谁的答案</translation>
    </message>
    <message>
        <source>Answer of the dense model</source>
        <translation>稠密模型的答案</translation>
    </message>
    <message>
        <source>Answer of the pruned model</source>
        <translation>剪枝后的模型的答案</translation>
    </message>
    <message>
        <source>Expected answer</source>
        <translation>正确答案</translation>
    </message>
    <message>
        <source>Both models are asked about the same answer: whose it is</source>
        <translation>就同一个答案询问两个模型：选择是谁的答案</translation>
    </message>
    <message>
        <source>&amp;Whole Picture</source>
        <translation>整张图片(&amp;W)</translation>
    </message>
    <message>
        <source>Zoom out to the whole picture (0)</source>
        <translation>缩小到显示整张图片 (0)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the pictures as they are shown (Ctrl+C)</source>
        <translation>按当前显示复制图片 (Ctrl+C)</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>保存(&amp;S)…</translation>
    </message>
    <message>
        <source>Save the pictures as SVG, PDF or PNG, or their numbers as CSV</source>
        <translation>把图片保存为 SVG、PDF 或 PNG，或把数值保存为 CSV</translation>
    </message>
    <message>
        <source>Occlusion: what is lost where it is hidden</source>
        <translation>遮挡：盖住该处会失去什么</translation>
    </message>
    <message>
        <source>Attention rollout: what was looked at</source>
        <translation>注意力展开：看了哪里</translation>
    </message>
    <message>
        <source>Similarity of each patch with the text</source>
        <translation>每个图块与文本的相似度</translation>
    </message>
    <message>
        <source>Choose a pair in the answers of the main window.</source>
        <translation>请在主窗口的答案中选择一个样本对。</translation>
    </message>
    <message>
        <source>The dense model writes: %1</source>
        <translation>稠密模型的回答：%1</translation>
    </message>
    <message>
        <source>The pruned model writes: %1</source>
        <translation>剪枝后的模型的回答：%1</translation>
    </message>
    <message>
        <source>Prune the model to compare.</source>
        <translation>剪枝模型即可比较。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1, next likeliest: %2</source>
        <translation>%1，其次可能：%2</translation>
    </message>
    <message>
        <source>with a blank picture %1</source>
        <translation>用空白图片时 %1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Words: their share of the attention rollout</source>
        <translation>词：各自在注意力展开中的份额</translation>
    </message>
    <message>
        <source>Words: what is lost without them</source>
        <translation>词：去掉它会失去什么</translation>
    </message>
    <message>
        <source>Save the Pictures</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg *.pdf *.csv)</source>
        <translation>图片 (*.png *.svg *.pdf *.csv)</translation>
    </message>
    <message>
        <source>The pictures are in %1.</source>
        <translation>图片已存入 %1。</translation>
    </message>
</context>
<context>
    <name>espalier::ExportController</name>
    <message>
        <source>Exporting masks</source>
        <translation>导出掩码</translation>
    </message>
    <message>
        <source>The masks are in %1.</source>
        <translation>掩码已存入 %1。</translation>
    </message>
    <message>
        <source>Exporting the plan</source>
        <translation>导出方案</translation>
    </message>
    <message>
        <source>The plan is in %1.</source>
        <translation>方案已存入 %1。</translation>
    </message>
    <message>
        <source>Importing a plan</source>
        <translation>导入方案</translation>
    </message>
    <message>
        <source>Plan of %1</source>
        <translation>%1 的方案</translation>
    </message>
    <message>
        <source>%1 pruned to %2</source>
        <translation>%1，剪枝到 %2</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>生成报告</translation>
    </message>
    <message>
        <source>The report is in %1.</source>
        <translation>报告已存入 %1。</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Exporting the recipe</source>
        <translation>导出配方</translation>
    </message>
    <message>
        <source>The recipe is in %1. espalier-cli run repeats it.</source>
        <translation>配方已存入 %1。可用 espalier-cli run 重复执行。</translation>
    </message>
    <message>
        <source>The pruned model is in %1: %2, or about %3 once a packer leaves the zeros out. %4 of its prunable weights are zero.</source>
        <translation>剪枝后的模型已存入 %1：%2，打包程序略去零之后约 %3。其可剪枝权重中有 %4 为零。</translation>
    </message>
    <message>
        <source>The pruned model is in %1: %2 packed, %3 once unpacked. %4 of its prunable weights are zero.</source>
        <translation>剪枝后的模型已存入 %1：打包后 %2，解包后 %3。其可剪枝权重中有 %4 为零。</translation>
    </message>
    <message>
        <source>The plans of the page share by scores. Score the model first (F7).</source>
        <translation>该页面的方案按评分分配。请先给模型评分 (F7)。</translation>
    </message>
    <message>
        <source>Writing the page</source>
        <translation>生成页面</translation>
    </message>
    <message>
        <source>%1, pruned</source>
        <translation>%1，已剪枝</translation>
    </message>
    <message numerus="yes">
        <source>The page with %n plans is in %1.</source>
        <translation>
            <numerusform>含 %n 个方案的页面已存入 %1。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::FormulaPanel</name>
    <message>
        <source>Formulas</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>The formulas behind what the window shows, with the numbers of the current block put in</source>
        <translation>窗口所示内容背后的公式，并代入当前块的数值</translation>
    </message>
    <message>
        <source>Score of a matrix</source>
        <translation>矩阵的评分</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;: n&lt;sub&gt;g&lt;/sub&gt; = %2, kept %3, so %4 sparse.</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;：n&lt;sub&gt;g&lt;/sub&gt; = %2，保留 %3，因此稀疏度为 %4。</translation>
    </message>
    <message>
        <source>s&lt;sub&gt;g&lt;/sub&gt; = %1; its standard error is unknown after one batch and one draw.</source>
        <translation>s&lt;sub&gt;g&lt;/sub&gt; = %1；只有一个批次和一次抽样，标准误未知。</translation>
    </message>
    <message>
        <source>s&lt;sub&gt;g&lt;/sub&gt; = %1 ± %2.</source>
        <translation>s&lt;sub&gt;g&lt;/sub&gt; = %1 ± %2。</translation>
    </message>
    <message>
        <source>It is pinned.</source>
        <translation>该块已固定。</translation>
    </message>
    <message>
        <source>Share of the budget</source>
        <translation>预算的份额</translation>
    </message>
    <message>
        <source>Which weights go</source>
        <translation>剪去哪些权重</translation>
    </message>
    <message>
        <source>Interval of an accuracy</source>
        <translation>准确率的区间</translation>
    </message>
    <message>
        <source>Wilson&apos;s, with z = 1.96. Now p = %1 of n = %2 pairs: %3 to %4.</source>
        <translation>Wilson 区间，z = 1.96。现在 n = %2 个样本对，p = %1：%3 至 %4。</translation>
    </message>
    <message>
        <source>Every block is calibrated on what the dense model gives it.</source>
        <translation>每个块都用稠密模型给它的输入来校准。</translation>
    </message>
    <message>
        <source>Block after block, each is calibrated on what the pruned blocks before it produce.</source>
        <translation>逐块进行，每个块用前面已剪枝的块所产生的输入来校准。</translation>
    </message>
    <message>
        <source>Pattern %1: of every %2 neighbours in a row the %3 with the greatest A stay.</source>
        <translation>模式 %1：在一行中每 %2 个相邻权重里，保留 A 最大的 %3 个。</translation>
    </message>
    <message>
        <source>In vision towers: %1 Elsewhere: %2</source>
        <translation>视觉编码器中：%1 其他部分：%2</translation>
    </message>
    <message>
        <source>Accuracy back</source>
        <translation>恢复精度</translation>
    </message>
</context>
<context>
    <name>espalier::FractionDelegate</name>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
</context>
<context>
    <name>espalier::FractionField</name>
    <message>
        <source>%1, slider</source>
        <translation>%1，滑块</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
</context>
<context>
    <name>espalier::GalleryPanel</name>
    <message>
        <source>No test pairs</source>
        <translation>没有测试样本对</translation>
    </message>
    <message>
        <source>Pictures with questions and expected answers show what pruning does to the model.</source>
        <translation>带有问题和正确答案的图片可以显示剪枝对模型的影响。</translation>
    </message>
    <message>
        <source>No pair like that</source>
        <translation>没有这样的样本对</translation>
    </message>
    <message>
        <source>Choose another filter or search for other words.</source>
        <translation>请选择另一个筛选条件，或搜索其他词。</translation>
    </message>
    <message>
        <source>Search questions and answers</source>
        <translation>搜索问题和答案</translation>
    </message>
    <message>
        <source>Search pairs</source>
        <translation>搜索样本对</translation>
    </message>
    <message>
        <source>Shows the pairs whose question or answers contain all of these words.</source>
        <translation>显示问题或答案中包含所有这些词的样本对。</translation>
    </message>
    <message>
        <source>All answers</source>
        <translation>全部答案</translation>
    </message>
    <message>
        <source>Flipped</source>
        <translation>已翻转</translation>
    </message>
    <message>
        <source>Right → wrong</source>
        <translation>正确 → 错误</translation>
    </message>
    <message>
        <source>Wrong → right</source>
        <translation>错误 → 正确</translation>
    </message>
    <message>
        <source>Which answers</source>
        <translation>显示哪些答案</translation>
    </message>
    <message>
        <source>Which answers to show, by what pruning did to them</source>
        <translation>按剪枝带来的变化，选择显示哪些答案</translation>
    </message>
    <message>
        <source>Kind of question</source>
        <translation>问题类型</translation>
    </message>
    <message>
        <source>Which kind of question to show</source>
        <translation>显示哪类问题</translation>
    </message>
    <message>
        <source>Pairs shown</source>
        <translation>所示样本对</translation>
    </message>
    <message>
        <source>Sample pairs</source>
        <translation>样本对</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>全部类型</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>What the model says to each pair before and after pruning. A tick is a right answer, a cross a wrong one; answers that flipped come first. The chosen pair stands below in full: words that differ, pictures that were matched, the loss of each token.</source>
        <translation>模型在剪枝前后对每个样本对的回答。对号表示正确，叉号表示错误；发生翻转的答案排在最前。所选样本对在下方完整显示：不同的词、匹配到的图片、每个词元的损失。</translation>
    </message>
</context>
<context>
    <name>espalier::HistogramView</name>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>espalier::ImproveSteps</name>
    <message>
        <source>Accepted steps</source>
        <translation>已接受的步骤</translation>
    </message>
    <message>
        <source>Each step that the search accepted: which block gave up how many weights so that which keeps as many more, and the loss on the held-out half of the calibration pairs then. Undo takes all of them back at once.</source>
        <translation>搜索所接受的每一步：哪个块让出多少权重，使哪个块多保留同样多；以及此时在留出的一半校准样本对上的损失。“撤销”会一次撤回所有步骤。</translation>
    </message>
    <message>
        <source>Accepted step</source>
        <translation>已接受的步骤</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>At first</source>
        <translation>起初</translation>
    </message>
    <message>
        <source>%1 weights moved from %2 to %3</source>
        <translation>%1 个权重从 %2 移到 %3</translation>
    </message>
</context>
<context>
    <name>espalier::JobIndicator</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop the running job. What it has finished stays.</source>
        <translation>停止正在运行的任务。已完成的部分会保留。</translation>
    </message>
    <message>
        <source>Cancel the job</source>
        <translation>取消任务</translation>
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
        <translation>没有任务在运行。</translation>
    </message>
    <message>
        <source>Log of jobs</source>
        <translation>任务日志</translation>
    </message>
    <message>
        <source>What has been done stands here.</source>
        <translation>已完成的任务记录在这里。</translation>
    </message>
    <message>
        <source>Memory in use</source>
        <translation>所用内存</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Stop this job. Nothing is left half-done.</source>
        <translation>停止此任务。不会留下做到一半的结果。</translation>
    </message>
    <message>
        <source>Cancel this job</source>
        <translation>取消此任务</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <translation>失败：%1</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>%1; next: %2</source>
        <translation>%1；接下来：%2</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>正在运行</translation>
    </message>
    <message>
        <source>%1 in use</source>
        <translation>已用 %1</translation>
    </message>
    <message>
        <source>Finished jobs with their time, newest last, and why a job failed</source>
        <translation>已结束的任务及其用时，最新的在最后；失败时附原因</translation>
    </message>
</context>
<context>
    <name>espalier::LayerModel</name>
    <message>
        <source>%1: %2 × %3</source>
        <translation>%1：%2 × %3</translation>
    </message>
    <message>
        <source>The block, by the prefix of its tensors</source>
        <translation>块，以其张量的前缀表示</translation>
    </message>
    <message>
        <source>The part of the model it belongs to</source>
        <translation>它所属的模型部分</translation>
    </message>
    <message>
        <source>How many matrices it has; point at a row for their shapes</source>
        <translation>它有多少个矩阵；指向一行可查看其形状</translation>
    </message>
    <message>
        <source>Weights of its matrices</source>
        <translation>其各矩阵的权重数</translation>
    </message>
    <message>
        <source>What they take in half precision, without the zeros of the plan</source>
        <translation>以半精度存储且略去方案中的零时所占的空间</translation>
    </message>
    <message>
        <source>Multiplications and additions for each position, without those with zeros</source>
        <translation>每个位置的乘法和加法次数，不计与零的运算</translation>
    </message>
    <message>
        <source>What the plan takes</source>
        <translation>方案剪去的比例</translation>
    </message>
    <message>
        <source>Mean cosine of what the block gives on, dense and pruned: 1 is the same direction</source>
        <translation>该块输出在稠密与剪枝后之间的平均余弦：1 表示方向相同</translation>
    </message>
    <message>
        <source>How far it is from the dense one, relative to its size</source>
        <translation>与稠密输出的距离，相对于其大小</translation>
    </message>
    <message>
        <source>Centred kernel alignment of both: 1 is the same geometry</source>
        <translation>两者的中心核对齐：1 表示几何结构相同</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>组件</translation>
    </message>
    <message>
        <source>Matrices</source>
        <translation>矩阵</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重数</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>运算量</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>误差</translation>
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
        <translation>各层</translation>
    </message>
    <message>
        <source>What each block is made of, and how far what it gives on parts from the dense model, on the first test pairs: by direction (cosine), by distance (error), by geometry (CKA). A click chooses the block in all views.</source>
        <translation>每个块由什么组成，以及在前几个测试样本对上，它的输出与稠密模型相差多少：按方向（余弦）、距离（误差）、几何结构（CKA）。点击即可在所有视图中选择该块。</translation>
    </message>
    <message>
        <source>Comparing activations</source>
        <translation>比较激活</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>示意图</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Colour by</source>
        <translation>着色依据</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>Change of activations</source>
        <translation>激活的变化</translation>
    </message>
    <message>
        <source>Sparsity: what the plan takes of each matrix. Importance: the score of each matrix, beside the largest. Change of activations: how far what a block gives on is from the dense model, relative to its size.</source>
        <translation>稀疏度：方案从每个矩阵剪去的比例。重要性：每个矩阵的评分，相对于其中最大者。激活的变化：块的输出与稠密模型相差多少，相对于其大小。</translation>
    </message>
    <message>
        <source>not scored yet</source>
        <translation>尚未评分</translation>
    </message>
    <message>
        <source>The model drawn, part by part</source>
        <translation>逐部分画出模型</translation>
    </message>
    <message>
        <source>Each block in numbers</source>
        <translation>每个块的数值</translation>
    </message>
</context>
<context>
    <name>espalier::LessonAuthor</name>
    <message>
        <source>Its chart is in the handout</source>
        <translation>讲义中包含其图表</translation>
    </message>
    <message>
        <source>Write a Lesson</source>
        <translation>编写课程</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>The plan&apos;s chart</source>
        <translation>方案图表</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>A choice</source>
        <translation>选择题</translation>
    </message>
    <message>
        <source>A number of the run</source>
        <translation>本次运行的数值</translation>
    </message>
    <message>
        <source>Which of two results is better</source>
        <translation>两个结果中哪个更好</translation>
    </message>
    <message>
        <source>Parts of the lesson</source>
        <translation>课程的各部分</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>What the chosen step shows and does, what it asks, and what holds for the whole lesson</source>
        <translation>所选步骤显示和执行的内容、提出的问题，以及整个课程的设置</translation>
    </message>
    <message>
        <source>A New Lesson</source>
        <translation>新课程</translation>
    </message>
    <message>
        <source>Bring the window into the state in which the lesson begins, then press Record Step.</source>
        <translation>先把窗口调到课程开始时的状态，然后按“录制步骤”。</translation>
    </message>
    <message>
        <source>There is no plan in the window to record. Open the sample first.</source>
        <translation>窗口中没有可录制的方案。请先打开示例模型。</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>步骤 %1</translation>
    </message>
    <message numerus="yes">
        <source>Recorded: %n acts. Write what the step says.</source>
        <translation>
            <numerusform>已录制 %n 个操作。请写下该步骤的文字。</numerusform>
        </translation>
    </message>
    <message>
        <source>Remember Results</source>
        <translation>记住结果</translation>
    </message>
    <message>
        <source>Name of the results</source>
        <translation>结果的名称</translation>
    </message>
    <message>
        <source>Choose a Picture</source>
        <translation>选择图片</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.svg *.gif)</source>
        <translation>图片 (*.png *.jpg *.jpeg *.svg *.gif)</translation>
    </message>
    <message>
        <source>The picture lies outside the lesson&apos;s folder: whoever gets the lesson needs it in the same place.</source>
        <translation>图片位于课程文件夹之外：拿到课程的人需要在同一位置有该图片。</translation>
    </message>
    <message numerus="yes">
        <source>%n steps of %1</source>
        <translation>
            <numerusform>%1 的 %n 个步骤</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a Lesson</source>
        <translation>打开课程</translation>
    </message>
    <message>
        <source>Lessons (*.lesson)</source>
        <translation>课程 (*.lesson)</translation>
    </message>
    <message>
        <source>The lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>The lesson is in %1.</source>
        <translation>课程位于 %1。</translation>
    </message>
    <message>
        <source>Save the Lesson</source>
        <translation>保存课程</translation>
    </message>
    <message>
        <source>The lesson has changes that are not saved.</source>
        <translation>课程有未保存的更改。</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>The steps of the lesson, in their order</source>
        <translation>课程的步骤，按顺序</translation>
    </message>
    <message>
        <source>&amp;Record Step</source>
        <translation>录制步骤(&amp;R)</translation>
    </message>
    <message>
        <source>Add a step that does what you have done in the window since the last one</source>
        <translation>添加一个步骤，执行自上一步以来您在窗口中所做的操作</translation>
    </message>
    <message>
        <source>Move &amp;Up</source>
        <translation>上移(&amp;U)</translation>
    </message>
    <message>
        <source>Put the step before the one above it</source>
        <translation>把该步骤移到上一个之前</translation>
    </message>
    <message>
        <source>Move &amp;Down</source>
        <translation>下移(&amp;D)</translation>
    </message>
    <message>
        <source>Put the step behind the one below it</source>
        <translation>把该步骤移到下一个之后</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>删除(&amp;L)</translation>
    </message>
    <message>
        <source>Take the step out of the lesson</source>
        <translation>从课程中去掉该步骤</translation>
    </message>
    <message>
        <source>&amp;Try</source>
        <translation>试一试(&amp;T)</translation>
    </message>
    <message>
        <source>Open the lesson as it is in a window of its own, from its beginning</source>
        <translation>在单独的窗口中从头打开当前课程</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>Open a lesson to change it</source>
        <translation>打开课程进行修改</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Write the .lesson file</source>
        <translation>写入 .lesson 文件</translation>
    </message>
    <message>
        <source>Save &amp;As…</source>
        <translation>另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Write it under another name</source>
        <translation>以其他名称写入</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Title of the lesson</source>
        <translation>课程标题</translation>
    </message>
    <message>
        <source>As the menu names it</source>
        <translation>菜单中显示的名称</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>One or two sentences about it</source>
        <translation>一两句话的介绍</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>How long it takes</source>
        <translation>所需时间</translation>
    </message>
    <message>
        <source>For the teacher</source>
        <translation>教师用</translation>
    </message>
    <message>
        <source>The teacher&apos;s page of the handout: a paragraph a line</source>
        <translation>讲义中的教师页：每行一段</translation>
    </message>
    <message>
        <source>Title of the step</source>
        <translation>步骤标题</translation>
    </message>
    <message>
        <source>Stands above the text</source>
        <translation>显示在文字上方</translation>
    </message>
    <message>
        <source>Text of the step</source>
        <translation>步骤文字</translation>
    </message>
    <message>
        <source>What the step says. &lt;b&gt;, &lt;i&gt;, &lt;sub&gt;, &lt;br&gt; and {values}, which the run fills in</source>
        <translation>步骤的文字。可用 &lt;b&gt;、&lt;i&gt;、&lt;sub&gt;、&lt;br&gt; 以及由运行填入的 {values}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Insert a &amp;Value</source>
        <translation>插入数值(&amp;V)</translation>
    </message>
    <message>
        <source>Insert a value</source>
        <translation>插入数值</translation>
    </message>
    <message>
        <source>Put a number of the run into the text: it is read when the step is shown</source>
        <translation>把运行的数值放入文字：显示该步骤时读取</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>In the middle of a line of its own</source>
        <translation>单独一行居中</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>A file beside the lesson</source>
        <translation>课程旁边的文件</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose a picture that lies beside the lesson</source>
        <translation>选择课程旁边的图片</translation>
    </message>
    <message>
        <source>Pane in front</source>
        <translation>置前的面板</translation>
    </message>
    <message>
        <source>Which pane the step brings to front</source>
        <translation>该步骤置前的面板</translation>
    </message>
    <message>
        <source>What the step does</source>
        <translation>步骤的操作</translation>
    </message>
    <message>
        <source>Done in this order when the step is reached</source>
        <translation>到达该步骤时按此顺序执行</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Take the &amp;Window&apos;s State</source>
        <translation>采用窗口状态(&amp;W)</translation>
    </message>
    <message>
        <source>The step then leads to the window&apos;s state as it is now</source>
        <translation>该步骤将引导到窗口当前的状态</translation>
    </message>
    <message>
        <source>Re&amp;member Results…</source>
        <translation>记住结果(&amp;M)…</translation>
    </message>
    <message>
        <source>Keep the results that stand when the step is reached under a name, for comparisons</source>
        <translation>把到达该步骤时的结果以某个名称记住，用于比较</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>移除(&amp;V)</translation>
    </message>
    <message>
        <source>Take the chosen act out of the step</source>
        <translation>从步骤中去掉所选操作</translation>
    </message>
    <message>
        <source>Waits for</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>What has to be there before the lesson goes on</source>
        <translation>课程继续之前必须具备的内容</translation>
    </message>
    <message>
        <source>The handout shows the plan&apos;s chart as it is when the step is left</source>
        <translation>讲义显示离开该步骤时的方案图表</translation>
    </message>
    <message>
        <source>Kind of question</source>
        <translation>问题类型</translation>
    </message>
    <message>
        <source>How the answer is checked</source>
        <translation>如何检查答案</translation>
    </message>
    <message>
        <source>Asks</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>What it asks</source>
        <translation>提问内容</translation>
    </message>
    <message>
        <source>The question as the learner reads it</source>
        <translation>学习者看到的问题</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>A choice a line, at least two</source>
        <translation>每行一个选项，至少两个</translation>
    </message>
    <message>
        <source>Right answer</source>
        <translation>正确答案</translation>
    </message>
    <message>
        <source>Which of the choices is right</source>
        <translation>哪个选项正确</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>The number of the run that a guess is compared with</source>
        <translation>与猜测比较的运行数值</translation>
    </message>
    <message>
        <source>May be away by</source>
        <translation>允许偏差</translation>
    </message>
    <message>
        <source>How far a guess may be from it and count as right</source>
        <translation>猜测可偏离多少仍算正确</translation>
    </message>
    <message>
        <source>First result</source>
        <translation>第一个结果</translation>
    </message>
    <message>
        <source>A name that a step remembers results under</source>
        <translation>某步骤记住结果所用的名称</translation>
    </message>
    <message>
        <source>Second result</source>
        <translation>第二个结果</translation>
    </message>
    <message>
        <source>The other name. The run decides which is better</source>
        <translation>另一个名称。由运行决定哪个更好</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Shown when asked for</source>
        <translation>请求时显示</translation>
    </message>
    <message>
        <source>If right</source>
        <translation>答对时</translation>
    </message>
    <message>
        <source>Said to a right answer</source>
        <translation>答对时显示</translation>
    </message>
    <message>
        <source>If wrong</source>
        <translation>答错时</translation>
    </message>
    <message>
        <source>Said to a wrong answer</source>
        <translation>答错时显示</translation>
    </message>
</context>
<context>
    <name>espalier::LessonPanel</name>
    <message>
        <source>Not answered.</source>
        <translation>未回答。</translation>
    </message>
    <message>
        <source>For the teacher</source>
        <translation>教师页</translation>
    </message>
    <message>
        <source>About %1 minutes.</source>
        <translation>约 %1 分钟。</translation>
    </message>
    <message>
        <source>The questions and their answers</source>
        <translation>问题及其答案</translation>
    </message>
    <message>
        <source>%1 in this run; a guess may be %2 away</source>
        <translation>本次运行为 %1；猜测可以相差 %2</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>检查(&amp;C)</translation>
    </message>
    <message>
        <source>H&amp;int</source>
        <translation>提示(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Do This Step Again</source>
        <translation>重做这一步(&amp;D)</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>&amp;Handout…</source>
        <translation>讲义(&amp;H)…</translation>
    </message>
    <message>
        <source>What this step is about</source>
        <translation>这一步讲什么</translation>
    </message>
    <message>
        <source>What the lesson waits for</source>
        <translation>课程在等待什么</translation>
    </message>
    <message>
        <source>Whether the answer is right</source>
        <translation>回答是否正确</translation>
    </message>
    <message>
        <source>Your guess</source>
        <translation>您的猜测</translation>
    </message>
    <message>
        <source>The step before (Alt+Left)</source>
        <translation>上一步 (Alt+Left)</translation>
    </message>
    <message>
        <source>The next step, done in this window (Alt+Right)</source>
        <translation>下一步，在此窗口中执行 (Alt+Right)</translation>
    </message>
    <message>
        <source>A hint for this question (F2)</source>
        <translation>这个问题的提示 (F2)</translation>
    </message>
    <message>
        <source>Check the answer. You may try as often as you like.</source>
        <translation>检查答案。您可以随意多次尝试。</translation>
    </message>
    <message>
        <source>Put the window into the state in which this step begins</source>
        <translation>把窗口恢复到这一步开始时的状态</translation>
    </message>
    <message>
        <source>Save what you did in this lesson as PDF, with your charts and answers</source>
        <translation>把您在本课中所做的保存为 PDF，包含您的图表和答案</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>These pairs do not show it: chance may part them</source>
        <translation>这些样本对看不出来：相差可能出于偶然</translation>
    </message>
    <message>
        <source>You answered: %1</source>
        <translation>您的回答：%1</translation>
    </message>
    <message>
        <source>The run has no such value yet.</source>
        <translation>本次运行还没有这个值。</translation>
    </message>
    <message>
        <source>Measured: %1.</source>
        <translation>测得：%1。</translation>
    </message>
    <message>
        <source>Choose an answer first.</source>
        <translation>请先选择一个答案。</translation>
    </message>
    <message>
        <source>This run has no answers of both plans: do the steps before.</source>
        <translation>本次运行没有两个方案的答案：请先完成前面的步骤。</translation>
    </message>
    <message>
        <source>✓ Right.</source>
        <translation>✓ 正确。</translation>
    </message>
    <message>
        <source>✗ Not so.</source>
        <translation>✗ 不对。</translation>
    </message>
    <message>
        <source>Hint: %1</source>
        <translation>提示：%1</translation>
    </message>
    <message>
        <source>Save the Handout</source>
        <translation>保存讲义</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>What this step is about. Numbers in it are of the results in this window</source>
        <translation>这一步的内容。其中的数字来自本窗口的结果</translation>
    </message>
    <message>
        <source>The number that you expect as the answer. It is checked against the results</source>
        <translation>您预期的答案数值。将与结果核对</translation>
    </message>
    <message>
        <source>The picture %1 cannot be read.</source>
        <translation>无法读取图片 %1。</translation>
    </message>
    <message>
        <source>One of the answers to choose from. Then press Check</source>
        <translation>可选答案之一。然后按“检查”</translation>
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
        <translation>打开模型文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%1  ·  %2  ·  %3 parameters, %4 prunable in %n blocks</source>
        <translation>
            <numerusform>%1  ·  %2  ·  %3 个参数，其中 %4 个可剪枝，分布在 %n 个块中</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has no matrices that can be pruned.</source>
        <translation>%1 没有可剪枝的矩阵。</translation>
    </message>
    <message>
        <source>Export the Pruned Model to a New Folder</source>
        <translation>把剪枝后的模型导出到新文件夹</translation>
    </message>
    <message>
        <source>Packed model folder: smaller, for Espalier (*)</source>
        <translation>打包的模型文件夹：更小，供 Espalier 使用 (*)</translation>
    </message>
    <message>
        <source>Model folder: for any program (*)</source>
        <translation>模型文件夹：供任何程序使用 (*)</translation>
    </message>
    <message>
        <source>Folder name:</source>
        <translation>文件夹名称：</translation>
    </message>
    <message>
        <source>%1-pruned</source>
        <translation>%1-pruned</translation>
    </message>
    <message>
        <source>About Espalier</source>
        <translation>关于 Espalier</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Espalier %1&lt;/h3&gt;&lt;p&gt;Prunes vision-language models to a plan.&lt;/p&gt;&lt;p&gt;The method is ECoFLaP: Yi-Lin Sung, Jaehong Yoon, Mohit Bansal, &lt;i&gt;Efficient Coarse-to-Fine Layer-Wise Pruning for Vision-Language Models&lt;/i&gt;, ICLR 2024.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Espalier %1&lt;/h3&gt;&lt;p&gt;按方案对视觉语言模型剪枝。&lt;/p&gt;&lt;p&gt;所用方法是 ECoFLaP：Yi-Lin Sung, Jaehong Yoon, Mohit Bansal, &lt;i&gt;Efficient Coarse-to-Fine Layer-Wise Pruning for Vision-Language Models&lt;/i&gt;, ICLR 2024.&lt;/p&gt;&lt;p&gt;本程序是自由软件，按 GNU 通用公共许可证第 3 版或更高版本发布。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Open Re&amp;cent</source>
        <translation>打开最近的模型(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Plan</source>
        <translation>方案(&amp;P)</translation>
    </message>
    <message>
        <source>Kept P&amp;lans</source>
        <translation>已保留的方案(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外观(&amp;A)</translation>
    </message>
    <message>
        <source>As the &amp;System</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Open a Project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Espalier projects (*.espalier)</source>
        <translation>Espalier 项目 (*.espalier)</translation>
    </message>
    <message>
        <source>Save the Project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>%1[*] – Espalier</source>
        <translation>%1[*] – Espalier</translation>
    </message>
    <message>
        <source>Work on %1 of %2 was not saved.</source>
        <translation>在 %2 对 %1 所做的工作没有保存。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Plan %1</source>
        <translation>方案 %1</translation>
    </message>
    <message>
        <source>Keep This Plan</source>
        <translation>保留此方案</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>名称：</translation>
    </message>
    <message>
        <source>Go Back to It</source>
        <translation>恢复到此方案</translation>
    </message>
    <message>
        <source>Plan “%1”</source>
        <translation>方案“%1”</translation>
    </message>
    <message>
        <source>Forget It</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Export the Masks</source>
        <translation>导出掩码</translation>
    </message>
    <message>
        <source>Safetensors (*.safetensors)</source>
        <translation>Safetensors (*.safetensors)</translation>
    </message>
    <message>
        <source>Export the Plan</source>
        <translation>导出方案</translation>
    </message>
    <message>
        <source>Plans (*.json *.yaml *.yml)</source>
        <translation>方案 (*.json *.yaml *.yml)</translation>
    </message>
    <message>
        <source>Import a Plan</source>
        <translation>导入方案</translation>
    </message>
    <message>
        <source>Write the Report</source>
        <translation>生成报告</translation>
    </message>
    <message>
        <source>Reports (*.html *.pdf)</source>
        <translation>报告 (*.html *.pdf)</translation>
    </message>
    <message>
        <source>Export the Chart</source>
        <translation>导出图表</translation>
    </message>
    <message>
        <source>Charts (*.svg *.pdf *.png *.csv)</source>
        <translation>图表 (*.svg *.pdf *.png *.csv)</translation>
    </message>
    <message>
        <source>The chart is in %1.</source>
        <translation>图表已存入 %1。</translation>
    </message>
    <message>
        <source>Other Charts</source>
        <translation>其他图表</translation>
    </message>
    <message>
        <source>%1 is open in another window; choose another name.</source>
        <translation>%1 已在另一个窗口中打开；请选择其他名称。</translation>
    </message>
    <message>
        <source>Export the Recipe</source>
        <translation>导出配方</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>配方 (*.json)</translation>
    </message>
    <message>
        <source>%1 is no model folder: there is no config.json in it. Drop the folder that holds the model&apos;s config.json and weights, or a project file; data sets can be dropped once a model is open.</source>
        <translation>%1 不是模型文件夹：其中没有 config.json。请拖放含有模型的 config.json 和权重的文件夹，或项目文件；打开模型后也可以拖放数据集。</translation>
    </message>
    <message>
        <source>Esc or %1 ends the presentation.</source>
        <translation>按 Esc 或 %1 结束演示。</translation>
    </message>
    <message>
        <source>The plan “%1” is forgotten.</source>
        <translation>方案“%1”已删除。</translation>
    </message>
    <message>
        <source>Bring It Back</source>
        <translation>找回</translation>
    </message>
    <message>
        <source>Open a Model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Open the Sample</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <source>Close the Window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>&amp;Discarded Work</source>
        <translation>已放弃的工作(&amp;D)</translation>
    </message>
    <message>
        <source>Not saved: %1.</source>
        <translation>未保存：%1。</translation>
    </message>
    <message>
        <source>This stops: %1.</source>
        <translation>将停止：%1。</translation>
    </message>
    <message numerus="yes">
        <source>What you discard stays in File › Discarded Work for %n days.</source>
        <translation>
            <numerusform>放弃的工作会在“文件”›“已放弃的工作”中保留 %n 天。</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop what is running?</source>
        <translation>停止正在运行的任务吗？</translation>
    </message>
    <message>
        <source>Save the work on %1?</source>
        <translation>保存对 %1 所做的工作吗？</translation>
    </message>
    <message>
        <source>Stop and Go On</source>
        <translation>停止并继续</translation>
    </message>
    <message numerus="yes">
        <source>%n measured points of the sweep</source>
        <translation>
            <numerusform>%n 个已测量的扫描点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the answers of %n kept plans</source>
        <translation>
            <numerusform>%n 个已保留方案的答案</numerusform>
        </translation>
    </message>
    <message>
        <source>Other Test Pairs</source>
        <translation>更换测试样本对</translation>
    </message>
    <message numerus="yes">
        <source>%n further copies of unsaved work are offered after it.</source>
        <translation>
            <numerusform>此后还有 %n 份未保存工作的副本可供还原。</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore Unsaved Work</source>
        <translation>还原未保存的工作</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>The search lowered the loss of the held-out calibration pairs, but the loss of the test pairs rose from %1 to %2. Undo takes the search back.</source>
        <translation>搜索降低了留出的校准样本对上的损失，但测试样本对上的损失从 %1 升到了 %2。“撤销”可撤回这次搜索。</translation>
    </message>
    <message>
        <source>Another Prompt Form</source>
        <translation>更换提示形式</translation>
    </message>
    <message>
        <source>%1: %2 of %3 weights, largest %4 (%5)</source>
        <translation>%1：%3 个权重中的 %2 个，最大 %4（%5）</translation>
    </message>
    <message>
        <source>Export the Pruned Model</source>
        <translation>导出剪枝后的模型</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tensors hold weights that their number format cannot hold.</source>
        <translation>
            <numerusform>%Ln 个张量含有其数值格式无法表示的权重。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 weights are beyond its range. Nothing is written yet. Clamp writes the largest number of the format in their place.</source>
        <translation>%1 个权重超出其范围。尚未写入任何内容。“截断并导出”会以该格式的最大数值代替它们。</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>以及另外 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Clamp and Export</source>
        <translation>截断并导出</translation>
    </message>
    <message>
        <source>Do Not Export</source>
        <translation>不导出</translation>
    </message>
    <message>
        <source>Other Calibration Pairs</source>
        <translation>更换校准样本对</translation>
    </message>
    <message numerus="yes">
        <source>%n measured sensitivities</source>
        <translation>
            <numerusform>%n 个已测量的敏感度</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the scores by %n methods</source>
        <translation>
            <numerusform>%n 种方法的评分</numerusform>
        </translation>
    </message>
    <message>
        <source>Save what was measured so far?</source>
        <translation>保存目前测得的结果吗？</translation>
    </message>
    <message>
        <source>A project keeps what was measured with its own data and prompt form. After this change it loses %1. Undo brings them back while this window is open.</source>
        <translation>项目把测量结果与当时的数据和提示形式一起保存。更改之后，它将失去%1。只要此窗口还开着，“撤销”就能找回它们。</translation>
    </message>
    <message>
        <source>The recovery is done, but the plan is another by now.</source>
        <translation>精度恢复已完成，但方案此时已经改变。</translation>
    </message>
    <message>
        <source>Go Back to Its Plan</source>
        <translation>回到它的方案</translation>
    </message>
    <message>
        <source>Late recovery</source>
        <translation>迟到的精度恢复</translation>
    </message>
    <message>
        <source>Write the Interactive Report</source>
        <translation>生成交互式报告</translation>
    </message>
    <message>
        <source>Pages (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>&amp;Lessons</source>
        <translation>课程(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Open a Lesson…</source>
        <translation>打开课程(&amp;O)…</translation>
    </message>
    <message>
        <source>Open a Lesson</source>
        <translation>打开课程</translation>
    </message>
    <message>
        <source>Lessons (*.lesson)</source>
        <translation>课程 (*.lesson)</translation>
    </message>
    <message>
        <source>Lesson: %1</source>
        <translation>课程：%1</translation>
    </message>
    <message>
        <source>%1: %2 (%3)</source>
        <translation>%1：%2（%3）</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>位于 %1</translation>
    </message>
    <message>
        <source>%1 lies on this machine, but the engine runs on another one (%2). Choose what lies there in the File menu.</source>
        <translation>%1 位于本机，但计算引擎运行在另一台机器（%2）上。请在“文件”菜单中选择那台机器上的内容。</translation>
    </message>
    <message>
        <source>%1 What you see stays, and Reconnect goes on with it.</source>
        <translation>%1 您看到的内容会保留，“重新连接”可继续。</translation>
    </message>
    <message>
        <source>Reconnect</source>
        <translation>重新连接</translation>
    </message>
    <message>
        <source>Reconnecting</source>
        <translation>正在重新连接</translation>
    </message>
    <message>
        <source>Not available while the engine runs elsewhere (%1): open the model on that machine for it.</source>
        <translation>计算引擎在别处（%1）运行时不可用：请在那台机器上打开模型。</translation>
    </message>
    <message>
        <source>&amp;Write a Lesson…</source>
        <translation>编写课程(&amp;W)…</translation>
    </message>
</context>
<context>
    <name>espalier::ManualWindow</name>
    <message>
        <source>Manual</source>
        <translation>手册</translation>
    </message>
    <message>
        <source>Search this page</source>
        <translation>在本页中搜索</translation>
    </message>
    <message>
        <source>Return goes to the next place, Shift+Return to the one before</source>
        <translation>回车跳到下一处，Shift+回车跳到上一处</translation>
    </message>
    <message>
        <source>Headings</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>The headings of this page; choose one to go there</source>
        <translation>本页的标题；选择一个即可跳转</translation>
    </message>
    <message>
        <source>Page of the manual</source>
        <translation>手册页面</translation>
    </message>
    <message>
        <source>The manual; Alt+Left goes back to the page before</source>
        <translation>手册；Alt+Left 返回上一页</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>The page before (Alt+Left)</source>
        <translation>上一页 (Alt+Left)</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>指南</translation>
    </message>
    <message>
        <source>The first page</source>
        <translation>第一页</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>未找到</translation>
    </message>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n 处</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::MatrixErrorChart</name>
    <message>
        <source>Error of the matrix&apos;s output</source>
        <translation>矩阵输出的误差</translation>
    </message>
    <message>
        <source>How much of what the matrix puts out is lost at each sparsity, by how its weights are chosen and what becomes of those that stay. The slider says where the numbers beside it are read.</source>
        <translation>在每个稀疏度下矩阵输出损失多少，取决于如何选择权重以及如何处理保留的权重。滑块指出旁边的数值在何处读取。</translation>
    </message>
    <message>
        <source>Best possible</source>
        <translation>可能的最佳</translation>
    </message>
    <message>
        <source>Best, values kept</source>
        <translation>最佳，数值不变</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>稀疏度，%</translation>
    </message>
    <message>
        <source>Lost of the output, %</source>
        <translation>输出的损失，%</translation>
    </message>
    <message>
        <source>At %1: %2</source>
        <translation>%1 时：%2</translation>
    </message>
</context>
<context>
    <name>espalier::MatrixErrorsPanel</name>
    <message>
        <source>This matrix</source>
        <translation>此矩阵</translation>
    </message>
    <message>
        <source>Example whose best is known</source>
        <translation>已知最佳解的例子</translation>
    </message>
    <message>
        <source>Which matrix is pruned</source>
        <translation>剪枝哪个矩阵</translation>
    </message>
    <message>
        <source>The matrix chosen above, or a made-up one of ten inputs for which all ways to choose are tried</source>
        <translation>上面所选的矩阵，或一个虚构的十输入矩阵，对它尝试所有的选择方式</translation>
    </message>
    <message>
        <source>Measure the errors of this matrix</source>
        <translation>测量此矩阵的误差</translation>
    </message>
    <message>
        <source>Run the calibration pairs to this matrix and prune it in each way</source>
        <translation>让校准样本对运行到此矩阵，并以每种方式对它剪枝</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>The sparsity at which the errors in the legend are read</source>
        <translation>图例中的误差所取的稀疏度</translation>
    </message>
    <message>
        <source>Errors of a matrix</source>
        <translation>矩阵的误差</translation>
    </message>
    <message>
        <source>The error of a matrix is that for its inputs: choose a folder of calibration pairs with File › Calibration Pairs.</source>
        <translation>矩阵的误差是针对其输入的误差：请用“文件”›“校准样本对”选择校准样本对的文件夹。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Measuring: %1</source>
        <translation>测量：%1</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <source>Measure shows what each way to prune this matrix loses of its output.</source>
        <translation>“测量”显示以每种方式对此矩阵剪枝会损失多少输出。</translation>
    </message>
</context>
<context>
    <name>espalier::MatrixPanel</name>
    <message>
        <source>Size of the weights</source>
        <translation>权重的大小</translation>
    </message>
    <message>
        <source>Absolute values of the weights: grey in the dense model, blue those that pruning keeps</source>
        <translation>权重的绝对值：灰色为稠密模型中的权重，蓝色为剪枝所保留的权重</translation>
    </message>
    <message>
        <source>Scores that the criterion gives the weights. Pruning removes those to the left of the line, which moves with the plan.</source>
        <translation>剪枝准则给权重的评分。剪枝剪去线左侧的权重，该线随方案移动。</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>矩阵</translation>
    </message>
    <message>
        <source>Which matrix of the current block</source>
        <translation>当前块的哪个矩阵</translation>
    </message>
    <message>
        <source>No block chosen</source>
        <translation>未选择块</translation>
    </message>
    <message>
        <source>Click a block in the chart to look inside its matrices.</source>
        <translation>点击图表中的块，查看其矩阵内部。</translation>
    </message>
    <message>
        <source>Looking inside</source>
        <translation>查看内部</translation>
    </message>
    <message>
        <source>%1 × %2, %3 kept</source>
        <translation>%1 × %2，保留 %3</translation>
    </message>
    <message numerus="yes">
        <source>%n heads</source>
        <translation>
            <numerusform>%n 个注意力头</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>q, k, v of %n heads</source>
        <translation>
            <numerusform>%n 个注意力头的 q、k、v</numerusform>
        </translation>
    </message>
    <message>
        <source>Criterion, log₁₀</source>
        <translation>剪枝准则，log₁₀</translation>
    </message>
    <message>
        <source>Error of the output</source>
        <translation>输出误差</translation>
    </message>
    <message>
        <source>What kept, swapped, refitted and best possible weights lose of the matrix&apos;s output, against sparsity</source>
        <translation>保持原值、交换、重新拟合和可能的最佳权重各损失矩阵输出的多少，相对于稀疏度</translation>
    </message>
    <message>
        <source>Not available</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>The weights are where the engine runs (%1); open the model on that machine to look inside its matrices.</source>
        <translation>权重位于计算引擎所在处（%1）；请在那台机器上打开模型以查看其矩阵。</translation>
    </message>
</context>
<context>
    <name>espalier::MessageBar</name>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Show Folder</source>
        <translation>显示文件夹</translation>
    </message>
</context>
<context>
    <name>espalier::MethodOrder</name>
    <message>
        <source>Tick one or several. They run from top to bottom</source>
        <translation>勾选一个或多个。按从上到下的顺序执行</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Run the current method earlier (Alt+Up)</source>
        <translation>让当前方法提前执行 (Alt+Up)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Run the current method later (Alt+Down)</source>
        <translation>让当前方法推后执行 (Alt+Down)</translation>
    </message>
</context>
<context>
    <name>espalier::ModelController</name>
    <message>
        <source>Opening %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>Drawing the emoji</source>
        <translation>绘制表情符号</translation>
    </message>
    <message numerus="yes">
        <source>%n entries of %1 could not be used and were left out. The first: %2: %3</source>
        <translation>
            <numerusform>%1 中有 %n 个条目无法使用，已略去。第一个：%2：%3</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing the prompts</source>
        <translation>准备提示词</translation>
    </message>
    <message>
        <source>Drawing the scenes</source>
        <translation>绘制场景</translation>
    </message>
    <message>
        <source>Opening the sample</source>
        <translation>正在打开示例</translation>
    </message>
    <message>
        <source>The bundled sample is not installed where the engine runs (%1).</source>
        <translation>计算引擎所在处（%1）未安装自带的示例。</translation>
    </message>
</context>
<context>
    <name>espalier::PairDetail</name>
    <message>
        <source>&amp;Numbers</source>
        <translation>数值(&amp;N)</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Write each token&apos;s loss behind it</source>
        <translation>在每个词元后写出其损失</translation>
    </message>
    <message>
        <source>Answers in full</source>
        <translation>完整答案</translation>
    </message>
    <message>
        <source>Both answers in full, words that differ underlined; of a language model the text with each token shaded by its loss, before and after pruning.</source>
        <translation>两个答案的全文，不同的词加下划线；对语言模型则显示文本，每个词元按剪枝前后的损失着色。</translation>
    </message>
    <message>
        <source>Close the pair</source>
        <translation>关闭样本对</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Loss of each token of the text</source>
        <translation>文本中每个词元的损失</translation>
    </message>
    <message>
        <source>(no question)</source>
        <translation>（无问题）</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>“%1”</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>剪枝前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>正确答案</translation>
    </message>
    <message>
        <source>(nothing)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>损失 %1</translation>
    </message>
    <message>
        <source>%1 · loss %2 a token</source>
        <translation>%1 · 每个词元的损失 %2</translation>
    </message>
    <message>
        <source>%1 · its picture in place %2, the picture&apos;s text in place %3</source>
        <translation>%1 · 它的图片排第 %2，该图片的文本排第 %3</translation>
    </message>
    <message>
        <source>The prompt, as the chat template writes it</source>
        <translation>提示词，即对话模板写出的内容</translation>
    </message>
</context>
<context>
    <name>espalier::PairModel</name>
    <message>
        <source>right → wrong</source>
        <translation>正确 → 错误</translation>
    </message>
    <message>
        <source>wrong → right</source>
        <translation>错误 → 正确</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>正确答案</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>稠密</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>(nothing)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>no answer yet</source>
        <translation>尚无答案</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>right</source>
        <translation>正确</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>%1
Expected: %2
Dense: %3
Pruned: %4</source>
        <translation>%1
正确答案：%2
稠密：%3
剪枝后：%4</translation>
    </message>
    <message>
        <source>place %1 → %2</source>
        <translation>排名 %1 → %2</translation>
    </message>
    <message>
        <source>loss %1 a token</source>
        <translation>每个词元的损失 %1</translation>
    </message>
    <message>
        <source>, its picture in place %1</source>
        <translation>，它的图片排第 %1</translation>
    </message>
    <message>
        <source>place %1</source>
        <translation>排名 %1</translation>
    </message>
</context>
<context>
    <name>espalier::PictureCache</name>
    <message>
        <source>Loading pictures</source>
        <translation>加载图片</translation>
    </message>
</context>
<context>
    <name>espalier::PlanChart</name>
    <message>
        <source>Plan chart</source>
        <translation>方案图表</translation>
    </message>
    <message>
        <source>Every block of the model in order. Above, how much the model&apos;s loss depends on it; the thin lines are the standard error. Below, the part of its weights that will be removed. Drag the top of a bar to decide for yourself: the block is pinned there and the others give way, so that the target holds. Several blocks can be selected and moved together; the wheel zooms; a double click shows a block&apos;s matrices.</source>
        <translation>模型的每个块，按顺序排列。上方：模型的损失在多大程度上取决于它；细线是标准误。下方：将要剪去的权重所占比例。拖动柱形的顶端可自行决定：该块固定在那里，其他块随之让出，以保持目标不变。可以选择多个块一起移动；滚轮缩放；双击显示块的各个矩阵。</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <translation>%1，已固定</translation>
    </message>
</context>
<context>
    <name>espalier::PlanDocument</name>
    <message>
        <source>Score (%1)</source>
        <translation>评分（%1）</translation>
    </message>
    <message>
        <source>Target %1</source>
        <translation>目标 %1</translation>
    </message>
    <message>
        <source>The target of %1 needs a higher cap.</source>
        <translation>目标 %1 需要更高的上限。</translation>
    </message>
    <message>
        <source>Cap %1</source>
        <translation>上限 %1</translation>
    </message>
    <message>
        <source>Cap follows target</source>
        <translation>上限跟随目标</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>粒度</translation>
    </message>
    <message>
        <source>Aggregate</source>
        <translation>汇总方式</translation>
    </message>
    <message>
        <source>Allocation %1</source>
        <translation>分配方法 %1</translation>
    </message>
    <message>
        <source>Set %1</source>
        <translation>设定 %1</translation>
    </message>
    <message>
        <source>Nudge %1</source>
        <translation>轻移 %1</translation>
    </message>
    <message>
        <source>Pin %1</source>
        <translation>固定 %1</translation>
    </message>
    <message>
        <source>Unpin %1</source>
        <translation>取消固定 %1</translation>
    </message>
    <message>
        <source>Reset %1</source>
        <translation>重置 %1</translation>
    </message>
    <message>
        <source>Reset plan</source>
        <translation>重置方案</translation>
    </message>
    <message numerus="yes">
        <source>Nudge %n groups</source>
        <translation>
            <numerusform>轻移 %n 个组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pin %n groups</source>
        <translation>
            <numerusform>固定 %n 个组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Unpin %n groups</source>
        <translation>
            <numerusform>取消固定 %n 个组</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reset %n groups</source>
        <translation>
            <numerusform>重置 %n 个组</numerusform>
        </translation>
    </message>
    <message>
        <source>Sharpen plan</source>
        <translation>加大方案差异</translation>
    </message>
    <message>
        <source>Flatten plan</source>
        <translation>缩小方案差异</translation>
    </message>
    <message>
        <source>Drag %1</source>
        <translation>拖动 %1</translation>
    </message>
    <message numerus="yes">
        <source>Drag %n groups</source>
        <translation>
            <numerusform>拖动 %n 个组</numerusform>
        </translation>
    </message>
    <message>
        <source>The pins leave no room to move</source>
        <translation>已固定的块没有留下移动的余地</translation>
    </message>
    <message>
        <source>%1 at most: the others keep all they have</source>
        <translation>至多 %1：其他块已保留全部权重</translation>
    </message>
    <message>
        <source>%1 at least: the others are at the cap</source>
        <translation>至少 %1：其他块已达上限</translation>
    </message>
    <message>
        <source>The other groups can give no more</source>
        <translation>其他组不能再让出</translation>
    </message>
    <message>
        <source>Without this pin the target cannot be met</source>
        <translation>没有这个固定的块，就无法达到目标</translation>
    </message>
    <message>
        <source>Cap and pins allow %1 at most.</source>
        <translation>上限和固定的块至多允许 %1。</translation>
    </message>
    <message>
        <source>The pins allow no less than %1.</source>
        <translation>已固定的块至少需要 %1。</translation>
    </message>
    <message>
        <source>With the cap 10 points above it, the pins allow %1 at most.</source>
        <translation>上限比目标高 10 个百分点时，固定的块至多允许 %1。</translation>
    </message>
    <message>
        <source>The target of %1 needs a higher cap of %2.</source>
        <translation>目标 %1 需要更高的上限 %2。</translation>
    </message>
    <message>
        <source>Cap of %1 %2</source>
        <translation>%1的上限 %2</translation>
    </message>
    <message>
        <source>Cap of %1 as the others</source>
        <translation>%1的上限与其他相同</translation>
    </message>
</context>
<context>
    <name>espalier::PlanPanel</name>
    <message>
        <source>Not scored yet</source>
        <translation>尚未评分</translation>
    </message>
    <message>
        <source>Scoring measures how much the loss depends on each block. The budget follows the scores.</source>
        <translation>评分测量损失在多大程度上取决于每个块。预算随评分而定。</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Sparsity of the current block</source>
        <translation>当前块的稀疏度</translation>
    </message>
    <message>
        <source>The sparsity of this block. Setting it pins the block, and the others adjust.</source>
        <translation>该块的稀疏度。设定后该块即被固定，其他块随之调整。</translation>
    </message>
    <message>
        <source>Pin the current block</source>
        <translation>固定当前块</translation>
    </message>
    <message>
        <source>Pin: fix the sparsity of this block (P)</source>
        <translation>固定：固定该块的稀疏度 (P)</translation>
    </message>
    <message>
        <source>Reset the current block</source>
        <translation>重置当前块</translation>
    </message>
    <message>
        <source>Back to the sparsity of the allocation (Home)</source>
        <translation>恢复为分配所得的稀疏度 (Home)</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Compare with other plans</source>
        <translation>与其他方案比较</translation>
    </message>
    <message>
        <source>Show the sparsities of other allocators and of plans you kept</source>
        <translation>显示其他分配方法以及您保留的方案的稀疏度</translation>
    </message>
    <message>
        <source>Other ways of sharing</source>
        <translation>其他分配方法</translation>
    </message>
    <message>
        <source>Kept plans</source>
        <translation>已保留的方案</translation>
    </message>
    <message>
        <source>Scoring…</source>
        <translation>正在评分…</translation>
    </message>
    <message>
        <source>A bar appears here as soon as its block is done.</source>
        <translation>每个块一完成，这里就会出现它的柱形。</translation>
    </message>
    <message>
        <source>Drag the top of a sparsity bar, or choose one and use the arrow keys</source>
        <translation>拖动稀疏度柱形的顶端，或选择一个后使用方向键</translation>
    </message>
    <message>
        <source>%1  ·  %2 weights</source>
        <translation>%1  ·  %2 个权重</translation>
    </message>
    <message>
        <source>  ·  importance %1</source>
        <translation>  ·  重要性 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>已选择 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Other ways of scoring</source>
        <translation>其他评分方法</translation>
    </message>
    <message>
        <source>Target sparsity</source>
        <translation>目标稀疏度</translation>
    </message>
    <message>
        <source>How much of the prunable weights goes in all</source>
        <translation>在全部可剪枝权重中总共剪去多少</translation>
    </message>
</context>
<context>
    <name>espalier::PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>100 % is the size that the system uses</source>
        <translation>100% 为系统所用的字号</translation>
    </message>
    <message>
        <source>One for each core</source>
        <translation>每个核心一个</translation>
    </message>
    <message>
        <source>How many cores the program computes on. Results do not depend on it</source>
        <translation>程序用多少个核心计算。结果不受影响</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>The memory that the program may use. Automatic sets a limit only for models that need one</source>
        <translation>程序可以使用的内存。“自动”只对有需要的模型设限</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Where models compute</source>
        <translation>模型在哪里计算</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>明暗(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Font size</source>
        <translation>字号(&amp;F)</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>线程数(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Memory limit</source>
        <translation>内存限制(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>计算设备(&amp;D)</translation>
    </message>
    <message>
        <source>Language, threads, memory limit and device change at the next start.</source>
        <translation>语言、线程数、内存限制和计算设备在下次启动时生效。</translation>
    </message>
</context>
<context>
    <name>espalier::ProbeController</name>
    <message>
        <source>Measuring sensitivity needs calibration data. Choose it with File › Calibration Pairs.</source>
        <translation>测量敏感度需要校准数据。请用“文件”›“校准样本对”选择。</translation>
    </message>
    <message>
        <source>Learning to predict</source>
        <translation>学习预测</translation>
    </message>
    <message>
        <source>Measuring sensitivity</source>
        <translation>测量敏感度</translation>
    </message>
    <message>
        <source>Improving the plan</source>
        <translation>改进方案</translation>
    </message>
    <message>
        <source>Improve plan</source>
        <translation>改进方案</translation>
    </message>
</context>
<context>
    <name>espalier::ProjectController</name>
    <message>
        <source>Opening %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Keeping a copy</source>
        <translation>保留副本</translation>
    </message>
    <message>
        <source>The program cannot keep a copy of unsaved changes, so save the project. %1</source>
        <translation>程序无法保留未保存更改的副本，请保存项目。%1</translation>
    </message>
    <message>
        <source>the changes since %1 was last saved</source>
        <translation>%1 自上次保存以来的更改</translation>
    </message>
    <message>
        <source>the scores</source>
        <translation>评分</translation>
    </message>
    <message numerus="yes">
        <source>%n changes of the plan and its choices</source>
        <translation>
            <numerusform>对方案及其选项的 %n 次更改</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n plans that were kept under a name</source>
        <translation>
            <numerusform>%n 个以名称保留的方案</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured points of the sweep</source>
        <translation>
            <numerusform>%n 个已测量的扫描点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measured sensitivities</source>
        <translation>
            <numerusform>%n 个已测量的敏感度</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs</source>
        <translation>
            <numerusform>%n 次运行</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>espalier::PromptField</name>
    <message>
        <source>Prompt form</source>
        <translation>提示形式</translation>
    </message>
    <message>
        <source>How the model is asked. Its chat template writes each question as a conversation; plain asks in the few words of the model&apos;s family. Scores, pruning and answers all use this form.</source>
        <translation>如何向模型提问。对话模板把每个问题写成一段对话；直接提问只用该系列模型惯用的寥寥数语。评分、剪枝和回答都采用此形式。</translation>
    </message>
    <message>
        <source>As&amp;k by</source>
        <translation>提问方式(&amp;K)</translation>
    </message>
</context>
<context>
    <name>espalier::RecoverController</name>
    <message>
        <source>No way to recover is chosen: tick one or several in the Recovery pane.</source>
        <translation>未选择恢复方式：请在“精度恢复”面板中勾选一个或多个。</translation>
    </message>
    <message>
        <source>The plan takes no weight away, so there is nothing to recover.</source>
        <translation>方案没有剪去任何权重，因此没有需要恢复的。</translation>
    </message>
    <message>
        <source>Recovery trains on calibration pairs: choose a folder of them with File › Calibration Pairs.</source>
        <translation>精度恢复用校准样本对训练：请用“文件”›“校准样本对”选择其文件夹。</translation>
    </message>
    <message>
        <source>Recovery needs at least 2 calibration pairs, one to train on and one to judge by; there is %1.</source>
        <translation>精度恢复至少需要 2 个校准样本对，一个用于训练，一个用于评判；现有 %1 个。</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>恢复精度</translation>
    </message>
    <message>
        <source>Recover (%1, stopped)</source>
        <translation>恢复精度（%1，已停止）</translation>
    </message>
    <message>
        <source>Recover (%1)</source>
        <translation>恢复精度（%1）</translation>
    </message>
</context>
<context>
    <name>espalier::RecoveryChart</name>
    <message>
        <source>Losses of the recovery</source>
        <translation>精度恢复的损失</translation>
    </message>
    <message>
        <source>How far the recovered block or model still is from the dense one, step by step: the thin line is what is trained on, the marks are the samples held out. The weights with the lowest mark are kept.</source>
        <translation>恢复中的块或模型与稠密的相差多少，逐步显示：细线是训练数据上的损失，标记是留出样本上的损失。保留标记最低时的权重。</translation>
    </message>
    <message>
        <source>trained on</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Held out: %1 at first, %2 now</source>
        <translation>留出样本：起初 %1，现在 %2</translation>
    </message>
</context>
<context>
    <name>espalier::RecoveryPanel</name>
    <message>
        <source>Stop and Keep</source>
        <translation>停止并保留</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>By itself when the plan rests</source>
        <translation>方案静止后自动进行</translation>
    </message>
    <message>
        <source>End here with the best weights so far. They become the plan&apos;s model</source>
        <translation>到此结束，以目前最好的权重作为该方案的模型</translation>
    </message>
    <message>
        <source>End here and leave the model as it was</source>
        <translation>到此结束，模型保持原样</translation>
    </message>
    <message>
        <source>Of small models: recover each new plan as soon as it has its answers and nothing moves. The recovered answers replace the first ones; undo brings these back.</source>
        <translation>用于小模型：每个新方案一旦得到答案且不再变动，就恢复其精度。恢复后的答案取代原先的答案；撤销可以找回原先的答案。</translation>
    </message>
    <message>
        <source>Progress of the recovery</source>
        <translation>精度恢复的进度</translation>
    </message>
    <message>
        <source>Ways to recover</source>
        <translation>恢复方式</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose the data to recover with</source>
        <translation>选择用于精度恢复的数据</translation>
    </message>
    <message>
        <source>Which losses the chart shows</source>
        <translation>图表显示哪些损失</translation>
    </message>
    <message>
        <source>The method and the block. What runs is followed until you choose one</source>
        <translation>方法和块。在您作出选择之前，显示正在运行的那一个</translation>
    </message>
    <message>
        <source>Data: none chosen</source>
        <translation>数据：未选择</translation>
    </message>
    <message numerus="yes">
        <source>Data: %1, %n calibration pairs</source>
        <translation>
            <numerusform>数据：%1，%n 个校准样本对</numerusform>
        </translation>
    </message>
    <message>
        <source>Ending with the best so far…</source>
        <translation>正在以目前最好的权重结束…</translation>
    </message>
    <message>
        <source>The answers are of the model as it was pruned</source>
        <translation>答案来自刚剪枝、未恢复的模型</translation>
    </message>
    <message>
        <source>%1: %2 %3 → %4</source>
        <comment>a recovery method and its error before and after</comment>
        <translation>%1：%2 %3 → %4</translation>
    </message>
    <message>
        <source>Recovered and stopped on the way</source>
        <translation>已恢复，但中途停止</translation>
    </message>
    <message>
        <source>Recovered</source>
        <translation>已恢复</translation>
    </message>
    <message>
        <source>Its weights are not in the project: recover again to export them. </source>
        <translation>其权重不在项目中：要导出请重新恢复。</translation>
    </message>
    <message>
        <source>No losses yet</source>
        <translation>尚无损失</translation>
    </message>
    <message>
        <source>Recover, and the loss of each step stands here as it comes.</source>
        <translation>开始恢复精度后，每一步的损失会随时显示在这里。</translation>
    </message>
</context>
<context>
    <name>espalier::RemoteFolderDialog</name>
    <message>
        <source>&amp;Up</source>
        <translation>向上(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>导出(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>打开(&amp;O)</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>A path on the machine of the engine; Return lists it</source>
        <translation>计算引擎所在机器上的路径；按回车列出内容</translation>
    </message>
    <message>
        <source>The folder around this one</source>
        <translation>上一级文件夹</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>What is in the folder</source>
        <translation>文件夹内容</translation>
    </message>
    <message>
        <source>Folder &amp;name:</source>
        <translation>文件夹名(&amp;N)：</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Listing a folder</source>
        <translation>正在列出文件夹</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Only the first %1 entries are shown; type a path for others.</source>
        <translation>只显示前 %1 项；其他项请输入路径。</translation>
    </message>
</context>
<context>
    <name>espalier::ResultController</name>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Asking the dense model</source>
        <translation>询问稠密模型</translation>
    </message>
    <message>
        <source>Global magnitude plan</source>
        <translation>全局幅值方案</translation>
    </message>
    <message>
        <source>Global magnitude</source>
        <translation>全局幅值</translation>
    </message>
    <message>
        <source>Pruning by &quot;%1&quot; needs calibration pairs: choose a folder of them with File › Calibration Pairs, or prune by magnitude.</source>
        <translation>按“%1”剪枝需要校准样本对：请用“文件”›“校准样本对”选择其文件夹，或按幅值剪枝。</translation>
    </message>
    <message>
        <source>The weights of this recovery are not in the project: recover again in the Recovery pane, or take the step back to prune alone.</source>
        <translation>这次精度恢复的权重不在项目中：请在“精度恢复”面板中重新恢复，或撤销这一步以便只做剪枝。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; goes by gradients of the loss on calibration pairs: choose a folder of them with File › Calibration Pairs.</source>
        <translation>“%1”依据校准样本对上损失的梯度：请用“文件”›“校准样本对”选择其文件夹。</translation>
    </message>
</context>
<context>
    <name>espalier::ResultModel</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>(no kind)</source>
        <translation>（未分类）</translation>
    </message>
    <message>
        <source>%1–%2 %</source>
        <comment>interval</comment>
        <translation>%1–%2%</translation>
    </message>
    <message>
        <source>%1 of %2 right; 95 % interval %3 to %4</source>
        <translation>答对 %1/%2；95% 区间 %3 至 %4</translation>
    </message>
    <message>
        <source>%1 right before, %2 after, of %3</source>
        <translation>共 %3 个，剪枝前答对 %1 个，剪枝后 %2 个</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>样本对</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>稠密</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95% 区间</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>The kind of question; &quot;All&quot; is every pair together</source>
        <translation>问题类型；“全部”是所有样本对合计</translation>
    </message>
    <message>
        <source>How many pairs were asked</source>
        <translation>询问了多少个样本对</translation>
    </message>
    <message>
        <source>Right answers of the model as it was opened</source>
        <translation>模型打开时的正确答案</translation>
    </message>
    <message>
        <source>Right answers of the pruned model</source>
        <translation>剪枝后的模型的正确答案</translation>
    </message>
    <message>
        <source>Pruned less dense, in percentage points. Bold where it is more than chance: the two 95 % intervals do not meet</source>
        <translation>剪枝后减稠密，以百分点计。超出偶然范围时为粗体：两个 95% 区间不相交</translation>
    </message>
    <message>
        <source>Where the pruned model&apos;s true accuracy lies with 95 % confidence (Wilson): few pairs, wide interval</source>
        <translation>剪枝后的模型的真实准确率以 95% 置信度所在的范围（Wilson）：样本对越少，区间越宽</translation>
    </message>
    <message>
        <source>Mean cross-entropy of the expected answers before and after pruning. It changes before the answers do</source>
        <translation>剪枝前后正确答案的平均交叉熵。它先于答案发生变化</translation>
    </message>
</context>
<context>
    <name>espalier::ResultPanel</name>
    <message>
        <source>Before and after</source>
        <translation>剪枝前后</translation>
    </message>
    <message>
        <source>No results yet</source>
        <translation>尚无结果</translation>
    </message>
    <message>
        <source>Prune the model to see accuracy and loss before and after, by kind of question.</source>
        <translation>剪枝模型，即可按问题类型查看剪枝前后的准确率和损失。</translation>
    </message>
    <message>
        <source>At &lt;b&gt;%1&lt;/b&gt; sparsity: %2 → &lt;b&gt;%3&lt;/b&gt; right (%4–%5)</source>
        <translation>稀疏度 &lt;b&gt;%1&lt;/b&gt;：答对 %2 → &lt;b&gt;%3&lt;/b&gt;（%4–%5）</translation>
    </message>
    <message>
        <source>loss %1, predicted now &lt;b&gt;%2&lt;/b&gt;</source>
        <translation>损失 %1，现预测为 &lt;b&gt;%2&lt;/b&gt;</translation>
    </message>
    <message>
        <source>for an earlier plan</source>
        <translation>针对先前的方案</translation>
    </message>
    <message>
        <source>At &lt;b&gt;%1&lt;/b&gt; sparsity: perplexity %2 → &lt;b&gt;%3&lt;/b&gt;</source>
        <translation>稀疏度 &lt;b&gt;%1&lt;/b&gt;：困惑度 %2 → &lt;b&gt;%3&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Right answers before and after pruning, by kind of question. The thin line in a bar is the 95 % interval (Wilson&apos;s score interval). Few pairs make it wide.</source>
        <translation>剪枝前后按问题类型的正确答案。条中的细线是 95% 区间（Wilson 评分区间）。样本对少时它较宽。</translation>
    </message>
    <message>
        <source>preview; exact results follow</source>
        <translation>预览；精确结果随后给出</translation>
    </message>
    <message>
        <source>The dense model answers &lt;b&gt;%1&lt;/b&gt; right.</source>
        <translation>稠密模型答对 &lt;b&gt;%1&lt;/b&gt;。</translation>
    </message>
    <message>
        <source>The dense model&apos;s perplexity is &lt;b&gt;%1&lt;/b&gt;.</source>
        <translation>稠密模型的困惑度为 &lt;b&gt;%1&lt;/b&gt;。</translation>
    </message>
    <message>
        <source>Prune to compare.</source>
        <translation>剪枝后即可比较。</translation>
    </message>
    <message>
        <source>To compare, pruning by %1 needs calibration pairs (File › Calibration Pairs).</source>
        <translation>要比较，按 %1 剪枝需要校准样本对（“文件”›“校准样本对”）。</translation>
    </message>
    <message>
        <source>No picture has a label that the model knows: agreement with the dense model is measured.</source>
        <translation>没有图片带有模型认识的标签：改为测量与稠密模型的一致程度。</translation>
    </message>
    <message>
        <source>At &lt;b&gt;%1&lt;/b&gt; sparsity: &lt;b&gt;%2&lt;/b&gt; of the pictures get the dense model&apos;s class (%3–%4)</source>
        <translation>稀疏度 &lt;b&gt;%1&lt;/b&gt;：&lt;b&gt;%2&lt;/b&gt; 的图片得到与稠密模型相同的类别（%3–%4）</translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures cannot be read</source>
        <translation>
            <numerusform>%Ln 张图片无法读取</numerusform>
        </translation>
    </message>
    <message>
        <source>recovered by %1</source>
        <translation>由 %1 恢复精度</translation>
    </message>
</context>
<context>
    <name>espalier::RunsChart</name>
    <message>
        <source>Runs chart</source>
        <translation>运行图表</translation>
    </message>
    <message>
        <source>How many answers of each run are right against what it costs, with the 95 % interval. The line goes through runs that no other run of the same data betters. Click a point to choose its run.</source>
        <translation>每次运行答对的比例与其代价，附 95% 区间。折线经过在相同数据上没有其他运行能超过的运行。单击一个点可选择该运行。</translation>
    </message>
    <message>
        <source>Right answers, %</source>
        <translation>答对的比例，%</translation>
    </message>
    <message>
        <source>Size of the files, MiB</source>
        <translation>文件大小，MiB</translation>
    </message>
    <message>
        <source>Weights that are not zero, %</source>
        <translation>非零权重，%</translation>
    </message>
    <message>
        <source>Time for a token, picture or text, ms</source>
        <translation>每个词元、图片或文本的时间，ms</translation>
    </message>
</context>
<context>
    <name>espalier::RunsController</name>
    <message>
        <source>Open runs</source>
        <translation>打开运行表</translation>
    </message>
    <message>
        <source>Add a run</source>
        <translation>添加运行</translation>
    </message>
    <message>
        <source>Import runs</source>
        <translation>导入运行</translation>
    </message>
    <message>
        <source>Export runs</source>
        <translation>导出运行</translation>
    </message>
    <message>
        <source>Measure a run</source>
        <translation>测量运行</translation>
    </message>
    <message>
        <source>Change notes</source>
        <translation>修改备注</translation>
    </message>
    <message>
        <source>Change tags</source>
        <translation>修改标签</translation>
    </message>
    <message>
        <source>The plan of &quot;%1&quot; is over other groups than the present one. Choose the granularity it was made with.</source>
        <translation>“%1”的方案的分组与当前方案不同。请选择制作它时所用的粒度。</translation>
    </message>
    <message>
        <source>Plan of %1</source>
        <translation>%1 的方案</translation>
    </message>
    <message>
        <source>A run is measured on the machine its folder lies on; the engine of this window runs elsewhere (%1).</source>
        <translation>运行在其文件夹所在的机器上测量；此窗口的计算引擎在别处（%1）运行。</translation>
    </message>
    <message>
        <source>Change runs</source>
        <translation>更改运行</translation>
    </message>
    <message>
        <source>Show the project&apos;s runs</source>
        <translation>显示项目的运行</translation>
    </message>
    <message>
        <source>There are no results of the present plan yet. Prune and compare first (F8).</source>
        <translation>当前方案还没有结果。请先剪枝并比较 (F8)。</translation>
    </message>
    <message>
        <source>Keep a result</source>
        <translation>保留结果</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>&quot;%1&quot; was not written to a folder, so it cannot be measured. Export it first (Ctrl+E).</source>
        <translation>“%1”未写入文件夹，因此无法测量。请先导出 (Ctrl+E)。</translation>
    </message>
    <message>
        <source>Remove runs</source>
        <translation>移除运行</translation>
    </message>
</context>
<context>
    <name>espalier::RunsPanel</name>
    <message>
        <source>%1 (%2 to %3)</source>
        <translation>%1（%2 至 %3）</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>%1 pictures/s</source>
        <translation>%1 图片/秒</translation>
    </message>
    <message>
        <source>%1 texts/s</source>
        <translation>%1 文本/秒</translation>
    </message>
    <message>
        <source>%1 points of accuracy</source>
        <translation>准确率相差 %1 个百分点</translation>
    </message>
    <message>
        <source>%1 of its size</source>
        <translation>大小为其 %1</translation>
    </message>
    <message>
        <source>%1 times its speed</source>
        <translation>速度为其 %1 倍</translation>
    </message>
    <message>
        <source>%1 beside %2: %3</source>
        <translation>%1 与 %2 相比：%3</translation>
    </message>
    <message>
        <source>Open Table…</source>
        <translation>打开表…</translation>
    </message>
    <message>
        <source>Add Model…</source>
        <translation>添加模型…</translation>
    </message>
    <message>
        <source>Add a model that Espalier pruned and wrote</source>
        <translation>添加由 Espalier 剪枝并写出的模型</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Measure bytes, time, memory and speed of the chosen run&apos;s model on this machine</source>
        <translation>在本机上测量所选运行的模型的字节数、时间、内存和速度</translation>
    </message>
    <message>
        <source>Use This Plan</source>
        <translation>使用此方案</translation>
    </message>
    <message>
        <source>Take the plan of the chosen run. Undo brings yours back</source>
        <translation>采用所选运行的方案。撤销可恢复您的方案</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What accuracy is shown against</source>
        <translation>准确率相对于什么显示</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>剪枝准则</translation>
    </message>
    <message>
        <source>Recovery</source>
        <translation>精度恢复</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>内存峰值</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message numerus="yes">
        <source>%n runs in %1</source>
        <translation>
            <numerusform>%1 中有 %n 次运行</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a Table of Runs</source>
        <translation>打开运行表</translation>
    </message>
    <message>
        <source>Tables of runs (*.json)</source>
        <translation>运行表 (*.json)</translation>
    </message>
    <message>
        <source>Add a Pruned Model</source>
        <translation>添加剪枝后的模型</translation>
    </message>
    <message>
        <source>Import Runs</source>
        <translation>导入运行</translation>
    </message>
    <message>
        <source>Export Runs</source>
        <translation>导出运行</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv)</source>
        <translation>逗号分隔值 (*.csv)</translation>
    </message>
    <message>
        <source>chance: %1</source>
        <translation>偶然：%1</translation>
    </message>
    <message>
        <source>best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>more than chance explains (%1)</source>
        <translation>超出偶然所能解释 (%1)</translation>
    </message>
    <message>
        <source>within chance (%1)</source>
        <translation>在偶然范围内 (%1)</translation>
    </message>
    <message>
        <source>Show a table of runs in a file, which several programs may share, in place of the project&apos;s; or name a new one</source>
        <translation>显示文件中的运行表（可由多个程序共用）以代替项目的运行；或命名一个新表</translation>
    </message>
    <message>
        <source>Project&apos;s Runs</source>
        <translation>项目的运行</translation>
    </message>
    <message>
        <source>Show the runs that are kept with the project again</source>
        <translation>重新显示随项目保存的运行</translation>
    </message>
    <message>
        <source>Keep Result</source>
        <translation>保留结果</translation>
    </message>
    <message>
        <source>Add what the present plan&apos;s model can do and what it would take, as a run of its own</source>
        <translation>把当前方案的模型能做什么、需要多少资源作为单独的运行加入</translation>
    </message>
    <message>
        <source>Add the runs of a table or of another project</source>
        <translation>加入某个表或另一个项目的运行</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Write the table for other programs, or for others to import</source>
        <translation>写出该表供其他程序使用或供他人导入</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Take the chosen runs out of the table. The models stay</source>
        <translation>从表中去掉所选运行。模型保留</translation>
    </message>
    <message>
        <source>Beside the best</source>
        <translation>与最佳相比</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>来源模型</translation>
    </message>
    <message>
        <source>Each row is a pruned model. Choose two to compare them. Notes and tags can be written. Beside the best: by how many points it is worse, and how often chance alone parts two equally good models as far, pair by pair (exact McNemar test).</source>
        <translation>每行是一个剪枝后的模型。选择两行可比较。可填写备注和标签。与最佳相比：差多少个百分点，以及仅凭偶然有多大概率使两个同样好的模型相差这么多，逐对比较（精确 McNemar 检验）。</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>出错信息</translation>
    </message>
    <message>
        <source>No runs yet. Exports are added by themselves; drop folders or tables here.</source>
        <translation>还没有运行。导出会自动加入；可将文件夹或表拖放到此处。</translation>
    </message>
    <message numerus="yes">
        <source>%n runs, kept with the project</source>
        <translation>
            <numerusform>%n 次运行，随项目保存</numerusform>
        </translation>
    </message>
    <message>
        <source>Tables of runs and projects (*.json *.espalier)</source>
        <translation>运行表和项目 (*.json *.espalier)</translation>
    </message>
</context>
<context>
    <name>espalier::ScoreController</name>
    <message>
        <source>Scoring by &quot;%1&quot; needs calibration pairs: choose a folder of them with File › Calibration Pairs, or score by magnitude.</source>
        <translation>按“%1”评分需要校准样本对：请用“文件”›“校准样本对”选择其文件夹，或按幅值评分。</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Estimating</source>
        <translation>估计</translation>
    </message>
</context>
<context>
    <name>espalier::ScoreOptionsPanel</name>
    <message>
        <source>Scoring</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>How the importance of each weight matrix is found.</source>
        <translation>如何求得每个权重矩阵的重要性。</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本数</translation>
    </message>
    <message>
        <source>How many calibration pairs. The paper uses 32. More make the error bars shorter.</source>
        <translation>多少个校准样本对。论文用 32 个。越多，误差线越短。</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>How many pairs each loss is the mean of. The paper uses 8.</source>
        <translation>每个损失是多少个样本对的平均。论文用 8 个。</translation>
    </message>
    <message>
        <source>Noise draws</source>
        <translation>噪声抽样次数</translation>
    </message>
    <message>
        <source>How often each batch is measured with new noise. The paper uses 1. More draws make the error bars shorter and take longer in proportion.</source>
        <translation>每个批次用新的噪声测量多少次。论文用 1 次。次数越多，误差线越短，耗时则按比例增加。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>The seed of the noise and of the choice of pairs. The same seed gives the same scores.</source>
        <translation>噪声和样本对选取的随机种子。同一种子给出同样的评分。</translation>
    </message>
    <message>
        <source>Score and prune the Q-Former too</source>
        <translation>Q-Former 也评分和剪枝</translation>
    </message>
    <message>
        <source>Score and prune the bridge between vision and language, too. The paper does not.</source>
        <translation>对视觉与语言之间的桥接模块也评分和剪枝。论文不这样做。</translation>
    </message>
    <message>
        <source>Statistics for other allocators</source>
        <translation>其他分配方法所需的统计量</translation>
    </message>
    <message>
        <source>Gather in one more pass what OWL, DLP, AlphaPruning and local scores share by, so that the budget can be shared by them at once. Spectra of large matrices take long.</source>
        <translation>再多跑一遍，收集 OWL、DLP、AlphaPruning 和局部评分分配时所需的量，这样就能立即改用它们分配预算。大矩阵的谱需要很长时间。</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>all draws</source>
        <translation>抽满全部次数</translation>
    </message>
    <message>
        <source>Stop when certain to</source>
        <translation>停止条件：误差不超过</translation>
    </message>
    <message>
        <source>Draws noise until the sparsity of every block in the plan is certain to within this, and at most as often as set above.</source>
        <translation>反复抽取噪声，直到方案中每个块的稀疏度误差都不超过此值；至多抽取上面设定的次数。</translation>
    </message>
    <message>
        <source>Parts to re-score after</source>
        <translation>分段重新评分</translation>
    </message>
    <message>
        <source>1 scores the dense model alone. With more the way to the plan&apos;s target is taken in so many parts: after each the model is pruned by Wanda to the plan so far and scored anew. It takes as many times as long.</source>
        <translation>1 表示只对稠密模型评分。更大时，分这么多段逐步达到方案的目标：每段之后用 Wanda 按当时的方案剪枝，再重新评分。耗时按段数成倍增加。</translation>
    </message>
</context>
<context>
    <name>espalier::SensitivityGrid</name>
    <message>
        <source>Sensitivity of each block</source>
        <translation>每个块的敏感度</translation>
    </message>
    <message>
        <source>At %1 sparsity it alone adds %2 to the loss</source>
        <translation>稀疏度为 %1 时，单独剪枝它会使损失增加 %2</translation>
    </message>
    <message>
        <source>For each block, what pruning it alone adds to the loss (upwards; of the held-out calibration pairs, cross-entropy of a token) as its sparsity grows (to the right, from 0 to 100 %). A steep curve is a block that should keep its weights; the mark is where the plan has it now.</source>
        <translation>对每个块：单独剪枝它时，损失的增量（向上；留出的校准样本对上每个词元的交叉熵）随其稀疏度的增长（向右，从 0 到 100%）。曲线陡的块应保留其权重；标记是方案目前给它的位置。</translation>
    </message>
</context>
<context>
    <name>espalier::SensitivityPanel</name>
    <message>
        <source>One scale</source>
        <translation>统一刻度</translation>
    </message>
    <message>
        <source>The same vertical scale for all blocks, or each its own</source>
        <translation>所有块用同一纵轴刻度，或各用各的</translation>
    </message>
    <message>
        <source>Steps of the search</source>
        <translation>搜索的步骤</translation>
    </message>
    <message>
        <source>Not measured yet</source>
        <translation>尚未测量</translation>
    </message>
    <message>
        <source>How much does the loss rise when a block alone is pruned? This improves the prediction and shows where budget should move.</source>
        <translation>单独剪枝一个块时，损失上升多少？这能改进预测，并显示预算应移向哪里。</translation>
    </message>
    <message>
        <source>held-out loss %1</source>
        <translation>留出损失 %1</translation>
    </message>
    <message>
        <source>No move of budget lowers the held-out loss</source>
        <translation>移动预算已不能降低留出损失</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the search and keep the best plan so far</source>
        <translation>停止搜索，保留目前最好的方案</translation>
    </message>
    <message>
        <source>Stop the search</source>
        <translation>停止搜索</translation>
    </message>
    <message numerus="yes">
        <source>%n steps · held-out loss %1 → %2</source>
        <translation>
            <numerusform>%n 步 · 留出损失 %1 → %2</numerusform>
        </translation>
    </message>
    <message>
        <source>test loss %1: worse</source>
        <translation>测试损失 %1：变差</translation>
    </message>
    <message>
        <source>test loss %1</source>
        <translation>测试损失 %1</translation>
    </message>
</context>
<context>
    <name>espalier::Session</name>
    <message>
        <source>Calibration Pairs %1</source>
        <translation>校准样本对 %1</translation>
    </message>
    <message>
        <source>Test Pairs %1</source>
        <translation>测试样本对 %1</translation>
    </message>
    <message>
        <source>Prompt Form %1</source>
        <translation>提示形式 %1</translation>
    </message>
</context>
<context>
    <name>espalier::SimilarityBars</name>
    <message>
        <source>Most alike pictures</source>
        <translation>最相似的图片</translation>
    </message>
    <message>
        <source>%1. %2: %3%4</source>
        <translation>%1. %2：%3%4</translation>
    </message>
    <message>
        <source>, its own</source>
        <translation>，它自己的图片</translation>
    </message>
    <message>
        <source>The pictures most like the text, before and after pruning. A bar is as long as the similarity is great, from 0 on, on one scale for both; the tick marks the text&apos;s own picture. The number in front is its place among all pictures.</source>
        <translation>剪枝前后与文本最相似的图片。条的长度表示相似度，从 0 起，两者用同一刻度；对号标出文本自己的图片。前面的数字是它在所有图片中的排名。</translation>
    </message>
</context>
<context>
    <name>espalier::SweepChart</name>
    <message>
        <source>Sweep chart</source>
        <translation>扫描图表</translation>
    </message>
    <message>
        <source>Sparsity, %</source>
        <translation>稀疏度，%</translation>
    </message>
    <message>
        <source>Right answers, %</source>
        <translation>正确答案，%</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>%1 at %2 sparsity: %3</source>
        <translation>%1，稀疏度 %2：%3</translation>
    </message>
    <message>
        <source>How accuracy or loss falls as more weights go, for several methods. The band is one standard deviation over the seeds, or with one seed the 95 % interval. Click a point to choose it; Use This Plan, or Enter, makes its plan the present one. The ring marks the point that the present plan is of.</source>
        <translation>剪去的权重越来越多时，多种方法的准确率或损失如何变化。色带是各随机种子的一个标准差；只有一个种子时为 95% 区间。点击一个点可选择它；“使用此方案”或回车键使它的方案成为当前方案。圆圈标出当前方案所在的点。</translation>
    </message>
    <message>
        <source>%1 at %2: %3 (%4 to %5)
Click to choose it</source>
        <translation>%1，%2：%3（%4 至 %5）
点击可选择</translation>
    </message>
    <message>
        <source>Time, s</source>
        <translation>时间，秒</translation>
    </message>
    <message>
        <source>Size without zeros, MB</source>
        <translation>不含零的大小，MB</translation>
    </message>
</context>
<context>
    <name>espalier::SweepController</name>
    <message>
        <source>A sweep needs calibration data to prune with and test pairs to ask. Choose both in the File menu.</source>
        <translation>扫描需要用于剪枝的校准数据和用于提问的测试样本对。请在“文件”菜单中选择两者。</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>The plan of &quot;%1&quot; needs scores. Score the model first (F7).</source>
        <translation>“%1”的方案需要评分。请先给模型评分 (F7)。</translation>
    </message>
</context>
<context>
    <name>espalier::SweepModel</name>
    <message>
        <source>best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>worse</source>
        <translation>较差</translation>
    </message>
    <message>
        <source>within chance</source>
        <translation>在偶然范围内</translation>
    </message>
    <message>
        <source>The best method at this sparsity</source>
        <translation>在此稀疏度下最好的方法</translation>
    </message>
    <message>
        <source>Measured by an earlier version: run the sweep again to compare pair by pair</source>
        <translation>由旧版本测得：请重新运行扫描以便逐对比较</translation>
    </message>
    <message>
        <source>%1 pairs are right with this method alone, %2 with the best alone; chance parts them as much in %3 of all cases (exact McNemar test)</source>
        <translation>%1 个样本对只有此方法答对，%2 个只有最佳方法答对；偶然使两者相差这么多的概率为 %3（McNemar 精确检验）</translation>
    </message>
    <message>
        <source>Loss higher by %1, between %2 and %3 in 95 % of all cases; chance parts them as much in %4 (paired bootstrap)</source>
        <translation>损失高 %1，95% 的情况下在 %2 与 %3 之间；偶然使两者相差这么多的概率为 %4（配对自助法）</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>正确</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Beside the best</source>
        <translation>与最佳相比</translation>
    </message>
</context>
<context>
    <name>espalier::SweepPanel</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the sweep. It keeps its points and can continue later</source>
        <translation>停止扫描。已测的点会保留，以后可以继续</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>随机种子数</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>What the chart shows</source>
        <translation>图表显示什么</translation>
    </message>
    <message>
        <source>Right answers, or the loss, which moves earlier</source>
        <translation>正确答案，或更早发生变化的损失</translation>
    </message>
    <message>
        <source>Measure this method</source>
        <translation>测量此方法</translation>
    </message>
    <message>
        <source>complete</source>
        <translation>已完成</translation>
    </message>
    <message numerus="yes">
        <source>%n points to go</source>
        <translation>
            <numerusform>还剩 %n 个点</numerusform>
        </translation>
    </message>
    <message>
        <source>Use This Plan</source>
        <translation>使用此方案</translation>
    </message>
    <message>
        <source>Take the plan of the chosen point (Enter). Undo brings yours back</source>
        <translation>采用所选点的方案（回车键）。撤销可以找回您的方案</translation>
    </message>
    <message>
        <source>Click a point to choose it</source>
        <translation>点击一个点可选择它</translation>
    </message>
    <message>
        <source>by sparsity</source>
        <translation>按稀疏度</translation>
    </message>
    <message>
        <source>by time</source>
        <translation>按时间</translation>
    </message>
    <message>
        <source>by size</source>
        <translation>按大小</translation>
    </message>
    <message>
        <source>as a table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>How the methods are compared</source>
        <translation>如何比较各方法</translation>
    </message>
    <message>
        <source>Methods compared</source>
        <translation>所比较的方法</translation>
    </message>
    <message>
        <source>Each method at each sparsity, the best first. Beside the best: whether chance explains what parts the two, pair by pair (exact McNemar test of the answers, paired bootstrap of the losses).</source>
        <translation>各稀疏度下的各种方法，最好的在前。“与最佳相比”：逐对检验两者之差能否由偶然解释（对答案用 McNemar 精确检验，对损失用配对自助法）。</translation>
    </message>
    <message>
        <source>Comparing methods</source>
        <translation>比较方法</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause behind the point that is being measured</source>
        <translation>测完当前点后暂停</translation>
    </message>
    <message>
        <source>Sparsities</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>At which sparsities, in per cent, with commas between: 0, 50, 62.5</source>
        <translation>在哪些稀疏度下测量，以百分比表示，用逗号分隔：0, 50, 62.5</translation>
    </message>
    <message>
        <source>Which random draws of the calibration data each method uses: whole numbers with commas between, or a range as 0-4</source>
        <translation>每种方法使用校准数据的哪些随机抽样：整数，用逗号分隔，或写成 0-4 这样的范围</translation>
    </message>
    <message>
        <source>what is to come</source>
        <translation>待测内容</translation>
    </message>
    <message>
        <source>Against sparsity, the time a method takes, or the size without zeros; or all of it in a table that says which differences chance explains. What is to come can be put into another order</source>
        <translation>按稀疏度、方法所需时间或去零后的大小；或以表格列出全部并说明哪些差异可由偶然解释。待测内容的顺序可以更改</translation>
    </message>
    <message>
        <source>Add Method…</source>
        <translation>添加方法…</translation>
    </message>
    <message>
        <source>Any way to score with any criterion, refinement and recovery</source>
        <translation>任意评分方法与任意准则、细化和恢复的组合</translation>
    </message>
    <message>
        <source>Sparsities, %</source>
        <translation>稀疏度，%</translation>
    </message>
    <message>
        <source>The plan&apos;s own curve: its pins, caps and scores at other targets</source>
        <translation>方案自身的曲线：其固定块、上限和评分在其他目标下的结果</translation>
    </message>
    <message>
        <source>Sparsities are numbers from 0 to 99, each once, with commas between.</source>
        <translation>稀疏度是 0 到 99 的数，各不相同，用逗号分隔。</translation>
    </message>
    <message>
        <source>Seeds are whole numbers, each once, with commas between, or a range as 0-4.</source>
        <translation>随机种子是整数，各不相同，用逗号分隔，或写成 0-4 这样的范围。</translation>
    </message>
</context>
<context>
    <name>espalier::SweepQueue</name>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Measure it before the one above it</source>
        <translation>在上一项之前测量</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Measure it after the one below it</source>
        <translation>在下一项之后测量</translation>
    </message>
    <message>
        <source>Leave Out</source>
        <translation>略过</translation>
    </message>
    <message>
        <source>Do not measure it. What is there of it stays</source>
        <translation>不测量。已有的结果保留</translation>
    </message>
    <message>
        <source>What is to come</source>
        <translation>待测内容</translation>
    </message>
    <message>
        <source>What the sweep measures next, from top to bottom. What is being measured is not among it.</source>
        <translation>接下来要测量的内容，从上到下。正在测量的不在其中。</translation>
    </message>
    <message>
        <source>%1, seed %2: %3</source>
        <translation>%1，随机种子 %2：%3</translation>
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
        <translation>按方案对视觉语言模型剪枝。给每个块评分，在各块之间分配预算，动手调整，并立即看到模型的答案如何变化。</translation>
    </message>
    <message>
        <source>Or drop a model folder, as Hugging Face writes it, onto this window.</source>
        <translation>也可以把 Hugging Face 格式的模型文件夹拖放到此窗口。</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>打开模型…</translation>
    </message>
    <message>
        <source>Try the emoji CLIP</source>
        <translation>试用表情符号 CLIP</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>Try a modern VLM</source>
        <translation>试用现代 VLM</translation>
    </message>
</context>
<context>
    <name>espalier::Workbench</name>
    <message>
        <source>Show this pane, or hide it if it is in front</source>
        <translation>显示此面板；如果它已在最前，则隐藏它</translation>
    </message>
    <message>
        <source>Panes</source>
        <translation>面板</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Prunes vision-language models to a plan.</source>
        <translation>按方案对视觉语言模型剪枝。</translation>
    </message>
    <message>
        <source>Model folders and project files, each for a window; without any the bundled sample is opened.</source>
        <translation>模型文件夹和项目文件，各开一个窗口；不给出则打开附带的示例。</translation>
    </message>
    <message>
        <source>Computes elsewhere: ssh://user@host[:port], or a command that starts espalier-cli serve; paths of models and data are paths there.</source>
        <translation>在别处计算：ssh://user@host[:port]，或启动 espalier-cli serve 的命令；模型和数据的路径均为那里的路径。</translation>
    </message>
    <message>
        <source>address</source>
        <translation>地址</translation>
    </message>
</context>
</TS>
