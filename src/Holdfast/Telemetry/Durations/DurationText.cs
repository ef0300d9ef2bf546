using System.Globalization;
using System.Text;

namespace Holdfast.Telemetry.Durations;

/// <summary>
/// Histograms in Prometheus' text format 0.0.4 and in OpenMetrics 1.0
/// (https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/), as the exporter
/// writes those that it has.
/// </summary>
internal static class DurationText
{
    private const string Unit = "seconds";

    /// <summary>The families with something in them, ready to stand before others.</summary>
    /// <param name="families">In this order.</param>
    /// <param name="openMetrics">Which of the two formats.</param>
    /// <param name="since">When counting began; only OpenMetrics tells it.</param>
    public static string Write(IEnumerable<DurationFamily> families, bool openMetrics, DateTimeOffset since)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            Write(text, family, openMetrics, since);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, DurationFamily family, bool openMetrics, DateTimeOffset since)
    {
        List<DurationSeries> series = [.. family.Read()];
        if (series.Count == 0)
        {
            return;
        }

        var name = Underscored(family.Name);
        name = name.EndsWith($"_{Unit}", StringComparison.Ordinal) ? name : $"{name}_{Unit}";
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} histogram\n");
        if (openMetrics)
        {
            text.Append(CultureInfo.InvariantCulture, $"# UNIT {name} {Unit}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escaped(family.Help)}\n");
        foreach (var one in series)
        {
            var labels = string.Join(',', one.Labels.Select(label => $"{Underscored(label.Key)}=\"{Escaped(Text(label.Value))}\""));
            long counted = 0;
            for (var bucket = 0; bucket < one.Counts.Count; bucket++)
            {
                counted += one.Counts[bucket];
                var bound = bucket < family.Bounds.Count ? Bound(family.Bounds[bucket], openMetrics) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{bound}\"}} {counted}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {one.Sum.TotalSeconds:R}\n");
            text.Append(CultureInfo.InvariantCulture, $"{name}_count{{{labels}}} {counted}\n");
            if (openMetrics)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}_created{{{labels}}} {since.ToUnixTimeMilliseconds() / 1000.0:R}\n");
            }
        }
    }

    /// <summary>OpenMetrics has bounds as floating-point numbers: 1.0.</summary>
    private static string Bound(double seconds, bool openMetrics)
    {
        var text = seconds.ToString("R", CultureInfo.InvariantCulture);
        return openMetrics && !text.Contains('.', StringComparison.Ordinal) ? $"{text}.0" : text;
    }

    private static string Underscored(string name) => name.Replace('.', '_');

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
