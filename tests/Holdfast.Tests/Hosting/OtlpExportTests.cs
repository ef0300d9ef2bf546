using System.Net;
using System.Net.Sockets;
using Holdfast.Configuration;
using Holdfast.Tests.Http;
using Holdfast.Tests.Telemetry;
using Xunit;

namespace Holdfast.Tests.Hosting;

/// <summary>A collector that is away, or takes a connection and says nothing, is nothing that a request or an operator waits for.</summary>
[Collection(nameof(Alone))]
public sealed class OtlpExportTests
{
    private const string Target = TestServer.Base + "foo";

    // Far less than the ten seconds that one export may take, far more than the two that it gets at the end.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData(OtlpProtocol.HttpProtobuf)]
    [InlineData(OtlpProtocol.Grpc)]
    public async Task A_collector_that_does_not_answer_delays_neither_requests_nor_the_end(OtlpProtocol protocol)
    {
        using TcpListener hanging = new(IPAddress.Loopback, 0);
        hanging.Start();
        await using var server = await TestServer.StartAsync(Options(hanging, protocol));
        await using var without = await TestServer.StartAsync(); // beside it on the same machine, which may be slow or stand still
        await SendBothAsync(server, without, requests: 200);
        using var hangs = await hanging.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30)); // else nothing is shown

        var (traced, untraced) = await SendBothAsync(server, without, requests: 2_500); // More than are kept for it.
        TestContext.Current.SendDiagnosticMessage($"answers took {traced}, without a collector {untraced}");
        Assert.True(traced < (3 * untraced) + s_soon, $"answers took {traced}, without a collector {untraced}");

        var leaves = await Task.WhenAll(LeaveAsync(server), LeaveAsync(without));
        TestContext.Current.SendDiagnosticMessage($"leaving took {leaves[0]}, without a collector {leaves[1]}");
        Assert.True(leaves[0] < leaves[1] + s_soon, $"leaving took {leaves[0]}, without a collector {leaves[1]}");
    }

    private static async Task<(TimeSpan First, TimeSpan Second)> SendBothAsync(TestServer first, TestServer second, int requests)
    {
        var took = (First: TimeSpan.Zero, Second: TimeSpan.Zero);
        for (var i = 0; i < requests; i++)
        {
            took.First += await AnswerAsync(first);
            took.Second += await AnswerAsync(second);
        }

        return took;
    }

    private static async Task<TimeSpan> AnswerAsync(TestServer server)
    {
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
        return TimeProvider.System.GetElapsedTime(began);
    }

    private static async Task<TimeSpan> LeaveAsync(TestServer server)
    {
        var began = TimeProvider.System.GetTimestamp();
        await server.Server.LeaveAsync(drain: false, CancellationToken.None);
        await server.Server.DisposeAsync();
        return TimeProvider.System.GetElapsedTime(began);
    }

    [Fact]
    public async Task A_collector_that_is_away_is_told_of_once()
    {
        TcpListener away = new(IPAddress.Loopback, 0);
        away.Start();
        var options = Options(away, OtlpProtocol.HttpProtobuf);
        away.Dispose();
        await using var server = await TestServer.StartAsync(options);

        // A batch leaves every second: three of them.
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        var line = await server.LogLineAsync("The collector at ");
        Assert.Equal(
            $"The collector at {options.Telemetry.OtlpEndpoint} does not take traces (ConnectionError): they are dropped until it does",
            line["msg"]!.GetValue<string>());
        await server.Server.LeaveAsync(drain: false, CancellationToken.None);
        Assert.Single(server.Lines(), said => said["msg"]!.GetValue<string>().Contains("does not take traces", StringComparison.Ordinal));
    }

    private static HoldfastOptions Options(TcpListener collector, OtlpProtocol protocol)
    {
        var options = TestServer.Options();
        options.Telemetry.OtlpEndpoint = new Uri($"http://{collector.LocalEndpoint}/");
        options.Telemetry.OtlpProtocol = protocol;
        options.Telemetry.TraceSampleRatio = 1;
        return options;
    }
}
