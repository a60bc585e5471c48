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

    // A pair of panels of 256 x 16 floats of the right matrix (32 KiB) stays in the first cache, 120 x 256 of the left
    // in the second; 120 rows are whole tiles. The depth is a multiple of the chain, so that blocks cannot show.
    internal const int DepthBlock = 8 * Chain;

    private const int ColumnBlock = 1024, RowBlock = 120;

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
        CheckRoom(rows, columns, c.Length, stride);
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
                            b.Format,
                            new BlockSize(rows, Math.Min(ColumnBlock, columns - j), Math.Min(DepthBlock, depth - k)),
                            accumulate || k > 0, product + j, stride);
                    }
                }
        }
    }

    /// <summary>c [a.Rows, b.Columns] with its row stride = (or +=) a b, the right matrix packed already.</summary>
    public static unsafe void Multiply(Strided a, PackedMatrix b, bool accumulate, Span<float> c, int stride)
    {
        var (rows, columns, depth) = (a.Rows, b.Columns, b.Rows);
        if (a.Columns != depth) throw new ArgumentException($"a {rows} x {a.Columns} matrix cannot meet {depth} rows");
        if (rows == 0 || columns == 0) return;
        CheckRoom(rows, columns, c.Length, stride);
        if (depth == 0 && !accumulate)
            for (var row = 0; row < rows; row++) c.Slice(row * stride, columns).Clear();

        fixed (float* left = a.Values, panels = b.Panels, product = c)
        {
            for (var k = 0; k < depth; k += DepthBlock)
            {
                unchecked
                {
                    var size = new BlockSize(rows, columns, Math.Min(DepthBlock, depth - k));
                    Sweep(
                        new Panel(left + ((nint)k * a.ColumnStride), a.RowStride, a.ColumnStride), a.Format,
                        new RightPanels(null, 0, panels + b.Place(0, k), 0, size.Depth), size, accumulate || k > 0,
                        product, stride);
                }
            }
        }
    }

    private static void CheckRoom(int rows, int columns, int room, int stride)
    {
        if (stride < columns || checked(((rows - 1) * stride) + columns) > room)
            throw new ArgumentException($"the product is {rows} x {columns}, found room for {room} at stride {stride}");
    }

    // Numbers are rounded where they are packed, so an operand of a lower precision never goes direct.
    private static unsafe void Block(
        Panel a, OperandFormat leftFormat, Panel b, OperandFormat rightFormat, BlockSize size, bool accumulate,
        float* c, nint stride)
    {
        unchecked
        {
            // A far-strided right matrix would fall on few cache sets: above 1 KiB a row it is packed as well.
            var direct = b.ColumnStride == 1 && b.RowStride <= 256 && rightFormat.Format == NumberFormat.Float32;
            var firstPacked = !direct ? 0 : size.Columns / MatMulTile.Columns;
            var panelSize = size.Depth * MatMulTile.Columns;
            fixed (float* packed = Scratch.Rent(
                ScratchUse.PackedRight, ((size.Panels - firstPacked) * panelSize) + 1))
            {
                for (var p = firstPacked; p < size.Panels; p++)
                {
                    var place = packed + ((p - firstPacked) * panelSize);
                    MatMulPacking.PackRight(b, p * MatMulTile.Columns, size.Columns, size.Depth, place);
                    rightFormat.Round(new Span<float>(place, panelSize));
                }

                Sweep(
                    a, leftFormat, new RightPanels(b.Values, b.RowStride, packed, firstPacked, size.Depth), size,
                    accumulate, c, stride);
            }
        }
    }

    // All rows against the panels of a block, a few rows at a time so that what is packed of them stays in the cache.
    private static unsafe void Sweep(
        Panel a, OperandFormat format, RightPanels b, BlockSize size, bool accumulate, float* c, nint stride)
    {
        unchecked
        {
            // Columns come apart over many cache lines, so they are packed sooner: 64 x 64 over 4,096 gained a tenth.
            var packs = (size.Panels >= (a.RowStride == 1 ? 4 : 16) && size.Depth >= 16)
                || format.Format != NumberFormat.Float32;
            var tileSize = size.Depth * MatMulTile.Rows;
            fixed (float* packed = Scratch.Rent(ScratchUse.PackedLeft, packs ? RowBlock * size.Depth : 1))
            {
                for (var i = 0; i < size.Rows; i += RowBlock)
                {
                    var end = Math.Min(size.Rows, i + RowBlock);
                    if (packs)
                    {
                        MatMulPacking.PackLeft(a, i, end, size.Depth, packed);
                        var tiles = (end - i + MatMulTile.Rows - 1) / MatMulTile.Rows;
                        format.Round(new Span<float>(packed, tiles * tileSize));
                    }

                    for (var p = 0; p < size.Panels;)
                    {
                        var right = b.At(p, size.Panels);
                        var width = Math.Min(
                            right.Panels * MatMulTile.Columns, size.Columns - (p * MatMulTile.Columns));
                        for (var row = i; row < end; row += MatMulTile.Rows)
                        {
                            var height = Math.Min(MatMulTile.Rows, end - row);
                            var tile = packs
                                ? new Panel(packed + ((row - i) / MatMulTile.Rows * tileSize), 1, MatMulTile.Rows)
                                : new Panel(a.Values + (row * a.RowStride), a.RowStride, a.ColumnStride);
                            MatMulTile.Any(
                                tile, height, packs, right, width, size.Depth, accumulate,
                                c + (row * stride) + (p * MatMulTile.Columns), stride);
                        }

                        p += right.Panels;
                    }
                }
            }
        }
    }
}
