// The register tile of MatMul: 6 x 16 outputs in twelve accumulators, two loads of the right matrix and six broadcasts
// of the left per step; twelve chains hide the multiply-add's latency and still fit sixteen registers.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sigma.Sim.Kernels;

/// <summary>Where a matrix starts and its strides in floats; memory stays fixed while a product runs.</summary>
internal readonly unsafe struct Panel(float* values, nint rowStride, nint columnStride)
{
    internal float* Values => values;

    internal nint RowStride => rowStride;

    internal nint ColumnStride => columnStride;
}

/// <summary>Packing and the micro-kernel.</summary>
internal static unsafe class MatMulTile
{
    internal const int Rows = 6, Columns = 16;

    /// <summary>Columns first .. first + 15 of b as [depth, 16], zeros beyond the last column.</summary>
    internal static void PackRight(Panel b, int first, int columns, int depth, float* packed)
    {
        unchecked
        {
            var width = Math.Min(Columns, columns - first);
            if (width < Columns) new Span<float>(packed, depth * Columns).Clear();
            if (b.ColumnStride == 1)
            {
                for (var k = 0; k < depth; k++)
                    new ReadOnlySpan<float>(b.Values + (k * b.RowStride) + first, width)
                        .CopyTo(new Span<float>(packed + (k * Columns), width));
                return;
            }

            // A stored [out, in] matrix is turned 8 x 8 at a time; the rest one by one.
            var turned = Avx.IsSupported && b.RowStride == 1 && width == Columns ? depth / 8 * 8 : 0;
            for (var k = 0; k < turned; k += 8)
            {
                Turn(b.Values + (first * b.ColumnStride) + k, b.ColumnStride, packed + (k * Columns));
                Turn(b.Values + ((first + 8) * b.ColumnStride) + k, b.ColumnStride, packed + (k * Columns) + 8);
            }

            for (var j = 0; j < width; j++)
            {
                var source = b.Values + ((first + j) * b.ColumnStride);
                for (var k = turned; k < depth; k++) packed[(k * Columns) + j] = source[k * b.RowStride];
            }
        }
    }

    // Moves numbers and computes none, so the instruction set cannot show.
    private static void Turn(float* source, nint stride, float* packed)
    {
        unchecked
        {
            var (r0, r1) = (Vector256.Load(source), Vector256.Load(source + stride));
            var (r2, r3) = (Vector256.Load(source + (2 * stride)), Vector256.Load(source + (3 * stride)));
            source += 4 * stride;
            var (r4, r5) = (Vector256.Load(source), Vector256.Load(source + stride));
            var (r6, r7) = (Vector256.Load(source + (2 * stride)), Vector256.Load(source + (3 * stride)));
            TurnHalf(Avx.UnpackLow(r0, r1), Avx.UnpackLow(r2, r3), Avx.UnpackLow(r4, r5), Avx.UnpackLow(r6, r7),
                packed);
            TurnHalf(Avx.UnpackHigh(r0, r1), Avx.UnpackHigh(r2, r3), Avx.UnpackHigh(r4, r5), Avx.UnpackHigh(r6, r7),
                packed + (2 * Columns));
        }
    }

