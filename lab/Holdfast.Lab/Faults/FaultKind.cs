namespace Holdfast.Lab.Faults;

/// <summary>
/// This folder: everything that can go wrong, as data. A kind has a name, what it does, its parameters, and one function
/// that applies it and returns what heals it. The command line, the control API and scenario files all speak this.
/// </summary>
/// <param name="Name">As it is written everywhere.</param>
/// <param name="Summary">One line for a list.</param>
/// <param name="Parameters">Besides `nodes` and `for`, which every kind takes.</param>
/// <param name="Apply">Applies it to its targets; the result heals it.</param>
internal sealed record FaultKind(
    string Name, string Summary, IReadOnlyList<FaultParameter> Parameters, Func<FaultTarget, Action> Apply)
{
    /// <summary>Concerns the cluster and not chosen nodes.</summary>
    public bool TakesNoNodes { get; init; }

    public static Action NothingToHeal { get; } = () => { };
}

internal enum ParameterKind
{
    Duration,
    Share,
    Text,
    Nodes,
    Flag,

    /// <summary>A duration that may have a minus.</summary>
    SignedDuration,

    /// <summary>A whole number above zero.</summary>
    Count,

    /// <summary>One of the parameter's choices.</summary>
    Choice,
    Datacenter,
}

/// <param name="Name">As it is written.</param>
/// <param name="Kind">How it is read.</param>
/// <param name="Default">When it is left out.</param>
/// <param name="Summary">One line.</param>
internal sealed record FaultParameter(string Name, ParameterKind Kind, string Default, string Summary)
{
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Left out, it means what the summary says, and there is nothing to read.</summary>
    public bool MayBeEmpty => Default.Length == 0 && Kind != ParameterKind.Nodes;
}
