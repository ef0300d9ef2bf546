namespace Holdfast.Embedded.Backup;

/// <summary>How far a backup or a restore is.</summary>
/// <param name="BytesDone">Bytes copied so far.</param>
/// <param name="BytesTotal">Bytes in all.</param>
public readonly record struct BackupProgress(long BytesDone, long BytesTotal);
