namespace Holdfast.Configuration;

/// <summary>The section <c>events</c>: the log of what happened to the service, which incident reports are drafted from.</summary>
public sealed class EventsOptions
{
    /// <summary><c>path</c>: the log's folder; empty for no log.</summary>
    public string Path { get; set; } = "";

    /// <summary><c>max_bytes</c>: what the log may take on the disk; the oldest of it makes room.</summary>
    public long MaxBytes { get; set; } = 64L << 20;
}
