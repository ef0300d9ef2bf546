using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Holdfast.Benchmarks;
using Holdfast.Benchmarks.Handler;

// In this process: the collector and the JIT are set as the server sets them, and nothing has to be built again.
var configuration = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(8))
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "holdfast-benchmarks"));
var page = args is ["--page", var path, ..] ? path : null;
var summaries = BenchmarkSwitcher.FromAssembly(typeof(HandlerBenchmarks).Assembly)
    .Run(page is null ? args : args[2..], configuration).ToList();
if (!AllocationPage.IsWhole(summaries))
{
    return 1;
}

if (page is not null)
{
    await File.WriteAllTextAsync(page, AllocationPage.Write(summaries));
}

return 0;
