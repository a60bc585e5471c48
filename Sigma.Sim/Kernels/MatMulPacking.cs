// Packing for MatMul: both matrices in the order in which the register tile reads them. Numbers move and none is
// computed, so the instruction set cannot show.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sigma.Sim.Kernels;

/// <summary>Panels of 16 columns of a right matrix, tiles of 6 or 8 rows of a left one.</summary>
internal static unsafe class MatMulPacking
{
    private const int Columns = MatMulTile.Columns;

    private static int Rows => MatMulTile.Rows;

    /// <summary>Columns first .. first + 15 of b as [depth, 16], zeros beyond the last column.</summary>
    internal static void PackRight(Panel b, int first, int columns, int depth, float* packed)
    {
        unchecked
        {
            var width = Math.Min(Columns, columns - first);
            if (width < Columns) new Span<float>(packed, depth * Columns).Clear();
            if (b.ColumnStride == 1)
            {
                var from = b.Values + first;
                if (width < Columns)
                    for (var k = 0; k < depth; k++)
                        new ReadOnlySpan<float>(from + (k * b.RowStride), width)
                            .CopyTo(new Span<float>(packed + (k * Columns), width));
                else
                    for (var k = 0; k < depth; k++, from += b.RowStride, packed += Columns)
                    {
                        Vector256.Load(from).Store(packed);
                        Vector256.Load(from + 8).Store(packed + 8);
                    }

                return;
            }

            // A stored [out, in] matrix is turned 8 x 8 at a time, a whole cache line of eight rows before the other
            // eight: sixteen rows of a power of two would push one another out of the first cache. The rest one by one.
            var turned = Avx.IsSupported && b.RowStride == 1 && width == Columns ? depth / 8 * 8 : 0;
            for (var k = 0; k < turned; k += 16)
                for (var half = 0; half < Columns; half += 8)
                {
                    var source = b.Values + ((first + half) * b.ColumnStride) + k;
                    var place = packed + (k * Columns) + half;
                    Turn(source, b.ColumnStride, place, Columns);
                    if (k + 8 < turned) Turn(source + 8, b.ColumnStride, place + (8 * Columns), Columns);
                }

            for (var j = 0; j < width; j++)
            {
                var source = b.Values + ((first + j) * b.ColumnStride);
                for (var k = turned; k < depth; k++) packed[(k * Columns) + j] = source[k * b.RowStride];
            }
        }
    }

    private static void Turn(float* source, nint stride, float* packed, int pitch)
    {
        unchecked
        {
            var (r0, r1) = (Vector256.Load(source), Vector256.Load(source + stride));
            var (r2, r3) = (Vector256.Load(source + (2 * stride)), Vector256.Load(source + (3 * stride)));
            source += 4 * stride;
            var (r4, r5) = (Vector256.Load(source), Vector256.Load(source + stride));
            var (r6, r7) = (Vector256.Load(source + (2 * stride)), Vector256.Load(source + (3 * stride)));
            TurnHalf(Avx.UnpackLow(r0, r1), Avx.UnpackLow(r2, r3), Avx.UnpackLow(r4, r5), Avx.UnpackLow(r6, r7),
                packed, pitch);
            TurnHalf(Avx.UnpackHigh(r0, r1), Avx.UnpackHigh(r2, r3), Avx.UnpackHigh(r4, r5), Avx.UnpackHigh(r6, r7),
                packed + (2 * pitch), pitch);
        }
    }

