using Holdfast.Load.Protocol;

namespace Holdfast.SideBySide.Rounds;

/// <summary>What holds for all rounds of a run.</summary>
internal sealed record RunSettings(int Rounds, TimeSpan RoundLength, ulong Seed, SessionSet Sessions);
