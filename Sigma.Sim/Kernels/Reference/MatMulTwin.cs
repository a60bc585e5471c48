// The slow twin of MatMul: the same sums of chains of 32 fused multiply-adds, one output at a time, equal bit for bit.
namespace Sigma.Sim.Kernels.Reference;

/// <summary>A product that one can read.</summary>
public static class MatMulTwin
{
    /// <summary>c [a.Rows, b.Columns] with its row stride = (or +=) a b, each rounded to its format first.</summary>
    public static void Multiply(Strided a, Strided b, bool accumulate, Span<float> c, int stride)
    {
        var (left, right) = (Rounded(a), Rounded(b));
        for (var row = 0; row < a.Rows; row++)
            for (var column = 0; column < b.Columns; column++)
            {
                ref var place = ref c[(row * stride) + column];
                if (!accumulate) place = 0f;
                for (var first = 0; first < a.Columns; first += MatMul.Chain)
                {
                    var chain = 0f;
                    for (var k = first; k < Math.Min(a.Columns, first + MatMul.Chain); k++)
                        chain = MathF.FusedMultiplyAdd(left[row, k], right[k, column], chain);
                    place = first == 0 && !accumulate ? chain : place + chain;
                }
            }
    }

    private static float[,] Rounded(Strided matrix)
    {
        var rounded = new float[matrix.Rows, matrix.Columns];
        for (var row = 0; row < matrix.Rows; row++)
            for (var column = 0; column < matrix.Columns; column++)
                rounded[row, column] = OperandFormatTwin.Round(
                    matrix.Values[(row * matrix.RowStride) + (column * matrix.ColumnStride)], matrix.Format);
        return rounded;
    }
}
