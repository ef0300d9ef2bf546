namespace Holdfast.Cql;

/// <summary>What came of a request.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">The rows of a read, present only with <see cref="CqlOutcome.Success"/>; dispose of them.</param>
/// <param name="Reason">For a person, with anything but success: what the last coordinator said. Never holds a value.</param>
public readonly record struct CqlResult(CqlOutcome Outcome, CqlRows? Rows, string? Reason);
