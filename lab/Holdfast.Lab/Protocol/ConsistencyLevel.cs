namespace Holdfast.Lab.Protocol;

/// <summary>How many replicas have to answer, under the numbers of the protocol (section 3).</summary>
internal enum ConsistencyLevel : ushort
{
    Any = 0,
    One = 1,
    Two = 2,
    Three = 3,
    Quorum = 4,
    All = 5,
    LocalQuorum = 6,
    EachQuorum = 7,
    Serial = 8,
    LocalSerial = 9,
    LocalOne = 10,
}
