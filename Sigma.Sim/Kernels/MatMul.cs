// Matrix products for weights stored [out, in]. Every output is a sum of chains of 32 fused multiply-adds in the
// order of the inner index, whatever the tile, block or thread: so tiling is free to change without changing a bit.
// Chains of 32 and not of the whole length, because a sum over 4,096 tokens would otherwise lose three bits more.
// Operands of a lower precision are rounded once packed, and their products are added up in single precision.
// Blocking after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
namespace Sigma.Sim.Kernels;

/// <summary>C = A B and the three forms that a linear layer needs.</summary>
public static class MatMul
{
    /// <summary>Fused multiply-adds in a chain before it is added to the output.</summary>
    internal const int Chain = 32;

    // 256 x 16 floats of the right matrix (16 KiB) stay in the first cache, 120 x 256 of the left in the second. The
    // depth is a multiple of the chain, so that blocks cannot show in the sums.
    private const int DepthBlock = 8 * Chain, ColumnBlock = 1024, RowBlock = 120;

    /// <summary>y [rows, outs] = x [rows, ins] times w [outs, ins] transposed.</summary>
    public static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int ins, int outs, LinearFormat format,
        Span<float> y) =>
        Multiply(
            new Strided(x, rows, ins).In(format.Activation), new Strided(w, outs, ins).Transposed.In(format.Weight),
            accumulate: false, y, outs);

    /// <summary>dx [rows, ins] = (or +=) dy [rows, outs] times w [outs, ins].</summary>
    public static void BackwardInput(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> w, int rows, int ins, int outs, LinearFormat format,
        bool accumulate, Span<float> dx) =>
        Multiply(
            new Strided(dy, rows, outs).In(format.Gradient), new Strided(w, outs, ins).In(format.Weight), accumulate,
            dx, ins);

    /// <summary>
    /// Rows <paramref name="first"/> .. first + count - 1 of dw [outs, ins] = (or +=) dy [rows, outs] transposed times
    /// x [rows, ins]. Threads take different rows.
    /// </summary>
    public static void BackwardWeight(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows, int ins, int outs, int first, int count,
        LinearFormat format, bool accumulate, Span<float> dw)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)first, (uint)outs);
        var columns = rows == 0 ? dy : dy[first..];
        Multiply(
            new Strided(columns, rows, count, outs, 1).Transposed.In(format.Gradient),
            new Strided(x, rows, ins).In(format.Activation), accumulate, dw.Slice(first * ins, count * ins), ins);
    }

    /// <summary>
    /// c [a.Rows, b.Columns] with its row stride = (or +=) a b, each read in its format, summed up in single precision.
    /// </summary>
    public static unsafe void Multiply(Strided a, Strided b, bool accumulate, Span<float> c, int stride)
    {
        var (rows, columns, depth) = (a.Rows, b.Columns, a.Columns);
        if (b.Rows != depth) throw new ArgumentException($"a {rows} x {depth} matrix cannot meet one of {b.Rows} rows");
        if (rows == 0 || columns == 0) return;
        if (stride < columns || checked(((rows - 1) * stride) + columns) > c.Length)
            throw new ArgumentException(
                $"the product is {rows} x {columns}, found room for {c.Length} at stride {stride}");
        if (depth == 0 && !accumulate)
            for (var row = 0; row < rows; row++) c.Slice(row * stride, columns).Clear();

        fixed (float* left = a.Values, right = b.Values, product = c)
        {
            for (var k = 0; k < depth; k += DepthBlock)
                for (var j = 0; j < columns; j += ColumnBlock)
                {
                    unchecked
                    {
                        Block(
                            new Panel(left + ((nint)k * a.ColumnStride), a.RowStride, a.ColumnStride), a.Format,
                            new Panel(right + ((nint)k * b.RowStride) + ((nint)j * b.ColumnStride), b.RowStride,
                                b.ColumnStride),
                            b.Format, rows, Math.Min(ColumnBlock, columns - j), Math.Min(DepthBlock, depth - k),
                            accumulate || k > 0, product + j, stride);
                    }
                }
        }
    }

    // Numbers are rounded where they are packed, so an operand of a lower precision never goes direct.
    private static unsafe void Block(
        Panel a, OperandFormat leftFormat, Panel b, OperandFormat rightFormat, int rows, int columns, int depth,
        bool accumulate, float* c, nint stride)
    {
        unchecked
        {
            var panels = (columns + MatMulTile.Columns - 1) / MatMulTile.Columns;
            // A far-strided right matrix would fall on few cache sets: above 1 KiB a row it is packed as well.
            var direct = b.ColumnStride == 1 && b.RowStride <= 256 && rightFormat.Format == NumberFormat.Float32;
            var firstPacked = !direct ? 0 : columns % MatMulTile.Columns == 0 ? panels : panels - 1;
            var panelSize = depth * MatMulTile.Columns;
            var packLeft = (panels >= 16 && depth >= 16) || leftFormat.Format != NumberFormat.Float32;
            var tileSize = depth * MatMulTile.Rows;
            fixed (float* packedRight = Scratch.Rent(ScratchUse.PackedRight, ((panels - firstPacked) * panelSize) + 1))
            fixed (float* packedLeft = Scratch.Rent(ScratchUse.PackedLeft, packLeft ? RowBlock * depth : 1))
            {
                for (var p = firstPacked; p < panels; p++)
                {
                    var place = packedRight + ((p - firstPacked) * panelSize);
                    MatMulTile.PackRight(b, p * MatMulTile.Columns, columns, depth, place);
                    rightFormat.Round(new Span<float>(place, panelSize));
                }

                for (var i = 0; i < rows; i += RowBlock)
                {
                    var end = Math.Min(rows, i + RowBlock);
                    if (packLeft)
                    {
                        MatMulTile.PackLeft(a, i, end, depth, packedLeft);
                        var tiles = (end - i + MatMulTile.Rows - 1) / MatMulTile.Rows;
                        leftFormat.Round(new Span<float>(packedLeft, tiles * tileSize));
                    }

                    for (var p = 0; p < panels; p++)
                    {
                        var right = p < firstPacked ? b.Values + (p * MatMulTile.Columns)
                            : packedRight + ((p - firstPacked) * panelSize);
                        var rightStep = p < firstPacked ? b.RowStride : MatMulTile.Columns;
                        var width = Math.Min(MatMulTile.Columns, columns - (p * MatMulTile.Columns));
                        for (var row = i; row < end; row += MatMulTile.Rows)
                        {
                            var height = Math.Min(MatMulTile.Rows, end - row);
                            var tile = packLeft
                                ? new Panel(packedLeft + ((row - i) / MatMulTile.Rows * tileSize), 1, MatMulTile.Rows)
                                : new Panel(a.Values + (row * a.RowStride), a.RowStride, a.ColumnStride);
                            var place = c + (row * stride) + (p * MatMulTile.Columns);
                            MatMulTile.Any(tile, height, packLeft, right, rightStep, width, depth, accumulate, place,
                                stride);
                        }
                    }
                }
            }
        }
    }
}
