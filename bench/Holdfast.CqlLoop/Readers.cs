using System.Diagnostics;

namespace Holdfast.CqlLoop;

/// <summary>What a round saw of the whole process.</summary>
internal readonly record struct Round(long Reads, double Seconds, double ProcessorUs, long Allocated)
{
    public double ProcessorUsPerRead => ProcessorUs / Reads;

    public double AllocatedPerRead => (double)Allocated / Reads;

    public double Rate => Reads / Seconds;
}

/// <summary>Readers in parallel, each asking again when it has been answered; every answer's length is checked.</summary>
internal sealed class Readers(int inFlight, int keys, int valueBytes)
{
    private readonly KeyValues[] _keys = [.. Enumerable.Range(0, keys).Select(number => new KeyValues(number))];

    public async Task<Round> RunAsync(IReader reader, TimeSpan length)
    {
        var time = TimeProvider.System;
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var began = time.GetTimestamp();
        var over = began + (long)(length.TotalSeconds * time.TimestampFrequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(number => Task.Run(() => ReadOnAsync(reader, number, over))));
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        process.Refresh();
        return new Round(counts.Sum(), seconds, (process.TotalProcessorTime - processor).TotalMicroseconds, allocated);
    }

    private async Task<long> ReadOnAsync(IReader reader, int number, long over)
    {
        long reads = 0;
        for (var next = number; TimeProvider.System.GetTimestamp() < over; next += inFlight + 1)
        {
            if (await reader.ReadAsync(_keys[next % _keys.Length], CancellationToken.None) != valueBytes)
            {
                throw new InvalidOperationException("an answer of another length");
            }

            reads++;
        }

        return reads;
    }
}
