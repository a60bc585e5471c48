// The register tile of MatMul: 6 x 16 outputs in twelve accumulators, two loads of the right matrix and six broadcasts
// of the left per step; twelve chains hide the multiply-add's latency and still fit sixteen registers.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>Where a matrix starts and its strides in floats; memory stays fixed while a product runs.</summary>
internal readonly unsafe struct Panel(float* values, nint rowStride, nint columnStride)
{
    internal float* Values => values;

    internal nint RowStride => rowStride;

    internal nint ColumnStride => columnStride;
}

/// <summary>The micro-kernel.</summary>
internal static unsafe class MatMulTile
{
    internal const int Columns = 16;

    private const int NarrowRows = 6;

    /// <summary>Rows of a tile: a constant of the machine once compiled.</summary>
    internal static int Rows => MatMulWideTile.IsSupported ? MatMulWideTile.Rows : NarrowRows;

    /// <summary>A tile of any height and width: full ones go straight, edges through a tile on the stack.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Any(
        Panel a, int height, bool padded, PanelPair b, int width, int depth, bool accumulate, float* c, nint stride)
    {
        if (height == Rows && width == b.Panels * Columns) Full(a, b, depth, accumulate, c, stride);
        else Edge(a, height, padded, b, width, depth, accumulate, c, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Full(Panel a, PanelPair b, int depth, bool accumulate, float* c, nint stride)
    {
        var values = a.Values;
        var (row, step) = (a.RowStride, a.ColumnStride);
        if (!MatMulWideTile.IsSupported) Narrow(values, row, step, b.First, b.Step, depth, accumulate, c, stride);
        else if (b.Second == null)
            MatMulWideTile.One(values, row, step, b.First, b.Step, depth, accumulate, c, stride);
        else MatMulWideTile.Two(values, row, step, b.First, b.Second, b.Step, depth, accumulate, c, stride);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Edge(
        Panel a, int height, bool padded, PanelPair b, int width, int depth, bool accumulate, float* c, nint stride)
    {
        unchecked
        {
            var tile = stackalloc float[Rows * MatMulWideTile.Columns];
            var left = stackalloc float[height < Rows && !padded ? Rows * depth : 1];
            if (height < Rows && !padded)
            {
                MatMulPacking.PackLeft(a, 0, height, depth, left);
                a = new Panel(left, 1, Rows);
            }

            if (accumulate)
                for (var i = 0; i < height; i++) Copy(c + (i * stride), width, tile + (i * MatMulWideTile.Columns));
            Full(a, b, depth, accumulate, tile, MatMulWideTile.Columns);
            for (var i = 0; i < height; i++) Copy(tile + (i * MatMulWideTile.Columns), width, c + (i * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, int width, float* to) =>
        new ReadOnlySpan<float>(from, width).CopyTo(new Span<float>(to, width));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(
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
