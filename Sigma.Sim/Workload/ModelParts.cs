// The model cut into parts, one per chunk of a stage: which layers each holds, and how many parameters lie on a rank.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Workload;

/// <summary>
/// Layers and parameters by part; a part is a contiguous run of layers, the first and last with more.
/// </summary>
public sealed class ModelParts
{
    private readonly ModelSpec _model;
    private readonly PipelineShape _shape;
    private readonly int[] _first;

    private ModelParts(ModelSpec model, PipelineShape shape, IReadOnlyList<int> layers)
    {
        (_model, _shape) = (model, shape);
        _first = new int[layers.Count + 1];
        for (var part = 0; part < layers.Count; part++) _first[part + 1] = _first[part] + layers[part];
    }

    /// <summary>Equal parts, or those that the layout names; their sum must be the model's layers.</summary>
    public static ModelParts Of(ModelSpec model, ParallelismSpec parallelism)
    {
        var shape = parallelism.Shape;
        var layers = parallelism.LayersPerPart
            ?? [.. Enumerable.Repeat(model.Layers / shape.Parts, shape.Parts)];
        if (layers.Count != shape.Parts || layers.Sum() != model.Layers)
        {
            throw new ArgumentException(
                $"{layers.Count} parts with {layers.Sum()} layers are not the {shape.Parts} parts and "
                + $"{model.Layers} layers of the model.");
        }

        return new ModelParts(model, shape, layers);
    }

    /// <summary>The layers of a stage's chunk.</summary>
    public Range LayersOf(int stage, int chunk)
    {
        var part = _shape.PartOf(stage, chunk);
        return _first[part].._first[part + 1];
    }

    public bool HoldsEmbedding(int stage, int chunk) => _shape.PartOf(stage, chunk) == 0;

    public bool HoldsHead(int stage, int chunk) => _shape.PartOf(stage, chunk) == _shape.Parts - 1;

    /// <summary>Layers of all chunks of a stage.</summary>
    public int LayersOn(int stage) => ChunksOf(stage).Sum(range => range.End.Value - range.Start.Value);

    public double DenseParametersOfLayer(int layer) =>
        _model.HasExperts(layer) ? _model.DenseParametersPerLayer : _model.ParametersPerDenseLayer;

    public double ExpertParametersOfLayer(int layer) =>
        _model.HasExperts(layer) ? _model.Experts.Count * _model.ParametersPerExpert : 0;

    /// <summary>Parameters of one chunk on one rank.</summary>
    public double ParametersOf(int stage, int chunk, ParallelLayout layout)
    {
        var parameters = EdgeParametersOf(stage, chunk);
        var layers = LayersOf(stage, chunk);
        for (var layer = layers.Start.Value; layer < layers.End.Value; layer++)
            parameters += DenseParametersOfLayer(layer) + ExpertParametersOfLayer(layer) / layout.Expert;
        return parameters / layout.Tensor;
    }

    /// <summary>Embedding and head of a stage, undivided; a tied matrix lies at both ends.</summary>
    public double EdgeParametersOn(int stage)
    {
        var parameters = 0.0;
        for (var chunk = 0; chunk < _shape.Chunks; chunk++) parameters += EdgeParametersOf(stage, chunk);
        return parameters;
    }

    private double EdgeParametersOf(int stage, int chunk)
    {
        var parameters = 0.0;
        if (HoldsEmbedding(stage, chunk))
        {
            parameters += _model.EmbeddingParameters
                + (_model.LearnedPositions ? (double)_model.Sequence * _model.Hidden : 0);
        }

        if (HoldsHead(stage, chunk) && !(HoldsEmbedding(stage, chunk) && _model.TiedEmbedding))
            parameters += _model.EmbeddingParameters;
        return parameters;
    }

    /// <summary>Parameters on one rank of a stage that are no routed experts.</summary>
    public double DenseParametersOn(int stage, ParallelLayout layout) =>
        (Sum(stage, DenseParametersOfLayer) + EdgeParametersOn(stage)) / layout.Tensor;

    /// <summary>Routed experts' parameters on one rank of a stage.</summary>
    public double ExpertParametersOn(int stage, ParallelLayout layout) =>
        Sum(stage, ExpertParametersOfLayer) / layout.Expert / layout.Tensor;

    private IEnumerable<Range> ChunksOf(int stage) =>
        Enumerable.Range(0, _shape.Chunks).Select(chunk => LayersOf(stage, chunk));

    private double Sum(int stage, Func<int, double> ofLayer)
    {
        var sum = 0.0;
        foreach (var range in ChunksOf(stage))
        {
            for (var layer = range.Start.Value; layer < range.End.Value; layer++) sum += ofLayer(layer);
        }

        return sum;
    }
}
