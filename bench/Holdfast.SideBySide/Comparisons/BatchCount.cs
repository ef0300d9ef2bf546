using System.Globalization;
using Holdfast.SideBySide.Contestants;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>How many writes Holdfast has committed in how many batches, from its metrics.</summary>
internal readonly record struct BatchCount(double Writes, double Batches)
{
    // The exporter answers from a cache for 300 ms.
    private static readonly TimeSpan s_scrapeCache = TimeSpan.FromMilliseconds(500);

    public static async Task<BatchCount> ReadAsync(Contestant holdfast)
    {
        await Task.Delay(s_scrapeCache, TimeProvider.System);
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri($"http://127.0.0.1:{holdfast.Port}/metrics"));
        return new BatchCount(Value(metrics, "holdfast_embedded_batch_size_sum"), Value(metrics, "holdfast_embedded_batch_size_count"));
    }

    private static double Value(string metrics, string name)
    {
        var line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        if (line is null)
        {
            return 0;
        }

        var afterLabels = line[(Math.Max(line.IndexOf('}', StringComparison.Ordinal), name.Length - 1) + 1)..];
        var value = afterLabels.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return double.Parse(value, CultureInfo.InvariantCulture);
    }
}
