using System.Buffers.Binary;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Execution;

/// <summary>Asks every coordinator for its time: a few times soon after it is connected, and then now and again.</summary>
internal sealed class ClockSamples(
    CoreLock core, CoordinatorTable table, TimeProvider time, ClockOffset offset, TimestampSource timestamps, bool correct)
{
    private const string Question = "SELECT now() FROM system.local WHERE key = 'local'";

    private static readonly TimeSpan s_often = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_seldom = TimeSpan.FromSeconds(5);
    private const int OftenCount = 8;

    // On a process that has only just started, answers wait for the compiler: whoever is not known exactly is asked on.
    private const int InexactCount = 40;
    private static readonly TimeSpan s_inexact = TimeSpan.FromMilliseconds(100);

    // 100 ns intervals from the Gregorian reform, which timeuuids count from (RFC 9562), to 1970.
    private const long GregorianTicks = 0x01B21DD213814000;

    private readonly Dictionary<HostId, (CqlConnection Connection, int Asked, TimeSpan Next)> _asked = [];

    /// <summary>Every tenth of a second.</summary>
    public void Maintain()
    {
        foreach (Coordinator coordinator in table.All)
        {
            if (coordinator.Connection is not { HasRoom: true } connection)
            {
                continue;
            }

            if (!_asked.TryGetValue(coordinator.Id, out var state) || state.Connection != connection)
            {
                state = (connection, 0, core.Now);
            }

            if (core.Now >= state.Next)
            {
                Ask(coordinator.Id, connection);
                state = (connection, state.Asked + 1, core.Now + Pause(coordinator.Id, state.Asked));
            }

            _asked[coordinator.Id] = state;
        }

        foreach (HostId gone in _asked.Keys.Where(id => table.Find(id) is null).ToList())
        {
            _asked.Remove(gone);
            offset.Remove(gone);
        }
    }

    private TimeSpan Pause(HostId id, int asked)
    {
        bool exact = offset.UncertaintyOf(id) is { } uncertainty && uncertainty <= ClockOffset.Exact;
        return !exact && asked < InexactCount ? s_inexact : asked < OftenCount ? s_often : s_seldom;
    }

    private void Ask(HostId id, CqlConnection connection)
    {
        Sample sample = new(this, id, time.GetUtcNow());
        if (connection.TryTake(sample, out short stream))
        {
            Requests.Query(connection.Output, connection.Version, stream, Question, ConsistencyLevel.One);
            connection.Flush();
        }
    }

    private static DateTimeOffset TimeOf(ReadOnlySpan<byte> timeuuid)
    {
        long low = BinaryPrimitives.ReadUInt32BigEndian(timeuuid);
        long middle = BinaryPrimitives.ReadUInt16BigEndian(timeuuid[4..]);
        long high = BinaryPrimitives.ReadUInt16BigEndian(timeuuid[6..]) & 0x0FFF;
        return DateTimeOffset.UnixEpoch.AddTicks(((high << 48) | (middle << 32) | low) - GregorianTicks);
    }

    private sealed class Sample(ClockSamples samples, HostId id, DateTimeOffset sent) : PendingAnswer
    {
        public override void Answered(CqlConnection connection, in Envelope answer)
        {
            if (answer.Opcode != Opcode.Result)
            {
                return; // overloaded, or not allowed: there will be others
            }

            using CqlRows rows = Responses.ReadRows(answer);
            if (rows.Read() && rows.Column(0).Length == 16)
            {
                samples.Told(id, sent, TimeOf(rows.Column(0)));
            }
        }

        public override void Lost(CqlConnection connection, string reason)
        {
            // The next connection is asked anew.
        }
    }

    private void Told(HostId id, DateTimeOffset sent, DateTimeOffset told)
    {
        offset.Add(id, sent, time.GetUtcNow(), told);
        if (correct && offset.Trusted(table.All.Length) is { } trusted)
        {
            timestamps.Correction = trusted;
        }
    }
}
