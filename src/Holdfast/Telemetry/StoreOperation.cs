namespace Holdfast.Telemetry;

/// <summary>What was asked of the store, for logs and metrics.</summary>
internal enum StoreOperation
{
    Read,
    Write,
    Delete,
}
