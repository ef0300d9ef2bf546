using System.Buffers;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Insight.Loss;

/// <summary>Writes sentinel sessions and reads them back as <see cref="SentinelSchedule"/> says, until each expires.</summary>
/// <param name="options">How many and how often.</param>
/// <param name="sessions">The store, as requests use it.</param>
/// <param name="again">What a miss is asked once more.</param>
/// <param name="keys">Of this process.</param>
/// <param name="counts">What is found out.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told a loss.</param>
public sealed class SentinelLoop(
    SentinelOptions options, ISessionStore sessions, SecondRead again, ReservedKeys keys, LossCounts counts,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_value = "holdfast sentinel"u8.ToArray();

    private readonly SentinelSchedule _schedule = new(options);
    private readonly long _began = time.GetTimestamp();
    private long _answeredTicks;

    private TimeSpan Now => time.GetElapsedTime(_began);

    /// <summary>Runs until the service stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        counts.Sentinels = (options.Every, () => Now - TimeSpan.FromTicks(Volatile.Read(ref _answeredTicks)));
        try
        {
            while (true)
            {
                await Task.Delay(s_tick, time, stopping).ConfigureAwait(false);
                await WriteAsync(stopping).ConfigureAwait(false);
                IReadOnlyList<Sentinel> due = _schedule.Due(Now);
                SentinelAnswer[] answers = await Task.WhenAll(due.Select(sentinel => ReadAsync(sentinel, stopping))).ConfigureAwait(false);
                for (int i = 0; i < answers.Length; i++)
                {
                    Take(due[i], answers[i]);
                }

                counts.SentinelsAlive(_schedule.Alive);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service is stopping; what it wrote expires.
        }
    }

    private async Task WriteAsync(CancellationToken stopping)
    {
        if (_schedule.NextToWrite(Now) is not { } sentinel)
        {
            return;
        }

        try
        {
            WriteResult written = await sessions.SetAsync(
                keys.Sentinel(sentinel.Number), new ReadOnlySequence<byte>(s_value), sentinel.Life, stopping).ConfigureAwait(false);
            if (written.Status == StoreStatus.Ok)
            {
                _schedule.Written(sentinel, Now);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Not acknowledged: there is nothing to lose. Requests run into the same fault and tell it.
            logger.SentinelNotWritten(fault.GetType().Name);
        }
    }

    private async Task<SentinelAnswer> ReadAsync(Sentinel sentinel, CancellationToken stopping)
    {
        SessionKey key = keys.Sentinel(sentinel.Number);
        try
        {
            ReadResult first = await sessions.GetAsync(key, stopping).ConfigureAwait(false);
            first.Lease?.Dispose();
            if (first.Status != StoreStatus.NotFound)
            {
                return first.Status == StoreStatus.Ok ? SentinelAnswer.Found : SentinelAnswer.Unanswered;
            }

            ReadResult second = (await again(key, stopping).ConfigureAwait(false)).Read;
            second.Lease?.Dispose();
            return second.Status switch
            {
                StoreStatus.Ok => SentinelAnswer.FoundAtLast,
                StoreStatus.NotFound => SentinelAnswer.Missing,
                _ => SentinelAnswer.MissingOnce,
            };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return SentinelAnswer.Unanswered;
        }
    }

    private void Take(Sentinel sentinel, SentinelAnswer answer)
    {
        TimeSpan age = Now - sentinel.WrittenAt;
        SentinelAnswer counted = _schedule.Answered(sentinel, answer, Now);
        counts.SentinelRead(counted);
        if (counted != SentinelAnswer.Unanswered)
        {
            Volatile.Write(ref _answeredTicks, Now.Ticks);
        }

        if (counted == SentinelAnswer.Missing)
        {
            logger.SessionLost(age.TotalSeconds, sentinel.Life.Seconds);
        }
        else if (counted == SentinelAnswer.FoundAtLast)
        {
            logger.SentinelFoundAtLast(age.TotalSeconds);
        }
    }
}
