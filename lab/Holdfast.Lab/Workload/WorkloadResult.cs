namespace Holdfast.Lab.Workload;

internal enum OperationKind
{
    Read,
    Write,
    Delete,
}

/// <param name="Kind">What was asked.</param>
/// <param name="Key">Of which session.</param>
/// <param name="Node">Through which coordinator; null when there was none.</param>
/// <param name="Error">Null when it succeeded.</param>
/// <param name="After">How long it took.</param>
/// <param name="CouldBeServed">It failed, and another coordinator could have served it all the while: a better client would have.</param>
internal sealed record WorkloadResult(OperationKind Kind, string Key, int? Node, string? Error, TimeSpan After, bool CouldBeServed);
