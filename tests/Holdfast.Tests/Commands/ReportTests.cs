using Holdfast.Events;
using Xunit;

namespace Holdfast.Tests.Commands;

public sealed class ReportTests : IDisposable
{
    private static readonly DateTimeOffset s_at = new(2023, 1, 24, 20, 50, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_report_of_several_instances_is_written_to_a_file_and_never_over_one()
    {
        Write("one", new Started("one:8081", "1.0", "abc", "embedded") { At = s_at });
        Write("two", new Started("two:8081", "1.0", "abc", "embedded") { At = s_at.AddMinutes(1) });
        string[] arguments = ["report", "--from", "2023-01-24T20:00", "--to", "2023-01-24T21:00Z", "--events", "one", "--events", "two", "--output", "review.md"];

        var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, arguments);
        Assert.Equal((0, ""), (exitCode, output));
        Assert.Contains("review.md", error, StringComparison.Ordinal);
        Assert.Contains("| instances | one:8081, two:8081 |", File.ReadAllText(_folder.Combine("review.md")), StringComparison.Ordinal);

        _folder.Write("review.md", "what people wrote");
        (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains("is there already", error, StringComparison.Ordinal);
        Assert.Equal("what people wrote", File.ReadAllText(_folder.Combine("review.md")));
    }

    [Fact]
    public async Task Without_a_folder_the_configuration_s_log_is_read()
    {
        Write("log", new Noted("Warning", "something happened") { At = s_at });
        var file = _folder.Write("holdfast.yaml", $"events:\n  path: {_folder.Combine("log")}\n");

        var (exitCode, output, _) = await HoldfastProcess.RunAsync(_folder.Path, ["report", "--from", "2023-01-24", "--to", "2023-01-25", "--config", file]);

        Assert.Equal(0, exitCode);
        Assert.Contains("| 2023-01-24 20:50:00 | something happened |", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "--from yesterday: is no time", "--from", "yesterday", "--events", "log")]
    [InlineData(1, "--to soon: is no time", "--from", "-1h", "--to", "soon", "--events", "log")]
    [InlineData(1, "must be before", "--from", "2023-01-25", "--to", "2023-01-24", "--events", "log")]
    [InlineData(1, "there is no such folder", "--from", "-1h", "--events", "nowhere")]
    [InlineData(1, "they hold 2023-01-24 20:50:00 to 2023-01-24 20:50:00", "--from", "-1h", "--events", "log")]
    [InlineData(1, "they hold none at all", "--from", "-1h", "--events", "empty")]
    [InlineData(1, "cannot be written", "--from", "2023-01-24", "--events", "log", "--output", "nowhere/review.md")]
    [InlineData(1, "'--from' is required", "--events", "log")]
    [InlineData(78, "there is no such setting", "--from", "-1h", "--config", "wrong.yaml")]
    [InlineData(1, "keeps no event log", "--from", "-1h", "--config", "off.yaml")]
    public async Task What_cannot_be_reported_is_said_in_a_line(int exitCode, string message, params string[] arguments)
    {
        Write("log", new Stopped { At = s_at });
        Directory.CreateDirectory(_folder.Combine("empty"));
        _folder.Write("wrong.yaml", "event:\n  path: x\n");
        _folder.Write("off.yaml", "events:\n  path: \"\"\n");

        var (code, output, error) = await HoldfastProcess.RunAsync(_folder.Path, ["report", .. arguments]);

        Assert.Equal(exitCode, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    private void Write(string folder, ServiceEvent happened)
    {
        using var log = EventFolder.Open(_folder.Combine(folder), SegmentRules.TotalBytesMin);
        Assert.True(log.TryAppend(EventLine.Write(happened), [], out _));
    }
}
