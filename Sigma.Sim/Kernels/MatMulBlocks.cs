// What MatMul's loops hand to one another: the sizes of a block, and where the panels of its right matrix lie.
namespace Sigma.Sim.Kernels;

/// <summary>Sizes of one block of a product.</summary>
internal readonly record struct BlockSize(int Rows, int Columns, int Depth)
{
    internal int Panels => (Columns + MatMulTile.Columns - 1) / MatMulTile.Columns;
}

/// <summary>A block of the right matrix: its first panels where they lie, the others packed.</summary>
internal readonly unsafe struct RightPanels(float* direct, nint stride, float* packed, int firstPacked, int depth)
{
    /// <summary>Panel p, with the one after it where the wide tile can take both.</summary>
    internal PanelPair At(int p, int panels)
    {
        unchecked
        {
            var wide = MatMulWideTile.IsSupported && p + 1 < panels && p + 1 != firstPacked;
            if (p < firstPacked)
            {
                var place = direct + (p * MatMulTile.Columns);
                return new PanelPair(place, wide ? place + MatMulTile.Columns : null, stride);
            }

            var size = depth * MatMulTile.Columns;
            var start = packed + ((p - firstPacked) * size);
            return new PanelPair(start, wide ? start + size : null, MatMulTile.Columns);
        }
    }
}

/// <summary>One panel of 16 columns or two, and the floats from one of their rows to the next.</summary>
internal readonly unsafe struct PanelPair(float* first, float* second, nint step)
{
    internal float* First => first;

    internal float* Second => second;

    internal nint Step => step;

    internal int Panels => second == null ? 1 : 2;
}
