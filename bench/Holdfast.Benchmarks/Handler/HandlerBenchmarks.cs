using System.Globalization;
using BenchmarkDotNet.Attributes;
using Holdfast.Configuration;
using Holdfast.Embedded;
using Holdfast.Health;
using Holdfast.Hosting;
using Holdfast.Http;
using Holdfast.Insight.Loss;
using Holdfast.Insight.Workload;
using Holdfast.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Metrics;

namespace Holdfast.Benchmarks.Handler;

/// <summary>
/// What the handler allocates a request, with the embedded store and what remembers and counts its writes behind it, and all metrics on: everything of ours between
/// Kestrel's call and its return. Lives in this folder: these benchmarks and the connection that stands in for Kestrel's.
/// </summary>
[MemoryDiagnoser]
public class HandlerBenchmarks
{
    private const int Sessions = 64;
    private const int Batch = 256;
    private const int ValueBytes = 1024;

    private static readonly string[] s_stored = [.. Enumerable.Range(0, Sessions).Select(number => Target("stored", number))];
    private static readonly string[] s_absent = [.. Enumerable.Range(0, Sessions).Select(number => Target("absent", number))];

    private readonly PlainConnection _connection = new();
    private readonly byte[] _value = new byte[ValueBytes];
    private string _folder = "";
    private ServiceProvider? _services;
    private EmbeddedSessionStore? _store;
    private SessionEndpoint? _endpoint;

    [GlobalSetup]
    public async Task SetUp()
    {
        _folder = Path.Combine(Path.GetTempPath(), $"holdfast-benchmarks-{Environment.ProcessId}");
        var options = new HoldfastOptions();
        options.Service.BaseUri = "/sessions/v1/";
        options.Storage.Embedded.Path = _folder;
        options.Storage.Embedded.Durability = Durability.Relaxed;
        options.Storage.Embedded.MinFreeBytes = 0;
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddMetricsExport(all: false);
        _services = services.BuildServiceProvider();
        _ = _services.GetRequiredService<MeterProvider>();
        _store = EmbeddedSessionStore.Open(options.Storage.Embedded, TimeProvider.System, NullLogger<EmbeddedSessionStore>.Instance);
        LossCounts losses = new();
        losses.Register(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        _endpoint = new SessionEndpoint(
            options,
            new WorkloadSessionStore(
                new RememberingSessionStore(_store, options.SessionLoss.MemoryBytes, (_, _) => new(default(SecondAnswer)), losses, TimeProvider.System),
                new WorkloadRecorder(options.Workload, options.Quota),
                TimeProvider.System),
            TimeProvider.System,
            new RequestMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), "http"),
            NullLogger.Instance,
            new ServiceState());
        await Post();
        for (var i = 0; i < 4; i++)
        {
            await GetFound(); // what is read again is kept in memory
        }
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _store!.DisposeAsync();
        await _services!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Description = "GET, found", OperationsPerInvoke = Batch)]
    public Task GetFound() => SendAsync("GET", s_stored, null, StatusCodes.Status200OK);

    [Benchmark(Description = "GET, not found", OperationsPerInvoke = Batch)]
    public Task GetNotFound() => SendAsync("GET", s_absent, null, StatusCodes.Status404NotFound);

    [Benchmark(Description = "HEAD, found", OperationsPerInvoke = Batch)]
    public Task HeadFound() => SendAsync("HEAD", s_stored, null, StatusCodes.Status200OK);

    [Benchmark(Description = "POST of 1 KiB", OperationsPerInvoke = Batch)]
    public Task Post() => SendAsync("POST", s_stored, _value, StatusCodes.Status201Created);

    [Benchmark(Description = "DELETE", OperationsPerInvoke = Batch)]
    public Task Delete() => SendAsync("DELETE", s_absent, null, StatusCodes.Status204NoContent);

    private static string Target(string name, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"/sessions/v1/mw%3AMWSession%3A{name}{number:D25}");

    private async Task SendAsync(string method, string[] targets, byte[]? body, int status)
    {
        for (var i = 0; i < Batch; i++)
        {
            var context = _connection.Next(method, targets[i % targets.Length], body);
            var handling = _endpoint!.HandleAsync(context, RequestTarget.Decode(targets[i % targets.Length]));
            if (!handling.IsCompletedSuccessfully)
            {
                await handling;
            }

            if (_connection.StatusCode != status)
            {
                throw new InvalidOperationException($"{method} was answered {_connection.StatusCode}");
            }
        }
    }
}
