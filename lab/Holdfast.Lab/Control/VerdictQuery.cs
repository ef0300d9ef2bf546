using System.Globalization;
using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Lab.Control;

/// <summary>What GET /verdict takes, as text: which key, which kind of request, and when by the clock of whoever asks.</summary>
internal sealed record VerdictQuery(
    string Keyspace, byte[]? Key, long? Token, ConsistencyLevel Level, bool IsWrite, DateTimeOffset? From, DateTimeOffset? To, string? Since)
{
    /// <summary>Throws <see cref="FaultRequestException"/> with what is wrong.</summary>
    public static VerdictQuery Read(IQueryCollection query)
    {
        foreach (var name in query.Keys.Where(k => k is not ("keyspace" or "key" or "keyHex" or "token" or "level" or "write" or "from" or "to" or "since")))
        {
            throw new FaultRequestException($"verdict takes no {name}; it takes keyspace, key, keyHex or token, level, write, from and to, or since");
        }

        string? Text(string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;
        DateTimeOffset? Time(string name) => Text(name) is not { } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw new FaultRequestException($"{name}={text} is not a time such as 2023-01-24T20:50:00.5Z");
        return new VerdictQuery(
            Text("keyspace") ?? throw new FaultRequestException("which keyspace? keyspace=…"),
            Text("key") is { } key ? Encoding.UTF8.GetBytes(key) : Text("keyHex") is { } hex ? Bytes(hex) : null,
            Text("token") is not { } token ? null
                : long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
                : throw new FaultRequestException($"token={token} is not a whole number"),
            LevelOf(Text("level") ?? "LOCAL_QUORUM"),
            (Text("write") ?? "false") switch
            {
                "true" or "" => true,
                "false" => false,
                var other => throw new FaultRequestException($"write={other} is neither true nor false"),
            },
            Time("from"),
            Time("to"),
            Text("since"));
    }

    /// <summary>On the loop thread.</summary>
    public VerdictReport Answer(LabCluster cluster, VerdictTimeline verdicts, RealTimeDriver driver)
    {
        var replication = cluster.FindReplication(Keyspace) ?? throw new FaultRequestException($"there is no keyspace {Keyspace}");
        var token = Token ?? (Key is null ? throw new FaultRequestException("which key? key=… as text, keyHex=… or token=…") : Murmur3Partitioner.Token(Key));
        var question = new Question(token, replication, Level, IsWrite);
        var now = cluster.Scheduler.Now;
        var to = To is { } end ? Earlier(driver.ToSimulated(end), now) : now;
        var from = From is { } begin ? driver.ToSimulated(begin) : to;
        if (Since is { } ago)
        {
            from = Durations.TryParse(ago, out var back) ? driver.ToSimulated(driver.ToWall(to) - back)
                : throw new FaultRequestException($"since={ago} is not a duration such as 500ms, 20s, 3m or 2h");
        }

        if (from > to)
        {
            throw new FaultRequestException("from lies after to, or after now");
        }

        from = from < verdicts.Since ? verdicts.Since : from;
        to = to < from ? from : to;
        return VerdictReport.Of(cluster, verdicts, question, from, to, driver.ToWall);
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static byte[] Bytes(string hex)
    {
        try
        {
            return Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            throw new FaultRequestException("keyHex is not hexadecimal");
        }
    }

    private static ConsistencyLevel LevelOf(string name)
    {
        foreach (var level in Enum.GetValues<ConsistencyLevel>())
        {
            if (level.CqlName().Equals(name, StringComparison.OrdinalIgnoreCase) && !level.IsSerial() && level != ConsistencyLevel.Any)
            {
                return level;
            }
        }

        throw new FaultRequestException($"level={name} is not a level that can be judged, such as LOCAL_QUORUM or EACH_QUORUM");
    }
}
