// DualPipe (DeepSeek-V3 technical report, 2024, section 3.2.1; phases as in the authors' published schedule): half of
// the micro-batches enter at each end of the pipeline, every stage keeps two parts of the model, and a forward pass of
// one direction runs beside a backward pass of the other, so that one computes while the other communicates.
namespace Sigma.Sim.Workload;

/// <summary>Orders the passes of one stage.</summary>
internal static class DualPipeSchedule
{
    /// <param name="stages">Pipeline stages, even.</param>
    /// <param name="stage">This stage.</param>
    /// <param name="microBatches">Even, at least twice the stages; the first half enters at stage 0.</param>
    public static Pass[] Of(int stages, int stage, int microBatches)
    {
        var (half, inSecondHalf) = (stages / 2, stage >= stages / 2);
        var depth = Math.Min(stage, stages - 1 - stage);
        var order = new Order(microBatches, inSecondHalf);
        Repeat(2 * (half - depth - 1), _ => order.Forward(near: true));
        Repeat(depth + 1, _ =>
        {
            order.Forward(near: true);
            order.Forward(near: false);
        });
        Repeat(half - depth - 1, _ =>
        {
            order.InputGradient(near: false);
            order.WeightGradient();
            order.Forward(near: false);
        });
        Repeat(microBatches / 2 - stages + depth + 1, i =>
        {
            // The middle stages have nothing to overlap with at first: their other direction has just begun.
            if (i == 0 && depth == half - 1)
            {
                order.Forward(near: true);
                order.Backward(near: false);
            }
            else
            {
                order.Pair(forwardNear: true);
            }

            order.Pair(forwardNear: false);
        });
        Repeat(half - depth - 1, _ =>
        {
            order.Backward(near: false);
            order.Pair(forwardNear: false);
        });
        Finish(order, depth);
        Repeat(half - depth - 1, _ =>
        {
            order.WeightGradient();
            order.InputGradient(near: true);
        });
        Repeat(depth + 1, _ => order.WeightGradient());
        return order.Passes;
    }

    /// <summary>The last backward passes of both directions; from the middle on their weight gradients wait.</summary>
    private static void Finish(Order order, int depth)
    {
        var split = false;
        Repeat(depth + 1, i =>
        {
            var middle = i == (depth + 1) / 2;
            if (middle && depth % 2 == 1) split = true;
            order.Back(near: false, split);
            if (middle && depth % 2 == 0) split = true;
            order.Back(near: true, split);
        });
    }

    private static void Repeat(int times, Action<int> what)
    {
        for (var i = 0; i < times; i++) what(i);
    }

    /// <summary>Near is the direction whose micro-batches enter at this half of the pipeline.</summary>
    private sealed class Order(int microBatches, bool inSecondHalf)
    {
        private readonly List<Pass> _passes = [];
        private readonly Queue<Pass> _weights = [];

        // By direction: the next micro-batch to go forward, and to come back.
        private readonly int[] _forward = [0, microBatches / 2];
        private readonly int[] _backward = [0, microBatches / 2];

        public Pass[] Passes => [.. _passes];

        public void Forward(bool near) => _passes.Add(NextForward(near));

        public void Backward(bool near) => _passes.Add(NextBackward(near, PassKind.Backward));

        public void InputGradient(bool near) => Back(near, split: true);

        public void Back(bool near, bool split)
        {
            var pass = NextBackward(near, split ? PassKind.InputGradient : PassKind.Backward);
            _passes.Add(pass);
            if (split) _weights.Enqueue(pass with { Kind = PassKind.WeightGradient });
        }

        public void WeightGradient() => _passes.Add(_weights.Dequeue());

        public void Pair(bool forwardNear)
        {
            _passes.Add(NextForward(forwardNear) with { BesideNext = true });
            _passes.Add(NextBackward(!forwardNear, PassKind.Backward));
        }

        private Pass NextForward(bool near)
        {
            var direction = DirectionOf(near);
            return new Pass(PassKind.Forward, _forward[direction]++, direction);
        }

        private Pass NextBackward(bool near, PassKind kind)
        {
            var direction = DirectionOf(near);
            return new Pass(kind, _backward[direction]++, direction);
        }

        private int DirectionOf(bool near) => near != inSecondHalf ? 0 : 1;
    }
}
