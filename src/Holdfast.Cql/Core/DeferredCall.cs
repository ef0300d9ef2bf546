namespace Holdfast.Cql.Core;

/// <summary>A rare effect that is not worth a class: connecting, closing, telling a log.</summary>
internal sealed class DeferredCall(Action call) : IEffect
{
    public void Run() => call();
}
