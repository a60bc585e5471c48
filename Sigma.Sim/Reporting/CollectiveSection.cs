// The collectives of a step on the page: who sends whom how much, which algorithm was taken, and why.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the part about collectives, where a step has any whose algorithm is a choice.</summary>
internal static class CollectiveSection
{
    private const int MostRows = 8;

    public static void Write(RunRecord record, PlayedStep step, StepPictures figures, HtmlText page)
    {
        var tensor = step.Plan.Communication.TensorReason;
        if (tensor is null && record.Dispatch is null) return;
        page.Text("h3", "", "Its collectives");
        if (figures.Traffic is { } figure) page.Picture(figure);
        if (record.Dispatch is { } busy) Busiest(busy, page);
        var rows = new List<TableRow>();
        if (tensor is not null) rows.Add(TableRow.Of("tensor-parallel all-reduce", Wording.Sentence(tensor)));
        if (record.Dispatch is { } dispatch)
            rows.Add(TableRow.Of("all-to-all, on the mean dispatch", Wording.Sentence(dispatch.Choice)));
        page.Table("Algorithms and why", [new("collective", false), new("algorithm", false)], rows);
    }

    private static void Busiest(MeanDispatch dispatch, HtmlText page)
    {
        var sums = DispatchSums.Of(dispatch);
        var shown = Enumerable.Range(0, dispatch.Members).OrderByDescending(member => sums.Received[member])
            .Take(MostRows).ToList();
        page.Table(
            shown.Count < dispatch.Members
                ? $"The {shown.Count} of {dispatch.Members} members of the first group that receive most"
                : "What the members of the first group send and receive in a dispatch",
            [
                new("member", false), new("sends", true), new("receives", true), new("over the mean", true),
                new("from other nodes", true),
            ],
            shown.Select(member => TableRow.Of(
                UnitText.Count(member), Amount(sums.Sent[member]), Amount(sums.Received[member]),
                sums.Mean > 0 ? $"{UnitText.ThreeDigits(sums.Received[member] / sums.Mean)} x" : "none",
                Amount(sums.ReceivedFromAfar[member]))));
    }

    private static string Amount(double bytes) => $"{new Bytes((long)bytes)}";
}
