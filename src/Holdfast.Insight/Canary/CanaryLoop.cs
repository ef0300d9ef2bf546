using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Holdfast.Insight.Canary;

/// <summary>
/// Canaries at an interval, through all coordinators at once. Lives in this folder: what a canary does, what is counted of it,
/// and this loop.
/// </summary>
/// <param name="interval">From the beginning of one round to that of the next.</param>
/// <param name="paths">Asked every round: coordinators come and go.</param>
/// <param name="keys">Of this process.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told changes, not rounds.</param>
/// <param name="meters">Where metrics go; null for nowhere.</param>
public sealed class CanaryLoop(
    TimeSpan interval, Func<IReadOnlyList<CanaryPath>> paths, ReservedKeys keys, TimeProvider time, ILogger logger, IMeterFactory? meters)
{
    private readonly CanaryBoard _board = new();
    private CanaryMeter? _meter;
    private long _ended;

    internal CanaryBoard Board => _board;

    /// <summary>Runs until the service stops. The first round comes after one interval: by then coordinators are connected.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        Volatile.Write(ref _ended, time.GetTimestamp());
        _meter = new CanaryMeter(meters, _board, interval, () => time.GetElapsedTime(Volatile.Read(ref _ended)));
        try
        {
            TimeSpan took = TimeSpan.Zero;
            while (true)
            {
                TimeSpan wait = interval - took;
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stopping).ConfigureAwait(false);
                long began = time.GetTimestamp();
                await RoundAsync(stopping).ConfigureAwait(false);
                Volatile.Write(ref _ended, time.GetTimestamp());
                took = time.GetElapsedTime(began);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service is stopping.
        }
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        IReadOnlyList<CanaryPath> now = paths();
        _board.Keep([.. now.Select(path => path.Coordinator)]);
        Flight[] flights = await Task.WhenAll(now.Select(path => FlyAsync(path, stopping))).ConfigureAwait(false);
        foreach (Flight flight in flights)
        {
            Tell(flight);
        }
    }

    private async Task<Flight> FlyAsync(CanaryPath path, CancellationToken stopping)
    {
        long began = time.GetTimestamp();
        byte[] value = RandomNumberGenerator.GetBytes(32);
        (CanaryStep failed, string? reason) =
            await CanaryFlight.FlyAsync(path.Sessions, keys.Canary(path.Coordinator), value, stopping).ConfigureAwait(false);
        return new Flight(path.Coordinator, failed, reason, time.GetElapsedTime(began));
    }

    private void Tell(Flight flight)
    {
        CanaryNews news = _board.Ended(flight.Coordinator, flight.Failed);
        if (flight.Failed == CanaryStep.None)
        {
            _meter!.Succeeded(flight.Coordinator, flight.Took);
        }

        if (news.Fails)
        {
            logger.CanaryFails(flight.Coordinator, CanaryMeter.NameOf(flight.Failed), flight.Reason ?? "no reason given");
        }
        else if (news.RecoveredAfter > 0)
        {
            logger.CanarySucceeds(flight.Coordinator, news.RecoveredAfter);
        }
    }

    private readonly record struct Flight(string Coordinator, CanaryStep Failed, string? Reason, TimeSpan Took);
}
