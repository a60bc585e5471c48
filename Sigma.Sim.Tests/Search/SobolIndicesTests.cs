// First-order indices of a function that has them in closed form: Ishigami and Homma's (1990).
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Search;

[TestClass]
public sealed class SobolIndicesTests
{
    [TestMethod]
    public void Ishigamis_function_has_its_known_indices()
    {
        var (first, second, order) = SobolIndices.Design(4000, 3, 17);
        var indices = SobolIndices.Of([.. first.Select(Ishigami)], [.. second.Select(Ishigami)], order, 17);
        // a = 7, b = 0.1: 0.3139, 0.4424, 0
        double[] known = [0.3139, 0.4424, 0];
        for (var axis = 0; axis < known.Length; axis++)
        {
            Assert.AreEqual(known[axis], indices[axis].Index, 0.05);
            Assert.IsLessThanOrEqualTo(known[axis], indices[axis].Low);
            Assert.IsGreaterThanOrEqualTo(known[axis], indices[axis].High);
        }
    }

    [TestMethod]
    public void What_does_not_vary_has_no_shares()
    {
        var (first, second, order) = SobolIndices.Design(16, 2, 1);
        foreach (var index in SobolIndices.Of(
            [.. first.Select(_ => 0.1 + 0.2)], [.. second.Select(_ => 0.1 + 0.2)], order, 1))
        {
            Assert.AreEqual(new SobolIndex(0, 0, 0), index);
        }
    }

    [TestMethod]
    public void Two_hypercubes_hold_the_same_values_on_every_axis_and_share_one_point_by_point()
    {
        var (first, second, order) = SobolIndices.Design(50, 4, 3);
        for (var axis = 0; axis < 4; axis++)
        {
            CollectionAssert.AreEquivalent(
                first.Select(point => point[axis]).ToList(), second.Select(point => point[axis]).ToList());
            for (var i = 0; i < 50; i++) Assert.AreEqual(first[i][axis], second[order[axis][i]][axis]);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(100)]
    public void Every_stratum_of_a_hypercube_holds_one_point(int points)
    {
        var places = LatinHypercube.Of(points, 3, 5);
        for (var axis = 0; axis < 3; axis++)
        {
            CollectionAssert.AreEqual(
                Enumerable.Range(0, points).ToList(),
                places.Select(point => (int)(point[axis] * points)).Order().ToList());
        }
    }

    private static double Ishigami(double[] place)
    {
        var x = place.Select(p => Math.PI * (2 * p - 1)).ToArray();
        return Math.Sin(x[0]) + 7 * Math.Pow(Math.Sin(x[1]), 2) + 0.1 * Math.Pow(x[2], 4) * Math.Sin(x[0]);
    }
}
