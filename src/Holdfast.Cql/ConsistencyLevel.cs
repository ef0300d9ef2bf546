namespace Holdfast.Cql;

/// <summary>How many replicas must answer, with the numbers of the native protocol (native_protocol_v5.spec, section 3).</summary>
public enum ConsistencyLevel : ushort
{
    /// <summary>Any node, a hint included; writes only.</summary>
    Any = 0x0000,

    /// <summary>One replica.</summary>
    One = 0x0001,

    /// <summary>Two replicas.</summary>
    Two = 0x0002,

    /// <summary>Three replicas.</summary>
    Three = 0x0003,

    /// <summary>A majority of all replicas.</summary>
    Quorum = 0x0004,

    /// <summary>Every replica.</summary>
    All = 0x0005,

    /// <summary>A majority of the replicas of the coordinator's data centre.</summary>
    LocalQuorum = 0x0006,

    /// <summary>A majority of the replicas of each data centre.</summary>
    EachQuorum = 0x0007,

    /// <summary>Linearizable, over all data centres.</summary>
    Serial = 0x0008,

    /// <summary>Linearizable, in the coordinator's data centre.</summary>
    LocalSerial = 0x0009,

    /// <summary>One replica of the coordinator's data centre.</summary>
    LocalOne = 0x000A,
}

internal static class ConsistencyLevels
{
    /// <summary>
    /// True where the coordinator's own data centre answers, and nobody else. What needs another one needs the link to it, of which a
    /// coordinator is innocent, and takes the time that the way there takes.
    /// </summary>
    public static bool IsLocal(this ConsistencyLevel level) => level is ConsistencyLevel.LocalQuorum or ConsistencyLevel.LocalOne;
}
