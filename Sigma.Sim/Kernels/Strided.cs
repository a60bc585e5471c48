// A view of numbers as a matrix: strides instead of copies, and the format in which a product shall read it.
namespace Sigma.Sim.Kernels;

/// <summary>
/// A matrix that somebody else owns, with its own strides: transposing it costs nothing. Its format is that in which a
/// product reads it; the numbers themselves stay as they are.
/// </summary>
public readonly ref struct Strided
{
    public Strided(ReadOnlySpan<float> values, int rows, int columns, int rowStride, int columnStride)
    {
        var reach = rows == 0 || columns == 0 ? 0
            : checked(((rows - 1) * rowStride) + ((columns - 1) * columnStride) + 1);
        if (rows < 0 || columns < 0 || rowStride < 0 || columnStride < 0 || reach > values.Length)
            throw new ArgumentException($"a {rows} x {columns} matrix needs {reach} floats, found {values.Length}");
        Values = values;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    public Strided(ReadOnlySpan<float> values, int rows, int columns)
        : this(values, rows, columns, columns, 1)
    {
    }

    public ReadOnlySpan<float> Values { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int RowStride { get; }

    public int ColumnStride { get; }

    public OperandFormat Format { get; private init; }

    public Strided Transposed => new(Values, Columns, Rows, ColumnStride, RowStride) { Format = Format };

    /// <summary>The same numbers, to be read in another format.</summary>
    public Strided In(OperandFormat format) => this with { Format = format };
}
