namespace Holdfast.Lab.Protocol;

/// <summary>What a server takes.</summary>
/// <param name="FrameMax">A message's bytes, its header included: Cassandra's <c>native_transport_max_frame_size</c>.</param>
/// <param name="VersionMax">4 or 5.</param>
internal sealed record ProtocolLimits(int FrameMax, int VersionMax)
{
    public const int VersionMin = 4;

    public static readonly ProtocolLimits Default = new(256 * 1024 * 1024, VersionMax: 5);

    public string SupportedVersions => string.Join(
        ", ", Enumerable.Range(VersionMin, VersionMax - VersionMin + 1).Select(v => $"{v}/v{v}"));
}
