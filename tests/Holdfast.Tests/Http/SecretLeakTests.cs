using System.Diagnostics;
using Holdfast.Sessions;
using Holdfast.Tests.Commands;
using Holdfast.Tests.Telemetry;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>
/// A marked key and a marked value go through every success and every failure. They may come back to the client who sent
/// them, and nowhere else: not in the log at its most talkative, not on the console, not in the metrics, not in a trace.
/// </summary>
[Collection(nameof(Alone))]
public sealed class SecretLeakTests
{
    private const string Key = "KEYMARKER8f3a";
    private const string Value = "VALUEMARKER77c1";
    private const string Target = TestServer.Base + "mw%3AMWSession%3A" + Key;

    private static readonly byte[] s_value = System.Text.Encoding.ASCII.GetBytes(Value);

    [Fact]
    public async Task A_key_and_a_value_are_in_nothing_but_the_client_s_own_answers()
    {
        var traces = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (traces)
                {
                    traces.Add($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Baggage)}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        var console = new StringWriter();
#pragma warning disable RS0030 // What is watched here is that nothing is written to it.
        var (standardOutput, standardError) = (Console.Out, Console.Error);
        Console.SetOut(console);
        Console.SetError(console);
        using TemporaryFolder folder = new();
        string metrics, log, events;
        try
        {
            var options = TestServer.Options();
            options.Service.LogLevel = LogLevel.Trace;
            options.Limits.MaxValueBytes = 1000;
            options.Events.Path = folder.Combine("events");
            await using var server = await TestServer.StartAsync(options);
            await GoThroughEverythingAsync(server);
            metrics = (await server.AdminAsync("/metrics")).Text;
            await server.Server.LeaveAsync(drain: false, CancellationToken.None);
            log = server.Log;
            events = string.Concat(Directory.GetFiles(options.Events.Path, "*.jsonl").Select(File.ReadAllText));
        }
        finally
        {
            Console.SetOut(standardOutput);
            Console.SetError(standardError);
        }
#pragma warning restore RS0030

        // The test has teeth only if what it searches is there.
        Assert.Contains("The store failed in an operation", log);
        Assert.Contains("Error reading from storage", log);
        Assert.Contains("Error reading body of POST request", log);
        Assert.Contains("code=\"500\",method=\"POST\"} 2", metrics);
        Assert.Contains("read unavailable", events);
        Assert.All((string[])["408", "429", "499"], code => Assert.Contains($"code=\"{code}\"", metrics));
        Assert.NotEmpty(traces);
        Assert.Contains(traces, trace => trace.Contains("HttpRequestIn"));
        foreach (var output in (string[])[log, metrics, events, console.ToString(), .. traces])
        {
            Assert.DoesNotContain("MARKER", output, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static async Task GoThroughEverythingAsync(TestServer server)
    {
        // Given up by Kestrel some ten seconds from now.
        await using var slow = await RawClient.ConnectAsync(server.Address);
        await slow.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: test\r\nContent-Length: 500\r\n\r\n{Value}");
        await AllMethodsAsync(server);

        foreach (var late in (bool[])[false, true])
        {
            server.Store.Intercept = async _ =>
            {
                if (late)
                {
                    await Task.Yield();
                }

                throw new InvalidOperationException($"cannot find {Key} with {Value}", new IOException(Key + Value));
            };
            await AllMethodsAsync(server);
        }

        server.Store.Intercept = _ => new(WriteResult.Unavailable("Cannot achieve consistency level LOCAL_QUORUM"));
        await AllMethodsAsync(server);
        server.Store.Intercept = _ => new(WriteResult.OutOfSpace("1 MiB left"));
        await AllMethodsAsync(server);
        server.Store.Intercept = _ => new(WriteResult.OverQuota("written too often"));
        await AllMethodsAsync(server);
        await LeaveWhileTheStoreWorksAsync(server);
        server.Store.Intercept = null;

        foreach (var target in (string[])[
            Target + "%zz", Target + "%ff", Target + "?" + Key, Target + "/" + Key, Target + "%2F" + Key, Target + "%00",
            TestServer.Base + string.Concat(Enumerable.Repeat(Key, 100)), "/elsewhere/" + Key, Key, "http://h/" + Key,
            Target + "\u00e9", Target + new string('x', 10_000)])
        {
            await TryAsync(server, $"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
            await TryAsync(server, $"POST {target} HTTP/1.1\r\nHost: test\r\nContent-Length: 15\r\n\r\n{Value}");
        }

        // Not followed by a farewell, so that the broken chunk is what ends it.
        await using var broken = await RawClient.ConnectAsync(server.Address);
        await broken.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nZZ{Value}\r\n");
        Assert.Equal(400, (await broken.ReadResponseAsync()).Status);

        foreach (var request in (string[])[
            $"POST {Target} HTTP/1.1\r\nHost: test\r\nHoldfast-TTL: {Key}\r\nContent-Length: 15\r\n\r\n{Value}",
            $"POST {Target} HTTP/1.1\r\nHost: test\r\nContent-Length: 5000\r\n\r\n{Value}",
            $"POST {Target} HTTP/1.1\r\nHost: test\r\nContent-Length: 500\r\n\r\n{Value}",
            $"POST {Target} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nZZ{Value}\r\n",
            $"POST {Target} HTTP/1.1\r\nHost: test\r\nContent-Length: {Value}\r\n\r\n",
            $"GET {Target} HTTP/1.1\r\nHost: {Key}/\r\n\r\n",
            $"GET {Target} HTTP/1.1\r\nHost: test\r\n{Key} {Value}\r\n\r\n",
            $"GET {Target} HTTP/9.9\r\nHost: test\r\n\r\n",
            $"{Value} {Target} HTTP/1.1\r\nHost: test\r\n\r\n",
            $"{Key}\r\n\r\n",
            $"GET {Target}"])
        {
            await TryAsync(server, request);
        }

        Assert.Equal(408, (await slow.ReadResponseAsync()).Status);
    }

    private static async Task LeaveWhileTheStoreWorksAsync(TestServer server)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Store.Intercept = async gaveUp =>
        {
            asked.TrySetResult();
            using var told = gaveUp.Register(() => gone.TrySetResult());
            await gone.Task;
            throw new OperationCanceledException($"gave up {Key} with {Value}", gaveUp);
        };
        await using var client = await RawClient.ConnectAsync(server.Address);
        await client.SendAsync("GET", Target);
        await asked.Task;
        client.Reset();
        await gone.Task.WaitAsync(TimeSpan.FromMinutes(4));
    }

    private static async Task AllMethodsAsync(TestServer server)
    {
        foreach (var method in (string[])["POST", "GET", "HEAD", "DELETE", "PUT", "PATCH"])
        {
            var answer = await server.SendAsync(method, Target, method == "POST" ? s_value : null);
            Assert.DoesNotContain(answer.Headers, header => header.Value.Contains("MARKER"));
        }
    }

    private static async Task TryAsync(TestServer server, string request)
    {
        await using var client = await RawClient.ConnectAsync(server.Address);
        await client.SendTextAsync(request);
        client.FinishSending();
        await client.TryReadResponseAsync();
    }
}
