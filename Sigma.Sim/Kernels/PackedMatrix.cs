// A right matrix packed once for many products, so that bands of rows can be small without each packing it anew.
namespace Sigma.Sim.Kernels;

/// <summary>Panels of 16 columns in the order in which products read them; made once, packed again at will.</summary>
public sealed class PackedMatrix
{
    private readonly int _panels;
    private readonly float[] _values;

    public PackedMatrix(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        _panels = (columns + MatMulTile.Columns - 1) / MatMulTile.Columns;
        _values = new float[checked(_panels * MatMulTile.Columns * rows)];
        Parts = Math.Max(1, (_panels + PanelsOfPart - 1) / PanelsOfPart);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Pieces that threads may pack apart.</summary>
    public int Parts { get; }

    /// <summary>Rows of a left matrix that products take at once; bands of whole tiles waste none.</summary>
    internal static int RowsOfTile => MatMulTile.Rows;

    internal float[] Panels => _values;

    private static int PanelsOfPart => 8;

    /// <summary>One piece of the matrix, in its format.</summary>
    public unsafe void Pack(Strided matrix, int part)
    {
        if (matrix.Rows != Rows || matrix.Columns != Columns)
            throw new ArgumentException($"room for {Rows} x {Columns}, found {matrix.Rows} x {matrix.Columns}");
        fixed (float* source = matrix.Values, panels = _values)
        {
            for (var p = part * PanelsOfPart; p < Math.Min(_panels, (part + 1) * PanelsOfPart); p++)
                for (var k = 0; k < Rows; k += MatMul.DepthBlock)
                {
                    unchecked
                    {
                        var depth = Math.Min(MatMul.DepthBlock, Rows - k);
                        var place = panels + Place(p, k);
                        MatMulPacking.PackRight(
                            new Panel(source + ((nint)k * matrix.RowStride), matrix.RowStride, matrix.ColumnStride),
                            p * MatMulTile.Columns, Columns, depth, place);
                        matrix.Format.Round(new Span<float>(place, depth * MatMulTile.Columns));
                    }
                }
        }
    }

    /// <summary>Where row k of a panel lies, the first of a block of rows.</summary>
    internal int Place(int panel, int k) =>
        MatMulTile.Columns * ((k * _panels) + (panel * Math.Min(MatMul.DepthBlock, Rows - k)));
}