    // From pairs of rows, the columns 0, 1, 4, 5 of the place given.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnHalf(
        Vector256<float> p01, Vector256<float> p23, Vector256<float> p45, Vector256<float> p67, float* packed)
    {
        unchecked
        {
            var (low0, low1) = (Avx.Shuffle(p01, p23, 0x44), Avx.Shuffle(p01, p23, 0xEE));
            var (high0, high1) = (Avx.Shuffle(p45, p67, 0x44), Avx.Shuffle(p45, p67, 0xEE));
            Avx.Permute2x128(low0, high0, 0x20).Store(packed);
            Avx.Permute2x128(low1, high1, 0x20).Store(packed + Columns);
            Avx.Permute2x128(low0, high0, 0x31).Store(packed + (4 * Columns));
            Avx.Permute2x128(low1, high1, 0x31).Store(packed + (5 * Columns));
        }
    }

    /// <summary>Rows first .. end - 1 of a as tiles of [depth, 6]; a last tile repeats its last row.</summary>
    internal static void PackLeft(Panel a, int first, int end, int depth, float* packed)
    {
        unchecked
        {
            for (var row = first; row < end; row += Rows)
                for (var i = 0; i < Rows; i++)
                {
                    var source = a.Values + (Math.Min(row + i, end - 1) * a.RowStride);
                    var place = packed + ((row - first) * depth) + i;
                    for (var k = 0; k < depth; k++) place[k * Rows] = source[k * a.ColumnStride];
                }
        }
    }

    /// <summary>A tile of any height and width: full ones go straight, edges through a tile on the stack.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Any(
        Panel a, int height, bool padded, float* b, nint bStep, int width, int depth, bool accumulate, float* c,
        nint stride)
    {
        if (height == Rows && width == Columns)
            Full(a.Values, a.RowStride, a.ColumnStride, b, bStep, depth, accumulate, c, stride);
        else
            Edge(a, height, padded, b, bStep, width, depth, accumulate, c, stride);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Edge(
        Panel a, int height, bool padded, float* b, nint bStep, int width, int depth, bool accumulate, float* c,
        nint stride)
    {
        unchecked
        {
            var tile = stackalloc float[Rows * Columns];
            var left = stackalloc float[height < Rows && !padded ? Rows * depth : 1];
            if (height < Rows && !padded)
            {
                PackLeft(a, 0, height, depth, left);
                a = new Panel(left, 1, Rows);
            }

            if (accumulate)
            {
                for (var i = 0; i < height; i++)
                    for (var j = 0; j < width; j++) tile[(i * Columns) + j] = c[(i * stride) + j];
            }

            Full(a.Values, a.RowStride, a.ColumnStride, b, bStep, depth, accumulate, tile, Columns);
            for (var i = 0; i < height; i++)
                for (var j = 0; j < width; j++) c[(i * stride) + j] = tile[(i * Columns) + j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Full(
        float* a, nint aRow, nint aStep, float* b, nint bStep, int depth, bool accumulate, float* c, nint stride)
    {
        unchecked
        {
            Vector256<float> c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
            var aRow2 = aRow * 2;
            var lower = a + (aRow * 3);
            for (; depth > 0; depth -= MatMul.Chain)
            {
                c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = Vector256<float>.Zero;
                for (var k = Math.Min(depth, MatMul.Chain); k > 0; k--)
                {
                    var (b0, b1) = (Vector256.Load(b), Vector256.Load(b + 8));
                    var left = Vector256.Create(*a);
                    c00 = Vector256.FusedMultiplyAdd(left, b0, c00);
                    c01 = Vector256.FusedMultiplyAdd(left, b1, c01);
                    left = Vector256.Create(a[aRow]);
                    c10 = Vector256.FusedMultiplyAdd(left, b0, c10);
                    c11 = Vector256.FusedMultiplyAdd(left, b1, c11);
                    left = Vector256.Create(a[aRow2]);
                    c20 = Vector256.FusedMultiplyAdd(left, b0, c20);
                    c21 = Vector256.FusedMultiplyAdd(left, b1, c21);
                    left = Vector256.Create(*lower);
                    c30 = Vector256.FusedMultiplyAdd(left, b0, c30);
                    c31 = Vector256.FusedMultiplyAdd(left, b1, c31);
                    left = Vector256.Create(lower[aRow]);
                    c40 = Vector256.FusedMultiplyAdd(left, b0, c40);
                    c41 = Vector256.FusedMultiplyAdd(left, b1, c41);
                    left = Vector256.Create(lower[aRow2]);
                    c50 = Vector256.FusedMultiplyAdd(left, b0, c50);
                    c51 = Vector256.FusedMultiplyAdd(left, b1, c51);
                    a += aStep;
                    lower += aStep;
                    b += bStep;
                }

                if (accumulate)
                {
                    var place = c;
                    (c00, c01) = (c00 + Vector256.Load(place), c01 + Vector256.Load(place + 8));
                    (c10, c11) = (c10 + Vector256.Load(place += stride), c11 + Vector256.Load(place + 8));
                    (c20, c21) = (c20 + Vector256.Load(place += stride), c21 + Vector256.Load(place + 8));
                    (c30, c31) = (c30 + Vector256.Load(place += stride), c31 + Vector256.Load(place + 8));
                    (c40, c41) = (c40 + Vector256.Load(place += stride), c41 + Vector256.Load(place + 8));
                    (c50, c51) = (c50 + Vector256.Load(place += stride), c51 + Vector256.Load(place + 8));
                }

                var row = c;
                StoreRow(c00, c01, row);
                StoreRow(c10, c11, row += stride);
                StoreRow(c20, c21, row += stride);
                StoreRow(c30, c31, row += stride);
                StoreRow(c40, c41, row += stride);
                StoreRow(c50, c51, row += stride);
                accumulate = true;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(Vector256<float> left, Vector256<float> right, float* place)
    {
        left.Store(place);
        right.Store(unchecked(place + 8));
    }
}
