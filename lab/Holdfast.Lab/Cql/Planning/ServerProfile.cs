namespace Holdfast.Lab.Cql.Planning;

/// <summary>Which Cassandra the lab looks like.</summary>
/// <param name="ReleaseVersion">As <c>system.local</c> says it.</param>
/// <param name="CqlVersion">The version of the language.</param>
/// <param name="NativeProtocolVersion">The highest protocol version that is not beta.</param>
/// <param name="ExpirationMaxSeconds">The last second, since 1970, in which a value may expire; null without limit.</param>
internal sealed record ServerProfile(
    string ReleaseVersion, string CqlVersion, string NativeProtocolVersion, long? ExpirationMaxSeconds)
{
    /// <summary>Before 5.0, expiration is a signed 32-bit number of seconds (CASSANDRA-14092).</summary>
    public static readonly ServerProfile Cassandra40 = new("4.0.11", "3.4.5", "5", int.MaxValue - 1);

    /// <summary>5.0 counts to 2106.</summary>
    public static readonly ServerProfile Cassandra50 = new("5.0.2", "3.4.7", "5", uint.MaxValue - 2L);
}
