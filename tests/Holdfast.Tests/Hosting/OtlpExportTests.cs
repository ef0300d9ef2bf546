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
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
        }

        using var hangs = await hanging.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30)); // else nothing is shown
        for (var i = 0; i < 2_500; i++)
        {
            // More than are kept for it.
            Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
        }

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
        began = TimeProvider.System.GetTimestamp();
        await server.Server.LeaveAsync(drain: false, CancellationToken.None);
        await server.Server.DisposeAsync();
        var took = TimeProvider.System.GetElapsedTime(began);
        TestContext.Current.SendDiagnosticMessage($"leaving took {took}");
        Assert.True(took < s_soon, $"leaving took {took}");
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
