using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;
using Holdfast.SideBySide.Report;

namespace Holdfast.Benchmarks;

/// <summary>The result page: what was allocated and how long it took, a row a benchmark.</summary>
internal static class AllocationPage
{
    public static string Write(IEnumerable<Summary> summaries)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Allocations\n\nMachine: {Machine.Describe(TimeProvider.System)}\n\n");
        text.Append(
            "Method: BenchmarkDotNet's memory diagnoser, which reads the runtime's own count of allocated bytes over all threads, the "
            + "store's writer among them. One request at a time over a connection that stands in for Kestrel's "
            + "(`bench/Holdfast.Benchmarks/Handler/PlainConnection.cs`), the embedded store behind it, all metrics on, `relaxed`. "
            + "Times are of one caller that waits, and say little about a server; allocations are what this page is for.\n\n");
        text.Append("| in the handler and its store | allocated, B | mean, µs | generation 0 collections, 1/1,000 |\n|---|---:|---:|---:|\n");
        foreach (var report in summaries.SelectMany(summary => summary.Reports))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')} "
                + $"| {report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? -1:N0} "
                + $"| {report.ResultStatistics!.Mean / 1000:F3} "
                + $"| {report.GcStats.Gen0Collections * 1000.0 / report.GcStats.TotalOperations:F3} |\n");
        }

        return text.ToString();
    }

    /// <summary>False when a benchmark failed: a page without it would look whole.</summary>
    public static bool IsWhole(IReadOnlyCollection<Summary> summaries) => summaries.Count > 0
        && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success))
        && summaries.Sum(summary => summary.Reports.Length) == summaries.Sum(summary => summary.BenchmarksCases.Length);
}
