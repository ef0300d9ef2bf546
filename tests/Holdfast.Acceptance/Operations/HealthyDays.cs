using System.Globalization;
using System.Text;

namespace Holdfast.Acceptance.Operations;

/// <summary>
/// Three days and an hour in which all went well, but one request in ten thousand: what Prometheus remembers before the incident. The
/// long windows of the burn rates would otherwise hold nothing but the incident.
/// </summary>
internal static class HealthyDays
{
    private const int StepSeconds = 60;
    private const int PerStep = 6_000;

    public static async Task FillAsync(string folder, string instance, IEnumerable<string> coordinators, DateTimeOffset until)
    {
        string file = Path.Combine(folder, "healthy.om");
        await File.WriteAllTextAsync(file, OpenMetrics(instance, [.. coordinators], until));
        (bool succeeded, string text) = await ForeignProgram.RunAsync(
            folder, RuleTests.Promtool, "tsdb", "create-blocks-from", "openmetrics", "--quiet", file, Path.Combine(folder, "data"));
        if (!succeeded)
        {
            throw new InvalidOperationException(text);
        }
    }

    private static string OpenMetrics(string instance, string[] coordinators, DateTimeOffset until)
    {
        string common = $"instance=\"{instance}\",job=\"holdfast\"";
        StringBuilder text = new();
        Series("holdfast_slo_requests", "counter",
            [($"_total{{{common},result=\"good\"}}", PerStep), ($"_total{{{common},result=\"error\"}}", PerStep / 10_000.0), ($"_total{{{common},result=\"slow\"}}", 0)]);
        Series("holdfast_coordinator_attempts", "counter",
            [.. coordinators.Select(host => ($"_total{{{common},coordinator=\"{host}\",outcome=\"Success\"}}", PerStep / 3.0))]);
        Series("holdfast_ready", "gauge", [($"{{{common}}}", 0)]);
        Series("up", "gauge", [($"{{{common}}}", 0)]);
        return text.Append("# EOF\n").ToString();

        void Series(string family, string type, (string Labels, double PerStep)[] series)
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family} {type}\n");
            foreach ((string labels, double perStep) in series)
            {
                long end = until.ToUnixTimeSeconds();
                long step = 0;
                for (long at = end - (73 * 3600); at <= end; at += StepSeconds, step++)
                {
                    double value = type == "gauge" ? 1 : step * perStep;
                    text.Append(CultureInfo.InvariantCulture, $"{family}{labels} {value} {at}\n");
                }
            }
        }
    }
}