    // From pairs of rows, the columns 0, 1, 4, 5 of the place given.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnHalf(
        Vector256<float> p01, Vector256<float> p23, Vector256<float> p45, Vector256<float> p67, float* packed,
        int pitch)
    {
        unchecked
        {
            var (low0, low1) = (Avx.Shuffle(p01, p23, 0x44), Avx.Shuffle(p01, p23, 0xEE));
            var (high0, high1) = (Avx.Shuffle(p45, p67, 0x44), Avx.Shuffle(p45, p67, 0xEE));
            Avx.Permute2x128(low0, high0, 0x20).Store(packed);
            Avx.Permute2x128(low1, high1, 0x20).Store(packed + pitch);
            Avx.Permute2x128(low0, high0, 0x31).Store(packed + (4 * pitch));
            Avx.Permute2x128(low1, high1, 0x31).Store(packed + (5 * pitch));
        }
    }

    /// <summary>Rows first .. end - 1 of a as tiles of [depth, rows]; a last tile repeats its last row.</summary>
    internal static void PackLeft(Panel a, int first, int end, int depth, float* packed)
    {
        unchecked
        {
            var row = first;
            var whole = first + ((end - first) / Rows * Rows);
            if (a.RowStride == 1)
            {
                PackColumns(a.Values + first, a.ColumnStride, whole - first, depth, packed);
                row = whole;
            }
            else if (a.ColumnStride == 1 && Sse.IsSupported)
                for (; row < whole; row += Rows)
                {
                    var source = a.Values + (row * a.RowStride);
                    var place = packed + ((row - first) * depth);
                    if (Rows == MatMulWideTile.Rows) TurnEight(source, a.RowStride, depth, place);
                    else TurnSix(source, a.RowStride, depth, place);
                }

            for (; row < end; row += Rows)
                for (var i = 0; i < Rows; i++)
                {
                    var source = a.Values + (Math.Min(row + i, end - 1) * a.RowStride);
                    var place = packed + ((row - first) * depth) + i;
                    for (var k = 0; k < depth; k++) place[k * Rows] = source[k * a.ColumnStride];
                }
        }
    }

    // Rows that lie side by side go column by column, so that each cache line is read once.
    private static void PackColumns(float* source, nint stride, int rows, int depth, float* packed)
    {
        unchecked
        {
            for (var k = 0; k < depth; k++, source += stride, packed += Rows)
            {
                var place = packed;
                for (var row = 0; row < rows; row += Rows, place += Rows * depth)
                {
                    Vector128.Load(source + row).Store(place);
                    if (Rows == MatMulWideTile.Rows) Vector128.Load(source + row + 4).Store(place + 4);
                    else Vector64.Load(source + row + 4).Store(place + 4);
                }
            }
        }
    }

    private static void TurnEight(float* source, nint stride, int depth, float* packed)
    {
        unchecked
        {
            var k = 0;
            for (; k + 8 <= depth; k += 8, packed += 8 * Rows) Turn(source + k, stride, packed, Rows);
            for (; k < depth; k++, packed += Rows)
                for (var i = 0; i < Rows; i++) packed[i] = source[(i * stride) + k];
        }
    }

    // Six rows, four columns at a time: two pairs of rows become four quarters, the third pair is laced in between.
    private static void TurnSix(float* source, nint stride, int depth, float* packed)
    {
        unchecked
        {
            var lower = source + (3 * stride);
            var k = 0;
            for (; k + 4 <= depth; k += 4, packed += 4 * Rows)
            {
                var (r0, r1) = (Vector128.Load(source + k), Vector128.Load(source + stride + k));
                var (r2, r3) = (Vector128.Load(source + (2 * stride) + k), Vector128.Load(lower + k));
                var (r4, r5) = (Vector128.Load(lower + stride + k), Vector128.Load(lower + (2 * stride) + k));
                var (low01, high01) = (Sse.UnpackLow(r0, r1), Sse.UnpackHigh(r0, r1));
                var (low23, high23) = (Sse.UnpackLow(r2, r3), Sse.UnpackHigh(r2, r3));
                var (low45, high45) = (Sse.UnpackLow(r4, r5), Sse.UnpackHigh(r4, r5));
                Sse.MoveLowToHigh(low01, low23).Store(packed);
                Sse.StoreLow(packed + 4, low45);
                Sse.MoveHighToLow(low23, low01).Store(packed + Rows);
                Sse.StoreHigh(packed + Rows + 4, low45);
                Sse.MoveLowToHigh(high01, high23).Store(packed + (2 * Rows));
                Sse.StoreLow(packed + (2 * Rows) + 4, high45);
                Sse.MoveHighToLow(high23, high01).Store(packed + (3 * Rows));
                Sse.StoreHigh(packed + (3 * Rows) + 4, high45);
            }

            for (; k < depth; k++, packed += Rows)
                for (var i = 0; i < Rows; i++) packed[i] = source[(i * stride) + k];
        }
    }
}
