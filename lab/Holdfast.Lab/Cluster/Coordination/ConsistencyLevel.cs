namespace Holdfast.Lab.Cluster.Coordination;

internal enum ConsistencyLevel : ushort
{
    Any = 0, One = 1, Two = 2, Three = 3, Quorum = 4, All = 5, LocalQuorum = 6, EachQuorum = 7, Serial = 8, LocalSerial = 9, LocalOne = 10,
}

internal static class ConsistencyLevelNames
{
    public static string CqlName(this ConsistencyLevel level) => level switch
    {
        ConsistencyLevel.Any => "ANY",
        ConsistencyLevel.One => "ONE",
        ConsistencyLevel.Two => "TWO",
        ConsistencyLevel.Three => "THREE",
        ConsistencyLevel.Quorum => "QUORUM",
        ConsistencyLevel.All => "ALL",
        ConsistencyLevel.LocalQuorum => "LOCAL_QUORUM",
        ConsistencyLevel.EachQuorum => "EACH_QUORUM",
        ConsistencyLevel.Serial => "SERIAL",
        ConsistencyLevel.LocalSerial => "LOCAL_SERIAL",
        _ => "LOCAL_ONE",
    };
}
