using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Holdfast.Acceptance.Telemetry;

/// <summary>
/// This folder: what the program sends to a collector. Here: a collector that others' code decodes for us (tests/drivers/otlp), as a
/// child process.
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _output;

    private OtlpCollector(Process process, string output)
    {
        _process = process;
        _output = output;
    }

    public Uri Address { get; private set; } = null!;

    private static string Folder => RepositoryRoot.Combine("tests", "drivers", "otlp");

    /// <summary>Starts it; skips the test where there is no Node.js, or its packages cannot be had.</summary>
    public static async Task<OtlpCollector> StartAsync(string protocol)
    {
        TestSettings.SkipWhenFast();
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            (int code, string said) = await RunAsync("npm", "--prefix", Folder, "ci", "--no-audit", "--no-fund");
            Assert.SkipUnless(code == 0, $"npm ci: {said}");
        }

        (int found, string version) = await RunAsync("node", "--version");
        Assert.SkipUnless(found == 0, $"node: {version}");
        string output = Path.GetTempFileName();
        OtlpCollector collector = new(Process.Start("node", [Path.Combine(Folder, "collector.js"), output, protocol]), output);
        await collector.UntilAsync(lines => lines.Count > 0, "a port");
        collector.Address = new Uri($"http://127.0.0.1:{collector.Received()[0].GetProperty("port").GetInt32()}");
        return collector;
    }

    /// <summary>Everything that came, one object an export.</summary>
    public IReadOnlyList<JsonElement> Received() =>
    [
        .. Whole(File.ReadAllText(_output)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];

    /// <summary>Every span that came.</summary>
    public IReadOnlyList<OtlpSpan> Spans() =>
    [
        .. from export in Received()
           where export.TryGetProperty("signal", out JsonElement signal) && signal.GetString() == "traces"
           from resource in export.GetProperty("body").GetProperty("resourceSpans").EnumerateArray()
           from scope in resource.GetProperty("scopeSpans").EnumerateArray()
           from span in scope.GetProperty("spans").EnumerateArray()
           select new OtlpSpan(scope.GetProperty("scope").GetProperty("name").GetString()!, span),
    ];

    /// <summary>The names of every metric that came.</summary>
    public IReadOnlySet<string> Metrics() =>
    (
        from export in Received()
        where export.TryGetProperty("signal", out JsonElement signal) && signal.GetString() == "metrics"
        from resource in export.GetProperty("body").GetProperty("resourceMetrics").EnumerateArray()
        from scope in resource.GetProperty("scopeMetrics").EnumerateArray()
        from metric in scope.GetProperty("metrics").EnumerateArray()
        select metric.GetProperty("name").GetString()!).ToHashSet();

    /// <summary>Waits, generously, for what must come.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<JsonElement>, bool> came, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!came(Received()))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), $"Never came: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_output);
    }

    /// <summary>Without a line that is being written.</summary>
    private static string Whole(string text) => text[..(text.LastIndexOf('\n') + 1)];

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, said + await errors);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}

/// <summary>One span as it was decoded.</summary>
/// <param name="Scope">The source's name.</param>
/// <param name="Json">The span.</param>
internal sealed record OtlpSpan(string Scope, JsonElement Json)
{
    public string Name => Json.GetProperty("name").GetString()!;

    public string Kind => Json.GetProperty("kind").GetString()!;

    public string TraceId => Hex("traceId");

    public string Id => Hex("spanId");

    public string ParentId => Json.TryGetProperty("parentSpanId", out _) ? Hex("parentSpanId") : "";

    /// <summary>Its attributes, each as text.</summary>
    public IReadOnlyDictionary<string, string> Attributes => Json.GetProperty("attributes").EnumerateArray().ToDictionary(
        attribute => attribute.GetProperty("key").GetString()!,
        attribute => attribute.GetProperty("value").EnumerateObject().First().Value.ToString());

    private string Hex(string name) => Convert.ToHexStringLower(Convert.FromBase64String(Json.GetProperty(name).GetString()!));
}
