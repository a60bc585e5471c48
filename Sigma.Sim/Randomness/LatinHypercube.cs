// Points spread evenly along every axis at once (McKay, Beckman and Conover, Technometrics 1979): each axis is cut into
// as many strata as there are points, and every stratum holds one.
namespace Sigma.Sim.Randomness;

/// <summary>Draws Latin hypercubes.</summary>
public static class LatinHypercube
{
    /// <summary>Places in (0, 1), by point and axis; the same for the same seed.</summary>
    /// <param name="points">How many, at least 1.</param>
    /// <param name="axes">How many, at least 1.</param>
    /// <param name="seed">Of the dice.</param>
    public static double[][] Of(int points, int axes, ulong seed)
    {
        var places = new double[points][];
        for (var point = 0; point < points; point++) places[point] = new double[axes];
        for (var axis = 0; axis < axes; axis++)
        {
            var dice = new StreamKey(seed, 0, "latin hypercube", axis).Open();
            var strata = Permutation(points, ref dice);
            for (var point = 0; point < points; point++)
                places[point][axis] = (strata[point] + dice.NextUniform()) / points;
        }

        return places;
    }

    /// <summary>The numbers 0 .. count-1 in an order of which each is as likely (Fisher and Yates).</summary>
    public static int[] Permutation(int count, ref RandomStream dice)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++) order[i] = i;
        for (var i = count - 1; i > 0; i--)
        {
            var other = dice.NextIndex(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
