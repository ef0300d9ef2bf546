using Holdfast.Cql.Core;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Connections;

/// <summary>Statements that the server has forgotten and is told anew: each once at a time, however many ask.</summary>
internal sealed class Preparations(CqlConnection connection, CoreLock core, ConnectionOptions options)
{
    private readonly Dictionary<int, Preparation> _out = [];

    /// <param name="statement">Its number.</param>
    /// <param name="waiter">Told when that is done; null for who does not wait.</param>
    public void Begin(int statement, IPreparedWaiter? waiter)
    {
        if (_out.TryGetValue(statement, out Preparation? preparation))
        {
            if (waiter is not null && !preparation.TryAdd(waiter))
            {
                waiter.PreparedAgain(connection, prepared: false);
            }

            return;
        }

        preparation = new Preparation(statement, core.Now, options.InFlightMax, () => _out.Remove(statement));
        _ = waiter is null || preparation.TryAdd(waiter);
        if (!connection.TryTake(preparation, out short stream))
        {
            preparation.Lost(connection, "no free stream id");
            return;
        }

        _out.Add(statement, preparation);
        Requests.Prepare(connection.Output, connection.Version, stream, options.Statements[statement].Cql);
        connection.Flush();
    }

    /// <summary>The name of one that the server has not answered for as long as it may be silent otherwise; null when there is none.</summary>
    public string? Overdue()
    {
        foreach (Preparation preparation in _out.Values)
        {
            if (core.Now - preparation.Sent >= ConnectionOptions.HeartbeatTimeout)
            {
                return options.Statements[preparation.Statement].Name;
            }
        }

        return null;
    }
}
